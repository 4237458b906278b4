#include "phone_file.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "file_cipher.h"
#include "phone_source.h"

/* ---- escapes ---- */

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

static void
escape_lines(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_control(text.p[i]))
			buf_putc(out, text.p[i]);
}

static void
put_xml(struct buf *out, char c)
{
	static const char signs[] = "&<>\"'";
	static const char *const names[] = {"amp", "lt", "gt", "quot", "apos"};
	const char *at = c != '\0' ? strchr(signs, c) : NULL;

	if (at != NULL)
		buf_printf(out, "&%s;", names[at - signs]);
	else if (!is_control(c))
		buf_putc(out, c);
}

static void
escape_xml(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		put_xml(out, text.p[i]);
}

static void
escape_xml_macro(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '$')
			buf_putc(out, '$');
		put_xml(out, text.p[i]);
	}
}

static void
escape_quoted(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"' || text.p[i] == '\\')
			buf_putc(out, '\\');
		if (!is_control(text.p[i]))
			buf_putc(out, text.p[i]);
	}
}

static const struct {
	const char *name;
	mustache_escape *escape;
} escapes[] = {{"lines", escape_lines}, {"quoted", escape_quoted},
    {"xml", escape_xml}, {"xml-$", escape_xml_macro}};

/* ---- values ---- */

struct phone_file
phone_file_new(struct str pattern)
{
	return (struct phone_file){.pattern = pattern,
	    .template = STR(""),
	    .text = STR(""),
	    .type = STR("text/plain"),
	    .firmware = STR(""),
	    .firmware_text = STR(""),
	    .escape = escape_lines};
}

static const char *
take_name(struct str *to, struct str value)
{
	if (value.len == 0 || value.len > PHONE_TEMPLATE_NAME ||
	    value.p[0] == '.' || !str_only(value, STR_ALNUM, "._-"))
		return "a template is called by letters, digits, '.', '_' and "
		       "'-'";
	*to = value;
	return NULL;
}

static const char *
take_template(struct phone_file *f, struct str value)
{
	return take_name(&f->template, value);
}

static const char *
take_firmware(struct phone_file *f, struct str value)
{
	return take_name(&f->firmware, value);
}

static const char *
take_type(struct phone_file *f, struct str value)
{
	if (value.len == 0 || value.len > PHONE_MEDIA_MAX ||
	    !str_only(value, STR_ALNUM, STR_TOKEN_MORE "/;= "))
		return "no media type";
	f->type = value;
	return NULL;
}

static const char *
take_escape(struct phone_file *f, struct str value)
{
	for (size_t i = 0; i < COUNT(escapes); i++)
		if (str_eqz(value, escapes[i].name)) {
			f->escape = escapes[i].escape;
			return NULL;
		}
	return "escapes are lines, quoted, xml or xml-$";
}

static const char *
take_cipher(struct phone_file *f, struct str value)
{
	if (!file_cipher_known(value))
		return "ciphers are openssl-md5 and openssl-sha256";
	f->cipher = value;
	return NULL;
}

static const char *
take_upload(struct phone_file *f, struct str value)
{
	f->upload = str_eqz(value, "yes");
	return f->upload || str_eqz(value, "no") ? NULL : "yes or no";
}

static const struct {
	const char *name;
	const char *(*take)(struct phone_file *f, struct str value);
} values[] = {{"cipher", take_cipher}, {"escape", take_escape},
    {"firmware", take_firmware}, {"template", take_template},
    {"type", take_type}, {"upload", take_upload}};

const char *
phone_file_take(
    struct arena *a, struct phone_file *f, struct str name, struct str value)
{
	for (size_t i = 0; i < COUNT(values); i++)
		if (str_eqz(name, values[i].name))
			return values[i].take(f, str_of(arena_str(a, value)));
	return "no such value of a file is known";
}

/* ---- templates ---- */

bool
phone_file_firmware(const struct phone_file *f, struct phone_file *out)
{
	*out = *f;
	out->template = f->firmware;
	out->text = f->firmware_text;
	return f->firmware.len > 0;
}

static int
load_template(struct arena *a, const char *folder, const struct json *over,
    struct str name, struct str *out, struct err *e)
{
	const char *path =
	    arena_printf(a, "%s/%.*s", folder, (int)name.len, name.p);
	struct buf text;
	int rc;

	if (name.len == 0)
		return 0;
	buf_init(&text, PHONE_TEMPLATE_MAX + 1);
	rc = path == NULL
		 ? err_set(e, ERR_LIMIT, "no room for templates")
		 : phone_source_text(over, path, PHONE_TEMPLATE_MAX, &text, e);
	if (rc > 0)
		*out = str_n(arena_str(a, buf_view(&text)), text.len);
	buf_fini(&text);
	return rc > 0 ? mustache_guard(*out, e) : -1;
}

int
phone_file_load(struct arena *a, const char *folder, const struct json *over,
    struct phone_file *f, struct err *e)
{
	struct phone_file other;

	if (load_template(a, folder, over, f->template, &f->text, e) < 0)
		return -1;
	if (!phone_file_firmware(f, &other) ||
	    load_template(a, folder, over, f->firmware, &f->firmware_text, e) ==
		0)
		return 0;
	/* Who tells what is wrong names the template. */
	*f = other;
	return -1;
}

void
phone_file_fault(const char *folder, const struct phone_file *f,
    const struct err *e, char out[PHONE_FAULT_SIZE])
{
	static const struct str before = STR("template line ");
	struct str why = str_of(e->text);
	bool has_line = str_starts(why, before);

	if (has_line)
		why = str_n(why.p + before.len, why.len - before.len);
	(void)snprintf(out, PHONE_FAULT_SIZE, "%.200s/%.*s:%s%.*s", folder,
	    (int)f->template.len, f->template.p, has_line ? "" : " ",
	    (int)why.len, why.p);
}
