/* Messages about provisioning codes (chapters 3.1, 3.2; our own ones besides). */
#include <string.h>

#include "access.h"
#include "api_table.h"
#include "category.h"
#include "code.h"
#include "crypto.h"
#include "qr.h"
#include "regtoken.h"
#include "sysclient.h"

/* ---- fields ---- */

enum { F_DOMAIN_ID };
enum { F_CATEGORY = 1, F_NAME, F_ROLLOUT, F_ADMINISTRATIVE };
enum { F_QR = F_ADMINISTRATIVE, F_PNG }; /* of our own message */
enum { F_CODE = 1 };
enum { F_BEFORE = 1 };
enum { F_ID = 0 };

#define URL_MAX       ((size_t)4 << 10)
#define CODE_TEXT_MAX 32 /* bytes of a code with blanks between its groups */

/* clang-format off */
static const struct field f_get[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_CATEGORY] = NEED_TEXT("category", 1, CATEGORY_NAME_MAX),
    [F_NAME] = TEXT("sip", 0, DEVICE_NAME_MAX),
    [F_ROLLOUT] = BOOL("rollout"),
    [F_ADMINISTRATIVE] = BOOL("administrative"),
};

static const struct field f_add[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_CATEGORY] = NEED_TEXT("category", 1, CATEGORY_NAME_MAX),
    [F_NAME] = TEXT("name", 0, DEVICE_NAME_MAX),
    [F_ROLLOUT] = BOOL("rollout"),
    [F_QR] = BOOL("qr"),
    [F_PNG] = BOOL("png"),
};

static const struct field f_find[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_CODE] = NEED_TEXT("code", 1, CODE_TEXT_MAX),
};

static const struct field f_list[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_BEFORE] = NUMBER("before", 0, ID_MAX),
};

static const struct field f_domain[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};
/* clang-format on */

/* ---- making ---- */

/* Who asked hears of the use, in the connection that he asked by. */
static const struct code_watch *
watch(struct call *c, struct code_watch *w)
{
	if (c->app == NULL)
		return NULL;
	*w = (struct code_watch){
	    .boot = c->app->boot,
	    .session = c->app->session,
	    .src = c->reply->src,
	    .api = c->reply->api,
	};
	return w;
}

/* That the device will use; empty without a host.  Has to be ended. */
static void
url_of(const struct call *c, struct buf *url)
{
	const char *host =
	    c->uris->origin ? strstr(c->uris->origin, "://") : NULL;

	buf_init(url, URL_MAX);
	if (host != NULL)
		sc_url(url, host + 3, c->uris->base, NULL);
}

/* One picture of text; the code is made, so it is told with or without. */
static void
put_picture(struct call *c, const char *text, bool png)
{
	struct buf picture, coded;
	int rc;

	buf_init(&picture, QR_MAX);
	buf_init(&coded, 2 * QR_MAX);
	rc = png ? qr_png(text, &picture, c->q.err)
		 : qr_svg(text, &picture, c->q.err);
	if (png)
		crypto_base64(buf_view(&picture), &coded);
	if (rc == 0)
		jout_str(&c->reply->j, png ? "png" : "qr",
		    buf_view(png ? &coded : &picture));
	buf_wipe(&picture);
	buf_wipe(&coded);
}

/* URL and code, a line each, in the forms that were asked for. */
static void
put_pictures(struct call *c, const struct buf *url, const char *digits)
{
	char *text = arena_printf(c->q.arena, "%.*s\n%s", (int)url->len,
	    url->len > 0 ? url->data : "", digits);

	if (text == NULL)
		return;
	if (c->v[F_QR].truth)
		put_picture(c, text, false);
	if (c->v[F_PNG].truth)
		put_picture(c, text, true);
	explicit_bzero(text, strlen(text));
}

static void
put_made(struct call *c, const struct code_made *made, bool own)
{
	struct jout *j = &c->reply->j;

	if (own)
		jout_int(j, "id", made->id);
	jout_strz(j, "code", made->digits);
	if (own)
		jout_int(j, "ends", made->ends);
	else
		jout_int(j, "validUntil", made->ends / 1000);
}

static int
make(struct call *c, const struct code_wish *w, bool own)
{
	struct code_watch who;
	struct code_made made;
	struct buf url;
	int rc = code_add(&c->q, w, watch(c, &who), &made);

	url_of(c, &url);
	if (rc == 0) {
		reply_open(c->reply);
		put_made(c, &made, own);
		if (url.len > 0)
			jout_str(&c->reply->j, "url", buf_view(&url));
		if (own)
			put_pictures(c, &url, made.digits);
		reply_close(c->reply);
	}
	explicit_bzero(made.digits, sizeof(made.digits));
	buf_fini(&url);
	return rc;
}

static int
wish(struct call *c, struct code_wish *w)
{
	*w = (struct code_wish){
	    .category = c->v[F_CATEGORY].text,
	    .name = c->v[F_NAME].text,
	    .rollout = c->v[F_ROLLOUT].truth,
	};
	return api_home(c, &c->v[F_DOMAIN_ID], &w->domain);
}

/* For one device of a person: a password of its own, unless it is said. */
static int
get_code(struct call *c)
{
	struct code_wish w;

	if (wish(c, &w) < 0)
		return -1;
	w.administrative = c->v[F_ADMINISTRATIVE].truth;
	return make(c, &w, false);
}

/* By who runs the domain: its password, if he may know it. */
static int
add_code(struct call *c)
{
	struct code_wish w;

	if (wish(c, &w) < 0)
		return -1;
	w.administrative = access_owns(c->q.who, w.domain);
	return make(c, &w, true);
}

/* ---- looking ---- */

static int
find_device(struct call *c)
{
	struct code_watch who;
	struct code code;
	struct device d;
	int64_t domain;
	int rc;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0)
		return -1;
	rc = code_find(&c->q, domain, c->v[F_CODE].text, watch(c, &who), &code);
	if (err_need(rc, c->q.err, ERR_GONE, "no such code") < 0)
		return -1;
	rc = code.hw_id.len > 0 ? device_get(&c->q, code.hw_id, &d) : 0;
	if (rc < 0 || uris_open(c->uris, &c->q) < 0)
		return -1;
	reply_open(c->reply);
	jout_str(&c->reply->j, "code", c->v[F_CODE].text);
	if (rc > 0 && d.domain_id == domain)
		device_json(&c->reply->j, "device", &d,
		    uris_of(c->uris, c->q.arena, d.hw_id));
	reply_close(c->reply);
	return 0;
}

static void
put_code(struct jout *j, const struct code *k)
{
	jout_object(j, NULL);
	jout_int(j, "id", k->id);
	jout_str(j, "category", k->category);
	if (k->name.len > 0)
		jout_str(j, "name", k->name);
	jout_str(j, "tail", k->tail);
	jout_str(j, "maker", k->maker);
	jout_bool(j, "administrative", k->administrative);
	jout_int(j, "made", k->made);
	jout_int(j, "ends", k->ends);
	jout_strz(j, "state", code_state(k));
	if (k->used > 0)
		jout_int(j, "used", k->used);
	if (k->hw_id.len > 0)
		jout_str(j, "hwId", k->hw_id);
	if (k->port.len > 0)
		jout_str(j, "port", k->port);
	jout_end(j);
}

static int
get_codes(struct call *c)
{
	struct code *list;
	int64_t domain;
	size_t n;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
	    code_list(&c->q, domain, c->v[F_BEFORE].number, &list, &n) < 0)
		return -1;
	reply_list(c->reply, "codes");
	for (size_t i = 0; i < n && reply_item(c->reply); i++)
		put_code(&c->reply->j, &list[i]);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
revoke_code(struct call *c)
{
	return code_revoke(&c->q, c->v[F_ID].number) < 0 ? -1 : api_done(c);
}

/* ---- registration tokens ---- */

/* As it is, or another one. */
static int
show_token(struct call *c,
    int (*how)(struct ask *q, int64_t domain, char out[REGTOKEN_SIZE]))
{
	char token[REGTOKEN_SIZE];
	int64_t domain;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
	    how(&c->q, domain, token) < 0)
		return -1;
	return api_done_secret(c, "token", token);
}

static int
get_token(struct call *c)
{
	return show_token(c, regtoken_get);
}

static int
new_token(struct call *c)
{
	return show_token(c, regtoken_renew);
}

static int
delete_token(struct call *c)
{
	int64_t domain;

	return api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
		       regtoken_renew(&c->q, domain, NULL) < 0
		   ? -1
		   : api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AddProvisioningCode"), CHANGES, FIELDS(f_add), .run = add_code},
    {LOGIN("DeleteProvisioningToken"), CHANGES, FIELDS(f_domain), .run = delete_token},
    {LOGIN("GetProvisionedDevice"), READS, FIELDS(f_find), .run = find_device},
    {LOGIN("GetProvisioningCode"), CHANGES, FIELDS(f_get), .run = get_code},
    {LOGIN("GetProvisioningCodes"), READS, LIST("codes"), FIELDS(f_list), .run = get_codes},
    {LOGIN("GetProvisioningToken"), CHANGES, FIELDS(f_domain), .run = get_token},
    {LOGIN("NewProvisioningToken"), CHANGES, FIELDS(f_domain), .run = new_token},
    {LOGIN("RevokeProvisioningCode"), CHANGES, FIELDS(f_id), .run = revoke_code},
};
/* clang-format on */

const struct api_table api_code = {messages, COUNT(messages)};
