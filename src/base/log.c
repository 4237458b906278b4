#include "log.h"
#include "buf.h"
#include "clock.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096
#define VALUE_MAX      256

static const char *program_name = "fleetline";
static enum log_level lowest_level = LOG_INFO;
static bool to_journal;
static const char *const level_names[] = {"debug", "info", "warn", "error"};
/* Priorities of syslog(3) as sd-daemon(3) writes them. */
static const char *const priorities[] = {"<7>", "<6>", "<4>", "<3>"};

/*
 * systemd names the stream it made by device and inode.  A descriptor that was
 * turned elsewhere since, for example into a file, is another one.
 */
static bool
is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (stream == NULL || fstat(fd, &st) < 0)
		return false;
	(void)snprintf(ours, sizeof ours, "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

void
log_open(const char *program, enum log_level lowest)
{
	program_name = program;
	lowest_level = lowest;
	to_journal = is_journal(STDERR_FILENO);
}

const char *
log_priority(enum log_level level)
{
	return to_journal ? priorities[level] : "";
}

int
log_level_parse(const char *s)
{
	for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
		if (strcmp(s, level_names[i]) == 0)
			return i;
	return -1;
}

static bool
is_plain(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || *s == '"' || *s == '=' ||
		    *s == '\\')
			return false;
	return true;
}

static void
add_quoted(struct buf *b, const char *s)
{
	buf_putc(b, '"');
	for (size_t i = 0; s[i] != '\0' && i < VALUE_MAX; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < ' ' || c > '~')
			buf_printf(b, "\\x%02x", c);
		else
			buf_putc(b, (char)c);
	}
	buf_putc(b, '"');
}

static void
add_pairs(struct buf *b, va_list ap)
{
	const char *key, *value;

	while ((key = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		if (value == NULL)
			continue;
		buf_putc(b, ' ');
		buf_puts(b, key);
		buf_putc(b, '=');
		if (is_plain(value) && strlen(value) <= VALUE_MAX)
			buf_puts(b, value);
		else
			add_quoted(b, value);
	}
}

void
log_event(enum log_level level, const char *event, ...)
{
	char when[CLOCK_ISO_SIZE];
	struct buf line;
	ssize_t wrote;
	va_list ap;

	if (level < lowest_level)
		return;
	clock_iso(clock_now_ms(), when);
	buf_init(&line, LINE_MAX_BYTES);
	buf_printf(&line, "%s%s %s %s %s", log_priority(level), when,
	    level_names[level], program_name, event);
	va_start(ap, event);
	add_pairs(&line, ap);
	va_end(ap);
	if (buf_failed(&line) && line.len == line.max)
		line.len--;
	line.failed = false;
	buf_putc(&line, '\n');
	wrote = write(STDERR_FILENO, line.data, line.len);
	(void)wrote; /* a log that cannot be written has nobody to tell */
	buf_fini(&line);
}
