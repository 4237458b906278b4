#include "code_guard.h"

#include <pthread.h>

#include "must.h"
#include "net.h"
#include "throttle.h"

#define EVERYBODY STR("")

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct throttle *each, *all;

static void
set_up(void)
{
	each = throttle_new(CODE_GUARD_ADDRESSES, 1, 1);
	all = throttle_new(1, CODE_GUARD_ALL, CODE_GUARD_ALL);
}

bool
code_guard_may(struct str remote, bool known)
{
	char share[NET_SHARE_SIZE];

	must(pthread_once(&once, set_up) == 0);
	net_share(remote, share);
	return throttle_wait(each, str_of(share)) == 0 &&
	       (known || throttle_wait(all, EVERYBODY) == 0);
}

void
code_guard_wrong(struct str remote)
{
	char share[NET_SHARE_SIZE];

	must(pthread_once(&once, set_up) == 0);
	net_share(remote, share);
	(void)throttle_take(each, str_of(share));
	(void)throttle_take(all, EVERYBODY);
}

void
code_guard_forget(void)
{
	must(pthread_once(&once, set_up) == 0);
	throttle_free(&each);
	throttle_free(&all);
	set_up();
}
