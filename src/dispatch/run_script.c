/* Scripts, line by line, and the question that decides about them; see run.h. */
#include "clock.h"
#include "num.h"
#include "run_side.h"

/* ---- the question ---- */

/* The digits behind the first ' name="' of a text. */
static struct str
digits_of(struct str text, struct str name)
{
	struct str before, value = {0};

	while (str_next(&text, '"', &before)) {
		struct str end = str_n(before.p, before.len);

		if (!str_next(&text, '"', &value))
			break;
		if (end.len < name.len + 2)
			continue;
		end = str_n(end.p + end.len - name.len - 2, name.len + 2);
		if (end.p[0] == ' ' && end.p[end.len - 1] == '=' &&
		    str_eq(str_n(end.p + 1, name.len), name))
			return value;
	}
	return str_n("", 0);
}

int64_t
run_script_uptime(const struct run *r, const struct courier_answer *a)
{
	struct str name = commands_attribute(r->commands, "uptime");
	int64_t seconds;

	if (a->fate != COURIER_ANSWERED || a->status != 200 ||
	    !num_parse(
		digits_of(buf_view(&a->body), name), 0, INT32_MAX, &seconds))
		return -1;
	return seconds;
}

/* ---- one script ---- */

/* It ends so; restarts behind it are counted, unless it did nothing. */
static void
end_script(struct run *r, enum config_result result, const char *why)
{
	r->script.on = false;
	run_result(r, r->at, result, why);
	if (!r->script.acted)
		return;
	r->d.script.ran = clock_now_ms();
	r->scripts_dirty = true;
}

/* Words of a success: what became of the line at which it was interrupted. */
static const char *
done_words(struct run *r)
{
	return r->script.skip > 0
		   ? run_words(r, "line %zu: unknown", r->script.skip)
		   : "";
}

static void
stop_script(struct run *r)
{
	run_result(r, r->at, CONFIG_STOPPED,
	    run_words(r,
		"not run: the device restarted %d times, each time right "
		"behind it",
		DELIVERY_LOOPS));
}

/* Begin the script of configuration at; false: it does not run. */
static bool
begin_script(struct run *r, enum delivery_want want)
{
	struct config_item *items;
	struct config_state *s;
	size_t n;

	if (config_items(&r->q, &r->d.list[r->at], &items, &n) < 0) {
		/* What has changed is not this revision's, nor its lines. */
		if (r->err.kind != ERR_GONE)
			run_result(r, r->at, CONFIG_FAILED,
			    run_words(r, "%s", r->err.text));
		return false;
	}
	if (n == 0) {
		run_result(r, r->at, CONFIG_FAILED, "it has no script");
		return false;
	}
	s = run_state(r, r->at);
	if (want == DELIVERY_SEND)
		s->line = 0;
	r->script = (struct sending){.on = true,
	    .rest = {.rest = items[0].text},
	    .skip = (size_t)s->line,
	    .acted = s->line > 0};
	return true;
}

/* A changed script is a new one, whatever the old one did. */
static void
forgive(struct run *r)
{
	const struct config *c = &r->d.list[r->at];

	for (size_t i = 0; i < r->d.nstates; i++)
		if (r->d.states[i].config_id == c->id &&
		    r->d.states[i].revision == c->revision)
			return;
	r->d.script.loops = 0;
	r->scripts_dirty = true;
}

/* The next script that is to run; false: there is none. */
static bool
find_script(struct run *r)
{
	if (r->at >= r->d.n)
		r->at = SIZE_MAX;
	while (++r->at < r->d.n) {
		const struct config *c = &r->d.list[r->at];
		enum delivery_want want;

		if (c->type != CONFIG_EXPERT)
			continue;
		want = delivery_wants(&r->d, c);
		if (want == DELIVERY_STOP)
			stop_script(r);
		if (want != DELIVERY_SEND && want != DELIVERY_GO_ON)
			continue;
		forgive(r);
		if (begin_script(r, want))
			return true;
	}
	return false;
}

/* ---- its lines ---- */

/* A check whose serial has run: the script stops there.  True: it goes on. */
static bool
check(struct run *r, const struct script_condition *c)
{
	if (str_eq(c->serial, r->results[r->at].s.serial)) {
		r->results[r->at].s.line = (int64_t)r->script.line.number;
		end_script(r, CONFIG_DELIVERED, done_words(r));
		return false;
	}
	r->script.serial = c->serial;
	if (c->final != SCRIPT_NO_FINAL)
		r->script.final = c->final;
	return true;
}

static void
keep_serial(struct run *r)
{
	if (r->script.serial.len > 0)
		r->results[r->at].s.serial = r->script.serial;
}

/* Behind the last line: the final command of a check, if there is one. */
static bool
next_final(struct run *r)
{
	struct sending *x = &r->script;

	keep_serial(r); /* before the device restarts */
	x->line.number = x->rest.number + 1;
	if (x->final == SCRIPT_NO_FINAL || x->line.number <= x->skip)
		return false;
	x->ends = true;
	x->line.text = str_of(script_final_name(x->final));
	return true;
}

/* The next line that is sent; false: the script has ended. */
static bool
next_line(struct run *r)
{
	struct sending *x = &r->script;
	struct script_condition c;

	while (script_next(&x->rest, &x->line)) {
		if (script_is_check(x->line.text, &c)) {
			if (!check(r, &c))
				return false;
		} else if (x->line.number > x->skip) {
			return true;
		}
	}
	if (next_final(r))
		return true;
	end_script(r, CONFIG_DELIVERED, done_words(r));
	return false;
}

bool
run_script_next(struct run *r)
{
	while (r->script.on || find_script(r)) {
		struct config_state *s;

		if (!next_line(r))
			continue;
		r->request.path =
		    command_line_path(&r->arena, r->script.line.text);
		if (r->request.path == NULL) {
			end_script(r, CONFIG_FAILED,
			    run_words(r, "line %zu: it is too long",
				r->script.line.number));
			continue;
		}
		r->script.acted = true;
		s = run_state(r, r->at);
		s->line = (int64_t)r->script.line.number;
		run_result(r, r->at, CONFIG_RUNNING, done_words(r));
		r->request.keep = true;
		return true;
	}
	return false;
}

/* May the device end the connection at this line?  It restarts then. */
static bool
may_restart(const struct run *r)
{
	struct script rest = r->script.rest;
	struct script_line line;
	enum script_final final;

	if (r->script.ends)
		return true;
	return script_is_final(r->script.line.text, &final) &&
	       !script_next(&rest, &line);
}

void
run_script_take(struct run *r, const struct courier_answer *a)
{
	const char *wrong = run_wrong(r, a);
	size_t number = r->script.line.number;

	if (wrong != NULL && a->fate != COURIER_ANSWERED && may_restart(r)) {
		keep_serial(r);
		end_script(r, CONFIG_DELIVERED, done_words(r));
		r->cut = true;
	} else if (wrong != NULL && a->fate == COURIER_GONE) {
		/* The next connection goes on behind this line. */
		end_script(r, CONFIG_RUNNING,
		    run_words(r, "line %zu: unknown, %s", number, wrong));
		r->cut = true;
	} else if (wrong != NULL) {
		end_script(r, CONFIG_FAILED,
		    run_words(r, "line %zu: %s", number, wrong));
		r->cut = a->fate == COURIER_SILENT;
	} else if (r->script.ends) {
		end_script(r, CONFIG_DELIVERED, done_words(r));
	}
}
