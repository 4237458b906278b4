#include "term.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define TERM_USUAL 80 /* columns of one that does not say */

#define TEXT_MAX   65536

size_t
term_put(struct buf *out, struct str v)
{
	size_t shown = 0;
	uint32_t rune;

	for (size_t n; v.len > 0; v = str_n(v.p + n, v.len - n)) {
		size_t before = out->len;

		n = str_rune(v, &rune);
		if (n > 0 && !str_hidden(rune)) {
			buf_str(out, str_n(v.p, n));
			shown++;
			continue;
		}
		if (n == 0)
			buf_printf(out, "\\x%02x", (unsigned char)v.p[0]);
		else
			buf_printf(
			    out, rune > 0xffff ? "\\U%08x" : "\\u%04x", rune);
		shown += out->len - before;
		n = n > 0 ? n : 1;
	}
	return shown;
}

const char *
term_text(struct arena *a, struct str v)
{
	const char *text;
	struct buf b;

	buf_init(&b, TEXT_MAX);
	(void)term_put(&b, v.len > 0 ? v : STR("-"));
	text = arena_str(a, buf_view(&b));
	buf_fini(&b);
	return text != NULL ? text : "";
}

int
term_width(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0 || w.ws_col == 0)
		return TERM_USUAL;
	return w.ws_col;
}
