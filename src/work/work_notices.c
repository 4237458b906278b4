#include <stdio.h>
#include <string.h>

#include "file.h"
#include "jump.h"
#include "log.h"
#include "mail.h"
#include "notice.h"
#include "works.h"

#define PASSWORD_SIZE 129 /* 128 bytes and a NUL */

/* ---- the server ---- */

/* What the password file holds; others must not be able to read it. */
static int
read_password(const char *path, char out[PASSWORD_SIZE], struct err *e)
{
	struct buf line;
	int rc;

	buf_init(&line, PASSWORD_SIZE);
	rc = file_secret(path, FILE_GROUP, PASSWORD_SIZE - 1, &line, e);
	str_copy(out, PASSWORD_SIZE, buf_view(&line));
	buf_wipe(&line);
	return rc;
}

static int
open_mailer(const struct conf *c, char password[PASSWORD_SIZE],
    struct mailer **out, struct err *e)
{
	struct mail_server s = {.url = c->mail_url,
	    .user = c->mail_user,
	    .password = password,
	    .ca_file = c->mail_ca,
	    .timeout_ms = (long)c->mail_timeout_s * 1000};

	password[0] = '\0';
	if (!mail_tls_parse(c->mail_tls, &s.tls))
		return err_set(
		    e, ERR_INPUT, "[mail] tls must be off, try or require");
	if (!mail_address_ok(str_of(c->mail_from)))
		return err_set(e, ERR_INPUT, "[mail] from is no address");
	if (c->mail_user[0] != '\0' && c->mail_password == NULL)
		return err_set(
		    e, ERR_INPUT, "[mail] user needs a password_file");
	if (c->mail_user[0] != '\0' &&
	    read_password(c->mail_password, password, e) < 0)
		return -1;
	return mailer_open(&s, out, e);
}

/* ---- the work ---- */

/* A mail that fails is tried again by the next run, and holds up no notice. */
static int
tell_clock(struct ask *q, const struct notice_setup *setup)
{
	int64_t now;
	int rc = jump_now(q, &now);

	if (rc == 0 && notice_clock(q, setup) < 0)
		log_event(LOG_WARN, "clock.untold",
		    PAIRS(P_STRZ("why", q->err->text)));
	return rc < 0 ? -1 : 0;
}

static int
send_all(struct run *r, struct mailer *mailer)
{
	const struct notice_setup setup = {.mailer = mailer,
	    .from = str_of(run_conf(r)->mail_from),
	    .templates = run_conf(r)->templates,
	    .go_on = run_goes_on,
	    .arg = r};
	struct notice_count n;

	if (tell_clock(run_ask(r), &setup) < 0 ||
	    notice_run(run_ask(r), &setup, &n) < 0)
		return -1;
	if (n.due > 0 || n.failed > 0)
		log_event(n.failed > 0 ? LOG_WARN : LOG_INFO, "notices",
		    PAIRS(P_INT("due", n.due), P_INT("sent", n.sent),
			P_INT("failed", n.failed)));
	return n.failed > 0;
}

int
work_notices(struct run *r)
{
	const struct conf *c = run_conf(r);
	char password[PASSWORD_SIZE];
	struct mailer *mailer = NULL;
	int rc = 0;

	if (c->mail_url[0] != '\0')
		rc = open_mailer(c, password, &mailer, run_ask(r)->err);
	if (rc == 0)
		rc = send_all(r, mailer);
	mailer_close(&mailer);
	explicit_bzero(password, sizeof(password));
	return rc;
}
