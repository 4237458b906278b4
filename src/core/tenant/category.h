/*
 * category -- labels inside a domain; config = usable for provisioning and
 * configurations.  Everybody who sees the domain may change them.  The
 * domain's object holds its categories, so changes publish DomainEdited.
 */
#ifndef FL_CATEGORY_H
#define FL_CATEGORY_H

#include "actor.h"
#include "json.h"

#define CATEGORY_NAME_MAX 64  /* bytes; no comma, filters separate by it */
#define CATEGORY_MAX      500 /* per domain */

/* All of one domain, by name. */
int category_list(
    struct ask *q, int64_t domain, struct category **out, size_t *n) FL_CHECK;
/* One that the actor sees: 1, 0, -1; for tests. */
int category_get(struct ask *q, int64_t id, struct category *out) FL_CHECK;
int category_find(struct ask *q, int64_t domain, struct str name,
    struct category *out) FL_CHECK;

/* {"id","name","config"}, with "domainId" if with_domain. */
void category_json(struct jout *j, const char *name, const struct category *k,
    bool with_domain);

int category_add(struct ask *q, int64_t domain, struct str name, bool config,
    int64_t *id) FL_CHECK;
/* name or config may be NULL: unchanged. */
int category_edit(struct ask *q, int64_t id, const struct str *name,
    const bool *config) FL_CHECK;
/* Devices lose it. */
int category_remove(struct ask *q, int64_t id) FL_CHECK;

#endif
