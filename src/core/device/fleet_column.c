#include "fleet_column.h"

#include <stddef.h>

static const struct {
	const char *name, *expects;
} columns[FLEET__MAX] = {
    [FLEET_HW_ID] = {"hwId",
	"a MAC address, or 1 to 64 letters, digits, or . _ : -"},
    [FLEET_NAME] = {"name", "at most 64 bytes of UTF-8 text, or nothing"},
    [FLEET_DOMAIN] = {"domain",
	"the name of a domain, or nothing for an unassigned device"},
    [FLEET_CATEGORIES] = {"categories",
	"categories of the domain with | between, or nothing"},
    [FLEET_TYPE] = {"type", "GW, VA, PHONE, DECT, APP_PLATFORM or nothing"},
    [FLEET_PRODUCT] = {"product", "at most 64 bytes of UTF-8 text, or nothing"},
    [FLEET_OWNER] = {"owner",
	"the name of an account of role user, or nothing"},
    [FLEET_PASSWORD] = {"sysclient_password",
	"32 letters, digits, ! or _, or nothing"},
    [FLEET_ID] = {"id", NULL},
    [FLEET_VERSION] = {"version", NULL},
    [FLEET_IPV4] = {"ipv4", NULL},
    [FLEET_IPV6] = {"ipv6", NULL},
    [FLEET_ADDRESSES] = {"addresses", NULL},
    [FLEET_ONLINE] = {"online", NULL},
    [FLEET_SINCE] = {"since", NULL},
};

enum fleet_column
fleet_column_parse(struct str name)
{
	int i = 0;

	while (i < FLEET__MAX &&
	       !str_eq_nocase(str_trim(name), str_of(columns[i].name)))
		i++;
	return (enum fleet_column)i;
}

const char *
fleet_column_name(enum fleet_column col)
{
	return columns[col].name;
}

const char *
fleet_column_expects(enum fleet_column col)
{
	return columns[col].expects;
}

const char *
fleet_columns(struct arena *a)
{
	const char *all = columns[0].name;

	for (int i = 1; i < FLEET__MAX && columns[i].expects != NULL; i++)
		all = arena_printf(a, "%s, %s", all, columns[i].name);
	return all;
}
