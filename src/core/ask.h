/*
 * ask -- a question to the rules as the store wants it.  Inside core only.
 */
#ifndef FL_ASK_H
#define FL_ASK_H

#include "core.h"
#include "load.h"

/* Loads rows into the question's arena. */
static inline struct loader
ask_loader(const struct ask *q)
{
	return (struct loader){q->core->store, q->arena, q->err};
}

#endif
