/*
 * row -- the values that rows of the store become.
 *
 * Plain values without rules; they travel up through core's headers.  Their
 * strings belong to the arena they were loaded into and live as long as it.
 * Times are milliseconds since 1970 (UTC), 0 = never.  Ids are > 0 once
 * saved; 0 means "none".
 */
#ifndef FL_ROW_H
#define FL_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "str.h"

/* Types of devices as the sysclient protocol names them (platform.type). */
enum device_type {
	DEVICE_GW,
	DEVICE_VA,
	DEVICE_PHONE,
	DEVICE_DECT,
	DEVICE_APP_PLATFORM,
	DEVICE_UNKNOWN, /* anything else a device said, or nothing yet */
	DEVICE_TYPE__MAX
};

/* Bit of a type in a set of types. */
#define DEVICE_BIT(type) (1U << (type))
#define DEVICE_ANY       ((1U << DEVICE_TYPE__MAX) - 1)

/*
 * Which administrative password a device gets (chapter 5.4).  By type, for
 * devices added by hand: random for phones, the domain's for all others.
 */
enum device_admin { ADMIN_BY_TYPE, ADMIN_RANDOM, ADMIN_DOMAIN };

/* One network interface of a device, as it reported it. */
struct iface {
	struct str name; /* "ETH0" */
	struct str ipv4; /* may be empty */
	struct str ipv6; /* may be empty */
};
#define IFACES_MAX 16 /* further ones are ignored */

/* One device, or one claim shown as an unassigned device (id 0). */
struct device {
	int64_t id;        /* 0 for a claim */
	int64_t domain_id; /* 0 = unassigned */
	int64_t rev;       /* change counter at its last change */
	struct str hw_id;  /* normalised, see hwid_normalise() */
	struct str name;   /* empty = not configured */
	struct str product, version;
	struct str fw, bc, fw_build, bc_build, major; /* for update jobs */
	enum device_type type;
	bool name_set; /* the name was set here and wins over the device's */
	bool fxs, pbx_active, mini, other;
	bool has_lease, rented, rental_want, rental_started;
	bool online;
	int64_t since; /* of the online state */
	int64_t owner; /* account, 0 = none */
	enum device_admin admin_kind;
	struct iface *ifs; /* in the order the device sent them */
	size_t nifs;
};

/* A domain (tenant). */
struct domain {
	int64_t id;
	struct str name;      /* unique without case */
	bool deploy;          /* deploys administrative passwords */
	bool is_instance;     /* the instance's own domain */
	bool has_password;    /* logins with a domain password are possible */
	int64_t epoch;        /* grows when its password changes */
	int64_t deploy_rev;   /* grows when passwords must be sent again */
	int64_t random_rev;   /* random passwords older than this are redrawn */
	int64_t count;        /* devices in it (lists only) */
	int64_t count_online; /* of them online (lists only) */
};

/* A label inside one domain. */
struct category {
	int64_t id;
	int64_t domain_id;
	struct str name; /* unique inside the domain */
	bool config;     /* usable for provisioning and configurations */
};

enum role { ROLE_SYSTEM_ADMIN, ROLE_MANAGER, ROLE_COMPANY_ADMIN, ROLE_USER };
#define ROLE__MAX (ROLE_USER + 1)

/* A login of a person or a program; 0 is the instance's administrator. */
struct account {
	int64_t id;
	struct str name; /* unique */
	enum role role;
	int64_t owner;          /* account that made it, -1 = none */
	struct str permissions; /* words, comma separated */
	bool has_password;
	int64_t epoch;
	int64_t *domains; /* sorted; meaning depends on the role */
	size_t ndomains;
};

/* An API key; its secret is shown once, at its creation. */
struct api_key {
	int64_t id;
	int64_t account;
	struct str name;
	int64_t created;
	int64_t last_used; /* to the day */
	bool revoked;
};

/* One line of the audit. */
struct audit {
	int64_t id;
	int64_t time;
	struct str who;    /* cred of the actor, "local" for the command line */
	struct str what;   /* "device.assign" */
	struct str on;     /* hardware id, domain name, account name ... */
	struct str detail; /* JSON object without secrets */
};

#endif
