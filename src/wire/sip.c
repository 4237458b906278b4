#include "sip.h"

#include <string.h>

#include "num.h"

/* Besides letters and digits: RFC 3261 25.1, "token" and "user". */
#define USER_MORE "-_.!~*'()&=+$,"

bool
sip_event_ok(struct str event)
{
	return event.len > 0 && event.len <= SIP_EVENT_MAX &&
	       str_only(event, STR_ALNUM, "-_.;=");
}

bool
sip_user_ok(struct str user)
{
	return user.len > 0 && user.len <= SIP_URI_MAX / 2 &&
	       str_only(user, STR_ALNUM, USER_MORE);
}

/* ---- the request ---- */

static void
add_header(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "%s: ", name);
	buf_str(out, value);
	buf_puts(out, "\r\n");
}

void
sip_notify_write(const struct sip_notify *n, struct buf *out)
{
	int here = (int)n->here.len, uri = (int)n->uri.len;

	buf_printf(out,
	    "NOTIFY %.*s SIP/2.0\r\n"
	    "Via: SIP/2.0/UDP %.*s;rport;branch=" SIP_COOKIE "%s\r\n"
	    "Max-Forwards: 70\r\n"
	    "From: <sip:fleetline@%.*s>;tag=%s\r\n"
	    "To: <%.*s>\r\n"
	    "Call-ID: %s\r\n"
	    "CSeq: %d NOTIFY\r\n"
	    "Contact: <sip:fleetline@%.*s>\r\n",
	    uri, n->uri.p, here, n->here.p, n->branch, here, n->here.p, n->tag,
	    uri, n->uri.p, n->call_id, n->cseq, here, n->here.p);
	add_header(out, "Event", n->event);
	if (n->login != NULL)
		add_header(out, n->login, n->answer);
	buf_puts(out, "Subscription-State: terminated\r\n"
		      "User-Agent: fleetline\r\n"
		      "Content-Length: 0\r\n\r\n");
}

/* ---- the answer ---- */

/* The next line without its end, which may be LF alone. */
static bool
next_line(struct str *rest, struct str *line)
{
	if (rest->len == 0 || !str_next(rest, '\n', line))
		return false;
	if (line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	return true;
}

/* "SIP/2.0 200 OK" */
static int
read_status(struct str line, struct sip_answer *out)
{
	struct str version, code;
	int64_t n = 0;

	if (!str_next(&line, ' ', &version) || line.p == NULL ||
	    !str_eq_nocase(version, STR("SIP/2.0")) ||
	    !str_next(&line, ' ', &code) || code.len != 3 ||
	    !num_parse(code, 100, 699, &n))
		return -1;
	out->status = (int)n;
	return 0;
}

/* Of the first Via only: others are of proxies. */
static void
read_via(struct str value, struct sip_answer *out)
{
	static const struct str mark = STR("branch=" SIP_COOKIE);
	struct str one;

	if (out->branch.p != NULL)
		return;
	out->branch = str_n("", 0);
	(void)str_next(&value, ',', &one);
	value = one;
	while (str_next(&value, ';', &one)) {
		one = str_trim(one);
		if (str_starts(one, mark))
			out->branch =
			    str_n(one.p + mark.len, one.len - mark.len);
	}
}

/* The first that we know counts (RFC 8760 2.3). */
static void
read_login(struct arena *a, const char *answer, struct str value,
    struct sip_answer *out)
{
	struct err e;

	if (out->login == NULL &&
	    digest_challenged(a, value, &out->challenge, &e) == 0)
		out->login = answer;
}

static bool
is_called(struct str name, const char *whole, const char *compact)
{
	return str_eq_nocase(name, str_of(whole)) ||
	       (compact != NULL && str_eq_nocase(name, str_of(compact)));
}

/* "1 NOTIFY" */
static bool
is_notify(struct str cseq)
{
	struct str number;

	return str_next(&cseq, ' ', &number) && cseq.p != NULL &&
	       str_eqz(str_trim(cseq), "NOTIFY");
}

/* -1: a header that no answer of ours has. */
static int
read_header(struct arena *a, struct str line, struct sip_answer *out)
{
	size_t at = str_find(line, ':');
	struct str name = str_trim(str_n(line.p, at)), value;

	if (at == line.len)
		return 0;
	value = str_trim(str_n(line.p + at + 1, line.len - at - 1));
	if (is_called(name, "Via", "v"))
		read_via(value, out);
	else if (is_called(name, "Call-ID", "i"))
		out->call_id = value;
	else if (is_called(name, "WWW-Authenticate", NULL))
		read_login(a, "Authorization", value, out);
	else if (is_called(name, "Proxy-Authenticate", NULL))
		read_login(a, "Proxy-Authorization", value, out);
	else if (is_called(name, "CSeq", NULL) && !is_notify(value))
		return -1;
	return 0;
}

int
sip_answer_read(struct arena *a, struct str datagram, struct sip_answer *out)
{
	struct str line;

	*out = (struct sip_answer){.call_id = str_n("", 0)};
	if (datagram.len > SIP_DATAGRAM_MAX || !next_line(&datagram, &line) ||
	    read_status(line, out) < 0)
		return -1;
	while (next_line(&datagram, &line) && line.len > 0)
		if (read_header(a, line, out) < 0)
			return -1;
	if (out->branch.p == NULL)
		out->branch = str_n("", 0);
	return 0;
}
