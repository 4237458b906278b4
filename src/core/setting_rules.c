/*
 * What values of settings must fulfil beyond kind and limits: what hangs
 * together with another setting, and texts with a form of their own.
 */
#include "audit.h"
#include "download.h"
#include "net.h"
#include "num.h"
#include "secret.h"
#include "setting.h"

int
setting_may_billing_api(struct ask *q, struct str value)
{
	struct secret key;
	bool there;

	if (!str_eqz(value, "on"))
		return 0;
	if (setting_get_secret(q, "billing.key", &key) < 0)
		return -1;
	there = key.len > 0;
	secret_wipe(&key);
	return there ? 0
		     : err_say(q->err, ERR_INPUT,
			   "billing.api needs a billing.key first");
}

int
setting_may_billing_hash_check(struct ask *q, struct str value)
{
	struct str allow;

	if (!str_eqz(value, "off"))
		return 0;
	if (setting_get(q, "billing.allow", &allow) < 0)
		return -1;
	return allow.len > 0
		   ? 0
		   : err_say(q->err, ERR_INPUT,
			 "billing.hash_check off needs a billing.allow first");
}

int
setting_may_billing_allow(struct ask *q, struct str value)
{
	int checked;

	if (value.len > 0)
		return net_list_valid(value)
			   ? 0
			   : err_say(q->err, ERR_INPUT,
				 "no list of addresses and networks");
	if (setting_get_choice(q, "billing.hash_check", &checked) < 0)
		return -1;
	return checked == 1
		   ? 0
		   : err_say(q->err, ERR_INPUT,
			 "billing.hash_check is off and needs the list");
}

int
setting_may_audit_days(struct ask *q, struct str value)
{
	int64_t days;

	if (num_parse(value, 1, AUDIT_DAYS_MIN - 1, &days))
		return err_say(q->err, ERR_INPUT,
		    "audit.days is 0, for ever, or at least 30");
	return 0;
}

int
setting_may_store(struct ask *q, struct str value)
{
	return value.len == 0 || download_url_ok(value)
		   ? 0
		   : err_say(q->err, ERR_INPUT,
			 "jobs.store is a URL, http or https, or empty");
}
