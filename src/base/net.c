#include "net.h"

#include <arpa/inet.h>
#include <string.h>

#include "must.h"
#include "num.h"

/* An address of either kind as IPv6 (RFC 4291 2.5.5.2). */
struct address {
	unsigned char bytes[16];
	bool v4;
};

#define V4_AT 12 /* where an IPv4 address stands in it */

static const unsigned char mapped[V4_AT] = {[10] = 0xff, [11] = 0xff};

static bool
read_address(struct str text, struct address *out)
{
	char room[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(room) ||
	    str_find(text, '\0') < text.len)
		return false;
	str_copy(room, sizeof(room), text);
	memcpy(out->bytes, mapped, sizeof(mapped));
	out->v4 = inet_pton(AF_INET, room, out->bytes + V4_AT) == 1;
	if (!out->v4 && inet_pton(AF_INET6, room, out->bytes) != 1)
		return false;
	out->v4 = memcmp(out->bytes, mapped, sizeof(mapped)) == 0;
	return true;
}

bool
net_is_ipv4(struct str text)
{
	struct address a;

	return read_address(text, &a) && a.v4 &&
	       str_find(text, ':') == text.len;
}

bool
net_is_address(struct str text)
{
	struct address a;

	return read_address(text, &a);
}

/* RFC 1122 3.2.1.3, RFC 5771. */
static bool
is_host_v4(const unsigned char *p)
{
	return p[0] != 0 && p[0] != 127 && p[0] < 224;
}

/* RFC 4291 2.4: no multicast, and nothing in ::/96, which is :: and ::1 and
 * what once stood for IPv4. */
static bool
is_host_v6(const unsigned char *p)
{
	static const unsigned char zero[V4_AT];

	return p[0] != 0xff && memcmp(p, zero, sizeof(zero)) != 0;
}

bool
net_host(struct str text, enum net_family family, char out[NET_HOST_SIZE])
{
	struct address a;
	bool v4 = family == NET_IPV4;

	out[0] = '\0';
	if (!read_address(text, &a) || a.v4 != v4 ||
	    (v4 && str_find(text, ':') < text.len))
		return false;
	if (!(v4 ? is_host_v4(a.bytes + V4_AT) : is_host_v6(a.bytes)))
		return false;
	return inet_ntop(v4 ? AF_INET : AF_INET6,
		   v4 ? a.bytes + V4_AT : a.bytes, out, NET_HOST_SIZE) != NULL;
}

/* One entry; *bits of it count, of the 128. */
static bool
read_network(struct str text, struct address *out, int64_t *bits)
{
	size_t slash = str_find(text, '/');
	bool colon = str_find(text, ':') < text.len;
	int64_t max = colon ? 128 : 32;

	*bits = max;
	if (slash < text.len &&
	    !num_parse(
		str_n(text.p + slash + 1, text.len - slash - 1), 0, max, bits))
		return false;
	*bits += 128 - max;
	return read_address(str_n(text.p, slash), out);
}

bool
net_list_valid(struct str list)
{
	struct str entry;
	struct address a;
	int64_t bits;

	while (str_next(&list, ',', &entry))
		if (!read_network(str_trim(entry), &a, &bits))
			return false;
	return true;
}

static bool
same_network(const struct address *a, const struct address *b, int64_t bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned mask = 0xff00U >> (bits % 8);

	if (memcmp(a->bytes, b->bytes, whole) != 0)
		return false;
	return bits % 8 == 0 ||
	       ((a->bytes[whole] ^ b->bytes[whole]) & mask & 0xff) == 0;
}

bool
net_list_has(struct str list, struct str address)
{
	struct address who, net;
	struct str entry;
	int64_t bits;

	if (!read_address(address, &who))
		return false;
	while (str_next(&list, ',', &entry))
		if (read_network(str_trim(entry), &net, &bits) &&
		    same_network(&who, &net, bits))
			return true;
	return false;
}

void
net_share(struct str address, char out[NET_SHARE_SIZE])
{
	struct address a;

	if (!read_address(address, &a)) {
		str_copy(out, NET_SHARE_SIZE, address);
		return;
	}
	memset(a.bytes + 8, 0, a.v4 ? 0 : 8);
	must(inet_ntop(a.v4 ? AF_INET : AF_INET6, a.bytes + (a.v4 ? V4_AT : 0),
		 out, NET_SHARE_SIZE) != NULL);
}
