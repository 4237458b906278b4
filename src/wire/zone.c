#include "zone.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "crypto.h"
#include "file.h"
#include "tzrule.h"

#define FOLDER     "/usr/share/zoneinfo"
#define HEAD       44 /* bytes of a header */
#define OFFSET_MAX (26 * 3600)
#define EVER       (INT64_C(1) << 50) /* seconds: no date */

/* Numbers of what a data block holds, in the order of the header. */
enum count { UTC_MARKS, STD_MARKS, LEAPS, TIMES, KINDS, NAMES, COUNTS };

struct zone {
	struct buf file;
	const char *times; /* of TIMES changes, eight bytes each */
	const char *which; /* the kind of each, one byte */
	const char *kinds; /* of KINDS, six bytes each, the offset first */
	size_t n, nkinds;
	bool has_rule;
	struct tzrule rule; /* behind the last change */
	struct str footer;  /* that as text */
};

/* ---- a file (RFC 8536 section 3) ---- */

static uint64_t
big_endian(const char *p, size_t bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)p[i];
	return n;
}

static int64_t
time_of(const struct zone *z, size_t i)
{
	return (int64_t)big_endian(z->times + i * 8, 8);
}

static int64_t
offset_of(const struct zone *z, size_t kind)
{
	return (int32_t)big_endian(z->kinds + kind * 6, 4);
}

static size_t
kind_of(const struct zone *z, size_t i)
{
	return (unsigned char)z->which[i];
}

/* A header at *at and the length of its data block with times of so many
 * bytes; *at is then behind the header. */
static bool
read_head(struct str file, size_t *at, size_t time_bytes, size_t n[COUNTS],
    size_t *length)
{
	const size_t bytes[COUNTS] = {
	    1, 1, time_bytes + 4, time_bytes + 1, 6, 1};

	if (file.len < *at || file.len - *at < HEAD ||
	    memcmp(file.p + *at, "TZif", 4) != 0 || file.p[*at + 4] < '2')
		return false;
	*length = 0;
	for (int i = 0; i < COUNTS; i++) {
		n[i] = (size_t)big_endian(file.p + *at + 20 + 4 * i, 4);
		if (n[i] > file.len)
			return false;
		*length += n[i] * bytes[i];
	}
	*at += HEAD;
	return file.len - *at >= *length;
}

static bool
is_sound(const struct zone *z)
{
	for (size_t i = 0; i < z->n; i++)
		if ((i > 0 && time_of(z, i) <= time_of(z, i - 1)) ||
		    kind_of(z, i) >= z->nkinds)
			return false;
	for (size_t i = 0; i < z->nkinds; i++)
		if (offset_of(z, i) < -OFFSET_MAX ||
		    offset_of(z, i) > OFFSET_MAX)
			return false;
	return z->nkinds > 0;
}

/* Between two line feeds; empty: the last kind lasts for ever. */
static bool
read_rule(struct zone *z, struct str footer)
{
	if (footer.len < 2 || footer.p[0] != '\n' ||
	    footer.p[footer.len - 1] != '\n')
		return false;
	footer = str_n(footer.p + 1, footer.len - 2);
	z->footer = footer;
	z->has_rule = footer.len > 0;
	return !z->has_rule || tzrule_read(footer, &z->rule);
}

/* The first data block is for programs that know 32 bits only. */
static bool
read_file(struct zone *z)
{
	struct str file = buf_view(&z->file);
	size_t n[COUNTS], length, at = 0;

	if (!read_head(file, &at, 4, n, &length))
		return false;
	at += length;
	if (!read_head(file, &at, 8, n, &length) || n[LEAPS] > 0)
		return false;
	z->n = n[TIMES];
	z->nkinds = n[KINDS];
	z->times = file.p + at;
	z->which = z->times + z->n * 8;
	z->kinds = z->which + z->n;
	at += length;
	return is_sound(z) && read_rule(z, str_n(file.p + at, file.len - at));
}

static struct zone *
zone_new(void)
{
	struct zone *z = mem_new(sizeof(*z));

	buf_init(&z->file, ZONE_FILE_MAX + 1);
	return z;
}

void
zone_close(struct zone **z)
{
	if (*z == NULL)
		return;
	buf_fini(&(*z)->file);
	mem_free(*z);
	*z = NULL;
}

struct zone *
zone_read(struct str file)
{
	struct zone *z = zone_new();

	buf_str(&z->file, file);
	if (file.len > ZONE_FILE_MAX || !read_file(z))
		zone_close(&z);
	return z;
}

/* ---- names ---- */

/* Parts of a path below the folder; no part can be "..". */
static bool
is_name(struct str name)
{
	static const char *const others[] = {
	    "Factory", "localtime", "posixrules", "posix", "right"};
	struct str rest = name, part;

	if (name.len == 0 || name.len > ZONE_NAME_MAX ||
	    !str_only(name, STR_ALNUM, "/_-+"))
		return false;
	for (bool first = true; str_next(&rest, '/', &part); first = false) {
		if (part.len == 0)
			return false;
		for (size_t i = 0;
		     first && i < sizeof(others) / sizeof(others[0]); i++)
			if (str_eqz(part, others[i]))
				return false;
	}
	return true;
}

struct zone *
zone_open(struct str name)
{
	const char *folder = getenv("TZDIR");
	struct zone *z = NULL;
	struct buf path, file;
	struct err e;

	if (str_eqz(name, "UTC"))
		return zone_new();
	if (!is_name(name))
		return NULL;
	buf_init(&path, PATH_MAX);
	buf_init(&file, ZONE_FILE_MAX + 1);
	buf_printf(&path, "%s/%.*s",
	    folder != NULL && folder[0] == '/' ? folder : FOLDER, (int)name.len,
	    name.p);
	if (!buf_failed(&path) &&
	    file_text(path.data, ZONE_FILE_MAX, &file, &e) > 0)
		z = zone_read(buf_view(&file));
	buf_fini(&path);
	buf_fini(&file);
	return z;
}

/* ---- the clock ---- */

/* How many changes are not after s. */
static size_t
changes_until(const struct zone *z, int64_t s)
{
	size_t lo = 0, hi = z->n;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (time_of(z, middle) <= s)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

static void
period_at(const struct zone *z, int64_t s, struct tzrule_period *out)
{
	size_t n = changes_until(z, s);

	*out = (struct tzrule_period){INT64_MIN, INT64_MAX, 0};
	if (n == z->n && z->has_rule)
		tzrule_period(&z->rule, s, out);
	else if (n > 0)
		out->offset = offset_of(z, kind_of(z, n - 1));
	else if (z->nkinds > 0)
		out->offset = offset_of(z, 0);
	if (n > 0 && out->from < time_of(z, n - 1))
		out->from = time_of(z, n - 1);
	if (n < z->n)
		out->until = time_of(z, n);
}

static int64_t
ms_of(int64_t s)
{
	if (s < -EVER)
		return INT64_MIN;
	return s > EVER ? INT64_MAX : s * 1000;
}

void
zone_period(const struct zone *z, int64_t ms, struct zone_period *out)
{
	struct tzrule_period p;

	period_at(z, ms / 1000 - (ms % 1000 < 0), &p);
	*out = (struct zone_period){
	    ms_of(p.from), ms_of(p.until), p.offset * 1000};
}

struct str
zone_rule(const struct zone *z)
{
	return z->footer;
}

void
zone_stamp(const struct zone *z, struct buf *out)
{
	char hex[CRYPTO_HEX_MAX];
	struct str file = buf_view(&z->file);

	crypto_join_hex(CRYPTO_SHA256, ':', &file, 1, hex);
	buf_puts(out, hex);
}
