#include "box.h"

#include <string.h>

#include "arena.h"
#include "clock.h"

const char *
box_url(const struct box *b)
{
	return settings_get(
	    &b->settings, SETTINGS_RUNNING, "SYSCLIENT", "sysadmin");
}

const char *
box_version(const struct box *b, const char *made)
{
	return b->version != NULL ? b->version : made;
}

/* ---- loading and putting ---- */

static void
forget_sync(struct box *b)
{
	mem_free(b->sync.url);
	mem_free(b->sync.build);
	b->sync = (struct box_sync){.url = NULL};
}

static char *
copy_of(struct str s)
{
	char *out = mem_new(s.len + 1);

	str_copy(out, s.len + 1, s);
	return out;
}

bool
box_sync(struct box *b, enum box_part part, struct str url, struct str build)
{
	if (url.len == 0 || build.len > BOX_BUILD_MAX)
		return false;
	forget_sync(b);
	b->sync.part = part;
	b->sync.url = copy_of(url);
	b->sync.build = build.len > 0 ? copy_of(build) : NULL;
	b->next = BOX_SYNCS;
	return true;
}

static void
put(char **where, struct str text)
{
	mem_free(*where);
	*where = copy_of(text);
}

void
box_loaded(struct box *b, struct str file)
{
	struct str build = str_of(b->sync.build), line = STR("");

	put(b->sync.part == BOX_BOOT ? &b->boot : &b->firmware, build);
	if (b->sync.part == BOX_BOOT)
		return;
	(void)str_next(&file, '\n', &line);
	line = str_trim(line);
	if (line.len > 0 && line.len <= BOX_LINE_MAX &&
	    str_only(line, STR_ALNUM, " .[]/-"))
		put(&b->version, line);
}

/* ---- its life ---- */

void
box_activate(struct box *b)
{
	char *before = NULL;
	const char *url = box_url(b);

	if (url != NULL)
		before = mem_strdup(url);
	settings_activate(&b->settings);
	url = box_url(b);
	if (b->next == BOX_STAYS && url != NULL &&
	    (before == NULL || strcmp(before, url) != 0))
		b->next = BOX_MOVES;
	mem_free(before);
}

void
box_start(struct box *b)
{
	settings_restart(&b->settings);
	b->reset_needed = false;
	b->next = BOX_STAYS;
	b->started_ms = clock_mono_ms();
}

void
box_clear(struct box *b)
{
	settings_clear(&b->settings);
	forget_sync(b);
	*b = (struct box){.next = BOX_STAYS,
	    .firmware = b->firmware,
	    .boot = b->boot,
	    .version = b->version,
	    .platform = b->platform};
}

void
box_fini(struct box *b)
{
	box_clear(b);
	mem_free(b->firmware);
	mem_free(b->boot);
	mem_free(b->version);
	platform_fini(&b->platform);
	*b = (struct box){.next = BOX_STAYS};
}
