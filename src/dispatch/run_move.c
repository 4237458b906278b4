/* A device is told another host of this instance (move.h): the line, then write
 * and activate. */
#include "form.h"
#include "run_side.h"

#define LINE_MAX ((size_t)16 << 10)

enum { MOVE_LINE, MOVE_WRITE, MOVE_ACTIVATE, MOVE_STEPS };

static const char *const deeds[] = {
    [MOVE_WRITE] = "write", [MOVE_ACTIVATE] = "activate"};

/* The value of an option is encoded once, the path once more (additions A1). */
static const char *
line_path(struct run *r)
{
	const char *path;
	struct buf line;

	buf_init(&line, LINE_MAX);
	buf_puts(&line, "config change SYSCLIENT /sysadmin ");
	form_encode(&line, r->d.url);
	path = buf_failed(&line)
		   ? NULL
		   : command_line_path(&r->arena, buf_view(&line));
	buf_fini(&line);
	return path;
}

static const char *
step_path(struct run *r)
{
	if (r->move.step == MOVE_LINE)
		return line_path(r);
	return arena_str(
	    &r->arena, commands_path(r->commands, deeds[r->move.step]));
}

static void
over(struct run *r, const char *why)
{
	r->move.over = r->move.dirty = true;
	r->move.why = why;
}

bool
run_move_next(struct run *r)
{
	if (r->cut || r->d.url.len == 0 || r->move.over)
		return false;
	r->request.path = step_path(r);
	if (r->request.path != NULL && r->request.path[0] != '\0')
		return true;
	over(r, "there is no such command");
	return false;
}

void
run_move_take(struct run *r, const struct courier_answer *a)
{
	const char *wrong = run_wrong(r, a);

	/* It goes as soon as it uses the new host. */
	if (a->fate == COURIER_GONE && r->move.step == MOVE_ACTIVATE)
		wrong = NULL;
	r->move.step++;
	if (wrong != NULL)
		over(r, wrong);
	else if (r->move.step == MOVE_STEPS)
		over(r, "");
}
