#include "regtoken.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "column.h"
#include "db.h"
#include "domain.h"
#include "load.h"
#include "secret.h"

#define RAW (REGTOKEN_LEN / 2)

struct found {
	int64_t domain;
	struct str sealed;
};

static void
load_found_token(const struct row *row, struct arena *a, void *out)
{
	struct found *to = out;

	to->domain = row_int(row, DOMAIN_TOKEN_ID);
	to->sealed = row_dup(row, DOMAIN_TOKEN_SEALED, a);
}

/* Of the domain that s finds; 1, 0 there is none, -1. */
static int
open_token(struct ask *q, enum stmt s, struct arg key, int64_t *domain,
    struct secret *out)
{
	struct found t = {0};
	int rc = load_one(ask_loader(q), s, ARGS(key), load_found_token, &t);

	memset(out, 0, sizeof(*out));
	*domain = t.domain;
	if (rc > 0 && secret_open(q, SECRET_TOKEN, t.domain, t.sealed, out) < 0)
		return -1;
	return rc;
}

int
regtoken_get(struct ask *q, int64_t domain, char out[REGTOKEN_SIZE])
{
	struct secret s;
	int rc;

	out[0] = '\0';
	if (access_own(q->who, domain, q->err) < 0)
		return -1;
	rc = open_token(q, STMT_DOMAIN_TOKEN, A_INT(domain), &domain, &s);
	if (rc > 0)
		str_copy(out, REGTOKEN_SIZE, secret_str(&s));
	secret_wipe(&s);
	return rc;
}

static int
set(struct ask *q, int64_t domain, const char *token)
{
	struct buf sealed;
	struct domain d;
	int rc = domain_get(q, domain, &d);

	if (err_need(rc, q->err, ERR_GONE, "no such domain") < 0 ||
	    change_touch(q, &domain_kind, domain, STR("")) < 0)
		return -1;
	secret_seal(
	    q->core, SECRET_TOKEN, domain, str_of(token ? token : ""), &sealed);
	rc = db_do(q->core->store, STMT_DOMAIN_TOKEN_SET,
	    ARGS(A_INT(domain),
		token != NULL ? A_BLOB(buf_view(&sealed)) : A_NULL),
	    q->err);
	buf_fini(&sealed);
	return rc < 0 ? -1
		      : change_say(q, "domain.token", d.name,
			    PAIRS(P_BOOL("there", token != NULL)));
}

int
regtoken_renew(struct ask *q, int64_t domain, char out[REGTOKEN_SIZE])
{
	unsigned char raw[RAW];

	if (out != NULL) {
		crypto_random(raw, sizeof(raw));
		crypto_hex(raw, sizeof(raw), out);
	}
	if (access_own(q->who, domain, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, set(q, domain, out));
}

int
regtoken_fits(struct ask *q, struct str name, struct str token, int64_t *domain)
{
	struct secret s;
	int rc = open_token(q, STMT_DOMAIN_TOKEN_OF, A_STR(name), domain, &s);

	if (rc > 0)
		rc = crypto_equal(token, secret_str(&s));
	secret_wipe(&s);
	return rc;
}
