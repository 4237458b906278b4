/* The log: one line per event whatever the values hold. */
#include "log.h"
#include "tap.h"

#include <string.h>
#include <unistd.h>

static char line[8192];

/* Run one log call with standard error in a pipe and keep what it wrote. */
#define CAPTURE(...)                                                           \
	do {                                                                   \
		int fds_[2], saved_ = dup(STDERR_FILENO);                      \
		ssize_t n_;                                                    \
		if (pipe(fds_) < 0)                                            \
			return;                                                \
		(void)dup2(fds_[1], STDERR_FILENO);                            \
		(void)close(fds_[1]);                                          \
		log_event(__VA_ARGS__);                                        \
		(void)dup2(saved_, STDERR_FILENO);                             \
		(void)close(saved_);                                           \
		n_ = read(fds_[0], line, sizeof line - 1);                     \
		(void)close(fds_[0]);                                          \
		line[n_ > 0 ? n_ : 0] = '\0';                                  \
	} while (0)

static void
test_lines(void)
{
	static char huge[20000];

	CAPTURE(LOG_INFO, "device.online", "hwId", "0090334100be", "none", NULL,
	    "name", "J\xc3\xbcrgen \"x\"", NULL);
	tap_ok(strstr(line, " info test device.online hwId=0090334100be"
			    " name=\"J\\xc3\\xbcrgen \\\"x\\\"\"\n") != NULL,
	    "pairs are written, odd values quoted, absent ones left out");
	CAPTURE(LOG_INFO, "x", "v", "a\n2026-01-01T00:00:00.000Z forged", NULL);
	tap_ok(strchr(line, '\n') == line + strlen(line) - 1,
	    "a line feed in a value cannot forge a line");
	CAPTURE(LOG_INFO, "x", "v", "a\xe2\x80\xae\xc2\x9b\x7fz", NULL);
	tap_ok(
	    strstr(line, " v=\"a\\xe2\\x80\\xae\\xc2\\x9b\\x7fz\"\n") != NULL,
	    "what turns or moves a terminal's text stands by its bytes");
	CAPTURE(LOG_DEBUG, "x", NULL);
	tap_is_str(line, "", "below the level nothing is written");
	memset(huge, 'a', sizeof huge - 1);
	CAPTURE(LOG_INFO, "x", "a", huge, "b", "2", NULL);
	tap_ok(strlen(line) < 400 && strstr(line, " b=2\n") != NULL,
	    "a long value is cut, the next pair is still there");
}

int
main(void)
{
	log_open("test", LOG_INFO);
	test_lines();
	tap_is_int(log_level_parse("warn"), LOG_WARN, "levels have names");
	tap_is_int(log_level_parse("loud"), -1, "other words are refused");
	return tap_end();
}
