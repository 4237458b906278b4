/* Messages about moving devices to another host, and about pauses. */
#include "api_table.h"
#include "hwid.h"
#include "move.h"
#include "pause.h"

enum { F_FROM, F_TO, F_DRY };
enum { F_WHAT, F_UNTIL }; /* hwId or domainId */

/* clang-format off */
static const struct field f_move[] = {
    [F_FROM] = NEED_TEXT("from", 1, MOVE_HOST_MAX),
    [F_TO] = NEED_TEXT("to", 1, MOVE_HOST_MAX),
    [F_DRY] = BOOL("dryRun"),
};

static const struct field f_pause_device[] = {
    [F_WHAT] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_UNTIL] = NEED_NUMBER("until", 0, ID_MAX),
};

static const struct field f_pause_domain[] = {
    [F_WHAT] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_UNTIL] = NEED_NUMBER("until", 0, ID_MAX),
};

static const struct field f_pauses[] = {
    [F_WHAT] = NEED_NUMBER("domainId", 1, ID_MAX),
};
/* clang-format on */

/* ---- moving ---- */

static int
move(struct call *c)
{
	struct move_wish w = {.from = c->v[F_FROM].text,
	    .to = c->v[F_TO].text,
	    .base = c->uris->base,
	    .dry = c->v[F_DRY].truth};
	struct jout *j = &c->reply->j;
	struct move_preview p;

	if (move_begin(&c->q, &w, &p) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(j, "known", p.scope.known);
	jout_int(j, "online", p.scope.online);
	jout_array(j, "first");
	for (size_t i = 0; i < p.n; i++)
		jout_str(j, NULL, p.first[i]);
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

static int
get_move(struct call *c)
{
	struct jout *j = &c->reply->j;
	struct move_standing s;

	if (move_get(&c->q, &s) < 0)
		return -1;
	reply_open(c->reply);
	jout_str(j, "heard", s.m.told);
	jout_str(j, "from", s.m.from);
	jout_str(j, "to", s.m.to);
	jout_str(j, "url", s.m.url);
	jout_int(j, "began", s.m.began);
	jout_int(j, "ended", s.m.ended);
	jout_str(j, "why", s.m.why);
	jout_int(j, "back", s.m.back);
	jout_int(j, "away", s.n.away);
	jout_int(j, "failed", s.n.failed);
	jout_int(j, "known", s.left.known);
	jout_int(j, "online", s.left.online);
	reply_close(c->reply);
	return 0;
}

static int
stop_move(struct call *c)
{
	return move_stop(&c->q) < 0 ? -1 : api_done(c);
}

/* ---- pauses ---- */

static int
pause_one(struct call *c)
{
	return pause_device(&c->q, c->v[F_WHAT].text, c->v[F_UNTIL].number) < 0
		   ? -1
		   : api_done(c);
}

static int
pause_all(struct call *c)
{
	return pause_domain(&c->q, c->v[F_WHAT].number, c->v[F_UNTIL].number) <
		       0
		   ? -1
		   : api_done(c);
}

static int
get_pauses(struct call *c)
{
	struct jout *j = &c->reply->j;
	struct pauses p;

	if (pause_list(&c->q, c->v[F_WHAT].number, &p) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(j, "until", p.until);
	jout_array(j, "devices");
	for (size_t i = 0; i < p.n; i++) {
		jout_object(j, NULL);
		jout_str(j, "hwId", p.list[i].hw_id);
		jout_int(j, "until", p.list[i].until);
		jout_end(j);
	}
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetPauses"), READS, FIELDS(f_pauses), ARRAY("devices"), .run = get_pauses},
    {ADMIN("GetRegistrationMove"), READS, .run = get_move},
    {ADMIN("MoveRegistrations"), CHANGES, FIELDS(f_move), .run = move},
    {LOGIN("PauseDevice"), CHANGES, FIELDS(f_pause_device), .run = pause_one},
    {LOGIN("PauseDomain"), CHANGES, FIELDS(f_pause_domain), .run = pause_all},
    {ADMIN("StopRegistrationMove"), CHANGES, .run = stop_move},
};
/* clang-format on */

const struct api_table api_move = {messages, COUNT(messages)};
