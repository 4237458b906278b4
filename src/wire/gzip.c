#include "gzip.h"

#include "arena.h"
#include "must.h"

#define ZLIB_CONST /* input is const */
#include <limits.h>
#include <zlib.h>

/* Lists repeat themselves: level 1 is within a tenth of what 6 makes of them,
 * in a quarter of the time; more memory makes it slower. */
#define LEVEL     1
#define MEMORY    8
#define WITH_GZIP (MAX_WBITS + 16) /* header and trailer of gzip */

struct gzip {
	z_stream z;
	struct sink to;
	bool failed;
	unsigned char out[GZIP_PIECE];
};

struct gzip *
gzip_new(struct sink to)
{
	struct gzip *g = mem_new(sizeof(*g));

	g->to = to;
	must(deflateInit2(&g->z, LEVEL, Z_DEFLATED, WITH_GZIP, MEMORY,
		 Z_DEFAULT_STRATEGY) == Z_OK);
	g->z.next_out = g->out;
	g->z.avail_out = sizeof(g->out);
	return g;
}

void
gzip_free(struct gzip **g)
{
	if (*g == NULL)
		return;
	(void)deflateEnd(&(*g)->z); /* tells only that it was not ended */
	mem_free(*g);
	*g = NULL;
}

/* Hand on what there is; the buffer is empty then. */
static void
hand_on(struct gzip *g)
{
	size_t n = sizeof(g->out) - g->z.avail_out;

	if (!g->failed && n > 0 && g->to.put(g->to.arg, g->out, n) < 0)
		g->failed = true;
	g->z.next_out = g->out;
	g->z.avail_out = sizeof(g->out);
}

static int
put(void *arg, const void *p, size_t n)
{
	struct gzip *g = arg;

	must(n <= UINT_MAX);
	g->z.next_in = p;
	g->z.avail_in = (uInt)n;
	while (!g->failed && g->z.avail_in > 0) {
		must(deflate(&g->z, Z_NO_FLUSH) == Z_OK);
		if (g->z.avail_out == 0)
			hand_on(g);
	}
	return g->failed ? -1 : 0;
}

struct sink
gzip_sink(struct gzip *g)
{
	struct sink s = {.put = put, .arg = g};

	return s;
}

void
gzip_flush(struct gzip *g)
{
	bool full = true;

	g->z.avail_in = 0;
	while (!g->failed && full) {
		int rc = deflate(&g->z, Z_SYNC_FLUSH);

		must(rc == Z_OK || rc == Z_BUF_ERROR);
		full = g->z.avail_out == 0;
		hand_on(g);
	}
}

int
gzip_end(struct gzip *g)
{
	int rc = Z_OK;

	g->z.avail_in = 0;
	while (!g->failed && rc != Z_STREAM_END) {
		rc = deflate(&g->z, Z_FINISH);
		must(rc == Z_OK || rc == Z_BUF_ERROR || rc == Z_STREAM_END);
		hand_on(g);
	}
	return g->failed ? -1 : 0;
}

/* ---- by itself ---- */

void
gzip_zlib(struct str in, struct buf *out)
{
	uLongf n = compressBound(in.len);
	char *to = buf_reserve(out, n);

	if (to == NULL)
		return;
	must(compress((Bytef *)to, &n, (const Bytef *)in.p, in.len) == Z_OK);
	buf_added(out, n);
}

uint32_t
gzip_crc(struct str in)
{
	return (uint32_t)crc32_z(0, (const Bytef *)in.p, in.len);
}

/* ---- Accept-Encoding ---- */

/* "0.5" in thousandths; what is no weight counts as the full one. */
static int
weight_of(struct str q)
{
	int weight = 0, digit = 1000;

	if (q.len == 0 || q.len > 5 || (q.len > 1 && q.p[1] != '.'))
		return 1000;
	for (size_t i = 0; i < q.len; i++) {
		if (i == 1)
			continue;
		if (q.p[i] < '0' || q.p[i] > '9')
			return 1000;
		weight += (q.p[i] - '0') * digit;
		digit /= 10;
	}
	return weight > 1000 ? 1000 : weight;
}

/* The weight in the parameters of one coding: ";q=0.5". */
static int
weight_in(struct str params)
{
	struct str one;

	while (str_next(&params, ';', &one)) {
		one = str_trim(one);
		if (one.len > 2 && str_eq_nocase(str_n(one.p, 2), STR("q=")))
			return weight_of(str_n(one.p + 2, one.len - 2));
	}
	return 1000;
}

int
gzip_weight(struct str header)
{
	int named = -1, others = 0;
	struct str one, coding;

	while (str_next(&header, ',', &one)) {
		int weight;

		if (!str_next(&one, ';', &coding))
			continue;
		coding = str_trim(coding);
		weight = weight_in(one);
		if (str_eq_nocase(coding, STR("gzip")) ||
		    str_eq_nocase(coding, STR("x-gzip")))
			named = weight;
		else if (str_eqz(coding, "*"))
			others = weight;
	}
	return named >= 0 ? named : others;
}
