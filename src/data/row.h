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
 * Which administrative password a device gets (chapter 5.4): one of its own, or
 * the domain's, which is a login for the whole domain.  Whoever adds or assigns
 * the device decides; what it says of itself never does.
 */
enum device_admin { ADMIN_RANDOM = 1, ADMIN_DOMAIN = 2 };

/* Why somebody should look at a device before it is trusted. */
enum device_doubt {
	DOUBT_NONE,
	DOUBT_BEFORE, /* took an open offer before version 3 of the store */
	DOUBT_OFFER   /* has, or may take, an open offer: gets no domain's
		       * password until an administrator confirms it */
};

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
	enum device_type type_told; /* what it says itself */
	bool name_set; /* the name was set here and wins over the device's */
	bool fxs, pbx_active, mini, other;
	bool polls; /* a phone without a connection (core/phone/phone_poll.h) */
	bool has_lease, rented, rental_want, rental_started;
	bool online;
	int64_t since; /* of the online state */
	int64_t owner; /* account, 0 = none */
	enum device_admin admin_kind;
	enum device_doubt doubt;
	bool claimed; /* in a domain, and a connection without proof names it */
	struct iface *ifs; /* in the order the device sent them */
	size_t nifs;
};

/* A domain (tenant). */
struct domain {
	int64_t id;
	struct str name;      /* unique without case */
	bool deploy;          /* deploys administrative passwords */
	bool admin_random;    /* each device gets one of its own */
	bool is_instance;     /* the instance's own domain */
	bool secondary;       /* a second registration of its devices */
	bool has_password;    /* logins with a domain password are possible */
	bool rental;          /* something is rented on its devices */
	int64_t epoch;        /* grows when its password changes */
	int64_t deploy_rev;   /* grows when passwords must be sent again */
	int64_t random_rev;   /* random passwords older than this are redrawn */
	int64_t count;        /* devices in it (lists only) */
	int64_t count_online; /* of them online (lists only) */
};

/* Devices that know the instance by the same host. */
struct registration {
	struct str host;       /* as the device sent it; empty: not known yet */
	int64_t known, online; /* devices in domains */
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
	struct str mail;        /* address for notices; may be empty */
	bool has_password;
	bool second_factor; /* one that counts */
	bool read_only;     /* it may look, nothing else */
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

/* A domain may act on another. */
struct grant {
	int64_t domain, target;
	bool read_only; /* it may look at it, nothing else */
	int64_t ends;   /* 0: never */
};

/* A login of an account that lasts; its secret is told once. */
struct signin {
	int64_t id;
	int64_t account;
	int64_t kind; /* enum signin_kind */
	int64_t created, used, ends;
	struct str remote, agent;
};

/* A trunk: a peer with a fixed address, of a user (Kolmisoft's connection
 * point with IP authentication).  Ids are shared with devices. */
struct trunk {
	int64_t id;
	int64_t user;      /* account */
	struct str ipaddr; /* address, subnet or range of last octets */
	int64_t port;
};

/*
 * Rental.  Amounts are whole 1/1000 iSC; a month's cost is charged day by day
 * (UTC) in exact shares, see core/rental_cost.h.
 */

/* One product of the catalogue. */
struct licence {
	struct str name;  /* "PBX-USER" */
	struct str title; /* for people */
	bool hardware;    /* the device itself is rented, not software on it */
	bool retired;     /* no longer offered */
	int64_t price;    /* of one, per month */
};

/* What runs on one device of a project. */
struct rented {
	int64_t device_id;
	struct str hw_id;
	struct str licence, title;
	bool hardware;
	int64_t count;
	int64_t price; /* of one, per month, as agreed when it was applied */
};

/* A connection that named a hardware id without proof. */
struct claim {
	int64_t id;
	struct str hub, boot, remote;
	int64_t conn;
	bool online;
	int64_t first_seen, last_seen;
	struct str product, version; /* what it told */
	enum device_type type;
};

/* A provisioning code; its digits are shown once, when it is made. */
struct code {
	int64_t id, domain_id, category_id;
	struct str category; /* its name */
	struct str tail;     /* the last two digits */
	struct str name;     /* that the device gets; may be empty */
	struct str maker;    /* cred */
	bool administrative; /* the device gets the domain's password */
	int64_t made, ends;  /* ms since 1970 */
	int64_t used;        /* when, 0: not yet */
	int64_t device_id;   /* that used it, 0: none, or it was removed */
	struct str hw_id, port;
};

/* A session that hears of the use of a code. */
struct code_watch {
	struct str boot, session;
	struct str src, api; /* of its request, as JSON; may be empty */
};

/* What a configuration is about; the numbers are stored, and are the order in
 * which a device gets them. */
enum config_type {
	CONFIG_ALARM_SERVER = 1,
	CONFIG_MEDIA = 2,
	CONFIG_NTP = 3,
	CONFIG_TLS_PROFILE = 4,
	CONFIG_PHONE = 5,
	CONFIG_FXS_PHONE = 6,
	CONFIG_TRUST_LIST = 7,
	CONFIG_EXPERT = 8,
	CONFIG_TYPE__MAX
};

/* A configuration of a domain, without its values. */
struct config {
	int64_t id, domain_id;
	enum config_type type;
	struct str desc;
	bool limited;     /* to its categories; else for all devices */
	int64_t revision; /* 1, 2, ... with each change of its values */
	int64_t changed;  /* when that was last */
};

/* What became of a configuration at a device; the numbers are stored. */
enum config_result {
	CONFIG_RUNNING = 1,   /* a script, line by line */
	CONFIG_DELIVERED = 2, /* other:true: handed to the connection */
	CONFIG_FAILED = 3,
	CONFIG_STOPPED = 4 /* a script that made the device restart for ever */
};
struct config_state {
	int64_t device_id, config_id;
	int64_t revision; /* that was sent, on this connection: */
	struct str boot;
	int64_t conn;
	int64_t time;
	enum config_result result;
	struct str why; /* in words; may be empty */
	int64_t line;   /* of a script: number of the last that was sent */
	struct str
	    serial; /* of a script's check, when it last ran to its end */
};

/* How a connection was told from a restart; the numbers are stored. */
enum config_rule {
	CONFIG_RULE_NONE,    /* the first connection: nothing to compare with */
	CONFIG_RULE_VERSION, /* another version or build than before */
	CONFIG_RULE_UPTIME,  /* the device says since when it runs */
	CONFIG_RULE_AWAY     /* how long it was away */
};
/* What is known of a device that gets scripts. */
struct config_script {
	int64_t device_id;
	struct str version, fw_build, bc_build;
	int64_t started; /* when it said that it started; 0: it did not */
	struct str boot; /* the connection that was judged last */
	int64_t conn;
	enum config_rule rule; /* and by what */
	bool restarted;        /* it was a restart */
	int64_t ran;   /* when a script ended; 0: none since its start */
	int64_t loops; /* restarts right behind one */
	int64_t first; /* when the first of these was */
};

/* A phone of another vendor that asked for its configuration (core/phone). */
struct waiting_phone {
	struct str mac;    /* twelve lower-case hexadecimal digits */
	int64_t domain_id; /* whose key it came by */
	struct str type;   /* empty: not known */
	struct str product;
	int64_t ports;
	struct str firmware, address;
	int64_t created, seen; /* ms since 1970 */
};

/* One port of a promoted phone, which is a device. */
struct phone_port {
	int64_t id; /* of the sequence of devices and trunks */
	int64_t device_id;
	struct str mac;
	int64_t port;      /* 0 is the device's own */
	int64_t domain_id; /* that the port is in; 0: none */
	struct str domain; /* its name */
	struct str type, name, firmware, address;
	int64_t created, seen; /* ms since 1970; seen 0: never */
	int64_t key_domain;    /* whose key it came by; 0: it was added */
	int64_t owner;         /* of other ports than 0; 0: none */
};

/* A promoted phone as it is served. */
struct served_phone {
	int64_t device_id;
	struct str mac;
	int64_t domain_id;
	int64_t key_domain; /* whose key it came by; 0: it was added */
	struct str type, name, firmware, address;
	struct str place;      /* from where it may prove itself (net_share) */
	int64_t generation;    /* of its own URL */
	int64_t until;         /* end of its window, ms since 1970 */
	int64_t proven;        /* when it came by that URL; 0: not yet */
	int64_t edition, seen; /* a phone_stage, 0: none; its last visit */
};

/* Settings of a layer of phones, which are sealed. */
struct phone_layer {
	struct str name;  /* "vendor:snom"; may be empty */
	int64_t rank;     /* the higher, the nearer to the phone */
	struct str place; /* "domain:3" */
	int64_t id, rev;  /* 0: it has none */
	struct str fields;
	int64_t stage; /* what this phone has of it before others; 0: nothing */
	struct str staged;
};

/* A change that some phones have before the others. */
struct phone_stage {
	int64_t id;
	struct str place;     /* of phone_layer, "templates", "templates:all" */
	struct str label;     /* "domain:north.example" */
	int64_t owner;        /* domain whose people may end it; 0: none */
	int64_t category;     /* of its place; 0: it is no category's */
	int64_t made, phones; /* ms since 1970; how many */
	struct str fields;    /* sealed */
};

/* A file that a phone wrote. */
struct phone_upload {
	struct str name;
	int64_t time, size; /* ms since 1970; bytes */
	struct str content; /* sealed */
};

/* What a phone asked for, and what it got. */
struct phone_traced {
	int64_t id, key_domain;
	struct str mac, address, file;
	int64_t reason, status; /* enum phone_reason */
	int64_t began, last, n; /* ms since 1970; how often */
};

/* A phone, and the last order that it shall fetch its files. */
struct phone_resync {
	int64_t device_id;
	int64_t wanted, done; /* ms since 1970; 0: none, not yet */
	int64_t told, status; /* enum phone_told; of the answer */
	struct str login;
	struct str password; /* sealed, or empty */
	struct str mac;
	int64_t domain_id;        /* 0: none */
	struct str domain;        /* its name */
	struct str type, address; /* address empty: it never asked */
};

/* A domain that phones may come to, and which key counts. */
struct phone_door {
	int64_t domain_id;
	struct str domain; /* its name */
	int64_t generation, made;
};

/* A connection of a device, past or present. */
struct connection {
	int64_t began;     /* ms since 1970 */
	int64_t ended;     /* 0: it is there */
	struct str remote; /* address; empty: not known */
	struct str cause;  /* hubwire_end_name(), empty while it is there */
};

/* How many devices of one kind there are, and how many of them are online. */
enum figures_by {
	FIGURES_ALL,
	FIGURES_DOMAIN,
	FIGURES_TYPE,
	FIGURES_VERSION,
	FIGURES__MAX
};
struct figures {
	enum figures_by by;
	int64_t domain_id; /* of FIGURES_DOMAIN, with its name */
	struct str domain;
	enum device_type type; /* of FIGURES_TYPE, with the product */
	struct str product, version;
	int64_t known, online;
};

/* The rental of one domain as of its last row in the ledger. */
struct project {
	int64_t domain_id;
	struct str domain;  /* name */
	int64_t number;     /* of the last row; 0 none */
	int64_t time;       /* of the last row */
	int64_t balance;    /* never negative */
	int64_t monthly;    /* cost per month of all that is rented */
	int64_t unpaid_day; /* the first day not charged yet */
	int64_t paid;       /* what was charged for the day before it */
	int64_t end;        /* when the balance is used up; 0: nothing rented */
	struct str reference;   /* invoice reference, goes into each row */
	struct str recipients;  /* of notices, comma separated */
	struct str language;    /* of notices, "de" */
	int64_t notice_week;    /* see core/notice.h */
	unsigned char head[32]; /* hash of the last row */
	unsigned char seal[32]; /* as it is stored, see book.h */
};

/* What a row of the ledger tells; the numbers are stored. */
enum ledger_what {
	LEDGER_LOAD = 1,    /* activation key: amount > 0 */
	LEDGER_ADD = 2,     /* a licence was added to a gateway */
	LEDGER_CHANGE = 3,  /* its count or price changed */
	LEDGER_REMOVE = 4,  /* it was given back; count 0 */
	LEDGER_COST = 5,    /* cost of the days up to time, amount < 0 */
	LEDGER_END = 6,     /* it ended, because the balance was used up */
	LEDGER_CORRECT = 7, /* correction by an administrator */
	LEDGER__MAX
};

struct ledger {
	int64_t domain_id;
	int64_t number; /* 1, 2, ... without a gap in each domain */
	int64_t time;   /* never before that of the row before */
	struct str domain, who;
	enum ledger_what what;
	struct str gateway, licence; /* empty if it concerns none */
	int64_t count, price;        /* of the licence after the change */
	int64_t monthly;             /* of the project after the change */
	int64_t amount;              /* change of the balance */
	int64_t balance;             /* after it */
	int64_t end;                 /* after it; 0: nothing is rented */
	struct str reference, note;
	unsigned char hash[32];
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
