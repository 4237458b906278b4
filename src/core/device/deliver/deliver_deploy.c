/*
 * The administrative password: an online device has an older one than its
 * domain deploys (deliver.h).
 */
#include "deliver_side.h"

/* A random password does not change with the domain's: it has it already. */
static bool
has_it(const struct record *k)
{
	return record_random(k) && k->admin.len > 0 &&
	       k->admin_rev >= k->random_rev && k->deployed_rev > 0 &&
	       k->deployed_rev >= k->random_rev;
}

static int
lacks(struct ask *q, const struct record *k, struct target *t)
{
	*t = (struct target){0};
	if (!k->device.online || !k->deploy ||
	    k->deployed_rev >= k->deploy_rev || record_password(k).len == 0)
		return 0;
	return has_it(k) ? record_deployed(q, k) : 1;
}

static int
put(struct ask *q, const struct record *k, const struct target *t,
    struct jout *j)
{
	struct secret password;
	bool sent = false;
	int rc;

	(void)t;
	if (secret_open(
		q, SECRET_DEVICE, k->device.id, record_password(k), &password) < 0)
		return -1;
	jout_array(j, "send");
	rc = record_frame_admin(q, j, k, &password, &sent);
	jout_end(j);
	secret_wipe(&password);
	return rc < 0 ? -1 : sent;
}

static int
given(struct ask *q, const struct record *k, struct target *t)
{
	(void)t;
	return record_deployed(q, k);
}

/* Not carried out: it is gone, and gets it when it comes again. */
const struct difference deliver_deploy = {
    .lacks = lacks, .put = put, .given = given};
