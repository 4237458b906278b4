/* Messages of apps and PBXs about themselves and us (chapter 2.6). */
#include "api_table.h"

#define APP_NAME_MAX 128 /* bytes */

/* ---- fields ---- */

enum { F_APP };

/* clang-format off */
static const struct field f_app[] = {
    [F_APP] = TEXT("app", 0, APP_NAME_MAX),
};
/* clang-format on */

static int
user_info(struct call *c)
{
	char key[CRYPTO_GUID_SIZE];

	if (uris_open(c->uris, &c->q) < 0)
		return -1;
	uris_key(c->uris, key);
	reply_open(c->reply);
	jout_strz(&c->reply->j, "key", key);
	jout_bool(&c->reply->j, "admin", c->q.who->admin);
	reply_close(c->reply);
	return 0;
}

/* Names come with a leading "$" or a trailing ".htm" at times (2.2). */
static struct str
plain_app(struct str app)
{
	static const struct str htm = STR(".htm");

	if (app.len > 0 && app.p[0] == '$')
		app = str_n(app.p + 1, app.len - 1);
	if (app.len > htm.len &&
	    str_eq(str_n(app.p + app.len - htm.len, htm.len), htm))
		app.len -= htm.len;
	return app;
}

/* {"apis":{...}} with the API of this name, or none (NULL). */
static void
put_apis(struct jout *j, const char *api)
{
	jout_object(j, "apis");
	if (api != NULL) {
		jout_object(j, api);
		jout_end(j);
	}
	jout_end(j);
}

static void
put_app_info(struct jout *j, struct str app)
{
	bool hidden = str_eqz(plain_app(app), "innovaphone-devices-api");
	bool shown = str_eqz(plain_app(app), "innovaphone-devices");
	const char *client = hidden  ? "com.innovaphone.devices"
			     : shown ? "com.innovaphone.devicesui"
				     : NULL;

	jout_str(j, "app", app);
	jout_object(j, "info");
	if (hidden)
		jout_bool(j, "hidden", true);
	put_apis(j, client);
	jout_end(j);
	jout_object(j, "serviceInfo");
	put_apis(j, hidden ? client : NULL);
	jout_end(j);
}

static int
app_info(struct call *c)
{
	reply_open(c->reply);
	put_app_info(&c->reply->j, c->v[F_APP].text);
	reply_close(c->reply);
	return 0;
}

static int
keep_alive(struct call *c)
{
	return api_done(c);
}

/* Pages are the same below each build, so none is wrong. */
static int
check_build(struct call *c)
{
	return api_done(c);
}

static int
silent(struct call *c)
{
	(void)c;
	return 0;
}

static int
not_supported(struct call *c)
{
	return err_say(c->q.err, ERR_INPUT, "not supported");
}

static int
logged_in(struct call *c)
{
	return err_say(c->q.err, ERR_INPUT, "logged in already");
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AppChallenge"), READS, .run = logged_in},
    {LOGIN("AppCheckLogin"), READS, .run = logged_in},
    {LOGIN("AppInfo"), READS, FIELDS(f_app), .run = app_info},
    {LOGIN("AppLogin"), READS, .run = logged_in},
    {LOGIN("CheckBuild"), READS, .run = check_build},
    {LOGIN("GetLoginInfo"), READS, .run = user_info},
    {LOGIN("GetUserInfo"), READS, .run = user_info},
    {LOGIN("KeepAlive"), READS, .run = keep_alive, .result = "KeepAlive"},
    {LOGIN("PbxInfo"), READS, .run = silent},
    {LOGIN("Search"), READS, .run = not_supported},
    {LOGIN("SetDeviceFiler"), READS, .run = silent},
    {LOGIN("SetDeviceFilter"), READS, .run = silent},
    {LOGIN("TicketLogin"), READS, .run = logged_in},
};
/* clang-format on */

const struct api_table api_app = {messages, COUNT(messages)};
