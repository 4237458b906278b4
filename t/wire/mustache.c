/* Templates: a case of our own for each rule of the specification. */
#include "mustache.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "tap.h"

/* An escape that shows: blanks become "_". */
static void
underline(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_putc(out, text.p[i] == ' ' ? '_' : text.p[i]);
}

static const struct mustache_value items[] = {
    MUSTACHE_TEXT("", STR("1")), MUSTACHE_TEXT("", STR("2"))};
static const struct mustache_value values[] = {
    {.name = "list", .text = {"", 0}, .items = items, .nitems = 2},
    {.name = "nothing", .text = {"", 0}, .items = items, .nitems = 0},
    MUSTACHE_TEXT("who", STR("A & B")),
    MUSTACHE_TRUTH("empty", false),
    MUSTACHE_TRUTH("yes", true),
    MUSTACHE_TRUTH("no", false),
    MUSTACHE_TEXT("tag", STR("{{who}}")),
    MUSTACHE_TEXT("a-b_2", STR("x")),
    MUSTACHE_END,
};

static int
render(const char *text, struct buf *out, struct err *e)
{
	buf_init(out, 4096);
	return mustache_render(str_of(text), values, underline, out, e);
}

struct sample {
	const char *name, *text, *want;
};

/* Tags within a line. */
static const struct sample within[] = {
    {"text without tags stays", "a } { b {\n", "a } { b {\n"},
    {"an empty template gives nothing", "", ""},
    {"a value is escaped", "<{{who}}>", "<A_&_B>"},
    {"three braces write it as it is", "{{{who}}}", "A & B"},
    {"so does an ampersand", "{{&who}}", "A & B"},
    {"blanks around a name do not matter", "{{ who }}{{{\twho\n}}}{{& who }}",
	"A_&_BA & BA & B"},
    {"an empty value gives nothing", "({{empty}})", "()"},
    {"a truth is written as true", "{{yes}}{{no}}", "true"},
    {"a value is not a template", "{{tag}}", "{{who}}"},
    {"blanks around a value stay", " {{a-b_2}} \n", " x \n"},
    {"a value alone on its line leaves the line", "a\n  {{empty}}\nb\n",
	"a\n  \nb\n"},
    {"a comment gives nothing", "a{{! who knows }}b", "ab"},
    {"a comment may have several lines", "a{{!\n1\n2\n}}b", "ab"},
    {"a section is written when true", "{{#yes}}1{{/yes}}", "1"},
    {"and left out when not", "a{{#no}}1{{/no}}b", "ab"},
    {"a text that is not empty counts as true", "{{#who}}{{who}}{{/who}}",
	"A_&_B"},
    {"an empty one as false", "{{#empty}}1{{/empty}}", ""},
    {"an inverted section is the other way round",
	"{{^yes}}1{{/yes}}{{^no}}2{{/no}}{{^empty}}3{{/empty}}"
	"{{^who}}4{{/who}}",
	"23"},
    {"sections may stand within each other",
	"{{#yes}}a{{#no}}b{{/no}}{{^no}}c{{/no}}{{/yes}}", "ac"},
    {"also of one name", "{{#yes}}a{{#yes}}b{{/yes}}c{{/yes}}", "abc"},
    {"nothing is written within what is left out",
	"{{#no}}a{{#yes}}b{{who}}{{/yes}}{{^no}}c{{/no}}{{/no}}", ""},
    {"nobody knows the names of items that are not there",
	"({{#nothing}}{{a}}{{#b}}{{c}}{{/b}}{{/nothing}}"
	"{{#no}}{{#list}}{{a}}{{/list}}{{/no}})",
	"()"},
    {"the delimiters of a list's body are those of its beginning",
	"{{#list}}{{.}}{{=<% %>=}}<%.%><%={{ }}=%>{{/list}}", "1122"},
    {"also if they are others at its end",
	"{{#list}}{{.}}{{=<% %>=}}<%/list%>{{.}}", "12{{.}}"},
    {"blanks in the tags of a section do not matter", "{{# yes }}1{{/ yes }}",
	"1"},
};

/* Tags that stand alone on their line, or just not. */
static const struct sample alone[] = {
    {"a comment alone takes its line", "a\n  {{! x }}  \nb", "a\nb"},
    {"so does one of several lines", "a\n{{!\nx\n}}\nb\n", "a\nb\n"},
    {"a comment after text does not", "a {{! x }}\nb", "a \nb"},
    {"section tags alone on a line take the line",
	"a\n{{#yes}}\n1\n{{/yes}}\nb\n", "a\n1\nb\n"},
    {"with blanks around them too", "a\n  {{#no}}\n1\n\t{{/no}} \nb", "a\nb"},
    {"a line ending of two bytes is one", "a\r\n{{#yes}}\r\n1\r\n{{/yes}}\r\nb",
	"a\r\n1\r\nb"},
    {"at the beginning and at the end of the template",
	"{{#yes}}\n1\n  {{/yes}}", "1\n"},
    {"not when something else is on the line", "a {{#yes}}\n1\n{{/yes}} b\n",
	"a \n1\n b\n"},
    {"two tags on a line leave it", "{{#yes}}{{/yes}}\nb", "\nb"},
};

static void
gives(const struct sample *cases, size_t n)
{
	struct buf out;
	struct err e;

	for (size_t i = 0; i < n; i++) {
		e.text[0] = '\0';
		(void)tap_ok(render(cases[i].text, &out, &e) == 0, "%s: valid",
		    cases[i].name);
		tap_is_mem(out.data, out.len, cases[i].want,
		    strlen(cases[i].want), cases[i].name);
		buf_fini(&out);
	}
}

static void
refuses(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"a\n{{nobody}}", "template line 2: unknown name nobody"},
	    {"{{#nobody}}{{/nobody}}", "template line 1: unknown name nobody"},
	    {"{{#no}}\n{{nobody}}{{/no}}", "line 2: unknown name nobody"},
	    {"{{#yes}}\n", "line 1: a section does not end: yes"},
	    {"{{/yes}}", "line 1: no such section is open: yes"},
	    {"{{#yes}}{{#who}}{{/yes}}{{/who}}", "is open: yes"},
	    {"\n\n{{who", "line 3: a tag does not end"},
	    {"{{who}", "line 1: a tag does not end"},
	    {"{{{who}}", "line 1: a tag does not end"},
	    {"{{!", "line 1: a tag does not end"},
	    {"{{}}", "no tag of ours:"},
	    {"{{ }}", "no tag of ours:"},
	    {"{{a..b}}", "no tag of ours: a..b"},
	    {"{{..}}", "no tag of ours: .."},
	    {"{{who.ami}}", "line 1: unknown name who.ami"},
	    {"\n{{>part}}", "line 2: no such partial: part"},
	    {"{{=<%=}}", "no tag of ours: <%"},
	    {"{{=<% =%=}}", "no tag of ours: <% =%"},
	    {"{{=<% a b=}}", "no tag of ours: <% a b"},
	    {"{{=<%", "a tag does not end"},
	    {"{{=<%%%%%%%% >=}}", "no tag of ours: <%%%%%%%% >"},
	    {"{{#list}}{{nobody}}{{/list}}", "unknown name nobody"},
	    {"{{who ami}}", "no tag of ours: who ami"},
	};
	struct buf out;
	struct err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		tap_ok(
		    render(cases[i].text, &out, &e) < 0 && e.kind == ERR_INPUT,
		    "refused: case %zu", i);
		if (!tap_ok(strstr(e.text, cases[i].want) != NULL, "because %s",
			cases[i].want))
			tap_diag("%s", e.text);
		buf_fini(&out);
	}
}

static void
append(char *text, size_t size, const char *more)
{
	size_t n = strlen(text);

	(void)snprintf(text + n, size - n, "%s", more);
}

static void
limits(void)
{
	char text[64 * (MUSTACHE_DEPTH_MAX + 1)] = "";
	struct buf out, big;
	struct err e;

	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		append(text, sizeof(text), "{{#yes}}");
	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		append(text, sizeof(text), "{{/yes}}");
	tap_ok(render(text, &out, &e) == 0, "as many sections as allowed");
	buf_fini(&out);
	(void)memmove(text + 8, text, strlen(text) + 1);
	tap_ok(render(text, &out, &e) < 0 && e.kind == ERR_LIMIT,
	    "one more is refused");
	buf_fini(&out);

	buf_init(&out, 4);
	tap_ok(mustache_render(STR("12345"), values, mustache_plain, &out, &e) <
		       0 &&
		   e.kind == ERR_LIMIT,
	    "a full buffer is an error");
	buf_fini(&out);

	buf_init(&big, MUSTACHE_MAX + 1);
	while (big.len <= MUSTACHE_MAX)
		buf_putc(&big, 'a');
	buf_init(&out, 2 * MUSTACHE_MAX);
	tap_ok(mustache_render(
		   buf_view(&big), values, mustache_plain, &out, &e) < 0 &&
		   e.kind == ERR_LIMIT,
	    "a template that is too long is refused");
	buf_cut(&big, MUSTACHE_MAX);
	tap_ok(mustache_render(
		   buf_view(&big), values, mustache_plain, &out, &e) == 0,
	    "one of the greatest length is not");
	buf_fini(&out);
	buf_fini(&big);
}

/* Templates of phones: every value is escaped. */
static void
guards(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"{{who}}\n{{#yes}}{{>x}}{{/yes}}{{! {{{who}} }}", NULL},
	    {"\n{{{who}}}", "template line 2: writes as it is: who"},
	    {"{{& who}}", "template line 1: writes as it is: who"},
	    {"\n\n{{=<% %>=}}", "template line 3: sets delimiters: <% %>"},
	    {"{{who", "template line 1: a tag does not end"},
	};
	struct err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		e.text[0] = '\0';
		tap_ok((mustache_guard(str_of(cases[i].text), &e) < 0) ==
			   (cases[i].want != NULL),
		    "an unescaped slot is found: case %zu", i);
		if (cases[i].want != NULL)
			tap_is_str(e.text, cases[i].want, "with its line");
	}
}

/* A partial that is wrong is named, one that has no end ends. */
static int
find_partial(void *arg, struct str name, struct str *text)
{
	*text = str_of(arg);
	return str_eqz(name, "p");
}

static void
wrong_partials(void)
{
	static const struct {
		const char *partial, *want;
		enum err_kind kind;
	} cases[] = {
	    {"\n{{nobody}}", "partial p line 2: unknown name nobody",
		ERR_INPUT},
	    {"{{#yes}}", "partial p line 1: a section does not end: yes",
		ERR_INPUT},
	    {"{{/yes}}", "partial p line 1: no such section is open: yes",
		ERR_INPUT},
	    {"{{>q}}", "partial p line 1: no such partial: q", ERR_INPUT},
	    {"{{>p}}", "too many partials within each other", ERR_LIMIT},
	    {"\n {{>p}}\n", "too many partials within each other", ERR_LIMIT},
	};
	struct mustache m = {.data = {.name = "", .members = values},
	    .escape = underline,
	    .partial = find_partial};
	char text[32];
	struct buf out;
	struct err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		str_copy(text, sizeof(text), str_of(cases[i].partial));
		m.arg = text;
		buf_init(&out, 4096);
		tap_ok(mustache_write(
			   &m, STR("{{#yes}}{{>p}}{{/yes}}"), &out, &e) < 0 &&
			   e.kind == cases[i].kind,
		    "a partial is refused: case %zu", i);
		tap_is_str(e.text, cases[i].want, "because of that");
		buf_fini(&out);
	}
}

/* Lists within lists of the same items: two to the power of sixteen. */
static void
too_much(void)
{
	char text[64 * MUSTACHE_DEPTH_MAX + 4096] = "";
	struct buf out;
	struct err e;

	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		append(text, sizeof(text), "{{#list}}");
	for (int i = 0; i < 40; i++)
		append(text, sizeof(text), "{{!}}");
	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		append(text, sizeof(text), "{{/list}}");
	tap_ok(render(text, &out, &e) < 0 && e.kind == ERR_LIMIT,
	    "a template that would take for ever is stopped");
	tap_is_str(e.text, "a template has too much to do", "and says so");
	buf_fini(&out);
}

int
main(void)
{
	gives(within, COUNT(within));
	gives(alone, COUNT(alone));
	refuses();
	limits();
	guards();
	wrong_partials();
	too_much();
	return tap_end();
}
