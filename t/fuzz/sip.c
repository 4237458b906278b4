/* An answer to a NOTIFY from anywhere; what it asks for can be answered. */
#include "sip.h"

#include "fuzz.h"
#include "must.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sip_answer out;
	struct arena a;
	struct buf text;

	arena_init(&a, (size_t)2 * SIP_DATAGRAM_MAX);
	buf_init(&text, (size_t)4 * SIP_DATAGRAM_MAX);
	if (sip_answer_read(&a, str_n(data, size), &out) == 0) {
		must(out.status >= 100 && out.status <= 699);
		must(size <= SIP_DATAGRAM_MAX && out.branch.len <= size);
	}
	if (out.login != NULL) {
		out.challenge.username = STR("u");
		out.challenge.uri = STR("sip:u@h");
		out.challenge.cnonce = STR("c");
		digest_answer(&out.challenge, STR("NOTIFY"), STR("p"), &text);
		must(str_find(buf_view(&text), '\n') == text.len);
	}
	buf_fini(&text);
	arena_fini(&a);
	return 0;
}
