/*
 * metrics -- counters and latencies of one program, as Prometheus text.
 *
 * A series is one message or path of the program ("GetDevice", "identify").
 * Series are registered once, before threads start; noting is lock-free (one
 * atomic addition per number), so that it costs nothing next to a request.
 * Each program has metric names of its own (fleetline_devices_...,
 * fleetline_rules_...), so that their texts can be joined.
 */
#ifndef FL_METRICS_H
#define FL_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

#define METRICS_SERIES_MAX 278

/* prefix: "devices", "rules"; borrowed.  Series 0 is "other". */
void metrics_open(const char *prefix);

/* Register a series; name is borrowed and made of letters, digits, '_', '/'. */
size_t metrics_series(const char *name);

/* One request of this series: failed or not, and how long it took. */
void metrics_note(size_t series, bool failed, int64_t us);

/* Database statements and the microseconds spent in them. */
void metrics_database(uint64_t statements, uint64_t us);

/* Requests noted so far, for tests. */
uint64_t metrics_count(size_t series);

/*
 * All series that were used, as Prometheus text (version 0.0.4): HELP and TYPE
 * of each metric, counters end in _total, times are seconds.
 */
int metrics_print(struct sink to);

/* ---- metrics of one's own ---- */

enum metrics_kind { METRICS_GAUGE, METRICS_COUNTER };

/* HELP and TYPE of a metric, before its values; help is one line. */
int metrics_head(
    struct sink to, enum metrics_kind kind, const char *name, const char *help);

/* One value with a label, whose value may be any text: it is escaped, and what
 * is no UTF-8 becomes '?', because Prometheus would refuse everything. */
int metrics_labelled(struct sink to, const char *name, const char *label,
    struct str of, double value);

/* A metric with one value. */
int metrics_one(struct sink to, enum metrics_kind kind, const char *name,
    const char *help, double value);

#endif
