/* SIP: what a NOTIFY looks like, and what may be answered to one. */
#include "sip.h"

#include <string.h>

#include "count.h"
#include "tap.h"

/* ---- the request ---- */

static void
writes(void)
{
	struct sip_notify n = {.uri = STR("sip:001565aabbcc@192.0.2.7:5060"),
	    .here = STR("192.0.2.1:41234"),
	    .event = STR("check-sync;reboot=false"),
	    .branch = "abc",
	    .tag = "t1",
	    .call_id = "c1",
	    .cseq = 1};
	static const char want[] =
	    "NOTIFY sip:001565aabbcc@192.0.2.7:5060 SIP/2.0\r\n"
	    "Via: SIP/2.0/UDP 192.0.2.1:41234;rport;branch=z9hG4bKabc\r\n"
	    "Max-Forwards: 70\r\n"
	    "From: <sip:fleetline@192.0.2.1:41234>;tag=t1\r\n"
	    "To: <sip:001565aabbcc@192.0.2.7:5060>\r\n"
	    "Call-ID: c1\r\n"
	    "CSeq: 1 NOTIFY\r\n"
	    "Contact: <sip:fleetline@192.0.2.1:41234>\r\n"
	    "Event: check-sync;reboot=false\r\n"
	    "Subscription-State: terminated\r\n"
	    "User-Agent: fleetline\r\n"
	    "Content-Length: 0\r\n\r\n";
	struct buf out;

	buf_init(&out, SIP_DATAGRAM_MAX);
	sip_notify_write(&n, &out);
	tap_is_mem(out.data, out.len, want, strlen(want), "a NOTIFY");
	buf_clear(&out);
	n.login = "Authorization";
	n.answer = STR("Digest x");
	sip_notify_write(&n, &out);
	tap_ok(strstr(out.data, "\r\nAuthorization: Digest x\r\n") != NULL,
	    "one with a login");
	buf_fini(&out);
}

static void
words(void)
{
	tap_ok(sip_event_ok(STR("check-sync;reboot=false")), "an event");
	tap_ok(!sip_event_ok(STR("")), "none is none");
	tap_ok(!sip_event_ok(STR("a\r\nTo: b")), "nor are two lines");
	tap_ok(sip_user_ok(STR("+49.1-2_3")), "a user");
	tap_ok(!sip_user_ok(STR("a@b")), "not with the host");
	tap_ok(!sip_user_ok(STR("a b")), "nor with a blank");
}

/* ---- answers ---- */

#define OK                                                                     \
	"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP "                                  \
	"192.0.2.1;branch=z9hG4bKx;rport\r\n"
#define ASKS "SIP/2.0 401 Unauthorized\r\nCall-ID: c1\r\n"
#define MD5  "Digest realm=\"r\", nonce=\"n\""

static const struct sample {
	const char *name, *text;
	int status; /* 0: refused */
	const char *branch, *login;
} samples[] = {
    {"an answer", OK "CSeq: 1 NOTIFY\r\n\r\n", 200, "x", NULL},
    {"with LF alone", "SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\n\n",
	200, "x", NULL},
    {"with the short name", "SIP/2.0 486 Busy\r\nv: a ; branch=z9hG4bKx\r\n",
	486, "x", NULL},
    {"without a reason", "SIP/2.0 200\r\n\r\n", 200, "", NULL},
    {"with an empty one", "SIP/2.0 200 \r\n\r\n", 200, "", NULL},
    {"a branch that is not ours", "SIP/2.0 200 OK\r\nVia: a;branch=x\r\n\r\n",
	200, "", NULL},
    {"the first Via counts", OK "Via: SIP/2.0/UDP b;branch=z9hG4bKy\r\n\r\n",
	200, "x", NULL},
    {"also of two in a line",
	"SIP/2.0 200 OK\r\nVia: a;branch=z9hG4bKx, b;branch=z9hG4bKy\r\n\r\n",
	200, "x", NULL},
    {"a body is not looked at", OK "\r\nVia: a;branch=z9hG4bKz", 200, "x",
	NULL},
    {"a login is asked for", ASKS "WWW-Authenticate: " MD5 "\r\n\r\n", 401, "",
	"Authorization"},
    {"by a proxy", "SIP/2.0 407 No\r\nProxy-Authenticate: " MD5 "\r\n\r\n", 407,
	"", "Proxy-Authorization"},
    {"the first that we know",
	ASKS "WWW-Authenticate: Basic realm=\"r\"\r\n"
	     "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", "
	     "algorithm=SHA-512-256\r\n"
	     "WWW-Authenticate: " MD5 "\r\n\r\n",
	401, "", "Authorization"},
    {"none that we know", ASKS "WWW-Authenticate: Basic realm=\"r\"\r\n\r\n",
	401, "", NULL},
    {"a login without a nonce",
	ASKS "WWW-Authenticate: Digest realm=\"r\"\r\n\r\n", 401, "", NULL},
    {"one that is about bodies",
	ASKS "WWW-Authenticate: " MD5 ", qop=\"auth-int\"\r\n\r\n", 401, "",
	NULL},
    {"an answer to something else", OK "CSeq: 1 INVITE\r\n\r\n", 0, NULL, NULL},
    {"a CSeq without a method", OK "CSeq: 1\r\n\r\n", 0, NULL, NULL},
    {"a request", "OPTIONS sip:a@b SIP/2.0\r\n\r\n", 0, NULL, NULL},
    {"another version", "SIP/3.0 200 OK\r\n\r\n", 0, NULL, NULL},
    {"no number", "SIP/2.0 2x0 OK\r\n\r\n", 0, NULL, NULL},
    {"a number that is none", "SIP/2.0 999 OK\r\n\r\n", 0, NULL, NULL},
    {"nothing", "", 0, NULL, NULL},
};

static void
reads(const struct sample *s)
{
	struct sip_answer out;
	struct arena a;
	int rc;

	arena_init(&a, 8192);
	rc = sip_answer_read(&a, str_of(s->text), &out);
	if (s->status == 0) {
		tap_ok(rc < 0, "%s is refused", s->name);
	} else if (tap_ok(rc == 0, "%s is read", s->name)) {
		tap_is_int(out.status, s->status, "its status");
		tap_ok(str_eqz(out.branch, s->branch), "its branch");
		tap_is_str(out.login, s->login, "the login it asks for");
	}
	arena_fini(&a);
}

/* RFC 2617 section 3.5, as a client has it; RFC 2069 without qop (its own
 * example, with the response of errata 749). */
static void
logs_in(void)
{
	static const struct {
		const char *challenge, *user, *password, *cnonce, *uri, *want;
	} cases[] = {
	    {"Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
	     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
	     "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
		"Mufasa", "Circle Of Life", "0a4f113b", "/dir/index.html",
		"6629fae49393a05397450978507c4ef1"},
	    {"Digest realm=\"testrealm@host.com\", "
	     "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\"",
		"Mufasa", "CircleOfLife", "", "/dir/index.html",
		"1949323746fe6a43ef61f9606e7febea"},
	};
	struct digest d;
	struct arena a;
	struct buf out;
	struct err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		arena_init(&a, 8192);
		buf_init(&out, 4096);
		tap_ok(digest_challenged(
			   &a, str_of(cases[i].challenge), &d, &e) == 0,
		    "a challenge is read");
		d.username = str_of(cases[i].user);
		d.uri = str_of(cases[i].uri);
		d.cnonce = str_of(cases[i].cnonce);
		digest_answer(&d, STR("GET"), str_of(cases[i].password), &out);
		if (!tap_ok(strstr(out.data, cases[i].want) != NULL,
			"the answer has the published response"))
			tap_diag("%s", out.data);
		tap_ok((strstr(out.data, "nc=00000001, qop=auth") != NULL) ==
			   (i == 0),
		    "and counts if that is wanted");
		buf_fini(&out);
		arena_fini(&a);
	}
}

int
main(void)
{
	writes();
	words();
	for (size_t i = 0; i < COUNT(samples); i++)
		reads(&samples[i]);
	logs_in();
	return tap_end();
}
