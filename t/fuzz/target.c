/*
 * What somebody sets: a URL is taken or refused, a list of sockets is, quiet
 * hours are; and an IPv4 address in an IPv6 one is never better than itself.
 */
#include "target.h"

#include <netinet/in.h>
#include <string.h>

#include "fetch.h"
#include "fuzz.h"
#include "must.h"

static enum target
of4(const uint8_t a[4])
{
	struct sockaddr_in sa = {.sin_family = AF_INET};

	memcpy(&sa.sin_addr, a, 4);
	return target_of((struct sockaddr *)&sa, sizeof(sa));
}

static enum target
of6(const uint8_t a[16])
{
	struct sockaddr_in6 sa = {.sin6_family = AF_INET6};

	memcpy(&sa.sin6_addr, a, 16);
	return target_of((struct sockaddr *)&sa, sizeof(sa));
}

/* The forms of an IPv4 address, whatever stands around it. */
static void
look(const uint8_t a[16])
{
	uint8_t b[16] = {[10] = 0xff, [11] = 0xff};

	memcpy(b + 12, a + 12, 4);
	must(of6(b) == of4(a + 12));
	memset(b, 0, 12);
	must(of6(b) == of4(a + 12));
	memcpy(b, "\x00\x64\xff\x9b", 4);
	must(of6(b) == of4(a + 12));
	memcpy(b, a, 16);
	memcpy(b, "\x20\x02", 2);
	must(of6(b) >= of4(b + 2));
	memcpy(b, "\x20\x01\x00\x00", 4);
	must(of6(b) >= of4(b + 4));
	memcpy(b, "\x00\x64\xff\x9b\x00\x01", 6);
	must(of6(b) != TARGET_PUBLIC);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct target_rule r = {.private_ok = false};
	struct str text = str_n(data, size);
	struct sockaddr_storage sa = {0};

	if (size >= 16)
		look(data);
	memcpy(&sa, data, size < sizeof(sa) ? size : sizeof(sa));
	must(target_of((struct sockaddr *)&sa, (socklen_t)size) ==
		 TARGET_PUBLIC ||
	     size > sizeof(sa) ||
	     !target_may(&r, (struct sockaddr *)&sa, (socklen_t)size));
	if (target_list_valid(text))
		must(memchr(data, ':', size) != NULL);
	if (fetch_url_ok(text))
		must(size <= FETCH_URL_MAX && size > 7 &&
		     memchr(data, '\r', size) == NULL &&
		     memchr(data, '\n', size) == NULL &&
		     memchr(data, ' ', size) == NULL);
	return 0;
}
