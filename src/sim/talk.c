#include "talk.h"

#include "arena.h"
#include "ws.h"

struct talk {
	struct ws_in in;
	struct platform *manager;
	struct platform_login login;
	bool over;
};

struct talk *
talk_new(struct platform *manager)
{
	struct talk *t = mem_new(sizeof(*t));

	t->manager = manager;
	ws_in_init(&t->in, WS_SERVER, TALK_MAX);
	return t;
}

void
talk_free(struct talk **t)
{
	if (*t == NULL)
		return;
	if ((*t)->manager != NULL)
		platform_leave((*t)->manager, &(*t)->login);
	ws_in_fini(&(*t)->in);
	mem_free(*t);
	*t = NULL;
}

static void
put_message(struct talk *t, const struct ws_event *ev, struct buf *out)
{
	struct buf text;

	if (t->manager == NULL) {
		ws_frame(out, WS_SERVER, ev->kind, ev->data);
		return;
	}
	buf_init(&text, TALK_MAX);
	platform_hear(t->manager, &t->login, ev->data, &text);
	if (text.len > 0)
		ws_frame(out, WS_SERVER, WS_TEXT, buf_view(&text));
	buf_fini(&text);
}

static void
take(struct talk *t, const struct ws_event *ev, struct buf *out)
{
	switch (ev->kind) {
	case WS_TEXT:
	case WS_BINARY:
		put_message(t, ev, out);
		break;
	case WS_PING:
		ws_frame(out, WS_SERVER, WS_PONG, ev->data);
		break;
	case WS_CLOSE:
		ws_close(out, WS_SERVER, ev->code, STR(""));
		t->over = true;
		break;
	case WS_PONG:
		break;
	}
}

bool
talk_take(struct talk *t, struct str in, struct buf *out)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	while ((rc = ws_in_feed(&t->in, in.p, in.len, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		take(t, &ev, out);
	}
	if (rc < 0 && !t->over) {
		ws_close(out, WS_SERVER, t->in.fail, STR(""));
		t->over = true;
	}
	return !t->over;
}
