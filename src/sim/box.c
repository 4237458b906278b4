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
	*b = (struct box){.next = BOX_STAYS};
}
