#include "phone_type.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "load.h"
#include "log.h"
#include "num.h"
#include "phone_id.h"
#include "phone_path.h"
#include "phone_source.h"
#include "sip.h"

#define FILE_NAME  "vendor.conf"
#define PATH_ROOM  4096
#define SAID_ROOM  512
#define VENDOR_MAX 32 /* bytes of a folder's name */

/* A file while it is read. */
struct reader {
	struct arena *a;
	struct phone_types *types;
	struct phone_vendor vendor;
	/* Whose section this is; all NULL: the vendor's. */
	struct phone_type *type;
	struct phone_file *file;
	const struct phone_setting *words;
	bool skips;   /* its first line is wrong: what follows is nobody's */
	size_t first; /* of its types */
	const char *folder, *path;
	const struct json *over;
	int line;
	int findings;
	struct phone_hearer to;
};

/* A list of a vendor or of all types, which is a pointer to its values, gets
 * one more. */
static void *
more(struct reader *r, void *to, size_t *n, size_t size)
{
	void *list, *one;

	/* Pointers to values look all the same. */
	memcpy(&list, to, sizeof(list));
	one = load_more(r->a, &list, n, size);
	memcpy(to, &list, sizeof(list));
	return one;
}

static void
find_fault(struct reader *r, const char *what)
{
	char text[SAID_ROOM];

	r->findings++;
	(void)snprintf(
	    text, sizeof(text), "%.300s:%d: %s", r->path, r->line, what);
	r->to.say(r->to.arg, text);
}

/* ---- lines ---- */

static bool
is_name(struct str text)
{
	return text.len > 0 && text.len <= PHONE_NAME_MAX &&
	       str_printable(text);
}

static void
take_name(struct reader *r, struct str value)
{
	struct str kept = str_of(arena_str(r->a, value));

	if (!is_name(value))
		find_fault(r, "a name has 1 to 64 bytes of text");
	else if (r->type != NULL)
		r->type->name = kept;
	else
		r->vendor.name = kept;
}

static void
take_ports(struct reader *r, struct str value)
{
	if (r->type == NULL)
		find_fault(r, "ports belong to a model");
	else if (!num_parse(value, 1, PHONE_PORT_MAX + 1, &r->type->ports))
		find_fault(r, "ports are a number from 1 to 1000");
}

static void
take_prefixes(struct reader *r, struct str value)
{
	if (r->type != NULL || !str_only(value, STR_DIGITS, "abcdef "))
		find_fault(r, "prefixes are lower-case hexadecimal digits of a"
			      " vendor");
	else
		r->vendor.prefixes = str_of(arena_str(r->a, value));
}

static void
add_agent(struct reader *r, struct str value)
{
	struct phone_agent one, *kept;
	const char *fault = r->vendor.nagents == PHONE_AGENTS_MAX
				? "too many regular expressions"
				: phone_agent_read(r->a, value, &one);

	if (fault != NULL) {
		find_fault(r, fault);
		return;
	}
	kept = more(r, &r->vendor.agents, &r->vendor.nagents, sizeof(one));
	if (kept != NULL)
		*kept = one;
}

static void
take_agent(struct reader *r, struct str value)
{
	if (r->type != NULL)
		r->type->agent = str_of(arena_str(r->a, value));
	else
		add_agent(r, value);
}

static void
take_resync(struct reader *r, struct str value)
{
	if (r->type != NULL || !sip_event_ok(value))
		find_fault(r, "an event of a vendor is a word and parameters,"
			      " as \"check-sync;reboot=false\"");
	else
		r->vendor.resync = str_of(arena_str(r->a, value));
}

static void
take_step(struct reader *r, struct str value)
{
	const char *fault = phone_step_take(r->a, &r->vendor.steps,
	    r->type != NULL ? r->type->key : STR(""), value);

	if (fault != NULL)
		find_fault(r, fault);
}

static void
take_updates(struct reader *r, struct str value)
{
	if (r->type == NULL || !str_eqz(value, "no"))
		find_fault(r, "\"updates = no\" belongs to a model");
	else
		r->type->by_window = true;
}

static const struct {
	const char *name;
	void (*take)(struct reader *r, struct str value);
} values[] = {{"agent", take_agent}, {"name", take_name}, {"ports", take_ports},
    {"prefixes", take_prefixes}, {"resync", take_resync}, {"step", take_step},
    {"updates", take_updates}};

/* Of the vendor or a type. */
static void
take_known(struct reader *r, struct str name, struct str value)
{
	for (size_t i = 0; i < COUNT(values); i++)
		if (str_eqz(name, values[i].name)) {
			values[i].take(r, value);
			return;
		}
	find_fault(r, "no such value is known");
}

static void
take_of_file(struct reader *r, struct str name, struct str value)
{
	const char *fault = phone_file_take(r->a, r->file, name, value);

	if (fault != NULL)
		find_fault(r, fault);
}

static void
take_word(struct reader *r, struct str value, struct str word)
{
	struct phone_word one = {r->words, value, word};
	const char *fault = phone_word_take(r->a, &r->vendor.words, &one);

	if (fault != NULL)
		find_fault(r, fault);
}

static void
take_value(struct reader *r, struct str line)
{
	size_t at = str_find(line, '=');
	struct str name = str_trim(str_n(line.p, at)), value;

	if (at == line.len || line.len > PHONE_LINE_MAX) {
		find_fault(r, "neither a section nor \"name = value\"");
		return;
	}
	if (r->skips)
		return;
	value = str_trim(str_n(line.p + at + 1, line.len - at - 1));
	if (r->file != NULL)
		take_of_file(r, name, value);
	else if (r->words != NULL)
		take_word(r, name, value);
	else
		take_known(r, name, value);
}

/* A type without a name is called by its key. */
static void
add_type(struct reader *r, struct str key)
{
	struct phone_type *t;

	if (key.len == 0 || key.len > PHONE_TYPE_MAX ||
	    !str_only(key, STR_ALNUM, "._+-")) {
		find_fault(r, "a model is called by 1 to 64 letters, digits,"
			      " '.', '_', '+' and '-'");
		return;
	}
	if (phone_type_find(r->types, key) != NULL) {
		find_fault(r, "there is such a model already");
		return;
	}
	if (r->types->n == PHONE_TYPES_MAX) {
		find_fault(r, "too many models");
		return;
	}
	t = more(r, &r->types->list, &r->types->n, sizeof(*t));
	if (t == NULL)
		return;
	*t = (struct phone_type){.key = str_of(arena_str(r->a, key)),
	    .vendor = r->vendor.folder,
	    .agent = str_n("", 0),
	    .ports = 1};
	t->name = t->key;
	r->type = t;
}

static void
add_file(struct reader *r, struct str pattern)
{
	struct phone_file *kept;

	if (!phone_path_valid(pattern)) {
		find_fault(r, "a file is called by letters, digits, '.', '_',"
			      " '+', '-', and {mac} or {model} once each");
		return;
	}
	if (r->vendor.nfiles == PHONE_FILES_MAX) {
		find_fault(r, "too many files");
		return;
	}
	kept = more(r, &r->vendor.files, &r->vendor.nfiles, sizeof(*kept));
	if (kept != NULL)
		*kept = phone_file_new(str_of(arena_str(r->a, pattern)));
	r->file = kept;
}

static void
add_words(struct reader *r, struct str name)
{
	r->words = phone_setting_find(name);
	if (r->words == NULL)
		find_fault(r, "no setting is called so");
}

static void
take_section(struct reader *r, struct str line)
{
	size_t n = line.len > 2 ? line.len - 2 : 0; /* "[" may stand alone */
	struct str inner = str_trim(str_n(line.p + 1, n)), word;

	r->type = NULL;
	r->file = NULL;
	r->words = NULL;
	(void)str_next(&inner, ' ', &word);
	if (line.p[line.len - 1] == ']' && str_eqz(word, "model"))
		add_type(r, str_trim(inner));
	else if (line.p[line.len - 1] == ']' && str_eqz(word, "file"))
		add_file(r, str_trim(inner));
	else if (line.p[line.len - 1] == ']' && str_eqz(word, "words"))
		add_words(r, str_trim(inner));
	else
		find_fault(r, "a section is \"[model KEY]\", \"[file NAME]\""
			      " or \"[words SETTING]\"");
	r->skips = r->type == NULL && r->file == NULL && r->words == NULL;
}

static void
take_line(struct reader *r, struct str line)
{
	line = str_trim(line);
	if (line.len == 0 || line.p[0] == '#' || line.p[0] == ';')
		return;
	if (line.p[0] == '[')
		take_section(r, line);
	else
		take_value(r, line);
}

/* ---- files ---- */

static void
take_text(struct reader *r, struct str text)
{
	struct str line;

	while (str_next(&text, '\n', &line)) {
		r->line++;
		take_line(r, line);
	}
	if (r->vendor.name.len == 0)
		find_fault(r, "the vendor has no name");
}

/* Of files that are made of one. */
static void
take_templates(struct reader *r)
{
	char text[PHONE_FAULT_SIZE];
	struct err e;

	for (size_t i = 0; i < r->vendor.nfiles; i++) {
		struct phone_file *f = &r->vendor.files[i];

		if (phone_file_load(r->a, r->folder, r->over, f, &e) < 0) {
			r->findings++;
			phone_file_fault(r->folder, f, &e, text);
			r->to.say(r->to.arg, text);
		}
	}
}

/* It counts; what was wrong with it is told. */
static void
keep(struct reader *r)
{
	struct phone_vendor *v =
	    more(r, &r->types->vendors, &r->types->nvendors, sizeof(*v));

	if (v != NULL)
		*v = r->vendor;
}

/* 1: it was read, with whatever mistakes; 0: there is no such file; -1. */
static int
read_file(struct reader *r, struct err *e)
{
	struct buf text;
	int rc;

	buf_init(&text, PHONE_FILE_MAX + 1);
	rc = phone_source_text(r->over, r->path, PHONE_FILE_MAX, &text, e);
	if (rc > 0)
		take_text(r, buf_view(&text));
	if (rc > 0)
		take_templates(r);
	buf_fini(&text);
	if (r->findings > 0)
		r->types->n = r->first;
	else if (rc > 0)
		keep(r);
	if (rc > 0 && arena_failed(r->a))
		return err_set(e, ERR_LIMIT, "too many models of phones");
	return rc;
}

static void
say_log(void *arg, const char *finding)
{
	(void)arg;
	log_event(LOG_ERROR, "phone.types", PAIRS(P_STRZ("why", finding)));
}

static bool
is_vendor(struct str name)
{
	return name.len <= VENDOR_MAX && str_only(name, STR_ALNUM, "_-");
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The folders that may be vendors', sorted; -1 if there is no room. */
static int
list_folder(DIR *dir, struct arena *a, char *names[PHONE_VENDORS_MAX])
{
	const struct dirent *one;
	int n = 0;

	while (n < PHONE_VENDORS_MAX && (one = readdir(dir)) != NULL) {
		if (!is_vendor(str_of(one->d_name)))
			continue;
		names[n] = arena_strdup(a, one->d_name);
		if (names[n++] == NULL)
			return -1;
	}
	qsort(names, (size_t)n, sizeof(names[0]), by_name);
	return n;
}

/* What cannot be read is told and left out; -1: no room. */
static int
load_vendor(struct arena *a, const struct phone_source *from, const char *name,
    struct phone_types *out)
{
	char path[PATH_ROOM], whole[PATH_ROOM];
	struct reader r = {.a = a,
	    .types = out,
	    .vendor = {.folder = str_of(arena_strdup(a, name)),
		.name = str_n("", 0),
		.resync = STR(PHONE_COMMON_EVENT),
		.prefixes = str_n("", 0)},
	    .first = out->n,
	    .folder = whole,
	    .path = path,
	    .over = from->over,
	    .to = from->to};
	struct err e = {0};

	if (r.to.say == NULL)
		r.to.say = say_log;
	(void)snprintf(whole, sizeof(whole), "%s/%s", from->folder, name);
	(void)snprintf(
	    path, sizeof(path), "%s/%s/" FILE_NAME, from->folder, name);
	if (read_file(&r, &e) < 0)
		r.to.say(r.to.arg, e.text);
	return arena_failed(a) ? -1 : 0;
}

int
phone_types_load(
    struct arena *a, const char *folder, struct phone_types *out, struct err *e)
{
	struct phone_source from = {.folder = folder};

	return phone_types_from(a, &from, out, e);
}

int
phone_types_from(struct arena *a, const struct phone_source *from,
    struct phone_types *out, struct err *e)
{
	char *names[PHONE_VENDORS_MAX];
	DIR *dir = opendir(from->folder);
	int n, rc = 0;

	*out = (struct phone_types){0};
	if (dir == NULL)
		return err_sys(e, "cannot read %s", from->folder);
	n = list_folder(dir, a, names);
	(void)closedir(dir);
	for (int i = 0; rc == 0 && i < n; i++)
		rc = load_vendor(a, from, names[i], out);
	return n >= 0 && rc == 0
		   ? 0
		   : err_set(e, ERR_LIMIT, "too many models of phones");
}

int
phone_types_check(struct arena *a, const char *folder,
    const struct phone_hearer *to, struct phone_types *out, struct err *e)
{
	char path[PATH_ROOM];
	struct reader r = {.a = a,
	    .types = out,
	    .vendor = {.folder = STR("vendor"), .name = str_n("", 0)},
	    .folder = folder,
	    .path = path,
	    .to = *to};

	*out = (struct phone_types){0};
	(void)snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
	return read_file(&r, e) > 0 ? r.findings : -1;
}
