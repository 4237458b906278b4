#include "identify_state.h"

#include <stdio.h>
#include <string.h>

#include "must.h"
#include "num.h"

static bool
state_field(struct str *rest, char *out, size_t size)
{
	struct str field;

	if (!str_next(rest, ',', &field) || field.len >= size)
		return false;
	str_copy(out, size, field);
	return true;
}

static bool
state_number(struct str *rest, int64_t *out)
{
	struct str field;

	return str_next(rest, ',', &field) && num_parse(field, 0, 1000, out);
}

void
state_read(struct str text, struct state *s)
{
	char version[2], level[2];

	memset(s, 0, sizeof(*s));
	s->level = LEVEL_NEW;
	if (state_field(&text, version, sizeof(version)) && version[0] == '1' &&
	    state_field(&text, s->hw_id, sizeof(s->hw_id)) &&
	    state_field(&text, level, sizeof(level)) &&
	    strchr("ncdo", level[0]) != NULL && level[0] != '\0' &&
	    state_field(&text, s->tag, sizeof(s->tag)) &&
	    state_field(&text, s->challenge, sizeof(s->challenge)) &&
	    state_number(&text, &s->asked) && state_number(&text, &s->wrong)) {
		(void)str_next(&text, ',', &s->facts);
		s->level = (enum level)level[0];
		return;
	}
	memset(s, 0, sizeof(*s));
	s->level = LEVEL_NEW;
}

void
state_write(const struct state *s, char *out, size_t size)
{
	int n = snprintf(out, size, "1,%s,%c,%s,%s,%lld,%lld,%.*s", s->hw_id,
	    (char)s->level, s->tag, s->challenge, (long long)s->asked,
	    (long long)s->wrong, (int)s->facts.len,
	    s->facts.len > 0 ? s->facts.p : "");

	must(n > 0 && (size_t)n < size);
}

void
identify_offered_state(
    const char *hw_id, struct str sealed, char out[IDENTIFY_STATE_MAX])
{
	struct state s = {.level = LEVEL_OFFERED};

	str_copy(s.hw_id, sizeof(s.hw_id), str_of(hw_id));
	record_tag(sealed, s.tag);
	state_write(&s, out, IDENTIFY_STATE_MAX);
}

bool
state_is_device(const struct state *s, const struct record *k)
{
	char tag[RECORD_TAG_SIZE];

	if (s->level != LEVEL_DEVICE && s->level != LEVEL_OFFERED)
		return false;
	record_tag(k->proven, tag);
	if (k->proven.len > 0 && strcmp(tag, s->tag) == 0)
		return true;
	record_tag(k->offered, tag);
	return k->offered.len > 0 && strcmp(tag, s->tag) == 0;
}
