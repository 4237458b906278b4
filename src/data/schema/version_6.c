#include "steps.h"

/*
 * Version 6.  Devices get configurations, phones of other vendors come in, jobs
 * work at night.
 */
const char migrate_version_6[] =
    /* Configurations: what devices of a domain should have. */

    /* Delivery: what devices have got, and who works on one. */

    /* Registrations: where devices register. */

    /* Phones: of other vendors, waiting and promoted. */

    /* Jobs: updates and backups, and their tasks. */
    "INSERT INTO sequence VALUES ('job', 0);"
    "CREATE TABLE job ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of sequence 'job' */
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " enabled INTEGER NOT NULL,"
    " release TEXT NOT NULL," /* of a store: 13r3 sr5 */
    " parts TEXT NOT NULL,"   /* in their order: boot firmware */
    " rule TEXT NOT NULL,"    /* of its calendar; may be empty */
    " zone TEXT NOT NULL,"    /* of rule and hours: Europe/Berlin */
    " hours TEXT NOT NULL,"   /* 22:00-06:00; empty: all */
    " keep_launcher INTEGER NOT NULL,"
    " stages INTEGER NOT NULL,"    /* groups, one after the other */
    " threshold INTEGER NOT NULL," /* percent of a group; 100: none */
    " next INTEGER NOT NULL,"      /* start by the calendar; 0: none */
    /* What the runner writes: */
    " state INTEGER NOT NULL," /* enum job_state */
    " wish INTEGER NOT NULL,"  /* enum job_wish: what starts at due */
    " due INTEGER NOT NULL,"
    " round INTEGER NOT NULL," /* repetitions so far */
    " began INTEGER NOT NULL,"
    " ended INTEGER NOT NULL,"
    " outcome INTEGER NOT NULL," /* enum job_outcome */
    " trouble TEXT NOT NULL,"
    " UNIQUE (domain_id, name)"
    ") STRICT;"
    "CREATE INDEX job_next ON job (next) WHERE next > 0;"
    "CREATE INDEX job_due ON job (due, id) WHERE wish > 0;"
    "CREATE INDEX job_busy ON job (domain_id) WHERE state > 0;"
    "CREATE TABLE job_category ("
    " job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,"
    " category_id INTEGER NOT NULL REFERENCES category(id) ON DELETE CASCADE,"
    " PRIMARY KEY (job_id, category_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX job_category_category"
    " ON job_category (category_id, job_id);"
    /* What a job does, or did, to a device. */
    "CREATE TABLE task ("
    " job_id INTEGER NOT NULL REFERENCES job(id) ON DELETE CASCADE,"
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " state INTEGER NOT NULL," /* enum task_state */
    " stage INTEGER NOT NULL," /* 0 is the first group */
    " plan TEXT NOT NULL,"     /* boot:131705 firmware:131705 */
    " step INTEGER NOT NULL,"  /* word of the plan that is next */
    " sent INTEGER NOT NULL,"  /* when its command was; 0: not yet */
    " until INTEGER NOT NULL," /* it must have worked by then */
    " tries INTEGER NOT NULL," /* commands that were sent */
    " began INTEGER NOT NULL,"
    " ended INTEGER NOT NULL,"
    " error TEXT NOT NULL," /* in words */
    " PRIMARY KEY (job_id, device_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX task_state ON task (job_id, state, stage, device_id);"
    "CREATE INDEX task_device ON task (device_id);"
    "CREATE INDEX task_active ON task (job_id, device_id) WHERE state = 2;"

    "PRAGMA user_version = 6;";
