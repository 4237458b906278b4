#include "others.h"

#define STATUS_MAX  ((size_t)64 << 10) /* bytes of the hub's status */
#define METRICS_MAX ((size_t)1 << 20)  /* bytes of a program's metrics */

const struct other others[OTHERS_MAX] = {
    {"rules", "/hub/health", "/hub/metrics", true},
    {"billing", "/billing/health", "/billing/metrics", false},
    {"csvapi", "/csvapi/health", "/csvapi/metrics", false},
    {"dialplan", "/dialplan/health", "/dialplan/metrics", false},
    {"provision", "/provision/health", "/provision/metrics", false},
};

struct hubclient
others_hub(const struct web *w)
{
	return (struct hubclient){.origin = HUBWIRE_CONTROL,
	    .socket = w->control,
	    .timeout_ms = OTHERS_WAIT_MS,
	    .answer_max = STATUS_MAX};
}

struct hubclient
others_programs(const struct web *w)
{
	return (struct hubclient){.origin = HUBWIRE_INTERNAL,
	    .socket = w->internal,
	    .timeout_ms = OTHERS_WAIT_MS,
	    .answer_max = METRICS_MAX};
}

int
others_ask(
    const struct hubclient *of, const char *path, struct fetch_answer *ans)
{
	struct err e;

	if (hubclient_get(of, path, ans, &e) < 0)
		return -1;
	if (ans->status == 200)
		return 0;
	buf_fini(&ans->body);
	return -1;
}
