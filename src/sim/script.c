#include "script.h"

#include "arena.h"
#include "count.h"
#include "crypto.h"
#include "form.h"

#define FORM_PAGE  STR("/mod_cmd.xml")
#define FORM_ARENA ((size_t)512 << 10)

/* A script while it runs. */
struct script {
	struct box *box;
	bool stopped;             /* nothing more runs */
	struct str final, serial; /* of its check, for the end */
};

/* ---- words ---- */

/* The next word of a line: empty at its end. */
static struct str
word(struct str *rest)
{
	struct str out = STR("");

	while (out.len == 0 && rest->len > 0)
		(void)str_next(rest, ' ', &out);
	return out;
}

/* "%XX" decoded once, in a buffer that the caller ends. */
static void
decode(struct str text, struct buf *out)
{
	unsigned char byte;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '%' && text.len - i > 2 &&
		    crypto_unhex(str_n(text.p + i + 1, 2), &byte, 1) == 0) {
			buf_putc(out, (char)byte);
			i += 2;
		} else {
			buf_putc(out, text.p[i]);
		}
	}
}

/* ---- commands ---- */

static bool
set(struct box *b, struct str module, struct str name, struct str value)
{
	struct buf text;
	bool done;

	buf_init(&text, SETTINGS_TEXT_MAX);
	decode(value, &text);
	done = !buf_failed(&text) &&
	       settings_set(&b->settings, module, name, buf_view(&text));
	buf_fini(&text);
	return done;
}

/* "/name value /flag /other value": a name without a value has the empty one. */
static bool
change(struct box *b, struct str rest)
{
	struct str module = word(&rest), name = word(&rest), next;
	bool done = module.len > 0;

	while (done && name.len > 0) {
		struct str value = STR("");

		if (name.p[0] != '/')
			return false;
		next = word(&rest);
		if (next.len > 0 && next.p[0] != '/') {
			value = next;
			next = word(&rest);
		}
		done = set(b, module, str_n(name.p + 1, name.len - 1), value);
		name = next;
	}
	return done;
}

static bool
run_config(struct script *s, struct str rest)
{
	struct str what = word(&rest);

	if (str_eqz(what, "change") || str_eqz(what, "add"))
		return change(s->box, rest);
	if (str_eqz(what, "activate"))
		box_activate(s->box);
	else if (str_eqz(what, "write"))
		settings_write(&s->box->settings);
	else
		return false;
	return true;
}

/* "prot URL ireset BUILD" and the like: the device does it when it has answered. */
static bool
run_sync(struct script *s, struct str rest)
{
	static const struct {
		const char *name;
		enum box_part part;
	} parts[] = {{"prot", BOX_FIRMWARE}, {"boot", BOX_BOOT},
	    {"scfg", BOX_SAVE}, {"cfg", BOX_LOAD}};
	struct str what = word(&rest), text = word(&rest), build;
	struct buf url;
	bool done = false;

	(void)word(&rest); /* the reset */
	build = word(&rest);
	buf_init(&url, SETTINGS_TEXT_MAX);
	decode(text, &url);
	for (size_t i = 0; i < COUNT(parts) && !buf_failed(&url); i++)
		if (str_eqz(what, parts[i].name))
			done = (build.len > 0) == (parts[i].part <= BOX_BOOT) &&
			       box_sync(s->box, parts[i].part, buf_view(&url),
				   build);
	buf_fini(&url);
	return done;
}

static bool
run_mod(struct script *s, struct str rest)
{
	bool is_cmd = str_eqz(word(&rest), "cmd");
	struct str module = word(&rest), what = word(&rest);

	if (is_cmd && str_eqz(module, "UP0") && str_eqz(what, "/sync"))
		return run_sync(s, rest);
	if (!is_cmd || !str_eqz(module, "UP1") || !str_eqz(what, "check"))
		return is_cmd && module.len > 0;
	s->final = word(&rest);
	s->serial = word(&rest);
	if (s->serial.len == 0 || s->serial.len > BOX_SERIAL_MAX)
		return false;
	s->stopped = str_eqz(s->serial, s->box->check);
	return true;
}

static bool
run_vars(struct script *s, struct str rest)
{
	struct str what = word(&rest);

	s->box->reset_needed |= str_eqz(what, "create");
	return str_eqz(what, "create") || str_eqz(what, "del") ||
	       str_eqz(what, "read");
}

static bool
run_reset(struct script *s, struct str rest)
{
	(void)rest;
	s->box->next = BOX_RESTARTS;
	s->stopped = true;
	return true;
}

static bool
run_reset_if(struct script *s, struct str rest)
{
	return !s->box->reset_needed || run_reset(s, rest);
}

static bool
run_nothing(struct script *s, struct str rest)
{
	(void)s, (void)rest;
	return true;
}

static bool
run_line(struct script *s, struct str line)
{
	static const struct {
		const char *name;
		bool (*run)(struct script *s, struct str rest);
	} commands[] = {
	    {"config", run_config},
	    {"mod", run_mod},
	    {"vars", run_vars},
	    {"reset", run_reset},
	    {"ireset", run_reset},
	    {"resetn", run_reset_if},
	    {"iresetn", run_reset_if},
	    {"ser", run_nothing},
	};
	struct str name;

	line = str_trim(line);
	if (line.len == 0 || line.p[0] == '#')
		return true;
	name = word(&line);
	for (size_t i = 0; i < COUNT(commands); i++)
		if (str_eqz(name, commands[i].name))
			return commands[i].run(s, line);
	return false;
}

bool
script_run(struct box *b, struct str text)
{
	struct script s = {.box = b};
	struct str line;
	bool good = true;

	while (!s.stopped && text.len > 0 && str_next(&text, '\n', &line))
		good &= run_line(&s, line);
	if (s.serial.len == 0 || str_eqz(s.serial, b->check))
		return good;
	str_copy(b->check, sizeof(b->check), s.serial);
	return run_line(&s, s.final) && good;
}

/* ---- as a request ---- */

bool
script_path(struct box *b, struct str target)
{
	struct buf line;
	bool good;

	buf_init(&line, SCRIPT_MAX);
	decode(str_n(target.p + 2, target.len - 2), &line);
	good = !buf_failed(&line) && script_run(b, buf_view(&line));
	buf_fini(&line);
	return good;
}

/* The path of a target, and the module if it is that of a form. */
static struct str
module_of(struct str target)
{
	struct str page = FORM_PAGE, path;

	path = str_n(target.p, str_find(target, '?'));
	if (path.len < page.len + 2 ||
	    !str_eq(str_n(path.p + path.len - page.len, page.len), page))
		return STR("");
	return str_n(path.p + 1, path.len - page.len - 1);
}

bool
script_is_form(struct str target)
{
	return module_of(target).len > 0;
}

bool
script_form(struct box *b, struct str target)
{
	size_t mark = str_find(target, '?');
	struct str module = module_of(target), query = STR("");
	struct arena a;
	struct form f;
	struct err e;
	bool good;

	if (mark < target.len)
		query = str_n(target.p + mark + 1, target.len - mark - 1);
	arena_init(&a, FORM_ARENA);
	form_init(&f, &a);
	good = form_query(&f, query, &e) == 0;
	for (size_t i = 0; good && i < f.n; i++)
		good = str_eqz(f.params[i].name, "cmd") ||
		       settings_set(&b->settings, module, f.params[i].name,
			   f.params[i].value);
	arena_fini(&a);
	return good;
}
