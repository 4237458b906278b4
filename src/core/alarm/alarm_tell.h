/*
 * alarm_tell -- from what is wrong to letters about it.
 *
 * An alarm (a row of the table alarm) is raised, told, and cleared:
 *
 *	raised, not told	told at the next chance; if it ends before, it is
 *				forgotten
 *	told			nothing more is said while it holds
 *	told, and over		told that it is, and forgotten; if it comes again
 *				before, it is as if it had never been over
 *
 * There is a chance whenever the alarms run, it is not quiet (hours.h), the
 * domain is not paused, and there is a way to tell it.  What is told then makes
 * one letter for each way, whatever many alarms there are: the number of them
 * all, and the first ALARM_SHOWN.  State and letters are one transaction, so
 * nothing is lost and nothing is told anew; alarm_post.h sends them.
 *
 * The body of a webhook's letter (doc/api.md 8):
 *
 *	{"mt":"Alarms","id":"<guid>","domainId":7,"domain":"north.example",
 *	 "time":1764245000000,"test":false,
 *	 "raisedCount":1,"raised":[{"kind":"offline","subject":"009033400001",
 *	  "detail":"demo 2","since":1764244000000}],
 *	 "clearedCount":0,"cleared":[]}
 */
#ifndef FL_ALARM_TELL_H
#define FL_ALARM_TELL_H

#include "actor.h"
#include "row_alarm.h"

#define ALARM_SHOWN  100     /* alarms that a letter lists, of each sort */
#define ALARM_LETTER "alarm" /* name of the mail's texts (letter.h) */

/* The ways there are. */
struct alarm_ways {
	bool mail;             /* there is a mail server */
	const char *templates; /* folder of the texts of mails */
};

struct alarm_scene;

/*
 * Look at all kinds of a domain and make letters of what is to be told.  *told:
 * how many alarms were, raised or over.
 */
int alarm_tell(struct ask *q, const struct alarm_scene *s,
    const struct alarm_ways *ways, int64_t *told) FL_CHECK;

/* A letter that says nothing but that it comes, for trying a way out. */
int alarm_tell_test(struct ask *q, const struct alarm_setting *s,
    enum alarm_way way, const char *templates,
    struct alarm_letter *out) FL_CHECK;

#endif
