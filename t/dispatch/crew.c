/*
 * Who waits and who is worked on, with devices that nobody reaches: there is no
 * hub, so each request fails at once.  What a run does is in t/dispatch/run.c.
 */
#include "config.h"

#include "crew.h"

#include <poll.h>

#include "clock.h"
#include "db.h"
#include "device_work.h"
#include "fixture.h"
#include "must.h"
#include "state.h"

#define ONE "009033031001"
#define TWO "009033031002"
#define ROWS                                                                   \
	"[\n"                                                                  \
	"{\"do\": \"write\", \"get\": \"/!config%20write\"},\n"                \
	"{\"do\": \"activate\", \"get\": \"/!config%20activate\"},\n"          \
	"{\"type\": \"NTP\", \"field\": \"ntp1\", \"module\": \"M\", \"cmd\":" \
	" \"c\", \"name\": \"a\"},\n"                                          \
	"{\"type\": \"NTP\", \"field\": \"ntp2\", \"module\": \"M\", \"cmd\":" \
	" \"c\", \"name\": \"b\"},\n"                                          \
	"{\"type\": \"NTP\", \"field\": \"tz\", \"module\": \"M\", \"cmd\":"   \
	" \"z\", \"name\": \"tz\"}\n]\n"

static struct fixture f;
static struct command_file commands;
static struct courier *courier;
static struct crew *crew;
static int64_t north;

static void
store_does(const char *sql)
{
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

static int64_t
add_config(void)
{
	struct config_wish w = {.domain = north};
	struct config_done done;

	must(json_read(&f.arena,
		 STR("{\"type\":\"NTP\",\"ntp1\":\"1\",\"ntp2\":\"\","
		     "\"tz\":\"U\"}"),
		 100, &w.given.members, &f.err) == 0 &&
	     config_save(&f.q, &w, &done) == 0);
	return done.id;
}

static struct device
device(const char *hw_id)
{
	struct device d;

	must(device_get(&f.q, str_of(hw_id), &d) == 1);
	return d;
}

/* Was that tried on the device?  It has failed then. */
static bool
was_tried(const char *hw_id, int64_t config)
{
	struct config_state *list;
	size_t n;

	must(state_list(&f.q, device(hw_id).id, &list, &n) == 0);
	return state_find(list, n, config) != NULL;
}

/* Somebody else could take it: nobody works on it. */
static bool
is_free(const char *hw_id)
{
	const struct device_work w = {
	    .holder = "test", .kind = "test", .last_ms = 60000};
	int64_t id = device(hw_id).id;
	int rc = device_work_take(&f.q, id, &w);

	must(rc >= 0 && device_work_give(&f.q, id, &w) == 0);
	return rc > 0;
}

static void
turn(void)
{
	must(crew_turn(crew, &f.err) >= 0);
}

/* One answer is taken; false: none comes. */
static bool
take(void)
{
	struct pollfd fd = {courier_fd(courier), POLLIN, 0};
	struct courier_answer *a;

	while ((a = courier_next(courier)) == NULL)
		if (poll(&fd, 1, 10000) <= 0)
			return false;
	crew_take(crew, a);
	return true;
}

static void
work(void)
{
	while (!crew_idle(crew)) {
		must(take());
		turn();
	}
}

/* A new connection: what failed on the one before is tried again. */
static void
reconnect(void)
{
	store_does("DELETE FROM config_state");
}

static void
test_queue(void)
{
	struct commands *now = commands.now;

	tap_ok(crew_idle(crew) && crew_hungry(crew),
	    "at first nobody waits, and there is room");
	commands.now = NULL;
	crew_push(crew, STR(ONE), false);
	turn();
	tap_ok(!crew_idle(crew) && is_free(ONE),
	    "without a table of commands nothing is begun");
	for (int i = 1; i < CREW_FILL; i++)
		crew_push(crew, STR(ONE), true);
	tap_ok(crew_hungry(crew), "who is pushed while it waits waits once");
	for (int i = 1; i < CREW_FILL; i++)
		crew_push(crew,
		    str_of(arena_printf(&f.arena, "0090330400%02x%d", i, i)),
		    false);
	tap_ok(!crew_hungry(crew), "with a thousand there is no more room");
	commands.now = now;
	turn();
	tap_ok(crew_hungry(crew), "who is not connected is forgotten at once");
	work();
	tap_ok(crew_idle(crew) && is_free(ONE),
	    "who lacks nothing is done at once");
}

static void
test_work(void)
{
	int64_t config = add_config();

	crew_push(crew, STR(ONE), false);
	turn();
	tap_ok(!is_free(ONE), "who is worked on is taken");
	work();
	tap_ok(is_free(ONE), "and given back");
	tap_ok(was_tried(ONE, config), "what came of it is kept");
	tap_ok(!was_tried(TWO, config), "of that device only");
	must(config_remove(&f.q, config) == 0);
}

static void
test_limit(void)
{
	int64_t config = add_config();

	crew_push(crew, STR(ONE), false);
	crew_push(crew, STR(TWO), false);
	turn();
	tap_ok(!is_free(ONE) && is_free(TWO), "one at a time, if that is all");
	work();
	tap_ok(was_tried(ONE, config) && was_tried(TWO, config),
	    "then the next one");
	reconnect();
	crew_limit(crew, 2);
	crew_push(crew, STR(ONE), false);
	crew_push(crew, STR(TWO), false);
	turn();
	tap_ok(!is_free(ONE) && !is_free(TWO), "two, if more may be");
	work();
	must(config_remove(&f.q, config) == 0);
}

static void
test_again(void)
{
	int64_t first = add_config(), second;

	crew_push(crew, STR(ONE), false);
	turn();
	second = add_config();
	crew_push(crew, STR(ONE), false);
	work();
	tap_ok(was_tried(ONE, first) && !was_tried(ONE, second),
	    "who is pushed while it is worked on is not looked at again");
	reconnect();
	must(config_remove(&f.q, second) == 0);
	crew_push(crew, STR(ONE), false);
	turn();
	second = add_config();
	crew_push(crew, STR(ONE), true);
	work();
	tap_ok(was_tried(ONE, second), "but because of a change it is");
	must(config_remove(&f.q, first) == 0 &&
	     config_remove(&f.q, second) == 0);
}

static void
test_left(void)
{
	const struct device_work other = {
	    .holder = "job", .kind = "update", .last_ms = 60000};
	int64_t config = add_config(), due = 0;

	must(device_work_take(&f.q, device(ONE).id, &other) == 1);
	store_does("UPDATE presence SET due = 0");
	crew_push(crew, STR(ONE), false);
	turn();
	tap_ok(crew_idle(crew) && !was_tried(ONE, config),
	    "who is worked on by somebody else is left");
	must(db_int(f.core.store, STMT_DUE_DEVICES,
		 ARGS(A_INT(0), A_INT(2), A_INT(clock_now_ms())), &due,
		 &f.err) == 1);
	tap_is_int(
	    due, device(ONE).id, "and marked, so that the next sweep finds it");
	must(device_work_give(&f.q, device(ONE).id, &other) == 0 &&
	     config_remove(&f.q, config) == 0);
}

int
main(void)
{
	struct conn conns[2];

	fx_open(&f);
	north = fx_domain(&f, "north.example", "n");
	fx_online(&f, ONE, north, 5, &conns[0]);
	fx_online(&f, TWO, north, 6, &conns[1]);
	commands.now = commands_read(STR(ROWS), &f.err);
	must(commands.now != NULL);
	courier = courier_new("/nowhere/control.sock", CREW_AT_ONCE, 1000);
	crew = crew_new(&f.core, courier, &commands);
	test_queue();
	test_work();
	test_limit();
	test_again();
	test_left();
	crew_free(&crew);
	courier_free(&courier);
	commands_drop(&commands.now);
	fx_conn_end(&conns[0]);
	fx_conn_end(&conns[1]);
	fx_close(&f);
	return tap_end();
}
