#include "code_guard.h"

#include <pthread.h>

#include "must.h"
#include "net.h"
#include "throttle.h"

#define EVERYBODY STR("")

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct throttle *each, *all, *known_all;

static void
set_up(void)
{
	each = throttle_new(CODE_GUARD_ADDRESSES, 1, 1);
	all = throttle_new(1, CODE_GUARD_ALL, CODE_GUARD_ALL);
	known_all = throttle_new(1, CODE_GUARD_KNOWN, CODE_GUARD_KNOWN);
}

bool
code_guard_may(struct str remote, bool known)
{
	char share[NET_SHARE_SIZE];

	must(pthread_once(&once, set_up) == 0);
	net_share(remote, share);
	return throttle_wait(each, str_of(share)) == 0 &&
	       throttle_wait(known ? known_all : all, EVERYBODY) == 0;
}

void
code_guard_wrong(struct str remote)
{
	char share[NET_SHARE_SIZE];

	must(pthread_once(&once, set_up) == 0);
	net_share(remote, share);
	(void)throttle_take(each, str_of(share));
	/* Strangers are counted first; what is beyond them came from those who
	 * are known. */
	if (throttle_take(all, EVERYBODY) > 0)
		(void)throttle_take(known_all, EVERYBODY);
}

void
code_guard_forget(void)
{
	must(pthread_once(&once, set_up) == 0);
	throttle_free(&each);
	throttle_free(&all);
	throttle_free(&known_all);
	set_up();
}
