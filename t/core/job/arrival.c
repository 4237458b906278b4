/*
 * What devices bring by themselves: URLs that are good once (arrival.h); with
 * real devices, t/e2e/backup.t.
 */
#include "arrival.h"

#include <string.h>

#include "fixture.h"
#include "must.h"
#include "ticket.h"

static struct fixture f;

static const struct ticket_new unreadable = {.purpose = "save",
    .owner = "device:1",
    .payload = STR("one two"),
    .life_ms = 60000};

static void
test_no_url(void)
{
	struct conf conf = {.device_url = "", .base = "/example.com/devices"};

	tap_ok(arrival_place(&f.q, &conf, &unreadable, STR("0090")) == NULL &&
		   strcmp(f.err.text, "[instance] url is not set") == 0,
	    "devices do not find an instance that knows no URL of its own");
}

static void
test_place(void)
{
	struct conf conf = {.device_url = "http://fleet.example",
	    .base = "/example.com/devices"};
	const char *begin = "http://fleet.example/example.com/devices/dav/";
	const char *url =
	    arrival_place(&f.q, &conf, &unreadable, STR("009033000001"));
	struct str ticket;

	must(url != NULL && strncmp(url, begin, strlen(begin)) == 0);
	ticket = str_n(url + strlen(begin), TICKET_LEN);
	tap_is_str(ticket.p + TICKET_LEN, "/009033000001.txt",
	    "a URL has a ticket and the device's name");
	tap_ok(
	    arrival_take(&f.q, ticket, STR("text")) < 0 && f.err.kind == ERR_IO,
	    "a ticket that says of no task is a fault of ours, and told");
	tap_ok(arrival_take(&f.q, ticket, STR("text")) < 0 &&
		   f.err.kind == ERR_GONE,
	    "and used up");
	tap_ok(arrival_take(&f.q, STR("x"), STR("text")) < 0 &&
		   f.err.kind == ERR_GONE,
	    "what is no ticket opens nothing");
}

int
main(void)
{
	fx_open(&f);
	test_no_url();
	test_place();
	fx_close(&f);
	return tap_end();
}
