#include "standing.h"

#include "ask.h"

static const char *
result_of(const struct config *c, const struct config_state *sent)
{
	return sent == NULL || sent->revision != c->revision
		   ? "waiting"
		   : state_word(sent->result);
}

/* The rule that the device's scripts go by; NULL: none was sent yet. */
static int
read_rule(struct ask *q, int64_t device, const char **rule)
{
	struct config_script script;
	int rc = state_script(q, device, &script);

	*rule = rc > 0 ? state_rule(script.rule) : NULL;
	return rc < 0 ? -1 : 0;
}

int
standing_list(struct ask *q, int64_t device, struct standing **out, size_t *n)
{
	struct config_state *states;
	struct config *configs;
	const char *rule;
	size_t nstates;

	*out = NULL;
	if (config_matches(q, device, &configs, n) < 0 ||
	    state_list(q, device, &states, &nstates) < 0 ||
	    read_rule(q, device, &rule) < 0)
		return -1;
	*out = arena_array(q->arena, *n, sizeof(**out));
	if (*out == NULL)
		return err_set(q->err, ERR_LIMIT, "too much for one answer");
	for (size_t i = 0; i < *n; i++) {
		struct standing *s = &(*out)[i];

		s->config = configs[i];
		s->sent = state_find(states, nstates, configs[i].id);
		s->result = result_of(&s->config, s->sent);
		s->rule = s->config.type == CONFIG_EXPERT ? rule : NULL;
	}
	return 0;
}
