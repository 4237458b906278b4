#include "str.h"

#include <string.h>
#include <strings.h>

#include "count.h"
#include "must.h"

struct str
str_n(const void *p, size_t len)
{
	struct str s = {p, len};

	return s;
}

struct str
str_of(const char *s)
{
	return str_n(s, s ? strlen(s) : 0);
}

bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
str_eqz(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

bool
str_eq_nocase(struct str a, struct str b)
{
	return a.len == b.len &&
	       (a.len == 0 || strncasecmp(a.p, b.p, a.len) == 0);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(s.p, prefix.p, prefix.len) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while (s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool
str_holds(struct str s, struct str part)
{
	for (size_t i = 0; i + part.len <= s.len; i++)
		if (str_eq_nocase(str_n(s.p + i, part.len), part))
			return true;
	return false;
}

size_t
str_find(struct str s, char c)
{
	const char *hit = s.len ? memchr(s.p, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.p) : s.len;
}

struct str
str_unmark(struct str s)
{
	size_t mark = str_starts(s, STR_BOM) ? STR_BOM.len : 0;

	return str_n(s.p + mark, s.len - mark);
}

bool
str_next(struct str *rest, char sep, struct str *field)
{
	size_t n;

	if (rest->p == NULL)
		return false;
	n = str_find(*rest, sep);
	*field = str_n(rest->p, n);
	if (n == rest->len) {
		*rest = str_n(NULL, 0);
	} else {
		rest->p += n + 1;
		rest->len -= n + 1;
	}
	return true;
}

bool
str_in(char c, unsigned classes, const char *more)
{
	if (c >= '0' && c <= '9' && (classes & STR_DIGITS))
		return true;
	if (c >= 'a' && c <= 'z' && (classes & STR_LOWER))
		return true;
	if (c >= 'A' && c <= 'Z' && (classes & STR_UPPER))
		return true;
	return c != '\0' && strchr(more, c) != NULL;
}

size_t
str_span(struct str s, unsigned classes, const char *more)
{
	size_t n = 0;

	while (n < s.len && str_in(s.p[n], classes, more))
		n++;
	return n;
}

bool
str_only(struct str s, unsigned classes, const char *more)
{
	return str_span(s, classes, more) == s.len;
}

size_t
str_utf8_len(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	static const struct {
		unsigned char first, last, lo, hi;
		size_t len;
	} forms[] = {
	    {0xc2, 0xdf, 0x80, 0xbf, 2},
	    {0xe0, 0xe0, 0xa0, 0xbf, 3},
	    {0xe1, 0xec, 0x80, 0xbf, 3},
	    {0xed, 0xed, 0x80, 0x9f, 3},
	    {0xee, 0xef, 0x80, 0xbf, 3},
	    {0xf0, 0xf0, 0x90, 0xbf, 4},
	    {0xf1, 0xf3, 0x80, 0xbf, 4},
	    {0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	if (s.len == 0 || p[0] < 0x80)
		return s.len > 0;
	for (size_t i = 0; i < COUNT(forms); i++) {
		if (p[0] < forms[i].first || p[0] > forms[i].last)
			continue;
		if (s.len < forms[i].len || p[1] < forms[i].lo ||
		    p[1] > forms[i].hi)
			return 0;
		for (size_t k = 2; k < forms[i].len; k++)
			if (p[k] < 0x80 || p[k] > 0xbf)
				return 0;
		return forms[i].len;
	}
	return 0;
}

size_t
str_rune(struct str s, uint32_t *rune)
{
	static const unsigned char lead[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	const unsigned char *p = (const unsigned char *)s.p;
	size_t n = str_utf8_len(s);

	*rune = n > 0 ? p[0] & lead[n] : 0;
	for (size_t i = 1; i < n; i++)
		*rune = *rune << 6 | (p[i] & 0x3f);
	return n;
}

bool
str_hidden(uint32_t rune)
{
	static const struct {
		uint32_t first, last;
	} list[] = {
	    {0x0000, 0x001f},   /* C0 */
	    {0x007f, 0x009f},   /* DEL, C1 */
	    {0x061c, 0x061c},   /* Arabic letter mark */
	    {0x200e, 0x200f},   /* left-to-right and right-to-left mark */
	    {0x2028, 0x202e},   /* separators, embeddings, overrides */
	    {0x2066, 0x206f},   /* isolates, deprecated formats */
	    {0xfdd0, 0xfdef},   /* noncharacters */
	    {0xfeff, 0xfeff},   /* byte order mark */
	    {0xfff9, 0xfffb},   /* interlinear annotation */
	    {0xe0000, 0xe007f}, /* tags */
	};

	if ((rune & 0xfffe) == 0xfffe)
		return true; /* the noncharacters that end each plane */
	for (size_t i = 0; i < COUNT(list); i++)
		if (rune >= list[i].first && rune <= list[i].last)
			return true;
	return false;
}

bool
str_utf8(struct str s)
{
	for (size_t n; s.len > 0; s = str_n(s.p + n, s.len - n)) {
		n = str_utf8_len(s);
		if (n == 0 || s.p[0] == '\0')
			return false;
	}
	return true;
}

bool
str_printable(struct str s)
{
	uint32_t rune;

	for (size_t n; s.len > 0; s = str_n(s.p + n, s.len - n)) {
		n = str_rune(s, &rune);
		if (n == 0 || str_hidden(rune))
			return false;
	}
	return true;
}

struct str
str_clean(struct str s, char *room)
{
	size_t len = 0;
	uint32_t rune;

	for (size_t n; s.len > 0; s = str_n(s.p + n, s.len - n)) {
		n = str_rune(s, &rune);
		if (n > 0 && !str_hidden(rune)) {
			memcpy(room + len, s.p, n);
			len += n;
		}
		n = n > 0 ? n : 1;
	}
	return str_n(room, len);
}

void
str_copy(char *dst, size_t size, struct str s)
{
	size_t n = s.len < size - 1 ? s.len : size - 1;

	must(size > 0);
	if (n > 0)
		memcpy(dst, s.p, n);
	dst[n] = '\0';
}
