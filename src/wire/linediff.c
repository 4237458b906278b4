#include "linediff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "must.h"

/*
 * A point (x, y) is: x lines of old and y of new are dealt with.  Diagonal k is
 * x - y.  reach[d] has for each k of -d, -d + 2 .. d how far d differences come.
 */
struct search {
	const struct str *old, *new;
	int64_t nold, nnew;
	int64_t *reach[LINEDIFF_MAX + 1];
};

/* How far it goes on diagonal k from x: lines that are equal. */
static int64_t
slide(const struct search *s, int64_t x, int64_t k)
{
	while (
	    x < s->nold && x - k < s->nnew && str_eq(s->old[x], s->new[x - k]))
		x++;
	return x;
}

/* Does one come to diagonal k, with d differences, by a line of new? */
static bool
by_new(const struct search *s, int64_t d, int64_t k)
{
	const int64_t *r = s->reach[d - 1] + (d - 1);

	return k == -d || (k != d && r[k - 1] < r[k + 1]);
}

/* The point on diagonal k behind the difference, before the equal lines. */
static int64_t
step(const struct search *s, int64_t d, int64_t k)
{
	const int64_t *r = s->reach[d - 1] + (d - 1);

	return by_new(s, d, k) ? r[k + 1] : r[k - 1] + 1;
}

/* Try d differences: true when they are enough. */
static bool
try_with(struct search *s, int64_t d)
{
	int64_t *r = mem_new((size_t)(2 * d + 1) * sizeof(*r));
	bool done = false;

	s->reach[d] = r;
	for (int64_t k = -d; k <= d && !done; k += 2) {
		int64_t x = d == 0 ? 0 : step(s, d, k);

		/* Beyond an end there is nothing, and nothing is equal. */
		x = slide(s, x, k);
		r[d + k] = x;
		done = x >= s->nold && x - k >= s->nnew;
	}
	return done;
}

/* ---- telling ---- */

struct told {
	const struct linediff *d;
	size_t skip; /* lines both begin with */
};

/* The differences backwards, so they are put into marks first. */
static void
mark_back(const struct search *s, int64_t d, bool *gone, bool *new)
{
	int64_t k = s->nold - s->nnew;

	for (; d > 0; d--) {
		int64_t x = step(s, d, k);

		if (by_new(s, d, k)) {
			new[x - k - 1] = true;
			k++;
		} else {
			gone[x - 1] = true;
			k--;
		}
	}
}

static void
say_marks(const struct told *t, const struct search *s, const bool *gone,
    const bool *new)
{
	int64_t x = 0, y = 0;

	while (x < s->nold || y < s->nnew) {
		while (x < s->nold && gone[x])
			t->d->say(t->d->arg, '-', t->skip + (size_t)x++);
		while (y < s->nnew && new[y])
			t->d->say(t->d->arg, '+', t->skip + (size_t)y++);
		/* Equal in both, if there are any more. */
		x++;
		y++;
	}
}

static void
search(const struct told *t, struct search *s)
{
	bool *gone = mem_new((size_t)(s->nold + 1));
	bool *new = mem_new((size_t)(s->nnew + 1));
	int64_t d = 0;

	while (d <= LINEDIFF_MAX && !try_with(s, d))
		d++;
	if (d <= LINEDIFF_MAX) {
		mark_back(s, d, gone, new);
	} else {
		memset(gone, true, (size_t)s->nold);
		memset(new, true, (size_t)s->nnew);
	}
	say_marks(t, s, gone, new);
	for (size_t i = 0; i <= LINEDIFF_MAX; i++)
		mem_free(s->reach[i]);
	mem_free(gone);
	mem_free(new);
}

void
linediff(const struct linediff *d)
{
	struct told t = {.d = d};
	struct search *s = mem_new(sizeof(*s));
	size_t a = d->nold, b = d->nnew;

	while (
	    t.skip < a && t.skip < b && str_eq(d->old[t.skip], d->new[t.skip]))
		t.skip++;
	while (
	    a > t.skip && b > t.skip && str_eq(d->old[a - 1], d->new[b - 1])) {
		a--;
		b--;
	}
	must(a <= INT32_MAX && b <= INT32_MAX);
	s->old = d->old + t.skip;
	s->new = d->new + t.skip;
	s->nold = (int64_t)(a - t.skip);
	s->nnew = (int64_t)(b - t.skip);
	search(&t, s);
	mem_free(s);
}
