/* The contract's table of facts and of ends. */
#include "hubwire.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "tap.h"

/* What FastCGI makes of a header's name. */
static void
param_of(const char *header, char *out, size_t size)
{
	int n = snprintf(out, size, "HTTP_%s", header);

	tap_ok(n > 0 && (size_t)n < size, "%s has a name", header);
	for (char *p = out; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

int
main(void)
{
	char param[64];
	enum hubwire_end why;

	for (int i = 0; i < HUBWIRE_FACTS; i++) {
		const struct hubwire_header *h = &hubwire_facts[i];

		param_of(h->header, param, sizeof(param));
		tap_ok(strcmp(h->param, param) == 0, "both sides mean %s",
		    h->header);
		/* nginx reads a header line of at most 8 KiB */
		tap_ok(h->max > 0 && h->max + strlen(h->header) < 8000,
		    "%s fits into a header that nginx reads", h->header);
	}
	for (int i = 0; i < HUBWIRE_ENDS; i++) {
		const char *name = hubwire_end_name((enum hubwire_end)i);

		tap_ok(hubwire_end_parse(str_of(name), &why) && (int)why == i,
		    "\"%s\" is read as it was written", name);
	}
	tap_ok(!hubwire_end_parse(STR("tired"), &why), "no other is");
	tap_ok(HUBWIRE_DOMAINS_MAX * 20 + 1024 < HUBWIRE_ORDER_MAX,
	    "an order holds all domains that a session may see");
	return tap_end();
}
