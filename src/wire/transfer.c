#include "transfer.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "must.h"
#include "num.h"

#define PIN_MAX ((size_t)4 << 10)

/* ---- handles ---- */

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

void
transfer_start(void)
{
	must(pthread_once(&once, start_curl) == 0);
}

CURL *
transfer_handle(void)
{
	CURL *easy;

	transfer_start();
	easy = curl_easy_init();
	must(easy != NULL);
	return easy;
}

CURL *
transfer_own(void)
{
	CURL *easy;

	transfer_start();
	easy = pthread_getspecific(own_handle);
	if (easy == NULL) {
		easy = transfer_handle();
		must(pthread_setspecific(own_handle, easy) == 0);
	}
	return easy;
}

/* ---- where it leads ---- */

/* A part of a URL, which the caller frees with curl_free; NULL: it has none. */
static char *
part_of(const char *url, CURLUPart part)
{
	CURLU *u = curl_url();
	char *text = NULL;

	must(u != NULL);
	if (curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
		text = NULL;
	curl_url_cleanup(u);
	return text;
}

/* The rule for one of them, with the port of the URL. */
static bool
may_use(const struct transfer *t, const struct lookup_address *a, uint16_t port)
{
	struct sockaddr_storage sa = a->sa;

	if (sa.ss_family == AF_INET)
		((struct sockaddr_in *)(void *)&sa)->sin_port = htons(port);
	else if (sa.ss_family == AF_INET6)
		((struct sockaddr_in6 *)(void *)&sa)->sin6_port = htons(port);
	return target_may(&t->guard->rule,
	    (const struct sockaddr *)(const void *)&sa, a->len);
}

/* libcurl takes these addresses for the name, and looks up none. */
static void
pin(struct transfer *t, const char *host, const char *port)
{
	char line[PIN_MAX], text[INET6_ADDRSTRLEN];
	struct buf all;

	buf_init(&all, PIN_MAX);
	buf_printf(&all, "%s:%s:", host, port);
	for (size_t i = 0; i < t->found.n; i++) {
		const struct lookup_address *a = &t->found.list[i];
		bool six = a->sa.ss_family == AF_INET6;

		must(getnameinfo((const struct sockaddr *)(const void *)&a->sa,
			 a->len, text, sizeof(text), NULL, 0,
			 NI_NUMERICHOST) == 0);
		buf_printf(
		    &all, six ? "%s[%s]" : "%s%s", i > 0 ? "," : "", text);
	}
	must(!buf_failed(&all));
	str_copy(line, sizeof(line), buf_view(&all));
	buf_fini(&all);
	t->pinned = curl_slist_append(NULL, line);
	must(t->pinned != NULL);
}

/* All that the name means may be connected to, or nothing is. */
static int
look_up(struct transfer *t, const struct fetch_request *r, const char *host,
    const char *port, struct err *e)
{
	const struct lookup_of of = {host, t->guard->connect_ms, r->stop};
	int64_t number;

	if (!num_parse(str_of(port), 1, UINT16_MAX, &number))
		return err_set(e, ERR_INPUT, "the URL has no port");
	t->spent_ms = clock_mono_ms();
	if (lookup(&of, &t->found, e) < 0)
		return -1;
	t->spent_ms = clock_mono_ms() - t->spent_ms;
	for (size_t i = 0; i < t->found.n; i++)
		if (!may_use(t, &t->found.list[i], (uint16_t)number))
			return err_set(
			    e, ERR_DENIED, "the address is not allowed");
	pin(t, host, port);
	return 0;
}

/* An IPv6 address in brackets is what it is: open_socket() sees it. */
static int
find_out(struct transfer *t, const struct fetch_request *r, struct err *e)
{
	char *host = part_of(r->url, CURLUPART_HOST);
	char *port = part_of(r->url, CURLUPART_PORT);
	int rc = 0;

	if (host == NULL || port == NULL)
		rc = err_set(e, ERR_INPUT, "it is no URL");
	else if (host[0] != '[')
		rc = look_up(t, r, host, port, e);
	curl_free(host);
	curl_free(port);
	return rc;
}

/* ---- one request ---- */

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
 * own.  transfer_end releases t, also after -1. */
int
transfer_begin(struct transfer *t, const struct fetch_request *r, struct err *e)
{
	const char *const *lines = r->headers;
	bool typed = false;

	memset(t, 0, sizeof(*t));
	buf_init(&t->ans.body, r->answer_max);
	t->guard = r->guard;

	for (; lines != NULL && *lines != NULL; lines++) {
		if (strpbrk(*lines, "\r\n") != NULL)
			return err_set(e, ERR_INPUT, "a header has two lines");
		typed = typed || strncasecmp(*lines, "Content-Type:", 13) == 0;
		add_header(t, *lines);
	}
	add_header(t, "Expect:");
	if (!typed)
		add_header(t, "Content-Type:");
	return t->guard != NULL ? find_out(t, r, e) : 0;
}

/* ---- requests with a guard ---- */

/* Called with the address that the socket would be connected to. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct transfer *t = arg;

	(void)purpose;
	if (!target_may(&t->guard->rule, &to->addr, to->addrlen) ||
	    (t->pinned != NULL && !lookup_has(&t->found, &to->addr))) {
		t->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* A line that goes on (RFC 9112 5.2) is refused: nobody sends such. */
static size_t
count_head(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	if (n > 0 && str_in(p[0], 0, " \t"))
		return 0;
	t->head += size * n;
	return t->head > t->guard->head_max ? 0 : size * n;
}

/* A failing setopt means a libcurl that was built without what we need. */
#define SET(easy, option, value)                                               \
	must(curl_easy_setopt((easy), (option), (value)) == CURLE_OK)

static void
set_guard(CURL *easy, struct transfer *t)
{
	SET(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(easy, CURLOPT_OPENSOCKETDATA, t);
	SET(easy, CURLOPT_HEADERFUNCTION, count_head);
	SET(easy, CURLOPT_HEADERDATA, t);
	SET(easy, CURLOPT_CONNECTTIMEOUT_MS, t->guard->connect_ms);
	SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	SET(easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	SET(easy, CURLOPT_RESOLVE, t->pinned);
}

/* libcurl asks about once a second; not 0 ends the request. */
static int
is_stopped(void *arg, curl_off_t in_all, curl_off_t in, curl_off_t out_all,
    curl_off_t out)
{
	const atomic_bool *stop = arg;

	(void)in_all, (void)in, (void)out_all, (void)out;
	return atomic_load(stop);
}

static void
set_stop(CURL *easy, const atomic_bool *stop)
{
	SET(easy, CURLOPT_NOPROGRESS, 0L);
	SET(easy, CURLOPT_XFERINFOFUNCTION, is_stopped);
	SET(easy, CURLOPT_XFERINFODATA, stop);
}

static void
set_login(CURL *easy, const struct fetch_request *r)
{
	SET(easy, CURLOPT_HTTPAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST));
	SET(easy, CURLOPT_USERNAME, r->login);
	SET(easy, CURLOPT_PASSWORD, r->password);
}

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

void
transfer_set(CURL *easy, const struct fetch_request *r, struct transfer *t)
{
	curl_easy_reset(easy); /* keeps the connections */
	SET(easy, CURLOPT_NOSIGNAL, 1L);
	SET(easy, CURLOPT_QUICK_EXIT, 1L); /* waits for no name server */
	SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
	SET(easy, CURLOPT_PATH_AS_IS, 1L);
	SET(easy, CURLOPT_PROXY, "");
	SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(easy, CURLOPT_UNIX_SOCKET_PATH, r->socket);
	SET(easy, CURLOPT_TIMEOUT_MS,
	    r->timeout_ms > t->spent_ms ? r->timeout_ms - (long)t->spent_ms
					: 1);
	SET(easy, CURLOPT_HTTPHEADER, t->headers);
	SET(easy, CURLOPT_WRITEFUNCTION, take_body);
	SET(easy, CURLOPT_WRITEDATA, &t->ans.body);
	SET(easy, CURLOPT_URL, r->url);
	set_method(easy, r);
	if (r->login != NULL)
		set_login(easy, r);
	if (r->stop != NULL)
		set_stop(easy, r->stop);
	if (r->once || t->guard != NULL) {
		SET(easy, CURLOPT_FRESH_CONNECT, 1L);
		SET(easy, CURLOPT_FORBID_REUSE, 1L);
	}
	if (t->guard != NULL)
		set_guard(easy, t);
}

static void
take_tag(CURL *easy, struct fetch_answer *ans)
{
	struct curl_header *h;

	if (curl_easy_header(easy, "ETag", 0, CURLH_HEADER, -1, &h) ==
		CURLHE_OK &&
	    strlen(h->value) < sizeof(ans->tag) &&
	    str_printable(str_of(h->value)))
		str_copy(ans->tag, sizeof(ans->tag), str_of(h->value));
}

/* The status of the answer, or why there is none. */
int
transfer_judge(CURL *easy, CURLcode code, struct transfer *t, struct err *e)
{
	curl_off_t length = -1;
	long status = 0;
	char *type = NULL;

	if (buf_failed(&t->ans.body) ||
	    (t->guard != NULL && t->head > t->guard->head_max))
		return err_set(e, ERR_LIMIT, "the answer is too long");
	if (code != CURLE_OK && t->refused)
		return err_set(e, ERR_DENIED, "the address is not allowed");
	if (code != CURLE_OK)
		return err_set(
		    e, ERR_IO, "no answer: %s", curl_easy_strerror(code));
	must(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) ==
	     CURLE_OK);
	t->ans.status = (int)status;
	must(curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK);
	str_copy(t->ans.type, sizeof(t->ans.type), str_of(type));
	must(curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
		 &length) == CURLE_OK);
	t->ans.length = length;
	take_tag(easy, &t->ans);
	return 0;
}

void
transfer_end(struct transfer *t)
{
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->pinned);
	buf_fini(&t->ans.body);
}
