#include "steps.h"

/*
 * Version 6.  Devices get configurations, phones of other vendors come in, jobs
 * work at night.
 */
const char migrate_version_6[] =
    /* Configurations: what devices of a domain should have.  No row for a
     * device: which it gets follows from its domain and its categories.  Who is
     * limited and has no category left is for nobody. */
    "CREATE TABLE config ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " type INTEGER NOT NULL,"     /* enum config_type, in order of delivery */
    " descr TEXT NOT NULL,"       /* for people */
    " limited INTEGER NOT NULL,"  /* to its categories; else for all */
    " revision INTEGER NOT NULL," /* grows when its values change */
    " changed INTEGER NOT NULL,"
    " fields BLOB NOT NULL" /* the values: a JSON object, sealed */
    ") STRICT;"
    "CREATE INDEX config_domain ON config (domain_id, limited, id);"
    "CREATE TABLE config_category ("
    " config_id INTEGER NOT NULL REFERENCES config(id) ON DELETE CASCADE,"
    " category_id INTEGER NOT NULL REFERENCES category(id) ON DELETE CASCADE,"
    " PRIMARY KEY (config_id, category_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX config_category_category"
    " ON config_category (category_id, config_id);"
    "INSERT INTO sequence VALUES ('config', 0);"

    /* Delivery: what devices have got, and who works on one. */
    "ALTER TABLE presence ADD COLUMN due INTEGER NOT NULL DEFAULT 1;" /* nobody
						   * has looked yet what this
						   * connection lacks */
    "CREATE INDEX presence_due ON presence (device_id)"
    " WHERE due = 1 AND online = 1;"
    /* What changed since: devices by the counter in their rows, configurations
     * by that of their domain. */
    "CREATE INDEX device_rev ON device (rev);"
    "CREATE TABLE config_change ("
    " domain_id INTEGER PRIMARY KEY REFERENCES domain(id) ON DELETE CASCADE,"
    " rev INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX config_change_rev ON config_change (rev);"
    "CREATE TABLE config_mark ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " rev INTEGER NOT NULL,"       /* what changed until here is delivered */
    " delivered INTEGER NOT NULL," /* configurations, since the beginning */
    " failed INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO config_mark SELECT 1, last, 0, 0 FROM sequence"
    " WHERE name = 'rev';"
    "CREATE TABLE config_state ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " config_id INTEGER NOT NULL REFERENCES config(id) ON DELETE CASCADE,"
    " revision INTEGER NOT NULL," /* that was sent, on this connection: */
    " boot TEXT NOT NULL,"
    " conn INTEGER NOT NULL,"
    " time INTEGER NOT NULL,"
    " result INTEGER NOT NULL," /* enum config_result */
    " why TEXT NOT NULL,"       /* in words, if it is not a success */
    " line INTEGER NOT NULL,"   /* of a script: the last that was sent */
    " serial TEXT NOT NULL,"    /* of a script: of its last whole run */
    " PRIMARY KEY (device_id, config_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX config_state_config ON config_state (config_id);"
    "CREATE INDEX config_state_wrong ON config_state (result)"
    " WHERE result > 2;" /* failed, stopped */
    /* What scripts did to a device, and as what it was known then. */
    "CREATE TABLE config_script ("
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " version TEXT NOT NULL, fw_build TEXT NOT NULL, bc_build TEXT NOT NULL,"
    " started INTEGER NOT NULL," /* when it says that it started; 0: unsaid */
    " boot TEXT NOT NULL, conn INTEGER NOT NULL," /* judged last, and */
    " rule INTEGER NOT NULL," /* by what; enum config_rule */
    " restarted INTEGER NOT NULL,"
    " ran INTEGER NOT NULL,"   /* when a script ended; 0: none since */
    " loops INTEGER NOT NULL," /* restarts right behind one */
    " first INTEGER NOT NULL"  /* the first of them */
    ") STRICT;"
    /* One at a time works on a device, whatever it does there. */
    "CREATE TABLE device_work ("
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " holder TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " until INTEGER NOT NULL"
    ") STRICT;"
    /* Until when it is left in peace; 0: it is not. */
    "ALTER TABLE domain ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE device ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX device_paused ON device (domain_id, id) WHERE paused > 0;"

    /* Registrations: where devices register. */
    "ALTER TABLE domain ADD COLUMN secondary INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE device ADD COLUMN host TEXT NOT NULL DEFAULT '';" /* it asks
								    * for us */
    "CREATE INDEX device_host ON device (host);"
    /* Devices are told another host: from one, to one, by a URL. */
    "CREATE TABLE move ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " told TEXT NOT NULL," /* the PBX's own word for the host */
    " source TEXT NOT NULL, target TEXT NOT NULL, url TEXT NOT NULL,"
    " began INTEGER NOT NULL, ended INTEGER NOT NULL," /* 0: never, not yet */
    " why TEXT NOT NULL,"    /* it ended; empty: somebody wanted it */
    " back INTEGER NOT NULL" /* devices that came by another host since */
    ") STRICT;"
    "INSERT INTO move VALUES (1, '', '', '', '', 0, 0, '', 0);"
    "CREATE TABLE moved (" /* those that have not come by another yet */
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " chosen INTEGER NOT NULL,"
    " told INTEGER NOT NULL," /* 0: not yet */
    " why TEXT NOT NULL"      /* it could not be told */
    ") STRICT;"

    /* Phones: of other vendors, waiting and promoted. */
    "CREATE TABLE phone_key (" /* tenant keys; the key itself is computed */
    " domain_id INTEGER PRIMARY KEY REFERENCES domain(id) ON DELETE CASCADE,"
    " generation INTEGER NOT NULL,"
    " made INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE waiting_phone ("
    " mac TEXT PRIMARY KEY,"      /* twelve lower-case hexadecimal digits */
    " domain_id INTEGER NOT NULL" /* whose key it came by */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " type TEXT NOT NULL,"    /* key of its type; empty: not known */
    " product TEXT NOT NULL," /* what that is called */
    " ports INTEGER NOT NULL,"
    " firmware TEXT NOT NULL,"
    " address TEXT NOT NULL," /* it asked from last */
    " place TEXT NOT NULL,"   /* what addresses are counted by */
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX waiting_phone_domain ON waiting_phone (domain_id, seen);"
    "CREATE INDEX waiting_phone_place ON waiting_phone (place, seen);"
    "CREATE INDEX waiting_phone_seen ON waiting_phone (seen);"
    "CREATE TABLE phone (" /* what is promoted is a device */
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " key_domain INTEGER" /* whose key it came by; NULL: it was added */
    "  REFERENCES domain(id) ON DELETE SET NULL,"
    " type TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL," /* 0: never */
    " place TEXT NOT NULL,"   /* from where it may prove itself; empty: from
			       * nowhere */
    " generation INTEGER NOT NULL," /* of its own URL */
    " until INTEGER NOT NULL,"      /* end of its window */
    " proven INTEGER NOT NULL"      /* when it came by that URL; 0: not yet */
    ") STRICT;"
    "CREATE INDEX phone_key_domain ON phone (key_domain)"
    " WHERE key_domain IS NOT NULL;"
    "CREATE TABLE phone_port ("
    " id INTEGER PRIMARY KEY," /* of sequence 'point'; port 0: its device's */
    " device_id INTEGER NOT NULL"
    "  REFERENCES phone(device_id) ON DELETE CASCADE,"
    " port INTEGER NOT NULL,"
    " domain_id INTEGER" /* NULL: where its device is, as port 0 always */
    "  REFERENCES domain(id) ON DELETE SET NULL,"
    " owner INTEGER" /* of other ports than 0, whose device has it */
    "  REFERENCES account(id) ON DELETE SET NULL,"
    " UNIQUE (device_id, port)"
    ") STRICT;"
    "CREATE INDEX phone_port_domain ON phone_port (domain_id)"
    " WHERE domain_id IS NOT NULL;"
    "CREATE INDEX phone_port_owner ON phone_port (owner, id)"
    " WHERE owner IS NOT NULL;"
    "CREATE TABLE phone_trace ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL" /* whose key it was */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " mac TEXT NOT NULL," /* empty: of none that is known */
    " address TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " reason INTEGER NOT NULL," /* enum phone_reason */
    " status INTEGER NOT NULL,"
    " began INTEGER NOT NULL,"
    " last INTEGER NOT NULL,"
    " n INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX phone_trace_mac ON phone_trace (mac, id);"
    "CREATE INDEX phone_trace_same ON phone_trace"
    " (domain_id, mac, address, file, reason, status, began);"
    "CREATE INDEX phone_trace_domain ON phone_trace (domain_id, id);"
    "CREATE INDEX phone_trace_last ON phone_trace (last);"
    "CREATE INDEX phone_trace_elsewhere ON phone_trace (mac, last)"
    " WHERE reason = 12;"         /* PHONE_ELSEWHERE: alarms look for them */
    "CREATE TABLE phone_resync (" /* orders to fetch files, the last of each */
    " device_id INTEGER PRIMARY KEY"
    "  REFERENCES phone(device_id) ON DELETE CASCADE,"
    " wanted INTEGER NOT NULL,"
    " login TEXT NOT NULL,"
    " password BLOB,"         /* sealed, until it is done */
    " done INTEGER NOT NULL," /* 0: not yet */
    " told INTEGER NOT NULL," /* enum phone_told */
    " status INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX phone_resync_open ON phone_resync (wanted) WHERE done = 0;"
    /* Settings: a row for each layer that has any.  One of the three stands
     * where the layer goes with a thing. */
    "CREATE TABLE phone_layer ("
    " id INTEGER PRIMARY KEY,"
    " place TEXT NOT NULL UNIQUE," /* all, vendor:snom, domain:3 */
    " domain_id INTEGER REFERENCES domain(id) ON DELETE CASCADE,"
    " category_id INTEGER REFERENCES category(id) ON DELETE CASCADE,"
    " device_id INTEGER REFERENCES phone(device_id) ON DELETE CASCADE,"
    " rev INTEGER NOT NULL,"
    " fields BLOB NOT NULL" /* a JSON object of texts, sealed */
    ") STRICT;"
    "CREATE INDEX phone_layer_domain ON phone_layer (domain_id)"
    " WHERE domain_id IS NOT NULL;"
    "CREATE INDEX phone_layer_category ON phone_layer (category_id)"
    " WHERE category_id IS NOT NULL;"
    "CREATE INDEX phone_layer_device ON phone_layer (device_id)"
    " WHERE device_id IS NOT NULL;"
    "CREATE TABLE phone_upload (" /* what phones have written */
    " id INTEGER PRIMARY KEY,"
    " device_id INTEGER NOT NULL"
    "  REFERENCES phone(device_id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " time INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " content BLOB NOT NULL," /* sealed */
    " UNIQUE (device_id, name)"
    ") STRICT;"
    /* Another domain has neither its settings nor what it wrote. */
    "CREATE TRIGGER phone_moved AFTER UPDATE OF domain_id ON device"
    " WHEN NEW.other = 2"
    "  AND coalesce(NEW.domain_id, 0) <> coalesce(OLD.domain_id, 0) BEGIN"
    " DELETE FROM phone_layer WHERE device_id = NEW.id;"
    " DELETE FROM phone_upload WHERE device_id = NEW.id;"
    " UPDATE phone SET until = 0 WHERE device_id = NEW.id; END;"
    "CREATE TRIGGER phone_port_owned AFTER UPDATE OF owner ON device"
    " WHEN NEW.other = 2 BEGIN"
    " UPDATE phone_port SET owner = NEW.owner WHERE device_id = NEW.id"
    "  AND port > 0 AND domain_id IS NULL; END;"
    "CREATE TRIGGER phone_port_spent AFTER DELETE ON phone_port BEGIN"
    " INSERT INTO spent_id VALUES ('point', OLD.id, OLD.id)"
    " ON CONFLICT DO NOTHING; END;"

    /* Jobs: updates and backups, and their tasks. */
    "INSERT INTO sequence VALUES ('job', 0);"
    "CREATE TABLE job ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of sequence 'job' */
    " work INTEGER NOT NULL,"                 /* enum job_work */
    " created INTEGER NOT NULL,"
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
    /* Of backups: */
    " target TEXT NOT NULL,"  /* URL of a web server; empty: none */
    " login TEXT NOT NULL,"   /* there; empty: none */
    " password BLOB,"         /* sealed; NULL: none */
    " keep INTEGER NOT NULL," /* saves of a device; 0: all */
    " days INTEGER NOT NULL," /* that they are kept; 0: for ever */
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
    "CREATE INDEX task_ended ON task (job_id, ended) WHERE ended > 0;"
    "CREATE INDEX task_active ON task (job_id, device_id) WHERE state = 2;"

    /* Apps of App Platforms whose databases are saved, as people name them.
     * Another domain does not learn what they are called. */
    "CREATE TABLE device_instance ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL," /* apps.example/users */
    " PRIMARY KEY (device_id, name)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER device_instance_moved AFTER UPDATE OF domain_id ON device"
    " WHEN coalesce(NEW.domain_id, 0) <> coalesce(OLD.domain_id, 0) BEGIN"
    " DELETE FROM device_instance WHERE device_id = NEW.id; END;"

    /* Saves: configurations of devices as they were then.  Texts that differ
     * in nothing that counts are one text. */
    "INSERT INTO sequence VALUES ('save', 0), ('save_text', 0);"
    "CREATE TABLE save_text ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of 'save_text' */
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " base INTEGER REFERENCES save_text(id)," /* it is told as a difference
					       * to that; NULL: by itself */
    " mark BLOB NOT NULL,"   /* keyed hash of the lines that count */
    " hash BLOB NOT NULL,"   /* SHA-256 of the text */
    " packed BLOB NOT NULL," /* zpatch.h, sealed */
    " instance TEXT NOT NULL DEFAULT ''" /* of what; as in save */
    ") STRICT;"
    "CREATE INDEX save_text_mark ON save_text (device_id, instance, mark);"
    "CREATE INDEX save_text_base ON save_text (base) WHERE base IS NOT NULL;"
    "CREATE TABLE save ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of 'save' */
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " domain_id INTEGER NOT NULL" /* whose device it was then */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " job_id INTEGER REFERENCES job(id) ON DELETE SET NULL,"
    " text_id INTEGER NOT NULL REFERENCES save_text(id),"
    " made INTEGER NOT NULL,"
    " size INTEGER NOT NULL," /* of what the device said */
    " hash BLOB,"             /* likewise, SHA-256; NULL: that of the text */
    /* What was saved.  Empty: the configuration of the device; of an App
     * Platform "manager" or "apps.example/users". */
    " instance TEXT NOT NULL DEFAULT ''"
    ") STRICT;"
    /* There are many rows, and each index costs a fifth of them: what happens
     * by hand, that a job or a domain is removed, looks at all.  Both are in
     * the order of id, too: it is the rowid. */
    "CREATE INDEX save_device ON save (device_id);"
    "CREATE INDEX save_text_used ON save (text_id);"
    /* What was done since the beginning: counted here, because rows go. */
    "CREATE TABLE job_sum ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " done INTEGER NOT NULL," /* tasks that ended so */
    " failed INTEGER NOT NULL,"
    " done_last INTEGER NOT NULL," /* 0: never */
    " listed INTEGER NOT NULL,"    /* saves that there are */
    " saved INTEGER NOT NULL,"     /* that were made, */
    " bytes INTEGER NOT NULL,"     /* their sizes, */
    " saved_last INTEGER NOT NULL" /* and the last of them */
    ") STRICT;"
    "INSERT INTO job_sum VALUES (1, 0, 0, 0, 0, 0, 0, 0);"
    "CREATE TRIGGER task_ended AFTER UPDATE OF state ON task"
    " WHEN NEW.state IN (4, 5) AND OLD.state <> NEW.state BEGIN"
    " UPDATE job_sum SET done = done + (5 - NEW.state),"
    "  failed = failed + (NEW.state - 4),"
    "  done_last = CASE NEW.state WHEN 4 THEN NEW.ended ELSE done_last END;"
    " END;"
    "CREATE TRIGGER task_unplanned AFTER INSERT ON task"
    " WHEN NEW.state = 5 BEGIN UPDATE job_sum SET failed = failed + 1; END;"
    "CREATE TRIGGER save_made AFTER INSERT ON save BEGIN"
    " UPDATE job_sum SET listed = listed + 1, saved = saved + 1,"
    "  bytes = bytes + NEW.size, saved_last = NEW.made; END;"
    "CREATE TRIGGER save_gone AFTER DELETE ON save BEGIN"
    " UPDATE job_sum SET listed = listed - 1; END;"
    "CREATE TRIGGER save_text_unused AFTER DELETE ON save BEGIN"
    " DELETE FROM save_text WHERE id = OLD.text_id"
    " AND NOT EXISTS (SELECT 1 FROM save s WHERE s.text_id = OLD.text_id)"
    " AND NOT EXISTS (SELECT 1 FROM save_text t WHERE t.base = OLD.text_id);"
    " END;"
    "CREATE TRIGGER save_base_unused AFTER DELETE ON save_text"
    " WHEN OLD.base IS NOT NULL BEGIN"
    " DELETE FROM save_text WHERE id = OLD.base"
    " AND NOT EXISTS (SELECT 1 FROM save s WHERE s.text_id = OLD.base)"
    " AND NOT EXISTS (SELECT 1 FROM save_text t WHERE t.base = OLD.base);"
    " END;"

    "PRAGMA user_version = 6;";
