#include "probe.h"

#include <libgen.h>
#include <string.h>
#include <sys/statvfs.h>

#include "clock.h"
#include "db.h"
#include "setting.h"

int
probe_write(struct ask *q)
{
	return db_do(q->core->store, STMT_PROBE_SAVE,
	    ARGS(A_INT(clock_now_ms())), q->err);
}

/* Bytes that are free where the file is; what cannot be asked is enough. */
static int64_t
free_bytes(struct ask *q, const char *database)
{
	char *copy = arena_strdup(q->arena, database);
	struct statvfs fs;

	if (copy == NULL || statvfs(dirname(copy), &fs) < 0)
		return INT64_MAX;
	return (int64_t)(fs.f_bavail * fs.f_frsize);
}

const char *
probe_state(struct ask *q, const char *database)
{
	int64_t least, last = 0;

	if (store_here(q->core->store, q->err) < 0)
		return "replaced";
	if (setting_get_int(q, "health.free_mb", &least) < 0 ||
	    db_int(q->core->store, STMT_PROBE_LAST, ARGS_NONE, &last, q->err) <
		0)
		return "no answer";
	if (free_bytes(q, database) < least << 20)
		return "disk full";
	return last + PROBE_OLD_MS < clock_now_ms() ? "not written" : "ok";
}
