/* Requests, answers, counters and the pool, without any FastCGI. */
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "metrics.h"
#include "must.h"
#include "pool.h"
#include "req.h"
#include "resp.h"
#include "tap.h"

/* "NAME=value" lists as libfcgi gives them; never written to. */
#define PARAMS(...)                                                            \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}

static void
test_req(void)
{
	struct arena a;
	struct req r;

	arena_init(&a, REQ_ARENA_MAX);
	req_init(&r, &a,
	    PARAMS("REQUEST_METHOD=POST", "REQUEST_URI=/a%20b?x=1",
		"DOCUMENT_URI=/a b", "QUERY_STRING=x=1",
		"HTTP_HOST=host.example:8080", "REQUEST_SCHEME=https",
		"REQUEST_ID=00c0ffee", "HTTP_FLEETLINE_INTERNAL=1"));
	tap_ok(str_eqz(r.method, "POST") && str_eqz(r.path, "/a b") &&
		   str_eqz(r.target, "/a%20b?x=1") && str_eqz(r.query, "x=1"),
	    "method, path, target and query are found");
	tap_is_str(req_origin(&r), "https://host.example:8080",
	    "the origin is scheme and host");
	tap_is_str(r.id, "00c0ffee", "nginx's request id is taken");
	tap_ok(!r.internal, "a client header cannot pretend to be internal");
	tap_ok(req_param(&r, "HTTP_").len == 0, "half a name finds nothing");
	tap_ok(req_has(&r, "HTTP_HOST") && !req_has(&r, "HTTP_HOS") &&
		   !req_has(&r, "HTTP_ACCEPT"),
	    "what was sent is told from what was not");
	req_init(&r, &a,
	    PARAMS("REQUEST_URI=/x?y", "REQUEST_ID=a b\n", "HTTP_HOST=a/b\"",
		"FLEETLINE_INTERNAL=1"));
	tap_ok(str_eqz(r.path, "/x"), "the path falls back to the target");
	tap_is_int((long long)strlen(r.id), 16, "a strange id is replaced");
	tap_ok(r.internal, "the internal listener is recognised");
	tap_ok(req_origin(&r) == NULL, "a strange host gives no origin");
	arena_fini(&a);
}

static const char *
logged(struct arena *a, const char *masked)
{
	struct req r;

	req_init(&r, a, PARAMS("REQUEST_URI=/x/key", masked));
	return req_log_path(&r);
}

static void
test_log_path(void)
{
	struct arena a;

	arena_init(&a, REQ_ARENA_MAX);
	tap_is_str(logged(&a, "FLEETLINE_LOG_PATH=/x/***"), "/x/***",
	    "the path in the log is what nginx masked");
	tap_is_str(logged(&a, "HTTP_FLEETLINE_LOG_PATH=/x/key"), "-",
	    "what nginx did not mask is not logged");
	arena_fini(&a);
}

static void
is_retry(int64_t wait_ms, const char *want)
{
	struct resp *r = mem_new(sizeof(*r));
	char text[64];

	resp_init(r, (struct sink){0});
	resp_retry_after(r, wait_ms);
	str_copy(text, sizeof(text), str_n(r->head, r->head_len));
	tap_is_str(text, want, "a wait is told in seconds, rounded up");
	mem_free(r);
}

static void
test_retry_after(void)
{
	is_retry(1, "Retry-After: 1\r\n");
	is_retry(1000, "Retry-After: 1\r\n");
	is_retry(1001, "Retry-After: 2\r\n");
	is_retry(60000, "Retry-After: 60\r\n");
}

static void *pushed;

static void
note_push(void *arg)
{
	pushed = arg;
}

static void
test_resp(void)
{
	struct resp *r = mem_new(sizeof(*r));
	struct buf out;
	char block[RESP_BUFFER];

	memset(block, 'b', sizeof(block));
	buf_init(&out, 100000);
	resp_init(r, buf_sink(&out));
	tap_ok(resp_header(r, "X-A", STR("b\r\nX-C: d")) < 0 &&
		   resp_header(r, "X-A", STR("b\nc")) < 0 &&
		   resp_header(r, "X-A", STR("b\0c")) < 0,
	    "a header value with CR, LF or NUL is refused");
	resp_text(r, 404, "text/plain", STR("gone"));
	tap_ok(resp_restart(r), "an answer in the buffer can be taken back");
	resp_error(r, 400, "not a message");
	resp_end(r);
	resp_end(r);
	tap_is_str(out.data,
	    "Status: 400 Bad Request\r\nContent-Length: 26\r\n"
	    "Content-Type: application/json\r\n\r\n"
	    "{\"error\":\"not a message\"}\n",
	    "a small answer is sent once, with its length");
	buf_clear(&out);
	resp_init(r, buf_sink(&out));
	(void)resp_write(r, block, sizeof(block));
	tap_is_int((long long)out.len, 0, "a full buffer is kept back");
	(void)resp_write(r, "c", 1);
	tap_ok(!resp_restart(r), "a streamed answer cannot be taken back");
	resp_end(r);
	tap_ok(
	    strstr(out.data, "Content-Length") == NULL &&
		out.data[out.len - 1] == 'c' &&
		out.len == strlen("Status: 200 OK\r\n\r\n") + RESP_BUFFER + 1,
	    "a longer answer is streamed without a length");
	buf_clear(&out);
	resp_init(r, buf_sink(&out));
	r->push = note_push;
	(void)resp_write(r, "begin", 5);
	resp_flush(r);
	tap_ok(pushed == &out &&
		   str_eqz(buf_view(&out), "Status: 200 OK\r\n\r\nbegin"),
	    "a flush sends what there is and pushes it on");
	tap_ok(!resp_restart(r), "then nothing can be taken back");
	buf_fini(&out);
	buf_init(&out, 10);
	resp_init(r, buf_sink(&out));
	(void)resp_write(r, block, sizeof(block));
	tap_ok(resp_write(r, block, sizeof(block)) < 0,
	    "a client that is gone is reported");
	resp_end(r);
	buf_fini(&out);
	mem_free(r);
}

static void
test_resp_short(void)
{
	struct resp *r = mem_new(sizeof(*r));
	struct buf out;

	buf_init(&out, 100000);
	resp_init(r, buf_sink(&out));
	resp_line(r, 429, "too many");
	resp_end(r);
	tap_is_str(out.data,
	    "Status: 429 Too Many Requests\r\nContent-Length: 9\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n\r\ntoo many\n",
	    "a phrase can be a line of text");
	buf_clear(&out);
	resp_init(r, buf_sink(&out));
	resp_status(r, 304);
	resp_bare(r);
	resp_end(r);
	tap_is_str(out.data, "Status: 304 Not Modified\r\n\r\n",
	    "a bare head tells no length");
	buf_clear(&out);
	resp_init(r, buf_sink(&out));
	(void)resp_write(r, "half", 4);
	resp_break(r);
	resp_end(r);
	tap_ok(out.len == 0 && r->broken, "what breaks off sends nothing more");
	buf_fini(&out);
	mem_free(r);
}

static void
test_header_limit(void)
{
	struct resp *r = mem_new(sizeof(*r));
	struct buf out;
	char value[1000];
	int taken = 0;

	memset(value, 'v', sizeof(value));
	buf_init(&out, 100000);
	resp_init(r, buf_sink(&out));
	while (taken < 100 &&
	       resp_header(r, "X", str_n(value, sizeof(value))) == 0)
		taken++;
	resp_end(r);
	tap_ok(taken == 8 && out.len < RESP_HEAD_MAX + 100,
	    "headers beyond the limit are refused whole");
	buf_fini(&out);
	mem_free(r);
}

static void
test_metrics(void)
{
	struct buf out;
	size_t s;

	metrics_open("devices");
	s = metrics_series("GetDevice");
	metrics_note(s, false, 90);
	metrics_note(s, true, 700);
	metrics_note(s, false, 60000000);
	buf_init(&out, 100000);
	tap_is_int(metrics_print(buf_sink(&out)), 0, "they print");
	tap_ok(strstr(out.data,
		   "fleetline_devices_requests_total{message=\"GetDevice\"} "
		   "3\n") &&
		   strstr(out.data,
		       "fleetline_devices_errors_total{message=\"GetDevice\"} "
		       "1\n"),
	    "requests and errors are counted");
	tap_ok(strstr(out.data, "le=\"0.0001\"} 1\n") &&
		   strstr(out.data, "le=\"0.001\"} 2\n") &&
		   strstr(out.data, "le=\"10\"} 2\n") &&
		   strstr(out.data, "le=\"+Inf\"} 3\n"),
	    "the histogram is cumulative");
	tap_ok(strstr(out.data, "other") == NULL, "unused series are left out");
	buf_clear(&out);
	(void)metrics_one(
	    buf_sink(&out), METRICS_GAUGE, "fleetline_x", "Some x.", 100000);
	tap_is_str(out.data,
	    "# HELP fleetline_x Some x.\n# TYPE fleetline_x gauge\n"
	    "fleetline_x 100000\n",
	    "a gauge has its help and type");
	buf_clear(&out);
	(void)metrics_labelled(
	    buf_sink(&out), "x", "domain", STR("a\"} 1\ny\\ \xc3\xa4"), 2);
	tap_is_str(out.data, "x{domain=\"a\\\"} 1\\ny\\\\ \xc3\xa4\"} 2\n",
	    "a label's text cannot end it");
	buf_clear(&out);
	(void)metrics_labelled(buf_sink(&out), "x", "d", STR("a\xff"), 2);
	tap_is_str(out.data, "x{d=\"a?\"} 2\n", "nor break the whole");
	buf_fini(&out);
}

static atomic_int ran;

static void
job(void *arg)
{
	(void)arg;
	(void)usleep(20000);
	atomic_fetch_add(&ran, 1);
}

static void
test_pool(void)
{
	struct pool *p = pool_new(2, 5);
	int taken = 0;

	for (int i = 0; i < 20; i++)
		taken += pool_submit(p, job, NULL) == 0;
	tap_ok(taken >= 5 && taken <= 7, "a full queue refuses");
	pool_free(&p);
	tap_is_int(atomic_load(&ran), taken, "what was taken is done");
	tap_ok(p == NULL, "the pool is gone");
}

int
main(void)
{
	test_req();
	test_log_path();
	test_resp();
	test_retry_after();
	test_resp_short();
	test_header_limit();
	test_metrics();
	test_pool();
	return tap_end();
}
