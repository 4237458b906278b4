/* Mail: which addresses are ones, what a message looks like. */
#include "mail.h"

#include <string.h>

#include "count.h"
#include "tap.h"

static void
addresses(void)
{
	static const char *const good[] = {"a@b", "admin@example.com",
	    "first.last+tag@mail-1.example.com", "o'brien@example.ie",
	    "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3"};
	static const char *const bad[] = {"", "@", "a@", "@b", "ab", "a@b@c",
	    ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-",
	    "a@b_c", "a b@c", "a@b c", " a@b", "a@b ", "a@b\n", "a\r\nBcc:x@y",
	    "a,b@c", "<a@b>", "A <a@b>", "\"a\"@b", "a@[::1]", "a(x)@b",
	    "m\xc3\xbcller@example.com", "a@m\xc3\xbcller.example"};
	char longest[MAIL_ADDRESS_MAX + 2];

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(mail_address_ok(str_of(good[i])), "%s is an address",
		    good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!mail_address_ok(str_of(bad[i])), "bad address %zu", i);
	tap_ok(!mail_address_ok(str_n("a\0@b", 4)), "no NUL inside");

	memset(longest, 'a', sizeof(longest));
	longest[64] = '@';
	for (size_t i = 128; i < MAIL_ADDRESS_MAX; i += 64)
		longest[i] = '.';
	tap_ok(mail_address_ok(str_n(longest, MAIL_ADDRESS_MAX)),
	    "254 bytes are an address");
	tap_ok(!mail_address_ok(str_n(longest, MAIL_ADDRESS_MAX + 1)),
	    "255 are none");
	longest[64] = 'a';
	longest[65] = '@';
	tap_ok(!mail_address_ok(str_n(longest, 80)),
	    "65 bytes before the @ are too many");
}

/* ---- messages ---- */

static const struct str two[] = {STR("a@example.com"), STR("b@example.com")};

static struct mail
sample(void)
{
	return (struct mail){.from = STR("fleetline@example.com"),
	    .to = two,
	    .nto = 2,
	    .subject = STR("plain subject"),
	    .text = STR("one\ntwo\n"),
	    .id = STR("1.2@example.com"),
	    .date = INT64_C(1798761600000)};
}

static bool
composed(const struct mail *m, struct buf *out)
{
	struct err e;

	buf_init(out, 4 * MAIL_TEXT_MAX);
	return mail_compose(m, out, &e) == 0;
}

static bool
has(const struct buf *b, const char *text)
{
	return strstr(b->data, text) != NULL;
}

static void
whole(void)
{
	struct mail m = sample();
	struct buf out;

	tap_ok(composed(&m, &out), "a message is composed");
	tap_is_str(out.data,
	    "Date: Fri, 1 Jan 2027 00:00:00 +0000\r\n"
	    "From: fleetline@example.com\r\n"
	    "To: a@example.com,\r\n b@example.com\r\n"
	    "Subject: plain subject\r\n"
	    "Message-ID: <1.2@example.com>\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "\r\n"
	    "one\r\ntwo\r\n",
	    "it has these headers and lines");
	buf_fini(&out);
}

static void
subjects(void)
{
	struct mail m = sample();
	struct buf out;
	size_t longest = 0;
	struct str rest, line;

	m.subject = STR("Miete f\xc3\xbcr M\xc3\xbcller");
	tap_ok(
	    composed(&m, &out) &&
		has(&out, "Subject: =?UTF-8?B?TWlldGUgZsO8ciBNw7xsbGVy?=\r\n"),
	    "a subject with umlauts is an encoded word");
	buf_fini(&out);

	m.subject = STR("a =?UTF-8?Q?b?= c");
	tap_ok(composed(&m, &out) &&
		   has(&out, "Subject: =?UTF-8?B?YSA9P1VURi04P1E/Yj89IGM=?="),
	    "what looks like an encoded word becomes one");
	buf_fini(&out);

	/* 38 letters, then one of two bytes: it must not be cut in the middle
	 */
	m.subject = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4"
			"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	tap_ok(composed(&m, &out) &&
		   has(&out, "YWFh?=\r\n =?UTF-8?B?w6Ri") == false &&
		   has(&out, "YWE=?=\r\n =?UTF-8?B?w6Ri"),
	    "a long one is folded between whole characters");
	rest = buf_view(&out);
	while (str_next(&rest, '\n', &line))
		longest = line.len > longest ? line.len : longest;
	tap_ok(longest <= 77, "its lines have at most 76 characters");
	buf_fini(&out);

	m.subject = STR("Subject with ninety characters, which is more than a "
			"line of a message may have in the end");
	tap_ok(composed(&m, &out) && has(&out, "Subject: =?UTF-8?B?") &&
		   has(&out, "?=\r\n =?UTF-8?B?"),
	    "a long one of ASCII too");
	buf_fini(&out);
}

/* The lines after the headers. */
static const char *
body(const char *text, struct buf *out)
{
	struct mail m = sample();
	const char *at;

	m.text = str_of(text);
	tap_ok(composed(&m, out), "a text is composed");
	at = out->data == NULL ? NULL : strstr(out->data, "\r\n\r\n");
	return at == NULL ? "" : at + 4;
}

static void
texts(void)
{
	static const struct {
		const char *text, *want, *name;
	} cases[] = {
	    {"gr\xc3\xbc\xc3\x9f", "gr=C3=BC=C3=9F\r\n", "UTF-8 is encoded"},
	    {"a=b\n", "a=3Db\r\n", "and so is the sign of encoding"},
	    {"a \n\tb\t\n", "a=20\r\n\tb=09\r\n",
		"and a blank at a line's end"},
	    {"a\n\n\nb\n", "a\r\n\r\n\r\nb\r\n", "empty lines stay"},
	    {"a\r\nb", "a=0D\r\nb\r\n", "a carriage return is data"},
	    {".\n..\n", ".\r\n..\r\n", "dots are for the transport"},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaa=\r\n=C3=A4\r\n",
		"a line has at most 76 characters"},
	};
	struct buf out;

	for (size_t i = 0; i < COUNT(cases); i++) {
		tap_is_str(
		    body(cases[i].text, &out), cases[i].want, cases[i].name);
		buf_fini(&out);
	}
}

static void
refuse(struct mail m, const char *name)
{
	struct buf out;
	struct err e = {0};

	buf_init(&out, 4 * MAIL_TEXT_MAX);
	tap_ok(mail_compose(&m, &out, &e) < 0 && e.kind == ERR_INPUT &&
		   out.len == 0,
	    "%s", name);
	buf_fini(&out);
}

#define REFUSE(field, value, name)                                             \
	do {                                                                   \
		struct mail m_ = sample();                                     \
		m_.field = (value);                                            \
		refuse(m_, (name));                                            \
	} while (0)

static void
refused(void)
{
	static const struct str evil[] = {
	    STR("a@example.com\r\nBcc: x@example.com")};
	static char big[MAIL_TEXT_MAX + 1];

	REFUSE(subject, STR("a\r\nBcc: x@example.com"),
	    "a subject begins no header of its own");
	REFUSE(subject, STR("a\nb"), "nor does a line feed alone");
	REFUSE(subject, STR("a\xff"), "a subject is UTF-8");
	REFUSE(subject, STR(""), "a mail has a subject");
	REFUSE(from, evil[0], "a sender is an address");
	REFUSE(from, STR(""), "a mail has a sender");
	REFUSE(nto, 0, "a mail has a recipient");
	REFUSE(nto, MAIL_TO_MAX + 1, "a mail has not too many");
	REFUSE(id, STR("1@b>\r\nBcc: <x@b"), "an id begins no header");
	REFUSE(id, STR("1"), "an id has two sides");
	REFUSE(text, STR(""), "a mail has a text");
	REFUSE(text, STR("a\xff"), "which is UTF-8");
	REFUSE(text, str_n("a\0b", 3), "without NUL");
	memset(big, 'a', sizeof(big));
	REFUSE(text, str_n(big, sizeof(big)), "and not too long");
	{
		struct mail m = sample();

		m.to = evil;
		m.nto = 1;
		refuse(m, "a recipient is an address");
	}
}

static void
servers(void)
{
	struct mail_server s = {.url = "smtp://127.0.0.1:1",
	    .tls = MAIL_TLS_TRY,
	    .timeout_ms = 1000};
	struct mail m = sample();
	struct mailer *mr;
	enum mail_tls tls;
	struct err e = {0};

	tap_ok(mail_tls_parse("off", &tls) && tls == MAIL_TLS_OFF &&
		   mail_tls_parse("try", &tls) && tls == MAIL_TLS_TRY &&
		   mail_tls_parse("require", &tls) && tls == MAIL_TLS_REQUIRE,
	    "three words tell about TLS");
	tap_ok(!mail_tls_parse("yes", &tls), "others do not");
	tap_ok(mailer_open(&s, &mr, &e) == 0, "a server is taken");
	tap_ok(mail_send(mr, &m, NULL, NULL, &e) < 0 && e.kind == ERR_BUSY,
	    "one that is not there can be tried again");
	mailer_close(&mr);
	tap_ok(mr == NULL, "a closed mailer is none");
	s.user = "joe";
	s.password = "secret";
	tap_ok(mailer_open(&s, &mr, &e) < 0 && e.kind == ERR_INPUT,
	    "a login needs TLS, or none on purpose");
	s.tls = MAIL_TLS_REQUIRE;
	s.password = NULL;
	tap_ok(mailer_open(&s, &mr, &e) < 0, "and a password");
	s.password = "secret";
	s.url = "http://127.0.0.1/";
	tap_ok(mailer_open(&s, &mr, &e) < 0 && strstr(e.text, "secret") == NULL,
	    "the server speaks SMTP");
}

int
main(void)
{
	addresses();
	whole();
	subjects();
	texts();
	refused();
	servers();
	return tap_end();
}
