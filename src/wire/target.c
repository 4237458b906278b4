#include "target.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "net_socket.h"

/* ---- networks; of each table the first that fits counts ---- */

struct net4 {
	uint8_t at[4];
	int bits;
	enum target is;
};

static const struct net4 nets4[] = {
    {{0, 0, 0, 0}, 8, TARGET_NEVER},
    {{127, 0, 0, 0}, 8, TARGET_NEVER},
    {{169, 254, 0, 0}, 16, TARGET_NEVER},
    {{192, 0, 0, 0}, 24, TARGET_NEVER},       /* RFC 6890; Oracle's cloud */
    {{100, 100, 100, 200}, 32, TARGET_NEVER}, /* Alibaba's */
    {{168, 63, 129, 16}, 32, TARGET_NEVER},   /* Azure's */
    {{224, 0, 0, 0}, 4, TARGET_NEVER},
    {{240, 0, 0, 0}, 4, TARGET_NEVER}, /* with broadcast */
    {{10, 0, 0, 0}, 8, TARGET_PRIVATE},
    {{172, 16, 0, 0}, 12, TARGET_PRIVATE},
    {{192, 168, 0, 0}, 16, TARGET_PRIVATE},
    {{100, 64, 0, 0}, 10, TARGET_PRIVATE},
    {{198, 18, 0, 0}, 15, TARGET_PRIVATE},
};

struct net6 {
	uint8_t at[8]; /* no network is longer */
	int bits;
	enum target is;
};

static const struct net6 nets6[] = {
    {{0xfd, 0x00, 0x0e, 0xc2}, 32, TARGET_NEVER}, /* Amazon's cloud */
    {{0xfd, 0x20, 0x00, 0xce}, 32, TARGET_NEVER}, /* Google's */
    {{0xfd, 0x00, 0x00, 0xc1}, 64, TARGET_NEVER}, /* Oracle's */
    {{0xfd, 0x00, 0x00, 0x42}, 64, TARGET_NEVER}, /* Scaleway's */
    {{0xfd, 0x00, 0xa9, 0xfe, 0xa9, 0xfe}, 64, TARGET_NEVER}, /* Akamai's */
    {{0xfc}, 7, TARGET_PRIVATE}, {{0xfe, 0xc0}, 10, TARGET_PRIVATE},
    {{0x20}, 3, TARGET_PUBLIC}, /* all that is given to anybody */
};

static bool
within(const uint8_t *a, const uint8_t *net, int bits)
{
	int whole = bits / 8, rest = bits % 8;

	return memcmp(a, net, (size_t)whole) == 0 &&
	       (rest == 0 ||
		   (a[whole] >> (8 - rest)) == (net[whole] >> (8 - rest)));
}

static enum target
of4(const uint8_t a[4])
{
	for (size_t i = 0; i < COUNT(nets4); i++)
		if (within(a, nets4[i].at, nets4[i].bits))
			return nets4[i].is;
	return TARGET_PUBLIC;
}

/* ---- IPv4 addresses in IPv6 ones ---- */

static enum target
worse(enum target a, enum target b)
{
	return a > b ? a : b;
}

/* Server and client, which is inverted. */
static enum target
teredo(const uint8_t a[16])
{
	uint8_t client[4];

	for (int i = 0; i < 4; i++)
		client[i] = a[12 + i] ^ 0xff;
	return worse(of4(a + 4), of4(client));
}

/*
 * How long the prefix is, its operator decides: 48, 56, 64 or 96 bits, and byte
 * 8 is left out.  What begins with a zero is no address but the end of a prefix
 * or zeroes behind an address, unless it stands at the very end.
 */
static enum target
local_nat64(const uint8_t a[16])
{
	const uint8_t places[][4] = {
	    {a[6], a[7], a[9], a[10]},
	    {a[7], a[9], a[10], a[11]},
	    {a[9], a[10], a[11], a[12]},
	    {a[12], a[13], a[14], a[15]},
	};
	enum target is = TARGET_PRIVATE;
	bool any = false;

	for (size_t i = 0; i < COUNT(places); i++) {
		if (places[i][0] == 0 &&
		    (i < 3 || (a[13] | a[14] | a[15]) == 0))
			continue;
		is = worse(is, of4(places[i]));
		any = true;
	}
	return any ? is : TARGET_NEVER;
}

/* 0000::/8 is given to nobody; forms of IPv4 addresses stand there. */
static enum target
of_zero(const uint8_t a[16])
{
	static const uint8_t compatible[12];
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b};
	static const uint8_t local[6] = {0x00, 0x64, 0xff, 0x9b, 0x00, 0x01};

	if (memcmp(a, compatible, 12) == 0 || memcmp(a, mapped, 12) == 0 ||
	    memcmp(a, nat64, 12) == 0)
		return of4(a + 12);
	return memcmp(a, local, 6) == 0 ? local_nat64(a) : TARGET_NEVER;
}

/* What the IPv4 address in it is; without one nothing is against it. */
static enum target
of_tunnel(const uint8_t a[16])
{
	static const uint8_t isatap[3] = {0x00, 0x5e, 0xfe};

	if (a[0] == 0x20 && a[1] == 0x02)
		return of4(a + 2);
	if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0 && a[3] == 0)
		return teredo(a);
	if ((a[8] & 0xfd) == 0 && memcmp(a + 9, isatap, 3) == 0)
		return of4(a + 12);
	return TARGET_PUBLIC;
}

static enum target
of6(const uint8_t a[16])
{
	if (a[0] == 0)
		return of_zero(a);
	for (size_t i = 0; i < COUNT(nets6); i++)
		if (within(a, nets6[i].at, nets6[i].bits))
			return worse(of_tunnel(a), nets6[i].is);
	return TARGET_NEVER;
}

enum target
target_of(const struct sockaddr *sa, socklen_t len)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	uint8_t bytes[4];

	if (len >= sizeof(v4) && sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		memcpy(bytes, &v4.sin_addr, 4);
		return of4(bytes);
	}
	if (len >= sizeof(v6) && sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		return of6(v6.sin6_addr.s6_addr);
	}
	return TARGET_NEVER;
}

/* ---- the list ---- */

/* A socket as bytes: an IPv4 address as the mapped one. */
struct place {
	uint8_t address[16];
	uint16_t port;
};

static void
map4(const void *v4, uint8_t out[16])
{
	memset(out, 0, 10);
	memset(out + 10, 0xff, 2);
	memcpy(out + 12, v4, 4);
}

static void
place_of(const struct sockaddr *sa, struct place *out)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof(v4));
		map4(&v4.sin_addr, out->address);
		out->port = ntohs(v4.sin_port);
	} else {
		memcpy(&v6, sa, sizeof(v6));
		memcpy(out->address, &v6.sin6_addr, 16);
		out->port = ntohs(v6.sin6_port);
	}
}

static bool
read_place(struct str entry, struct place *out)
{
	struct sockaddr_storage sa;
	socklen_t len;

	if (!net_socket(entry, &sa, &len))
		return false;
	place_of((const struct sockaddr *)&sa, out);
	return true;
}

bool
target_list_valid(struct str also)
{
	struct str entry;
	struct place p;

	while (str_next(&also, ',', &entry))
		if (!read_place(str_trim(entry), &p))
			return false;
	return true;
}

static bool
is_place(const struct sockaddr *sa, const struct place *p)
{
	struct place at;

	place_of(sa, &at);
	return memcmp(at.address, p->address, 16) == 0 && at.port == p->port;
}

static bool
listed(const char *also, const struct sockaddr *sa)
{
	struct str rest = str_of(also), entry;
	struct place p;

	while (rest.len > 0 && str_next(&rest, ',', &entry))
		if (read_place(str_trim(entry), &p) && is_place(sa, &p))
			return true;
	return false;
}

/* ---- whether it is ours ---- */

/* Who speaks to an address of his own does so from that address.  Asking by
 * connect() needs no list of interfaces, which a locked-in unit cannot get. */
static bool
is_ours(const struct sockaddr *sa, socklen_t len)
{
	struct sockaddr_storage from = {0};
	socklen_t n = sizeof(from);
	int fd = socket(sa->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool ours = false;

	if (fd < 0)
		return true; /* nobody knows */
	if (connect(fd, sa, len) == 0 &&
	    getsockname(fd, (struct sockaddr *)&from, &n) == 0) {
		if (sa->sa_family == AF_INET)
			ours = memcmp(&((struct sockaddr_in *)&from)->sin_addr,
				   &((const struct sockaddr_in *)sa)->sin_addr,
				   4) == 0;
		else
			ours =
			    memcmp(&((struct sockaddr_in6 *)&from)->sin6_addr,
				&((const struct sockaddr_in6 *)sa)->sin6_addr,
				16) == 0;
	}
	(void)close(fd);
	return ours;
}

bool
target_may(
    const struct target_rule *r, const struct sockaddr *sa, socklen_t len)
{
	bool known =
	    (sa->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) ||
	    (sa->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6));

	if (!known)
		return false;
	if (listed(r->also, sa))
		return true;
	switch (target_of(sa, len)) {
	case TARGET_NEVER:
		return false;
	case TARGET_PRIVATE:
		return r->private_ok && !is_ours(sa, len);
	case TARGET_PUBLIC:
		return !is_ours(sa, len);
	}
	return false;
}
