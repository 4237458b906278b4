/*
 * Rows of configurations, of their delivery and of moves as values (load.h):
 * column orders of sql_config.def, sql_delivery.def and sql_move.def.
 */
#include "load.h"
#include "must.h"
#include "row_move.h"

void
load_config(const struct row *row, struct arena *a, void *out)
{
	struct config *c = out;

	*c = (struct config){
	    .id = row_int(row, 0),
	    .domain_id = row_int(row, 1),
	    .type = (enum config_type)row_int(row, 2),
	    .desc = row_dup(row, 3, a),
	    .limited = row_bool(row, 4),
	    .revision = row_int(row, 5),
	    .changed = row_int(row, 6),
	};
}

void
load_config_state(const struct row *row, struct arena *a, void *out)
{
	struct config_state *s = out;

	*s = (struct config_state){
	    .device_id = row_int(row, 0),
	    .config_id = row_int(row, 1),
	    .revision = row_int(row, 2),
	    .boot = row_dup(row, 3, a),
	    .conn = row_int(row, 4),
	    .time = row_int(row, 5),
	    .result = (enum config_result)row_int(row, 6),
	    .why = row_dup(row, 7, a),
	    .line = row_int(row, 8),
	    .serial = row_dup(row, 9, a),
	};
}

void
load_config_script(const struct row *row, struct arena *a, void *out)
{
	struct config_script *s = out;

	*s = (struct config_script){
	    .device_id = row_int(row, 0),
	    .version = row_dup(row, 1, a),
	    .fw_build = row_dup(row, 2, a),
	    .bc_build = row_dup(row, 3, a),
	    .started = row_int(row, 4),
	    .boot = row_dup(row, 5, a),
	    .conn = row_int(row, 6),
	    .rule = (enum config_rule)row_int(row, 7),
	    .restarted = row_bool(row, 8),
	    .ran = row_int(row, 9),
	    .loops = row_int(row, 10),
	    .first = row_int(row, 11),
	};
}

void
load_delivery_figures(const struct row *row, struct arena *a, void *out)
{
	struct delivery_figures *f = out;

	(void)a;
	*f = (struct delivery_figures){
	    .due = row_int(row, 0),
	    .working = row_int(row, 1),
	    .wrong = row_int(row, 2),
	    .delivered = row_int(row, 3),
	    .failed = row_int(row, 4),
	};
}

void
load_move(const struct row *row, struct arena *a, void *out)
{
	struct move *m = out;

	*m = (struct move){
	    .told = row_dup(row, 0, a),
	    .from = row_dup(row, 1, a),
	    .to = row_dup(row, 2, a),
	    .url = row_dup(row, 3, a),
	    .began = row_int(row, 4),
	    .ended = row_int(row, 5),
	    .why = row_dup(row, 6, a),
	    .back = row_int(row, 7),
	};
}

void
load_move_counts(const struct row *row, struct arena *a, void *out)
{
	struct move_counts *n = out;

	(void)a;
	*n = (struct move_counts){row_int(row, 0), row_int(row, 1)};
}

void
load_move_scope(const struct row *row, struct arena *a, void *out)
{
	struct move_scope *n = out;

	(void)a;
	*n = (struct move_scope){row_int(row, 0), row_int(row, 1)};
}

void
load_paused(const struct row *row, struct arena *a, void *out)
{
	struct paused *p = out;

	*p = (struct paused){row_dup(row, 0, a), row_int(row, 1)};
}
