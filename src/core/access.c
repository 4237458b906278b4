#include "access.h"

/* Where domain is in his list; who->ndomains: nowhere. */
static size_t
place(const struct actor *who, int64_t domain)
{
	size_t lo = 0, hi = who->ndomains;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (who->domains[mid] == domain)
			return mid;
		if (who->domains[mid] < domain)
			lo = mid + 1;
		else
			hi = mid;
	}
	return who->ndomains;
}

bool
access_sees(const struct actor *who, int64_t domain)
{
	return who->admin || (domain > 0 && place(who, domain) < who->ndomains);
}

bool
access_reaches(const struct actor *who, int64_t domain)
{
	if (who->read_only || !access_sees(who, domain))
		return false;
	return who->admin || !who->looks[place(who, domain)];
}

int
access_change(const struct actor *who, struct err *e)
{
	if (!who->changing || !who->read_only)
		return 0;
	return err_set(e, ERR_DENIED, "read only");
}

int
access_find(const struct actor *who, int64_t domain, struct err *e)
{
	if (!access_sees(who, domain))
		return 0;
	if (who->changing && !access_reaches(who, domain))
		return err_set(e, ERR_DENIED, "read only");
	return 1;
}

int
access_need(const struct actor *who, int64_t domain, struct err *e)
{
	int rc = access_find(who, domain, e);

	return err_need(rc, e, ERR_GONE, "not visible");
}

bool
access_owns(const struct actor *who, int64_t domain)
{
	return who->admin || (domain > 0 && who->own == domain);
}

int
access_own(const struct actor *who, int64_t domain, struct err *e)
{
	if (access_need(who, domain, e) < 0)
		return -1;
	return access_owns(who, domain)
		   ? 0
		   : err_set(e, ERR_DENIED, "for the domain itself");
}

int
access_admin(const struct actor *who, struct err *e)
{
	if (who->admin)
		return access_change(who, e);
	return err_set(e, ERR_DENIED, "for administrators");
}

int
access_api(const struct actor *who, struct err *e)
{
	if (!who->user)
		return 0;
	return err_set(e, ERR_DENIED, "not for users");
}

int
access_self(const struct actor *who, struct err *e)
{
	if (who->login > 0 || who->admin)
		return 0;
	return err_set(e, ERR_DENIED, "for people");
}
