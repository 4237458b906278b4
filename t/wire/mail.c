/* Mail: which addresses are ones. */
#include "mail.h"
#include "tap.h"

#include <string.h>

static void
addresses(void)
{
	static const char *const good[] = {"a@b", "admin@example.com",
	    "first.last+tag@mail-1.example.com", "o'brien@example.ie",
	    "!#$%&'*+-/=?^_`{|}~@example.com", "1@2.3"};
	static const char *const bad[] = {"", "@", "a@", "@b", "ab", "a@b@c",
	    ".a@b", "a.@b", "a..b@c", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-",
	    "a@b_c", "a b@c", "a@b c", " a@b", "a@b ", "a@b\n", "a\r\nBcc:x@y",
	    "a,b@c", "<a@b>", "A <a@b>", "\"a\"@b", "a@[::1]", "a(x)@b",
	    "m\xc3\xbcller@example.com", "a@m\xc3\xbcller.example"};
	char longest[MAIL_ADDRESS_MAX + 2];

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		tap_ok(mail_address_ok(str_of(good[i])), "%s is an address",
		    good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		tap_ok(!mail_address_ok(str_of(bad[i])), "bad address %zu", i);
	tap_ok(!mail_address_ok(str_n("a\0@b", 4)), "no NUL inside");

	memset(longest, 'a', sizeof longest);
	longest[64] = '@';
	for (size_t i = 128; i < MAIL_ADDRESS_MAX; i += 64)
		longest[i] = '.';
	tap_ok(mail_address_ok(str_n(longest, MAIL_ADDRESS_MAX)),
	    "254 bytes are an address");
	tap_ok(!mail_address_ok(str_n(longest, MAIL_ADDRESS_MAX + 1)),
	    "255 are none");
	longest[64] = 'a';
	longest[65] = '@';
	tap_ok(!mail_address_ok(str_n(longest, 80)),
	    "65 bytes before the @ are too many");
}

int
main(void)
{
	addresses();
	return tap_end();
}
