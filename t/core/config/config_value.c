/* Values of configurations: what is taken, shown, handed to devices (chapter 8.2;
 * additions A4, A10, B4). */
#include "config_value.h"

#include <stdio.h>
#include <string.h>

#include "must.h"
#include "tap.h"

#define KEY "d58c77eae0c1c1f37a9f545e207643c926ad9ea4932016a83a4a01029de37760"

static struct arena a;
static struct err e;
static const char *wrong;

static const struct json *
read(const char *text)
{
	const struct json *v;

	must(json_read(&a, str_of(text), 1 << 20, &v, &e) == 0);
	return v;
}

static const char *
take_given(enum config_type type, const struct config_given *given)
{
	struct buf out;
	const char *text = NULL;

	if (config_value_take(&a, type, given, &out, &wrong, &e) == 0)
		text = arena_str(&a, buf_view(&out));
	buf_wipe(&out);
	return text;
}

/* The text of the values, or NULL with the member in wrong. */
static const char *
take(enum config_type type, const char *old, const char *text)
{
	struct config_given given = {
	    .members = read(text), .old = old != NULL ? read(old) : NULL};

	return take_given(type, &given);
}

static bool
refused(enum config_type type, const char *text, const char *member)
{
	return take(type, NULL, text) == NULL && wrong != NULL &&
	       strcmp(wrong, member) == 0 && e.kind == ERR_INPUT;
}

/* ---- taking ---- */

#define NTP "\"ntp1\":\"a\",\"ntp2\":\"\",\"tz\":\"UTC\""

static void
test_take(void)
{
	tap_is_str(
	    take(CONFIG_NTP, NULL,
		"{\"id\":7,\"type\":\"NTP\",\"desc\":\"x\",\"tz\":\"UTC\","
		"\"ntp2\":\"\",\"ntp1\":\"a\"}"),
	    "{" NTP "}", "values stand in the order of the table, alone");
	tap_is_str(take(CONFIG_NTP, "{" NTP "}", "{\"ntp2\":\"b\"}"),
	    "{\"ntp1\":\"a\",\"ntp2\":\"b\",\"tz\":\"UTC\"}",
	    "what is absent stays as it was");
	tap_is_str(
	    take(CONFIG_MEDIA, "{\"stunServer\":\"s\",\"turnUser\":\"u\"}",
		"{\"stunServer\":null}"),
	    "{\"turnUser\":\"u\"}", "null takes a value away");
	tap_ok(refused(CONFIG_NTP, "{\"ntp1\":\"a\"}", "ntp2"),
	    "what is needed is asked for");
	tap_ok(refused(CONFIG_NTP, "{" NTP ",\"ntp3\":\"\"}", "ntp3"),
	    "what is no field is refused");
	tap_ok(
	    refused(CONFIG_NTP, "{" NTP ",\"stunServer\":\"\"}", "stunServer"),
	    "so is a field of another type");
	tap_ok(refused(CONFIG_NTP,
		   "{\"ntp1\":\"a\\u001b\",\"ntp2\":\"\",\"tz\":\"\"}", "ntp1"),
	    "and a character that acts on a terminal");
}

static void
test_kinds(void)
{
	tap_ok(refused(CONFIG_MEDIA, "{\"tosRtp\":\"0xg0\"}", "tosRtp") &&
		   refused(CONFIG_MEDIA, "{\"tosRtp\":\"0x100\"}", "tosRtp") &&
		   refused(CONFIG_MEDIA, "{\"tosRtp\":184}", "tosRtp"),
	    "a byte is written 0x00 to 0xff");
	tap_ok(refused(CONFIG_MEDIA, "{\"rtpFirst\":2051}", "rtpFirst") &&
		   refused(CONFIG_MEDIA, "{\"rtpFirst\":65535}", "rtpFirst") &&
		   refused(CONFIG_MEDIA, "{\"rtpNum\":127}", "rtpNum") &&
		   refused(CONFIG_MEDIA, "{\"rtpNum\":16385}", "rtpNum") &&
		   refused(CONFIG_MEDIA, "{\"rtpFirst\":\"4000\"}", "rtpFirst"),
	    "numbers have their ranges");
	tap_ok(refused(CONFIG_MEDIA, "{\"setRtpPorts\":1}", "setRtpPorts"),
	    "a checkmark is true or false");
	tap_ok(refused(CONFIG_TLS_PROFILE, "{\"profile\":\"\"}", "profile") &&
		   refused(CONFIG_TLS_PROFILE, "{\"profile\":\"normal|fast\"}",
		       "profile"),
	    "a choice is one of its words");
	tap_ok(refused(CONFIG_TRUST_LIST, "{\"certs\":[]}", "certs") &&
		   refused(CONFIG_TRUST_LIST, "{\"certs\":{}}", "certs") &&
		   refused(CONFIG_TRUST_LIST, "{\"certs\":[7]}", "certs"),
	    "a trust list has a certificate");
}

#define PORTS(what, first, num)                                                \
	"\"set" what "Ports\":true,\"" first "\":%d,\"" num "\":%d"

static const char *
ports(int rtp, int nat)
{
	return take(CONFIG_MEDIA, NULL,
	    arena_printf(&a,
		"{" PORTS("Rtp", "rtpFirst", "rtpNum") "," PORTS(
		    "Nat", "natFirst", "natNum") "}",
		rtp, 200, nat, 200));
}

static void
test_ports(void)
{
	tap_ok(ports(4000, 4200) != NULL && ports(4200, 4000) != NULL,
	    "A10: RTP and NAT ports may touch");
	tap_ok(ports(4000, 4199) == NULL && strcmp(wrong, "natFirst") == 0 &&
		   ports(4199, 4000) == NULL,
	    "A10: and have none in common");
	tap_ok(ports(65336, 4000) != NULL && ports(65337, 4000) == NULL,
	    "none is above 65535");
	tap_ok(refused(CONFIG_MEDIA, "{\"setRtpPorts\":true}", "rtpFirst") &&
		   refused(CONFIG_MEDIA,
		       "{\"setNatPorts\":true,\"natFirst\":4000}", "natNum"),
	    "with the checkmark on both are needed");
	tap_ok(take(CONFIG_MEDIA, NULL,
		   "{\"setRtpPorts\":false,\"rtpFirst\":4000}") != NULL,
	    "with it off they are not looked at");
}

static void
test_certs(void)
{
	const char *text = take(CONFIG_TRUST_LIST, NULL,
	    "{\"certs\":[{\"pem\":\"-----BEGIN CERTIFICATE-----\\nMAMCAQU=\\n"
	    "-----END CERTIFICATE----------BEGIN CERTIFICATE-----\\nMAMCAQY=\\n"
	    "-----END CERTIFICATE-----\"}]}");
	struct config_item *items;
	size_t n;

	must(text != NULL);
	tap_is_int((int)json_length(json_member(read(text), "certs")), 2,
	    "a file of two certificates is two");
	must(config_value_items(
		 &a, CONFIG_TRUST_LIST, read(text), &items, &n, &e) == 0);
	tap_ok(n == 1 && str_holds(items[0].text, STR("MAMCAQU=")) &&
		   str_holds(items[0].text, STR("MAMCAQY=")),
	    "who delivers gets both");
}

/* ---- secrets ---- */

static void
test_secrets(void)
{
	struct config_given given = {.encrypted = true,
	    .session_key = STR(KEY),
	    .members = read("{\"turnPassword\":\"11543a66e509\",\"seed\":"
			    "\"10046478319880090512700\"}")};

	tap_is_str(take_given(CONFIG_MEDIA, &given),
	    "{\"turnPassword\":\"secret\"}",
	    "a secret is decrypted by seed and session key (chapter 2.5)");
	given.session_key = STR("");
	tap_ok(take_given(CONFIG_MEDIA, &given) == NULL &&
		   strcmp(wrong, "turnPassword") == 0,
	    "without a session key it is refused");
	given.session_key = STR(KEY);
	given.members = read("{\"turnPassword\":\"secret\",\"seed\":\"x\"}");
	tap_ok(take_given(CONFIG_MEDIA, &given) == NULL,
	    "in clear it is, too, where it has to be encrypted");
	tap_is_str(take(CONFIG_MEDIA, NULL, "{\"turnPassword\":\"secret\"}"),
	    "{\"turnPassword\":\"secret\"}", "elsewhere it comes in clear");
}

/* Its members as they are shown. */
static const char *
show(enum config_type type, const char *values, const struct config_reader *r)
{
	struct buf text;
	struct jout j;
	const char *out;

	buf_init(&text, 1 << 16);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	config_value_show(&j, type, read(values), r);
	jout_end(&j);
	out = arena_str(&a, buf_view(&text));
	buf_fini(&text);
	return out;
}

static void
test_show(void)
{
	const char *values = "{\"turnServer\":\"10046478319880090512700\","
			     "\"turnPassword\":\"secret\"}";
	struct config_reader r = {.session_key = STR(KEY)};

	tap_is_str(show(CONFIG_MEDIA, values, &r),
	    "{\"turnServer\":\"10046478319880090512700\",\"turnPassword\":"
	    "\"11543a66e509\",\"seed\":\"10046478319880090512700\"}",
	    "A4: the seed is the server's name, for both editions");
	r = (struct config_reader){0};
	tap_is_str(show(CONFIG_MEDIA, values, &r),
	    "{\"turnServer\":\"10046478319880090512700\",\"secrets\":"
	    "[\"turnPassword\"]}",
	    "without a session key no secret comes out");
	r = (struct config_reader){.session_key = STR(KEY), .looks = true};
	tap_is_str(show(CONFIG_MEDIA, values, &r),
	    "{\"turnServer\":\"10046478319880090512700\",\"secrets\":"
	    "[\"turnPassword\"]}",
	    "nor for who only looks");
	tap_is_str(show(CONFIG_EXPERT, "{\"script\":\"x\"}", &r), "{}",
	    "nor a script");
	r = (struct config_reader){.apart = true};
	tap_is_str(show(CONFIG_EXPERT, "{\"script\":\"x\"}", &r), "{}",
	    "a script that is told apart is left out");
}

/* ---- handing over ---- */

/* "url=x;logUrl=;" */
static const char *
handed(enum config_type type, const char *values)
{
	struct config_item *items;
	const char *out = "";
	size_t n;

	must(config_value_items(&a, type, read(values), &items, &n, &e) == 0);
	for (size_t i = 0; i < n; i++)
		out = arena_printf(&a, "%s%s=%.*s;", out, items[i].field->name,
		    (int)items[i].text.len, items[i].text.p);
	return out;
}

static void
test_marks(void)
{
	tap_is_str(handed(CONFIG_ALARM_SERVER,
		       "{\"url\":\"x\",\"setLogUrl\":false,\"logUrl\":\"y\"}"),
	    "url=x;", "DC4: with its checkmark off a value is not sent at all");
	tap_is_str(handed(CONFIG_ALARM_SERVER, "{\"logUrl\":\"y\"}"), "",
	    "DC4: nor with none");
	tap_is_str(handed(CONFIG_ALARM_SERVER, "{\"setLogUrl\":true}"),
	    "logUrl=;logUser=;logPassword=;",
	    "DC4: with it on they are, even if they are empty");
	tap_is_str(handed(CONFIG_MEDIA,
		       "{\"setRtpPorts\":true,\"rtpFirst\":4000,\"rtpNum\":"
		       "200,\"natFirst\":9000}"),
	    "rtpFirst=4000;rtpNum=200;", "DC4: each checkmark for its own");
	tap_is_str(handed(CONFIG_NTP, "{\"ntp1\":\"a\",\"ntp2\":\"\"}"),
	    "ntp1=a;ntp2=;",
	    "DC4: without a checkmark what is there is sent, also empty");
	tap_is_str(
	    handed(CONFIG_PHONE,
		"{\"exclusive\":false,\"audioOnly\":true,\"dialTone\":0}"),
	    "exclusive=false;dialTone=0;audioOnly=true;",
	    "false and 0 are values, too");
}

static void
test_table(void)
{
	int types = 0;

	for (int i = 1; i < CONFIG_TYPE__MAX; i++) {
		enum config_type t = (enum config_type)i;
		const struct config_field *f = config_type_fields(t);

		types += config_type_parse(str_of(config_type_name(t))) == t;
		for (; f->name != NULL; f++)
			if (f->mark != NULL &&
			    (config_type_field(t, str_of(f->mark)) == NULL ||
				config_type_field(t, str_of(f->mark))->kind !=
				    CONFIG_MARK))
				tap_ok(false, "%s has a checkmark", f->name);
	}
	tap_is_int(types, 8, "each type is found by its name");
	tap_ok(config_type_parse(STR("")) == 0 &&
		   config_type_name(CONFIG_TYPE__MAX) == NULL,
	    "no other is");
}

int
main(void)
{
	arena_init(&a, 16 << 20);
	test_take();
	test_kinds();
	test_ports();
	test_certs();
	test_secrets();
	test_show();
	test_marks();
	test_table();
	arena_fini(&a);
	return tap_end();
}
