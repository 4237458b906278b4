#include "phone_id.h"

#include <stdio.h>
#include <string.h>

#include "hwid.h"
#include "must.h"
#include "num.h"

#define PORT_DIGITS 3

static bool
is_mac(const char *id)
{
	return strlen(id) == HWID_DIGITS &&
	       strspn(id, "0123456789abcdef") == HWID_DIGITS;
}

bool
phone_mac_read(struct str text, char mac[PHONE_MAC_SIZE])
{
	char id[HWID_MAX + 1];

	if (!hwid_normalise(text, id) || !is_mac(id))
		return false;
	str_copy(mac, PHONE_MAC_SIZE, str_of(id));
	return true;
}

/* Where the twelfth digit ends; 0 if there are fewer, or others among them. */
static size_t
mac_end(struct str text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (str_in(text.p[i], STR_DIGITS, "abcdefABCDEF"))
			digits++;
		else if (!str_in(text.p[i], 0, ":-."))
			return 0;
		if (digits == HWID_DIGITS)
			return i + 1;
	}
	return 0;
}

bool
phone_id_read(struct str text, char mac[PHONE_MAC_SIZE], int64_t *port)
{
	size_t end = mac_end(text);
	struct str rest = str_n(text.p + end, text.len - end);

	return end > 0 && rest.len <= PORT_DIGITS &&
	       num_parse(rest, 0, PHONE_PORT_MAX, port) &&
	       phone_mac_read(str_n(text.p, end), mac);
}

void
phone_id_write(struct str mac, int64_t port, char out[PHONE_ID_SIZE])
{
	must(mac.len == HWID_DIGITS && port >= 0 && port <= PHONE_PORT_MAX);
	(void)snprintf(
	    out, PHONE_ID_SIZE, "%.*s%d", HWID_DIGITS, mac.p, (int)port);
}
