#include "reply.h"

#include <string.h>

#include "must.h"

void
reply_init(struct reply *r, enum reply_form form, struct sink to, size_t room)
{
	memset(r, 0, sizeof(*r));
	r->form = form;
	r->to = to;
	r->room = room;
}

void
reply_open(struct reply *r)
{
	jout_init(&r->j, r->to);
	jout_object(&r->j, NULL);
	jout_str(&r->j, "mt", r->mt);
	if (r->api.len > 0)
		jout_raw(&r->j, "api", r->api);
	if (r->src.len > 0)
		jout_raw(&r->j, "src", r->src);
}

void
reply_close(struct reply *r)
{
	jout_end(&r->j);
	must(r->j.depth == 0);
	if (!jout_failed(&r->j))
		(void)r->to.put(r->to.arg, "\n", 1);
	if (r->room != REPLY_NO_END)
		r->room -= r->room > r->j.written ? r->j.written + 1 : r->room;
	r->sent = true;
}

void
reply_expect(struct reply *r, const char *array, bool last)
{
	r->array = array;
	r->last = last;
}

void
reply_error(struct reply *r, const char *phrase, const char *field)
{
	r->error = true;
	reply_open(r);
	if (r->array != NULL) {
		jout_array(&r->j, r->array);
		jout_end(&r->j);
	}
	jout_strz(&r->j, "error", phrase);
	if (field != NULL)
		jout_strz(&r->j, "field", field);
	if (r->last)
		jout_bool(&r->j, "last", true);
	reply_close(r);
}

void
reply_list(struct reply *r, const char *name)
{
	r->list = name;
	reply_open(r);
	jout_array(&r->j, name);
}

static void
next_message(struct reply *r)
{
	jout_end(&r->j);
	reply_close(r);
	reply_open(r);
	jout_array(&r->j, r->list);
}

bool
reply_item(struct reply *r)
{
	must(r->list != NULL);
	if (r->room != REPLY_NO_END && r->j.written + 2 * REPLY_ITEM > r->room)
		return false;
	if (r->form == REPLY_LINES && r->j.written > REPLY_MESSAGE)
		next_message(r);
	return true;
}

void
reply_list_end(struct reply *r, bool last, const char *phrase)
{
	must(r->list != NULL);
	r->list = NULL;
	jout_end(&r->j);
	if (phrase != NULL) {
		r->error = true;
		jout_strz(&r->j, "error", phrase);
	}
	if (r->paged) {
		jout_int(&r->j, "total", r->total);
		if (r->after.len > 0)
			jout_str(&r->j, "after", r->after);
	}
	if (last)
		jout_bool(&r->j, "last", true);
	reply_close(r);
}
