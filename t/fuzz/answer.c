/*
 * What devices answer under a job, byte by byte: the first byte chooses what the
 * device was told, the rest is its whole HTTP answer, which a server of ours says
 * to the courier, who brings it to the verdict.  A configuration is kept if it was
 * answered whole, is one, and was asked for; nothing else is, and each task has a
 * state that goes on.
 */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ask.h"
#include "column.h"
#include "courier.h"
#include "db.h"
#include "fixture.h"
#include "fuzz.h"
#include "job.h"
#include "must.h"
#include "save.h"
#include "verdict.h"

#define HW_ID   "009033000001"
#define WAIT_MS 30000

static const char *const plans[] = {
    "firmware:141", "scfg read", "read", "copy", "store:141 launcher:141", ""};
#define PLANS (sizeof(plans) / sizeof(plans[0]))

static struct fixture f;
static struct courier *courier;
static pthread_t thread;
static int listener;
static char control[96];
static struct str answer; /* of the device that is asked next */
static sem_t served;      /* it has said all that is heard */
static int64_t device, sent;

/* ---- the device, behind the hub ---- */

static void
serve(int fd)
{
	char text[4096];
	size_t n = 0;
	ssize_t got;

	while (n < sizeof(text) - 1 &&
	       (got = read(fd, text + n, sizeof(text) - 1 - n)) > 0) {
		n += (size_t)got;
		text[n] = '\0';
		if (strstr(text, "\r\n\r\n") != NULL)
			break;
	}
	/* The courier may have gone, when it has heard enough. */
	for (struct str rest = answer; rest.len > 0;) {
		got = send(fd, rest.p, rest.len, MSG_NOSIGNAL);
		if (got <= 0)
			break;
		rest = str_n(rest.p + got, rest.len - (size_t)got);
	}
	(void)close(fd);
}

static void *
be_device(void *arg)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		serve(fd);
		must(sem_post(&served) == 0);
	}
	return arg;
}

static void
open_device(void)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	(void)snprintf(control, sizeof(control), "%s/control", f.folder);
	(void)snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", control);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(listener >= 0 &&
	     bind(listener, (struct sockaddr *)&sa, sizeof(sa)) == 0 &&
	     listen(listener, 8) == 0);
	must(sem_init(&served, 0, 0) == 0);
	must(pthread_create(&thread, NULL, be_device, NULL) == 0);
	courier = courier_new(control, 1, WAIT_MS);
}

/* ---- the scene ---- */

static void
do_sql(const char *sql)
{
	if (store_exec(f.core.store, sql, &f.err) < 0) {
		tap_diag("%s", f.err.text);
		must(false);
	}
}

static void
close_all(void)
{
	courier_free(&courier);
	(void)shutdown(listener, SHUT_RDWR);
	must(pthread_join(thread, NULL) == 0);
	(void)close(listener);
	(void)unlink(control);
	fx_close(&f);
}

static void
open_all(void)
{
	int64_t north, south;
	struct device d;
	struct str night = STR("night"), phones = STR("phones");
	const struct job_change x = {
	    .name = &night, .categories = &phones, .ncategories = 1};
	int64_t job;

	fx_open(&f);
	f.core.templates = SRCDIR "/templates";
	fx_provisioning(&f, &north, &south);
	must(fx_device(&f, HW_ID, north, DEVICE_PHONE, FX_PASS) == 0 &&
	     device_get(&f.q, STR(HW_ID), &d) == 1);
	device = d.id;
	must(job_add(&f.q,
		 &(struct job_new){.domain = north, .work = JOB_BACKUP}, &x,
		 &job) == 0);
	must(job == 1);
	open_device();
	must(atexit(close_all) == 0);
}

/* It was told what this plan says first, just now. */
static void
tell(const char *plan)
{
	char sql[512];

	do_sql("DELETE FROM task; DELETE FROM save");
	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO task (job_id, device_id, state, stage, plan, step,"
	    " sent, until, tries, began, ended, error)"
	    " VALUES (1, %lld, 2, 0, '%s', 0, %lld, 9999, 1, 1, 0, '')",
	    (long long)device, plan, (long long)++sent);
	do_sql(sql);
}

/* A line of its head that goes on in the next one (RFC 9112 5.2): the hub makes one
 * of both, and libcurl 7.88, which never sees such lines, reads freed memory at
 * some of them. */
static bool
is_folded(struct str text)
{
	for (size_t i = 1; i < text.len; i++)
		if (text.p[i - 1] == '\n' && str_in(text.p[i], 0, " \t"))
			return true;
	return false;
}

/* ---- what came of it ---- */

static struct courier_answer *
ask(void)
{
	struct pollfd fd = {courier_fd(courier), POLLIN, 0};
	struct courier_answer *a;

	must(
	    courier_get_long(courier, STR(HW_ID), "/cfg.txt",
		&(struct courier_limits){.seconds = 30, .answer_max = SAVE_MAX},
		&fd) == 0);
	while ((a = courier_next(courier)) == NULL)
		must(poll(&fd, 1, WAIT_MS) == 1);
	must(sem_wait(&served) == 0);
	return a;
}

static struct task
task_now(void)
{
	struct task t = {0};

	must(load_one(ask_loader(&f.q), STMT_TASK_OF,
		 ARGS(A_INT(1), A_INT(device)), load_task, &t) == 1);
	return t;
}

/* What is kept is what was answered. */
static void
check_saves(bool wanted, struct str body)
{
	const struct save_page p = {.hw_id = STR(HW_ID)};
	struct save *list;
	struct buf text;
	size_t n;

	must(save_list(&f.q, &p, &list, &n) == 0);
	must(n == (wanted ? 1 : 0));
	if (!wanted)
		return;
	must(save_text(&f.q, &list[0], &text) == 0);
	must(str_eq(buf_view(&text), body));
	buf_wipe(&text);
}

static void
check_task(const struct verdict_answer *a, size_t plan, bool kept)
{
	struct task t = task_now();
	bool yes =
	    a->fate == VERDICT_ANSWERED && a->status >= 200 && a->status < 300;
	bool reads = plan == 2 || plan == 3;

	must(str_utf8(t.error));
	if (a->fate == VERDICT_NOT_SENT && plans[plan][0] != '\0')
		must(t.state == TASK_WAITING && t.step == 0);
	else if (a->fate == VERDICT_ANSWERED && !yes && plan != 1)
		must(t.state ==
		     (plans[plan][0] == '\0' ? TASK_DONE : TASK_FAILED));
	else if (plan == 2)
		must(t.state == (kept ? TASK_DONE : TASK_FAILED));
	else if (plan == 0)
		must(t.state == TASK_ACTIVE);
	must(t.state != TASK_FAILED || t.error.len > 0);
	must(reads || !kept);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict_answer v = {.job = 1};
	struct courier_answer *a;
	size_t plan;
	bool kept;

	if (size == 0 || is_folded(str_n(data, size)))
		return 0;
	if (f.folder[0] == '\0')
		open_all();
	plan = data[0] % PLANS;
	answer = str_n(data + 1, size - 1);
	tell(plans[plan]);
	a = ask();
	v.device = device;
	v.sent = sent;
	v.fate = a->fate == COURIER_ANSWERED ? VERDICT_ANSWERED
		 : a->fate == COURIER_FULL   ? VERDICT_NOT_SENT
					     : VERDICT_UNKNOWN;
	v.status = a->status;
	v.body = buf_view(&a->body);
	kept = (plan == 2 || plan == 3) && v.fate == VERDICT_ANSWERED &&
	       v.status >= 200 && v.status < 300 &&
	       save_why_not(&(struct save_new){.text = v.body}) == NULL;
	must(verdict_answer(&f.q, &v) == (plan == 3 && kept));
	check_saves(kept, v.body);
	check_task(&v, plan, kept);
	courier_drop(a);
	fx_clear(&f);
	return 0;
}
