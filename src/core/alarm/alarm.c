#include "alarm.h"

#include "access.h"
#include "alarm_kind.h"
#include "alarm_setting.h"
#include "alarm_tell.h"
#include "alarm_up.h"
#include "ask.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "log.h"
#include "setting.h"

int
alarm_rule(const struct conf *conf, struct target_rule *out, struct err *e)
{
	*out = (struct target_rule){
	    .private_ok = conf->private_ok, .also = conf->fetch_local};
	if (conf->fetch_local[0] != '\0' &&
	    !target_list_valid(str_of(conf->fetch_local)))
		return err_set(e, ERR_INPUT,
		    "[fetch] local must be ADDRESS:PORT, with commas between");
	return 0;
}

int
alarm_list(struct ask *q, int64_t domain_id, int64_t after, struct alarm **out,
    size_t *n)
{
	*n = 0;
	return access_need(q->who, domain_id, q->err) < 0
		   ? -1
		   : load_list(ask_loader(q), STMT_ALARM_PAGE,
			 ARGS(
			     A_INT(domain_id), A_INT(after), A_INT(ALARM_PAGE)),
			 load_alarm, out, n);
}

int
alarm_list_all(struct ask *q, int64_t *after, struct alarm **out, size_t *n)
{
	struct alarm *all;
	size_t found;

	*n = 0;
	if (load_list(ask_loader(q), STMT_ALARM_PAGE_ALL,
		ARGS(A_INT(*after), A_INT(ALARM_PAGE)), load_alarm, &all,
		&found) < 0)
		return -1;
	*out = all;
	for (size_t i = 0; i < found; i++) {
		*after = all[i].id;
		if (access_sees(q->who, all[i].domain_id))
			all[(*n)++] = all[i];
	}
	return found == ALARM_PAGE;
}

int
alarm_figures(struct ask *q, struct alarm_figures *out)
{
	struct row *row;
	int rc = db_first(
	    q->core->store, STMT_ALARM_FIGURES, ARGS_NONE, &row, q->err);

	*out = (struct alarm_figures){0};
	if (rc > 0) {
		out->raised = row_int(row, ALARM_FIGURES_RAISED);
		out->waiting = row_int(row, ALARM_FIGURES_WAITING);
	}
	db_done(row);
	return rc < 0 ? -1 : 0;
}

/* ---- the work ---- */

/* What is the same for all domains. */
static int
look_around(struct ask *q, const struct conf *conf, struct alarm_scene *s)
{
	struct alarm_seen seen;

	*s = (struct alarm_scene){.now = clock_now_ms(),
	    .disk_full = alarm_disk_full(conf->database)};
	alarm_up_look(conf_socket(conf, q->arena, "control"),
	    conf_socket(conf, q->arena, "internal"), &seen);
	s->missing = seen.missing;
	if (setting_get_int(q, "alarm.disk", &s->disk_max) < 0)
		return -1;
	return alarm_up_note(q, &seen, s->now, &s->up);
}

/* Once in a run, if somebody wants to hear of devices. */
static void
say_blind(struct alarm_scene *s, const struct alarm_setting *setting)
{
	if (s->missing == NULL || setting->offline == 0)
		return;
	log_event(
	    LOG_WARN, "alarm.blind", PAIRS(P_STRZ("missing", s->missing)));
	s->missing = NULL;
}

static void
tell_domain(struct ask *q, const struct alarm_scene *s,
    const struct alarm_ways *ways, struct alarm_count *out)
{
	int64_t told;

	if (alarm_tell(q, s, ways, &told) == 0) {
		out->told += told;
		return;
	}
	out->failed++;
	log_event(LOG_ERROR, "alarm.untold",
	    PAIRS(P_STR("domain", s->setting->domain),
		P_STRZ("why", q->err->text)));
}

static int
tell_all(struct ask *q, const struct conf *conf, const struct alarm_sender *by,
    struct alarm_count *out)
{
	const struct alarm_ways ways = {
	    .mail = by->mailer != NULL, .templates = conf->templates};
	size_t n = ALARM_SETTINGS_PAGE;
	struct alarm_setting *list;
	struct arena_mark page, domain;
	struct alarm_scene s;
	int64_t after = 0;

	if (look_around(q, conf, &s) < 0)
		return -1;
	page = arena_mark(q->arena);
	while (n == ALARM_SETTINGS_PAGE) {
		if (alarm_setting_page(q, after, &list, &n) < 0)
			return -1;
		domain = arena_mark(q->arena);
		for (size_t i = 0; i < n && by->go_on(by->arg); i++) {
			s.setting = &list[i];
			say_blind(&s, &list[i]);
			tell_domain(q, &s, &ways, out);
			arena_reset(q->arena, domain);
		}
		if (n > 0)
			after = list[n - 1].domain_id;
		arena_reset(q->arena, page);
	}
	return 0;
}

int
alarm_run(struct ask *q, const struct conf *conf, const struct alarm_sender *by,
    struct alarm_count *out)
{
	struct alarm_posted posted;

	*out = (struct alarm_count){0};
	if (tell_all(q, conf, by, out) < 0 || alarm_post(q, by, &posted) < 0)
		return -1;
	out->sent = posted.sent;
	out->failed += posted.failed;
	return 0;
}

int
alarm_try(struct ask *q, const struct conf *conf, const struct alarm_sender *by,
    int64_t domain_id, enum alarm_way way)
{
	struct alarm_setting s;
	struct alarm_letter l;

	if (alarm_setting_get(q, domain_id, &s) < 0)
		return -1;
	if ((way == ALARM_MAIL ? s.recipients : s.url).len == 0)
		return 0;
	if (alarm_tell_test(q, &s, way, conf->templates, &l) < 0)
		return -1;
	return alarm_post_one(q, by, &s, &l) < 0 ? -1 : 1;
}
