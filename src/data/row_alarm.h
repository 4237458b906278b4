/*
 * row_alarm -- rows of alarms (sql_alarm.def): what a domain wants to be told of,
 * what is wrong, and letters about it.  The numbers of ways are stored.
 */
#ifndef FL_ROW_ALARM_H
#define FL_ROW_ALARM_H

#include "row.h"

/* What a domain wants to be told of. */
struct alarm_setting {
	int64_t domain_id;
	struct str domain; /* its name */
	bool is_instance;
	int64_t offline;       /* minutes; 0: never */
	struct str recipients; /* addresses, with commas; may be empty */
	struct str url;        /* of the webhook; may be empty */
	bool has_secret;
	struct str language; /* of mails, "en" */
	struct str zone;     /* "Europe/Berlin" */
	struct str quiet;    /* "22:00-06:00"; may be empty */
	int64_t paused;      /* nothing is told before */
};

/* Something that is wrong. */
struct alarm {
	int64_t id;
	struct str kind;      /* "offline" */
	struct str subject;   /* a hardware id, a folder */
	struct str detail;    /* a device's name, how full */
	int64_t raised, told; /* 0: not yet */
	int64_t cleared;      /* 0: it holds */
	int64_t job_id, work; /* of its job, enum job_work; 0: none is there */
	int64_t domain_id;
};

/* A letter that is to be sent. */
enum alarm_way { ALARM_MAIL = 1, ALARM_WEBHOOK = 2 };
struct alarm_letter {
	int64_t id, domain_id;
	enum alarm_way way;
	struct str guid; /* the same whenever it is sent again */
	int64_t tries;   /* that failed */
	struct str subject, body;
};

#endif
