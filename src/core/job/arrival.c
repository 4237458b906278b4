#include "arrival.h"

#include <stdio.h>

#include "num.h"
#include "ticket.h"

#define PURPOSE "save"

const char *
arrival_place(struct ask *q, const struct conf *conf,
    const struct ticket_new *x, struct str hw_id)
{
	char text[TICKET_SIZE];
	const char *url;

	if (conf->device_url[0] == '\0') {
		(void)err_set(q->err, ERR_INPUT, "[instance] url is not set");
		return NULL;
	}
	if (ticket_draw(q, x, text) < 0)
		return NULL;
	url = arena_printf(q->arena, "%s%s" ARRIVAL_PATH "%s/%.*s.txt",
	    conf->device_url, conf->base, text, (int)hw_id.len, hw_id.p);
	if (url == NULL)
		(void)err_set(q->err, ERR_LIMIT, "no room for a URL");
	return url;
}

const char *
arrival_url(struct ask *q, const struct conf *conf, const struct task *t,
    int64_t last_ms)
{
	char owner[32], payload[80];
	struct ticket_new x = {
	    .purpose = PURPOSE, .owner = owner, .life_ms = last_ms};

	(void)snprintf(
	    owner, sizeof(owner), "device:%lld", (long long)t->device_id);
	(void)snprintf(payload, sizeof(payload), "%lld %lld %lld",
	    (long long)t->job_id, (long long)t->device_id, (long long)t->sent);
	x.payload = str_of(payload);
	return arrival_place(q, conf, &x, t->hw_id);
}

/* The numbers that arrival_url put in. */
static bool
read_payload(struct str payload, struct verdict_answer *out)
{
	int64_t *const to[] = {&out->job, &out->device, &out->sent};
	struct str word;

	for (size_t i = 0; i < 3; i++)
		if (!str_next(&payload, ' ', &word) ||
		    !num_parse(word, 0, INT64_MAX, to[i]))
			return false;
	return true;
}

int
arrival_take(struct ask *q, struct str ticket, struct str text)
{
	struct verdict_answer a = {
	    .fate = VERDICT_ANSWERED, .status = 200, .body = text};
	struct str payload;
	int rc = ticket_take(q, PURPOSE, ticket, &payload);

	if (err_need(rc, q->err, ERR_GONE, "no such ticket") < 0)
		return -1;
	if (!read_payload(payload, &a))
		return err_set(q->err, ERR_IO, "a ticket cannot be read");
	return verdict_arrived(q, &a);
}
