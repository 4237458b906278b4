#include "source.h"

int
source_open(struct source *s, struct ask *q)
{
	*s = (struct source){
	    .part = SOURCE_REST, .again = true, .device = INT64_MAX};
	if (delivery_mark(q, &s->saved_rev) < 0)
		return -1;
	s->devices_rev = s->domains_rev = s->all_rev = s->saved_rev;
	return 0;
}

void
source_wake(struct source *s)
{
	s->again = true;
}

/* ---- parts ---- */

/* A part that has ended gives way to the next one: 1. */
static int
turn_to(struct source *s, enum source_part part)
{
	s->part = part;
	s->after = 0;
	return 1;
}

static int
page_due(struct source *s, struct ask *q, source_push *push, void *arg)
{
	struct delivery_next *list;
	size_t n;

	if (delivery_due(q, s->after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		push(arg, list[i].hw_id, false);
		s->after = list[i].id;
	}
	return n < DELIVERY_PAGE ? turn_to(s, SOURCE_DEVICES) : 1;
}

static int
page_devices(struct source *s, struct ask *q, source_push *push, void *arg)
{
	struct delivery_next *list;
	size_t n;

	/* What is changed from now on may be missed by the one or the other. */
	if (s->after == 0 && delivery_now(q, &s->pass_rev) < 0)
		return -1;
	s->after = 1;
	if (delivery_devices(q, s->devices_rev, s->device, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		push(arg, list[i].hw_id, true);
		s->devices_rev = list[i].rev;
		s->device = list[i].id;
	}
	return n < DELIVERY_PAGE ? turn_to(s, SOURCE_DOMAINS) : 1;
}

/* The next domain whose configurations changed. */
static int
next_domain(struct source *s, struct ask *q)
{
	struct delivery_next *list;
	size_t n;

	if (delivery_domains(q, s->domains_rev, &list, &n) < 0)
		return -1;
	if (n == 0) {
		s->all_rev = s->pass_rev;
		return turn_to(s, SOURCE_REST);
	}
	s->domain = list[0].id;
	s->domains_rev = list[0].rev;
	s->after = 0;
	return 1;
}

static int
page_domain(struct source *s, struct ask *q, source_push *push, void *arg)
{
	struct delivery_next *list;
	size_t n;

	if (s->domain == 0)
		return next_domain(s, q);
	if (delivery_of_domain(q, s->domain, s->after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		push(arg, list[i].hw_id, true);
		s->after = list[i].id;
	}
	if (n < DELIVERY_PAGE)
		s->domain = 0;
	return 1;
}

int
source_page(struct source *s, struct ask *q, source_push *push, void *arg)
{
	switch (s->part) {
	case SOURCE_DUE:
		return page_due(s, q, push, arg);
	case SOURCE_DEVICES:
		return page_devices(s, q, push, arg);
	case SOURCE_DOMAINS:
		return page_domain(s, q, push, arg);
	case SOURCE_REST:
		break;
	}
	if (!s->again)
		return 0;
	s->again = false;
	return turn_to(s, SOURCE_DUE);
}

int
source_settle(struct source *s, struct ask *q)
{
	if (s->part != SOURCE_REST || s->all_rev == s->saved_rev)
		return 0;
	s->saved_rev = s->all_rev;
	return delivery_mark_set(q, s->all_rev);
}
