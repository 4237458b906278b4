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

static const struct mustache_value values[] = {
    {"who", STR("A & B"), false},
    {"empty", STR(""), false},
    {"yes", STR(""), true},
    {"no", STR(""), false},
    {"tag", STR("{{who}}"), false},
    {"a-b_2", STR("x"), false},
    {NULL, STR(""), false},
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
	    {"{{.}}", "no tag of ours: ."},
	    {"{{a.b}}", "no tag of ours: a.b"},
	    {"{{>part}}", "no tag of ours: >part"},
	    {"{{=<% %>=}}", "no tag of ours: =<% %>="},
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
limits(void)
{
	char text[64 * (MUSTACHE_DEPTH_MAX + 1)] = "";
	struct buf out, big;
	struct err e;

	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "{{#yes}}");
	for (int i = 0; i < MUSTACHE_DEPTH_MAX; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "{{/yes}}");
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

int
main(void)
{
	gives(within, COUNT(within));
	gives(alone, COUNT(alone));
	refuses();
	limits();
	return tap_end();
}
