#include "task_tell.h"

#include "ask.h"
#include "change.h"
#include "event.h"
#include "task.h"

#define BODY_MAX ((size_t)60 << 10) /* bytes of an event's members */
#define TOPIC    "tasks"

void
task_json(struct jout *j, const struct task *t)
{
	struct task_word w;

	jout_object(j, NULL);
	jout_str(j, "hwId", t->hw_id);
	jout_str(j, "name", t->name);
	jout_strz(j, "state", task_state_name(t->state));
	jout_int(j, "stage", t->stage + 1);
	if (t->state != TASK_DONE && task_word(t, &w)) {
		jout_strz(j, "step", part_name(w.part));
		jout_str(j, "build", w.build);
	}
	jout_int(j, "tries", t->tries);
	jout_int(j, "sent", t->sent);
	jout_int(j, "began", t->began);
	jout_int(j, "ended", t->ended);
	if (t->error.len > 0)
		jout_str(j, "error", t->error);
	if (task_hint(t)[0] != '\0')
		jout_strz(j, "hint", task_hint(t));
	jout_end(j);
}

/* The members of an event without the braces around them; n of them are told. */
static struct str
body_of(struct ask *q, const struct job *job, const struct task *list, size_t n,
    bool more)
{
	struct buf text;
	struct jout j;
	struct str out = STR("");

	buf_init(&text, BODY_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	jout_int(&j, "jobId", job->id);
	jout_array(&j, "tasks");
	for (size_t i = 0; i < n; i++)
		task_json(&j, &list[i]);
	jout_end(&j);
	jout_bool(&j, "more", more);
	jout_end(&j);
	if (!buf_failed(&text))
		out = str_of(
		    arena_str(q->arena, str_n(text.data + 1, text.len - 2)));
	buf_fini(&text);
	return out;
}

static int
post(struct ask *q, const struct job *j, struct str body)
{
	struct orders *o = &q->core->orders;
	const struct snapshot sides[2] = {
	    {.there = true, .domain = j->domain_id, .body = STR("")},
	    {.there = true, .domain = j->domain_id, .body = body}};
	int64_t rev;

	if (change_rev(q, &rev) < 0)
		return -1;
	event_line(&o->lines,
	    &(const struct event_thing){TOPIC, STR(""), j->id}, rev, sides);
	return 0;
}

int
task_tell(struct ask *q, const struct job *j, const struct task_span *span)
{
	struct task *list;
	struct str body;
	size_t n;

	if (q->core->orders.post == NULL)
		return 0;
	if (load_list(ask_loader(q), STMT_TASK_NEWS,
		ARGS(A_INT(j->id), A_INT(span->from), A_INT(span->to),
		    A_INT(TASK_TELL_MAX + 1)),
		load_task, &list, &n) < 0)
		return -1;
	if (n == 0)
		return 0;
	body = n <= TASK_TELL_MAX ? body_of(q, j, list, n, false)
				  : body_of(q, j, list, TASK_TELL_MAX, true);
	/* Texts that are all as long as they can be are asked for. */
	return post(q, j, body.len > 0 ? body : body_of(q, j, list, 0, true));
}
