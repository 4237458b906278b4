/* The origins of devices' pages. */
#include "passhost.h"

#include <string.h>

#include "count.h"
#include "tap.h"

#define HW  "0090334100be"
#define OWN "https://ap.example.com:8443"

static void
lives(const char *url, const char *own, const char *hw_id, const char *want,
    const char *name)
{
	struct passhost h;
	struct arena a;
	const char *got = NULL;

	arena_init(&a, 4096);
	if (passhost_parse(str_of(url), &h))
		got = passhost_origin(&h, &a, str_of(own), str_of(hw_id));
	tap_is_str(got != NULL ? got : "none", want, name);
	arena_fini(&a);
}

static void
test_origins(void)
{
	lives("https://*.pt.example.com", OWN, HW,
	    "https://" HW ".pt.example.com", "one for each device");
	lives("http://*.pt.localhost:8082", OWN, HW,
	    "http://" HW ".pt.localhost:8082", "at a port");
	lives("https://pt.example.com", OWN, HW, "https://pt.example.com",
	    "one for all");
	lives("https://[2001:db8::1]:444", OWN, HW, "https://[2001:db8::1]:444",
	    "at an address");
	lives("https://:444", OWN, HW, "https://ap.example.com:444",
	    "at another port of the host that a client used");
	lives("http://:82", "http://[::1]:80", HW, "http://[::1]:82",
	    "which may be an address");
	lives("http://:82", "http://localhost", HW, "http://localhost:82",
	    "without a port");
	lives("http://:82", "", HW, "none", "or not be known");
}

static void
label(const char *hw_id, const char *want, const char *name)
{
	char out[PASSHOST_LABEL_SIZE];

	passhost_label(str_of(hw_id), out);
	tap_is_str(out, want, name);
}

static void
test_labels(void)
{
	char a[PASSHOST_LABEL_SIZE], b[PASSHOST_LABEL_SIZE];
	char longest[65];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	label(HW, HW, "a MAC is its label");
	label("docker0", "docker0", "so is a name that any host may have");
	label("A", "x-559aead08264d5795d3909718cdd05ab",
	    "of capitals the hash is, since names know no case");
	label("192.168.1.2", "x-26702f5a55cf837a9e456c664f8446e9",
	    "a dot would be another level");
	label("x-1", "x-e0f26c5c92757661153f941e9d0e65ec",
	    "no id has the label of a hash");
	passhost_label(str_of(longest), a);
	passhost_label(str_of(longest + 1), b);
	tap_ok(
	    strlen(a) == 34 && strlen(b) == 63, "a label has 63 bytes at most");
}

static void
test_refused(void)
{
	static const char *const bad[] = {"", "https", "https://", "https://*",
	    "https://*.", "https://:", "https://:0", "https://:65536",
	    "https://pt.example.com/", "https://pt.example.com:443/x",
	    "https://*.*.example.com", "https://a.*.example.com",
	    "https://*.[::1]", "https://*.:82", "https://.example.com",
	    "https://a b", "https://a;b", "https://u@a", "https://a\nb",
	    "ftp://a", "https:/a", "pt.example.com", "8082", "https://[::1",
	    "https://a_b$c"};
	struct passhost h;

	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!passhost_parse(str_of(bad[i]), &h), "\"%s\" is none",
		    bad[i]);
}

int
main(void)
{
	test_origins();
	test_labels();
	test_refused();
	return tap_end();
}
