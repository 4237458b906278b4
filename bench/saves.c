/*
 * saves -- a year of backups, written into a store as the runner writes them, and
 * said to git fast-import at the same time.
 *
 *	saves DATABASE KEY TEMPLATES DEVICES NIGHTS | git fast-import
 *
 * Each device has a configuration of its own, of 60 KB; every seventh night one of
 * its lines is another.  Git gets one commit a night, with what has changed.  Jobs
 * and devices are there: job 1, devices from id 1 on.
 */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "change.h"
#include "clock.h"
#include "conf.h"
#include "job.h"
#include "must.h"
#include "num.h"
#include "save.h"

#define DAY_MS    INT64_C(86400000)
#define WEEK      7
#define LINES     900
#define LINE_SIZE 80
#define ARENA_MAX ((size_t)64 << 20)

static struct core core;
static struct arena arena, words;
static struct actor me;
static struct err err;
static struct ask q = {.core = &core, .arena = &arena, .who = &me, .err = &err};
static struct saveform form;
static struct job job;

static void
need(bool ok)
{
	if (ok)
		return;
	(void)fprintf(stderr, "saves: %s\n", err.text);
	exit(1);
}

/* Numbers that look like any. */
static uint64_t
mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ (x >> 33);
}

/* Line i of a device, as often as it was changed. */
static void
put_line(struct buf *out, int64_t device, int64_t i, int64_t changed)
{
	uint64_t x = mix((uint64_t)(device * 1000003 + i * 101 + changed * 7));

	buf_printf(out,
	    i % 3 == 0
		? "config add FAV%lld /name line-%llu /pwd %016llx%06llx\r\n"
		: "vars create PHONE/KEYS-%05lld p %llu-%016llx%06llx\r\n",
	    (long long)i, (unsigned long long)(x % 5000),
	    (unsigned long long)mix(x), (unsigned long long)(mix(x + 1) >> 40));
}

/* The text in a week: of each week before one line has changed. */
static void
make_text(struct buf *out, int64_t device, int64_t week)
{
	int64_t changes[LINES] = {0};

	for (int64_t w = 1; w <= week; w++)
		changes[mix((uint64_t)(device * 977 + w)) % LINES] = w;
	buf_clear(out);
	for (int64_t i = 0; i < LINES; i++)
		put_line(out, device, i, changes[i]);
}

static void
keep(int64_t device, struct str text)
{
	const struct save_new x = {.device_id = device,
	    .domain_id = job.domain_id,
	    .job_id = job.id,
	    .text = text};
	int64_t id;

	need(save_put(&q, &form, &x, &id) == 0);
}

static void
say(int64_t device, struct str text)
{
	(void)printf("M 100644 inline d%lld.txt\ndata %zu\n", (long long)device,
	    text.len);
	(void)fwrite(text.p, 1, text.len, stdout);
	(void)putchar('\n');
}

/* All devices; those of each night of the week have their change then. */
static void
night(int64_t n, int64_t devices)
{
	struct arena_mark m = arena_mark(&arena);
	struct buf text;

	buf_init(&text, LINES * LINE_SIZE * 2);
	(void)printf("commit refs/heads/master\ncommitter n <n@n> %lld +0000\n"
		     "data 0\n",
	    (long long)(1700000000 + n * 86400));
	need(change_begin(&q) == 0);
	for (int64_t d = 1; d <= devices; d++) {
		make_text(&text, d, (n + d) / WEEK);
		keep(d, buf_view(&text));
		if (n == 0 || (n + d) % WEEK == 0)
			say(d, buf_view(&text));
	}
	need(change_end(&q, 0) == 0);
	buf_fini(&text);
	arena_reset(&arena, m);
	clock_shift(DAY_MS);
}

int
main(int argc, char **argv)
{
	int64_t devices, nights;

	must(argc == 6 && num_parse(str_of(argv[4]), 1, 100000, &devices) &&
	     num_parse(str_of(argv[5]), 1, 10000, &nights));
	arena_init(&arena, ARENA_MAX);
	arena_init(&words, ARENA_MAX);
	actor_local(&me);
	need(core_open_files(&core, argv[1], argv[2], NULL, &err) == 0);
	need(saveform_load(&words, argv[3], &form, &err) == 0);
	need(job_load(&q, 1, &job) == 1);
	for (int64_t n = 0; n < nights; n++)
		night(n, devices);
	core_close(&core);
	return fflush(stdout) == 0 ? 0 : 1;
}
