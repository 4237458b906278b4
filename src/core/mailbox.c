#include "mailbox.h"

#include <string.h>

#include "file.h"

/* What the password file holds; others must not be able to read it. */
static int
read_password(const char *path, char out[MAILBOX_PASSWORD_SIZE], struct err *e)
{
	struct buf line;
	int rc;

	buf_init(&line, MAILBOX_PASSWORD_SIZE);
	rc = file_secret(path, FILE_GROUP, MAILBOX_PASSWORD_SIZE - 1, &line, e);
	str_copy(out, MAILBOX_PASSWORD_SIZE, buf_view(&line));
	buf_wipe(&line);
	return rc;
}

static int
open_mailer(struct mailbox *b, const struct conf *c, struct err *e)
{
	struct mail_server s = {.url = c->mail_url,
	    .user = c->mail_user,
	    .password = b->password,
	    .ca_file = c->mail_ca,
	    .timeout_ms = (long)c->mail_timeout_s * 1000};

	if (!mail_tls_parse(c->mail_tls, &s.tls))
		return err_set(
		    e, ERR_INPUT, "[mail] tls must be off, try or require");
	if (!mail_address_ok(str_of(c->mail_from)))
		return err_set(e, ERR_INPUT, "[mail] from is no address");
	if (c->mail_user[0] != '\0' && c->mail_password == NULL)
		return err_set(
		    e, ERR_INPUT, "[mail] user needs a password_file");
	if (c->mail_user[0] != '\0' &&
	    read_password(c->mail_password, b->password, e) < 0)
		return -1;
	return mailer_open(&s, &b->mailer, e);
}

int
mailbox_open(struct mailbox *b, const struct conf *conf, struct err *e)
{
	*b = (struct mailbox){.mailer = NULL};
	return conf->mail_url[0] != '\0' ? open_mailer(b, conf, e) : 0;
}

void
mailbox_close(struct mailbox *b)
{
	mailer_close(&b->mailer);
	explicit_bzero(b->password, sizeof(b->password));
}
