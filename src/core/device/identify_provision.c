/* Admin message 0x0004 (identify.h). */
#include "identify.h"
#include "jout.h"
#include "sysclient.h"

int
identify_provision(
    struct ask *q, const struct peer *p, struct str text, struct buf *out)
{
	struct jout j;

	(void)q;
	(void)p;
	(void)text;
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_array(&j, "send");
	jout_array(&j, NULL);
	jout_int(&j, NULL, SC_PROVISION_RESULT);
	jout_strz(&j, NULL, "{\"error\":\"unknown code\"}");
	jout_end(&j);
	jout_end(&j);
	jout_end(&j);
	return 0;
}
