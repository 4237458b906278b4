#include "clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

static _Atomic int64_t shift_ms;

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000 +
	       shift_ms * 1000;
}

int64_t
clock_now_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

int64_t
clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

void
clock_shift(int64_t ms)
{
	shift_ms += ms;
}

/* Asking changes nothing and needs no right. */
static bool
is_synchronised(void)
{
	struct timex t = {.modes = 0};
	int state = adjtimex(&t);

	return state >= 0 && state != TIME_ERROR &&
	       (t.status & STA_UNSYNC) == 0;
}

bool
clock_vouched(enum clock_word word)
{
	return word == CLOCK_TRUSTED ||
	       (word == CLOCK_KERNEL && is_synchronised());
}

void
clock_iso(int64_t ms, char out[CLOCK_ISO_SIZE])
{
	static _Thread_local struct {
		time_t s;
		size_t len; /* 0: none */
		char text[CLOCK_ISO_SIZE];
	} last; /* many lines of the log are of one second */
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	if (last.len == 0 || last.s != s) {
		(void)gmtime_r(&s, &tm);
		last.len = strftime(
		    last.text, sizeof(last.text), "%Y-%m-%dT%H:%M:%S", &tm);
		last.s = s;
	}
	memcpy(out, last.text, last.len);
	(void)snprintf(out + last.len, CLOCK_ISO_SIZE - last.len, ".%03dZ",
	    (int)(ms % 1000));
}
