#include "idlist.h"

static size_t
read_line(struct str line, struct str *ids)
{
	size_t n = 0;

	line.len = str_find(line, '#');
	for (size_t i = 0; i < line.len;) {
		size_t from = i;

		while (i < line.len && !str_in(line.p[i], 0, " \t\r,;"))
			i++;
		if (i > from)
			ids[n++] = str_n(line.p + from, i - from);
		else
			i++;
	}
	return n;
}

size_t
idlist_read(struct str text, struct str *ids)
{
	struct str line;
	size_t n = 0;

	if (str_starts(text, STR_BOM))
		text = str_n(text.p + STR_BOM.len, text.len - STR_BOM.len);
	while (str_next(&text, '\n', &line))
		n += read_line(line, ids + n);
	return n;
}
