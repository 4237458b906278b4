#include "phone_diff.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "db.h"
#include "phone_render.h"

/* ---- lines ---- */

static struct str
first_line(struct str text)
{
	size_t at = str_find(text, '\n');

	return str_n(text.p, at < text.len ? at + 1 : at);
}

static struct str
behind(struct str text, size_t n)
{
	return str_n(text.p + n, text.len - n);
}

static bool
has_line(struct str text, struct str line)
{
	while (text.len > 0) {
		struct str one = first_line(text);

		if (str_eq(one, line))
			return true;
		text = behind(text, one.len);
	}
	return false;
}

/* Lines of one that the other has not, behind a sign. */
static void
put_lines(struct buf *out, char sign, struct str one, struct str other)
{
	while (one.len > 0) {
		struct str line = first_line(one);

		if (!has_line(other, line)) {
			buf_putc(out, sign);
			buf_str(out, line);
			if (line.p[line.len - 1] != '\n')
				buf_putc(out, '\n');
		}
		one = behind(one, line.len);
	}
}

/* Most of two files is the same at the beginning. */
static void
skip_same(struct str *a, struct str *b)
{
	while (a->len > 0 && b->len > 0) {
		struct str line = first_line(*a);

		if (!str_eq(line, first_line(*b)))
			return;
		*a = behind(*a, line.len);
		*b = behind(*b, line.len);
	}
}

static struct str
last_line(struct str text)
{
	size_t at = text.len;

	while (at > 0 && (at == text.len || text.p[at - 1] != '\n'))
		at--;
	return behind(text, at);
}

/* And at the end. */
static void
skip_same_end(struct str *a, struct str *b)
{
	while (a->len > 0 && b->len > 0) {
		struct str line = last_line(*a);

		if (!str_eq(line, last_line(*b)))
			return;
		a->len -= line.len;
		b->len -= line.len;
	}
}

/* ---- one phone ---- */

struct differ {
	struct ask *q;
	const struct phone_diff_of *of;
	struct phone_diff *out;
	struct arena kept; /* of the groups */
	struct served_phone phone;
	struct phone_values values[2];
	struct buf text[2], lines;
	size_t bytes; /* of the lines of all groups */
};

/* One that is another than before says that, and nothing else. */
static void
hide_secrets(struct phone_values *before, struct phone_values *after)
{
	for (size_t i = 0; i < after->n; i++) {
		struct phone_value *v = &after->list[i];
		const struct phone_value *old =
		    phone_values_find(before, v->of.s, v->of.at);

		if (v->of.s->kind == PHONE_SECRET)
			v->text = old != NULL && str_eq(old->text, v->text)
				      ? STR("(secret)")
				      : STR("(another secret)");
	}
	for (size_t i = 0; i < before->n; i++)
		if (before->list[i].of.s->kind == PHONE_SECRET)
			before->list[i].text = STR("(secret)");
}

/* The phone's, before and after.  1, 0 it is not touched, -1. */
static int
load_values(struct differ *d, struct str vendor)
{
	const struct phone_trial *t = d->of->trial;
	struct phone_layers layers;
	bool touched = t == NULL;

	if (phone_values_layers(d->q, &d->phone, vendor,
		t != NULL ? t->place : STR(""), &layers) < 0)
		return -1;
	for (size_t i = 0; !touched && i < layers.n; i++)
		touched = str_eq(layers.list[i].place, t->place);
	if (!touched)
		return 0;
	if (phone_values_merge(d->q, &layers, NULL, &d->values[0]) < 0 ||
	    phone_values_merge(d->q, &layers, t, &d->values[1]) < 0)
		return -1;
	hide_secrets(&d->values[0], &d->values[1]);
	return 1;
}

/* What it gets of a vendor; nothing if there is no such file. */
static void
render(struct differ *d, int of, const struct phone_vendor *v,
    const struct phone_type *t, const struct phone_file *f)
{
	struct phone_render in = {.phone = &d->phone,
	    .type = t,
	    .vendor = v,
	    .values = &d->values[of],
	    .url = STR("URL/"),
	    .proven = true};
	struct buf *out = &d->text[of];
	struct err e;

	buf_clear(out);
	if (f != NULL && f->template.len > 0 &&
	    phone_render(d->q->arena, &in, f, out, &e) < 0) {
		buf_clear(out);
		buf_printf(out, "!%s\n", e.text);
	}
}

static struct phone_diff_group *
find_group(struct differ *d, struct str vendor, struct str file)
{
	for (size_t i = 0; i < d->out->n; i++) {
		struct phone_diff_group *g = &d->out->list[i];

		if (str_eq(g->vendor, vendor) && str_eq(g->file, file) &&
		    str_eq(g->text, buf_view(&d->lines)))
			return g;
	}
	return NULL;
}

static struct phone_diff_group *
add_group(struct differ *d, struct str vendor, struct str file)
{
	struct arena *a = &d->kept;
	void *list = d->out->list;
	struct phone_diff_group *g =
	    d->out->n == PHONE_DIFF_GROUPS ||
		    d->bytes + d->lines.len > PHONE_DIFF_BYTES
		? NULL
		: load_more(a, &list, &d->out->n, sizeof(*g));

	if (g == NULL)
		return NULL;
	d->out->list = list;
	d->bytes += d->lines.len;
	*g = (struct phone_diff_group){.vendor = str_of(arena_str(a, vendor)),
	    .file = str_of(arena_str(a, file)),
	    .text = str_of(arena_str(a, buf_view(&d->lines))),
	    .mac = str_of(arena_str(a, d->phone.mac))};
	return g;
}

static void
count(struct differ *d, struct str vendor, struct str file)
{
	struct phone_diff_group *g = find_group(d, vendor, file);

	d->out->changed++;
	if (g == NULL)
		g = add_group(d, vendor, file);
	if (g != NULL)
		g->phones++;
	else
		d->out->others++;
}

static void
compare(struct differ *d, struct str vendor, struct str file)
{
	struct str a = buf_view(&d->text[0]), b = buf_view(&d->text[1]);

	skip_same(&a, &b);
	skip_same_end(&a, &b);
	buf_clear(&d->lines);
	put_lines(&d->lines, '-', a, b);
	put_lines(&d->lines, '+', b, a);
	if (buf_failed(&d->lines)) {
		buf_clear(&d->lines);
		buf_puts(&d->lines, "+(more lines than are shown)\n");
	}
	/* Only their order is another one. */
	if (d->lines.len == 0 && !str_eq(a, b))
		buf_puts(&d->lines, "+(other order)\n");
	if (d->lines.len > 0)
		count(d, vendor, file);
}

static const struct phone_file *
file_of(const struct phone_vendor *v, struct str pattern)
{
	for (size_t i = 0; v != NULL && i < v->nfiles; i++)
		if (str_eq(v->files[i].pattern, pattern))
			return &v->files[i];
	return NULL;
}

/* The same words, and the same template: it need not be rendered. */
static bool
is_same(const struct phone_vendor *const v[2],
    const struct phone_type *const t[2], struct str pattern)
{
	const struct phone_file *f[2] = {
	    file_of(v[0], pattern), file_of(v[1], pattern)};

	if (f[0] == NULL || f[1] == NULL || !str_eq(f[0]->text, f[1]->text) ||
	    f[0]->escape != f[1]->escape || !str_eq(t[0]->name, t[1]->name) ||
	    v[0]->words.n != v[1]->words.n)
		return false;
	for (size_t i = 0; i < v[0]->words.n; i++) {
		const struct phone_word *a = &v[0]->words.list[i];
		const struct phone_word *b = &v[1]->words.list[i];

		if (a->setting != b->setting || !str_eq(a->value, b->value) ||
		    !str_eq(a->word, b->word))
			return false;
	}
	return true;
}

/* A file of vendor v[of], which the other may have as well. */
static void
look_at(struct differ *d, const struct phone_vendor *const v[2],
    const struct phone_type *const t[2], struct str pattern)
{
	if (d->of->trial == NULL && is_same(v, t, pattern))
		return;
	for (int i = 0; i < 2; i++)
		render(d, i, v[i], t[i], file_of(v[i], pattern));
	compare(d, v[1] != NULL ? v[1]->folder : v[0]->folder, pattern);
}

static int
look_at_phone(struct differ *d)
{
	const struct phone_types *types[2] = {d->of->before, d->of->after};
	const struct phone_vendor *v[2];
	const struct phone_type *t[2];
	int rc;

	for (int i = 0; i < 2; i++) {
		t[i] = phone_type_find(types[i], d->phone.type);
		v[i] = t[i] != NULL ? phone_vendor_find(types[i], t[i]->vendor)
				    : NULL;
	}
	rc = load_values(d, t[1] != NULL   ? t[1]->vendor
			    : t[0] != NULL ? t[0]->vendor
					   : STR(""));
	if (rc <= 0)
		return rc;
	d->out->phones++;
	for (size_t i = 0; v[1] != NULL && i < v[1]->nfiles; i++)
		look_at(d, v, t, v[1]->files[i].pattern);
	for (size_t i = 0; v[0] != NULL && i < v[0]->nfiles; i++)
		if (file_of(v[1], v[0]->files[i].pattern) == NULL)
			look_at(d, v, t, v[0]->files[i].pattern);
	return 0;
}

/* ---- all phones ---- */

static int
look_at_page(struct differ *d, int64_t *after, size_t *n)
{
	struct arena_mark m = arena_mark(d->q->arena);
	struct served_phone *page;
	int rc = load_list(ask_loader(d->q), STMT_SERVED_PHONE_PAGE,
	    ARGS(A_INT(*after), A_INT(PHONE_DIFF_PAGE)), load_served_phone,
	    &page, n);

	for (size_t i = 0; rc == 0 && i < *n; i++) {
		struct arena_mark one = arena_mark(d->q->arena);

		*after = page[i].device_id;
		d->phone = page[i];
		if (access_sees(d->q->who, page[i].domain_id))
			rc = look_at_phone(d);
		arena_reset(d->q->arena, one);
	}
	arena_reset(d->q->arena, m);
	return rc;
}

/* What was kept apart, in the arena of the question. */
static int
hand_over(struct differ *d)
{
	struct phone_diff_group *to =
	    arena_array(d->q->arena, d->out->n + 1, sizeof(*to));

	for (size_t i = 0; to != NULL && i < d->out->n; i++) {
		const struct phone_diff_group *g = &d->out->list[i];

		to[i] = (struct phone_diff_group){
		    .vendor = str_of(arena_str(d->q->arena, g->vendor)),
		    .file = str_of(arena_str(d->q->arena, g->file)),
		    .text = str_of(arena_str(d->q->arena, g->text)),
		    .mac = str_of(arena_str(d->q->arena, g->mac)),
		    .phones = g->phones};
	}
	d->out->list = to;
	return to == NULL || arena_failed(d->q->arena) || arena_failed(&d->kept)
		   ? err_set(d->q->err, ERR_LIMIT, "too many differences")
		   : 0;
}

int
phone_diff(
    struct ask *q, const struct phone_diff_of *of, struct phone_diff *out)
{
	struct differ d = {.q = q, .of = of, .out = out};
	size_t n = PHONE_DIFF_PAGE;
	int64_t at = 0;
	int rc = 0;

	*out = (struct phone_diff){0};
	arena_init(&d.kept, 4 * PHONE_DIFF_BYTES);
	buf_init(&d.text[0], PHONE_RENDER_MAX);
	buf_init(&d.text[1], PHONE_RENDER_MAX);
	buf_init(&d.lines, PHONE_DIFF_TEXT);
	while (rc == 0 && n == PHONE_DIFF_PAGE)
		rc = look_at_page(&d, &at, &n);
	if (rc == 0)
		rc = hand_over(&d);
	buf_fini(&d.text[0]);
	buf_fini(&d.text[1]);
	buf_fini(&d.lines);
	arena_fini(&d.kept);
	return rc;
}
