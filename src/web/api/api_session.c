/* Messages about the sender's own login. */
#include "api_table.h"
#include "appticket.h"

/* ---- tickets ---- */

static int
get_ticket(struct call *c)
{
	char text[TICKET_SIZE];

	if (appticket_draw(&c->q, text) < 0)
		return -1;
	return api_done_secret(c, "ticket", text);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetTicket"), .run = get_ticket},
};
/* clang-format on */

const struct api_table api_session = {messages, COUNT(messages)};
