/*
 * row_job -- rows of jobs (sql_job.def): work on many devices, and its part for
 * each of them.  The numbers of their states are stored.  What they are
 * about stands in row.h.
 */
#ifndef FL_ROW_JOB_H
#define FL_ROW_JOB_H

#include "row.h"

/* What it does to its devices. */
enum job_work {
	JOB_UPDATE,
	JOB_BACKUP,
	JOB_PHONES, /* an update of phones of other vendors */
	JOB_WORK__MAX
};
enum job_state { JOB_IDLE, JOB_PREPARING, JOB_RUNNING };
/* What starts when it is due: nothing; all of it; who failed; who came late. */
enum job_wish { JOB_NOTHING, JOB_ALL, JOB_FAILED, JOB_LATE };
/* How it ended. */
enum job_outcome {
	JOB_OPEN, /* not yet, or for no reason of its own */
	JOB_DONE,
	JOB_ABORTED,   /* by somebody */
	JOB_THRESHOLD, /* too many failed */
	JOB_FAILURES,  /* some failed, or nothing could be started */
	JOB_OUTCOME__MAX
};

/* An update, or a backup, of the devices of some categories. */
struct job {
	int64_t id, domain_id;
	enum job_work work;
	int64_t created;
	struct str name; /* unique in its domain */
	bool enabled;
	struct str release;     /* "13r3 sr5"; of phones "66.86.0.15" */
	struct str parts;       /* "boot firmware", in this order; of phones
				 * their models, "snomD785 snomD735" */
	struct str rule;        /* calendar.h; may be empty */
	struct str zone, hours; /* zone.h; "22:00-06:00" or empty */
	bool keep_launcher;     /* that of PBXs is left alone */
	int64_t stages;         /* groups, one after the other */
	int64_t threshold;      /* percent of a group that may fail */
	int64_t next;           /* start by the calendar; 0: none */
	/* Of a backup; release and parts of an update only. */
	struct str target; /* URL of a web server; empty: none.  For phones
			    * that of their firmware */
	struct str login;  /* there; empty: none */
	int64_t keep;      /* saves of a device; 0: all */
	int64_t days;      /* that they are kept; 0: for ever */
	enum job_state state;
	enum job_wish wish;
	int64_t due;   /* when that shall begin */
	int64_t round; /* 0, or which repetition */
	int64_t began, ended;
	enum job_outcome outcome;
	struct str trouble; /* that concerns no single device */
};

enum task_state {
	TASK_WAITING = 1,
	TASK_ACTIVE, /* its command was sent, or is on its way */
	TASK_AWAY,   /* the device is offline */
	TASK_DONE,
	TASK_FAILED,
	TASK_SKIPPED, /* the job was stopped before */
	TASK_UNFIT,   /* it is not updated; the error says why */
	TASK_STATE__MAX
};

/* A job on one device, with what the device says. */
struct task {
	int64_t job_id, device_id;
	enum task_state state;
	int64_t stage;
	struct str plan; /* "boot:131705 firmware:131705", "phone:1.2" */
	int64_t step;    /* word of the plan */
	int64_t sent, until, tries, began, ended;
	struct str error; /* in words; empty: none */
	struct str hw_id, name;
	int64_t domain_id;
	enum device_type type;
	struct str product, version, fw, bc, fw_build, bc_build;
	bool online;
};

/* What the update job wants that works on a phone now. */
struct phone_job {
	struct str url, plan; /* "phone:1.0 phone:2.0" */
	int64_t step;         /* word of the plan */
};

/* Of all jobs, for /metrics. */
struct job_figures {
	/* Since the beginning. */
	int64_t done, failed; /* tasks that ended so */
	int64_t done_last;    /* ms; 0: never */
	int64_t listed;       /* saves that there are */
	int64_t saved, bytes; /* that were made, and their sizes */
	int64_t saved_last;   /* ms; 0: never */
	int64_t runners;      /* that are at work: 1, or 0 */
	int64_t idle, waiting, preparing, running; /* jobs */
	int64_t wrong; /* jobs that failed, and are not repeated */
};

/* A configuration as a device had it. */
struct save {
	int64_t id, device_id, domain_id;
	int64_t job_id; /* 0: none, or one that has gone */
	int64_t text_id;
	int64_t made;        /* ms */
	int64_t size;        /* bytes of what the device said, */
	struct str hash;     /* and its SHA-256 */
	bool changed;        /* it is the first with its text */
	struct str instance; /* what was saved; save.h */
};

enum putback_state {
	PUTBACK_WAITING = 1,
	PUTBACK_SAVING,  /* what the device has is read */
	PUTBACK_TELLING, /* it was told, or is about to be: never twice */
	PUTBACK_DONE,
	PUTBACK_FAILED,
	PUTBACK_UNSAVED, /* it was told nothing: what it has cannot be saved */
	PUTBACK_STATE__MAX
};

/* A save goes back to its device. */
struct putback {
	int64_t id, device_id, domain_id;
	int64_t save_id;     /* 0: it has gone */
	int64_t kept_id;     /* of what the device had; 0: none */
	struct str instance; /* as in the save */
	bool unsaved;        /* also if what it has cannot be saved */
	enum putback_state state;
	int64_t turn;                  /* who took it: the how manieth */
	int64_t ordered, began, ended; /* ms; 0: not yet */
	struct str error;              /* in words; empty: none */
	struct str hw_id;
};

#endif
