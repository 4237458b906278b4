#include "points.h"

#include <string.h>

#include "must.h"

#define WIDTH_MAX 3

/* ---- bytes ---- */

static int32_t
number(const unsigned char *at, size_t width)
{
	int32_t v = 0;

	for (size_t i = 0; i < width; i++)
		v = v << 8 | at[i];
	return v - 1;
}

static void
put_number(unsigned char *at, size_t width, int32_t v)
{
	uint32_t rest = (uint32_t)(v + 1);

	for (size_t i = width; i-- > 0; rest >>= 8)
		at[i] = (unsigned char)rest;
}

bool
points_read(struct str packed, struct points *out)
{
	const unsigned char *p = (const unsigned char *)packed.p;
	size_t width = packed.len > 0 ? p[0] : 0, size = width * out->figures;

	must(out->figures > 0 && out->figures <= POINTS__MAX);
	out->n = 0;
	if (width == 0 || width > WIDTH_MAX || (packed.len - 1) % size != 0 ||
	    (packed.len - 1) / size > POINTS_DAY)
		return false;
	out->n = (packed.len - 1) / size;
	for (size_t i = 0; i < out->n; i++)
		for (size_t k = 0; k < out->figures; k++)
			out->v[i][k] =
			    number(p + 1 + i * size + k * width, width);
	return true;
}

/* The bytes that the greatest number needs. */
static size_t
width_of(const struct points *p)
{
	int32_t max = 0;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->figures; k++)
			max = p->v[i][k] > max ? p->v[i][k] : max;
	return max < 0xff ? 1 : max < 0xffff ? 2 : WIDTH_MAX;
}

size_t
points_pack(const struct points *p, unsigned char out[POINTS_BYTES])
{
	size_t width = width_of(p), size = width * p->figures;

	must(p->n <= POINTS_DAY && p->figures <= POINTS__MAX);
	out[0] = (unsigned char)width;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->figures; k++)
			put_number(
			    out + 1 + i * size + k * width, width, p->v[i][k]);
	return 1 + p->n * size;
}

/* ---- points ---- */

bool
points_note(struct points *p, size_t at, const int64_t v[POINTS__MAX])
{
	must(at < POINTS_DAY && p->figures <= POINTS__MAX);
	if (at < p->n && p->v[at][POINTS_ONLINE] != POINTS_NONE)
		return false;
	for (; p->n <= at; p->n++)
		for (size_t k = 0; k < POINTS__MAX; k++)
			p->v[p->n][k] = POINTS_NONE;
	for (size_t k = 0; k < p->figures; k++)
		p->v[at][k] = v[k] < POINTS_MAX ? (int32_t)v[k] : POINTS_MAX;
	return true;
}
