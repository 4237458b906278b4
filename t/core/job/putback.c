/*
 * Put-backs: who may order one, and how a runner does it, against a hub in this
 * process that answers what the test says.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "must.h"
#include "putback_run.h"
#include "save.h"
#include "scene.h"

#define ID "009033000001"

/* ---- a hub with one device ---- */

static char folder[] = "/tmp/putbackXXXXXX", path[64];
static const char *hub = "/nowhere/control.sock"; /* who nobody is behind */
static char heard[2048]; /* what the device was told last */
static int said, tells;  /* configurations, and how often it was told */

/* It has another configuration each time. */
static void
answer_one(int fd)
{
	char request[4096] = "", text[256];
	size_t n = 0;
	ssize_t got;

	while (strstr(request, "\r\n\r\n") == NULL &&
	       (got = recv(fd, request + n, sizeof(request) - 1 - n, 0)) > 0)
		request[n += (size_t)got] = '\0';
	if (strstr(request, "/cfg.txt HTTP") != NULL)
		(void)snprintf(text, sizeof(text), "config %04d", ++said);
	else {
		str_copy(text, sizeof(text), STR("all is well"));
		str_copy(heard, sizeof(heard), str_of(request));
		tells++;
	}
	must(dprintf(fd,
		 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
		 "Connection: close\r\nContent-Length: 11\r\n\r\n%s",
		 text) > 0);
	(void)close(fd);
}

static void *
serve(void *arg)
{
	const int *listens = arg;
	int fd;

	while ((fd = accept(*listens, NULL, NULL)) >= 0)
		answer_one(fd);
	return NULL;
}

struct server {
	int fd;
	pthread_t thread;
};

static void
server_start(struct server *s)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	must(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof(path), "%s/control.sock", folder);
	str_copy(to.sun_path, sizeof(to.sun_path), str_of(path));
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(s->fd >= 0 &&
	     bind(s->fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	     listen(s->fd, 4) == 0 &&
	     pthread_create(&s->thread, NULL, serve, &s->fd) == 0);
}

static void
server_stop(struct server *s)
{
	must(shutdown(s->fd, SHUT_RDWR) == 0 &&
	     pthread_join(s->thread, NULL) == 0 && close(s->fd) == 0 &&
	     unlink(path) == 0 && rmdir(folder) == 0);
}

/* ---- scenes ---- */

/* A save that may go back, of a device that nobody works on. */
static int64_t
scene_save(void)
{
	struct saveform form = {0};
	struct save_new x = {.domain_id = north, .text = STR("config old\r\n")};
	int64_t id;

	device(ID, "IP222", "n phones");
	x.device_id = id_of(ID);
	must(save_put(&f.q, &form, &x, &id) == 0);
	return id;
}

static int64_t
order(int64_t save, bool unsaved)
{
	const struct putback_wish wish = {save, unsaved};
	int64_t id;

	return putback_order(&f.q, &wish, &id) < 0 ? 0 : id;
}

static void
is_now(int64_t id, enum putback_state state, const char *why, const char *name)
{
	struct putback p;

	must(putback_get(&f.q, id, &p) == 1);
	tap_ok(p.state == state && str_eqz(p.error, why), "%s", name);
	if (p.state != state)
		tap_diag("state %d %.*s", p.state, (int)p.error.len, p.error.p);
}

static atomic_bool stop;

/* The runner takes it. */
static bool
taken(struct putback_run *r)
{
	int rc = putback_take(&f.q, r);

	must(rc >= 0);
	r->control = hub;
	r->stop = &stop;
	return rc > 0;
}

static void
end_of(struct putback_run *r)
{
	must(putback_do(&f.q, &conf, r) == 0);
}

static void
store_does(const char *sql)
{
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

static void
test_order(void)
{
	int64_t save, id;
	struct putback_run r, other;

	save = scene_save();
	tap_ok(order(999, false) == 0 && f.err.kind == ERR_GONE,
	    "BJ6: what was not kept cannot go back");
	id = order(save, false);
	is_now(id, PUTBACK_WAITING, "", "BJ6: an order waits for a runner");
	tap_ok(order(save, false) == 0 && f.err.kind == ERR_BUSY,
	    "BJ6: one at a time");
	tap_ok(taken(&r) && !taken(&other), "BJ6: one runner takes it");
	is_now(id, PUTBACK_SAVING, "", "W12: and reads what the device has");
	end_of(&r);
	is_now(id, PUTBACK_UNSAVED,
	    "what it has now cannot be saved: no answer",
	    "W12: without that the device is told nothing");
	online(ID, false);
	tap_ok(order(save, false) == 0 && f.err.kind == ERR_BUSY,
	    "BJ6: who is offline gets nothing back");
	online(ID, true);
	id = order(save, true);
	tap_ok(
	    id > 0 && taken(&r), "W12: with unsaved it is told all the same");
	end_of(&r);
	is_now(
	    id, PUTBACK_FAILED, "no answer", "BJ6: its end is said in words");
	forget_all();
}

/* Killed in the middle, at each step. */
static void
test_killed(void)
{
	int64_t save = scene_save(), id = order(save, true);
	struct putback_run old, again;

	must(taken(&old) && putback_left(&f.q) == 0);
	is_now(id, PUTBACK_WAITING, "",
	    "a runner that is killed while it reads: it waits once more");
	tap_ok(taken(&again), "... and the next one takes it");
	end_of(&old);
	is_now(id, PUTBACK_SAVING, "",
	    "one that was stopped for long does nothing then");
	store_does("UPDATE put_back SET state = 3");
	must(putback_left(&f.q) == 0);
	is_now(id, PUTBACK_FAILED,
	    "fleetline-tasks ended before the device had answered: it may have "
	    "loaded it",
	    "killed while the device is told: it ends in words");
	end_of(&again);
	is_now(id, PUTBACK_FAILED,
	    "fleetline-tasks ended before the device had answered: it may have "
	    "loaded it",
	    "... and nobody tells it a second time");
	id = order(save, true);
	atomic_store(&stop, true);
	must(taken(&old));
	end_of(&old);
	atomic_store(&stop, false);
	is_now(id, PUTBACK_SAVING, "",
	    "one that ends by itself before the device is told leaves it");
	must(putback_left(&f.q) == 0);
	clock_shift(PUTBACK_WAIT_MS);
	tap_ok(!taken(&again), "what has waited for too long is not done");
	is_now(id, PUTBACK_FAILED, "nobody had time for it within ten minutes",
	    "... and says so");
	tap_ok(order(save, true) > 0, "the device is free again");
	forget_all();
}

static void
test_moved(void)
{
	int64_t save = scene_save(), id = order(save, true);
	struct putback_run r;

	must(taken(&r));
	store_does("UPDATE device SET domain_id = 3 WHERE hw_id = '" ID "'");
	end_of(&r);
	is_now(id, PUTBACK_FAILED, "the device is not there any more",
	    "a device that went to another domain meanwhile gets nothing");
	forget_all();
}

static void
test_done(void)
{
	int64_t save = scene_save(), id;
	struct putback_run r;
	struct putback p;
	struct buf text;
	const char *ticket;

	hub = path;
	id = order(save, false);
	must(taken(&r));
	end_of(&r);
	is_now(
	    id, PUTBACK_DONE, "", "BJ6: a device that says yes has taken it");
	tap_ok(strstr(heard, "/tunnel/" ID "/") != NULL &&
		   strstr(heard, "/sync%20cfg%20http") != NULL,
	    "BJ6: it was told to load it");
	must(putback_get(&f.q, id, &p) == 1);
	tap_ok(p.kept_id > save, "W12: what it had is saved before");
	ticket = strstr(heard, "/dav/");
	must(ticket != NULL || (ticket = strstr(heard, "%2Fdav%2F")) != NULL);
	ticket += *ticket == '/' ? strlen("/dav/") : strlen("%2Fdav%2F");
	must(putback_text(&f.q, str_n(ticket, 32), &text) == 0);
	tap_is_str(arena_str(&f.arena, buf_view(&text)), "config old\r\n",
	    "BJ6: from a URL that has it, secrets and all");
	buf_wipe(&text);
	tap_ok(putback_text(&f.q, str_n(ticket, 32), &text) < 0 &&
		   f.err.kind == ERR_GONE,
	    "once");
	buf_wipe(&text);
	tap_ok(order(save, false) == 0 && f.err.kind == ERR_BUSY,
	    "a device that may restart is left in peace for a minute");
	clock_shift(PUTBACK_REST_S * INT64_C(1000));
	tap_ok(order(save, false) > 0, "... and not longer");
	tap_is_int(tells, 1, "it was told once");
	hub = "/nowhere/control.sock";
	forget_all();
}

/* Bug: what could not be kept was done once more, the telling, too. */
static void
test_not_kept(void)
{
	int64_t save = scene_save(), id;
	struct putback_run r;
	int before = tells;

	hub = path;
	store_does(
	    "CREATE TEMP TRIGGER full BEFORE UPDATE OF state ON put_back"
	    " WHEN NEW.state > 3 BEGIN SELECT raise(ABORT, 'full'); END");
	id = order(save, false);
	must(taken(&r));
	tap_ok(
	    putback_do(&f.q, &conf, &r) < 0 && putback_do(&f.q, &conf, &r) < 0,
	    "an end that cannot be kept is no end");
	is_now(id, PUTBACK_TELLING, "", "... as the store knows it");
	store_does("DROP TRIGGER full");
	end_of(&r);
	is_now(id, PUTBACK_DONE, "", "it is kept as soon as that can be");
	tap_is_int(tells - before, 1, "... and nobody is told anything twice");
	hub = "/nowhere/control.sock";
	forget_all();
}

/* What was saved before put-backs: as many as are kept. */
static void
test_kept(void)
{
	int64_t save = scene_save(), oldest = 0, id = 0;
	struct putback_page page = {.hw_id = STR(ID)};
	struct save_page all = {.hw_id = STR(ID)};
	struct putback_run r;
	struct putback *list;
	struct save *saves, s;
	size_t n;

	hub = path;
	for (int i = 0; i < PUTBACK_SAVES + 2; i++) {
		id = order(oldest > 0 ? oldest : save, false);
		must(id > 0 && taken(&r));
		end_of(&r);
		must(putback_list(&f.q, &page, &list, &n) == 0 && n > 0 &&
		     list[0].id == id && list[0].state == PUTBACK_DONE);
		oldest = oldest > 0 ? oldest : list[0].kept_id;
		clock_shift(PUTBACK_REST_S * INT64_C(1000));
	}
	must(save_list(&f.q, &all, &saves, &n) == 0);
	tap_is_int((long long)n, 1 + PUTBACK_SAVES + 1,
	    "the newest three that were saved so stay, and what goes back");
	tap_ok(save_get(&f.q, save, &s) == 1, "so does what is no such save");
	id = order(save, false);
	must(id > 0 && taken(&r));
	end_of(&r);
	tap_ok(save_get(&f.q, oldest, &s) == 0, "the oldest goes then");
	for (int i = 0; i < PUTBACK_ORDERS; i++) {
		clock_shift(PUTBACK_REST_S * INT64_C(1000));
		must(order(save, false) > 0 && taken(&r));
		end_of(&r);
	}
	must(putback_list(&f.q, &page, &list, &n) == 0);
	tap_is_int(
	    (long long)n, PUTBACK_ORDERS, "of orders the newest twenty stay");
	hub = "/nowhere/control.sock";
	forget_all();
}

int
main(void)
{
	struct server s;

	scene_open();
	server_start(&s);
	test_order();
	test_killed();
	test_moved();
	test_done();
	test_not_kept();
	test_kept();
	server_stop(&s);
	scene_close();
	return tap_end();
}
