#include "peer.h"

bool
peer_hub(struct peer *p, struct str header)
{
	size_t at = str_find(header, '/');

	if (at == 0 || at + 1 >= header.len || header.len > 128)
		return false;
	p->hub = str_n(header.p, at);
	p->boot = str_n(header.p + at + 1, header.len - at - 1);
	return true;
}
