/*
 * The cases of the Mustache specification 1.4 (github.com/mustache/spec), one
 * or more for each, written anew: its file and the number of the case there.
 * Names without a value are nothing here, as the specification has it.
 */
#include <string.h>

#include "count.h"
#include "mustache.h"
#include "tap.h"

#define V MUSTACHE_TEXT
#define OBJECT(n, m)                                                           \
	{                                                                      \
		.name = (n), .text = {"", 0}, .members = (m)                   \
	}
#define LIST(n, l)                                                             \
	{                                                                      \
		.name = (n), .text = {"", 0}, .items = (l), .nitems = COUNT(l) \
	}

/* ---- what names stand for ---- */

static const struct mustache_value none[] = {MUSTACHE_END};

/* deep.b.c.d.e.name, and the same below b with another name */
static const struct mustache_value phil[] = {
    V("name", STR("Phil")), MUSTACHE_END};
static const struct mustache_value e5[] = {OBJECT("e", phil), MUSTACHE_END};
static const struct mustache_value d4[] = {OBJECT("d", e5), MUSTACHE_END};
static const struct mustache_value c3[] = {OBJECT("c", d4), MUSTACHE_END};
static const struct mustache_value deep[] = {OBJECT("b", c3), MUSTACHE_END};
static const struct mustache_value wrong[] = {
    V("name", STR("Wrong")), MUSTACHE_END};
static const struct mustache_value we5[] = {OBJECT("e", wrong), MUSTACHE_END};
static const struct mustache_value wd4[] = {OBJECT("d", we5), MUSTACHE_END};
static const struct mustache_value wc3[] = {OBJECT("c", wd4), MUSTACHE_END};

/* hollow.b has no c, though b has one */
static const struct mustache_value hollow[] = {OBJECT("b", none), MUSTACHE_END};

static const struct mustache_value joe[] = {
    V("name", STR("Joe")), MUSTACHE_END};
static const struct mustache_value sub[] = {
    V("name", STR("d")), MUSTACHE_TRUTH("yes", true), MUSTACHE_END};
static const struct mustache_value i1[] = {V("n", STR("1")), MUSTACHE_END};
static const struct mustache_value i2[] = {V("n", STR("2")), MUSTACHE_END};
static const struct mustache_value i3[] = {V("n", STR("3")), MUSTACHE_END};
static const struct mustache_value numbers[] = {
    OBJECT("", i1), OBJECT("", i2), OBJECT("", i3)};
static const struct mustache_value words[] = {
    V("", STR("a")), V("", STR("<b>")), V("", STR("c"))};
static const struct mustache_value decimals[] = {
    V("", STR("1.1")), V("", STR("2.2"))};
static const struct mustache_value ab[] = {V("", STR("a")), V("", STR("b"))};
static const struct mustache_value rows[] = {LIST("", ab), LIST("", decimals)};

/* a list in a list, each item with a name of its own */
static const struct mustache_value low1[] = {V("x", STR("x1")), MUSTACHE_END};
static const struct mustache_value low2[] = {V("x", STR("x2")), MUSTACHE_END};
static const struct mustache_value lows[] = {
    OBJECT("", low1), OBJECT("", low2)};
static const struct mustache_value top1[] = {
    V("t", STR("t1")), LIST("low", lows), MUSTACHE_END};
static const struct mustache_value top2[] = {V("t", STR("t2")),
    {.name = "low", .text = {"", 0}, .items = lows, .nitems = 0}, MUSTACHE_END};
static const struct mustache_value tops[] = {
    OBJECT("", top1), OBJECT("", top2)};

/* a tree that names itself */
static const struct mustache_value leaf[] = {V("n", STR("Y")),
    {.name = "nodes", .text = {"", 0}, .items = lows, .nitems = 0},
    MUSTACHE_END};
static const struct mustache_value leaves[] = {OBJECT("", leaf)};

static const struct mustache_value world[] = {
    V("who", STR("world")),
    V("odd", STR("& \" < >")),
    V("tag", STR("{{who}}")),
    V("int", STR("85")),
    V("decimal", STR("1.21")),
    V("null", STR("")),
    V("bar", STR("|")),
    V("lines", STR("<\n->")),
    V("a.b", STR("single")),
    MUSTACHE_TRUTH("yes", true),
    MUSTACHE_TRUTH("no", false),
    OBJECT("joe", joe),
    OBJECT("sub", sub),
    OBJECT("deep", deep),
    OBJECT("b", wc3),
    OBJECT("hollow", hollow),
    V("name", STR("root")),
    LIST("numbers", numbers),
    LIST("words", words),
    LIST("decimals", decimals),
    LIST("rows", rows),
    LIST("tops", tops),
    {.name = "empty", .text = {"", 0}, .items = words, .nitems = 0},
    V("n", STR("X")),
    LIST("nodes", leaves),
    MUSTACHE_END,
};

static const struct {
	const char *name, *text;
} partials[] = {
    {"text", "from partial"},
    {"name", "*{{who}}*"},
    {"node", "{{n}}<{{#nodes}}{{>node}}{{/nodes}}>"},
    {"outer", "*{{who}} {{>name}}*"},
    {"tabs", "\t|\t"},
    {"gt", ">"},
    {"gtgt", ">\n>"},
    {"block", "|\n{{{lines}}}\n|\n"},
    {"bare", ".{{who}}. .<%who%>."},
    {"sets", "{{= | | =}}.|who|."},
};

static int
find_partial(void *arg, struct str name, struct str *text)
{
	(void)arg;
	for (size_t i = 0; i < COUNT(partials); i++)
		if (str_eqz(name, partials[i].name)) {
			*text = str_of(partials[i].text);
			return 1;
		}
	return 0;
}

/* As HTML has it. */
static void
escape(struct buf *out, struct str text)
{
	static const char *const names[] = {"&amp;", "&quot;", "&lt;", "&gt;"};
	static const char special[] = "&\"<>";

	for (size_t i = 0; i < text.len; i++) {
		const char *at = strchr(special, text.p[i]);

		if (at != NULL)
			buf_puts(out, names[at - special]);
		else
			buf_putc(out, text.p[i]);
	}
}

/* ---- the cases ---- */

struct sample {
	const char *name, *text, *want;
};

static const struct sample interpolation[] = {
    {"1: text without tags", "Hello {no} tags\n", "Hello {no} tags\n"},
    {"2: a value", "Hello, {{who}}!", "Hello, world!"},
    {"3: what a value says is not looked at", "{{{tag}}} {{&tag}}",
	"{{who}} {{who}}"},
    {"4: a value is escaped", "{{odd}}", "&amp; &quot; &lt; &gt;"},
    {"5: three braces do not", "{{{odd}}}", "& \" < >"},
    {"6: nor does an ampersand", "{{&odd}}", "& \" < >"},
    {"7-9: an integer", "{{int}} {{{int}}} {{&int}}", "85 85 85"},
    {"10-12: a decimal", "{{decimal}} {{{decimal}}} {{&decimal}}",
	"1.21 1.21 1.21"},
    {"13-15: null is nothing", "({{null}}{{{null}}}{{&null}})", "()"},
    {"16-18: so is what is missing", "({{gone}}{{{gone}}}{{&gone}})", "()"},
    {"19-21: a dotted name is a short section",
	"{{joe.name}} {{{joe.name}}} {{&joe.name}} "
	"{{#joe}}{{name}}{{/joe}}",
	"Joe Joe Joe Joe"},
    {"22: of any depth", "{{deep.b.c.d.e.name}}", "Phil"},
    {"23: a chain that breaks is nothing", "({{deep.b.gone.name}})", "()"},
    {"24: it is not sought elsewhere", "({{deep.b.who}})", "()"},
    {"25: the first word is sought inside out",
	"{{#deep}}{{b.c.d.e.name}}{{/deep}} {{b.c.d.e.name}}", "Phil Wrong"},
    {"26: where it is found, the rest has to be",
	"{{#hollow}}({{b.c}}){{/hollow}}", "()"},
    {"27: a dotted name is no name with a dot", "({{a.b}})", "()"},
    {"28: nor does such a one hide it", "{{joe.name}} {{name}}", "Joe root"},
    {"33-35: blanks around a tag stay", "| {{who}} {{{who}}} {{&who}} |",
	"| world world world |"},
    {"36-38: a value alone leaves its line",
	"  {{bar}}\n  {{{bar}}}\n  {{&bar}}\n", "  |\n  |\n  |\n"},
    {"39-41: blanks within do not matter", "|{{ who }}{{{ who }}}{{& who }}|",
	"|worldworldworld|"},
};

static const struct sample sections[] = {
    {"1: what is true is written", "{{#yes}}in{{/yes}}", "in"},
    {"2: what is false is not", "({{#no}}in{{/no}})", "()"},
    {"3: null is false", "({{#null}}in{{/null}})", "()"},
    {"4: an object is what names are looked up in",
	"{{#joe}}Hi {{name}}.{{/joe}}", "Hi Joe."},
    {"5: then what is around it", "{{#sub}}{{name}} {{who}}{{/sub}}",
	"d world"},
    {"6: a text is what its own section is about", "{{#who}}{{.}}{{/who}}",
	"world"},
    {"7: lists see what is around them",
	"{{#tops}}{{#low}}{{t}}.{{x}},{{/low}}{{/tops}}", "t1.x1,t1.x2,"},
    {"8: from any depth",
	"{{#deep}}{{#b}}{{#c}}{{#d}}{{#e}}{{name}}{{who}}{{/e}}{{/d}}{{/c}}"
	"{{/b}}{{/deep}}",
	"Philworld"},
    {"9: a list is written for each", "{{#numbers}}{{n}},{{/numbers}}",
	"1,2,3,"},
    {"10: an empty one is false", "({{#empty}}in{{/empty}})", "()"},
    {"11: many sections of one name",
	"{{#yes}}\n* 1\n{{/yes}}\n* {{who}}\n{{#yes}}\n* 3\n{{/yes}}\n",
	"* 1\n* world\n* 3\n"},
    {"12: sections within each other",
	"a {{#yes}}b {{#yes}}c{{/yes}} d{{/yes}} e", "a b c d e"},
    {"13: and not", "a {{#no}}b {{#no}}c{{/no}} d{{/no}} e", "a  e"},
    {"14: what is missing is false", "({{#gone}}in{{/gone}})", "()"},
    {"15-17: a dot is the item",
	"{{#words}}{{{.}}};{{/words}}"
	"{{#decimals}}{{.}};{{/decimals}}",
	"a;<b>;c;1.1;2.2;"},
    {"18: also if that is a list", "{{#rows}}({{#.}}{{.}}{{/.}}){{/rows}}",
	"(ab)(1.12.2)"},
    {"19: it is escaped", "{{#words}}({{.}}){{/words}}", "(a)(&lt;b&gt;)(c)"},
    {"20-21: or not", "{{#words}}{{{.}}}{{&.}} {{/words}}", "aa <b><b> cc "},
    {"23: a dotted name", "{{#sub.yes}}in{{/sub.yes}}", "in"},
    {"24: which is false", "({{#joe.no}}in{{/joe.no}})", "()"},
    {"25: whose chain breaks", "({{#joe.gone.yes}}in{{/joe.gone.yes}})", "()"},
    {"26: blanks around its tags stay", " | {{#yes}}\t|\t{{/yes}} | \n",
	" | \t|\t | \n"},
    {"27: and those within", " | {{#yes}} {{! gone }}\n {{/yes}} | \n",
	" |  \n  | \n"},
    {"28: not alone on their lines",
	" {{#yes}}YES{{/yes}}\n {{#yes}}GOOD{{/yes}}\n", " YES\n GOOD\n"},
    {"29: alone", "| This Is\n{{#yes}}\n|\n{{/yes}}\n| A Line\n",
	"| This Is\n|\n| A Line\n"},
    {"30: alone and indented",
	"| This Is\n  {{#yes}}\n|\n  {{/yes}}\n| A Line\n",
	"| This Is\n|\n| A Line\n"},
    {"31: with CR LF", "|\r\n{{#yes}}\r\n{{/yes}}\r\n|", "|\r\n|"},
    {"32: on the first line", "  {{#yes}}\n#{{/yes}}\n/", "#\n/"},
    {"33: on the last", "#{{#yes}}\n/\n  {{/yes}}", "#\n/\n"},
    {"34: blanks in them do not matter", "|{{# yes }}={{/ yes }}|", "|=|"},
};

static const struct sample inverted[] = {
    {"1: what is false is written", "{{^no}}in{{/no}}", "in"},
    {"2: what is true is not", "({{^yes}}in{{/yes}})", "()"},
    {"3: null is false", "{{^null}}in{{/null}}", "in"},
    {"4: an object is true", "({{^joe}}{{name}}{{/joe}})", "()"},
    {"5: so is a list", "({{^numbers}}{{n}}{{/numbers}})", "()"},
    {"6: unless it is empty", "{{^empty}}in{{/empty}}", "in"},
    {"7: many of one name",
	"{{^no}}\n* 1\n{{/no}}\n* {{who}}\n{{^no}}\n* 3\n{{/no}}\n",
	"* 1\n* world\n* 3\n"},
    {"8: within each other", "a {{^no}}b {{^no}}c{{/no}} d{{/no}} e",
	"a b c d e"},
    {"9: and not", "a {{^yes}}b {{^yes}}c{{/yes}} d{{/yes}} e", "a  e"},
    {"10: what is missing is false", "{{^gone}}in{{/gone}}", "in"},
    {"11: a dotted name that is true", "({{^sub.yes}}in{{/sub.yes}})", "()"},
    {"12: one that is false", "{{^joe.no}}in{{/joe.no}}", "in"},
    {"13: one whose chain breaks", "{{^joe.gone.x}}in{{/joe.gone.x}}", "in"},
    {"14: blanks around", " | {{^no}}\t|\t{{/no}} | \n", " | \t|\t | \n"},
    {"15: and within", " | {{^no}} {{! gone }}\n {{/no}} | \n", " |  \n  | \n"},
    {"16: not alone", " {{^no}}NO{{/no}}\n {{^no}}WAY{{/no}}\n", " NO\n WAY\n"},
    {"17: alone", "| This Is\n{{^no}}\n|\n{{/no}}\n| A Line\n",
	"| This Is\n|\n| A Line\n"},
    {"18: alone and indented", "| a\n  {{^no}}\n|\n  {{/no}}\n| b\n",
	"| a\n|\n| b\n"},
    {"19: with CR LF", "|\r\n{{^no}}\r\n{{/no}}\r\n|", "|\r\n|"},
    {"20: on the first line", "  {{^no}}\n^{{/no}}\n/", "^\n/"},
    {"21: on the last", "^{{^no}}\n/\n  {{/no}}", "^\n/\n"},
    {"22: blanks in them do not matter", "|{{^ no }}={{/ no }}|", "|=|"},
};

static const struct sample comments[] = {
    {"1: nothing", "12345{{! a comment }}67890", "1234567890"},
    {"2: of several lines", "12345{{!\n  more\n  of it\n}}67890\n",
	"1234567890\n"},
    {"3: alone on its line", "Begin.\n{{! alone }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"4: indented", "Begin.\n  {{! alone }}\nEnd.\n", "Begin.\nEnd.\n"},
    {"5: with CR LF", "|\r\n{{! alone }}\r\n|", "|\r\n|"},
    {"6: on the first line", "  {{! alone }}\n!", "!"},
    {"7: on the last", "!\n  {{! alone }}", "!\n"},
    {"8: of several lines alone", "Begin.\n{{!\nalone\n}}\nEnd.\n",
	"Begin.\nEnd.\n"},
    {"9: and indented", "Begin.\n  {{!\n    alone\n  }}\nEnd.\n",
	"Begin.\nEnd.\n"},
    {"10: not alone", "  12 {{! 34 }}\n", "  12 \n"},
    {"11: blanks around stay", "12345 {{! gone }} 67890", "12345  67890"},
    {"12: it hides no name", "({{! who }} {{!who}})", "( )"},
};

static const struct sample delimiters[] = {
    {"1: two others", "{{=<% %>=}}(<%who%>)", "(world)"},
    {"2: characters that mean something elsewhere", "({{=[ ]=}}[who])",
	"(world)"},
    {"3: sections",
	"[\n{{#yes}}\n {{who}}\n |who|\n{{/yes}}\n{{= | | =}}\n|#yes|\n"
	" {{who}}\n |who|\n|/yes|\n]\n",
	"[\n world\n |who|\n {{who}}\n world\n]\n"},
    {"4: inverted ones",
	"[\n{{^no}}\n {{who}}\n{{/no}}\n{{= | | =}}\n|^no|\n |who|\n|/no|\n]\n",
	"[\n world\n world\n]\n"},
    {"5: a partial has its own", "[ {{>bare}} ]\n{{= | | =}}\n[ |>bare| ]\n",
	"[ .world. .<%who%>. ]\n[ .world. .<%who%>. ]\n"},
    {"6: which end with it", "[ {{>sets}} ]\n[ .{{who}}.  .|who|. ]\n",
	"[ .world. ]\n[ .world.  .|who|. ]\n"},
    {"7: blanks around stay", "| {{=@ @=}} |", "|  |"},
    {"8: also at the end of a line", " | {{=@ @=}}\n", " | \n"},
    {"9: alone on its line", "Begin.\n{{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n"},
    {"10: indented", "Begin.\n  {{=@ @=}}\nEnd.\n", "Begin.\nEnd.\n"},
    {"11: with CR LF", "|\r\n{{= @ @ =}}\r\n|", "|\r\n|"},
    {"12: on the first line", "  {{=@ @=}}\n=", "="},
    {"13: on the last", "=\n  {{=@ @=}}", "=\n"},
    {"14: blanks within do not matter", "|{{= @   @ =}}|", "||"},
};

static const struct sample partial[] = {
    {"1: another template", "\"{{>text}}\"", "\"from partial\""},
    {"2: one that is missing is nothing", "\"{{>gone}}\"", "\"\""},
    {"3: it sees what is around it", "\"{{>name}}\"", "\"*world*\""},
    {"4: it may name itself", "{{>node}}", "X<Y<>>"},
    {"5: or another one", "{{>outer}}", "*world *world**"},
    {"6: blanks around stay", "| {{>tabs}} |", "| \t|\t |"},
    {"7: a partial within a line is not indented",
	"  {{bar}}  {{> gt}}{{> gtgt}}\n", "  |  >>\n>\n"},
    {"8: with CR LF", "|\r\n{{>gt}}\r\n|", "|\r\n>|"},
    {"9: on the first line", "  {{>gtgt}}\n>", "  >\n  >>"},
    {"10: on the last", ">\n  {{>gtgt}}", ">\n  >\n  >"},
    {"11: alone, each of its lines is indented, values are not",
	"\\\n {{>block}}\n/\n", "\\\n |\n <\n->\n |\n/\n"},
    {"12: blanks within do not matter", "|{{> gt }}|", "|>|"},
};

static void
try(const char *file, const struct mustache *m, const struct sample *c)
{
	struct err e = {0};
	struct buf out;

	buf_init(&out, 4096);
	if (mustache_write(m, str_of(c->text), &out, &e) < 0)
		tap_diag("%s", e.text);
	if (!tap_ok(str_eqz(buf_view(&out), c->want), "%s %s", file, c->name))
		tap_diag("got %.*s", (int)out.len, out.data);
	buf_fini(&out);
}

/* Interpolation 29 to 32 and sections 22: what all of it is about. */
static void
try_dot(void)
{
	struct mustache m = {.data = V("", STR("& b")), .escape = escape};

	try("interpolation", &m,
	    &(struct sample){"29-32: a dot is all of it",
		"{{.}} {{{.}}} {{&.}}", "&amp; b & b & b"});
	m.data = (struct mustache_value)LIST("", numbers);
	try("sections", &m,
	    &(struct sample){
		"22: also as a list", "{{#.}}({{n}}){{/.}}", "(1)(2)(3)"});
}

int
main(void)
{
	const struct mustache m = {.data = OBJECT("", world),
	    .escape = escape,
	    .missing_ok = true,
	    .partial = find_partial};
	static const struct {
		const char *file;
		const struct sample *list;
		size_t n;
	} files[] = {{"interpolation", interpolation, COUNT(interpolation)},
	    {"sections", sections, COUNT(sections)},
	    {"inverted", inverted, COUNT(inverted)},
	    {"comments", comments, COUNT(comments)},
	    {"delimiters", delimiters, COUNT(delimiters)},
	    {"partials", partial, COUNT(partial)}};

	for (size_t i = 0; i < COUNT(files); i++)
		for (size_t j = 0; j < files[i].n; j++)
			try(files[i].file, &m, &files[i].list[j]);
	try_dot();
	return tap_end();
}
