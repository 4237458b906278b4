#include "presence.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "must.h"

struct presence_entry {
	struct map_node node;
	TAILQ_ENTRY(presence_entry) link;
	uint64_t conn;
	int64_t time_ms;
	bool online, device;
	enum hubwire_end why;
	char *hw_id, *remote; /* remote NULL: not known */
};

void
presence_init(struct presence *p, struct questions *as)
{
	memset(p, 0, sizeof(*p));
	p->questions = as;
	p->first = true;
	map_init(&p->by_conn);
	TAILQ_INIT(&p->list);
}

static void
drop(struct presence *p, struct presence_entry *e)
{
	map_remove(&p->by_conn, &e->node);
	TAILQ_REMOVE(&p->list, e, link);
	mem_free(e->hw_id);
	mem_free(e->remote);
	mem_free(e);
}

void
presence_fini(struct presence *p)
{
	struct presence_entry *e;

	while ((e = TAILQ_FIRST(&p->list)) != NULL)
		drop(p, e);
	map_fini(&p->by_conn);
	question_cancel(&p->question);
}

/* A connection that changed its name has an entry for each name. */
static struct presence_entry *
entry_of(struct presence *p, const struct presence_state *s)
{
	struct presence_entry *e;
	struct map_node *n;
	uint64_t hash = map_hash_int(s->conn);

	for (n = map_first(&p->by_conn, hash); n != NULL; n = map_same(n)) {
		e = map_entry(n, struct presence_entry, node);
		if (e->conn == s->conn && str_eqz(s->hw_id, e->hw_id))
			return e;
	}
	e = mem_new(sizeof(*e));
	e->conn = s->conn;
	e->hw_id = mem_new(s->hw_id.len + 1);
	memcpy(e->hw_id, s->hw_id.p, s->hw_id.len);
	e->remote = s->remote ? mem_strdup(s->remote) : NULL;
	map_put(&p->by_conn, &e->node, hash);
	TAILQ_INSERT_TAIL(&p->list, e, link);
	return e;
}

void
presence_report(struct presence *p, const struct presence_state *s)
{
	struct presence_entry *e = entry_of(p, s);

	e->time_ms = clock_now_ms();
	e->online = s->online;
	e->device = s->device;
	e->why = s->why;
}

size_t
presence_waiting(const struct presence *p)
{
	return p->by_conn.count;
}

/* [hwId, conn, online, time, level, remote], and of an end why it came. */
static void
put_entry(struct jout *j, const struct presence_entry *e)
{
	jout_array(j, NULL);
	jout_strz(j, NULL, e->hw_id);
	jout_int(j, NULL, (int64_t)e->conn);
	jout_bool(j, NULL, e->online);
	jout_int(j, NULL, e->time_ms);
	jout_strz(j, NULL, e->device ? "device" : "claim");
	jout_strz(j, NULL, e->remote ? e->remote : "");
	if (!e->online)
		jout_strz(j, NULL, hubwire_end_name(e->why));
	jout_end(j);
}

void
presence_batch(struct presence *p, struct buf *out)
{
	size_t subscribers = p->subscribers ? p->subscribers(p->arg) : 0;
	struct presence_entry *e;
	struct jout j;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_bool(&j, "first", p->first);
	jout_int(&j, "subscribers", (int64_t)subscribers);
	jout_array(&j, "list");
	for (int i = 0; i < HUBWIRE_BATCH; i++) {
		if ((e = TAILQ_FIRST(&p->list)) == NULL)
			break;
		put_entry(&j, e);
		drop(p, e);
	}
	jout_end(&j);
	jout_end(&j);
	p->first = false;
}

static void
on_answer(void *arg, const struct answer *ans)
{
	struct presence *p = arg;
	struct str rest, line;

	p->question = NULL;
	must(ans != NULL); /* presence is asked for ever */
	rest = ans->lines;
	while (rest.len > 0 && str_next(&rest, '\n', &line))
		if (line.len > 0 && p->event != NULL)
			p->event(p->arg, line);
}

void
presence_turn(struct presence *p)
{
	struct question_facts facts = {0};
	struct buf body;

	if (p->question != NULL || (!p->first && TAILQ_EMPTY(&p->list)))
		return;
	buf_init(&body, HUBWIRE_BATCH_BYTES);
	presence_batch(p, &body);
	must(!buf_failed(&body));
	p->question = question_new(
	    p->questions, QUESTION_PRESENCE, &facts, buf_view(&body));
	question_then(p->question, on_answer, p);
	buf_fini(&body);
}
