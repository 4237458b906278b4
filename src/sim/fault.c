#include "fault.h"

#include <stddef.h>

#include "file.h"

static const char *const names[FAULT__MAX] = {
    "none", "404", "500", "hang", "cut", "endless", "large"};

static enum fault
kind_of(struct str name)
{
	int kind = FAULT_NONE;

	while (kind < FAULT__MAX && !str_eqz(name, names[kind]))
		kind++;
	return kind == FAULT__MAX ? FAULT_NONE : (enum fault)kind;
}

static enum fault
find(struct str text, struct str hw_id, struct str target)
{
	struct str line, who, kind;

	while (text.len > 0 && str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_next(&line, ' ', &who) && str_next(&line, ' ', &kind) &&
		    (str_eqz(who, "*") || str_eq(who, hw_id)) &&
		    kind_of(kind) != FAULT_NONE && str_starts(target, line))
			return kind_of(kind);
	}
	return FAULT_NONE;
}

enum fault
fault_find(const char *path, struct str hw_id, struct str target)
{
	enum fault kind = FAULT_NONE;
	struct buf text;
	struct err e;

	if (path == NULL)
		return FAULT_NONE;
	buf_init(&text, FAULT_FILE_MAX + 1);
	if (file_text(path, FAULT_FILE_MAX, &text, &e) > 0)
		kind = find(buf_view(&text), hw_id, target);
	buf_fini(&text);
	return kind;
}
