/* How many claims are recorded, and of whom. */
#include "claim_room.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "deliver.h"
#include "fixture.h"
#include "must.h"
#include "setting.h"

static struct fixture f;
static int64_t last_conn;

/* Somebody at remote names an id of his own; commands of the answer. */
static const char *
name_id_as(const char *remote, int64_t conn, const char *state)
{
	static char out[4096];
	struct peer p = {.hub = STR("hub1"),
	    .boot = STR(FX_BOOT),
	    .conn = conn,
	    .remote = str_of(remote),
	    .state = str_of(state)};
	struct buf answer;
	char json[128];

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"id-%lld\",\"product\":\"IP112\",\"version\":\"1\"}",
	    (long long)conn);
	buf_init(&answer, sizeof(out));
	must(identify(&f.q, &p, str_of(json), &answer) == 0);
	str_copy(out, sizeof(out), buf_view(&answer));
	buf_fini(&answer);
	fx_clear(&f);
	return out;
}

static const char *
name_id(const char *remote)
{
	return name_id_as(remote, ++last_conn, "");
}

static bool
is_recorded(int64_t conn)
{
	struct claim *list;
	char id[32];
	size_t n;

	(void)snprintf(id, sizeof(id), "id-%lld", (long long)conn);
	must(device_claims(&f.q, str_of(id), &list, &n) == 0);
	return n == 1;
}

static void
set_share(const char *n)
{
	must(setting_set(&f.q, "claims_per_address", str_of(n)) == 0);
}

static void
test_share(void)
{
	int64_t first;

	set_share("3");
	first = last_conn + 1;
	for (int i = 0; i < 3; i++)
		(void)name_id("192.0.2.9");
	tap_ok(strstr(name_id("192.0.2.9"), "\"close\":1013") != NULL &&
		   !is_recorded(last_conn) && is_recorded(first),
	    "over its share the newest of an address is told to come later");
	(void)name_id("192.0.2.10");
	tap_ok(is_recorded(last_conn), "another address is not concerned");
	tap_ok(
	    strstr(name_id_as("192.0.2.9", first, ""), "\"close\"") == NULL &&
		is_recorded(first),
	    "who is recorded may say again who he is");
	must(db_run(f.core.store, STMT_CLAIM_DROP,
		 ARGS(A_STRZ(FX_BOOT), A_INT(first)), &f.err) == 1);
	(void)name_id("192.0.2.9");
	tap_ok(is_recorded(last_conn), "a place that became free is given");
	for (int i = 1; i <= 4; i++) {
		char remote[40];

		(void)snprintf(remote, sizeof(remote), "2001:db8::%d", i);
		(void)name_id(remote);
	}
	tap_ok(!is_recorded(last_conn) && is_recorded(last_conn - 1),
	    "IPv6 addresses share by their network");
}

/* Claims beyond count, written at once. */
static void
fill(int64_t n)
{
	char sql[512];

	(void)snprintf(sql, sizeof(sql),
	    "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
	    " WHERE n < %lld) INSERT INTO claim (hw_id, hub, boot, conn,"
	    " remote, product, version, type, name, fxs, pbx_active, mini,"
	    " other, online, first_seen, last_seen, share)"
	    " SELECT 'flood-' || n, 'hub1', 'flood', n, '198.51.100.7', '',"
	    " '', 0, '', 0, 0, 0, 0, n %% 2, 1, n, '198.51.100.7' FROM i",
	    (long long)n);
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

static bool
flood_has(const char *where)
{
	struct claim *list;
	size_t n;

	must(device_claims(&f.q, str_of(where), &list, &n) == 0);
	return n == 1;
}

static void
test_eviction(void)
{
	int64_t before = fx_claims(&f, "*"), lone;

	set_share("1000");
	(void)name_id("192.0.2.11");
	lone = last_conn;
	fill(CLAIM_MAX - before - 1);
	tap_is_int(fx_claims(&f, "*"), CLAIM_MAX, "all places are taken");
	for (int i = 0; i < 3; i++)
		(void)name_id("192.0.2.12");
	tap_ok(is_recorded(last_conn) && fx_claims(&f, "*") == CLAIM_MAX,
	    "one more finds a place all the same");
	tap_ok(is_recorded(lone), "nobody with few claims loses one");
	tap_ok(!flood_has("flood-2") && !flood_has("flood-4") &&
		   !flood_has("flood-6") && flood_has("flood-8"),
	    "the address with most loses what closed, the oldest first");
	tap_ok(flood_has("flood-1"), "before what is connected");
	must(store_exec(f.core.store,
		 "DELETE FROM claim WHERE boot = 'flood' AND online = 0",
		 &f.err) == 0);
	tap_is_int(fx_claims(&f, "198.51.100.7"),
	    CLAIM_MAX - before - 1 - (CLAIM_MAX - before - 1) / 2,
	    "the counts follow, whatever statement removes claims");
}

/* An evicted claim whose connection says again who it is. */
static void
test_again(void)
{
	char state[IDENTIFY_STATE_MAX];
	int64_t before = fx_claims(&f, "*"), conn;
	const char *answer = name_id("192.0.2.13"), *at;

	conn = last_conn;
	at = strstr(answer, "\"state\":\"");
	must(at != NULL);
	str_copy(state, sizeof(state), str_n(at + 9, strcspn(at + 9, "\"")));
	must(db_run(f.core.store, STMT_CLAIM_DROP,
		 ARGS(A_STRZ(FX_BOOT), A_INT(conn)), &f.err) == 1);
	set_share("1");
	(void)name_id("192.0.2.13");
	tap_ok(strstr(name_id_as("192.0.2.13", conn, state),
		   "\"close\":1013") != NULL &&
		   fx_claims(&f, "*") == before + 1,
	    "a connection that lost its place gets none behind the limit");
}

static void
copy_file(const char *from, const char *to)
{
	static char block[65536];
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	size_t n;

	must(in != NULL && out != NULL);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		must(fwrite(block, 1, n, out) == n);
	must(fclose(in) == 0 && fclose(out) == 0);
}

/* Claims of before the counts were kept. */
static void
test_upgrade(void)
{
	char path[128];
	struct store *old;
	int64_t all = 0, of_it = 0;

	(void)snprintf(path, sizeof(path), "%s/old.db", f.folder);
	copy_file(SRCDIR "/t/data/version-2.db", path);
	must(store_open(path, false, &old, &f.err) == 0);
	must(db_int(old, STMT_CLAIM_SHARE, ARGS(A_STR(STR("*"))), &all,
		 &f.err) > 0);
	must(db_int(old, STMT_CLAIM_SHARE, ARGS(A_STR(STR("192.0.2.1"))),
		 &of_it, &f.err) > 0);
	tap_ok(all == 1 && of_it == 1,
	    "claims of a former version are counted by their address");
	must(store_exec(old, "DELETE FROM claim", &f.err) == 0);
	must(db_int(old, STMT_CLAIM_SHARE, ARGS(A_STR(STR("*"))), &all,
		 &f.err) > 0);
	tap_is_int(all, 0, "and leave the counts when they go");
	store_close(&old);
	(void)unlink(path);
}

int
main(void)
{
	fx_open(&f);
	test_upgrade();
	test_share();
	test_eviction();
	test_again();
	fx_close(&f);
	return tap_end();
}
