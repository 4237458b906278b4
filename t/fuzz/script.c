/*
 * The simulator's commands: a script, or the target of a request.  What stands in
 * the flash afterwards is printed as commands that put the same into another
 * device.
 */
#include "script.h"

#include "fuzz.h"
#include "must.h"

#define PRINT_MAX ((size_t)8 << 20)

static void
print(const struct box *b, struct buf *out)
{
	buf_init(out, PRINT_MAX);
	settings_print(&b->settings, out);
	must(!buf_failed(out));
}

static void
run(struct box *b, struct str text)
{
	if (str_starts(text, STR("/!")))
		(void)script_path(b, text);
	else if (script_is_form(text))
		(void)script_form(b, text);
	else
		(void)script_run(b, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct box box = {.next = BOX_STAYS}, other = box;
	struct buf first, second;

	run(&box, str_n(data, size));
	settings_write(&box.settings);
	must(box.settings.n <= SETTINGS_MAX);
	print(&box, &first);
	must(script_run(&other, buf_view(&first)));
	settings_write(&other.settings);
	print(&other, &second);
	must(str_eq(buf_view(&first), buf_view(&second)));
	buf_fini(&first);
	buf_fini(&second);
	box_start(&box);
	box_clear(&box);
	box_clear(&other);
	return 0;
}
