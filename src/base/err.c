#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "must.h"

static const char *const phrases[ERR__MAX] = {
    [ERR_NONE] = "no error",
    [ERR_INPUT] = "invalid request",
    [ERR_DENIED] = "not allowed",
    [ERR_GONE] = "not found",
    [ERR_EXISTS] = "exists already",
    [ERR_BUSY] = "busy",
    [ERR_LIMIT] = "limit exceeded",
    [ERR_IO] = "internal error",
};

const char *
err_phrase(enum err_kind kind)
{
	must(kind < ERR__MAX);
	return phrases[kind];
}

__attribute__((format(printf, 3, 0))) static void
set_text(struct err *e, enum err_kind kind, const char *fmt, va_list ap)
{
	e->kind = kind;
	e->say = err_phrase(kind);
	(void)vsnprintf(e->text, sizeof(e->text), fmt, ap);
}

int
err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_need(int found, struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (found != 0)
		return found < 0 ? -1 : 0;
	va_start(ap, fmt);
	set_text(e, kind, fmt, ap);
	va_end(ap);
	return -1;
}

int
err_say(struct err *e, enum err_kind kind, const char *phrase)
{
	e->kind = kind;
	e->say = phrase;
	(void)snprintf(e->text, sizeof(e->text), "%s", phrase);
	return -1;
}

int
err_sys(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	size_t used;
	va_list ap;

	va_start(ap, fmt);
	set_text(e, ERR_IO, fmt, ap);
	va_end(ap);
	used = strlen(e->text);
	(void)snprintf(e->text + used, sizeof(e->text) - used, ": %s",
	    strerrordesc_np(saved) ? strerrordesc_np(saved) : "unknown");
	return -1;
}
