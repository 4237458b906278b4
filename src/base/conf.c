#include "conf.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "net.h"
#include "net_socket.h"
#include "num.h"

#define THREADS_MIN 4

enum conf_kind { CONF_TEXT, CONF_PATH, CONF_NUMBER, CONF_LEVEL };

/* Every key there is; a default may name what other keys hold as $key. */
struct conf_key {
	const char *section, *name;
	enum conf_kind kind;
	size_t offset;
	const char *fallback;
	int64_t lo, hi;
};

#define TEXT(s, n, f, d)                                                       \
	{                                                                      \
		s, n, CONF_TEXT, offsetof(struct conf, f), d, 0, 0             \
	}
#define PATH(s, n, f, d)                                                       \
	{                                                                      \
		s, n, CONF_PATH, offsetof(struct conf, f), d, 0, 0             \
	}
#define LEVEL(s, n, f, d)                                                      \
	{                                                                      \
		s, n, CONF_LEVEL, offsetof(struct conf, f), d, 0, 0            \
	}
#define NUMBER(s, n, f, d, lo, hi)                                             \
	{                                                                      \
		s, n, CONF_NUMBER, offsetof(struct conf, f), d, lo, hi         \
	}

static const struct conf_key keys[] = {
    TEXT("instance", "domain", domain, "example.com"),
    TEXT("instance", "name", name, "devices"),
    TEXT("instance", "base", base, NULL),
    TEXT("instance", "url", url, ""),
    TEXT("instance", "device_url", device_url, ""),
    PATH("paths", "state", state, "."),
    PATH("paths", "run", run, "run"),
    PATH("paths", "database", database, "fleetline.db"),
    PATH("paths", "key", key_file, "secret.key"),
    PATH("paths", "templates", templates, PKGDATADIR "/templates"),
    PATH("paths", "console", console, PKGDATADIR "/console"),
    LEVEL("log", "level", log_level, "info"),
    NUMBER("login", "burst", login_burst, "10", 1, 1000000),
    NUMBER("login", "per_minute", login_per_minute, "10", 1, 1000000),
    NUMBER("devices", "threads", api_threads, "0", 0, 256),
    NUMBER("csvapi", "threads", csvapi_threads, "0", 0, 256),
    NUMBER("billing", "threads", billing_threads, "0", 0, 256),
    NUMBER("dialplan", "threads", dialplan_threads, "0", 0, 256),
    NUMBER("provision", "threads", provision_threads, "0", 0, 256),
    TEXT("hub", "id", hub_id, "main"),
    NUMBER("hub", "rules_threads", rules_threads, "0", 0, 256),
    NUMBER("hub", "claims", claims_max, "10000", 1, 1000000),
    NUMBER("hub", "connections", connections_max, "100000", 1, 1000000),
    NUMBER("hub", "ping", ping_s, "30", 1, 3600),
    NUMBER("hub", "idle", idle_s, "90", 2, 86400),
    NUMBER("hub", "app_idle", app_idle_s, "3600", 2, 86400),
    NUMBER("hub", "tunnel_timeout", tunnel_timeout_s, "30", 1, 3600),
    NUMBER("hub", "receive_length", receive_length, "0", 0, 65536),
    TEXT("hub", "control_users", control_users, ""),
    TEXT("hub", "tunnel_users", tunnel_users, ""),
    PATH("deliver", "commands", commands, NULL),
    TEXT("passthrough", "url", passthrough_url, ""),
    TEXT("passthrough", "keys", passthrough_keys, "device"),
    TEXT("rental", "clock", rental_clock, "kernel"),
    TEXT("mail", "url", mail_url, ""),
    TEXT("mail", "tls", mail_tls, "require"),
    TEXT("mail", "user", mail_user, ""),
    PATH("mail", "password_file", mail_password, NULL),
    PATH("mail", "ca_file", mail_ca, NULL),
    TEXT("mail", "from", mail_from, NULL),
    NUMBER("mail", "timeout", mail_timeout_s, "30", 1, 3600),
    TEXT("fetch", "private", fetch_private, "yes"),
    TEXT("fetch", "local", fetch_local, ""),
    TEXT("phones", "notify", phones_notify, ""),
    TEXT("phones", "from", phones_from, ""),
    TEXT("nginx", "trusted_proxies", nginx_trusted, ""),
    NUMBER(
	"nginx", "connections_per_address", nginx_per_address, "256", 1, 65535),
    NUMBER("nginx", "connections", nginx_connections, "1024", 1, 65535),
    NUMBER("nginx", "arrivals", nginx_arrivals, "2500", 5, 1000000),
    TEXT("console", "frame_ancestors", console_frames, ""),
};

struct conf_reader {
	struct arena *a;
	struct conf *c;
	struct err *e;
	const char *folder; /* of the file, for relative paths */
	bool failed;
};

static void *
field(struct conf *c, const struct conf_key *k)
{
	return (char *)c + k->offset;
}

static const char *
absolute(struct conf_reader *r, const char *path)
{
	if (path[0] == '/')
		return path;
	if (strcmp(path, ".") == 0)
		return r->folder;
	return arena_printf(r->a, "%s/%s", r->folder, path);
}

static int
set_level(struct conf_reader *r, const struct conf_key *k, const char *value)
{
	int level = log_level_parse(value);

	if (level < 0)
		return err_set(r->e, ERR_INPUT,
		    "[%s] %s must be debug, info, warn or error", k->section,
		    k->name);
	*(enum log_level *)field(r->c, k) = (enum log_level)level;
	return 0;
}

static int
set_key(struct conf_reader *r, const struct conf_key *k, const char *value)
{
	int64_t n;

	switch (k->kind) {
	case CONF_NUMBER:
		if (!num_parse(str_of(value), k->lo, k->hi, &n))
			return err_set(r->e, ERR_INPUT,
			    "[%s] %s must be a number from %lld to %lld",
			    k->section, k->name, (long long)k->lo,
			    (long long)k->hi);
		*(int64_t *)field(r->c, k) = n;
		return 0;
	case CONF_PATH:
		*(const char **)field(r->c, k) =
		    absolute(r, arena_strdup(r->a, value));
		return 0;
	case CONF_TEXT:
		*(const char **)field(r->c, k) = arena_strdup(r->a, value);
		return 0;
	case CONF_LEVEL:
		return set_level(r, k, value);
	}
	return -1;
}

/* inih's handler: 1 to go on, 0 to stop with the line number. */
static int
take_line(void *arg, const char *section, const char *name, const char *value)
{
	struct conf_reader *r = arg;

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i].section, section) == 0 &&
		    strcmp(keys[i].name, name) == 0) {
			r->failed = set_key(r, &keys[i], value) < 0;
			return !r->failed;
		}
	(void)err_set(
	    r->e, ERR_INPUT, "unknown key \"%s\" in [%s]", name, section);
	r->failed = true;
	return 0;
}

/* Twice the cores: one thread may wait for the disk while another works. */
static int64_t
threads(int64_t given)
{
	int64_t fit = 2 * (int64_t)sysconf(_SC_NPROCESSORS_ONLN);

	if (given > 0)
		return given;
	return fit < THREADS_MIN ? THREADS_MIN : fit > 256 ? 256 : fit;
}

/* It stands before a slash in a header and as it is in the store. */
static bool
is_hub_id(const char *id)
{
	struct str s = str_of(id);

	return s.len > 0 && s.len <= CONF_HUB_ID_MAX &&
	       str_only(s, STR_ALNUM, "._-");
}

/* The words are in the order of enum clock_word. */
static int
read_clock(struct conf_reader *r)
{
	static const char *const words[] = {"kernel", "trusted", "doubted"};

	for (int i = CLOCK_KERNEL; i <= CLOCK_DOUBTED; i++)
		if (strcmp(r->c->rental_clock, words[i]) == 0) {
			r->c->clock = (enum clock_word)i;
			return 0;
		}
	return err_set(r->e, ERR_INPUT,
	    "[rental] clock must be kernel, trusted or doubted");
}

static int
read_keys(struct conf_reader *r)
{
	const char *word = r->c->passthrough_keys;

	r->c->one_key = strcmp(word, "session") == 0;
	if (r->c->one_key || strcmp(word, "device") == 0)
		return 0;
	return err_set(
	    r->e, ERR_INPUT, "[passthrough] keys must be device or session");
}

static int
read_private(struct conf_reader *r)
{
	const char *word = r->c->fetch_private;

	r->c->private_ok = strcmp(word, "yes") == 0;
	if (r->c->private_ok || strcmp(word, "no") == 0)
		return 0;
	return err_set(r->e, ERR_INPUT, "[fetch] private must be yes or no");
}

static int
check_socket(struct conf_reader *r, const char *key, const char *text)
{
	struct sockaddr_storage sa;
	socklen_t len;

	if (text[0] == '\0' || net_socket(str_of(text), &sa, &len))
		return 0;
	return err_set(r->e, ERR_INPUT,
	    "%s must be an address and a port, as 192.0.2.5:5060", key);
}

static int
check(struct conf_reader *r)
{
	struct conf *c = r->c;

	c->api_threads = threads(c->api_threads);
	c->rules_threads = threads(c->rules_threads);
	c->csvapi_threads = threads(c->csvapi_threads);
	c->billing_threads = threads(c->billing_threads);
	c->dialplan_threads = threads(c->dialplan_threads);
	c->provision_threads = threads(c->provision_threads);

	if (c->base == NULL || c->base[0] == '\0')
		c->base = arena_printf(r->a, "/%s/%s", c->domain, c->name);
	if (c->device_url[0] == '\0')
		c->device_url = c->url;
	if (c->mail_from == NULL || c->mail_from[0] == '\0')
		c->mail_from = arena_printf(r->a, "fleetline@%s", c->domain);
	if (c->commands == NULL)
		c->commands = arena_printf(
		    r->a, "%s/innovaphone/commands.json", c->templates);
	if (c->base[0] != '/' || c->base[strlen(c->base) - 1] == '/')
		return err_set(r->e, ERR_INPUT,
		    "[instance] base must begin with / and not end with it");
	if (!is_hub_id(c->hub_id))
		return err_set(r->e, ERR_INPUT,
		    "[hub] id must be 1 to %d letters, digits or . _ -",
		    CONF_HUB_ID_MAX);
	if (c->nginx_trusted[0] != '\0' &&
	    !net_list_valid(str_of(c->nginx_trusted)))
		return err_set(r->e, ERR_INPUT,
		    "[nginx] trusted_proxies must be addresses and networks");
	if (check_socket(r, "[phones] notify", c->phones_notify) < 0 ||
	    check_socket(r, "[phones] from", c->phones_from) < 0 ||
	    read_keys(r) < 0 || read_private(r) < 0)
		return -1;
	return read_clock(r);
}

/* "." of "fleetline.conf", "/x" of "/x/fleetline.conf", absolute. */
static const char *
folder_of(struct arena *a, const char *path)
{
	char *whole = realpath(path, NULL), *copy, *slash;

	if (whole == NULL)
		return ".";
	copy = arena_strdup(a, whole);
	free(whole);
	slash = strrchr(copy, '/');
	if (slash == copy)
		return "/";
	*slash = '\0';
	return copy;
}

int
conf_load(const char *path, struct arena *a, struct conf *c, struct err *e)
{
	struct conf_reader r = {
	    .a = a, .c = c, .e = e, .folder = folder_of(a, path)};
	char why[160];
	int line;

	memset(c, 0, sizeof(*c));
	c->file = arena_printf(a, "%s/%s", r.folder,
	    strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].fallback != NULL &&
		    set_key(&r, &keys[i], keys[i].fallback) < 0)
			return -1;
	line = ini_parse(path, take_line, &r);
	if (line < 0)
		return err_sys(e, "cannot read %s", path);
	if (line > 0) {
		str_copy(why, sizeof(why),
		    str_of(r.failed ? e->text : "not a line of an INI file"));
		return err_set(
		    e, ERR_INPUT, "%s line %d: %.100s", path, line, why);
	}
	return check(&r);
}

const char *
conf_socket(const struct conf *c, struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s.sock", c->run, name);
}
