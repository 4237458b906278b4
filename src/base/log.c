#include "log.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "count.h"
#include "gather.h"
#include "must.h"
#include "num.h"

#define LINE_MAX_BYTES GATHER_MAX
#define VALUE_MAX      256
#define LINE_USUAL     512 /* bytes that need no second allocation */

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
	(void)snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

/* What begins a line of this level. */
static const char *
priority(enum log_level level)
{
	return to_journal ? priorities[level] : "";
}

void
log_open(const char *program, enum log_level lowest)
{
	program_name = program;
	lowest_level = lowest;
	to_journal = is_journal(STDERR_FILENO);
	must_open(priority(LOG_ERROR), gather_flush_if_free);
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
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '"' ||
		    s.p[i] == '=' || s.p[i] == '\\')
			return false;
	return s.len > 0;
}

static void
add_quoted(struct buf *b, struct str s)
{
	buf_putc(b, '"');
	for (size_t i = 0; i < s.len && i < VALUE_MAX; i++) {
		unsigned char c = (unsigned char)s.p[i];

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
add_number(struct buf *b, int64_t n)
{
	char text[20];

	buf_add(b, text, (size_t)(num_put_signed(text, n) - text));
}

static void
add_pair(struct buf *b, const struct pair *p)
{
	if (p->kind == PAIR_NONE)
		return;
	buf_putc(b, ' ');
	buf_puts(b, p->key);
	buf_putc(b, '=');
	if (p->kind == PAIR_INT)
		add_number(b, p->n);
	else if (p->kind == PAIR_BOOL)
		buf_puts(b, p->n ? "true" : "false");
	else if (is_plain(p->s) && p->s.len <= VALUE_MAX)
		buf_str(b, p->s);
	else
		add_quoted(b, p->s);
}

static void
open_line(struct buf *line, enum log_level level, const char *event)
{
	char when[CLOCK_ISO_SIZE];
	const char *words[] = {when, level_names[level], program_name, event};

	clock_iso(clock_now_ms(), when);
	buf_init(line, LINE_MAX_BYTES);
	(void)buf_reserve(line, LINE_USUAL);
	buf_puts(line, priority(level));
	for (size_t i = 0; i < COUNT(words); i++) {
		if (i > 0)
			buf_putc(line, ' ');
		buf_puts(line, words[i]);
	}
}

static void
put_line(enum log_level level, const struct buf *line)
{
	ssize_t wrote;

	if (gather_is_on()) {
		gather_add(line->data, line->len, level >= LOG_WARN);
		return;
	}
	wrote = write(STDERR_FILENO, line->data, line->len);
	(void)wrote; /* a log that cannot be written has nobody to tell */
}

static void
end_line(enum log_level level, struct buf *line)
{
	if (buf_failed(line) && line->len == line->max)
		line->len--;
	line->failed = false;
	buf_putc(line, '\n');
	put_line(level, line);
	buf_fini(line);
}

void
log_event(enum log_level level, const char *event, struct pairs pairs)
{
	struct buf line;

	if (level < lowest_level)
		return;
	open_line(&line, level, event);
	for (size_t i = 0; i < pairs.n; i++)
		add_pair(&line, &pairs.v[i]);
	end_line(level, &line);
}

void
log_gather(void)
{
	gather_begin(STDERR_FILENO);
}

void
log_gather_end(void)
{
	gather_end();
}
