/* The log: one line per event whatever the values hold. */
#include "log.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "gather.h"
#include "must.h"
#include "tap.h"

static char line[8192];

/* Name descriptor fd in the environment as systemd names its journal. */
static void
name_stream(int fd)
{
	char name[64];
	struct stat st;

	(void)fstat(fd, &st);
	(void)snprintf(name, sizeof(name), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	(void)setenv("JOURNAL_STREAM", name, 1);
}

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
		n_ = read(fds_[0], line, sizeof(line) - 1);                    \
		(void)close(fds_[0]);                                          \
		line[n_ > 0 ? n_ : 0] = '\0';                                  \
	} while (0)

static void
test_lines(void)
{
	static char huge[20000];

	CAPTURE(LOG_INFO, "device.online",
	    PAIRS(P_STRZ("hwId", "0090334100be"), P_STRZ("none", NULL),
		P_STRZ("name", "J\xc3\xbcrgen \"x\"")));
	tap_ok(strstr(line, " info test device.online hwId=0090334100be"
			    " name=\"J\\xc3\\xbcrgen \\\"x\\\"\"\n") != NULL,
	    "pairs are written, odd values quoted, absent ones left out");
	CAPTURE(LOG_INFO, "x",
	    PAIRS(P_STRZ("v", "a\n2026-01-01T00:00:00.000Z forged")));
	tap_ok(strchr(line, '\n') == line + strlen(line) - 1,
	    "a line feed in a value cannot forge a line");
	CAPTURE(
	    LOG_INFO, "x", PAIRS(P_STRZ("v", "a\xe2\x80\xae\xc2\x9b\x7fz")));
	tap_ok(
	    strstr(line, " v=\"a\\xe2\\x80\\xae\\xc2\\x9b\\x7fz\"\n") != NULL,
	    "what turns or moves a terminal's text stands by its bytes");
	memset(huge, 'a', sizeof(huge) - 1);
	CAPTURE(LOG_INFO, "x", PAIRS(P_STRZ("a", huge), P_STRZ("b", "2")));
	tap_ok(strlen(line) < 400 && strstr(line, " b=2\n") != NULL,
	    "a long value is cut, the next pair is still there");
}

static void
test_pairs(void)
{
	CAPTURE(LOG_INFO, "x",
	    PAIRS(P_STR("s", str_n("a\0b", 3)), P_STRZ("z", "y z"),
		P_INT("n", INT64_MIN), P_BOOL("t", true), P_BOOL("f", false),
		P_FLAG("up", true)));
	tap_ok(strstr(line, " x s=\"a\\x00b\" z=\"y z\""
			    " n=-9223372036854775808 t=true f=false up=true\n"),
	    "each type of pair is written, a slice whole");
	CAPTURE(LOG_INFO, "x",
	    PAIRS(P_STRZ("z", NULL), P_STR("s", str_of(NULL)),
		P_FLAG("up", false), P_STR("e", str_n("", 0))));
	tap_ok(strstr(line, " x e=\"\"\n") != NULL,
	    "what there is not is left out, an empty text is written");
	CAPTURE(LOG_INFO, "x", PAIRS_NONE);
	tap_ok(strstr(line, " x\n") != NULL, "an event may have no pairs");
	CAPTURE(LOG_DEBUG, "x", PAIRS_NONE);
	tap_is_str(line, "", "below the level nothing is written");
}

/* log_open(), one warning and one error with standard error in a pipe, which
 * is the journal's when journal is true. */
static void
open_and_log(bool journal)
{
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	line[0] = '\0';
	if (pipe(fds) < 0)
		return;
	(void)dup2(fds[1], STDERR_FILENO);
	name_stream(journal ? fds[1] : saved);
	log_open("test", LOG_DEBUG);
	log_event(LOG_DEBUG, "d", PAIRS_NONE);
	log_event(LOG_INFO, "i", PAIRS_NONE);
	log_event(LOG_WARN, "w", PAIRS(P_STRZ("v", "a\n<0>forged")));
	log_event(LOG_ERROR, "e", PAIRS_NONE);
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)close(fds[1]);
	n = read(fds[0], line, sizeof(line) - 1);
	(void)close(fds[0]);
	line[n > 0 ? n : 0] = '\0';
}

static void
test_journal(void)
{
	static const char *const starts[] = {"<7>", "<6>", "<4>", "<3>"};
	const char *at = line;

	open_and_log(true);
	for (size_t i = 0; i < 4; i++) {
		tap_ok(at != NULL && strncmp(at, starts[i], 3) == 0 &&
			   at[3] == '2',
		    "in the journal a line begins with its priority");
		at = at == NULL ? NULL : strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	tap_is_str(at, "", "and a value makes no line with another one");
	open_and_log(false);
	tap_ok(line[0] == '2' && strstr(line, "\n<") == NULL,
	    "stderr that was turned into a file gets no priorities");
	(void)unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_INFO);
	CAPTURE(LOG_ERROR, "e", PAIRS_NONE);
	tap_ok(line[0] == '2', "without systemd there are none");
}

static sigjmp_buf survived;

static void
survive(int sig)
{
	siglongjmp(survived, sig);
}

/* The signal that it ends the process with. */
static int
break_invariant(void)
{
	int sig;

	(void)signal(SIGABRT, survive);
	sig = sigsetjmp(survived, 1);
	if (sig == 0)
		must_fail("1 == 2", "here.c", 7);
	(void)signal(SIGABRT, SIG_DFL);
	return sig;
}

static void
test_must(void)
{
	int fds[2], sig, saved = dup(STDERR_FILENO);
	ssize_t n;

	must(saved >= 0 && pipe(fds) == 0);
	(void)dup2(fds[1], STDERR_FILENO);
	(void)close(fds[1]);
	name_stream(STDERR_FILENO);
	log_open("test", LOG_INFO);
	sig = break_invariant();
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)unsetenv("JOURNAL_STREAM");
	log_open("test", LOG_INFO);
	n = read(fds[0], line, sizeof(line) - 1);
	line[n > 0 ? n : 0] = '\0';
	(void)close(fds[0]);
	tap_is_int(sig, SIGABRT, "a broken invariant ends the process");
	tap_is_str(line, "<3>here.c:7: broken invariant: 1 == 2\n",
	    "and is an error of the journal");
}

/* ---- gathered ---- */

static int out; /* the reading end of a pipe that is standard error */
static int saved;

static void
gather_into_pipe(void)
{
	int fds[2];

	saved = dup(STDERR_FILENO);
	must(saved >= 0 && pipe(fds) == 0);
	(void)dup2(fds[1], STDERR_FILENO);
	(void)close(fds[1]);
	out = fds[0];
	log_open("test", LOG_INFO);
	log_gather();
}

static void
gather_back(void)
{
	log_gather_end();
	(void)dup2(saved, STDERR_FILENO);
	(void)close(saved);
	(void)close(out);
}

/* What came within ms milliseconds, in line. */
static const char *
came(int ms)
{
	struct pollfd p = {out, POLLIN, 0};
	ssize_t n = poll(&p, 1, ms) > 0 ? read(out, line, sizeof(line) - 1) : 0;

	line[n > 0 ? n : 0] = '\0';
	return line;
}

/* Two lines, which come together unless somebody else has the processor for as
 * long as the first may wait. */
static bool
come_together(void)
{
	log_event(LOG_INFO, "one", PAIRS_NONE);
	log_event(LOG_INFO, "two", PAIRS_NONE);
	(void)came(10000);
	if (strstr(line, " one\n") != NULL && strstr(line, " two\n") != NULL)
		return true;
	while (strstr(line, " two\n") == NULL)
		(void)came(10000);
	return false;
}

static void
test_gathered(void)
{
	int64_t began = 0;
	bool together = false;

	gather_into_pipe();
	for (int i = 0; !together && i < 5; i++) {
		began = clock_mono_ms();
		together = come_together();
	}
	tap_ok(together, "lines that wait come together, in their order");
	tap_ok(clock_mono_ms() - began >= GATHER_MS / 2,
	    "some time after the first");
	log_event(LOG_INFO, "three", PAIRS_NONE);
	log_event(LOG_WARN, "four", PAIRS_NONE);
	(void)came(0);
	tap_ok(strstr(line, " three\n") != NULL &&
		   strstr(line, " four\n") > strstr(line, " three\n"),
	    "a warning waits for nothing, nor does what came before it");
	log_event(LOG_INFO, "five", PAIRS_NONE);
	log_gather_end();
	tap_ok(strstr(came(0), " five\n") != NULL, "the end writes what waits");
	log_event(LOG_INFO, "six", PAIRS_NONE);
	tap_ok(strstr(came(0), " six\n") != NULL, "behind it nothing waits");
	log_gather();
	gather_back();
}

static void *
log_many(void *name)
{
	for (int i = 0; i < 500; i++)
		log_event(LOG_INFO, name, PAIRS(P_INT("n", i)));
	return NULL;
}

/* All lines of two threads are whole, each thread's in its order. */
static void
test_threads(void)
{
	pthread_t a, b;
	static char names[][2] = {"a", "b"};
	int next[2] = {0, 0}, wrong = 0;
	char text[200];
	FILE *in;

	gather_into_pipe();
	in = fdopen(dup(out), "r");
	must(in != NULL);
	must(pthread_create(&a, NULL, log_many, names[0]) == 0);
	must(pthread_create(&b, NULL, log_many, names[1]) == 0);
	while (next[0] + next[1] + wrong < 1000 &&
	       fgets(text, sizeof(text), in) != NULL) {
		char name;
		int n;

		if (sscanf(text, "%*s info test %c n=%d", &name, &n) != 2 ||
		    n != next[name - 'a']++)
			wrong++;
	}
	must(pthread_join(a, NULL) == 0 && pthread_join(b, NULL) == 0);
	(void)fclose(in);
	gather_back();
	tap_is_int(wrong, 0, "lines of several threads are whole, in order");
}

/* A child that breaks an invariant. */
static void
test_broken(void)
{
	static const struct rlimit none;
	const char *words;
	int status, fds[2];
	pid_t child;

	must(pipe(fds) == 0);
	child = fork();
	if (child == 0) {
		(void)setrlimit(RLIMIT_CORE, &none);
		(void)dup2(fds[1], STDERR_FILENO);
		log_gather();
		log_event(LOG_INFO, "last.words", PAIRS_NONE);
		must(child > 0);
	}
	must(child > 0 && waitpid(child, &status, 0) == child);
	(void)close(fds[1]);
	out = fds[0];
	words = strstr(came(0), "last.words");
	tap_ok(WIFSIGNALED(status) && words != NULL,
	    "what waits is written before a broken invariant ends all");
	(void)close(out);
}

int
main(void)
{
	log_open("test", LOG_INFO);
	test_lines();
	test_pairs();
	test_journal();
	test_must();
	tap_is_int(log_level_parse("warn"), LOG_WARN, "levels have names");
	tap_is_int(log_level_parse("loud"), -1, "other words are refused");
	test_gathered();
	test_threads();
	test_broken();
	return tap_end();
}
