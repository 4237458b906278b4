#include "state.h"

#include "ask.h"
#include "change.h"
#include "db.h"
#include "device_change.h"
#include "must.h"

int
state_list(struct ask *q, int64_t device, struct config_state **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_CONFIG_STATES, ARGS(A_INT(device)),
	    load_config_state, out, n);
}

const struct config_state *
state_find(const struct config_state *list, size_t n, int64_t config)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].config_id == config)
			return &list[i];
	return NULL;
}

const char *
state_word(enum config_result result)
{
	switch (result) {
	case CONFIG_RUNNING:
		return "running";
	case CONFIG_DELIVERED:
		return "delivered";
	case CONFIG_FAILED:
		return "failed";
	case CONFIG_STOPPED:
		return "stopped";
	}
	return "unknown";
}

int
state_script(struct ask *q, int64_t device, struct config_script *out)
{
	return load_one(ask_loader(q), STMT_CONFIG_SCRIPT_OF,
	    ARGS(A_INT(device)), load_config_script, out);
}

const char *
state_rule(enum config_rule rule)
{
	switch (rule) {
	case CONFIG_RULE_NONE:
		return "first";
	case CONFIG_RULE_VERSION:
		return "version";
	case CONFIG_RULE_UPTIME:
		return "uptime";
	case CONFIG_RULE_AWAY:
		return "away";
	}
	return "unknown";
}

static int
resume(struct ask *q, struct str hw_id)
{
	struct device_change c;

	if (device_change_need(q, hw_id, &c) < 0 ||
	    db_do(q->core->store, STMT_CONFIG_LOOP_END, ARGS(A_INT(c.d.id)),
		q->err) < 0 ||
	    db_do(q->core->store, STMT_CONFIG_STOP_END,
		ARGS(A_INT(c.d.id), A_INT(CONFIG_STOPPED)), q->err) < 0)
		return -1;
	return device_change_say(q, &c, "config.resume", PAIRS_NONE);
}

int
state_resume(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, resume(q, hw_id));
}

int
state_changed(struct ask *q, int64_t domain)
{
	int64_t rev;

	must(q->core->changes != NULL);
	wake_want(&q->core->wake);
	if (change_rev(q, &rev) < 0)
		return -1;
	return db_do(q->core->store, STMT_CONFIG_CHANGE,
	    ARGS(A_INT(domain), A_INT(rev)), q->err);
}
