#include "poll.h"

#include <ctype.h>

#include "form.h"

static void
put_path(struct buf *out, const struct poll_who *w)
{
	struct str path = w->server->path;
	const char *product = model_of(w->number, w->types)->product;

	buf_str(out, path);
	if (path.p[path.len - 1] != '/')
		return;
	buf_puts(out, "update-");
	for (; *product != '\0'; product++)
		buf_putc(out, (char)tolower((unsigned char)*product));
	buf_puts(out, ".htm");
}

static void
put_member(struct buf *out, const char *name, const char *value)
{
	buf_printf(out, "%s=", name);
	form_encode(out, str_of(value));
}

void
poll_request(struct buf *out, const struct poll_who *w)
{
	const struct model *m = model_of(w->number, w->types);
	struct str host = w->server->host;
	char id[MODEL_HWID_SIZE];

	model_hw_id(w->number, id);
	buf_puts(out, "GET ");
	put_path(out, w);
	put_member(out, "?ver", w->version);
	put_member(out, "&type", m->product);
	put_member(out, "&sn", id);
	put_member(out, "&hwid", id);
	put_member(out, "&mac", id);
	if (w->check[0] != '\0')
		put_member(out, "&CHECK", w->check);
	buf_printf(out, " HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n\r\n",
	    (int)host.len, host.p);
}
