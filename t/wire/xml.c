/* XML out: layout, what values may hold, sinks that refuse. */
#include "xml.h"

#include <string.h>

#include "tap.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static struct buf out;

static struct xml *
begin(void)
{
	buf_fini(&out);
	buf_init(&out, (size_t)16 << 20);
	return xml_new(buf_sink(&out));
}

static void
is_text(struct xml *x, const char *want, const char *name)
{
	int rc = xml_end(x);

	tap_ok(rc == 0, "%s: the end", name);
	tap_is_str(buf_view(&out).p, want, name);
	xml_free(&x);
}

/* <a><v>...</v></a> with this value. */
static void
is_value(struct str value, const char *want, const char *name)
{
	char text[256] = HEAD "<a>\n  <v>";
	struct xml *x = begin();

	strncat(text, want, 128);
	strncat(text, "</v>\n</a>\n", 16);
	xml_open(x, "a");
	xml_str(x, "v", value);
	is_text(x, text, name);
}

static void
test_layout(void)
{
	struct xml *x = begin();

	xml_open(x, "page");
	xml_open(x, "devices");
	xml_open(x, "device");
	xml_int(x, "device_id", 201);
	xml_strz(x, "device_type", "SIP");
	xml_strz(x, "ipaddr", "");
	xml_int(x, "port", 5060);
	xml_close(x);
	xml_open(x, "device");
	xml_int(x, "device_id", INT64_MIN);
	is_text(x,
	    HEAD "<page>\n"
		 "  <devices>\n"
		 "    <device>\n"
		 "      <device_id>201</device_id>\n"
		 "      <device_type>SIP</device_type>\n"
		 "      <ipaddr></ipaddr>\n"
		 "      <port>5060</port>\n"
		 "    </device>\n"
		 "    <device>\n"
		 "      <device_id>-9223372036854775808</device_id>\n"
		 "    </device>\n"
		 "  </devices>\n"
		 "</page>\n",
	    "two blanks for each level, all is closed at the end");
	x = begin();
	xml_open(x, "page");
	xml_strz(x, "a", "1");
	xml_flush(x);
	tap_is_str(buf_view(&out).p, HEAD "<page>\n  <a>1</a>\n",
	    "a flush brings out what there is");
	xml_strz(x, "b", "2");
	is_text(x, HEAD "<page>\n  <a>1</a>\n  <b>2</b>\n</page>\n",
	    "and changes nothing");
	x = begin();
	xml_open(x, "page");
	is_text(x, HEAD "<page>\n</page>\n", "an element without children");
}

#define FFFD "\xef\xbf\xbd"

static void
test_values(void)
{
	is_value(STR("plain 192.0.2.0/24"), "plain 192.0.2.0/24",
	    "plain text stands for itself");
	is_value(
	    STR("a&b<c>d\"e'f"), "a&amp;b&lt;c&gt;d\"e'f", "markup is escaped");
	is_value(STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f"),
	    "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f",
	    "UTF-8 stands for itself");
	is_value(STR("a\tb\nc\rd"), "a\tb\nc&#13;d",
	    "white space survives a parser");
	is_value(STR("\0\x01\x1f"), FFFD FFFD FFFD,
	    "control characters are replaced");
	is_value(STR("a\xff"
		     "b\xc3("),
	    "a" FFFD "b" FFFD "(", "so are bytes that are no UTF-8");
	is_value(STR("\xc0\x80\xed\xa0\x80"), FFFD FFFD FFFD FFFD FFFD,
	    "and long forms and surrogates");
	is_value(STR("\xef\xbf\xbe\xef\xbf\xbf"), FFFD FFFD FFFD FFFD FFFD FFFD,
	    "and U+FFFE and U+FFFF");
	is_value(STR("\xe2\x82"), FFFD FFFD, "and half a character");
}

struct refusal {
	size_t taken, max;
	int after; /* calls after the refusal */
};

static int
take_some(void *arg, const void *p, size_t n)
{
	struct refusal *r = arg;

	(void)p;
	if (r->taken > r->max) {
		r->after++;
		return -1;
	}
	r->taken += n;
	return r->taken > r->max ? -1 : 0;
}

static void
test_refusal(void)
{
	struct refusal r = {0, 50000, 0};
	struct xml *x = xml_new((struct sink){take_some, &r});
	static char big[XML_VALUE_MAX + 1];
	int i = 0;

	xml_open(x, "a");
	while (i < 100000 && !xml_failed(x)) {
		xml_open(x, "b");
		xml_int(x, "i", i++);
		xml_close(x);
	}
	tap_ok(i > 100 && i < 100000, "a sink that refuses is noticed");
	tap_ok(r.taken < r.max + 20000, "bytes had come in small pieces");
	xml_open(x, "c");
	tap_ok(xml_end(x) < 0, "the end tells it again");
	xml_free(&x);
	tap_is_int(r.after, 0, "nothing is offered after a refusal");

	memset(big, '&', sizeof(big));
	x = begin();
	xml_open(x, "a");
	xml_str(x, "v", str_n(big, XML_VALUE_MAX));
	tap_ok(xml_end(x) == 0 && out.len > 5 * XML_VALUE_MAX,
	    "a value may have its full length");
	xml_free(&x);
	x = begin();
	xml_open(x, "a");
	xml_str(x, "v", str_n(big, XML_VALUE_MAX + 1));
	tap_ok(xml_failed(x) && xml_end(x) < 0, "a longer one fails");
	xml_free(&x);
	x = begin();
	xml_free(&x);
	tap_ok(x == NULL && out.len == 0, "one that was not ended writes less");
}

int
main(void)
{
	test_layout();
	test_values();
	test_refusal();
	buf_fini(&out);
	return tap_end();
}
