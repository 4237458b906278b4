#include "phone_key.h"

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "domain.h"
#include "phone_mark.h"

#define PLACE "phone.key"

/* ---- text ---- */

void
phone_key_write(
    const struct core *c, const struct phone_door *d, char key[PHONE_KEY_SIZE])
{
	struct phone_mark m = {d->domain_id, d->generation};

	phone_mark_write(c, PLACE, &m, key);
}

bool
phone_key_read(const struct core *c, struct str key, struct phone_door *out)
{
	struct phone_mark m;
	bool right = phone_mark_read(c, PLACE, key, &m);

	*out =
	    (struct phone_door){.domain_id = m.id, .generation = m.generation};
	return right;
}

int
phone_key_counts(struct ask *q, int64_t domain, int64_t *generation)
{
	return db_int(q->core->store, STMT_PHONE_KEY, ARGS(A_INT(domain)),
	    generation, q->err);
}

/* ---- making ---- */

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	int64_t generation;
	int rc = change_found(phone_key_counts(q, id, &generation), out);

	(void)key;
	out->domain = id;
	return rc <= 0 ? rc
		       : change_values(
			     q, PAIRS(P_INT("generation", generation)), out);
}

static const struct change_kind key_kind = {.look = look};

/* What of the two: has it to be there before? */
static int
put(struct ask *q, int64_t domain, bool there, struct phone_door *out)
{
	int64_t before;
	struct domain d;
	int rc = phone_key_counts(q, domain, &before);

	if (rc < 0 || (rc > 0 && !there))
		return rc < 0 ? -1
			      : err_say(q->err, ERR_EXISTS,
				    "the domain has a key for phones");
	if (rc == 0 && there)
		return err_say(
		    q->err, ERR_GONE, "the domain has no key for phones");
	*out = (struct phone_door){.domain_id = domain, .made = clock_now_ms()};
	if (err_need(domain_get(q, domain, &d), q->err, ERR_GONE,
		"no such domain") < 0 ||
	    change_touch(q, &key_kind, domain, STR("")) < 0 ||
	    change_rev(q, &out->generation) < 0 ||
	    db_do(q->core->store, STMT_PHONE_KEY_SET,
		ARGS(A_INT(domain), A_INT(out->generation), A_INT(out->made)),
		q->err) < 0)
		return -1;
	return change_say(q, there ? "phone.key.rotate" : "phone.key.add",
	    d.name, PAIRS(P_INT("domain", domain)));
}

static int
make(struct ask *q, int64_t domain, bool there, char key[PHONE_KEY_SIZE])
{
	struct phone_door made;

	key[0] = '\0';
	if (access_own(q->who, domain, q->err) < 0 || change_begin(q) < 0 ||
	    change_end(q, put(q, domain, there, &made)) < 0)
		return -1;
	phone_key_write(q->core, &made, key);
	return 0;
}

int
phone_key_new(struct ask *q, int64_t domain, char key[PHONE_KEY_SIZE])
{
	return make(q, domain, false, key);
}

int
phone_key_rotate(struct ask *q, int64_t domain, char key[PHONE_KEY_SIZE])
{
	return make(q, domain, true, key);
}

int
phone_key_list(
    struct ask *q, int64_t *after, struct phone_door **out, size_t *n)
{
	size_t all, kept = 0;

	if (load_list(ask_loader(q), STMT_PHONE_KEY_PAGE,
		ARGS(A_INT(*after), A_INT(PHONE_KEY_PAGE)), load_phone_door,
		out, &all) < 0)
		return -1;
	*after = all == PHONE_KEY_PAGE ? (*out)[all - 1].domain_id : 0;
	for (size_t i = 0; i < all; i++)
		if (access_owns(q->who, (*out)[i].domain_id))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return 0;
}
