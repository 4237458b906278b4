/* Several questions in one body: read as they were written, or refused. */
#include "hubmany.h"

#include <string.h>

#include "count.h"
#include "tap.h"

static const char two[] = "X-Fleetline-Hub: h/b\nX-Fleetline-Conn: 7\n"
			  "Content-Length: 3\n\na\nb"
			  "X-Fleetline-State: s\nContent-Length: 0\n\n";

static void
test_written(void)
{
	static const char first[] = "X-Fleetline-Hub: h/b\0X-Fleetline-Conn: 7";
	static const char second[] = "X-Fleetline-State: s";
	struct buf b;

	buf_init(&b, 4096);
	hubmany_add(&b, first, sizeof(first), STR("a\nb"));
	hubmany_add(&b, second, sizeof(second), STR(""));
	tap_is_mem(b.data, b.len, two, sizeof(two) - 1,
	    "facts are lines, a body may hold any byte");
	buf_fini(&b);
}

static void
test_read(void)
{
	struct str rest = STR(two);
	struct hubmany m;

	tap_ok(hubmany_next(&rest, &m) == 1 && str_eqz(m.body, "a\nb") &&
		   str_eqz(m.facts[HUBWIRE_FACT_HUB], "h/b") &&
		   str_eqz(m.facts[HUBWIRE_FACT_CONN], "7") &&
		   m.facts[HUBWIRE_FACT_STATE].len == 0,
	    "the first is read, facts and body");
	tap_ok(hubmany_next(&rest, &m) == 1 && m.body.len == 0 &&
		   str_eqz(m.facts[HUBWIRE_FACT_STATE], "s") &&
		   m.facts[HUBWIRE_FACT_HUB].len == 0,
	    "the next has nothing of it");
	tap_is_int(hubmany_next(&rest, &m), 0, "then there is no more");
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *name;
	} bad[] = {
	    {"x", "a line that does not end"},
	    {"Content-Length: 1\n", "a head without end"},
	    {"Content-Length: 1\n\n", "too few bytes"},
	    {"X-Fleetline-Conn: 7\n\n", "no length"},
	    {"Content-Length: 0\nContent-Length: 0\n\n", "two lengths"},
	    {"Content-Length: -1\n\n", "a negative length"},
	    {"Content-Length: 99999999999\n\n", "a length beyond all"},
	    {"X-Fleetline-Wrong: 7\nContent-Length: 0\n\n", "an unknown fact"},
	    {"X-Fleetline-Conn:7\nContent-Length: 0\n\n", "no blank"},
	    {"X-Fleetline-Conn: 123456789012345678901\n"
	     "Content-Length: 0\n\n",
		"a fact that is too long"},
	};

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct str rest = str_of(bad[i].text);
		struct hubmany m;

		tap_is_int(hubmany_next(&rest, &m), -1, bad[i].name);
	}
}

int
main(void)
{
	test_written();
	test_read();
	test_refused();
	return tap_end();
}
