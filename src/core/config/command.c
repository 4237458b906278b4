#include "command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "buf.h"
#include "file.h"
#include "http1.h"
#include "json.h"
#include "trust.h"

#define ARENA_MAX ((size_t)4 << 20)
#define PATH_MAX_BYTES (HTTP1_HEAD_MAX - 2048) /* the rest of a head */

/* A field's row, or what is done besides. */
struct row {
	struct str type, field, module, cmd, name;
	struct str what, get, attribute;
};

struct commands {
	struct arena arena;
	struct row *rows;
	size_t n;
	bool verified;
	int holders;
};

/* ---- reading ---- */

/* One text of a row. */
struct member {
	const char *name;
	size_t at; /* in struct row */
	bool needed;
};
#define MEMBER(name, to, needed)                                               \
	{                                                                      \
		(name), offsetof(struct row, to), (needed)                     \
	}

static const struct member of_field[] = {
    MEMBER("type", type, true),
    MEMBER("field", field, true),
    MEMBER("module", module, true),
    MEMBER("cmd", cmd, true),
    MEMBER("name", name, true),
    {NULL, 0, false},
};

static const struct member of_deed[] = {
    MEMBER("do", what, true),
    MEMBER("get", get, true),
    MEMBER("attribute", attribute, false),
    {NULL, 0, false},
};

/* What the members of one row are checked by. */
struct reading {
	const struct member *members;
	struct row *row;
	const char *wrong; /* NULL: nothing */
};

static int
read_member(void *arg, struct str name, const struct json *v)
{
	struct reading *r = arg;
	struct str text = json_text(v);
	const struct member *m = r->members;

	while (m->name != NULL && !str_eqz(name, m->name))
		m++;
	if (m->name == NULL)
		r->wrong = "a member that no such row has";
	else if (json_kind(v) != JSON_STRING || text.len == 0)
		r->wrong = "a member that is no text";
	else if (text.len > COMMANDS_TEXT_MAX || !str_printable(text))
		r->wrong = "a text that is too long or not printable";
	else
		*(struct str *)(void *)((char *)r->row + m->at) = text;
	return r->wrong == NULL;
}

/* Words that stand in a path and a query as they are. */
static bool
is_word(struct str s)
{
	return str_only(s, STR_ALNUM, "-._");
}

static const char *
check_row(const struct row *r, const struct member *members)
{
	for (const struct member *m = members; m->name != NULL; m++)
		if (m->needed && ((const struct str *)(const void *)(
				      (const char *)r + m->at))
					 ->len == 0)
			return "a member that is missing";
	if (members == of_deed)
		return r->get.p[0] != '/' ||
			       !str_only(r->get, STR_ALNUM, "-._~/!%:=&,?")
			   ? "\"get\" is no path"
			   : NULL;
	return is_word(r->module) && is_word(r->cmd) && is_word(r->name)
		   ? NULL
		   : "a word with other characters than a-z A-Z 0-9 - . _";
}

/* {"about": ..., "verified": ...}: what is wrong, or NULL. */
static const char *
read_about(struct commands *c, const struct json *v)
{
	if (json_kind(json_member(v, "verified")) != JSON_BOOL)
		return "\"verified\" is not true or false";
	c->verified = json_true(json_member(v, "verified"));
	return NULL;
}

static const char *
read_row(struct commands *c, struct str line, struct err *e)
{
	const struct json *v;
	struct reading r = {.members = of_field};

	if (json_read(&c->arena, line, line.len, &v, e) < 0)
		return e->text;
	if (json_kind(v) != JSON_OBJECT)
		return "no object";
	if (json_member(v, "about") != NULL)
		return read_about(c, v);
	if (c->n == COMMANDS_ROWS)
		return "too many rows";
	if (json_member(v, "do") != NULL)
		r.members = of_deed;
	r.row = &c->rows[c->n++];
	json_each(v, read_member, &r);
	return r.wrong != NULL ? r.wrong : check_row(r.row, r.members);
}

/* A row without the comma behind it; empty for a line that has none. */
static struct str
row_of(struct str line)
{
	line = str_trim(line);
	if (str_eqz(line, "[") || str_eqz(line, "]"))
		return str_n("", 0);
	if (line.len > 0 && line.p[line.len - 1] == ',')
		line.len--;
	return line;
}

static int
read_all(struct commands *c, struct str text, struct err *e)
{
	struct str line;
	const char *wrong;

	for (int n = 1; str_next(&text, '\n', &line); n++) {
		struct err why;

		line = row_of(line);
		wrong = line.len > 0 ? read_row(c, line, &why) : NULL;
		if (wrong != NULL)
			return err_set(e, ERR_INPUT, "line %d: %s", n, wrong);
	}
	return c->n > 0 ? 0 : err_set(e, ERR_INPUT, "line 1: no row at all");
}

struct commands *
commands_read(struct str text, struct err *e)
{
	struct commands *c = mem_new(sizeof(*c));
	char *copy;

	c->holders = 1;
	arena_init(&c->arena, ARENA_MAX);
	c->rows = arena_array(&c->arena, COMMANDS_ROWS, sizeof(*c->rows));
	copy = text.len <= COMMANDS_BYTES ? arena_str(&c->arena, text) : NULL;
	if (c->rows == NULL || copy == NULL)
		(void)err_set(e, ERR_INPUT, "line 1: the file is too long");
	else if (read_all(c, str_unmark(str_n(copy, text.len)), e) == 0)
		return c;
	commands_drop(&c);
	return NULL;
}

struct commands *
commands_load(const char *path, struct err *e)
{
	struct commands *c = NULL;
	struct buf text;

	buf_init(&text, COMMANDS_BYTES + 1);
	if (file_text(path, COMMANDS_BYTES, &text, e) > 0)
		c = commands_read(buf_view(&text), e);
	buf_fini(&text);
	return c;
}

struct commands *
commands_hold(struct commands *c)
{
	c->holders++;
	return c;
}

void
commands_drop(struct commands **c)
{
	struct commands *gone = *c;

	*c = NULL;
	if (gone == NULL || --gone->holders > 0)
		return;
	arena_fini(&gone->arena);
	mem_free(gone);
}

bool
command_file_look(struct command_file *f)
{
	struct commands *c;
	int64_t stamp[3];
	struct stat st;
	struct err e;

	if (stat(f->path, &st) < 0)
		memset(&st, 0, sizeof(st));
	stamp[0] = (int64_t)st.st_ino;
	stamp[1] = st.st_mtim.tv_sec;
	stamp[2] = st.st_mtim.tv_nsec;
	if (f->known && memcmp(stamp, f->stamp, sizeof(stamp)) == 0)
		return false;
	memcpy(f->stamp, stamp, sizeof(stamp));
	f->known = true;
	c = commands_load(f->path, &e);
	str_copy(f->why, sizeof(f->why), str_of(c != NULL ? "" : e.text));
	if (c == NULL)
		return true;
	commands_drop(&f->now);
	f->now = c;
	return true;
}

void
command_file_end(struct command_file *f)
{
	commands_drop(&f->now);
}

/* ---- looking up ---- */

static const struct row *
find_deed(const struct commands *c, const char *what)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->rows[i].what.len > 0 && str_eqz(c->rows[i].what, what))
			return &c->rows[i];
	return NULL;
}

struct str
commands_path(const struct commands *c, const char *what)
{
	const struct row *r = find_deed(c, what);

	return r != NULL ? r->get : str_n("", 0);
}

struct str
commands_attribute(const struct commands *c, const char *what)
{
	const struct row *r = find_deed(c, what);

	return r != NULL ? r->attribute : str_n("", 0);
}

bool
commands_verified(const struct commands *c)
{
	return c->verified;
}

/* ---- requests ---- */

/* Percent-encoded but for letters, digits and what is in more. */
static void
encode(struct buf *out, struct str s, const char *more)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char b = (unsigned char)s.p[i];

		if (str_in(s.p[i], STR_ALNUM, more)) {
			buf_putc(out, s.p[i]);
			continue;
		}
		buf_putc(out, '%');
		buf_putc(out, digits[b >> 4]);
		buf_putc(out, digits[b & 15]);
	}
}

/* What out holds, in the arena; NULL: no room in either. */
static const char *
keep(struct buf *out, struct arena *a)
{
	const char *kept =
	    buf_failed(out) ? NULL : arena_str(a, buf_view(out));

	buf_wipe(out);
	return kept;
}

static const struct config_item *
item_of(const struct command_wish *w, const struct row *r)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_eqz(r->field, w->items[i].field->name))
			return &w->items[i];
	return NULL;
}

static bool
is_for(const struct row *r, const struct command_wish *w)
{
	return r->type.len > 0 && str_eqz(r->type, config_type_name(w->type));
}

static bool
same_request(const struct row *a, const struct row *b)
{
	return str_eq(a->module, b->module) && str_eq(a->cmd, b->cmd);
}

/* What row p adds to the request that begins with row r; NULL: nothing. */
static const struct config_item *
adds(const struct row *r, const struct row *p, const struct command_wish *w)
{
	return is_for(p, w) && same_request(r, p) ? item_of(w, p) : NULL;
}

/* Is there an earlier row whose request r's value is in? */
static bool
began_before(
    const struct commands *c, const struct row *r, const struct command_wish *w)
{
	for (const struct row *p = c->rows; p < r; p++)
		if (adds(r, p, w) != NULL)
			return true;
	return false;
}

static void
put_form(struct buf *out, const struct row *r)
{
	buf_printf(out, "/%.*s/mod_cmd.xml?cmd=%.*s", (int)r->module.len,
	    r->module.p, (int)r->cmd.len, r->cmd.p);
}

static void
put_value(struct buf *out, const struct row *r, struct str value)
{
	buf_printf(out, "&%.*s=", (int)r->name.len, r->name.p);
	encode(out, value, "-._~");
}

/* Where the requests go. */
struct paths {
	struct arena *arena;
	const char **list;
	size_t n, room;
	bool failed;
};

static void
add_path(struct paths *to, struct buf *out)
{
	const char *path = keep(out, to->arena);

	if (path == NULL || to->n == to->room)
		to->failed = true;
	else
		to->list[to->n++] = path;
}

/* The request that begins with row r. */
static void
add_form(const struct commands *c, const struct command_wish *w,
    const struct row *r, struct paths *to)
{
	struct buf out;

	buf_init(&out, PATH_MAX_BYTES);
	put_form(&out, r);
	for (const struct row *p = r; p < c->rows + c->n; p++) {
		const struct config_item *item = adds(r, p, w);

		if (item != NULL)
			put_value(&out, p, item->text);
	}
	add_path(to, &out);
}

static void
add_certificates(const struct row *r, struct str rest, struct paths *to)
{
	struct trust_cert one;
	struct err e;

	while (trust_next(to->arena, &rest, &one, &e) > 0) {
		struct buf out;

		buf_init(&out, PATH_MAX_BYTES);
		put_form(&out, r);
		put_value(&out, r, one.pem);
		add_path(to, &out);
	}
}

static void
add_row(const struct commands *c, const struct command_wish *w,
    const struct row *r, struct paths *to)
{
	const struct config_item *item = adds(r, r, w);

	if (item == NULL)
		return;
	if (item->field->kind == CONFIG_CERTS)
		add_certificates(r, item->text, to);
	else if (!began_before(c, r, w))
		add_form(c, w, r, to);
}

/* Each value has a row, or *e names the first that has none. */
static int
check_items(
    const struct commands *c, const struct command_wish *w, struct err *e)
{
	for (size_t i = 0; i < w->n; i++) {
		const char *name = w->items[i].field->name;
		size_t k = 0;

		while (k < c->n && !(is_for(&c->rows[k], w) &&
				       str_eqz(c->rows[k].field, name)))
			k++;
		if (k == c->n)
			return err_set(e, ERR_GONE,
			    "commands.json has no row for %s.%s",
			    config_type_name(w->type), name);
	}
	return 0;
}

int
commands_requests(const struct commands *c, const struct command_wish *w,
    struct arena *a, const char ***paths, size_t *n, struct err *e)
{
	struct paths to = {.arena = a, .room = w->n + CONFIG_CERTS_MAX};

	to.list = arena_array(a, to.room, sizeof(*to.list));
	if (check_items(c, w, e) < 0)
		return -1;
	for (const struct row *r = c->rows;
	     to.list != NULL && r < c->rows + c->n; r++)
		add_row(c, w, r, &to);
	if (to.list == NULL || to.failed)
		return err_set(e, ERR_LIMIT, "a request is too long");
	*paths = to.list;
	*n = to.n;
	return 0;
}

const char *
command_line_path(struct arena *a, struct str line)
{
	struct buf out;

	buf_init(&out, PATH_MAX_BYTES);
	buf_puts(&out, "/!");
	encode(&out, line, "-._~/:=,;@!$&'()*");
	return keep(&out, a);
}
