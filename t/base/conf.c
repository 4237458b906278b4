/* The configuration file: defaults, limits, errors with their line. */
#include "conf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "tap.h"

static char folder[] = "/tmp/fl-conf-XXXXXX";
static char path[64];

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		tap_ok(false, "the test can write %s", path);
}

static void
test_defaults(struct arena *a)
{
	char want[128];
	struct conf c;
	struct err e;

	write_file("");
	tap_ok(conf_load(path, a, &c, &e) == 0, "an empty file is enough");
	tap_is_str(c.base, "/example.com/devices",
	    "the base is made of domain and name");
	(void)snprintf(want, sizeof(want), "%s/fleetline.db", folder);
	tap_is_str(c.database, want, "relative paths start at the file");
	tap_is_str(c.state, folder, "the state folder is the file's");
	tap_is_int(c.ping_s, 30, "numbers have defaults");
	tap_is_str(c.nginx_trusted, "", "no proxy is trusted");
	tap_is_int(c.nginx_per_address, 256, "an address has 256 requests");
	tap_is_int(c.log_level, LOG_INFO, "the log tells what happens");
	tap_is_str(c.mail_from, "fleetline@example.com",
	    "mails come from the domain of the instance");
	tap_ok(c.mail_password == NULL && c.mail_ca == NULL,
	    "files that are not named are none");
	tap_ok(c.templates[0] == '/', "templates are those installed");
	tap_ok(c.api_threads >= 4 && c.rules_threads >= 4 &&
		   c.api_threads % 2 == 0,
	    "threads follow the number of cores");
	(void)snprintf(want, sizeof(want), "%s/run/ws.sock", folder);
	tap_is_str(conf_socket(&c, a, "ws"), want, "sockets lie in run/");
}

static void
test_values(struct arena *a)
{
	char want[128];
	struct conf c;
	struct err e;

	write_file("[instance]\ndomain = fleet.example\nname = d\n"
		   "[log]\nlevel = warn\n"
		   "[paths]\nrun = /run/fl\ntemplates = t\n"
		   "[passthrough]\nurl = https://*.pt.example\nkeys = session\n"
		   "[nginx]\ntrusted_proxies = 192.0.2.1, 2001:db8::/32\n"
		   "[mail]\nfrom = a@b\nca_file = ca.pem\n[hub]\nping = 5 ; "
		   "comment\n");
	tap_ok(conf_load(path, a, &c, &e) == 0, "values are read");
	tap_is_str(c.base, "/fleet.example/d", "the base follows");
	tap_is_str(c.run, "/run/fl", "an absolute path stays");
	tap_is_int(c.log_level, LOG_WARN, "levels have names");
	tap_is_int(c.ping_s, 5, "a comment ends the value");
	tap_is_str(
	    c.nginx_trusted, "192.0.2.1, 2001:db8::/32", "proxies are a list");
	tap_is_str(
	    c.passthrough_url, "https://*.pt.example", "a url with a star too");
	tap_ok(c.one_key, "one key for each session");
	tap_is_str(c.mail_from, "a@b", "a sender that is given stays");
	tap_is_str(c.device_url, "", "without a url devices have none either");
	(void)snprintf(want, sizeof(want), "%s/ca.pem", folder);
	tap_is_str(c.mail_ca, want, "its files start at the file too");
	(void)snprintf(want, sizeof(want), "%s/t", folder);
	tap_is_str(c.templates, want, "and so do the templates");
	write_file("[instance]\nurl = https://a\n");
	tap_ok(conf_load(path, a, &c, &e) == 0, "a url of the instance");
	tap_is_str(c.device_url, "https://a", "counts for devices as well");
	write_file("[instance]\nurl = https://a\ndevice_url = http://b\n");
	tap_ok(conf_load(path, a, &c, &e) == 0, "devices see another name");
	tap_is_str(c.device_url, "http://b", "which counts for them");
	tap_is_str(c.url, "https://a", "and for nobody else");
}

static void
test_errors(struct arena *a)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"[rental]\nclock = maybe\n",
		"[rental] clock must be kernel, trusted or doubted"},
	    {"[fetch]\nprivate = maybe\n", "[fetch] private must be yes or no"},
	    {"[passthrough]\nkeys = one\n",
		"[passthrough] keys must be device or session"},
	    {"[hub]\nid = west/2\n",
		"[hub] id must be 1 to 32 letters, digits or . _ -"},
	    {"[hub]\nid = 123456789012345678901234567890123\n",
		"[hub] id must be 1 to 32 letters, digits or . _ -"},
	    {"[hub]\npnig = 5\n", "line 2: unknown key \"pnig\" in [hub]"},
	    {"[hub]\n\nping = 0\n",
		"line 3: [hub] ping must be a number from 1 to 3600"},
	    {"[hub]\nping = 5s\n",
		"line 2: [hub] ping must be a number from 1 to 3600"},
	    {"[log]\nlevel = loud\n",
		"line 2: [log] level must be debug, info, warn or error"},
	    {"[log]\nlevel =\n", "line 2: [log] level must be"},
	    {"ping\n", "line 1: not a line of an INI file"},
	    {"[instance]\nbase = x/\n", "base must begin with /"},
	    {"[nginx]\ntrusted_proxies = 10.0.0.0/8 192.0.2.1\n",
		"trusted_proxies must be addresses and networks"},
	    {"[nginx]\ntrusted_proxies = proxy.example\n",
		"trusted_proxies must be addresses and networks"},
	    {"[nginx]\nconnections = 0\n",
		"[nginx] connections must be a number from 1 to 65535"},
	};
	struct conf c;
	struct err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		write_file(cases[i].text);
		if (!tap_ok(conf_load(path, a, &c, &e) < 0 &&
				strstr(e.text, cases[i].want) != NULL,
			"refused: %s", cases[i].want))
			tap_diag("got %s", e.text);
	}
	(void)unlink(path);
	tap_ok(conf_load(path, a, &c, &e) < 0 && e.kind == ERR_IO,
	    "a missing file is an error");
}

int
main(void)
{
	struct arena a;

	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(path, sizeof(path), "%s/fleetline.conf", folder);
	arena_init(&a, 1 << 20);
	test_defaults(&a);
	test_values(&a);
	test_errors(&a);
	arena_fini(&a);
	(void)rmdir(folder);
	return tap_end();
}
