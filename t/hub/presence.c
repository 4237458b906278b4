/* Presence: batches, and that only the last state counts. */
#include "presence.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "tap.h"

static struct presence p;

static void
report(const char *id, uint64_t conn, bool online, bool device)
{
	struct presence_state s = {.hw_id = str_of(id),
	    .conn = conn,
	    .online = online,
	    .device = device,
	    .remote = conn == 8 ? "192.0.2.8" : NULL,
	    .why = HUBWIRE_END_SILENT};

	presence_report(&p, &s);
}

/* The batch with its times taken out. */
static const char *
batch(void)
{
	static char text[65536];
	struct buf b;
	size_t n = 0;

	buf_init(&b, 1u << 20);
	presence_batch(&p, &b);
	for (size_t i = 0; i < b.len && n < sizeof(text) - 1; i++) {
		if (b.len - i > 13 && strspn(b.data + i, "0123456789") == 13) {
			text[n++] = 'T';
			i += 12;
		} else
			text[n++] = b.data[i];
	}
	text[n] = '\0';
	buf_fini(&b);
	return text;
}

static size_t
count(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

static size_t
two_subscribers(void *arg)
{
	(void)arg;
	return 2;
}

int
main(void)
{
	char id[20];

	presence_init(&p, NULL);
	tap_is_str(batch(), "{\"first\":true,\"subscribers\":0,\"list\":[]}",
	    "the first batch says so, and may be empty");
	p.subscribers = two_subscribers;
	report("a", 7, true, false);
	report("b", 8, true, true);
	tap_is_str(batch(),
	    "{\"first\":false,\"subscribers\":2,\"list\":["
	    "[\"a\",7,true,T,\"claim\",\"\"],"
	    "[\"b\",8,true,T,\"device\",\"192.0.2.8\"]]}",
	    "states come in the order of their first change");
	tap_is_int((long long)presence_waiting(&p), 0, "and are gone then");

	report("a", 7, true, false);
	report("b", 8, true, true);
	report("a", 7, true, true);
	report("a", 7, false, true);
	tap_is_str(batch(),
	    "{\"first\":false,\"subscribers\":2,\"list\":["
	    "[\"a\",7,false,T,\"device\",\"\",\"silent\"],"
	    "[\"b\",8,true,T,\"device\",\"192.0.2.8\"]]}",
	    "of a connection only the last state is told, an end with its "
	    "cause");

	report("a", 7, false, true);
	report("c", 7, true, false);
	tap_is_int((long long)presence_waiting(&p), 2,
	    "a connection that changed its name is told under both");
	(void)batch();

	report("a", 9, true, false);
	report("a", 10, true, true);
	tap_is_int((long long)presence_waiting(&p), 2,
	    "two connections of one device are two entries");
	(void)batch();

	for (int i = 0; i < HUBWIRE_BATCH + 5; i++) {
		(void)snprintf(id, sizeof(id), "%012d", i);
		report(id, 100 + (uint64_t)i, true, false);
	}
	tap_is_int((long long)count(batch(), "claim"), HUBWIRE_BATCH,
	    "a batch has a limit");
	tap_is_int((long long)presence_waiting(&p), 5, "the rest waits");
	presence_fini(&p);
	return tap_end();
}
