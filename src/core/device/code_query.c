/* The registration token in the query of a device's URL (code.h). */
#include "category.h"
#include "code.h"
#include "code_side.h"
#include "form.h"
#include "log.h"
#include "peer.h"
#include "record.h"
#include "regtoken.h"

enum { DOMAIN, TOKEN, CATEGORY, NAMES };

int
code_query_fits(struct ask *q, const struct str names[3], struct code *out)
{
	struct actor who = {.cred = "token", .admin = true, .account = -1};
	struct ask as = *q;
	struct category k;
	int64_t domain;
	int rc = regtoken_fits(q, names[DOMAIN], names[TOKEN], &domain);

	*out = (struct code){0};
	if (rc <= 0)
		return rc;
	as.who = &who;
	rc = category_find(&as, domain, names[CATEGORY], &k);
	if (rc <= 0 || !k.config)
		return rc < 0 ? -1 : 0;
	out->domain_id = domain;
	out->category_id = k.id;
	out->category = k.name;
	return 1;
}

/* The three, empty where one is missing; a query that cannot be read has none. */
static void
read_query(struct ask *q, struct str query, struct str names[NAMES])
{
	static const char *const all[NAMES] = {"domain", "token", "category"};
	struct err ignored;
	struct form f;

	form_init(&f, q->arena);
	for (size_t i = 0; i < NAMES; i++)
		names[i] = STR("");
	if (form_query(&f, query, &ignored) < 0)
		return;
	for (size_t i = 0; i < NAMES; i++)
		(void)form_get(&f, all[i], &names[i]);
}

/* The reason is for the log; the device, and who reads along, learns none. */
static int
no(const struct code_say *s, const char *why)
{
	log_event(LOG_WARN, "token.refused",
	    PAIRS(P_STR("hwId", s->hw_id), P_STR("remote", s->p->remote),
		P_STRZ("why", why)));
	return 0;
}

int
code_use_query(struct ask *q, const struct code_say *s, struct code *out,
    enum code_verdict *verdict)
{
	int64_t domain = s->k->device.domain_id;
	struct str names[NAMES];
	int rc;

	*verdict = CODE_WRONG;
	read_query(q, s->p->query, names);
	if (names[TOKEN].len == 0)
		return 0;
	rc = code_query_fits(q, names, out);
	if (rc <= 0)
		return rc < 0 ? -1 : no(s, "domain, token or category");
	if (domain != 0 && domain != out->domain_id)
		return no(s, "device is in another domain");
	/* Unless it has never been here, so that what it was sent was lost. */
	if (domain != 0 && (s->k->offered.len == 0 || s->k->boot.len > 0))
		return no(s, "device is in the domain");
	*verdict = CODE_RIGHT;
	return code_take(q, s, out);
}
