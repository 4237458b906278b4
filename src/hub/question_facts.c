/* What travels with a question (question.h). */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "must.h"
#include "question.h"

bool
question_is_fact(struct str s, size_t max)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return false;
	return s.len > 0 && s.len <= max;
}

char *
question_fact(struct str s, size_t max)
{
	char *copy;

	if (!question_is_fact(s, max))
		return NULL;
	copy = mem_new(s.len + 1);
	memcpy(copy, s.p, s.len);
	return copy;
}

static void
add_fact(struct buf *b, enum hubwire_fact fact, const char *value)
{
	const struct hubwire_header *h = &hubwire_facts[fact];

	if (value == NULL)
		return;
	must(question_is_fact(str_of(value), h->max));
	buf_printf(b, "%s: %s", h->header, value);
	buf_putc(b, '\0');
}

void
question_facts_add(
    struct buf *b, const char *hub, const struct question_facts *f)
{
	char conn[24];

	(void)snprintf(conn, sizeof(conn), "%llu", (unsigned long long)f->conn);
	add_fact(b, HUBWIRE_FACT_HUB, hub);
	add_fact(b, HUBWIRE_FACT_CONN, f->conn ? conn : NULL);
	add_fact(b, HUBWIRE_FACT_REMOTE, f->remote);
	add_fact(b, HUBWIRE_FACT_STATE, f->state);
	add_fact(b, HUBWIRE_FACT_QUERY, f->query);
	add_fact(b, HUBWIRE_FACT_HOST, f->host);
	add_fact(b, HUBWIRE_FACT_BASE, f->base);
	add_fact(b, HUBWIRE_FACT_ORIGIN, f->origin);
	add_fact(b, HUBWIRE_FACT_APP, f->app);
	add_fact(b, HUBWIRE_FACT_CURSOR, f->cursor);
}
