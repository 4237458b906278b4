/*
 * api_handlers -- the handlers of the messages in api.c's table, one file per
 * area, and the positions of their fields.
 *
 * The order of an enum is the order of the fields in the table; t/web/api
 * checks by name that both agree.
 */
#ifndef FL_API_HANDLERS_H
#define FL_API_HANDLERS_H

#include "api.h"

/*
 * ---- api_device.c: lists and single devices ----
 *
 * Lists of the client API carry a uri for each device, GetDevices does not;
 * claims (id 0) are in no list with uris, because nothing reaches them.
 */
/* Fields of messages about one device. */
enum { F_HW_ID = 0, F_PHONE_ID = 1 };
/* GetGateways, GetPhones and the like. */
enum { F_LIST_HW_IDS = 0, F_LIST_JUST_FXS = 1 };
enum {
	F_DEVICES_UPDATES,
	F_DEVICES_UNASSIGNED,
	F_DEVICES_DOMAINS,
	F_DEVICES_CATEGORIES,
	F_DEVICES_SUBCATEGORIES
};
enum {
	F_FILTERED_DOMAIN,
	F_FILTERED_JUST_FXS,
	F_FILTERED_TYPES,
	F_FILTERED_HW_IDS
};
api_run api_get_gateways, api_get_app_platforms, api_get_phones, api_get_dects;
api_run api_get_devices, api_get_filtered_devices, api_count_unassigned;
api_run api_get_device_connections;
api_run api_get_device, api_get_device_phones, api_remove_device_phone;
api_run api_get_device_categories, api_get_device_password, api_get_claims;

/* "claims" of a message: connections that name one id without proof. */
void api_put_claims(struct jout *j, const struct claim *list, size_t n);

/*
 * ---- api_fleet.c: changing devices ----
 *
 * Core checks rights, publishes the events and orders the hub; when a handler
 * returns 0 the change is stored and the hub knows.
 */
enum {
	F_ADD_HW_ID,
	F_ADD_DOMAIN,
	F_ADD_NAME,
	F_ADD_TYPE,
	F_ADD_PRODUCT,
	F_ADD_PASSWORD,
	F_ADD_CATEGORIES,
	F_ADD_OFFER
};
enum { F_EDIT_HW_ID, F_EDIT_NAME, F_EDIT_CATEGORIES };
enum {
	F_ASSIGN_HW_ID,
	F_ASSIGN_DOMAIN,
	F_ASSIGN_BOOT,
	F_ASSIGN_CONN,
	F_ASSIGN_TYPE
};
api_run api_add_device, api_edit_device, api_delete_device;
api_run api_assign_device, api_unassign_device, api_confirm_device;

/*
 * ---- api_domain.c: domains, access, categories ----
 *
 * A category belongs to one domain; without domainId that of the login is
 * meant, for an administrator the instance's own.
 */
enum { F_DOMAINS_UPDATES = 0 };
enum { F_ID = 0 };
enum { F_DOMAIN_ID = 0, F_TARGET_ID = 1 };
enum {
	F_DOMAIN_NAME,
	F_DOMAIN_PASSWORD,
	F_DOMAIN_DEPLOY,
	F_DOMAIN_ADMIN,
	F_DOMAIN_SELF
};
enum { F_CATEGORY_NAME = 1, F_CATEGORY_CONFIG };
enum { F_PASSWORD = 0, F_INSTANCE_ONLY };
api_run api_get_domains, api_add_domain, api_edit_domain, api_delete_domain;
api_run api_grant_access, api_revoke_access, api_get_access;
api_run api_get_categories, api_get_provisioning_categories;
api_run api_add_category, api_edit_category, api_delete_category;
api_run api_set_instance_password;

/*
 * ---- api_account.c: accounts, keys, settings, audit ----
 *
 * Administrators only, but for the audit, of which a domain's login gets what
 * concerns the domain.  A key's text is in the answer of AddKey and nowhere
 * else; passwords are in no answer.
 */
enum {
	F_ACCOUNT_ID,
	F_ACCOUNT_NAME,
	F_ACCOUNT_ROLE,
	F_ACCOUNT_OWNER,
	F_ACCOUNT_PASSWORD,
	F_ACCOUNT_PERMISSIONS,
	F_ACCOUNT_DOMAINS,
	F_ACCOUNT_MAIL
};
enum { F_KEY_ACCOUNT = 0, F_KEY_NAME = 1 };
enum { F_SETTING_KEY, F_SETTING_VALUE };
enum {
	F_AUDIT_BEFORE,
	F_AUDIT_LIMIT,
	F_AUDIT_SINCE,
	F_AUDIT_UNTIL,
	F_AUDIT_WHO,
	F_AUDIT_ON,
	F_AUDIT_WHAT,
	F_AUDIT_DOMAIN
};
api_run api_get_accounts, api_add_account, api_edit_account;
api_run api_delete_account, api_get_keys, api_add_key, api_edit_key,
    api_delete_key;
api_run api_get_settings, api_set_setting, api_get_audit;

/*
 * ---- api_billing.c: trunks, and whom devices belong to ----
 */
enum { F_TRUNK_ACCOUNT, F_TRUNK_ADDRESS, F_TRUNK_PORT, F_TRUNK_ID };
enum { F_OWNER = 1 };
api_run api_get_trunks, api_add_trunk, api_delete_trunk, api_set_device_owner;

/*
 * ---- api_rental.c: catalogue, projects, what runs, the ledger ----
 *
 * Amounts are whole 1/1000 iSC.  Each of "changes" is {hwId, licence, count}.
 */
enum {
	F_LICENCE_NAME,
	F_LICENCE_TITLE,
	F_LICENCE_PRICE,
	F_LICENCE_HARDWARE,
	F_LICENCE_RETIRED
};
enum { F_RENTAL_CHANGES = 1, F_RENTAL_NUMBER };
enum { F_RENTAL_REFERENCE = 1, F_RENTAL_RECIPIENTS, F_RENTAL_LANGUAGE };
enum { F_ACTIVATION_KEY = 1 };
enum { F_CORRECT_AMOUNT = 1, F_CORRECT_NOTE };
enum { F_HISTORY_BEFORE = 1, F_HISTORY_LIMIT };
enum { F_WANT = 1 };
api_run api_get_licences, api_set_licence, api_get_rental;
api_run api_get_rented_licences, api_preview_rental, api_apply_rental;
api_run api_edit_rental, api_load_activation_key, api_correct_rental;
api_run api_get_rental_history, api_set_rental_want;

/*
 * ---- api_app.c: what apps and PBXs ask about themselves and us ----
 *
 * api_silent leaves no answer, api_not_supported stands for messages of later
 * versions, api_logged_in for those that belong before the login.
 */
enum { F_APP = 0 };
enum { F_URI = 0 };
api_run api_user_info, api_app_info, api_keep_alive, api_check_build;
api_run api_silent, api_not_supported, api_logged_in;
/* For AppInfo before login as well: the answer's members. */
void api_app_info_json(struct jout *j, struct str app);

/*
 * ---- api_httpget.c ----
 *
 * Checks and then leaves call->later: waiting for a device is slow work.
 */
api_run api_http_get;

#endif
