#include "watch.h"

#include <signal.h>
#include <unistd.h>

#include "core.h"
#include "log.h"
#include "turns.h"

#define WATCH_MS 1000

static struct {
	struct turns *turns;
	struct core core;
} watch;

static bool
look(void *arg)
{
	struct err e;

	(void)arg;
	if (core_here(&watch.core, &e) == 0)
		return true;
	log_event(LOG_ERROR, "database.replaced", PAIRS(P_STRZ("why", e.text)));
	(void)kill(getpid(), SIGTERM);
	return false;
}

int
watch_start(const struct conf *conf, struct err *e)
{
	if (core_open(&watch.core, conf, e) < 0)
		return -1;
	watch.turns = turns_start(WATCH_MS, look, NULL);
	return 0;
}

void
watch_stop(void)
{
	turns_stop(&watch.turns);
	core_close(&watch.core);
}
