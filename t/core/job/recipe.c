/* How devices are updated: the file, its commands, its steps. */
#include "recipe.h"

#include "count.h"
#include "tap.h"

static struct arena a;
static struct err e;
static struct recipe r;

static void
path_is(enum part part, const char *url, const char *build, const char *want)
{
	struct buf out;

	buf_init(&out, 4096);
	tap_ok(recipe_path(&r, part, str_of(url), str_of(build), &out),
	    "%s has a command", part_name(part));
	tap_is_str(out.data != NULL ? out.data : "", want, "which is its path");
	buf_fini(&out);
}

static void
test_commands(void)
{
	struct buf out;

	tap_ok(recipe_read(&a,
		   STR("# x\n\ncommand firmware mod cmd UP0 /sync prot %u "
		       "ireset %b\r\n  command  store\tset %u\n"),
		   &r, &e) == 0,
	    "comments, blanks and line ends of both kinds");
	path_is(PART_FIRMWARE, "http://s.example/137055/ip222.bin", "137055",
	    "!mod%20cmd%20UP0%20/sync%20prot%20http://s.example/137055/"
	    "ip222.bin%20ireset%20137055");
	path_is(PART_FIRMWARE, "http://s/a%20b#c d?e", "1",
	    "!mod%20cmd%20UP0%20/sync%20prot%20http://s/a%252520b%2523c%2520d"
	    "%3Fe%20ireset%201");
	path_is(PART_STORE, "u", "1", "!set%20u");
	buf_init(&out, 64);
	tap_ok(!recipe_path(&r, PART_BOOT, STR("u"), STR("1"), &out),
	    "one that is not there is none");
	buf_fini(&out);
}

static void
way_is(const char *from, const char *to, int n, const char *first)
{
	struct str via[WAY_VIAS];
	int got = recipe_way(&r, str_of(from), str_of(to), via);

	tap_ok(got == n && (n <= 0 || str_eqz(via[0], first)),
	    "from %s to %s: %d by %s", from, to, n, first);
}

static void
test_steps(void)
{
	tap_ok(recipe_read(&a,
		   STR("step 11 14 12r2\nstep 12 14 13r3\nstep 14 13 -\n"
		       "step 1 1 1\n"),
		   &r, &e) == 0,
	    "steps");
	way_is("13r3 sr5 [1]", "14r1", 0, "");
	way_is("12r1", "14r1", 1, "13r3");
	way_is("11r1", "14r1", 2, "12r2");
	way_is("14r1", "13r3", -1, "");
	way_is("110r1", "14r1", 0, "");
	way_is("", "14r1", 0, "");
	way_is("1", "1", -1, "");
}

static void
test_bad(void)
{
	static const char *const bad[] = {"command", "command x y",
	    "command boot", "command boot %x", "command boot x%", "step",
	    "step a b", "step a b c d", "x", "command boot a\x01"};

	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(recipe_read(&a, str_of(bad[i]), &r, &e) < 0 &&
			   e.kind == ERR_INPUT,
		    "refused: %s", bad[i]);
	tap_ok(recipe_read(&a, STR("# a\n\nstep a\n"), &r, &e) < 0, "refused");
	tap_is_str(e.text, "line 3 of the recipe", "with its line");
	tap_ok(part_of(STR("boot")) == PART_BOOT &&
		   part_of(STR("apps")) == PART__MAX,
	    "parts have names");
}

static void
test_file(void)
{
	tap_ok(recipe_load(&a, SRCDIR "/templates", &r, &e) == 0 &&
		   r.commands[PART_BOOT].len > 0 &&
		   r.commands[PART_FIRMWARE].len > 0,
	    "the file that we ship is one");
	tap_ok(recipe_load(&a, "/nowhere", &r, &e) < 0, "one must be there");
}

int
main(void)
{
	arena_init(&a, 16 << 20);
	test_commands();
	test_steps();
	test_bad();
	test_file();
	arena_fini(&a);
	return tap_end();
}
