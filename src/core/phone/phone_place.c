#include "phone_place.h"

#include <stdio.h>

#include "access.h"
#include "category.h"
#include "domain.h"
#include "phone.h"
#include "phone_id.h"

static void
put_place(struct phone_place *at, const char *kind, int64_t id)
{
	(void)snprintf(
	    at->text, sizeof(at->text), "%s:%lld", kind, (long long)id);
}

static int
at_domain(struct ask *q, struct str name, struct phone_place *at)
{
	struct domain d;
	int rc = err_need(
	    domain_find(q, name, &d), q->err, ERR_GONE, "no such domain");

	if (rc == 0) {
		at->domain = at->owner = d.id;
		put_place(at, "domain", d.id);
	}
	return rc;
}

/* "DOMAIN/NAME"; a domain's name has no slash. */
static int
at_category(struct ask *q, struct str text, struct phone_place *at)
{
	struct str rest = text, domain;
	struct category k;

	(void)str_next(&rest, '/', &domain);
	if (at_domain(q, domain, at) < 0 ||
	    err_need(category_find(q, at->domain, rest, &k), q->err, ERR_GONE,
		"no such category") < 0)
		return -1;
	at->domain = 0;
	at->category = k.id;
	put_place(at, "category", k.id);
	return 0;
}

static int
at_phone(struct ask *q, struct str text, struct phone_place *at)
{
	char mac[PHONE_MAC_SIZE];
	struct served_phone p;

	if (!phone_mac_read(text, mac))
		return err_say(q->err, ERR_INPUT, "no layer is called so");
	if (err_need(phone_served(q, str_of(mac), &p), q->err, ERR_GONE,
		"no such phone") < 0)
		return -1;
	at->device = p.device_id;
	at->owner = p.domain_id;
	put_place(at, "device", p.device_id);
	return 0;
}

/* A vendor or a type; whether there is one is for who knows the data. */
static int
at_kind(struct ask *q, struct str text, struct str key, struct phone_place *at)
{
	if (key.len == 0 || key.len > PHONE_TYPE_MAX ||
	    !str_only(key, STR_ALNUM, "._+-"))
		return err_say(q->err, ERR_INPUT, "no layer is called so");
	str_copy(at->text, sizeof(at->text), text);
	return 0;
}

static int
find_layer(struct ask *q, struct str text, struct phone_place *at)
{
	struct str rest = text, word;
	bool colon;

	*at = (struct phone_place){.label = text};
	(void)str_next(&rest, ':', &word);
	colon = word.len < text.len;
	if (colon && str_eqz(word, "domain"))
		return at_domain(q, rest, at);
	if (colon && str_eqz(word, "category"))
		return at_category(q, rest, at);
	if (colon && (str_eqz(word, "vendor") || str_eqz(word, "model")))
		return at_kind(q, text, rest, at);
	if (!str_eqz(text, "all"))
		return at_phone(q, text, at);
	str_copy(at->text, sizeof(at->text), text);
	return 0;
}

int
phone_place_need(struct ask *q, struct str text, struct phone_place *at)
{
	if (find_layer(q, text, at) < 0)
		return -1;
	return at->owner != 0 ? access_need(q->who, at->owner, q->err)
			      : access_admin(q->who, q->err);
}
