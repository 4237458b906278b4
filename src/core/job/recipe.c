#include "recipe.h"

#include <stdio.h>

#include "file.h"
#include "must.h"

/* ---- parts ---- */

static const char *const part_names[PART__MAX] = {
    [PART_BOOT] = "boot",
    [PART_FIRMWARE] = "firmware",
    [PART_STORE] = "store",
    [PART_LAUNCHER] = "launcher",
    [PART_SCFG] = "scfg",
    [PART_READ] = "read",
    [PART_COPY] = "copy",
    [PART_MANAGER] = "manager",
    [PART_PUTBACK] = "cfg",
    [PART_PHONE] = "phone",
};

const char *
part_name(enum part p)
{
	must(p < PART__MAX);
	return part_names[p];
}

enum part
part_of(struct str name)
{
	enum part p = 0;

	while (p < PART__MAX && !str_eqz(name, part_names[p]))
		p++;
	return p;
}

/* ---- reading ---- */

/* Only "%u", "%b" and what a device's command line takes. */
static bool
command_ok(struct str text)
{
	if (text.len == 0 || text.len > COMMAND_MAX || !str_printable(text))
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '%' &&
		    (i + 1 == text.len || !str_in(text.p[i + 1], 0, "ub")))
			return false;
	return true;
}

static bool
read_command(struct str rest, struct recipe *out)
{
	enum part part = part_of(way_word(&rest));

	if (part == PART__MAX || !command_ok(rest))
		return false;
	out->commands[part] = rest;
	return true;
}

static bool
read_step(struct str rest, struct recipe *out)
{
	struct way_step s;

	if (out->n == RECIPE_STEPS || !way_step_read(rest, &s))
		return false;
	out->steps[out->n++] = s;
	return true;
}

static bool
read_line(struct str line, struct recipe *out)
{
	struct str rest = line, first = way_word(&rest);

	if (first.len == 0 || first.p[0] == '#')
		return true;
	if (str_eqz(first, "command"))
		return read_command(rest, out);
	return str_eqz(first, "step") && read_step(rest, out);
}

int
recipe_read(struct arena *a, struct str text, struct recipe *out, struct err *e)
{
	const char *copy = arena_str(a, text);
	struct str rest = str_n(copy, text.len), line;
	int n = 0;

	*out = (struct recipe){
	    .steps = arena_array(a, RECIPE_STEPS, sizeof(*out->steps))};
	if (copy == NULL || out->steps == NULL || text.len > RECIPE_MAX)
		return err_set(e, ERR_LIMIT, "the recipe is too long");
	while (str_next(&rest, '\n', &line)) {
		n++;
		if (!read_line(line, out))
			return err_set(
			    e, ERR_INPUT, "line %d of the recipe", n);
	}
	return 0;
}

int
recipe_load(
    struct arena *a, const char *templates, struct recipe *out, struct err *e)
{
	const char *path =
	    arena_printf(a, "%s/innovaphone/update.conf", templates);
	struct buf text;
	int rc;

	if (path == NULL)
		return err_set(e, ERR_LIMIT, "no room for the recipe");
	buf_init(&text, RECIPE_MAX + 1);
	rc = file_text(path, RECIPE_MAX, &text, e);
	rc = rc > 0 ? recipe_read(a, buf_view(&text), out, e) : -1;
	buf_fini(&text);
	return rc;
}

/* ---- commands ---- */

#define PATH_PLAIN "-._~/!:,;@&=+$*'()"

static void
put_byte(char c, struct buf *out)
{
	if (str_in(c, STR_ALNUM, PATH_PLAIN))
		buf_putc(out, c);
	else
		buf_printf(out, "%%%02X", (unsigned char)c);
}

/* A value in the command line, inside the path. */
static void
put_value(struct str value, struct buf *out)
{
	char code[4];

	for (size_t i = 0; i < value.len; i++) {
		if (!str_in(value.p[i], 0, " %#")) {
			put_byte(value.p[i], out);
			continue;
		}
		(void)snprintf(
		    code, sizeof(code), "%%%02X", (unsigned char)value.p[i]);
		for (const char *c = code; *c != '\0'; c++)
			put_byte(*c, out);
	}
}

bool
recipe_path(const struct recipe *r, enum part part, struct str url,
    struct str build, struct buf *out)
{
	struct str text = r->commands[part];

	if (text.len == 0)
		return false;
	buf_putc(out, '!');
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != '%')
			put_byte(text.p[i], out);
		else
			put_value(text.p[++i] == 'u' ? url : build, out);
	}
	return true;
}

/* ---- steps ---- */

int
recipe_way(const struct recipe *r, struct str version, struct str release,
    struct str via[WAY_VIAS])
{
	return way_find(r->steps, r->n, version, release, via);
}
