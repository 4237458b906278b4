/*
 * rig -- an instance in a temporary folder and a worker of devices.fcgi on it,
 * so that tests send requests without sockets.
 */
#ifndef FL_RIG_H
#define FL_RIG_H

#include "route.h"
#include "row.h"
#include "web.h"

#define RIG_NAME      "devices" /* of the instance, realm of csvapi */
#define RIG_REALM_API "devices api"

struct rig {
	char folder[64];
	char password[64]; /* of the instance */
	struct web web;
	struct worker *worker;
};

void rig_open(struct rig *g);
void rig_close(struct rig *g);

/* What an administrator would do; each must succeed. */
int64_t rig_domain(struct rig *g, const char *name, const char *password);
void rig_device(
    struct rig *g, const char *hw_id, int64_t domain, enum device_type type);
/* A key of a new account; domain 0: system-admin. */
const char *rig_key(struct rig *g, const char *name, int64_t domain);
const char *rig_user_key(struct rig *g, const char *name); /* role user */

/* Its ask, as the command line. */
struct ask *rig_ask(struct rig *g);

struct rig_answer {
	int status;
	struct buf head, body;
	bool refused;
};
void rig_answer_end(struct rig_answer *a);

/* A request: params are "NAME=value", NULL ends. */
typedef void rig_serve(struct worker *w, struct req *r, struct resp *out);
void rig_send(struct rig *g, rig_serve *serve, const char *const *params,
    struct str body, struct rig_answer *out);
/* The same by a program's table. */
void rig_route(struct rig *g, const struct routes *t, const char *const *params,
    struct str body, struct rig_answer *out);

/* POST BASE/api with a Bearer key (or NULL); the body, valid until the next. */
const char *rig_api(struct rig *g, const char *key, const char *message);

#endif
