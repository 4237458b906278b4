/* What two saves differ in (save.h). */
#include "linediff.h"
#include "must.h"
#include "save.h"

/* The lines of a text that count, and which they are in it. */
struct side {
	struct buf text;
	struct str *lines;
	int64_t *numbers;
	size_t n;
};

static int
open_side(struct ask *q, const struct saveform *f, const struct save *s,
    struct side *out)
{
	struct str rest, line;
	size_t most = 1;
	int64_t at = 0;

	*out = (struct side){0};
	if (save_text(q, s, &out->text) < 0)
		return -1;
	for (size_t i = 0; i < out->text.len; i++)
		most += out->text.data[i] == '\n';
	out->lines = mem_new(most * sizeof(*out->lines));
	out->numbers = mem_new(most * sizeof(*out->numbers));
	rest = buf_view(&out->text);
	while (saveform_line(&rest, &line)) {
		at++;
		if (!saveform_counts(f, line))
			continue;
		must(out->n < most);
		out->lines[out->n] = line;
		out->numbers[out->n++] = at;
	}
	return 0;
}

static void
close_side(struct side *s)
{
	buf_wipe(&s->text);
	mem_free(s->lines);
	mem_free(s->numbers);
}

struct told {
	const struct saveform *f;
	const struct side *old, *new;
	save_say *say;
	void *arg;
	struct buf shown;
};

static void
say_line(void *arg, char sign, size_t at)
{
	struct told *t = arg;
	const struct side *s = sign == '-' ? t->old : t->new;

	buf_clear(&t->shown);
	saveform_mask(t->f, s->lines[at], &t->shown);
	t->say(t->arg, sign, s->numbers[at], buf_view(&t->shown));
}

int
save_diff(struct ask *q, const struct saveform *f, const struct save_pair *p,
    save_say *say, void *arg)
{
	struct side old = {0}, new = {0};
	struct told t = {
	    .f = f, .old = &old, .new = &new, .say = say, .arg = arg};
	int rc = 0;

	if (p->old->instance.len > 0 || p->new->instance.len > 0)
		return err_say(q->err, ERR_INPUT, "it is a dump");
	buf_init(&t.shown, 2 * SAVE_MAX);
	if (open_side(q, f, p->old, &old) < 0 ||
	    open_side(q, f, p->new, &new) < 0)
		rc = -1;
	else
		linediff(&(struct linediff){.old = old.lines,
		    .nold = old.n,
		    .new = new.lines,
		    .nnew = new.n,
		    .say = say_line,
		    .arg = &t});
	buf_wipe(&t.shown);
	close_side(&old);
	close_side(&new);
	return rc;
}
