#include "rig.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "api_face.h"
#include "device.h"
#include "domain.h"
#include "instance.h"
#include "must.h"
#include "tap.h"

/* What a power cut would take is no matter to a test, unless it has its own. */
__attribute__((weak)) int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static struct arena memory; /* of rig_ask and what tests keep */
static struct actor local;
static struct err error;
static struct ask ask;

/* The rig itself must work. */
static void
need(int rc, const char *what)
{
	if (rc < 0)
		tap_diag("%s: %s", what, error.text);
	must(rc >= 0);
}
#define DO(expr) need((expr), #expr)

static void
write_conf(const struct rig *g, char *path, size_t size)
{
	static const char text[] = "[instance]\ndomain = example.com\n"
				   "name = " RIG_NAME "\n[log]\n"
				   "level = error\n";
	int fd;

	(void)snprintf(path, size, "%s/fleetline.conf", g->folder);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	must(write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1);
	close(fd);
}

void
rig_open(struct rig *g)
{
	char path[128];

	memset(g, 0, sizeof(*g));
	(void)snprintf(g->folder, sizeof(g->folder), "/tmp/flweb.XXXXXX");
	must(mkdtemp(g->folder) != NULL);
	write_conf(g, path, sizeof(path));
	arena_init(&memory, 256 << 20);
	DO(web_open(&g->web, "test", path, &error));
	DO(instance_init(&g->web.conf, g->password, &error));
	g->worker = worker_begin(&g->web, &error);
	must(g->worker != NULL);
	actor_local(&local);
	ask = (struct ask){.core = &g->worker->core,
	    .arena = &memory,
	    .who = &local,
	    .err = &error};
}

static void
remove_folder(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *f;
	char path[512];

	must(d != NULL);
	while ((f = readdir(d)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, f->d_name);
		(void)unlink(path);
	}
	closedir(d);
	(void)rmdir(folder);
}

void
rig_close(struct rig *g)
{
	worker_end(g->worker);
	web_close(&g->web);
	arena_fini(&memory);
	remove_folder(g->folder);
}

struct ask *
rig_ask(struct rig *g)
{
	(void)g;
	return &ask;
}

int64_t
rig_domain(struct rig *g, const char *name, const char *password)
{
	struct str text = str_of(password);
	struct domain_change more = {.password = &text};
	int64_t id;

	(void)g;
	DO(domain_add(&ask, str_of(name), &more, &id));
	return id;
}

void
rig_device(
    struct rig *g, const char *hw_id, int64_t domain, enum device_type type)
{
	struct device_new in = {.hw_id = str_of(hw_id),
	    .domain = domain,
	    .type = type,
	    .product = STR("IP811")};

	(void)g;
	DO(device_add(&ask, &in));
}

static const char *
key_of(const char *name, enum role role, int64_t domain)
{
	struct str text = str_of(name);
	struct account_change in = {.name = &text,
	    .role = &role,
	    .domains = &domain,
	    .ndomains = domain > 0};
	char key[KEY_TEXT_SIZE];
	int64_t id = -1, key_id;

	DO(account_add(&ask, &id, &in));
	DO(key_add(&ask, id, text, &key_id, key));
	return arena_strdup(&memory, key);
}

const char *
rig_key(struct rig *g, const char *name, int64_t domain)
{
	(void)g;
	return key_of(
	    name, domain == 0 ? ROLE_SYSTEM_ADMIN : ROLE_COMPANY_ADMIN, domain);
}

const char *
rig_user_key(struct rig *g, const char *name)
{
	(void)g;
	return key_of(name, ROLE_USER, 0);
}

/* ---- requests ---- */

static void
split(struct buf *raw, struct rig_answer *out)
{
	struct str all = buf_view(raw);
	const char *end = memmem(all.p, all.len, "\r\n\r\n", 4);
	size_t head;

	must(end != NULL);
	head = (size_t)(end - all.p) + 4;
	buf_init(&out->head, 1 << 20);
	buf_init(&out->body, 256 << 20);
	buf_add(&out->head, all.p, head);
	buf_add(&out->body, all.p + head, all.len - head);
}

void
rig_answer_end(struct rig_answer *a)
{
	buf_fini(&a->head);
	buf_fini(&a->body);
}

void
rig_send(struct rig *g, rig_serve *serve, const char *const *params,
    struct str body, struct rig_answer *out)
{
	struct resp *resp = mem_new(sizeof(*resp));
	struct arena a;
	struct buf raw;
	struct req r;

	arena_init(&a, REQ_ARENA_MAX);
	buf_init(&raw, 256 << 20);
	req_init(&r, &a, params);
	r.body = body;
	resp_init(resp, buf_sink(&raw));
	serve(g->worker, &r, resp);
	if (r.rest != NULL)
		r.rest(&r, resp, r.rest_arg);
	resp_end(resp);
	*out = (struct rig_answer){.status = resp->status};
	out->refused = r.refused;
	split(&raw, out);
	buf_fini(&raw);
	arena_fini(&a);
	mem_free(resp);
}

static void
by_table(struct worker *w, struct req *r, struct resp *out)
{
	routes_serve(w->web->routes, str_of(w->web->conf.base), w, r, out);
}

void
rig_route(struct rig *g, const struct routes *t, const char *const *params,
    struct str body, struct rig_answer *out)
{
	g->web.routes = t;
	rig_send(g, by_table, params, body, out);
}

const char *
rig_api(struct rig *g, const char *key, const char *message)
{
	static struct rig_answer last;
	const char *auth =
	    arena_printf(&memory, "HTTP_AUTHORIZATION=Bearer %s", key);
	const char *params[] = {"REQUEST_METHOD=POST",
	    "REQUEST_URI=/example.com/devices/api",
	    "DOCUMENT_URI=/example.com/devices/api", "HTTP_HOST=host.example",
	    "REQUEST_SCHEME=https", key ? auth : NULL, NULL};

	rig_answer_end(&last);
	rig_send(g, api_http, params, str_of(message), &last);
	return last.body.data ? last.body.data : "";
}
