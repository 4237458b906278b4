#include "mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "arena.h"
#include "count.h"
#include "crypto.h"
#include "must.h"

/* ---- addresses ---- */

#define LOCAL_MAX 64 /* bytes before the "@", RFC 5321 4.5.3.1.1 */
#define LABEL_MAX 63 /* bytes between two dots of a domain, RFC 1035 2.3.4 */

/* atext of RFC 5322 3.2.3. */
static bool
atom_ok(struct str atom)
{
	return atom.len > 0 && str_only(atom, STR_ALNUM, "!#$%&'*+-/=?^_`{|}~");
}

static bool
label_ok(struct str label)
{
	return label.len > 0 && label.len <= LABEL_MAX && label.p[0] != '-' &&
	       label.p[label.len - 1] != '-' && str_only(label, STR_ALNUM, "-");
}

static bool
all_parts(struct str s, bool (*ok)(struct str part))
{
	struct str part;

	while (str_next(&s, '.', &part))
		if (!ok(part))
			return false;
	return true;
}

bool
mail_address_ok(struct str address)
{
	size_t at = str_find(address, '@');

	if (address.len > MAIL_ADDRESS_MAX || at > LOCAL_MAX ||
	    at == address.len)
		return false;
	return all_parts(str_n(address.p, at), atom_ok) &&
	       all_parts(
		   str_n(address.p + at + 1, address.len - at - 1), label_ok);
}

/* ---- the message ---- */

#define LINE_MAX_BYTES 76 /* of encoded text, RFC 2045 6.7 */
#define WORD_BYTES     39 /* of a subject in one encoded word of a line */

static int
check_words(const struct mail *m, struct err *e)
{
	if (m->subject.len == 0 || m->subject.len > MAIL_SUBJECT_MAX ||
	    !str_printable(m->subject))
		return err_set(e, ERR_INPUT, "invalid subject of a mail");
	if (m->text.len == 0 || m->text.len > MAIL_TEXT_MAX ||
	    !str_utf8(m->text))
		return err_set(e, ERR_INPUT, "invalid text of a mail");
	if (!mail_address_ok(m->id))
		return err_set(e, ERR_INPUT, "invalid id of a mail");
	return 0;
}

static int
check_mail(const struct mail *m, struct err *e)
{
	if (!mail_address_ok(m->from))
		return err_set(e, ERR_INPUT, "invalid sender of a mail");
	if (m->nto == 0 || m->nto > MAIL_TO_MAX)
		return err_set(e, ERR_INPUT, "a mail to %zu", m->nto);
	for (size_t i = 0; i < m->nto; i++)
		if (!mail_address_ok(m->to[i]))
			return err_set(
			    e, ERR_INPUT, "invalid recipient of a mail");
	return check_words(m, e);
}

/* RFC 5322 3.3; the names of days and months are English in every locale. */
static void
add_date(struct buf *out, int64_t ms)
{
	static const char *const days[] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	(void)gmtime_r(&s, &tm);
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* As it is, if that is plain and fits into a line; what looks like an encoded
 * word must become one. */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] > '~' ||
		    (s.p[i] == '=' && i + 1 < s.len && s.p[i + 1] == '?'))
			return false;
	return s.len <= LINE_MAX_BYTES - strlen("Subject: ");
}

/* Encoded words of whole characters, each on a line of its own (RFC 2047). */
static void
add_subject(struct buf *out, struct str s)
{
	buf_puts(out, "Subject:");
	if (is_plain(s)) {
		buf_putc(out, ' ');
		buf_str(out, s);
		s.len = 0;
	}
	for (const char *gap = " "; s.len > 0; gap = "\r\n ") {
		size_t n = 0;

		while (n < s.len) {
			struct str rest = str_n(s.p + n, s.len - n);

			if (n + str_utf8_len(rest) > WORD_BYTES)
				break;
			n += str_utf8_len(rest);
		}
		buf_puts(out, gap);
		buf_puts(out, "=?UTF-8?B?");
		crypto_base64(str_n(s.p, n), out);
		buf_puts(out, "?=");
		s = str_n(s.p + n, s.len - n);
	}
	buf_puts(out, "\r\n");
}

static void
add_headers(struct buf *out, const struct mail *m)
{
	add_date(out, m->date);
	buf_puts(out, "From: ");
	buf_str(out, m->from);
	buf_puts(out, "\r\nTo: ");
	for (size_t i = 0; i < m->nto; i++) {
		buf_puts(out, i > 0 ? ",\r\n " : "");
		buf_str(out, m->to[i]);
	}
	buf_puts(out, "\r\n");
	add_subject(out, m->subject);
	buf_puts(out, "Message-ID: <");
	buf_str(out, m->id);
	buf_puts(out, ">\r\n"
		      "MIME-Version: 1.0\r\n"
		      "Content-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: quoted-printable\r\n"
		      "Auto-Submitted: auto-generated\r\n"
		      "\r\n");
}

/* One line as quoted-printable (RFC 2045 6.7).  A blank at its end and what is
 * not ASCII are written as "=XX"; longer lines get soft breaks. */
static void
add_line(struct buf *out, struct str line)
{
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.p[i];
		bool blank = c == ' ' || c == '\t';
		bool plain =
		    blank ? i + 1 < line.len : c > ' ' && c <= '~' && c != '=';
		size_t width = plain ? 1 : 3;

		if (column + width >= LINE_MAX_BYTES) {
			buf_puts(out, "=\r\n");
			column = 0;
		}
		if (plain)
			buf_putc(out, (char)c);
		else
			buf_printf(out, "=%02X", c);
		column += width;
	}
	buf_puts(out, "\r\n");
}

int
mail_compose(const struct mail *m, struct buf *out, struct err *e)
{
	struct str rest = m->text, line;

	if (check_mail(m, e) < 0)
		return -1;
	add_headers(out, m);
	if (rest.p[rest.len - 1] == '\n')
		rest.len--; /* the last line ends, no empty one follows */
	while (str_next(&rest, '\n', &line))
		add_line(out, line);
	if (buf_failed(out))
		return err_set(e, ERR_LIMIT, "the mail is too long");
	return 0;
}

/* ---- the dialogue ---- */

#define ANSWER_SIZE 128

/* Which answer of the server we look at. */
enum stage { GREETING, LOGIN, SENDER, RECIPIENT, DATA };

/* One mail on its way: what libcurl's callbacks see. */
struct dialogue {
	const struct mail *mail;
	struct str message; /* what is left to send */
	enum stage stage;
	size_t asked;    /* recipients named so far */
	size_t accepted; /* of them */
	mail_refused *refused;
	void *arg;
	char answer[ANSWER_SIZE]; /* the last one that was no success */
};

/* A command that we send.  The login itself is never looked at. */
static void
see_command(struct dialogue *d, struct str line)
{
	if (str_starts(line, STR("AUTH")))
		d->stage = LOGIN;
	else if (str_starts(line, STR("MAIL FROM:")))
		d->stage = SENDER;
	else if (str_starts(line, STR("RCPT TO:"))) {
		d->stage = RECIPIENT;
		d->asked++;
	} else if (str_eqz(str_trim(line), "DATA"))
		d->stage = DATA;
}

/* "535 5.7.8" of "535 5.7.8 wrong password for joe": what a server says about
 * a login may repeat it. */
static struct str
codes_of(struct str line)
{
	return str_trim(str_n(line.p, str_span(line, STR_DIGITS, ". ")));
}

/* A line of the server; of several lines (a '-' after the code) the last. */
static void
see_answer(struct dialogue *d, struct str line)
{
	line = str_trim(line);
	if (line.len < 3 || (line.len > 3 && line.p[3] == '-'))
		return;
	if (line.p[0] == '4' || line.p[0] == '5')
		str_copy(d->answer, sizeof(d->answer),
		    d->stage == LOGIN ? codes_of(line) : line);
	if (d->stage != RECIPIENT)
		return;
	if (line.p[0] == '2')
		d->accepted++;
	else if (d->refused != NULL && d->asked <= d->mail->nto)
		d->refused(d->arg, d->mail->to[d->asked - 1], d->answer);
}

static int
see(CURL *easy, curl_infotype type, char *p, size_t n, void *arg)
{
	(void)easy;
	if (type == CURLINFO_HEADER_OUT)
		see_command(arg, str_n(p, n));
	else if (type == CURLINFO_HEADER_IN)
		see_answer(arg, str_n(p, n));
	return 0;
}

static size_t
give_message(char *to, size_t size, size_t n, void *arg)
{
	struct dialogue *d = arg;
	size_t room = size * n;

	if (room > d->message.len)
		room = d->message.len;
	memcpy(to, d->message.p, room);
	d->message = str_n(d->message.p + room, d->message.len - room);
	return room;
}

/* ---- sending ---- */

struct mailer {
	struct mail_server server;
	CURL *easy; /* NULL until the first mail: most runs send none */
};

bool
mail_tls_parse(const char *word, enum mail_tls *out)
{
	static const char *const words[] = {
	    [MAIL_TLS_OFF] = "off",
	    [MAIL_TLS_TRY] = "try",
	    [MAIL_TLS_REQUIRE] = "require",
	};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(word, words[i]) == 0) {
			*out = (enum mail_tls)i;
			return true;
		}
	return false;
}

int
mailer_open(const struct mail_server *s, struct mailer **out, struct err *e)
{
	bool login = s->user != NULL && s->user[0] != '\0';
	struct mailer *m;

	*out = NULL;
	if (!str_starts(str_of(s->url), STR("smtp://")) &&
	    !str_starts(str_of(s->url), STR("smtps://")))
		return err_set(e, ERR_INPUT,
		    "the mail server must be smtp://HOST or smtps://HOST");
	/* Whoever can take STARTTLS out of the offer would get the password. */
	if (login && s->tls == MAIL_TLS_TRY)
		return err_set(e, ERR_INPUT,
		    "a login at the mail server needs tls off or require");
	if (login && s->password == NULL)
		return err_set(e, ERR_INPUT,
		    "a login at the mail server needs a password");
	m = mem_new(sizeof(*m));
	m->server = *s;
	*out = m;
	return 0;
}

void
mailer_close(struct mailer **m)
{
	if (*m == NULL)
		return;
	if ((*m)->easy != NULL) {
		curl_easy_cleanup((*m)->easy);
		curl_global_cleanup();
	}
	mem_free(*m);
	*m = NULL;
}

/* A failing setopt means a libcurl that was built without what we need. */
#define SET(easy, option, value)                                               \
	must(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static void
set_server(CURL *easy, const struct mail_server *s)
{
	static const curl_usessl level[] = {
	    [MAIL_TLS_OFF] = CURLUSESSL_NONE,
	    [MAIL_TLS_TRY] = CURLUSESSL_TRY,
	    [MAIL_TLS_REQUIRE] = CURLUSESSL_ALL,
	};

	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_QUICK_EXIT, 1L); /* waits for no name server */
	SET(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_TIMEOUT_MS, s->timeout_ms);
	SET(easy, CURLOPT_URL, s->url);
	SET(easy, CURLOPT_USE_SSL, (long)level[s->tls]);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->ca_file != NULL) {
		SET(easy, CURLOPT_CAINFO, s->ca_file);
		SET(easy, CURLOPT_CAPATH, NULL);
	}
	if (s->user != NULL && s->user[0] != '\0') {
		SET(easy, CURLOPT_USERNAME, s->user);
		SET(easy, CURLOPT_PASSWORD, s->password);
	}
}

static void
set_dialogue(CURL *easy, struct dialogue *d, const char *from,
    struct curl_slist *recipients)
{
	SET(easy, CURLOPT_MAIL_FROM, from);
	SET(easy, CURLOPT_MAIL_RCPT, recipients);
	SET(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
	SET(easy, CURLOPT_UPLOAD, 1L);
	SET(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)d->message.len);
	SET(easy, CURLOPT_READFUNCTION, give_message);
	SET(easy, CURLOPT_READDATA, d);
	SET(easy, CURLOPT_DEBUGFUNCTION, see);
	SET(easy, CURLOPT_DEBUGDATA, d);
	SET(easy, CURLOPT_VERBOSE, 1L);
}

/* Whether the trouble is with this mail, or with the server. */
static int
judge(const struct dialogue *d, CURLcode code, struct err *e)
{
	bool ours = d->stage >= SENDER && d->answer[0] != '\0' &&
		    code != CURLE_OPERATION_TIMEDOUT;

	if (code == CURLE_OK && d->accepted > 0)
		return 0;
	return err_set(e, ours ? ERR_INPUT : ERR_BUSY,
	    "mail server: %s%s%.100s", ours ? "" : curl_easy_strerror(code),
	    !ours && d->answer[0] != '\0' ? ": " : "", d->answer);
}

static int
transfer(struct mailer *mr, struct dialogue *d, struct err *e)
{
	char address[MAIL_ADDRESS_MAX + 3]; /* with < and > */
	struct curl_slist *recipients = NULL, *longer;
	const struct mail *m = d->mail;
	int rc;

	for (size_t i = 0; i < m->nto; i++) {
		(void)snprintf(address, sizeof(address), "<%.*s>",
		    (int)m->to[i].len, m->to[i].p);
		longer = curl_slist_append(recipients, address);
		must(longer != NULL);
		recipients = longer;
	}
	(void)snprintf(
	    address, sizeof(address), "<%.*s>", (int)m->from.len, m->from.p);
	if (mr->easy == NULL) {
		must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
		mr->easy = curl_easy_init();
		must(mr->easy != NULL);
	}
	curl_easy_reset(mr->easy); /* keeps the connection */
	set_server(mr->easy, &mr->server);
	set_dialogue(mr->easy, d, address, recipients);
	rc = judge(d, curl_easy_perform(mr->easy), e);
	curl_slist_free_all(recipients);
	return rc;
}

int
mail_send(struct mailer *mr, const struct mail *m, mail_refused *refused,
    void *arg, struct err *e)
{
	struct dialogue d = {.mail = m, .refused = refused, .arg = arg};
	struct buf message;
	int rc;

	buf_init(&message, 4 * MAIL_TEXT_MAX);
	rc = mail_compose(m, &message, e);
	if (rc == 0) {
		d.message = buf_view(&message);
		rc = transfer(mr, &d, e);
	}
	buf_fini(&message);
	return rc;
}
