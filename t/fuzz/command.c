/*
 * The table of requests: what is taken makes paths that a request line can
 * carry, whatever the values are; what is not names its line.
 */
#include "command.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

static void
check_path(const char *path)
{
	must(path[0] == '/');
	for (; *path != '\0'; path++)
		must(*path > ' ' && *path <= '~' && *path != '#');
}

static void
check_type(const struct commands *c, enum config_type type, struct arena *a)
{
	const struct config_field *field = config_type_fields(type);
	struct config_item items[40];
	struct command_wish w = {.type = type, .items = items};
	const char **paths;
	struct err e;
	size_t n;

	for (; field->name != NULL; field++)
		if (field->kind != CONFIG_MARK)
			items[w.n++] = (struct config_item){
			    field, STR("a b&c=%\xc3\xbc#\r\n")};
	if (commands_requests(c, &w, a, &paths, &n, &e) < 0) {
		must(e.kind == ERR_GONE || e.kind == ERR_LIMIT);
		return;
	}
	for (size_t i = 0; i < n; i++)
		check_path(paths[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = {0};
	struct commands *c = commands_read(str_n(data, size), &e);
	struct arena a;

	if (c == NULL) {
		must(e.kind == ERR_INPUT && strncmp(e.text, "line ", 5) == 0);
		return 0;
	}
	arena_init(&a, 1 << 20);
	for (int i = 1; i < CONFIG_TYPE__MAX; i++)
		check_type(c, (enum config_type)i, &a);
	if (commands_path(c, "write").len > 0)
		must(commands_path(c, "write").p[0] == '/');
	arena_fini(&a);
	commands_drop(&c);
	return 0;
}
