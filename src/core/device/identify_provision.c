/* Admin message 0x0004 (identify.h): a code for an FXS port of a gateway. */
#include "code.h"
#include "device.h"
#include "identify.h"
#include "identify_state.h"
#include "jout.h"
#include "json.h"

/* A port that a gateway may name. */
static bool
is_port(struct str port)
{
	return port.len > 0 && port.len <= DEVICE_PHONE_MAX &&
	       str_printable(port) && str_find(port, ',') == port.len;
}

static int
answer(struct buf *out, const char *error)
{
	struct buf json;
	struct jout j;

	buf_init(&json, 256);
	jout_init(&j, buf_sink(&json));
	jout_object(&j, NULL);
	if (error != NULL)
		jout_strz(&j, "error", error);
	jout_end(&j);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_array(&j, "send");
	jout_array(&j, NULL);
	jout_int(&j, NULL, SC_PROVISION_RESULT);
	jout_str(&j, NULL, buf_view(&json));
	jout_end(&j);
	jout_end(&j);
	jout_end(&j);
	buf_fini(&json);
	return 0;
}

int
identify_provision(
    struct ask *q, const struct peer *p, struct str text, struct buf *out)
{
	enum code_verdict verdict;
	const struct json *v;
	struct record k;
	struct state s;
	struct code_say say = {.p = p, .k = &k};
	struct str port;
	int rc;

	if (json_read(q->arena, text, SC_JSON_MAX, &v, q->err) < 0)
		return answer(out, "no JSON");
	state_read(p->state, &s);
	say.hw_id = str_of(s.hw_id);
	say.digits = json_text(json_member(v, "code"));
	port = json_text(json_member(v, "id"));
	rc = record_load(q, say.hw_id, &k);
	if (rc < 0)
		return -1;
	if (rc == 0 || k.device.domain_id == 0 || !state_is_device(&s, &k))
		return answer(out, "not in a domain");
	if (!is_port(port))
		return answer(out, "no such interface");
	if (code_use_port(q, &say, port, &verdict) < 0)
		return -1;
	return answer(out, verdict == CODE_RIGHT  ? NULL
			   : verdict == CODE_WAIT ? "try again in a minute"
						  : "unknown code");
}
