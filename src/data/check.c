/* Is the store sound?  See db.h. */
#include <string.h>

#include "db.h"

static int
check_list(
    struct store *st, enum stmt s, store_say *say, void *arg, struct err *e)
{
	struct row *row;
	char line[256];
	int found = 0;
	int rc = db_first(st, s, ARGS_NONE, &row, e);

	for (; rc > 0; rc = db_next(row, e)) {
		str_copy(line, sizeof(line), row_str(row, 0));
		if (strcmp(line, "ok") == 0)
			continue;
		say(arg, line);
		found++;
	}
	db_done(row);
	return rc < 0 ? -1 : found;
}

int
store_check(struct store *st, store_say *say, void *arg, struct err *e)
{
	int integrity = check_list(st, STMT_CHECK_INTEGRITY, say, arg, e);
	int keys = check_list(st, STMT_CHECK_FOREIGN_KEYS, say, arg, e);

	return integrity < 0 || keys < 0 ? -1 : integrity + keys;
}
