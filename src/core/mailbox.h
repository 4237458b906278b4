/*
 * mailbox -- the mail server that section mail of the configuration names.
 */
#ifndef FL_MAILBOX_H
#define FL_MAILBOX_H

#include "conf.h"
#include "mail.h"

#define MAILBOX_PASSWORD_SIZE 129 /* 128 bytes and a NUL */

struct mailbox {
	struct mailer *mailer; /* NULL: no server is named, nothing is sent */
	char password[MAILBOX_PASSWORD_SIZE];
};

/* 0; -1: the section is wrong, or its password file others can read.  The
 * strings of conf must live as long.  Close it in either case. */
int mailbox_open(
    struct mailbox *b, const struct conf *conf, struct err *e) FL_CHECK;
void mailbox_close(struct mailbox *b);

#endif
