/*
 * Which devices the dispatcher looks at, as the store tells: what came, what
 * changed, and what is told again after a kill.
 */
#include "config.h"

#include "source.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "must.h"
#include "pause.h"

#define ONE "009033031001"
#define TWO "009033031002"

static struct fixture f;
static int64_t north;
static struct source s;
static char seen[400]; /* "009033031001 009033031002! ", ! for a change */

static void
note(void *arg, struct str hw_id, bool changed)
{
	size_t len = strlen(seen);

	(void)arg;
	(void)snprintf(seen + len, sizeof(seen) - len, "%.*s%s ",
	    (int)hw_id.len, hw_id.p, changed ? "!" : "");
}

/* Read all pages. */
static const char *
read_all(void)
{
	int rc;

	seen[0] = '\0';
	source_wake(&s);
	while ((rc = source_page(&s, &f.q, note, NULL)) > 0)
		;
	must(rc == 0);
	return seen;
}

static void
done(void)
{
	must(store_exec(f.core.store, "UPDATE presence SET due = 0", &f.err) ==
	     0);
	must(source_settle(&s, &f.q) == 0);
}

static void
test_due(void)
{
	tap_ok(strstr(read_all(), ONE " " TWO " ") != NULL,
	    "connections that nobody has looked at");
	done();
	tap_is_str(read_all(), "", "once they are, there is nobody");
	must(source_page(&s, &f.q, note, NULL) == 0);
	must(store_exec(f.core.store, "UPDATE presence SET due = 1", &f.err) ==
	     0);
	must(source_page(&s, &f.q, note, NULL) == 0);
	tap_is_str(seen, "", "nobody is looked for without being woken");
	must(pause_device(&f.q, STR(ONE), clock_now_ms() + 60000) == 0);
	tap_ok(strstr(read_all(), ONE " ") == NULL &&
		   strstr(seen, TWO " ") != NULL,
	    "M10: none that is paused");
	clock_shift(61000);
	tap_ok(strstr(read_all(), ONE " ") != NULL,
	    "M10: who was, by itself when that is over");
	done();
}

static void
test_changes(void)
{
	struct config_wish w = {.domain = north};
	struct config_done added;

	must(json_read(&f.arena,
		 STR("{\"type\":\"TLS_PROFILE\",\"profile\":\"strict\"}"), 100,
		 &w.given.members, &f.err) == 0);
	must(config_save(&f.q, &w, &added) == 0);
	tap_is_str(read_all(), ONE "! " TWO "! ",
	    "all of a domain whose configurations changed");
	/* A dispatcher that is killed has not settled. */
	must(source_open(&s, &f.q) == 0);
	tap_is_str(read_all(), ONE "! " TWO "! ", "again after a kill");
	done();
	must(source_open(&s, &f.q) == 0);
	tap_is_str(read_all(), "", "but not what was settled");
	must(device_rename(&f.q, STR(TWO), STR("two")) == 0);
	tap_is_str(read_all(), TWO "! ", "a device whose row changed");
	done();
}

int
main(void)
{
	struct conn one, two;

	fx_open(&f);
	north = fx_domain(&f, "north.example", "n");
	fx_online(&f, ONE, north, 5, &one);
	fx_online(&f, TWO, north, 6, &two);
	must(source_open(&s, &f.q) == 0);
	test_due();
	test_changes();
	fx_conn_end(&one);
	fx_conn_end(&two);
	fx_close(&f);
	return tap_end();
}
