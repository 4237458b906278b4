#include "device_door.h"

#include <string.h>

#include "device.h"
#include "hubwire.h"
#include "json.h"
#include "log.h"
#include "session.h"

#define DOOR_MAX 4096 /* bytes of the question */

/* "unknown" or "offline" or nothing, for the device a door asks about. */
static int
door_device(
    struct ask *q, const struct actor *who, struct str hw_id, struct buf *out)
{
	struct ask as = {
	    .core = q->core, .arena = q->arena, .who = who, .err = q->err};
	struct device d;
	int rc = device_get(&as, hw_id, &d);

	if (rc < 0)
		return -1;
	if (rc == 0 || d.domain_id == 0)
		buf_puts(out, ",\"device\":\"unknown\"");
	else if (!d.online)
		buf_puts(out, ",\"device\":\"offline\"");
	return 0;
}

/* Who asks at the door: 1 and the session (empty for an app's), 0, -1. */
static int
door_who(struct ask *q, struct str state, const struct json *v,
    struct session *s, struct actor *who)
{
	struct str id = json_text(json_member(v, "session"));

	memset(s, 0, sizeof(*s));
	if (id.len > 0)
		return session_load(q, id, s, who);
	return actor_resume(q, state, who);
}

int
device_door(struct ask *q, struct str state, struct str body, struct buf *out)
{
	const struct json *v, *hw;
	struct session s;
	struct actor who;
	int rc;

	if (json_read(q->arena, body, DOOR_MAX, &v, q->err) < 0)
		return -1;
	rc = door_who(q, state, v, &s, &who);
	if (rc < 0)
		return -1;
	if (rc > 0 && who.ndomains > HUBWIRE_DOMAINS_MAX) {
		log_event(LOG_WARN, "session.too-many",
		    PAIRS(P_STRZ("cred", who.cred)));
		rc = 0;
	}
	/* Members begin with a comma; the first one is never a real one. */
	buf_puts(out, "{\"ok\":");
	buf_puts(out, rc > 0 ? "true" : "false");
	if (rc > 0 && s.id[0] != '\0') {
		buf_puts(out, ",\"session\":");
		session_json(&s, &who, out);
		buf_printf(out, ",\"life\":%d", SESSION_LIFE_MS);
	}
	explicit_bzero(&s, sizeof(s));
	hw = json_member(v, "hwId");
	if (hw != NULL && rc == 0)
		buf_puts(out, ",\"device\":\"unknown\"");
	if (hw != NULL && rc > 0 &&
	    door_device(q, &who, json_text(hw), out) < 0)
		return -1;
	buf_putc(out, '}');
	return 0;
}
