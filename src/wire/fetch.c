#include "fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <strings.h>

#include "arena.h"
#include "must.h"

/* One request on its way: what libcurl points to while it runs. */
struct transfer {
	struct curl_slist *headers;
	struct fetch_answer ans;
};

/* ---- one request ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t own_handle; /* the easy handle of a thread */

static void
end_handle(void *easy)
{
	curl_easy_cleanup(easy);
}

static void
start_curl(void)
{
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	must(pthread_key_create(&own_handle, end_handle) == 0);
}

static CURL *
new_handle(void)
{
	CURL *easy;

	must(pthread_once(&once, start_curl) == 0);
	easy = curl_easy_init();
	must(easy != NULL);
	return easy;
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct buf *body = arg;

	buf_add(body, p, size * n);
	return buf_failed(body) ? 0 : size * n;
}

static void
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *longer = curl_slist_append(t->headers, line);

	must(longer != NULL);
	t->headers = longer;
}

/* Begin a transfer: the caller's headers, and that libcurl must not add its
 * own.  end_transfer releases t, also after -1. */
static int
begin(struct transfer *t, const struct fetch_request *r, struct err *e)
{
	const char *const *lines = r->headers;
	bool typed = false;

	memset(t, 0, sizeof(*t));
	buf_init(&t->ans.body, r->answer_max);

	for (; lines != NULL && *lines != NULL; lines++) {
		if (strpbrk(*lines, "\r\n") != NULL)
			return err_set(e, ERR_INPUT, "a header has two lines");
		typed = typed || strncasecmp(*lines, "Content-Type:", 13) == 0;
		add_header(t, *lines);
	}
	add_header(t, "Expect:");
	if (!typed)
		add_header(t, "Content-Type:");
	return 0;
}

/* A failing setopt means a libcurl that was built without what we need. */
#define SET(easy, option, value)                                               \
	must(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static void
set_method(CURL *easy, const struct fetch_request *r)
{
	if (strcmp(r->method, "GET") == 0) {
		SET(easy, CURLOPT_HTTPGET, 1L);
		return;
	}
	if (strcmp(r->method, "HEAD") == 0) {
		SET(easy, CURLOPT_NOBODY, 1L);
		return;
	}
	SET(easy, CURLOPT_POST, 1L);
	SET(easy, CURLOPT_POSTFIELDS, r->body.p ? r->body.p : "");
	SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
	SET(easy, CURLOPT_CUSTOMREQUEST, r->method);
}

static void
set_up(CURL *easy, const struct fetch_request *r, struct transfer *t)
{
	curl_easy_reset(easy); /* keeps the connections */
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_PATH_AS_IS, 1L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_UNIX_SOCKET_PATH, r->socket);
	SET(easy, CURLOPT_TIMEOUT_MS, r->timeout_ms);
	SET(easy, CURLOPT_HTTPHEADER, t->headers);
	SET(easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(easy, CURLOPT_WRITEDATA, &t->ans.body);
	SET(easy, CURLOPT_URL, r->url);
	set_method(easy, r);
}

/* The status of the answer, or why there is none. */
static int
judge(CURL *easy, CURLcode code, struct transfer *t, struct err *e)
{
	long status = 0;
	char *type = NULL;

	if (buf_failed(&t->ans.body))
		return err_set(e, ERR_LIMIT, "the answer is too long");
	if (code != CURLE_OK)
		return err_set(
		    e, ERR_IO, "no answer: %s", curl_easy_strerror(code));
	must(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) ==
	     CURLE_OK);
	t->ans.status = (int)status;
	must(curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK);
	str_copy(t->ans.type, sizeof(t->ans.type), str_of(type));
	return 0;
}

static void
end_transfer(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	buf_fini(&t->ans.body);
}

int
fetch_now(
    const struct fetch_request *r, struct fetch_answer *ans, struct err *e)
{
	struct transfer t;
	CURL *easy;
	int rc;

	must(pthread_once(&once, start_curl) == 0);
	easy = pthread_getspecific(own_handle);
	if (easy == NULL) {
		easy = new_handle();
		must(pthread_setspecific(own_handle, easy) == 0);
	}
	memset(ans, 0, sizeof(*ans));
	rc = begin(&t, r, e);
	if (rc == 0) {
		set_up(easy, r, &t);
		rc = judge(easy, curl_easy_perform(easy), &t, e);
	}
	if (rc == 0) {
		*ans = t.ans; /* the body is the caller's from here */
		t.ans.body.data = NULL;
	}
	end_transfer(&t);
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
	end_transfer(&j->t);
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
			s->easy = new_handle();
		set_up(s->easy, &s->job->r, &s->job->t);
		SET(s->easy, CURLOPT_PRIVATE, s);
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
	rc = judge(easy, code, &j->t, &e);
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
	must(pthread_once(&once, start_curl) == 0);
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
	rc = begin(&j->t, r, &e);
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
