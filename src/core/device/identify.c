/* One question, one decision (decide), one answer. */
#include "identify.h"

#include <string.h>

#include "batch.h"
#include "clock.h"
#include "code.h"
#include "db.h"
#include "device_look.h"
#include "facts.h"
#include "identify_state.h"
#include "log.h"
#include "must.h"
#include "record.h"

#define CHALLENGE_TIMES 2 /* a challenge is sent, and once more */

/* One run through the rules. */
struct run {
	struct ask *q;
	const struct peer *p;
	struct facts f;
	struct record k;
	bool known;  /* k is a device in a domain */
	bool closed; /* the answer says so */
	struct state s;
	struct jout j;
	struct secret password; /* that the device is known to have */
};

/* ---- answers ---- */

static void
answer_state(struct run *r, struct str facts)
{
	char text[IDENTIFY_STATE_MAX];

	r->s.facts = facts;

	str_copy(r->s.hw_id, sizeof(r->s.hw_id), str_of(r->f.hw_id));
	state_write(&r->s, text, sizeof(text));
	jout_strz(&r->j, "state", text);
}

static int
answer_close(struct run *r, enum hubwire_close code)
{
	if (!r->closed)
		jout_int(&r->j, "close", (int64_t)code);
	r->closed = true;
	return 0;
}

static int
answer_claim(struct run *r)
{
	bool fresh = r->s.level != LEVEL_CLAIM;
	int rc = facts_claim(r->q, &r->f, r->p);

	if (rc < 0)
		return -1;
	/* It may come back when its address has fewer. */
	if (rc == 0)
		return answer_close(r, HUBWIRE_CLOSE_LATER);
	if (fresh)
		log_event(LOG_INFO, "device.claim",
		    PAIRS(P_STRZ("hwId", r->f.hw_id)));
	r->s.level = LEVEL_CLAIM;
	jout_strz(&r->j, "as", "claim");
	jout_strz(&r->j, "hwId", r->f.hw_id);
	answer_state(r, str_n("", 0));
	return 0;
}

/* Facts of a connection that was the device before: subscribers are told
 * after the commit, since its presence does not change. */
static int
tell_change(struct run *r)
{
	struct snapshot sides[2];
	struct device d;
	struct record again;

	if (record_load(r->q, r->k.device.hw_id, &again) <= 0)
		return -1;
	d = again.device;
	if (device_snapshot(r->q, &d, &sides[0]) < 0)
		return -1;
	sides[1] = sides[0];
	device_tell(r->q, d.hw_id, d.rev, sides);
	return 0;
}

/* By which name it knows us: written when that is another one. */
static int
keep_host(struct run *r)
{
	if (r->p->host.len == 0 || str_eq(r->p->host, r->k.host))
		return 0;
	return db_do(r->q->core->store, STMT_DEVICE_HOST,
	    ARGS(A_INT(r->k.device.id), A_STR(r->p->host)), r->q->err);
}

/*
 * It is the device: write what changed, send what it shall have.  with_password
 * adds 0x0001.  The claim this connection may have been is gone.
 */
static int
answer_device(struct run *r, bool displace, bool with_password)
{
	bool changed, sent = false, was = r->s.level == LEVEL_CLAIM;

	must(r->known && !r->closed);
	if (facts_save(r->q, &r->f, &r->k, &changed) < 0 || keep_host(r) < 0)
		return -1;
	jout_array(&r->j, "send");
	if (with_password)
		record_frame_password(&r->j, &r->password);
	if (record_frame_admin(r->q, &r->j, &r->k, &r->password, &sent) < 0)
		return -1;
	jout_end(&r->j);
	if (sent && record_deployed(r->q, &r->k) < 0)
		return -1;
	if (was &&
	    db_do(r->q->core->store, STMT_CLAIM_DROP,
		ARGS(A_STR(r->p->boot), A_INT(r->p->conn)), r->q->err) < 0)
		return -1;
	r->s.level = displace ? LEVEL_DEVICE : LEVEL_OFFERED;
	r->s.wrong = 0;
	r->s.asked = 0;
	jout_strz(&r->j, "as", "device");
	jout_strz(&r->j, "hwId", r->f.hw_id);
	jout_int(&r->j, "domain", r->k.device.domain_id);
	jout_bool(&r->j, "displace", displace);
	answer_state(r, str_n("", 0));
	return 0;
}

/* ---- rules ---- */

/* The device says something new on a connection that is already its own. */
static int
same_device(struct run *r)
{
	bool changed;

	must(r->known);
	if (facts_save(r->q, &r->f, &r->k, &changed) < 0)
		return -1;
	if (changed && tell_change(r) < 0)
		return -1;
	answer_state(r, str_n("", 0));
	return 0;
}

/* The offered password is this connection's: send it. */
static int
give(struct run *r, bool displace)
{
	if (secret_open(r->q, SECRET_DEVICE, r->k.device.id, r->k.offered,
		&r->password) < 0)
		return -1;
	record_tag(r->k.offered, r->s.tag);
	if (answer_device(r, displace, true) < 0)
		return -1;
	log_event(
	    LOG_INFO, "device.offered", PAIRS(P_STRZ("hwId", r->f.hw_id)));
	return 1;
}

/* Give the offered password to this connection; 0 if another was faster. */
static int
hand_over(struct run *r)
{
	struct ask *q = r->q;
	int rc = db_run(q->core->store, STMT_SECRET_HAND,
	    ARGS(A_INT(r->k.device.id), A_STR(r->p->hub), A_STR(r->p->boot),
		A_INT(r->p->conn), A_BLOB(r->k.offered)),
	    q->err);

	must(r->known && r->k.offered.len > 0);
	return rc <= 0 ? rc : give(r, false);
}

/* The offer went to this very connection, but the answer got lost: the hub
 * asks again. */
static bool
asked_again(const struct run *r)
{
	return r->k.offered.len > 0 && r->k.offer_conn == r->p->conn &&
	       str_eq(r->k.offer_boot, r->p->boot);
}

/* ---- a provisioning code ---- */

/* By the digits it says, else by the query of its URL. */
static int
use_code(struct run *r, const struct code_say *say)
{
	enum code_verdict verdict;
	struct code c;

	/* A change before anything is looked at: who only looks comes again to
	 * write, and a wrong code is counted once. */
	if (db_do(r->q->core->store, STMT_CODE_EXPIRE,
		ARGS(A_INT(clock_now_ms() - CODE_KEPT_MS)), r->q->err) < 0 ||
	    (say->digits.len > 0 ? code_use(r->q, say, &c, &verdict)
				 : code_use_query(r->q, say, &c, &verdict)) < 0)
		return -1;
	if (verdict == CODE_WAIT)
		return answer_close(r, HUBWIRE_CLOSE_LATER) < 0 ? -1 : 1;
	if (verdict != CODE_RIGHT)
		return 0;
	if (record_load(r->q, str_of(r->f.hw_id), &r->k) <= 0)
		return -1;
	r->known = true;
	if (give(r, true) < 0 ||
	    (c.id != 0 && code_tell(r->q, &c, say, NULL) < 0))
		return -1;
	log_event(LOG_INFO, "device.provisioned",
	    PAIRS(P_STRZ("hwId", r->f.hw_id), P_INT("code", c.id)));
	return 1;
}

/* Its URL may bring one, and it is in no domain, or has never proven anything. */
static bool
has_token(const struct run *r)
{
	return r->p->query.len > 0 && (!r->known || r->k.proven.len == 0);
}

/* 1 its code made it a device, or it has to wait; 0 there is none, or it does
 * not count: it is as any other; -1. */
static int
provision(struct run *r)
{
	struct code_say say = {.p = r->p,
	    .k = &r->k,
	    .hw_id = str_of(r->f.hw_id),
	    .digits = r->f.code};
	struct buf told;
	int rc;

	if (r->f.code.len == 0 && !has_token(r))
		return 0;
	buf_init(&told, FACTS_PACK_MAX);
	facts_pack(&r->f, &told);
	say.told = buf_view(&told);
	rc = use_code(r, &say);
	buf_fini(&told);
	return rc;
}

/* Does the digest prove this sealed password?  1 yes (and it is opened). */
static int
proves(struct run *r, struct str sealed)
{
	char want[CRYPTO_HEX_MAX];

	must(r->known && r->s.challenge[0] != '\0');
	if (sealed.len == 0)
		return 0;
	if (secret_open(
		r->q, SECRET_DEVICE, r->k.device.id, sealed, &r->password) < 0)
		return -1;
	sc_digest(
	    &r->f.sent, str_of(r->s.challenge), secret_str(&r->password), want);
	if (!crypto_equal_nocase(r->f.digest, str_of(want)))
		return 0;
	record_tag(sealed, r->s.tag);
	return 1;
}

static int
wrong_digest(struct run *r)
{
	r->s.wrong++;
	if (answer_claim(r) < 0)
		return -1;
	log_event(LOG_WARN, "device.wrong-digest",
	    PAIRS(P_STRZ("hwId", r->f.hw_id), P_INT("times", r->s.wrong)));
	return r->s.wrong >= IDENTIFY_WRONG_MAX
		   ? answer_close(r, HUBWIRE_CLOSE_POLICY)
		   : 0;
}

static int
check_digest(struct run *r)
{
	int rc = proves(r, r->k.offered);

	if (rc > 0) {
		/* Proven: from now on only this one counts. */
		if (db_do(r->q->core->store, STMT_SECRET_PROMOTE,
			ARGS(A_INT(r->k.device.id), A_BLOB(r->k.offered)),
			r->q->err) < 0)
			return -1;
	} else if (rc == 0) {
		rc = proves(r, r->k.proven);
	}
	if (rc < 0)
		return -1;
	if (rc == 0)
		return wrong_digest(r);
	if (answer_device(r, true, false) < 0)
		return -1;
	log_event(LOG_INFO, "device.proven", PAIRS(P_STRZ("hwId", r->f.hw_id)));
	return 0;
}

/* Chapter 12 row 7: the same challenge once more, then it is a claim. */
static int
challenge(struct run *r)
{
	struct buf json, facts;

	must(r->known);
	if (r->s.asked >= CHALLENGE_TIMES)
		return answer_claim(r);
	if (r->s.challenge[0] == '\0')
		sc_challenge_new(r->s.challenge);
	r->s.asked++;
	buf_init(&json, 256);
	sc_json_challenge(&json, str_of(r->s.challenge));
	jout_array(&r->j, "send");
	jout_array(&r->j, NULL);
	jout_int(&r->j, NULL, SC_CHALLENGE);
	jout_str(&r->j, NULL, buf_view(&json));
	jout_end(&r->j);
	jout_end(&r->j);
	buf_fini(&json);
	buf_init(&facts, FACTS_PACK_MAX);
	facts_pack(&r->f, &facts);
	answer_state(r, buf_view(&facts));
	buf_fini(&facts);
	jout_bool(&r->j, "again", true);
	return 0;
}

/* The hub asks again: the device has not answered its challenge. */
static int
unanswered(struct run *r)
{
	if (r->s.asked == 0 || r->s.level != LEVEL_NEW ||
	    !facts_unpack(r->q, r->s.facts, &r->f))
		return 0;
	str_copy(r->f.hw_id, sizeof(r->f.hw_id), str_of(r->s.hw_id));
	return answer_claim(r);
}

static int
decide(struct run *r)
{
	int rc;

	if (r->s.hw_id[0] != '\0' && strcmp(r->s.hw_id, r->f.hw_id) != 0) {
		log_event(LOG_WARN, "device.other-id",
		    PAIRS(P_STRZ("hwId", r->s.hw_id),
			P_STRZ("other", r->f.hw_id)));
		return answer_close(r, HUBWIRE_CLOSE_POLICY);
	}
	if (!r->known) {
		rc = provision(r);
		return rc == 0 ? answer_claim(r) : rc < 0 ? -1 : 0;
	}
	if (state_is_device(&r->s, &r->k))
		return same_device(r);
	if (r->s.level == LEVEL_DEVICE || r->s.level == LEVEL_OFFERED)
		r->s.level = LEVEL_NEW;
	if (r->f.digest.len > 0 && r->s.challenge[0] != '\0')
		return check_digest(r);
	rc = asked_again(r) ? hand_over(r) : provision(r);
	if (rc == 0 && record_offer(&r->k))
		rc = hand_over(r);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	/* An offer that nobody got proves nothing. */
	if (r->k.proven.len > 0 ||
	    (r->k.offered.len > 0 && r->k.offer_conn != 0))
		return challenge(r);
	return answer_claim(r);
}

/* Redirections of the device to itself are known by these. */
static void
answer_hosts(struct run *r)
{
	_Static_assert(2 * IFACES_MAX <= HUBWIRE_HOSTS_MAX, "the hub has room");
	jout_array(&r->j, "hosts");
	for (size_t i = 0; i < r->f.nifs; i++) {
		if (r->f.ifs[i].ipv4.len > 0)
			jout_str(&r->j, NULL, r->f.ifs[i].ipv4);
		if (r->f.ifs[i].ipv6.len > 0)
			jout_str(&r->j, NULL, r->f.ifs[i].ipv6);
	}
	jout_end(&r->j);
}

static int
run(struct run *r, struct str text)
{
	int rc;

	if (text.len == 0 && r->p->state.len > 0)
		return unanswered(r);
	if (facts_read(r->q, text, &r->f) < 0) {
		if (r->q->err->kind != ERR_INPUT &&
		    r->q->err->kind != ERR_LIMIT)
			return -1;
		log_event(LOG_WARN, "device.unreadable",
		    PAIRS(P_STRZ("why", r->q->err->text)));
		return answer_close(r, HUBWIRE_CLOSE_POLICY);
	}
	rc = record_load(r->q, str_of(r->f.hw_id), &r->k);
	if (rc < 0)
		return -1;
	r->known = rc > 0 && r->k.device.domain_id > 0;
	answer_hosts(r);
	return decide(r);
}

int
identify_write(struct ask *q, void *question)
{
	const struct identify_question *x = question;
	struct run r = {.q = q, .p = x->peer};
	int rc;

	state_read(x->peer->state, &r.s);
	jout_init(&r.j, buf_sink(x->out));
	jout_object(&r.j, NULL);
	rc = run(&r, x->text);
	if (rc == 0)
		jout_end(&r.j);
	secret_wipe(&r.password);
	if (rc == 0 && (jout_failed(&r.j) || arena_failed(q->arena)))
		return err_set(q->err, ERR_LIMIT, "no room to answer");
	return rc;
}

int
identify_look(struct ask *q, struct identify_question *x)
{
	struct arena_mark m = arena_mark(q->arena);
	int rc;

	store_look(q->core->store);
	rc = identify_write(q, x);
	if (!store_look_end(q->core->store))
		return rc < 0 ? -1 : 1;
	arena_reset(q->arena, m);
	buf_wipe(x->out);
	return 0;
}

int
identify(struct ask *q, const struct peer *p, struct str text, struct buf *out)
{
	struct identify_question x = {p, text, out};
	int rc = identify_look(q, &x);

	return rc == 0 ? batch_alone(q, identify_write, &x) : rc > 0 ? 0 : -1;
}
