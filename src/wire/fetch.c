#include "fetch.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "arena.h"
#include "must.h"
#include "transfer.h"

/* ---- URLs ---- */

/* One part of a URL: is it there?  zone: the one behind an IPv6 address. */
static bool
url_has(CURLU *u, CURLUPart part)
{
	char *text = NULL;
	bool has = curl_url_get(u, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return has;
}

static bool
url_scheme_ok(CURLU *u)
{
	char *text = NULL;
	bool ok = curl_url_get(u, CURLUPART_SCHEME, &text, 0) == CURLUE_OK &&
		  (strcmp(text, "http") == 0 || strcmp(text, "https") == 0);

	curl_free(text);
	return ok;
}

/* libcurl takes any number of slashes before the host, and none. */
static bool
two_slashes(struct str url)
{
	size_t at = str_find(url, ':');

	return url.len > at + 3 && url.p[at + 1] == '/' &&
	       url.p[at + 2] == '/' && url.p[at + 3] != '/';
}

bool
fetch_url_ok(struct str url)
{
	char text[FETCH_URL_MAX + 1];
	CURLU *u;
	bool ok;

	if (url.len > FETCH_URL_MAX || !two_slashes(url))
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~')
			return false;
	str_copy(text, sizeof(text), url);
	transfer_start();
	u = curl_url();
	must(u != NULL);
	ok = curl_url_set(u, CURLUPART_URL, text, 0) == CURLUE_OK &&
	     url_scheme_ok(u) && url_has(u, CURLUPART_HOST) &&
	     !url_has(u, CURLUPART_USER) && !url_has(u, CURLUPART_PASSWORD) &&
	     !url_has(u, CURLUPART_ZONEID);
	curl_url_cleanup(u);
	return ok;
}

/* ---- one request ---- */

int
fetch_now(
    const struct fetch_request *r, struct fetch_answer *ans, struct err *e)
{
	struct transfer t;
	/* libcurl 7.88 adds a line that goes on, if it is the first, to the
	 * last header of the transfer before: one handle for each stranger. */
	CURL *easy = r->guard != NULL ? transfer_handle() : transfer_own();
	int rc;

	memset(ans, 0, sizeof(*ans));
	rc = transfer_begin(&t, r, e);
	if (rc == 0) {
		transfer_set(easy, r, &t);
		rc = transfer_judge(easy, curl_easy_perform(easy), &t, e);
	}
	if (rc == 0) {
		*ans = t.ans; /* the body is the caller's from here */
		t.ans.body.data = NULL;
	}
	if (r->guard != NULL)
		curl_easy_cleanup(easy);
	transfer_end(&t);
	return rc;
}

/* ---- the pool: jobs ---- */

struct job {
	struct job *next;
	struct fetch_request r; /* points into block */
	char *block;
	struct transfer t;
	fetch_done *done;
	void *arg;
};

static const char *
copy(char **at, const char *s)
{
	char *p = *at;
	size_t n = s ? strlen(s) + 1 : 0;

	if (s == NULL)
		return NULL;
	memcpy(p, s, n);
	*at += n;
	return p;
}

/* The headers are in the transfer already. */
static void
copy_request(struct job *j, const struct fetch_request *r)
{
	size_t socket = r->socket ? strlen(r->socket) : 0;
	char *at;

	j->block = mem_new(
	    socket + strlen(r->method) + strlen(r->url) + r->body.len + 4);
	at = j->block;
	j->r = *r;
	j->r.headers = NULL;
	j->r.socket = copy(&at, r->socket);
	j->r.method = copy(&at, r->method);
	j->r.url = copy(&at, r->url);
	j->r.body.p = at;
	if (r->body.len > 0)
		memcpy(at, r->body.p, r->body.len);
}

static void
job_free(struct job *j)
{
	transfer_end(&j->t);
	mem_free(j->block);
	mem_free(j);
}

/* ---- the pool: its thread ---- */

/* A place where one job can run; its handle is kept for the next. */
struct slot {
	CURL *easy;
	struct job *job;
};

struct fetch_pool {
	pthread_t thread;
	CURLM *multi;
	struct slot *slots;
	size_t nslots;
	pthread_mutex_t lock; /* for what follows */
	struct job *first, **last;
	size_t jobs, jobs_max; /* waiting and running */
	bool stop;
};

static void
finish(struct fetch_pool *p, struct job *j, const struct err *e)
{
	must(pthread_mutex_lock(&p->lock) == 0);
	p->jobs--;
	must(pthread_mutex_unlock(&p->lock) == 0);
	j->done(j->arg, &j->t.ans, e);
	job_free(j);
}

static struct job *
next_job(struct fetch_pool *p)
{
	struct job *j;

	must(pthread_mutex_lock(&p->lock) == 0);
	j = p->first;
	if (j != NULL) {
		p->first = j->next;
		if (p->first == NULL)
			p->last = &p->first;
	}
	must(pthread_mutex_unlock(&p->lock) == 0);
	return j;
}

static bool
stopping(struct fetch_pool *p)
{
	bool stop;

	must(pthread_mutex_lock(&p->lock) == 0);
	stop = p->stop;
	must(pthread_mutex_unlock(&p->lock) == 0);
	return stop;
}

/* Fill the free slots. */
static void
start_jobs(struct fetch_pool *p)
{
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = &p->slots[i];

		if (s->job != NULL)
			continue;
		s->job = next_job(p);
		if (s->job == NULL)
			return;
		if (s->easy == NULL)
			s->easy = transfer_handle();
		transfer_set(s->easy, &s->job->r, &s->job->t);
		must(curl_easy_setopt(s->easy, CURLOPT_PRIVATE, s) == CURLE_OK);
		must(curl_multi_add_handle(p->multi, s->easy) == CURLM_OK);
	}
}

static void
end_job(struct fetch_pool *p, CURL *easy, CURLcode code)
{
	char *private = NULL;
	struct slot *s;
	struct job *j;
	struct err e;
	int rc;

	must(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private) == CURLE_OK);
	s = (void *)private;
	j = s->job;
	s->job = NULL;
	rc = transfer_judge(easy, code, &j->t, &e);
	must(curl_multi_remove_handle(p->multi, easy) == CURLM_OK);
	finish(p, j, rc < 0 ? &e : NULL);
}

/* How many slots became free. */
static int
end_jobs(struct fetch_pool *p)
{
	CURLMsg *m;
	int left, n = 0;

	while ((m = curl_multi_info_read(p->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		end_job(p, m->easy_handle, m->data.result);
		n++;
	}
	return n;
}

static void
drop_jobs(struct fetch_pool *p)
{
	struct job *j;
	struct err e;

	(void)err_set(&e, ERR_BUSY, "the pool was ended");
	for (size_t i = 0; i < p->nslots; i++) {
		struct slot *s = &p->slots[i];

		if (s->job != NULL) {
			(void)curl_multi_remove_handle(p->multi, s->easy);
			finish(p, s->job, &e);
		}
		curl_easy_cleanup(s->easy);
	}
	while ((j = p->first) != NULL) {
		p->first = j->next;
		finish(p, j, &e);
	}
}

static void *
pool_main(void *arg)
{
	struct fetch_pool *p = arg;
	int running;

	while (!stopping(p)) {
		start_jobs(p);
		must(curl_multi_perform(p->multi, &running) == CURLM_OK);
		if (end_jobs(p) > 0)
			continue; /* free slots: start what waits */
		must(
		    curl_multi_poll(p->multi, NULL, 0, 1000, NULL) == CURLM_OK);
	}
	drop_jobs(p);
	return NULL;
}

/* ---- the pool: its callers ---- */

struct fetch_pool *
fetch_pool_new(size_t at_once, size_t queue_max)
{
	struct fetch_pool *p = mem_new(sizeof(*p));
	sigset_t all, before;

	must(at_once > 0);
	transfer_start();
	p->multi = curl_multi_init();
	must(p->multi != NULL);
	must(curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, (long)at_once) ==
	     CURLM_OK);
	p->slots = mem_new(at_once * sizeof(*p->slots));
	p->nslots = at_once;
	p->jobs_max = at_once + queue_max;
	p->last = &p->first;
	must(pthread_mutex_init(&p->lock, NULL) == 0);
	/* signals are for the other threads */
	sigfillset(&all);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&p->thread, NULL, pool_main, p) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	return p;
}

/* 1 queued and the first that waits, 0 queued, -1 full. */
static int
enqueue(struct fetch_pool *p, struct job *j)
{
	int rc = -1;

	must(pthread_mutex_lock(&p->lock) == 0);
	if (p->jobs < p->jobs_max) {
		rc = p->first == NULL;
		*p->last = j;
		p->last = &j->next;
		p->jobs++;
	}
	must(pthread_mutex_unlock(&p->lock) == 0);
	return rc;
}

int
fetch_submit(struct fetch_pool *p, const struct fetch_request *r,
    fetch_done *done, void *arg)
{
	struct job *j = mem_new(sizeof(*j));
	struct err e;
	int rc;

	j->done = done;
	j->arg = arg;
	must(r->guard == NULL);
	rc = transfer_begin(&j->t, r, &e);
	if (rc == 0) {
		copy_request(j, r);
		rc = enqueue(p, j);
	}
	if (rc < 0) {
		job_free(j);
		return -1;
	}
	/* one wake-up for a burst: the thread takes all that wait */
	if (rc > 0)
		must(curl_multi_wakeup(p->multi) == CURLM_OK);
	return 0;
}

void
fetch_pool_free(struct fetch_pool **p)
{
	struct fetch_pool *q = *p;

	if (q == NULL)
		return;
	must(pthread_mutex_lock(&q->lock) == 0);
	q->stop = true;
	must(pthread_mutex_unlock(&q->lock) == 0);
	must(curl_multi_wakeup(q->multi) == CURLM_OK);
	must(pthread_join(q->thread, NULL) == 0);
	must(curl_multi_cleanup(q->multi) == CURLM_OK);
	must(pthread_mutex_destroy(&q->lock) == 0);
	mem_free(q->slots);
	mem_free(q);
	*p = NULL;
}
