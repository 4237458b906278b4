/*
 * alarm_kind -- what can be wrong: one table.
 *
 *	offline		a device of the domain, for longer than it says; subject:
 *			hardware id, detail: name
 *	disk		the file system of the database, of the instance's own
 *			domain: it is fuller than the setting alarm.disk says;
 *			subject: "database", detail: "93 %".  Over when it is
 *			ALARM_DISK_SLACK below
 *	job-failed	an update or backup job of the domain, when it is not
 *			repeated any more; subject: its name, detail: why
 *	backup-missing	a device that an enabled backup job has tried and that
 *			has no save of the last days (setting jobs.missing);
 *			subject: hardware id, detail: name
 *	phone-elsewhere	a promoted phone of another vendor that somebody asked
 *			for from another network than its own (phone_window.h)
 *			in the last day; subject: MAC address, detail: the
 *			address that asked last
 *
 * A kind has a look, which finds out what is and writes it down as rows, and is
 * harmless when repeated; it runs in the transaction of its domain.
 */
#ifndef FL_ALARM_KIND_H
#define FL_ALARM_KIND_H

#include "actor.h"
#include "row_alarm.h"

#define ALARM_DISK_SLACK 2 /* percent */

/* What a look needs to know. */
struct alarm_scene {
	const struct alarm_setting *setting; /* of the domain */
	int64_t now;
	int64_t up;          /* see alarm_up.h */
	const char *missing; /* the same: who is not there, NULL: nobody */
	int64_t disk_full;   /* percent; -1: nobody knows */
	int64_t disk_max;    /* the setting; 0: no such alarm */
};

struct alarm_kind {
	const char *name; /* of rows and messages */
	int (*look)(
	    struct ask *q, const char *kind, const struct alarm_scene *s);
};

/* Ends with name NULL. */
extern const struct alarm_kind alarm_kinds[];

/* Percent of the file system that path lies in, as df counts; -1. */
int64_t alarm_disk_full(const char *path);

#endif
