#include "scrape.h"

#include "alarm.h"
#include "auth.h"
#include "count.h"
#include "delivery.h"
#include "job.h"
#include "json.h"
#include "jump.h"
#include "metrics.h"
#include "others.h"
#include "statistics.h"
#include "task.h"

#define STATUS_MAX ((size_t)64 << 10) /* bytes of the hub's status */
#define STORE_MAX  ((size_t)2 << 20)  /* bytes of what the store gives */

/* What the worker found out, for the slow part. */
struct look {
	const struct web *web;
	struct str store; /* metrics that needed the store */
};

/* ---- of the store ---- */

/* The others are a sum without a name, if there are any. */
static void
put_domains(struct sink to, const char *name, const char *help,
    const struct statistics_list *l, bool online)
{
	const struct figures *rest = &l->rest;

	(void)metrics_head(to, METRICS_GAUGE, name, help);
	for (size_t i = 0; i < l->n; i++)
		(void)metrics_labelled(to, name, "domain", l->rows[i].domain,
		    (double)(online ? l->rows[i].online : l->rows[i].known));
	if (rest->known > 0)
		(void)metrics_labelled(to, name, "domain", STR(""),
		    (double)(online ? rest->online : rest->known));
}

static void
put_by_domain(struct ask *q, struct sink to)
{
	struct statistics_list l;

	if (statistics_domains(q, SCRAPE_DOMAINS, &l) < 0)
		return;
	put_domains(to, "fleetline_devices_assigned",
	    "Devices in a domain, by domain.", &l, false);
	put_domains(to, "fleetline_devices_online",
	    "Devices that are connected, by domain.", &l, true);
}

static void
put_alarms(struct ask *q, struct sink to)
{
	struct alarm_figures f;

	if (alarm_figures(q, &f) < 0)
		return;
	(void)metrics_one(to, METRICS_GAUGE, "fleetline_alarms",
	    "Alarms that are not over.", (double)f.raised);
	(void)metrics_one(to, METRICS_GAUGE, "fleetline_alarm_letters_waiting",
	    "Letters about alarms that could not be sent yet.",
	    (double)f.waiting);
}

static void
put_deliveries(struct ask *q, struct sink to)
{
	struct delivery_figures f;

	if (delivery_figures(q, &f) < 0)
		return;
	(void)metrics_one(to, METRICS_GAUGE, "fleetline_deliver_devices_due",
	    "Connected devices that nobody has looked at yet, or that are "
	    "paused.",
	    (double)f.due);
	(void)metrics_one(to, METRICS_GAUGE, "fleetline_devices_working",
	    "Devices that configurations or jobs are at work on.",
	    (double)f.working);
	(void)metrics_one(to, METRICS_GAUGE, "fleetline_configurations_wrong",
	    "Configurations of devices that failed, or were stopped.",
	    (double)f.wrong);
	(void)metrics_one(to, METRICS_COUNTER,
	    "fleetline_configurations_delivered_total",
	    "Configurations that devices got.", (double)f.delivered);
	(void)metrics_one(to, METRICS_COUNTER,
	    "fleetline_configurations_failed_total",
	    "Configurations that devices did not get.", (double)f.failed);
}

static void
put_tasks(struct sink to, const struct job_counts *c)
{
	(void)metrics_head(to, METRICS_GAUGE, "fleetline_tasks",
	    "Devices of jobs, by what became of them when their job worked "
	    "last.");
	for (enum task_state s = TASK_WAITING; s < TASK_STATE__MAX; s++)
		(void)metrics_labelled(to, "fleetline_tasks", "state",
		    str_of(task_state_name(s)), (double)c->n[s]);
}

static void
put_job_states(struct sink to, const struct job_figures *f)
{
	const struct {
		const char *state;
		int64_t n;
	} all[] = {{"idle", f->idle}, {"waiting", f->waiting},
	    {"preparing", f->preparing}, {"running", f->running}};

	(void)metrics_head(to, METRICS_GAUGE, "fleetline_jobs",
	    "Update and backup jobs, by state.");
	for (size_t i = 0; i < COUNT(all); i++)
		(void)metrics_labelled(to, "fleetline_jobs", "state",
		    str_of(all[i].state), (double)all[i].n);
}

static void
put_job_sums(struct sink to, const struct job_figures *f)
{
	const struct {
		enum metrics_kind kind;
		const char *name, *help;
		double value;
	} all[] = {
	    {METRICS_GAUGE, "fleetline_jobs_failed",
		"Jobs that ended with failures and are not repeated.",
		(double)f->wrong},
	    {METRICS_GAUGE, "fleetline_tasks_up",
		"1 if fleetline-tasks is at work.", (double)f->runners},
	    {METRICS_COUNTER, "fleetline_tasks_done_total",
		"Devices that jobs had success with.", (double)f->done},
	    {METRICS_COUNTER, "fleetline_tasks_failed_total",
		"Devices that jobs failed with.", (double)f->failed},
	    {METRICS_GAUGE, "fleetline_tasks_last_done_timestamp_seconds",
		"When a job had success with a device last; 0: never.",
		(double)f->done_last / 1000},
	    {METRICS_GAUGE, "fleetline_saves",
		"Configurations of devices that are kept.", (double)f->listed},
	    {METRICS_COUNTER, "fleetline_saves_made_total",
		"Configurations of devices that were saved.", (double)f->saved},
	    {METRICS_COUNTER, "fleetline_saves_made_bytes_total",
		"Their bytes, as devices told them.", (double)f->bytes},
	    {METRICS_GAUGE, "fleetline_saves_last_made_timestamp_seconds",
		"When a configuration was saved last; 0: never.",
		(double)f->saved_last / 1000},
	};

	for (size_t i = 0; i < COUNT(all); i++)
		(void)metrics_one(
		    to, all[i].kind, all[i].name, all[i].help, all[i].value);
}

static void
put_jobs(struct ask *q, struct sink to)
{
	struct job_figures f;
	struct job_counts tasks;

	if (job_figures(q, &f, &tasks) < 0)
		return;
	put_job_states(to, &f);
	put_tasks(to, &tasks);
	put_job_sums(to, &f);
}

static void
put_store(struct ask *q, struct sink to)
{
	struct core_stats s = {0};
	bool up = core_stats(q->core, &s, q->err) == 0;
	int64_t last = 0;
	const struct {
		const char *name, *help;
		int64_t value;
	} all[] = {
	    {"fleetline_database_up", "1 if the database answers.", up},
	    {"fleetline_devices", "Devices known.", s.devices},
	    {"fleetline_devices_unassigned", "Devices in no domain.",
		s.unassigned},
	    {"fleetline_claims", "Connections without proof.", s.claims},
	    {"fleetline_domains", "Domains.", s.domains},
	    {"fleetline_accounts", "Accounts.", s.accounts},
	};

	for (size_t i = 0; i < COUNT(all); i++)
		(void)metrics_one(to, METRICS_GAUGE, all[i].name, all[i].help,
		    (double)all[i].value);
	if (up && jump_last(q, &last) == 0)
		(void)metrics_one(to, METRICS_GAUGE,
		    "fleetline_jobs_last_run_timestamp_seconds",
		    "When fleetline-jobs ran last, since 1970; 0: never.",
		    (double)last / 1000);
	put_by_domain(q, to);
	put_alarms(q, to);
	put_deliveries(q, to);
	put_jobs(q, to);
}

/* ---- of the hub ---- */

/* Each number of its status: fleetline_hub_NAME. */
static const struct hub_number {
	const char *status, *metric, *help;
	enum metrics_kind kind;
} hub_numbers[] = {
    {"started", "fleetline_hub_start_time_seconds",
	"When the hub was started, since 1970.", METRICS_GAUGE},
    {"connections", "fleetline_hub_connections", "Connections of any kind.",
	METRICS_GAUGE},
    {"devices", "fleetline_hub_devices", "Proven devices.", METRICS_GAUGE},
    {"claims", "fleetline_hub_claims", "Connections without proof.",
	METRICS_GAUGE},
    {"apps", "fleetline_hub_apps", "Connections of apps.", METRICS_GAUGE},
    {"sessions", "fleetline_hub_sessions", "Logins of apps and scripts.",
	METRICS_GAUGE},
    {"subscriptions", "fleetline_hub_subscriptions", "Subscriptions of apps.",
	METRICS_GAUGE},
    {"questions", "fleetline_hub_questions", "Questions that are being asked.",
	METRICS_GAUGE},
    {"waiting", "fleetline_hub_questions_waiting",
	"Questions that wait to be asked.", METRICS_GAUGE},
    {"failed", "fleetline_hub_questions_failed_total",
	"Questions without an answer.", METRICS_COUNTER},
    {"presence", "fleetline_hub_presence_waiting",
	"Comings and goings that wait to be reported.", METRICS_GAUGE},
    {"tunnels", "fleetline_hub_tunnels", "Tunnels to devices.", METRICS_GAUGE},
    {"passthrough", "fleetline_hub_passthrough_requests_total",
	"Requests to pages of devices.", METRICS_COUNTER},
    {"orders", "fleetline_hub_orders_total", "Orders carried out.",
	METRICS_COUNTER},
    {"refused", "fleetline_hub_orders_refused_total", "Orders refused.",
	METRICS_COUNTER},
    {"events", "fleetline_hub_events_total", "Events published.",
	METRICS_COUNTER},
    {"outdated", "fleetline_hub_events_outdated_total",
	"Events that a newer one had overtaken.", METRICS_COUNTER},
    {"clogged", "fleetline_hub_connections_clogged_total",
	"Connections closed because nobody read.", METRICS_COUNTER},
    {"dropped", "fleetline_hub_claims_dropped_total",
	"Claims that gave way to others.", METRICS_COUNTER},
    {"crowded", "fleetline_hub_claims_crowded_total",
	"Claims refused: their address had its share.", METRICS_COUNTER},
    {"too_long", "fleetline_hub_answers_too_long_total",
	"Answers to apps that were too long.", METRICS_COUNTER},
    {"old_rights", "fleetline_hub_rights_outdated_total",
	"Orders about rights that a session knew better.", METRICS_COUNTER},
};

static void
put_hub_number(
    struct sink to, const struct hub_number *h, const struct json *status)
{
	const struct json *v = json_member(status, h->status);
	double value;

	if (json_kind(v) != JSON_INT)
		return;
	value = (double)json_number(v, 0);
	if (h == hub_numbers) /* the only time: milliseconds */
		value /= 1000;
	(void)metrics_one(to, h->kind, h->metric, h->help, value);
}

static void
put_hub(struct req *r, struct resp *out, const struct look *l)
{
	struct fetch_answer ans;
	const struct json *status = NULL;
	struct err e;
	struct hubclient hub = others_hub(l->web);
	bool up = others_ask(&hub, HUBWIRE_STATUS, &ans) == 0;

	(void)metrics_one(resp_sink(out), METRICS_GAUGE, "fleetline_hub_up",
	    "1 if the hub answers.", up);
	if (!up)
		return;
	if (json_read(r->arena, buf_view(&ans.body), STATUS_MAX, &status, &e) ==
	    0)
		for (size_t i = 0; i < COUNT(hub_numbers); i++)
			put_hub_number(resp_sink(out), &hub_numbers[i], status);
	buf_fini(&ans.body);
}

/* ---- the whole ---- */

/* What another program says of itself. */
static void
put_program(struct resp *out, const struct look *l, const char *path)
{
	struct hubclient programs = others_programs(l->web);
	struct fetch_answer ans;

	if (others_ask(&programs, path, &ans) < 0)
		return;
	(void)resp_write(out, ans.body.data, ans.body.len);
	buf_fini(&ans.body);
}

static void
scrape_rest(struct req *r, struct resp *out, void *arg)
{
	const struct look *l = arg;

	scrape_own(NULL, r, out);
	(void)resp_write(out, l->store.p, l->store.len);
	if (r->busy)
		return;
	put_hub(r, out, l);
	for (size_t i = 0; i < OTHERS_MAX; i++)
		put_program(out, l, others[i].metrics);
}

void
scrape_serve(struct worker *w, struct req *r, struct resp *out)
{
	struct look *l = arena_alloc(r->arena, sizeof(*l));
	struct actor local = {0};
	struct err e = {0};
	struct ask q = worker_ask(w, r, &local, &e);
	struct buf store;

	if (l == NULL || !auth_operator(w, r)) {
		resp_error(out, 403, err_phrase(ERR_DENIED));
		return;
	}
	actor_local(&local);
	l->web = w->web;
	buf_init(&store, STORE_MAX);
	put_store(&q, buf_sink(&store));
	l->store = str_of(arena_str(r->arena, buf_view(&store)));
	buf_fini(&store);
	req_later(r, scrape_rest, l);
}

void
scrape_own(struct worker *w, struct req *r, struct resp *out)
{
	(void)w;
	(void)r;
	(void)resp_header(
	    out, "Content-Type", STR("text/plain; version=0.0.4"));
	(void)metrics_print(resp_sink(out));
}
