/*
 * A JSON text: what is read prints as a text that reads and prints the same,
 * and the raw bytes of a member are that member.
 */
#include "json.h"

#include "fuzz.h"
#include "jout.h"
#include "must.h"

#define TEXT_MAX  65536
#define ARENA_MAX ((size_t)16 << 20)

static void
print_again(struct arena *a, struct str text, struct str want)
{
	const struct json *v;
	struct buf b;
	struct err e;

	must(json_read(a, text, TEXT_MAX, &v, &e) == 0);
	buf_init(&b, TEXT_MAX);
	json_print(v, &b);
	must(str_eq(buf_view(&b), want));
	buf_fini(&b);
}

static void
check_member(struct arena *a, struct str text, const struct json *v)
{
	struct str raw = json_raw_member(text, "a");
	const struct json *member = json_member(v, "a");
	struct buf b;

	must((member != NULL) == (raw.len > 0));
	if (member == NULL)
		return;
	buf_init(&b, TEXT_MAX);
	json_print(member, &b);
	print_again(a, raw, buf_view(&b));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	const struct json *v = NULL;
	struct arena a;
	struct buf b;
	struct err e;
	struct jout j;

	arena_init(&a, ARENA_MAX);
	buf_init(&b, TEXT_MAX);
	if (json_read(&a, text, TEXT_MAX, &v, &e) == 0) {
		json_print(v, &b);
		must(b.len > 0 && b.len <= size); /* AppLogin relies on it */
		print_again(&a, buf_view(&b), buf_view(&b));
		check_member(&a, text, v);
	} else {
		must(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
		must(v == NULL);
		(void)json_raw_member(text, "a");
	}
	buf_clear(&b);
	jout_init(&j, buf_sink(&b));
	jout_str(&j, NULL, text);
	if (!buf_failed(&b) && !arena_failed(&a))
		must(json_read(&a, buf_view(&b), TEXT_MAX, &v, &e) == 0 ||
		     str_find(text, '\0') < text.len);
	buf_fini(&b);
	arena_fini(&a);
	return 0;
}
