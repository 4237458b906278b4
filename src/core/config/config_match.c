#include "config_match.h"

#include "ask.h"

int
config_matches(struct ask *q, int64_t device, struct config **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_CONFIG_MATCHES,
	    ARGS(A_INT(device)), load_config, out, n);
}

int
config_items(
    struct ask *q, const struct config *c, struct config_item **out, size_t *n)
{
	const struct json *values;

	*n = 0;
	return config_values_exact(q, c, &values) < 0
		   ? -1
		   : config_value_items(
			 q->arena, c->type, values, out, n, q->err);
}
