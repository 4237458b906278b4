#include "phone_check.h"

#include "load.h"
#include "phone_render.h"

#define TWICE 2 /* ports and keys that a made-up phone has */

/* ---- a made-up phone ---- */

static struct str
sample(const struct phone_setting *s)
{
	struct str rest, one;

	if (s->choices != NULL) {
		rest = str_of(s->choices);
		(void)str_next(&rest, '|', &one);
		return one;
	}
	switch (s->kind) {
	case PHONE_HOST:
		return STR("sip.example");
	case PHONE_URL:
		return STR("https://files.example/x");
	case PHONE_ZONE:
		return STR("Europe/Berlin");
	case PHONE_INT:
		return s->otherwise != NULL ? str_of(s->otherwise) : STR("1");
	case PHONE_TEXT:
	case PHONE_SECRET:
	case PHONE_CHOICE:
	case PHONE_LIST:
		break;
	}
	return STR("text");
}

static void
add(struct arena *a, struct phone_values *v, const struct phone_setting *s,
    int64_t at)
{
	void *list = v->list;
	struct phone_value *one = load_more(a, &list, &v->n, sizeof(*one));

	if (one == NULL)
		return;
	v->list = list;
	*one = (struct phone_value){{s, at}, sample(s), STR("sample")};
}

static struct phone_values
everything(struct arena *a)
{
	const struct phone_setting *s = phone_setting_table;
	struct phone_values v = {NULL, 0};

	for (; s->name != NULL; s++) {
		int64_t first = s->of == PHONE_OF_KEY ? 1 : 0;

		if (s->of == PHONE_OF_ALL)
			add(a, &v, s, -1);
		else
			for (int64_t i = 0; i < TWICE; i++)
				add(a, &v, s, first + i);
	}
	return v;
}

/* ---- each template ---- */

struct check {
	const char *folder;
	const struct phone_hearer *to;
	struct arena *a;
	const struct phone_vendor *vendor;
	const struct phone_type *type; /* NULL: it has none */
	int n;
	struct buf told; /* lines */
};

static bool
is_told(const struct check *c, const char *text)
{
	struct str rest = buf_view(&c->told), line;

	while (rest.len > 0 && str_next(&rest, '\n', &line))
		if (str_eqz(line, text))
			return true;
	return false;
}

/* The first mistake of a file is told, not its second; and once, though phones
 * ask for the file by several names. */
static bool
try_file(
    struct check *c, const struct phone_render *in, const struct phone_file *f)
{
	char text[PHONE_FAULT_SIZE];
	struct arena_mark m = arena_mark(c->a);
	struct buf out;
	struct err e;
	int rc;

	buf_init(&out, PHONE_RENDER_MAX);
	rc = phone_render(c->a, in, f, &out, &e);
	buf_fini(&out);
	arena_reset(c->a, m);
	if (rc == 0)
		return true;
	phone_file_fault(c->folder, f, &e, text);
	if (!is_told(c, text)) {
		c->n++;
		c->to->say(c->to->arg, text);
		buf_printf(&c->told, "%s\n", text);
	}
	return false;
}

static void
check_file(
    struct check *c, const struct phone_values *all, const struct phone_file *f)
{
	static const struct phone_values nothing = {NULL, 0};
	static const struct served_phone phone = {
	    .mac = {"001122aabbcc", 12}, .type = {"sample", 6}};
	struct phone_render in = {.phone = &phone,
	    .type = c->type,
	    .vendor = c->vendor,
	    .values = all,
	    .url = STR("http://phones.example/p/1-2-3/4-5-6/"),
	    .proven = true};

	in.only_firmware = f->template.p == f->firmware.p;
	if (!try_file(c, &in, f))
		return;
	in.values = &nothing;
	if (!try_file(c, &in, f))
		return;
	in.proven = false;
	(void)try_file(c, &in, f);
}

/* Its templates; the folder is what files are called by. */
static int
check_vendor(struct check *c)
{
	const struct phone_vendor *v = c->vendor;
	struct phone_values all = everything(c->a);

	buf_init(&c->told, PHONE_CHECK_MEMORY);
	for (size_t i = 0; i < v->nfiles; i++) {
		struct phone_file firmware;

		if (v->files[i].template.len > 0)
			check_file(c, &all, &v->files[i]);
		if (phone_file_firmware(&v->files[i], &firmware))
			check_file(c, &all, &firmware);
	}
	buf_fini(&c->told);
	return c->n;
}

void
phone_check_vendor(struct arena *a, const struct phone_types *types,
    const struct phone_vendor *v, const struct phone_hearer *to)
{
	struct check c = {.to = to, .a = a, .vendor = v};

	c.folder = arena_str(a, v->folder);
	for (size_t i = 0; c.type == NULL && i < types->n; i++)
		if (str_eq(types->list[i].vendor, v->folder))
			c.type = &types->list[i];
	if (c.folder != NULL)
		(void)check_vendor(&c);
}

int
phone_check(const char *folder, const struct phone_hearer *to, struct err *e)
{
	struct phone_types types;
	struct arena a;
	struct check c = {.folder = folder, .to = to, .a = &a};

	arena_init(&a, PHONE_CHECK_MEMORY);
	c.n = phone_types_check(&a, folder, to, &types, e);
	if (c.n == 0) {
		c.vendor = &types.vendors[0];
		c.type = types.n > 0 ? &types.list[0] : NULL;
		c.n = check_vendor(&c);
	}
	arena_fini(&a);
	return c.n;
}
