#include "guard.h"

#include <stdatomic.h>
#include <string.h>

#include "arena.h"
#include "must.h"
#include "net.h"
#include "throttle.h"

#define USER_MAX 255 /* bytes that count; names of domains are shorter */

struct guard {
	struct throttle *users, *addresses, *codes;
	atomic_int inside;
};

struct guard *
guard_new(int64_t burst, int64_t per_minute)
{
	struct guard *g = mem_new(sizeof(*g));

	g->users = throttle_new(GUARD_NAMES, burst, per_minute);
	g->addresses = throttle_new(
	    GUARD_NAMES, GUARD_ADDRESS * burst, GUARD_ADDRESS * per_minute);
	g->codes = throttle_new(GUARD_NAMES, burst, 1);
	return g;
}

void
guard_free(struct guard **g)
{
	if (*g == NULL)
		return;
	throttle_free(&(*g)->users);
	throttle_free(&(*g)->addresses);
	throttle_free(&(*g)->codes);
	mem_free(*g);
	*g = NULL;
}

/* What the buckets are called. */
struct names {
	char text[NET_SHARE_SIZE + 1 + USER_MAX];
	struct str address, user; /* user: the address, a blank, the user */
};

static void
name(struct str remote, struct str user, struct names *out)
{
	size_t n;

	net_share(remote, out->text);
	n = strlen(out->text);
	out->address = str_n(out->text, n);
	out->text[n++] = ' ';
	for (size_t i = 0; i < user.len && i < USER_MAX; i++) {
		char c = user.p[i];

		out->text[n++] =
		    c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	out->user = str_n(out->text, n);
}

int64_t
guard_wait(struct guard *g, struct str remote, struct str user)
{
	struct names names;
	int64_t of_user, of_address;

	name(remote, user, &names);
	of_user = throttle_wait(g->users, names.user);
	of_address = throttle_wait(g->addresses, names.address);
	return of_user > of_address ? of_user : of_address;
}

bool
guard_enter(struct guard *g)
{
	if (atomic_fetch_add(&g->inside, 1) < GUARD_AT_ONCE)
		return true;
	guard_leave(g);
	return false;
}

void
guard_leave(struct guard *g)
{
	must(atomic_fetch_sub(&g->inside, 1) > 0);
}

void
guard_wrong(struct guard *g, struct str remote, struct str user)
{
	struct names names;

	name(remote, user, &names);
	(void)throttle_take(g->users, names.user);
	(void)throttle_take(g->addresses, names.address);
}

int64_t
guard_code_wait(struct guard *g, struct str user)
{
	struct names names;

	name(str_n("", 0), user, &names);
	return throttle_wait(g->codes, names.user);
}

void
guard_code_wrong(struct guard *g, struct str user)
{
	struct names names;

	name(str_n("", 0), user, &names);
	(void)throttle_take(g->codes, names.user);
}
