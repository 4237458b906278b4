#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int done, failed;

/* A name is one line, whatever it quotes. */
__attribute__((format(printf, 1, 0))) static void
print_name(const char *fmt, va_list ap)
{
	char name[200];

	vsnprintf(name, sizeof(name), fmt, ap);
	for (char *p = name; *p != '\0'; p++)
		putchar((unsigned char)*p < ' ' ? ' ' : *p);
	putchar('\n');
}

bool
tap_ok(bool passed, const char *fmt, ...)
{
	va_list ap;

	printf("%s %d - ", passed ? "ok" : "not ok", ++done);
	va_start(ap, fmt);
	print_name(fmt, ap);
	va_end(ap);
	fflush(stdout);
	failed += !passed;
	return passed;
}

void
tap_diag(const char *fmt, ...)
{
	va_list ap;

	fputs("# ", stdout);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

bool
tap_is_int(long long got, long long want, const char *name)
{
	if (!tap_ok(got == want, "%s", name))
		tap_diag("got %lld, want %lld", got, want);
	return got == want;
}

bool
tap_is_str(const char *got, const char *want, const char *name)
{
	bool same = got == want || (got && want && strcmp(got, want) == 0);

	if (!tap_ok(same, "%s", name))
		tap_diag("got \"%s\", want \"%s\"", got ? got : "(null)",
		    want ? want : "(null)");
	return same;
}

static void
diag_hex(const char *label, const unsigned char *p, size_t n)
{
	printf("# %s (%zu):", label, n);
	for (size_t i = 0; i < n && i < 64; i++)
		printf(" %02x", p[i]);
	putchar('\n');
}

bool
tap_is_mem(const void *got, size_t got_len, const void *want, size_t want_len,
    const char *name)
{
	bool same = got_len == want_len &&
		    (got_len == 0 || memcmp(got, want, got_len) == 0);

	if (!tap_ok(same, "%s", name)) {
		diag_hex("got", got, got_len);
		diag_hex("want", want, want_len);
	}
	return same;
}

int
tap_end(void)
{
	printf("1..%d\n", done);
	return failed != 0;
}
