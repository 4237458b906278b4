/*
 * column -- the columns of statements whose rows are no values of row.h, by
 * name.
 *
 * An enum has the order of the SELECT in sql.def that it is named after; what
 * is loaded as a value (load.h) is counted in load_values.c.  So a number of a column
 * stands on this shelf only (t/lint/sql.t), beside the statement.
 */
#ifndef FL_COLUMN_H
#define FL_COLUMN_H

/* ---- instance, logins ---- */

/* The one row of the instance; its password is sealed. */
enum {
	INSTANCE_NAME,
	INSTANCE_DOMAIN_ID,
	INSTANCE_DOMAIN,
	INSTANCE_EPOCH,
	INSTANCE_SECRET
};
/* Of SQL_DOMAIN, for who only wants to log in. */
enum {
	DOMAIN_LOGIN_ID = 0,
	DOMAIN_LOGIN_INSTANCE = 3,
	DOMAIN_LOGIN_PASSWORD,
	DOMAIN_LOGIN_EPOCH
};
/* Home is the instance's own domain, where administrators are. */
enum {
	ACCOUNT_LOGIN_ROLE,
	ACCOUNT_LOGIN_EPOCH,
	ACCOUNT_LOGIN_HOME,
	ACCOUNT_LOGIN_READ_ONLY
};
/* A domain that somebody sees; he may only look at it. */
enum { SIGHT_ID, SIGHT_LOOKS };
/* Of SQL_ACCOUNT. */
enum { ACCOUNT_NAMED_ID = 0, ACCOUNT_NAMED_EPOCH = 6, ACCOUNT_NAMED_HASH };
/* An API key, or a login that lasts, with the account it belongs to. */
enum {
	DEPUTY_EPOCH = 2,
	DEPUTY_ACCOUNT = 4,
	DEPUTY_ROLE,
	DEPUTY_HOME,
	DEPUTY_READ_ONLY
};
enum { KEY_LOGIN_HASH, KEY_LOGIN_REVOKED, KEY_LOGIN_USED = 3 };
enum {
	SIGNIN_LOGIN_HASH,
	SIGNIN_LOGIN_KIND,
	SIGNIN_LOGIN_CREATED = 3,
	SIGNIN_LOGIN_UNTIL = 8
};
/* A domain's sealed password, and the epoch that its logins live in. */
enum { DOMAIN_SECRET_PASSWORD, DOMAIN_SECRET_EPOCH };
/* Everything sealed, and the place that it is bound to. */
enum { SECRETS_PLACE, SECRETS_ID, SECRETS_SEALED };
/* The session of the HTTP API of one cred. */
enum { SESSION_BY_CRED_STEP, SESSION_BY_CRED_USED };

enum { DOMAIN_TOKEN_ID, DOMAIN_TOKEN_SEALED };
/* The values of a configuration. */
enum { CONFIG_FIELDS_SEALED };
/* A device, and the change counter of its row. */
enum { DELIVERY_NEXT_ID, DELIVERY_NEXT_HW_ID, DELIVERY_NEXT_REV };
/* The addresses that connections come from. */
enum { CODE_PLACES_REMOTE };
/* A second factor. */
enum { TOTP_SECRET, TOTP_CONFIRMED, TOTP_STEP };
/* A one-time ticket. */
enum { TICKET_PAYLOAD, TICKET_CREATED, TICKET_ENDS };

/* ---- hardware ids ---- */

enum { DEVICE_IDS_ID, DEVICE_IDS_HW_ID };

/* ---- alarms ---- */

enum { ALARM_UP_BOOT, ALARM_UP_SINCE };
enum { ALARM_SECRET_SEALED };
enum { ALARM_FIGURES_RAISED, ALARM_FIGURES_WAITING };

/* ---- jobs ---- */

enum { JOB_COUNTS_STATE, JOB_COUNTS_N };
enum { TASK_STAGE_MIN };

/* ---- figures ---- */

/* For /health, /metrics and the status. */
enum {
	COUNTS_DEVICES,
	COUNTS_ONLINE,
	COUNTS_CLAIMS,
	COUNTS_DOMAINS,
	COUNTS_ACCOUNTS,
	COUNTS_REV
};
enum { DOMAIN_COUNTS_ALL, DOMAIN_COUNTS_ONLINE };
enum { HISTORY_DAY_POINTS };
enum { HISTORY_DAYS_DAY, HISTORY_DAYS_POINTS };

/* ---- devices ---- */

/* Of SQL_DEVICE_COLUMNS, and what follows them in IDENTIFY, in a list with
 * claims and in DEVICE_WITH_INTERFACES. */
enum { DEVICE_DOMAIN_ID = 1, DEVICE_COLUMNS = 29 };
enum {
	IDENTIFY_NAME_TOLD = DEVICE_COLUMNS,
	IDENTIFY_DEPLOYED,
	IDENTIFY_PROVEN,
	IDENTIFY_OFFERED,
	IDENTIFY_OFFERED_AT,
	IDENTIFY_OFFER_BOOT,
	IDENTIFY_OFFER_CONN,
	IDENTIFY_ADMIN,
	IDENTIFY_ADMIN_REV,
	IDENTIFY_DEPLOY,
	IDENTIFY_DEPLOY_REV,
	IDENTIFY_RANDOM_REV,
	IDENTIFY_DOMAIN_PASSWORD,
	IDENTIFY_BOOT,
	IDENTIFY_CONN,
	IDENTIFY_OFFER_UNTIL,
	IDENTIFY_ADMIN_RANDOM,
	IDENTIFY_HOST
};
enum { CLAIM_SHOWN_ID = DEVICE_COLUMNS, CLAIM_SHOWN_TOLD };
enum {
	WITH_INTERFACES_NAME = DEVICE_COLUMNS,
	WITH_INTERFACES_IPV4,
	WITH_INTERFACES_IPV6,
	WITH_INTERFACES_SEQ
};
/* CLAIM_CHOSEN and CLAIM_PICK. */
enum { CLAIM_PICK_HUB, CLAIM_PICK_BOOT, CLAIM_PICK_CONN, CLAIM_PICK_TOLD };
enum { CLAIMS_OVER_ID, CLAIMS_OVER_HW_ID };
enum { DOMAINS_UNSWEPT_ID, DOMAINS_UNSWEPT_DEPLOY, DOMAINS_UNSWEPT_REV };
enum { BOOT_NOW_BOOT };
/* Where a device is, and the number of its last connection. */
enum {
	PRESENCE_OF_ID,
	PRESENCE_OF_DOMAIN,
	PRESENCE_OF_BOOT,
	PRESENCE_OF_CONN,
	PRESENCE_OF_ONLINE,
	PRESENCE_OF_NTH,
	PRESENCE_OF_SINCE
};
/* The connection that has just ended. */
enum { PRESENCE_LEFT_DEVICE, PRESENCE_LEFT_NTH };

/* ---- rental, billing, settings ---- */

enum { RENTED_KINDS_SOFTWARE, RENTED_KINDS_HARDWARE };
/* Ledgers without a project, and the like. */
enum { STRAY_DOMAIN };
enum { BILLING_CALLER_ID, BILLING_CALLER_ROLE, BILLING_CALLER_PERMISSIONS };
enum { BILLING_USER_OWNER };
/* A line of the list: a device or a trunk. */
enum { BILLING_POINT_ID, BILLING_POINT_ADDRESS, BILLING_POINT_PORT };

/* ---- saves ---- */

/* A text; packed is sealed. */
enum { SAVE_TEXT_ID, SAVE_TEXT_OLDER, SAVE_TEXT_HASH, SAVE_TEXT_PACKED };

#endif
