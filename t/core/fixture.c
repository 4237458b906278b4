#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "category.h"
#include "db.h"
#include "instance.h"
#include "json.h"
#include "must.h"
#include "presence.h"
#include "record.h"
#include "sysclient.h"

/* What a power cut would take is no matter to a test, unless it has its own. */
__attribute__((weak)) int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static int
fake_hub(void *arg, struct str body, struct buf *answer, struct err *e)
{
	struct fixture *f = arg;
	struct str line;

	if (f->hub == HUB_SILENT)
		return err_set(e, ERR_BUSY, "hub does not answer");
	if (f->hub == HUB_ABSENT)
		return 0;
	buf_str(&f->orders, body);
	while (str_next(&body, '\n', &line)) {
		if (line.len == 0)
			continue;
		buf_puts(answer, f->hub == HUB_OK
				     ? "{\"ok\":true}\n"
				     : "{\"ok\":false,\"error\":\"no\"}\n");
	}
	return 1;
}

void
fx_open(struct fixture *f)
{
	char db[96], key[96];
	struct conf conf = {.domain = "example.com", .name = "devices"};

	memset(f, 0, sizeof(*f));
	(void)snprintf(
	    f->folder, sizeof(f->folder), "/tmp/fleetline-core-XXXXXX");
	must(mkdtemp(f->folder) != NULL);
	(void)snprintf(db, sizeof(db), "%s/fleetline.db", f->folder);
	(void)snprintf(key, sizeof(key), "%s/secret.key", f->folder);
	conf.database = db;
	conf.key_file = key;
	if (instance_init(&conf, f->password, &f->err) != 1 ||
	    core_open_files(&f->core, db, key, NULL, &f->err) < 0) {
		tap_diag("%s", f->err.text);
		exit(1);
	}
	orders_fini(&f->core.orders);
	orders_init_with(&f->core.orders, fake_hub, f);
	buf_init(&f->orders, 64 << 20);
	arena_init(&f->arena, 64 << 20);
	actor_local(&f->admin);
	f->q = fx_as(f, &f->admin);
}

void
fx_close(struct fixture *f)
{
	char command[128];
	static const char *const files[] = {"fleetline.db", "fleetline.db-wal",
	    "fleetline.db-shm", "secret.key", "copy.db", "copy.db-wal",
	    "copy.db-shm"};

	core_close(&f->core);
	arena_fini(&f->arena);
	buf_fini(&f->orders);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(
		    command, sizeof(command), "%s/%s", f->folder, files[i]);
		(void)unlink(command);
	}
	(void)rmdir(f->folder);
}

void
fx_clear(struct fixture *f)
{
	buf_clear(&f->orders);
	arena_fini(&f->arena);
	arena_init(&f->arena, 64 << 20);
}

bool
fx_has(const struct buf *b, const char *text)
{
	return b->data != NULL && strstr(b->data, text) != NULL;
}

bool
fx_ordered(const struct fixture *f, const char *text)
{
	return fx_has(&f->orders, text);
}

struct ask
fx_as(struct fixture *f, const struct actor *who)
{
	return (struct ask){
	    .core = &f->core, .arena = &f->arena, .who = who, .err = &f->err};
}

int64_t
fx_domain(struct fixture *f, const char *name, const char *password)
{
	struct str secret = str_of(password);
	struct domain_change more = {
	    .password = password != NULL ? &secret : NULL};
	int64_t id = 0;

	if (domain_add(&f->q, str_of(name), &more, &id) < 0)
		tap_diag("domain %s: %s", name, f->err.text);
	return id;
}

int
fx_grant(struct fixture *f, int64_t domain, int64_t target)
{
	struct grant g = {.domain = domain, .target = target};

	return domain_grant(&f->q, &g);
}

int64_t
fx_category(struct fixture *f, int64_t domain, const char *name)
{
	int64_t id = 0;

	if (category_add(&f->q, domain, str_of(name), true, &id) < 0)
		tap_diag("category %s: %s", name, f->err.text);
	return id;
}

void
fx_provisioning(struct fixture *f, int64_t *north, int64_t *south)
{
	bool on = true;
	struct domain_change deploys = {.deploy = &on};
	int64_t plain;

	*north = fx_domain(f, "north.example", "north-password");
	*south = fx_domain(f, "south.example", "south-password");
	(void)fx_category(f, *north, "phones");
	(void)fx_category(f, *south, "phones");
	must(domain_edit(&f->q, *north, &deploys) == 0);
	must(category_add(&f->q, *north, STR("plain"), false, &plain) == 0);
}

int64_t
fx_claims(struct fixture *f, const char *share)
{
	int64_t n = 0;

	must(db_int(f->core.store, STMT_CLAIM_SHARE, ARGS(A_STRZ(share)), &n,
		 &f->err) >= 0);
	return n;
}

int
fx_device(struct fixture *f, const char *hw_id, int64_t domain,
    enum device_type type, const char *password)
{
	struct device_new in = {.hw_id = str_of(hw_id),
	    .domain = domain,
	    .type = type,
	    .password = str_of(password),
	    .offer_minutes = password == NULL ? 15 : 0};
	int rc = device_add(&f->q, &in);

	if (rc < 0)
		tap_diag("device %s: %s", hw_id, f->err.text);
	return rc;
}

/* ---- connections ---- */

void
fx_conn(struct conn *c, int64_t seq)
{
	memset(c, 0, sizeof(*c));
	c->seq = seq;
	buf_init(&c->answer, 64 << 10);
}

void
fx_conn_end(struct conn *c)
{
	buf_fini(&c->answer);
}

static struct peer
peer_of(const struct conn *c)
{
	return (struct peer){.hub = STR("hub1"),
	    .boot = STR(FX_BOOT),
	    .conn = c->seq,
	    .remote = STR(FX_REMOTE),
	    .state = str_of(c->state)};
}

const char *
fx_member(struct fixture *f, const struct conn *c, const char *name)
{
	static char out[IDENTIFY_STATE_MAX];
	const struct json *v;

	out[0] = '\0';
	if (json_read(&f->arena, buf_view(&c->answer), 64 << 10, &v, &f->err) <
	    0)
		return "not JSON";
	v = json_member(v, name);
	if (json_kind(v) == JSON_STRING)
		str_copy(out, sizeof(out), json_text(v));
	else if (json_kind(v) == JSON_BOOL)
		str_copy(out, sizeof(out),
		    json_true(v) ? STR("true") : STR("false"));
	else if (json_kind(v) == JSON_INT)
		(void)snprintf(
		    out, sizeof(out), "%lld", (long long)json_number(v, 0));
	return out;
}

const char *
fx_frame(struct fixture *f, const struct conn *c, int n)
{
	static char out[4096];
	const struct json *v, *frames;

	out[0] = '\0';
	if (json_read(&f->arena, buf_view(&c->answer), 64 << 10, &v, &f->err) <
	    0)
		return "not JSON";
	frames = json_member(v, "send");
	for (size_t i = 0; i < json_length(frames); i++) {
		const struct json *frame = json_item(frames, i);

		if (json_number(json_item(frame, 0), -1) == n)
			str_copy(
			    out, sizeof(out), json_text(json_item(frame, 1)));
	}
	return out;
}

int
fx_identify(struct fixture *f, struct conn *c, const char *json)
{
	return fx_identify_from(f, c, json, FX_REMOTE);
}

int
fx_identify_from(
    struct fixture *f, struct conn *c, const char *json, const char *remote)
{
	struct peer p = peer_of(c);
	int rc;

	p.remote = str_of(remote);
	buf_clear(&c->answer);
	rc = identify(&f->q, &p, str_of(json), &c->answer);
	if (rc < 0)
		tap_diag("identify: %s", f->err.text);
	else if (fx_member(f, c, "state")[0] != '\0')
		str_copy(c->state, sizeof(c->state),
		    str_of(fx_member(f, c, "state")));
	return rc;
}

int
fx_phone(
    struct fixture *f, struct conn *c, const char *hw_id, const char *digest)
{
	char json[1024];

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"%s\",\"product\":\"IP112\",\"version\":\"" FX_VERSION
	    "\",\"platform\":{\"type\":\"PHONE\"}%s%s%s}",
	    hw_id, digest != NULL ? ",\"digest\":\"" : "",
	    digest != NULL ? digest : "", digest != NULL ? "\"" : "");
	return fx_identify(f, c, json);
}

void
fx_digest(const struct conn *c, const char *hw_id, const char *password,
    char out[CRYPTO_HEX_MAX])
{
	struct sc_identity who = {str_of(hw_id), STR("IP112"), STR(FX_VERSION)};
	struct str state = str_of(c->state), field = {0};

	for (int i = 0; i < 5; i++)
		if (!str_next(&state, ',', &field))
			break;
	sc_digest(&who, field, str_of(password), out);
}

const char *
fx_presence(struct fixture *f, const char *hw_id, int64_t seq, bool online,
    const char *level)
{
	static char out[8192];
	struct conn c = {.seq = seq};
	struct peer p = peer_of(&c);
	struct buf answer;
	char body[256];

	(void)snprintf(body, sizeof(body),
	    "{\"subscribers\":1,\"list\":[[\"%s\",%lld,%s,1700000000000,"
	    "\"%s\",\"" FX_REMOTE "\"]]}",
	    hw_id, (long long)seq, online ? "true" : "false", level);
	buf_init(&answer, 256 << 10);
	out[0] = '\0';
	if (presence_apply(&f->q, &p, str_of(body), &answer) < 0)
		tap_diag("presence: %s", f->err.text);
	else
		str_copy(out, sizeof(out), buf_view(&answer));
	buf_fini(&answer);
	return out;
}

void
fx_offer(struct fixture *f, const char *hw_id, const char *password)
{
	struct record k;
	struct buf sealed;

	must(record_load(&f->q, str_of(hw_id), &k) == 1 && k.offered.len > 0);
	secret_seal(
	    &f->core, SECRET_DEVICE, k.device.id, str_of(password), &sealed);
	must(db_run(f->core.store, STMT_SECRET_OFFER,
		 ARGS(A_INT(k.device.id), A_BLOB(buf_view(&sealed)),
		     A_INT(k.offered_at), A_INT(k.offer_until), A_NULL, A_NULL,
		     A_NULL),
		 &f->err) == 1);
	buf_fini(&sealed);
}

void
fx_online(struct fixture *f, const char *hw_id, int64_t domain, int64_t seq,
    struct conn *c)
{
	must(fx_device(f, hw_id, domain, DEVICE_PHONE, FX_PASS) == 0);
	fx_prove(f, hw_id, seq, c);
}

void
fx_prove(struct fixture *f, const char *hw_id, int64_t seq, struct conn *c)
{
	char digest[CRYPTO_HEX_MAX];

	fx_conn(c, seq);
	must(fx_phone(f, c, hw_id, NULL) == 0);
	fx_digest(c, hw_id, FX_PASS, digest);
	must(fx_phone(f, c, hw_id, digest) == 0);
	must(fx_presence(f, hw_id, seq, true, "device")[0] != '\0');
}
