#include "api.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "count.h"
#include "log.h"
#include "metrics.h"
#include "must.h"

/* ---- the table ---- */

static const struct api_table *const tables[] = {&api_account, &api_alarm,
    &api_app, &api_backup, &api_billing, &api_bulk, &api_code, &api_config,
    &api_device, &api_domain, &api_figures, &api_fleet, &api_httpget, &api_job,
    &api_move, &api_one, &api_phone, &api_rental, &api_session, &api_template,
    &api_totp};

struct entry {
	const struct message *m;
	size_t series;
};

static struct entry entries[API_MESSAGES_MAX]; /* sorted by name */
static size_t nentries;

static int
by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->m->mt, y->m->mt);
}

static void
check(const struct message *m)
{
	must(m->right != RIGHT_UNSET && m->effect != EFFECT_UNSET);
	must(m->run != NULL && m->nfields <= FIELDS_MAX);
	must(strlen(m->mt) < API_NAME_MAX);
	for (size_t i = 0; i < m->nfields; i++)
		must(m->fields[i].name != NULL);
}

static void
join(void)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t]->n; i++) {
			must(nentries < API_MESSAGES_MAX);
			entries[nentries].m = &tables[t]->messages[i];
			check(entries[nentries++].m);
		}
	qsort(entries, nentries, sizeof(entries[0]), by_name);
	for (size_t i = 1; i < nentries; i++)
		must(strcmp(entries[i - 1].m->mt, entries[i].m->mt) < 0);
}

static void
join_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	must(pthread_once(&once, join) == 0);
}

void
api_metrics(void)
{
	join_once();
	for (size_t i = 0; i < nentries; i++)
		entries[i].series = metrics_series(entries[i].m->mt);
}

const struct message *
api_nth(size_t i)
{
	join_once();
	return i < nentries ? entries[i].m : NULL;
}

static int
compare(const void *key, const void *element)
{
	const struct str *mt = key;
	const struct entry *x = element;
	int d = strncmp(mt->p, x->m->mt, mt->len);

	return d != 0 ? d : x->m->mt[mt->len] == '\0' ? 0 : -1;
}

static const struct entry *
find(struct str mt)
{
	join_once();
	if (mt.len == 0 || memchr(mt.p, '\0', mt.len) != NULL)
		return NULL;
	return bsearch(&mt, entries, nentries, sizeof(entries[0]), compare);
}

const struct message *
api_find(struct str mt)
{
	const struct entry *x = find(mt);

	return x != NULL ? x->m : NULL;
}

size_t
api_series(const struct message *m)
{
	return m != NULL ? find(str_of(m->mt))->series : 0;
}

/* ---- the way of a message ---- */

/* Member name of the message as compact text in the arena, to be echoed. */
static bool
take_echo(
    struct call *c, const struct json *m, const char *name, struct str *out)
{
	const struct json *v = json_member(m, name);
	struct buf text;
	bool fits;

	if (json_kind(v) == JSON_NONE)
		return true;
	buf_init(&text, API_SRC_MAX);
	json_print(v, &text);
	fits = !buf_failed(&text);
	if (fits)
		*out = str_n(arena_str(c->q.arena, buf_view(&text)), text.len);
	buf_fini(&text);
	return fits && out->p != NULL;
}

static void
refuse(struct call *c, const char *phrase, const char *field)
{
	reply_error(c->reply, phrase, field);
	c->refused = true;
}

static void
refuse_error(struct call *c)
{
	const struct err *e = c->q.err;

	if (e->kind == ERR_IO)
		log_event(LOG_ERROR, "api.error",
		    PAIRS(
			P_STRZ("mt", c->message->mt), P_STRZ("why", e->text)));
	refuse(c, e->say ? e->say : err_phrase(e->kind), NULL);
}

static int
may(const struct call *c)
{
	const struct actor *who = c->q.who;

	switch (c->message->right) {
	case RIGHT_UNSET:
	case RIGHT_OPEN:
		return 0;
	case RIGHT_SELF:
		return access_self(who, c->q.err);
	case RIGHT_LOGIN:
		if (access_api(who, c->q.err) < 0)
			return -1;
		return access_change(who, c->q.err);
	case RIGHT_ADMIN:
		break;
	}
	return access_api(who, c->q.err) < 0 ? -1 : access_admin(who, c->q.err);
}

/* Rules see that he is about to change something (access.h). */
static int
say_effect(struct call *c)
{
	struct actor *who;

	if (c->message->effect == EFFECT_READS)
		return 0;
	who = arena_alloc(c->q.arena, sizeof(*who));
	if (who == NULL)
		return err_set(c->q.err, ERR_LIMIT, "no room for a change");
	*who = *c->q.who;
	who->changing = true;
	c->q.who = who;
	return 0;
}

static void
run_message(struct call *c, const struct json *m)
{
	const struct message *def = c->message;
	const char *wrong;

	*c->q.err = (struct err){0};
	if (say_effect(c) < 0 || may(c) < 0) {
		refuse_error(c);
		return;
	}
	wrong = fields_read(c->q.arena, m, def->fields, def->nfields, c->v);
	if (wrong != NULL) {
		refuse(c, "invalid value", wrong);
		return;
	}
	*c->q.err = (struct err){0};
	if (def->run(c) < 0)
		refuse_error(c);
	c->refused = c->refused || c->reply->error;
}

int
api_read(struct call *c, struct str text)
{
	const struct json *m;
	struct str mt;

	if (json_read(c->q.arena, text, API_MESSAGE_MAX, &m, c->q.err) < 0 ||
	    json_kind(m) != JSON_OBJECT)
		return 0;
	mt = json_text(json_member(m, "mt"));
	if (mt.len == 0 || mt.len > API_NAME_MAX)
		return 0;
	c->text = m;
	c->message = api_find(mt);
	return 1;
}

void
api_answer(struct call *c)
{
	const struct json *m = c->text;
	struct str mt = json_text(json_member(m, "mt"));

	if (c->message != NULL)
		reply_expect(c->reply, c->message->array, c->message->list);
	if (c->message != NULL && c->message->result != NULL)
		c->reply->mt = str_of(c->message->result);
	else
		c->reply->mt = str_of(
		    arena_printf(c->q.arena, "%.*sResult", (int)mt.len, mt.p));
	if (!take_echo(c, m, "src", &c->reply->src) ||
	    !take_echo(c, m, "api", &c->reply->api))
		refuse(c, "invalid value", "src");
	else if (c->message == NULL)
		refuse(c, "unknown message", NULL);
	else
		run_message(c, m);
}

int
api_call(struct call *c, struct str text)
{
	if (api_read(c, text) == 0)
		return 0;
	api_answer(c);
	return 1;
}

/* ---- for handlers ---- */

bool
api_item(struct call *c)
{
	size_t i = c->index++;

	if (i < c->cursor.skip || c->full)
		return false;
	if (!reply_item(c->reply)) {
		c->full = true;
		c->cursor.skip = i;
	}
	return !c->full;
}

/* One page; the cursor stays at its beginning if it did not fit. */
static int
list_page(struct call *c, api_page *page, bool *last)
{
	struct arena_mark mark = arena_mark(c->q.arena);
	struct device_cursor before = c->cursor.at;
	int rc;

	c->index = 0;
	c->full = false;
	rc = page(c, last);
	arena_reset(c->q.arena, mark);
	if (c->full) {
		must(c->app != NULL); /* any other answer has room */
		c->cursor.at = before;
		c->app->more = true;
		*last = false;
	} else {
		c->cursor.skip = 0;
	}
	return rc;
}

int
api_list(struct call *c, const char *name, api_page *page)
{
	const char *phrase = NULL;
	bool last = false;

	reply_list(c->reply, name);
	c->full = false;
	while (
	    !last && !c->full && phrase == NULL && !jout_failed(&c->reply->j)) {
		if (list_page(c, page, &last) < 0) {
			phrase = c->q.err->say;
			log_event(LOG_WARN, "api.list",
			    PAIRS(P_STRZ("mt", c->message->mt),
				P_STRZ("why", c->q.err->text)));
		}
	}
	reply_list_end(c->reply, last || phrase != NULL, phrase);
	return 0;
}

int
api_done(struct call *c)
{
	reply_open(c->reply);
	reply_close(c->reply);
	return 0;
}

int
api_done_id(struct call *c, int64_t id)
{
	reply_open(c->reply);
	jout_int(&c->reply->j, "id", id);
	reply_close(c->reply);
	return 0;
}

int
api_done_secret(struct call *c, const char *name, char *text)
{
	reply_open(c->reply);
	if (text[0] != '\0')
		jout_strz(&c->reply->j, name, text);
	reply_close(c->reply);
	explicit_bzero(text, strlen(text));
	return 0;
}

static int
put_all(struct call *c, bool *last)
{
	const struct api_all *all = c->list_arg;
	const char *at = all->list;

	for (size_t i = 0; i < all->n; i++, at += all->size)
		if (api_item(c))
			all->put(&c->reply->j, at);
	*last = true;
	return 0;
}

int
api_list_all(struct call *c, const char *name, const struct api_all *all)
{
	struct api_all mine = *all;

	c->list_arg = &mine;
	return api_list(c, name, put_all);
}

size_t
api_back(
    struct call *c, const struct value *limit, struct api_rows rows, bool *last)
{
	int64_t *seen = &c->cursor.at.part, n = (int64_t)rows.n;
	int64_t wanted = limit->given ? limit->number : (int64_t)rows.page;
	int64_t left = wanted - *seen;

	*last = rows.n < rows.page || n >= left;
	*seen += n;
	return (size_t)(left < n ? left : n);
}
