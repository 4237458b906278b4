#include "task.h"

#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "device_work.h"
#include "job.h"
#include "way.h"

/* ---- plans ---- */

bool
task_word(const struct task *t, struct task_word *out)
{
	struct str rest = t->plan, word, name;

	for (int64_t i = 0; str_next(&rest, ' ', &word); i++) {
		if (i < t->step)
			continue;
		if (!str_next(&word, ':', &name))
			return false;
		*out = (struct task_word){part_of(name), word};
		return out->part != PART__MAX;
	}
	return false;
}

/* "131705" in "13r1 dvl [13.1705/131705/210]" */
static bool
has_word(struct str text, struct str word)
{
	while (text.len > 0 && word.len > 0) {
		size_t n = str_span(text, STR_ALNUM, "");

		if (n == word.len && str_eq(str_n(text.p, n), word))
			return true;
		n = n > 0 ? n : 1;
		text = str_n(text.p + n, text.len - n);
	}
	return false;
}

bool
task_runs(const struct task_runs *r, enum part part, struct str build)
{
	if (part == PART_PHONE)
		return way_begins(r->version, build);
	if (part > PART_FIRMWARE)
		return false;
	if (r->fw_build.len == 0 && r->bc_build.len == 0)
		return has_word(r->version, build);
	return str_eq(part == PART_BOOT ? r->bc_build : r->fw_build, build);
}

/* ---- names ---- */

static const char *const state_names[TASK_STATE__MAX] = {
    "", "waiting", "active", "away", "done", "failed", "skipped", "unfit"};

const char *
task_state_name(enum task_state s)
{
	return state_names[s];
}

enum task_state
task_state_of(struct str name)
{
	enum task_state s = TASK_WAITING;

	while (s < TASK_STATE__MAX && !str_eqz(name, state_names[s]))
		s++;
	return s;
}

/* Is it one on a phone of another vendor (job_phone.h)? */
static bool
is_of_phone(const struct task *t)
{
	struct task first = *t;
	struct task_word w;

	first.step = 0;
	return task_word(&first, &w) && w.part == PART_PHONE;
}

const char *
task_hint(const struct task *t)
{
	if (t->state != TASK_FAILED || t->began == 0)
		return "";
	if (is_of_phone(t))
		return "see what it asked for, and what it got: fleetline "
		       "phone trace";
	return t->type == DEVICE_APP_PLATFORM
		   ? "switch on the traces App and HTTP Client of the manager"
		   : "switch on the traces UP1 and HTTPCLIENT0 of the device";
}

/* ---- rows ---- */

int
task_list(
    struct ask *q, const struct task_page *p, struct task **out, size_t *n)
{
	struct job j;
	int64_t after = p->device > 0 ? p->device - 1 : p->after;

	*n = 0;
	if (err_need(job_get(q, p->job, &j), q->err, ERR_GONE, "no such job") <
	    0)
		return -1;
	if (load_list(ask_loader(q), STMT_TASK_PAGE,
		ARGS(A_INT(p->job), A_INT(after), A_INT(p->state),
		    A_INT(p->device > 0 ? 1 : TASK_PAGE)),
		load_task, out, n) < 0)
		return -1;
	/* The next one, if that device has none. */
	if (p->device > 0 && *n > 0 && (*out)[0].device_id != p->device)
		*n = 0;
	return 0;
}

int
task_save(struct ask *q, const struct task *t)
{
	return db_do(q->core->store, STMT_TASK_SAVE,
	    ARGS(A_INT(t->job_id), A_INT(t->device_id), A_INT(t->state),
		A_INT(t->step), A_INT(t->sent), A_INT(t->until),
		A_INT(t->tries), A_INT(t->began), A_INT(t->ended),
		A_STR(t->error)),
	    q->err);
}

/* The same for all runners: there is one at a time, and the next goes on where
 * one that was killed was. */
static struct device_work
work(int64_t last_ms)
{
	return (struct device_work){
	    .holder = "tasks", .kind = "update", .last_ms = last_ms};
}

int
task_take_device(struct ask *q, const struct task *t, int64_t last_ms)
{
	const struct device_work w = work(last_ms);

	return device_work_take(q, t->device_id, &w);
}

int
task_leave_device(struct ask *q, const struct task *t)
{
	const struct device_work w = work(0);

	return device_work_give(q, t->device_id, &w);
}

static int
leave(struct ask *q, struct task *t)
{
	int64_t rev;

	t->sent = 0;
	/* It gets other files from now on (phone_again.h). */
	if (is_of_phone(t) && change_rev(q, &rev) < 0)
		return -1;
	return task_save(q, t) < 0 ? -1 : task_leave_device(q, t);
}

int
task_wait(struct ask *q, struct task *t)
{
	t->state = TASK_WAITING;
	return leave(q, t);
}

int
task_end(struct ask *q, struct task *t, enum task_state state, const char *why)
{
	t->state = state;
	t->ended = clock_now_ms();
	t->error = str_of(why);
	return leave(q, t);
}
