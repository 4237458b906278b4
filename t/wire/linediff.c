/* The lines that texts differ in: as few as there are, and enough. */
#include "linediff.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "count.h"
#include "tap.h"

#define LINES 4000

static struct str old[LINES], new[LINES];
static char told[512];
static size_t ntold;

static void
say(void *arg, char sign, size_t at)
{
	size_t used = strlen(told);

	(void)arg;
	(void)snprintf(told + used, sizeof(told) - used, "%c%zu ", sign, at);
	ntold++;
}

/* One letter is one line. */
static size_t
lines(const char *text, struct str *out)
{
	size_t n = 0;

	for (; text[n] != '\0'; n++)
		out[n] = str_n(text + n, 1);
	return n;
}

static void
diff(size_t nold, size_t nnew)
{
	const struct linediff d = {
	    .old = old, .nold = nold, .new = new, .nnew = nnew, .say = say};

	told[0] = '\0';
	ntold = 0;
	linediff(&d);
}

static void
test_known(void)
{
	static const struct {
		const char *old, *new, *told;
	} t[] = {
	    {"", "", ""},
	    {"abc", "abc", ""},
	    {"", "ab", "+0 +1 "},
	    {"ab", "", "-0 -1 "},
	    {"abc", "ac", "-1 "},
	    {"ac", "abc", "+1 "},
	    {"abc", "axc", "-1 +1 "},
	    {"abcd", "bcde", "-0 +3 "},
	    {"aab", "ab", "-1 "},
	    {"axbycz", "abc", "-1 -3 -5 "},
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		size_t a = lines(t[i].old, old), b = lines(t[i].new, new);

		diff(a, b);
		tap_is_str(told, t[i].told, t[i].new);
	}
}

/* ---- any texts: what is told makes the one of the other ---- */

static unsigned seed = 1;

static unsigned
draw(unsigned n)
{
	seed = seed * 1103515245U + 12345U;
	return (seed >> 16) % n;
}

struct apply {
	bool gone[64], comes[64];
};

static void
note(void *arg, char sign, size_t at)
{
	struct apply *x = arg;

	*(sign == '-' ? &x->gone[at] : &x->comes[at]) = true;
	ntold++;
}

/* What is not told is equal, in order. */
static bool
is_right(const struct apply *x, size_t a, size_t b)
{
	size_t i = 0, k = 0;

	while (i < a || k < b) {
		if (i < a && x->gone[i])
			i++;
		else if (k < b && x->comes[k])
			k++;
		else if (i == a || k == b || !str_eq(old[i++], new[k++]))
			return false;
	}
	return true;
}

/* The fewest, by the table that takes the product of both lengths. */
static size_t
fewest(size_t a, size_t b)
{
	static size_t t[65][65];

	for (size_t i = 0; i <= a; i++)
		for (size_t k = 0; k <= b; k++) {
			size_t less;

			if (i == 0 || k == 0) {
				t[i][k] = i + k;
				continue;
			}
			less = t[i - 1][k] < t[i][k - 1] ? t[i - 1][k]
							 : t[i][k - 1];
			t[i][k] = str_eq(old[i - 1], new[k - 1])
				      ? t[i - 1][k - 1]
				      : less + 1;
		}
	return t[a][b];
}

static void
test_drawn(void)
{
	bool right = true, few = true;

	for (int round = 0; round < 2000; round++) {
		struct apply x = {0};
		size_t a = draw(20), b = draw(20);
		struct linediff d = {.old = old,
		    .nold = a,
		    .new = new,
		    .nnew = b,
		    .say = note,
		    .arg = &x};

		for (size_t i = 0; i < a; i++)
			old[i] = str_n(&"abcd"[draw(4)], 1);
		for (size_t i = 0; i < b; i++)
			new[i] = str_n(&"abcd"[draw(4)], 1);
		ntold = 0;
		linediff(&d);
		right = right && is_right(&x, a, b);
		few = few && ntold == fewest(a, b);
	}
	tap_ok(right, "of any texts, what is told makes the one of the other");
	tap_ok(few, "with the fewest lines");
}

static void
test_many(void)
{
	static char text[2 * LINES][8];

	for (size_t i = 0; i < LINES; i++) {
		(void)snprintf(text[i], 8, "a%zu", i);
		(void)snprintf(text[LINES + i], 8, "b%zu", i);
		old[i] = str_of(text[i]);
		new[i] = str_of(text[LINES + i]);
	}
	new[0] = old[0];
	new[LINES - 1] = old[LINES - 1];
	diff(LINES, LINES);
	tap_is_int((long long)ntold, 2 * (LINES - 2),
	    "too many differences: all lines go and come, but for the ends");
}

int
main(void)
{
	test_known();
	test_drawn();
	test_many();
	return tap_end();
}
