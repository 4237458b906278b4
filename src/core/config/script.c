#include "script.h"

#include "count.h"

/* ---- lines ---- */

bool
script_next(struct script *s, struct script_line *out)
{
	struct str line;

	while (s->rest.len > 0 && str_next(&s->rest, '\n', &line)) {
		s->number++;
		line = str_trim(line);
		if (line.len > 0 && line.p[0] != '#') {
			*out = (struct script_line){line, s->number};
			return true;
		}
	}
	return false;
}

/* Printable, and tabs between words. */
static bool
is_clean(struct str line)
{
	struct str part;

	while (str_next(&line, '\t', &part))
		if (!str_printable(part))
			return false;
	return true;
}

/* Every line, comments too: they come back to who reads the script. */
static int
check_lines(struct str rest, struct err *e)
{
	struct str line;
	size_t number = 0;

	while (rest.len > 0 && str_next(&rest, '\n', &line)) {
		number++;
		if (line.len > SCRIPT_LINE_MAX)
			return err_set(
			    e, ERR_INPUT, "line %zu is too long", number);
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (!is_clean(line))
			return err_set(e, ERR_INPUT,
			    "line %zu has a character that is none of a text",
			    number);
	}
	return 0;
}

int
script_check(struct str script, struct err *e)
{
	struct script s = {.rest = script};
	struct script_line line;
	size_t n = 0;

	if (check_lines(script, e) < 0)
		return -1;
	while (script_next(&s, &line))
		n++;
	if (n == 0)
		return err_set(e, ERR_INPUT, "the script has no command");
	return n <= SCRIPT_LINES_MAX
		   ? 0
		   : err_set(e, ERR_INPUT, "the script has %zu commands", n);
}

/* ---- words ---- */

#define WORDS_MAX 8 /* that anybody looks at */

struct words {
	struct str v[WORDS_MAX];
	size_t n;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
cut(struct str line, struct words *w)
{
	size_t i = 0;

	w->n = 0;
	while (w->n < WORDS_MAX) {
		size_t from;

		while (i < line.len && is_blank(line.p[i]))
			i++;
		from = i;
		while (i < line.len && !is_blank(line.p[i]))
			i++;
		if (i == from)
			return;
		w->v[w->n++] = str_n(line.p + from, i - from);
	}
}

/* Does the line begin with these words? */
static bool
begins(const struct words *w, const char *first, const char *second)
{
	return w->n >= 2 && str_eqz(w->v[0], first) && str_eqz(w->v[1], second);
}

/* "prot" of "mod cmd UP0 /sync prot ...", and where it stands; 0: it is no
 * command of the update client. */
static size_t
update_verb(const struct words *w)
{
	size_t i = 3;

	if (!begins(w, "mod", "cmd") || w->n < 4 ||
	    !(str_eqz(w->v[2], "UP0") || str_eqz(w->v[2], "UP1")))
		return 0;
	while (i < w->n && w->v[i].p[0] == '/')
		i++;
	return i < w->n ? i : 0;
}

/* ---- finals and checks ---- */

static const char *const finals[] = {
    [SCRIPT_NO_FINAL] = "ser",
    [SCRIPT_RESET] = "reset",
    [SCRIPT_IRESET] = "ireset",
    [SCRIPT_RESETN] = "resetn",
    [SCRIPT_IRESETN] = "iresetn",
};

const char *
script_final_name(enum script_final final)
{
	return finals[final];
}

static bool
final_of(struct str word, enum script_final *out)
{
	for (size_t i = 0; i < COUNT(finals); i++)
		if (str_eqz(word, finals[i])) {
			*out = (enum script_final)i;
			return true;
		}
	return false;
}

bool
script_is_final(struct str command, enum script_final *out)
{
	return final_of(command, out) && *out != SCRIPT_NO_FINAL;
}

bool
script_is_check(struct str command, struct script_condition *out)
{
	struct words w;
	size_t verb;

	cut(command, &w);
	verb = update_verb(&w);
	if (verb == 0 || !str_eqz(w.v[verb], "check") || verb + 2 >= w.n)
		return false;
	out->serial = w.v[verb + 2];
	return final_of(w.v[verb + 1], &out->final);
}

/* ---- warnings ---- */

struct warner {
	struct script_warning *out;
	size_t n;
	struct str before; /* the script that was there */
	bool changed;
	bool checked;   /* a check came before this line */
	size_t change;  /* line of the last change; 0: none */
	bool written;   /* since then */
	bool activated; /* since then */
	bool restarts;  /* a check ends with a restart */
};

static void
warn(struct warner *x, const char *what, size_t line)
{
	if (x->n < SCRIPT_WARNINGS_MAX)
		x->out[x->n++] = (struct script_warning){what, line};
}

/* Has the script a check with this serial? */
static bool
has_serial(struct str script, struct str serial)
{
	struct script s = {.rest = script};
	struct script_condition c;
	struct script_line line;

	while (script_next(&s, &line))
		if (script_is_check(line.text, &c) && str_eq(c.serial, serial))
			return true;
	return false;
}

static void
see_check(struct warner *x, const struct script_line *l,
    const struct script_condition *c)
{
	x->checked = true;
	x->restarts = x->restarts || c->final != SCRIPT_NO_FINAL;
	if (x->changed && has_serial(x->before, c->serial))
		warn(x, "serial", l->number);
}

static void
see_update(struct warner *x, const struct script_line *l, struct str verb)
{
	static const char *const warned[] = {"times", "prot", "boot", "scfg"};

	if (str_eqz(verb, "time"))
		verb = STR("times");
	for (size_t i = 0; i < COUNT(warned); i++)
		if (str_eqz(verb, warned[i]))
			warn(x, warned[i], l->number);
}

static void
see_config(struct warner *x, const struct script_line *l, struct str verb)
{
	if (str_eqz(verb, "write")) {
		x->written = true;
	} else if (str_eqz(verb, "activate")) {
		x->activated = true;
	} else {
		x->change = l->number;
		x->written = x->activated = false;
	}
}

static void
see(struct warner *x, const struct script_line *l)
{
	struct script_condition c;
	enum script_final final;
	struct words w;

	cut(l->text, &w);
	if (script_is_check(l->text, &c)) {
		see_check(x, l, &c);
	} else if (update_verb(&w) > 0) {
		see_update(x, l, w.v[update_verb(&w)]);
	} else if (script_is_final(l->text, &final)) {
		x->activated = true;
		if (!x->checked &&
		    (final == SCRIPT_RESET || final == SCRIPT_IRESET))
			warn(x, "reset", l->number);
	} else if (begins(&w, "vars", "create") && !x->checked) {
		warn(x, "vars", l->number);
	} else if (w.n >= 2 && str_eqz(w.v[0], "config")) {
		see_config(x, l, w.v[1]);
	}
}

size_t
script_warn(struct str script, struct str before,
    struct script_warning out[SCRIPT_WARNINGS_MAX])
{
	struct warner x = {.out = out,
	    .before = before,
	    .changed = before.len > 0 && !str_eq(before, script)};
	struct script s = {.rest = script};
	struct script_line line;

	while (script_next(&s, &line))
		see(&x, &line);
	if (x.change > 0 && !x.written)
		warn(&x, "write", x.change);
	if (x.change > 0 && !x.activated && !x.restarts)
		warn(&x, "activate", x.change);
	return x.n;
}

const char *
script_warning_text(const struct script_warning *w)
{
	static const struct {
		const char *what, *text;
	} texts[] = {
	    {"times", "a device does not poll here: times does nothing"},
	    {"prot", "use an update job"},
	    {"boot", "use an update job"},
	    {"scfg", "use a backup job"},
	    {"vars", "vars create without a check before it asks for a reset "
		     "each time"},
	    {"serial", "the script has changed, the serial has not: devices "
		       "stop here"},
	    {"write", "no config write follows: lost at the next restart"},
	    {"activate", "no config activate follows: not in force yet"},
	    {"reset", "a restart without a check: the device restarts again "
		      "and again"},
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		if (str_eqz(str_of(w->what), texts[i].what))
			return texts[i].text;
	return "";
}
