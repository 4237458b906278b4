#include "role.h"

#include "must.h"

static const struct {
	const char *name;
	enum role_reach reach;
} roles[ROLE__MAX] = {
    [ROLE_SYSTEM_ADMIN] = {"system-admin", ROLE_REACH_ALL},
    [ROLE_MANAGER] = {"manager", ROLE_REACH_DOMAINS},
    [ROLE_COMPANY_ADMIN] = {"company-admin", ROLE_REACH_DOMAINS},
    [ROLE_USER] = {"user", ROLE_REACH_NOTHING},
};

const char *
role_name(enum role role)
{
	must(role < ROLE__MAX);
	return roles[role].name;
}

bool
role_parse(struct str name, enum role *out)
{
	for (int i = 0; i < ROLE__MAX; i++) {
		if (!str_eqz(name, roles[i].name))
			continue;
		*out = (enum role)i;
		return true;
	}
	return false;
}

enum role_reach
role_reach(enum role role)
{
	must(role < ROLE__MAX);
	return roles[role].reach;
}
