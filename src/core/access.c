#include "access.h"

bool
access_sees(const struct actor *who, int64_t domain)
{
	size_t lo = 0, hi = who->ndomains;

	if (who->admin)
		return true;
	if (domain <= 0)
		return false;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (who->domains[mid] == domain)
			return true;
		if (who->domains[mid] < domain)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}

int
access_need(const struct actor *who, int64_t domain, struct err *e)
{
	if (access_sees(who, domain))
		return 0;
	return err_set(e, ERR_GONE, "not visible");
}

int
access_own(const struct actor *who, int64_t domain, struct err *e)
{
	if (access_need(who, domain, e) < 0)
		return -1;
	if (who->admin || who->own == domain)
		return 0;
	return err_set(e, ERR_DENIED, "for the domain itself");
}

int
access_admin(const struct actor *who, struct err *e)
{
	if (who->admin)
		return 0;
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
