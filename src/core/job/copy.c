#include "copy.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "db.h"
#include "domain.h"
#include "setting.h"

/* "2026-11-27T02:30:00.000Z" as "20261127-023000" behind what it is of. */
static void
name_it(struct copy *c, const char *of, const char *kind)
{
	char iso[CLOCK_ISO_SIZE];

	clock_iso(clock_now_ms(), iso);
	(void)snprintf(c->name, sizeof(c->name),
	    "%s-%.4s%.2s%.2s-%.2s%.2s%.2s.%s", of, iso, iso + 5, iso + 8,
	    iso + 11, iso + 14, iso + 17, kind);
}

static int
open_password(struct ask *q, int64_t job, struct secret *out)
{
	struct str sealed = str_n("", 0);
	int rc = load_one(ask_loader(q), STMT_JOB_PASSWORD, ARGS(A_INT(job)),
	    load_str, &sealed);

	return rc < 0 ? -1 : secret_open(q, SECRET_JOB, job, sealed, out);
}

static int
find(struct ask *q, const struct verdict_answer *a, struct job *j,
    struct task *t)
{
	int rc = job_load(q, a->job, j);

	if (rc > 0)
		rc = load_one(ask_loader(q), STMT_TASK_OF,
		    ARGS(A_INT(a->job), A_INT(a->device)), load_task, t);
	return err_need(rc, q->err, ERR_GONE, "the job has gone");
}

int
copy_make(struct ask *q, const struct conf *conf,
    const struct verdict_answer *a, struct copy *out)
{
	int64_t seconds;
	struct domain d;
	struct job j;
	struct task t;

	memset(out, 0, sizeof(*out));
	buf_init(&out->text, a->body.len + 1);
	buf_str(&out->text, a->body);
	out->rule = (struct target_rule){
	    .private_ok = conf->private_ok, .also = conf->fetch_local};
	if (find(q, a, &j, &t) < 0 ||
	    err_need(domain_get(q, j.domain_id, &d), q->err, ERR_GONE,
		"the domain has gone") < 0 ||
	    open_password(q, j.id, &out->password) < 0 ||
	    setting_get_int(q, "jobs.target", &seconds) < 0)
		return -1;
	out->timeout_ms = seconds * 1000;
	str_copy(out->url, sizeof(out->url), j.target);
	str_copy(out->login, sizeof(out->login), j.login);
	str_copy(out->domain, sizeof(out->domain), d.name);
	str_copy(out->hw_id, sizeof(out->hw_id), t.hw_id);
	name_it(out, out->hw_id, "txt");
	return 0;
}

void
copy_dump(struct copy *c, struct str instance, struct str dump)
{
	char of[COPY_WORD_MAX];

	str_copy(of, sizeof(of), instance);
	for (char *at = of; *at != '\0'; at++)
		if (*at == '/')
			*at = '-';
	name_it(c, of, "bak");
	buf_wipe(&c->text);
	buf_init(&c->text, dump.len + 1);
	buf_str(&c->text, dump);
}

int
copy_send(const struct copy *c, struct err *e)
{
	const struct davput put = {.url = c->url,
	    .folders = {c->domain, c->hw_id},
	    .name = c->name,
	    .login = c->login[0] != '\0' ? c->login : NULL,
	    .password = c->password.text,
	    .text = buf_view(&c->text),
	    .rule = &c->rule,
	    .timeout_ms = (long)c->timeout_ms};

	return davput(&put, e);
}

void
copy_drop(struct copy *c)
{
	secret_wipe(&c->password);
	buf_wipe(&c->text);
}
