/*
 * Names of enumerations, as the protocols and the command line spell them.
 */
#include "row.h"

#include "must.h"

static const char *const type_names[DEVICE_TYPE__MAX] = {
    [DEVICE_GW] = "GW",
    [DEVICE_VA] = "VA",
    [DEVICE_PHONE] = "PHONE",
    [DEVICE_DECT] = "DECT",
    [DEVICE_APP_PLATFORM] = "APP_PLATFORM",
    [DEVICE_UNKNOWN] = "",
};

static const char *const role_names[ROLE__MAX] = {
    [ROLE_SYSTEM_ADMIN] = "system-admin",
    [ROLE_MANAGER] = "manager",
    [ROLE_COMPANY_ADMIN] = "company-admin",
    [ROLE_USER] = "user",
};

const char *
device_type_name(enum device_type type)
{
	must(type < DEVICE_TYPE__MAX);
	return type_names[type];
}

enum device_type
device_type_parse(struct str name)
{
	for (int i = 0; i < DEVICE_UNKNOWN; i++)
		if (str_eqz(name, type_names[i]))
			return (enum device_type)i;
	return DEVICE_UNKNOWN;
}

const char *
role_name(enum role role)
{
	must(role < ROLE__MAX);
	return role_names[role];
}

bool
role_parse(struct str name, enum role *out)
{
	for (int i = 0; i < ROLE__MAX; i++) {
		if (!str_eqz(name, role_names[i]))
			continue;
		*out = (enum role)i;
		return true;
	}
	return false;
}
