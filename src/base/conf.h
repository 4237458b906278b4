/*
 * conf -- the configuration file STATE/fleetline.conf (INI, read by inih).
 *
 * Every key has a default, so an empty file is a working configuration; an
 * unknown section or key is an error with its line number, because a mistyped
 * key that is silently ignored is found only in production.  fleetline.conf(5)
 * describes each key; the table in conf.c is its source.
 *
 * Relative paths are taken from the folder of the file.
 */
#ifndef FL_CONF_H
#define FL_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "clock.h"
#include "err.h"
#include "log.h"

#define CONF_HUB_ID_MAX 32 /* bytes of [hub] id */

struct conf {
	const char *file; /* path of the file itself */
	/* [instance] */
	const char *domain; /* system domain, "example.com" */
	const char *name;   /* instance name, "devices" */
	const char *base;   /* URL prefix, default "/<domain>/<name>" */
	const char *url;    /* public base "https://host"; "" = from request */
	const char *device_url; /* the same for devices; that of url */
	/* [paths] */
	const char *state;     /* folder of the instance */
	const char *run;       /* folder of the sockets, short path */
	const char *database;  /* state/fleetline.db */
	const char *key_file;  /* state/secret.key */
	const char *templates; /* folder of mail texts and the like */
	const char *console;   /* folder of the console's files */
	/* [log] */
	enum log_level log_level; /* of [log] level; info */
	/* [login] of a user from an address */
	int64_t login_burst;      /* wrong logins at once, 10 */
	int64_t login_per_minute; /* and how many more come in a minute, 10 */
	/* [devices] workers of the FastCGI programs and their limits */
	int64_t api_threads;   /* devices.fcgi; twice the cores */
	int64_t rules_threads; /* rules.fcgi; twice the cores */
	/* [csvapi] */
	int64_t csvapi_threads; /* csvapi.fcgi; twice the cores */
	/* [billing] */
	int64_t billing_threads; /* billing.fcgi; twice the cores */
	/* [dialplan] */
	int64_t dialplan_threads; /* dialplan.fcgi; twice the cores */
	/* [provision] */
	int64_t provision_threads; /* provision.fcgi; twice the cores */
	/* [hub] */
	const char *hub_id;        /* its name in the store, "main" */
	int64_t claims_max;        /* connections that are not proven, 10000 */
	int64_t connections_max;   /* all device connections, 100000 */
	int64_t ping_s;            /* silence before a ping, 30 */
	int64_t idle_s;            /* a device's silence before a drop, 90 */
	int64_t app_idle_s;        /* an app's, 3600 */
	int64_t tunnel_timeout_s;  /* one request through the tunnel, 30 */
	int64_t receive_length;    /* length in "socket receive": 0 or 8192 */
	const char *control_users; /* Unix users that may order the hub */
	const char *tunnel_users;  /* those that may open tunnels as well */
	/* [deliver] */
	const char *commands; /* file of requests, see fleetline-deliver(8) */
	/* [passthrough] */
	const char *passthrough_url;  /* of devices' pages (passhost.h); "" */
	const char *passthrough_keys; /* device, session */
	bool one_key;                 /* the latter */
	/* [rental] */
	const char *rental_clock; /* kernel, trusted, doubted */
	enum clock_word clock;    /* the same */
	/* [mail] the server that takes notices */
	const char *mail_url;      /* smtp://HOST, smtps://HOST; "" = none */
	const char *mail_tls;      /* off, try, require */
	const char *mail_user;     /* "" = no login */
	const char *mail_password; /* file of its password, NULL = none */
	const char *mail_ca;       /* PEM file, NULL = the system's */
	const char *mail_from;     /* sender, fleetline@<domain> */
	int64_t mail_timeout_s;    /* for one mail, 30 */
	/* [fetch] URLs that administrators and tenants set */
	const char *fetch_private; /* yes, no */
	bool private_ok;           /* they may lead to private addresses */
	const char *fetch_local;   /* sockets of this machine that they may lead
				    * to (wire/target.h); "" */
	/* [phones] of other vendors, that are told to fetch their files */
	const char *phones_notify; /* proxy that gets it, "192.0.2.5:5060"; ""
				    * = the phone itself */
	const char *phones_from;   /* the socket it comes from; "" = any */
	/* [nginx] for the site that "fleetline site" prints */
	const char *nginx_trusted; /* proxies, a list as in net.h; "" */
	int64_t nginx_per_address; /* requests of an address at once, 256 */
	int64_t nginx_connections; /* requests of all at once, 1024 */
	int64_t nginx_arrivals;    /* websockets of devices a second, 2500 */
	/* [console] */
	const char *console_frames; /* origins whose pages may show it in a
				     * frame, with blanks between; "" */
};

/* Load path into *c; its strings live in a. */
int conf_load(
    const char *path, struct arena *a, struct conf *c, struct err *e) FL_CHECK;

/* Name of a socket in the run folder: "ws", "door", "control", "internal",
 * "deliver", "devices", "rules", "billing", "csvapi", "dialplan", "provision".
 * The result is run/<name>.sock. */
const char *conf_socket(
    const struct conf *c, struct arena *a, const char *name);

#endif
