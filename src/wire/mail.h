/*
 * mail -- one plain-text mail, and the way to hand it to an SMTP server.
 *
 * With fetch.c this is the door to libcurl: HTTP goes there, SMTP (RFC 5321)
 * here.  Nothing is queued: a mail that the server did not accept is the
 * caller's to try again.
 *
 * A message (RFC 5322) has the headers Date, From, To, Subject, Message-ID,
 * MIME-Version, Content-Type (text/plain, UTF-8), Content-Transfer-Encoding
 * (quoted-printable, RFC 2045) and "Auto-Submitted: auto-generated" (RFC
 * 3834), so that no vacation notice answers it.  A subject that is not plain
 * ASCII is written in encoded words (RFC 2047).  Whatever could begin a header
 * of its own is refused, not cleaned.
 */
#ifndef FL_MAIL_H
#define FL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define MAIL_ADDRESS_MAX 254 /* bytes of an address, RFC 5321 4.5.3.1.3 */
#define MAIL_TO_MAX      32  /* recipients of one mail */
#define MAIL_SUBJECT_MAX 256 /* bytes */
#define MAIL_TEXT_MAX    ((size_t)64 << 10) /* bytes of the text */

/*
 * True if address is one that we write to: a local part of letters, digits
 * and !#$%&'*+-/=?^_`{|}~ with single dots inside (at most 64 bytes), "@", and
 * a domain of labels (letters, digits, '-').  ASCII only; no quoted local part,
 * no comment, no address in brackets, no name before it.  So no character that
 * means something in a header or an SMTP command can be in it.
 */
bool mail_address_ok(struct str address);

struct mail {
	struct str from;
	const struct str *to; /* 1..MAIL_TO_MAX, all shown in To */
	size_t nto;
	struct str subject; /* UTF-8 without control characters */
	struct str text;    /* UTF-8; lines end with LF */
	struct str id;      /* Message-ID: has the form of an address */
	int64_t date;       /* milliseconds since 1970 */
};

/*
 * The whole message into out, lines ended by CRLF and at most 78 bytes long
 * (a longer address makes a longer one).  -1 with ERR_INPUT: a part is
 * missing, too long, or has a forbidden character.  Public for tests.
 */
int mail_compose(const struct mail *m, struct buf *out, struct err *e) FL_CHECK;

/* ---- sending ---- */

enum mail_tls {
	MAIL_TLS_OFF,    /* never: for a server on the same machine */
	MAIL_TLS_TRY,    /* STARTTLS if it is offered; not with a login */
	MAIL_TLS_REQUIRE /* STARTTLS, or no mail */
};

/* "off", "try", "require". */
bool mail_tls_parse(const char *word, enum mail_tls *out);

/*
 * The server.  A certificate is always checked against ca_file (or the
 * system's authorities) and the name in url, also with MAIL_TLS_TRY.  tls says
 * nothing about smtps://, which is TLS from the first byte.  The strings must
 * live as long as the mailer.
 */
struct mail_server {
	const char *url; /* "smtp://host:587" or "smtps://host"; a path after it
			  * is the name we greet with */
	enum mail_tls tls;
	const char *user; /* NULL or "": no login */
	const char *password;
	const char *ca_file; /* PEM; NULL: the system's */
	long timeout_ms;     /* for one mail, connecting included */
};

/* A connection that mails are sent over; belongs to one thread. */
struct mailer;

/* Checks s; connects at the first mail only.  -1 with ERR_INPUT. */
int mailer_open(
    const struct mail_server *s, struct mailer **out, struct err *e) FL_CHECK;
void mailer_close(struct mailer **m);

/* A recipient that the server refused, and what it answered ("550 ..."). */
typedef void mail_refused(void *arg, struct str to, const char *answer);

/*
 * Send one mail.  0: the server accepted it for at least one recipient;
 * refused (may be NULL) was called for each of the others.  -1: for none.
 * ERR_BUSY: the server cannot be reached, does not answer in time, offers no
 * TLS or refuses the login, so that other mails would fail as well; ERR_INPUT:
 * it refused this mail, or mail_compose did.  The text of the error has the
 * server's answer, of an answer to the login only its codes.
 */
int mail_send(struct mailer *mr, const struct mail *m, mail_refused *refused,
    void *arg, struct err *e) FL_CHECK;

#endif
