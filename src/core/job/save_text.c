#include "save_text.h"

#include <string.h>

#include "ask.h"
#include "column.h"
#include "db.h"
#include "ids.h"
#include "must.h"
#include "secret.h"
#include "zpatch.h"

#define OTHERS 2 /* texts at most by which one is told */

void
save_text_hash(struct str text, unsigned char out[CRYPTO_HASH_MAX])
{
	struct crypto_hash h;

	crypto_hash_init(&h, CRYPTO_SHA256);
	crypto_hash_add(&h, text);
	must(crypto_hash_end(&h, out) == CRYPTO_HASH_MAX);
}

/* ---- reading ---- */

/* One of the store, still packed.  It may be as long as a request has memory, so
 * it is in no arena. */
struct packed {
	int64_t id, base; /* 0: it stands by itself */
	unsigned char hash[CRYPTO_HASH_MAX];
	struct buf text;
};

/* What a statement finds: 1, 0, -1.  out->text is the caller's in each case. */
static int
find(struct ask *q, enum stmt s, struct args args, struct packed *out)
{
	struct row *row;
	int rc = db_first(q->core->store, s, args, &row, q->err);

	*out = (struct packed){0};
	if (rc > 0) {
		struct str hash = row_str(row, SAVE_TEXT_HASH);

		out->id = row_int(row, SAVE_TEXT_ID);
		out->base = row_int(row, SAVE_TEXT_OLDER);
		must(hash.len == sizeof(out->hash));
		memcpy(out->hash, hash.p, hash.len);
		if (secret_open_text(q, SECRET_SAVE, out->id,
			row_str(row, SAVE_TEXT_PACKED), &out->text) < 0)
			rc = -1;
	}
	db_done(row);
	return rc;
}

/* The text itself, by base ("" without one). */
static int
unpack(struct ask *q, const struct packed *p, struct str base, struct buf *out)
{
	unsigned char hash[CRYPTO_HASH_MAX];

	if (zpatch_read(base, buf_view(&p->text), DUMP_MAX, out, q->err) < 0)
		return -1;
	save_text_hash(buf_view(out), hash);
	return crypto_equal(
		   str_n(hash, sizeof(hash)), str_n(p->hash, sizeof(p->hash)))
		   ? 0
		   : err_set(q->err, ERR_IO, "a saved text is damaged");
}

/* The text that id has; others, at most so many, tell it. */
static int
read_by(struct ask *q, int64_t id, int others, struct buf *out)
{
	struct packed p;
	struct buf base;
	int rc = err_need(find(q, STMT_SAVE_TEXT_BY_ID, ARGS(A_INT(id)), &p),
	    q->err, ERR_IO, "a saved text is missing");

	buf_init(&base, DUMP_MAX);
	if (rc == 0 && p.base != 0)
		rc = others > 0 ? read_by(q, p.base, others - 1, &base)
				: err_set(q->err, ERR_IO,
				      "a saved text is told by too many");
	if (rc == 0)
		rc = unpack(q, &p, buf_view(&base), out);
	buf_wipe(&base);
	buf_wipe(&p.text);
	return rc;
}

int
save_text_read(struct ask *q, int64_t id, struct buf *out)
{
	buf_init(out, DUMP_MAX);
	return read_by(q, id, OTHERS, out);
}

/* ---- writing ---- */

/* The hash of the lines that count, by which equal texts are found. */
static void
mark_of(struct ask *q, const struct saveform *f, struct str text,
    unsigned char out[SECRET_MARK_SIZE])
{
	struct str rest = text, line;
	struct buf lines;

	if (f == NULL) {
		secret_mark(q->core, "save.mark", text, out);
		return;
	}
	buf_init(&lines, SAVE_MAX + 1);
	while (saveform_line(&rest, &line))
		if (saveform_counts(f, line)) {
			buf_str(&lines, line);
			buf_putc(&lines, '\n');
		}
	must(!buf_failed(&lines));
	secret_mark(q->core, "save.mark", buf_view(&lines), out);
	buf_wipe(&lines);
}

/* The text that a new one of the device is told by, if there is one: 0, -1.
 * The near one differs less from it. */
static int
find_base(struct ask *q, const struct save_of *of, int64_t *id, struct buf *out)
{
	struct store *st = q->core->store;
	int64_t near;
	int rc = db_int(st, STMT_SAVE_TEXT_BASE,
	    ARGS(A_INT(of->device), A_INT(SAVE_BASE - 1), A_STR(of->instance)),
	    id, q->err);

	buf_init(out, DUMP_MAX);
	if (rc <= 0)
		return rc;
	rc = db_int(st, STMT_SAVE_TEXT_NEAR,
	    ARGS(A_INT(*id), A_INT(SAVE_NEAR - 1)), &near, q->err);
	if (rc > 0)
		*id = near;
	return rc < 0 ? -1 : read_by(q, *id, OTHERS - 1, out);
}

/* Pack it, by base if that makes it much shorter: 1 by base, 0 by itself, -1. */
static int
pack(struct ask *q, struct str base, struct str text, struct buf *out)
{
	struct buf again;
	int rc = 0;

	buf_init(out, DUMP_MAX + SAVE_MAX);
	if (base.len + text.len > ZPATCH_MAX)
		base = STR("");
	if (base.len > 0)
		zpatch_make(base, text, out);
	if (base.len == 0 || out->len > text.len / 8) {
		base = STR("");
		buf_clear(out);
		zpatch_make(base, text, out);
	}
	buf_init(&again, DUMP_MAX);
	if (buf_failed(out) ||
	    zpatch_read(base, buf_view(out), DUMP_MAX, &again, q->err) < 0 ||
	    !str_eq(buf_view(&again), text))
		rc = err_set(q->err, ERR_IO, "a text cannot be packed");
	buf_wipe(&again);
	return rc < 0 ? -1 : base.len > 0;
}

/* A row that add writes. */
struct fresh {
	int64_t id, base;
	const struct save_of *of;
	struct str text, mark, packed;
};

static int
insert(struct ask *q, struct fresh *x)
{
	unsigned char hash[CRYPTO_HASH_MAX];
	struct buf sealed;
	int rc;

	if (ids_draw(q, IDS_SAVE_TEXT, &x->id) < 0)
		return -1;
	save_text_hash(x->text, hash);
	secret_seal_text(q->core, SECRET_SAVE, x->id, x->packed, &sealed);
	rc = db_do(q->core->store, STMT_SAVE_TEXT_ADD,
	    ARGS(A_INT(x->id), A_INT(x->of->device), A_ID(x->base),
		A_BLOB(x->mark), A_BLOB(str_n(hash, sizeof(hash))),
		A_BLOB(buf_view(&sealed)), A_STR(x->of->instance)),
	    q->err);
	buf_fini(&sealed);
	return rc;
}

static int
add(struct ask *q, struct fresh *x)
{
	struct buf older, packed = {0};
	int64_t base = 0;
	int rc = find_base(q, x->of, &base, &older);

	if (rc >= 0)
		rc = pack(q, buf_view(&older), x->text, &packed);
	if (rc >= 0) {
		x->base = rc > 0 ? base : 0;
		x->packed = buf_view(&packed);
		rc = insert(q, x);
	}
	buf_wipe(&packed);
	buf_wipe(&older);
	return rc;
}

int
save_text_put(struct ask *q, const struct saveform *f, const struct save_of *of,
    struct str text, int64_t *id)
{
	unsigned char mark[SECRET_MARK_SIZE];
	struct fresh x = {.of = of, .text = text};
	int rc;

	mark_of(q, of->instance.len > 0 ? NULL : f, text, mark);
	x.mark = str_n(mark, sizeof(mark));
	rc = db_int(q->core->store, STMT_SAVE_TEXT_EQUAL,
	    ARGS(A_INT(of->device), A_BLOB(x.mark), A_STR(of->instance)), id,
	    q->err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = add(q, &x);
	*id = x.id;
	return rc;
}
