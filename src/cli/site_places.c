#include "site_places.h"

#include "count.h"

/*
 * Where requests go, and what of their path is logged: the pattern of a
 * location, behind the base or not, and beside it what the log shows of a path
 * that has it anywhere.  One table, so that no way with a key in it lacks its
 * mask.  Clients join a base and a path with a slash too many.
 */
static const struct place {
	const char *name; /* in the templates; NULL: no location yet */
	bool based;
	const char *at;
	const char *shown; /* NULL: all */
} places[] = {
    {"at_sysclients", true, "/+sysclients$", NULL},
    {"at_bare", true, "$", NULL},
    {"at_app", true, "/+(innovaphone-devices(?<fl_api>-api)?)?$", NULL},
    {"at_build", true,
	"/+[0-9a-fA-F]+/*(?<fl_rest>|/"
	"innovaphone-devices(?:-api)?(?:\\.htm|\\.png)?|"
	"/console/+[0-9a-z_]+\\.(?:css|js|png)|/csvapi)$",
	NULL},
    {"at_page", true, "/+innovaphone-devices(?<fl_api>-api)?\\.htm$", NULL},
    {"at_icon", true, "/+innovaphone-devices(-api)?\\.png$", NULL},
    {"at_console", true, "/+console/+(?<fl_file>[0-9a-z_]+\\.(?:css|js|png))$",
	NULL},
    {"at_passthrough", true, "/+passthrough/",
	"/passthrough(?:/+[0-9a-z._:-]{1,17})?(?=/|$)"},
    {"at_api", true, "/+api$", NULL},
    {"at_csvapi", true, "/+csvapi$", NULL},
    {"at_dialplan", false, "/+rest/", NULL},
    {"at_billing", false, "(/+billing)?/+api/", NULL},
    {"at_update", true, "/+update/", "/update(?:/+[^/]{1,253})?(?=/|$)"},
    {"at_dav", true, "/+dav/", "/dav(?=/|$)"},
    {"at_store", false, "/+store/", NULL},
    {"at_provision", false, "/+p/", "^/+p(?=/)"},
};

void
site_places(struct site *f)
{
	const char *base = f->cli->conf.base;
	struct buf at, shown;

	buf_init(&at, SITE_MAX);
	buf_init(&shown, SITE_MAX);
	for (size_t i = 0; i < COUNT(places); i++) {
		const struct place *p = &places[i];

		buf_clear(&at);
		site_pattern(&at, p->based ? str_of(base) : STR(""));
		buf_puts(&at, p->at);
		if (p->name != NULL)
			site_put(f, p->name,
			    arena_str(&f->cli->arena, buf_view(&at)));
		if (p->shown != NULL)
			buf_printf(
			    &shown, "%s%s", shown.len > 0 ? "|" : "", p->shown);
	}
	site_put(f, "shown", arena_str(&f->cli->arena, buf_view(&shown)));
	buf_fini(&at);
	buf_fini(&shown);
}
