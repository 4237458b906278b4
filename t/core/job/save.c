/* Saved configurations: stored once, sealed, let go, and shown masked. */
#include "save.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "job.h"
#include "jump.h"
#include "must.h"
#include "setting.h"

#define DAY INT64_C(86400000)

static struct fixture f;
static struct saveform form;
static struct arena words; /* of form */
static int64_t north, south, device, job;

/* ---- the scene ---- */

static int64_t
count(const char *table)
{
	char sql[256];
	int64_t n = 0;

	(void)snprintf(sql, sizeof(sql),
	    "UPDATE setting SET value = (SELECT count(*) FROM %s)"
	    " WHERE key = 'test'",
	    table);
	must(store_exec(f.core.store,
		 "INSERT INTO setting VALUES ('test', '')"
		 " ON CONFLICT DO NOTHING",
		 &f.err) == 0 &&
	     store_exec(f.core.store, sql, &f.err) == 0 &&
	     db_int(f.core.store, STMT_SETTING_GET, ARGS(A_STRZ("test")), &n,
		 &f.err) == 1);
	return n;
}

static int64_t
new_job(int64_t keep, int64_t days)
{
	static int n;
	char text[32];
	struct str name, phones = STR("phones");
	const struct job_change x = {.name = &name,
	    .categories = &phones,
	    .ncategories = 1,
	    .keep = &keep,
	    .days = &days};
	int64_t id;

	(void)snprintf(text, sizeof(text), "night %d", ++n);
	name = str_of(text);
	must(job_add(&f.q,
		 &(struct job_new){.domain = north, .work = JOB_BACKUP}, &x,
		 &id) == 0);
	return id;
}

static int64_t
put(struct str text)
{
	const struct save_new x = {.device_id = device,
	    .domain_id = north,
	    .job_id = job,
	    .text = text};
	int64_t id = 0;

	must(change_begin(&f.q) == 0);
	if (change_end(&f.q, save_put(&f.q, &form, &x, &id)) < 0)
		return 0;
	return id;
}

static int64_t
putz(const char *text)
{
	return put(str_of(text));
}

static const char *
text_of(int64_t id)
{
	struct buf text;
	struct save s;
	const char *out;

	must(save_get(&f.q, id, &s) == 1);
	if (save_text(&f.q, &s, &text) < 0)
		tap_diag("save %lld: %s", (long long)id, f.err.text);
	out = arena_str(&f.arena, buf_view(&text));
	buf_wipe(&text);
	return out;
}

static void
begin(int64_t keep, int64_t days)
{
	must(store_exec(f.core.store, "DELETE FROM save", &f.err) == 0);
	fx_clear(&f);
	job = new_job(keep, days);
}

/* ---- tests ---- */

#define NIGHT "config change IP0 /addr 10.0.0.1\r\nvars create UPDATE/PROT pb "

static void
test_once(void)
{
	int64_t id = 0;
	char text[160];

	begin(0, 0);
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(text, sizeof(text), NIGHT "%04d\r\n", i);
		id = putz(text);
	}
	tap_is_int(
	    count("save"), 1000, "a thousand nights are a thousand rows");
	tap_is_int(count("save_text"), 1,
	    "BJ: if only volatile lines differ, they cost one text");
	tap_is_str(text_of(id), NIGHT "0000\r\n", "which is the first");
}

static void
test_versions(void)
{
	struct buf text;
	int64_t ids[120];
	size_t ends[120];
	bool same = true;

	begin(0, 0);
	buf_init(&text, SAVE_MAX);
	for (unsigned i = 0; i < 1000; i++)
		buf_printf(&text, "config change M%u /value %u\r\n", i,
		    i * 2654435761U);
	for (int i = 0; i < 120; i++) {
		buf_printf(&text, "config change NEW /n %d\r\n", i);
		ids[i] = put(buf_view(&text));
		ends[i] = text.len;
	}
	tap_is_int(count("save_text WHERE base IS NULL"), 3,
	    "one text of fifty stands by itself");
	tap_ok(count("save_text WHERE base IS NOT NULL"
		     " AND length(packed) > 2000") == 0,
	    "the others are short");
	tap_is_int(count("save_text t JOIN save_text b ON b.id = t.base"
			 " WHERE b.base IS NOT NULL"),
	    100,
	    "most are told by one that is near, and itself told by another");
	tap_is_int(count("save_text t JOIN save_text b ON b.id = t.base"
			 " JOIN save_text c ON c.id = b.base"
			 " WHERE c.base IS NOT NULL"),
	    0, "but not by more");
	for (int i = 0; i < 120; i++) {
		same =
		    same && str_eqz(str_n(text.data, ends[i]), text_of(ids[i]));
		fx_clear(&f);
	}
	tap_ok(same, "each comes back as it was");
	buf_fini(&text);
	must(store_exec(f.core.store, "DELETE FROM save", &f.err) == 0);
	tap_is_int(
	    count("save_text"), 0, "without a save none of them is kept");
}

/* A text of one instance of an App Platform. */
static int64_t
put_dump(const char *instance, struct str text)
{
	const struct save_new x = {.device_id = device,
	    .domain_id = north,
	    .job_id = job,
	    .instance = str_of(instance),
	    .text = text};
	int64_t id = 0;

	must(change_begin(&f.q) == 0);
	return change_end(&f.q, save_put(&f.q, &form, &x, &id)) < 0 ? 0 : id;
}

static void
put_rows(struct buf *out, unsigned n, unsigned seed)
{
	for (unsigned i = 0; i < n; i++)
		buf_printf(out, "INSERT INTO rows VALUES (%u, %u);\n", i,
		    (i + seed) * 2654435761U);
}

static void
ignore(void *arg, char sign, int64_t at, struct str line)
{
	(void)arg, (void)sign, (void)at, (void)line;
}

static void
test_dumps(void)
{
	struct buf a, b;
	struct save s, before;
	int64_t id = 0, other;

	begin(2, 0);
	buf_init(&a, DUMP_MAX);
	buf_init(&b, DUMP_MAX);
	put_rows(&a, 2000, 1);
	put_rows(&b, 2000, 5000);
	for (int night = 0; night < 4; night++) {
		buf_printf(&a, "-- night %d\n", night);
		buf_printf(&b, "-- night %d\n", night);
		id = put_dump("a.example/users", buf_view(&a));
		other = put_dump("a.example/files", buf_view(&b));
		tap_ok(id > 0 && other > 0, "BJ4: night %d is kept", night);
	}
	tap_is_int(count("save WHERE instance = 'a.example/users'"), 2,
	    "BJ4: of each instance as many as the job says");
	tap_is_int(count("save WHERE instance = 'a.example/files'"), 2,
	    "... of the other likewise");
	tap_is_int(count("save_text WHERE base IS NULL"), 2,
	    "BJ4: each is told by an older one of its own");
	must(save_get(&f.q, id, &s) == 1);
	tap_ok(save_before(&f.q, &s, &before) == 0 &&
		   str_eqz(before.instance, "a.example/users"),
	    "and has one before it");
	tap_ok(str_eqz(buf_view(&a), text_of(id)), "it comes back as it was");
	tap_ok(save_show(&f.q, &form, &s, ignore, NULL) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "M14: nobody is shown one as if its secrets were masked");
	tap_ok(save_diff(&f.q, &form, &(struct save_pair){&before, &s}, ignore,
		   NULL) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "nor what two differ in");
	buf_fini(&a);
	buf_fini(&b);
}

/* No line of a dump changes by itself, as far as anybody knows. */
static void
test_dump_lines(void)
{
	begin(0, 0);
	(void)put_dump(SAVE_MANAGER, STR("vars create UPDATE/PROT pb 1\n"));
	(void)put_dump(SAVE_MANAGER, STR("vars create UPDATE/PROT pb 2\n"));
	tap_is_int(count("save_text"), 2, "BJ4: each byte of a dump counts");
	tap_ok(put_dump(SAVE_MANAGER, STR("<html>login</html>")) == 0,
	    "a page is no dump");
	tap_is_str(f.err.text, "it is no dump", "... which is said");
}

/* Longer than two texts that are packed together may be. */
static void
test_large_dump(void)
{
	struct buf text;
	struct save s;
	int64_t ids[2];

	begin(0, 0);
	buf_init(&text, DUMP_MAX + 1);
	put_rows(&text, 200000, 1);
	tap_ok(text.len > (size_t)7 << 20, "a dump of %zu bytes", text.len);
	for (int i = 0; i < 2; i++) {
		buf_printf(&text, "-- night %d\n", i);
		ids[i] = put_dump(SAVE_MANAGER, buf_view(&text));
	}
	must(ids[0] > 0 && save_get(&f.q, ids[1], &s) == 1);
	tap_ok((size_t)s.size == text.len, "BJ4: is kept whole");
	tap_ok(str_eqz(buf_view(&text), text_of(ids[1])),
	    "BJ4: and comes back as it was");
	while (text.len <= DUMP_MAX)
		buf_putc(&text, 'x');
	tap_ok(put_dump(SAVE_MANAGER, buf_view(&text)) == 0 &&
		   strcmp(f.err.text, "it is too long") == 0,
	    "one beyond DUMP_MAX is refused");
	buf_fini(&text);
}

static void
test_sealed(void)
{
	begin(0, 0);
	(void)putz("config change X /pw geheim\r\n");
	tap_is_int(
	    count("save_text WHERE instr(packed, CAST('geheim' AS BLOB))"), 0,
	    "M14: a text is sealed");
	must(store_exec(f.core.store,
		 "UPDATE save_text SET hash = zeroblob(32)", &f.err) == 0);
	{
		struct save_page p = {.hw_id = STR("009033000001")};
		struct save *list;
		struct buf text;
		size_t n;

		must(save_list(&f.q, &p, &list, &n) == 0 && n == 1);
		tap_ok(save_text(&f.q, &list[0], &text) < 0 &&
			   f.err.kind == ERR_IO,
		    "what is not what the device had is not shown");
		buf_wipe(&text);
	}
}

static void
test_expire(void)
{
	int64_t first, last;

	begin(3, 0);
	first = putz("config a\r\n");
	for (int i = 0; i < 5; i++) {
		clock_shift(DAY);
		last = putz(arena_printf(&f.arena, "config %d\r\n", i));
	}
	tap_is_int(count("save"), 3, "a job keeps as many as it says");
	tap_is_int(count("save_text"), 3, "texts that nobody has are gone");
	tap_is_str(text_of(last), "config 4\r\n", "the newest stays");
	{
		struct save s;

		tap_is_int(save_get(&f.q, first, &s), 0, "the oldest went");
	}
	begin(0, 2);
	(void)putz("config a\r\n");
	clock_shift(3 * DAY);
	(void)putz("config b\r\n");
	tap_is_int(count("save"), 1, "and for as many days");
	clock_shift(30 * DAY);
	begin(0, 0);
}

/* The job of a device that is saved no more. */
static void
test_age(void)
{
	int64_t gone = 0, newest;
	struct ask domain;
	struct actor who;
	char cred[32];

	begin(0, 2);
	(void)putz("config a\r\n");
	clock_shift(DAY);
	newest = putz("config b\r\n");
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 0 && count("save") == 2,
	    "what is young enough stays");
	clock_shift(DAY + 1);
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 1 &&
		   count("save") == 1 && count("save_text") == 1,
	    "what is too old goes, though nothing is saved");
	clock_shift(100 * DAY);
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 0, "but the newest");
	tap_is_str(text_of(newest), "config b\r\n", "which can be read");
	job = new_job(0, 0);
	(void)putz("config c\r\n");
	(void)putz("config d\r\n");
	clock_shift(1000 * DAY);
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 0,
	    "a job that says no days keeps all");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)north);
	must(actor_now(&f.q, cred, &who) == 1);
	domain = fx_as(&f, &who);
	tap_ok(save_expire(&domain, &gone) < 0 && f.err.kind == ERR_DENIED,
	    "a domain lets nothing go so");
	fx_clear(&f);
}

/* More than go at once. */
static void
test_age_many(void)
{
	int64_t gone = 0;

	begin(0, 1);
	for (int i = 0; i < SAVE_EXPIRE_MAX + 5; i++)
		(void)putz("config a\r\n");
	clock_shift(2 * DAY);
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == SAVE_EXPIRE_MAX,
	    "so many go at once");
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 4 && count("save") == 1,
	    "then the others");
	fx_clear(&f);
}

/* Nobody vouches for a clock that jumped. */
static void
test_age_doubt(void)
{
	int64_t gone = 0;

	begin(0, 30);
	f.core.clock = CLOCK_DOUBTED;
	must(jump_run(&f.q, true) == 1);
	(void)putz("config a\r\n");
	clock_shift(400 * DAY);
	(void)putz("config b\r\n");
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 0 && count("save") == 2,
	    "a clock that is in doubt lets nothing go");
	must(jump_run(&f.q, true) == 1);
	tap_ok(save_expire(&f.q, &gone) == 0 && gone == 1,
	    "as soon as it is believed it does");
}

static void
test_bases(void)
{
	struct buf text;
	int64_t first, second;

	begin(0, 0);
	buf_init(&text, SAVE_MAX);
	for (unsigned i = 0; i < 500; i++)
		buf_printf(&text, "config change M%u /value %u\r\n", i,
		    i * 2654435761U);
	first = put(buf_view(&text));
	buf_puts(&text, "config change NEW\r\n");
	second = put(buf_view(&text));
	must(save_remove(&f.q, first) == 0);
	tap_is_int(count("save_text"), 2,
	    "a text stays while another one is told by it");
	tap_is_str(text_of(second), arena_str(&f.arena, buf_view(&text)),
	    "which can be read");
	must(save_remove(&f.q, second) == 0);
	tap_is_int(count("save_text"), 0, "then both go");
	buf_fini(&text);
}

static void
test_refused(void)
{
	static char zeros[SAVE_MAX + 1];

	begin(0, 0);
	tap_ok(putz("") == 0 && f.err.kind == ERR_INPUT,
	    "nothing is no configuration");
	tap_ok(putz(" <html>login</html>") == 0, "nor is a page");
	tap_ok(put(str_n(zeros, 100)) == 0, "nor are bytes");
	memset(zeros, 'a', sizeof(zeros));
	tap_ok(put(str_n(zeros, sizeof(zeros))) == 0, "nor what is too long");
	tap_ok(put(str_n(zeros, SAVE_MAX)) > 0, "the longest is one");
	tap_is_int(count("save"), 1, "nothing of those is listed");
}

/* ---- what people see ---- */

static void
add_line(void *arg, char sign, int64_t at, struct str line)
{
	buf_printf(
	    arg, "%c%lld %.*s\n", sign, (long long)at, (int)line.len, line.p);
}

static void
test_shown(void)
{
	struct save a, b;
	struct buf out;
	int64_t one, two;

	begin(0, 0);
	one = putz("config change X /pw first\r\nvars create UPDATE/A pb 1\r\n"
		   "config change Y /a 1\r\nconfig change Z\r\n");
	two = putz("config change X /pw second\r\nvars create UPDATE/A pb 2\r\n"
		   "config change Z\r\nconfig change W\r\n");
	must(save_get(&f.q, one, &a) == 1 && save_get(&f.q, two, &b) == 1);
	buf_init(&out, 65536);
	must(save_show(&f.q, &form, &a, add_line, &out) == 0);
	buf_putc(&out, '\0');
	tap_is_str(out.data,
	    " 1 config change X /pw ***\n 2 vars create UPDATE/A ***\n"
	    " 3 config change Y /a 1\n 4 config change Z\n",
	    "secrets are masked in what people see");
	buf_clear(&out);
	must(save_diff(&f.q, &form, &(struct save_pair){&a, &b}, add_line,
		 &out) == 0);
	buf_putc(&out, '\0');
	tap_is_str(out.data,
	    "-1 config change X /pw ***\n-3 config change Y /a 1\n"
	    "+1 config change X /pw ***\n+4 config change W\n",
	    "and in what they differ; volatile lines are left out");
	buf_fini(&out);
}

static void
test_rights(void)
{
	struct save_page p = {.hw_id = STR("009033000001")};
	struct save *list, s;
	struct actor who;
	struct ask q;
	char cred[32];
	int64_t id;
	size_t n;

	begin(0, 0);
	id = putz("config a\r\n");
	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)south);
	must(actor_now(&f.q, cred, &who) == 1);
	q = fx_as(&f, &who);
	tap_ok(save_get(&q, id, &s) == 0 && save_list(&q, &p, &list, &n) < 0 &&
		   f.err.kind == ERR_GONE,
	    "a domain does not see the saves of another");
	tap_ok(save_remove(&q, id) < 0 && f.err.kind == ERR_GONE,
	    "and forgets none");
}

int
main(void)
{
	struct str phones = STR("phones");

	fx_open(&f);
	arena_init(&words, (size_t)1 << 20);
	must(saveform_load(&words, SRCDIR "/templates", &form, &f.err) == 0);
	north = fx_domain(&f, "north.example", "n");
	south = fx_domain(&f, "south.example", "s");
	(void)fx_category(&f, north, "phones");
	must(fx_device(&f, "009033000001", north, DEVICE_PHONE, FX_PASS) == 0 &&
	     device_set_categories(&f.q, STR("009033000001"), &phones, 1) == 0);
	{
		struct device d;

		must(device_get(&f.q, STR("009033000001"), &d) > 0);
		device = d.id;
	}
	test_once();
	test_versions();
	test_dumps();
	test_dump_lines();
	test_large_dump();
	test_sealed();
	test_expire();
	test_age();
	test_age_many();
	test_age_doubt();
	test_bases();
	test_refused();
	test_shown();
	test_rights();
	arena_fini(&words);
	fx_close(&f);
	return tap_end();
}
