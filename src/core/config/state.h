/*
 * state -- what became of each configuration at each device: what
 * GetDeviceConfigState and "config state" show beside the wanted revisions.
 *
 * A row says which revision was sent on which connection, and how that ended.
 * Rows are written by fleetline-deliver only, in batches; there is none before
 * the first delivery.  Structured types count for the connection on which they
 * were delivered, so that each new connection gets them again; EXPERT and
 * TRUST_LIST count by their revision alone (additions B3, C4, D1).
 *
 * No rights are checked: who asks has been shown the device.
 */
#ifndef FL_STATE_H
#define FL_STATE_H

#include "core.h"

/* Of a device, by the id of the configuration. */
int state_list(struct ask *q, int64_t device, struct config_state **out,
    size_t *n) FL_CHECK;
/* NULL: it was never sent. */
const struct config_state *state_find(
    const struct config_state *list, size_t n, int64_t config);

/* "running", "delivered", "failed", "stopped". */
const char *state_word(enum config_result result);

/*
 * What is known of a device that gets scripts: 1, 0 none was ever sent to it,
 * -1.  The rule is the one of additions C4 that told the present connection from
 * a restart: "first", "version", "uptime", "away".
 */
int state_script(
    struct ask *q, int64_t device, struct config_script *out) FL_CHECK;
const char *state_rule(enum config_rule rule);

/*
 * The scripts of a device that restarted again and again are stopped (additions
 * C6), each until it changes itself.  An administrator lets them run once more:
 * that they were stopped is forgotten, they wait as if they were new.  ERR_GONE
 * as device_get.
 */
int state_resume(struct ask *q, struct str hw_id) FL_CHECK;

/* ---- for changes of configurations, in the open change ---- */

/* Devices of the domain may lack something now: one row, however many there
 * are. */
int state_changed(struct ask *q, int64_t domain) FL_CHECK;

#endif
