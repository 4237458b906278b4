#include "guard.h"

#include <stdatomic.h>
#include <string.h>

#include "arena.h"
#include "must.h"
#include "net.h"
#include "throttle.h"

#define USER_MAX 255 /* bytes that count; names of domains are shorter */

struct guard {
	struct throttle *users, *addresses, *codes, *right;
	atomic_size_t inside;
	size_t at_once;
};

struct guard *
guard_new(int64_t burst, int64_t per_minute)
{
	struct guard *g = mem_new(sizeof(*g));

	g->users = throttle_new(GUARD_NAMES, burst, per_minute);
	g->addresses = throttle_new(
	    GUARD_NAMES, GUARD_ADDRESS * burst, GUARD_ADDRESS * per_minute);
	g->codes = throttle_new(GUARD_NAMES, burst, 1);
	g->right =
	    throttle_new(GUARD_NAMES, GUARD_RIGHT, GUARD_RIGHT_PER_MINUTE);
	g->at_once = 1;
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
	throttle_free(&(*g)->right);
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
	int64_t here, address;

	name(remote, user, &names);
	here = throttle_wait(g->users, names.user);
	address = throttle_wait(g->addresses, names.address);
	return here > address ? here : address;
}

void
guard_workers(struct guard *g, size_t workers)
{
	g->at_once = workers > 2 ? workers / 2 : 1;
}

bool
guard_enter(struct guard *g)
{
	if (atomic_fetch_add(&g->inside, 1) < g->at_once)
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

/* Of a user, from wherever. */
static int64_t
of_user(struct throttle *t, struct str user,
    int64_t (*ask)(struct throttle *t, struct str name))
{
	struct names names;

	name(str_n("", 0), user, &names);
	return ask(t, names.user);
}

int64_t
guard_code_wait(struct guard *g, struct str user)
{
	return of_user(g->codes, user, throttle_wait);
}

void
guard_code_wrong(struct guard *g, struct str user)
{
	(void)of_user(g->codes, user, throttle_take);
}

int64_t
guard_right_wait(struct guard *g, struct str user)
{
	return of_user(g->right, user, throttle_wait);
}

void
guard_right(struct guard *g, struct str user)
{
	(void)of_user(g->right, user, throttle_take);
}
