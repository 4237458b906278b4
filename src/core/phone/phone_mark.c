#include "phone_mark.h"

#include <stdio.h>

#include "num.h"
#include "secret.h"

#define SHOWN 16 /* bytes of the HMAC in a word */

void
phone_mark_write(const struct core *c, const char *place,
    const struct phone_mark *m, char out[PHONE_MARK_SIZE])
{
	unsigned char mark[SECRET_MARK_SIZE];
	char names[48];
	int n;

	(void)snprintf(names, sizeof(names), "%lld-%lld", (long long)m->id,
	    (long long)m->generation);
	secret_mark(c, place, str_of(names), mark);
	n = snprintf(out, PHONE_MARK_SIZE, "%s-", names);
	crypto_hex(mark, SHOWN, out + n);
}

static bool
read_numbers(struct str word, struct phone_mark *out)
{
	struct str id, generation;

	return str_next(&word, '-', &id) && str_next(&word, '-', &generation) &&
	       num_parse(id, 1, INT64_MAX, &out->id) &&
	       num_parse(generation, 1, INT64_MAX, &out->generation);
}

bool
phone_mark_read(const struct core *c, const char *place, struct str word,
    struct phone_mark *out)
{
	char right[PHONE_MARK_SIZE];
	struct phone_mark m;

	*out = (struct phone_mark){0};
	if (!read_numbers(word, &m))
		return false;
	phone_mark_write(c, place, &m, right);
	if (!crypto_equal(str_of(right), word))
		return false;
	*out = m;
	return true;
}
