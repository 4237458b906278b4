/*
 * A configuration as somebody sends it: the first byte is its type, the rest a
 * JSON object.  What is taken is taken again as the same, is shown without
 * secrets, and every item of it is a field of the type.
 */
#include <string.h>

#include "config_value.h"
#include "fuzz.h"
#include "must.h"

static const char *
take(struct arena *a, enum config_type type, const struct json *v)
{
	struct config_given given = {.members = v};
	const char *wrong, *text = NULL;
	struct buf out;
	struct err e;

	if (config_value_take(a, type, &given, &out, &wrong, &e) == 0)
		text = arena_str(a, buf_view(&out));
	else
		must(wrong != NULL || e.kind == ERR_LIMIT);
	buf_wipe(&out);
	return text;
}

static void
check_shown(enum config_type type, const struct json *v)
{
	struct config_reader nobody = {.looks = true};
	struct buf text;
	struct jout j;

	buf_init(&text, 1 << 22);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	config_value_show(&j, type, v, &nobody);
	jout_end(&j);
	must(!buf_failed(&text));
	must(!str_holds(buf_view(&text), STR("Password\":\"")));
	buf_fini(&text);
}

static void
check_items(struct arena *a, enum config_type type, const struct json *v)
{
	struct config_item *items;
	struct err e;
	size_t n;

	must(config_value_items(a, type, v, &items, &n, &e) == 0);
	for (size_t i = 0; i < n; i++)
		must(config_type_field(type, str_of(items[i].field->name)) ==
			 items[i].field &&
		     items[i].text.len <= CONFIG_VALUES_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum config_type type;
	const struct json *v;
	const char *text, *again;
	struct arena a;
	struct err e;

	if (size == 0)
		return 0;
	type = (enum config_type)(1 + data[0] % (CONFIG_TYPE__MAX - 1));
	arena_init(&a, 32 << 20);
	if (json_read(&a, str_n((const char *)data + 1, size - 1), 1 << 16, &v,
		&e) == 0 &&
	    (text = take(&a, type, v)) != NULL &&
	    json_read(&a, str_of(text), CONFIG_VALUES_MAX, &v, &e) == 0) {
		again = take(&a, type, v);
		must(again != NULL && strcmp(again, text) == 0);
		check_shown(type, v);
		check_items(&a, type, v);
	}
	arena_fini(&a);
	return 0;
}
