#include "dispatch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "crew.h"
#include "device_work.h"
#include "log.h"
#include "move.h"
#include "must.h"
#include "setting.h"
#include "source.h"

#define ARENA_MAX ((size_t)1 << 20)
#define RETRY_MS  1000 /* after the store refused */

struct dispatch {
	struct core core;
	struct courier *courier;
	struct crew *crew;
	struct source source;
	struct command_file commands;
	int lock, wake, stop;              /* descriptors */
	int64_t sweep_ms;                  /* when the next one is due */
	struct arena names;                /* paths */
	const char *lock_path, *wake_path; /* to be removed; NULL: not ours */
};

/* ---- opening ---- */

/* Of the one dispatcher of an instance; it ends with the process. */
static int
take_lock(struct dispatch *g, const struct conf *conf, struct err *e)
{
	const char *path =
	    arena_printf(&g->names, "%s/deliver.lock", conf->run);
	struct stat at;

	must(path != NULL);
	g->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (g->lock < 0)
		return err_sys(e, "%s", path);
	/* Without a link it is that of one that has just ended. */
	if (flock(g->lock, LOCK_EX | LOCK_NB) < 0 || fstat(g->lock, &at) < 0 ||
	    at.st_nlink == 0)
		return err_set(e, ERR_EXISTS, "another fleetline-deliver runs");
	g->lock_path = path;
	return 0;
}

/* TERM and INT end it in order; other threads do not get them either. */
static int
hear_signals(struct err *e)
{
	sigset_t set;
	int fd;

	must(sigemptyset(&set) == 0);
	must(sigaddset(&set, SIGTERM) == 0 && sigaddset(&set, SIGINT) == 0);
	must(pthread_sigmask(SIG_BLOCK, &set, NULL) == 0);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(e, "signalfd") : fd;
}

static struct ask
ask_of(struct dispatch *g, struct arena *a, struct err *e)
{
	return (struct ask){
	    .core = &g->core, .arena = a, .who = NULL, .err = e};
}

/* What a dispatcher that was killed held is free, and it goes on where that was. */
static int
begin(struct dispatch *g, struct err *e)
{
	struct ask q = ask_of(g, &g->names, e);

	return device_work_clear(&q, DEVICE_WORK_CONFIG) < 0
		   ? -1
		   : source_open(&g->source, &q);
}

static int
open_all(struct dispatch *g, const struct conf *conf, struct err *e)
{
	const char *control = conf_socket(conf, &g->names, "control");
	const char *wake = conf_socket(conf, &g->names, "deliver");

	must(control != NULL && wake != NULL);
	if (take_lock(g, conf, e) < 0 || core_open(&g->core, conf, e) < 0 ||
	    begin(g, e) < 0)
		return -1;
	g->stop = hear_signals(e);
	g->wake = g->stop < 0 ? -1 : wake_listen(wake, e);
	if (g->wake < 0)
		return -1;
	g->wake_path = wake;
	g->commands.path = conf->commands;
	g->courier =
	    courier_new(control, CREW_AT_ONCE, conf->tunnel_timeout_s * 1000);
	g->crew = crew_new(&g->core, g->courier, &g->commands);
	return 0;
}

int
dispatch_open(struct dispatch **out, const struct conf *conf, struct err *e)
{
	struct dispatch *g = mem_new(sizeof(*g));

	g->lock = g->wake = g->stop = -1;
	arena_init(&g->names, ARENA_MAX);
	if (open_all(g, conf, e) < 0) {
		dispatch_close(&g);
		return -1;
	}
	*out = g;
	return 0;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

void
dispatch_close(struct dispatch **g)
{
	courier_free(&(*g)->courier);
	crew_free(&(*g)->crew);
	command_file_end(&(*g)->commands);
	core_close(&(*g)->core);
	if ((*g)->wake_path != NULL)
		(void)unlink((*g)->wake_path);
	if ((*g)->lock_path != NULL)
		(void)unlink((*g)->lock_path);
	close_fd((*g)->wake);
	close_fd((*g)->stop);
	close_fd((*g)->lock);
	arena_fini(&(*g)->names);
	mem_free(*g);
	*g = NULL;
}

/* ---- the loop ---- */

static void
look_at_commands(struct dispatch *g)
{
	if (!command_file_look(&g->commands))
		return;
	if (g->commands.why[0] != '\0')
		log_event(LOG_ERROR, "commands.broken",
		    PAIRS(P_STRZ("file", g->commands.path),
			P_STRZ("why", g->commands.why)));
	else
		log_event(LOG_INFO, "commands.read",
		    PAIRS(P_STRZ("file", g->commands.path),
			P_BOOL(
			    "verified", commands_verified(g->commands.now))));
}

/* Every two seconds. */
static int
sweep(struct dispatch *g, struct err *e)
{
	struct arena a;
	struct ask q = ask_of(g, &a, e);
	int64_t n;
	int rc;

	g->sweep_ms = clock_mono_ms() + DISPATCH_SWEEP_MS;
	if (core_here(&g->core, e) < 0)
		return -1;
	look_at_commands(g);
	source_wake(&g->source);
	arena_init(&a, ARENA_MAX);
	rc = setting_get_int(&q, "deliver.at_once", &n);
	if (rc == 0) {
		crew_limit(g->crew, (size_t)n);
		rc = move_turn(&q);
	}
	if (rc < 0)
		log_event(
		    LOG_WARN, "sweep.failed", PAIRS(P_STRZ("why", e->text)));
	arena_fini(&a);
	return 0;
}

/* Read who may lack something, and note when nobody does. */
static int
feed(struct dispatch *g, struct err *e)
{
	struct arena a;
	struct ask q = ask_of(g, &a, e);
	int rc = 1;

	arena_init(&a, ARENA_MAX);
	while (rc > 0 && crew_hungry(g->crew)) {
		struct arena_mark m = arena_mark(&a);

		rc = source_page(&g->source, &q, crew_push, g->crew);
		arena_reset(&a, m);
	}
	if (rc == 0 && crew_idle(g->crew))
		rc = source_settle(&g->source, &q);
	arena_fini(&a);
	return rc < 0 ? -1 : 0;
}

/* What can be done now; the milliseconds until the next turn. */
static int64_t
turn(struct dispatch *g)
{
	struct courier_answer *a;
	struct err e;
	int64_t wait = RETRY_MS, left;

	while ((a = courier_next(g->courier)) != NULL)
		crew_take(g->crew, a);
	if (feed(g, &e) == 0)
		wait = crew_turn(g->crew, &e);
	else
		wait = -1;
	if (wait < 0) {
		log_event(
		    LOG_WARN, "deliver.refused", PAIRS(P_STRZ("why", e.text)));
		wait = RETRY_MS;
	}
	left = g->sweep_ms - clock_mono_ms();
	if (left < 0)
		left = 0;
	return wait < left ? wait : left;
}

int
dispatch_run(struct dispatch *g, struct err *e)
{
	struct pollfd fds[] = {{g->stop, POLLIN, 0}, {g->wake, POLLIN, 0},
	    {courier_fd(g->courier), POLLIN, 0}};
	int64_t wait = 0;

	for (;;) {
		if (poll(fds, 3, (int)wait) < 0 && errno != EINTR)
			return err_sys(e, "poll");
		if (fds[0].revents != 0)
			return 0;
		if (wake_heard(g->wake))
			source_wake(&g->source);
		if (clock_mono_ms() >= g->sweep_ms && sweep(g, e) < 0)
			return -1;
		wait = turn(g);
	}
}
