/*
 * Rows of sql_phone.def and sql_layer.def as values (load.h).
 */
#include "load.h"

void
load_waiting_phone(const struct row *row, struct arena *a, void *out)
{
	struct waiting_phone *w = out;

	*w = (struct waiting_phone){
	    .mac = row_dup(row, 0, a),
	    .domain_id = row_int(row, 1),
	    .type = row_dup(row, 2, a),
	    .product = row_dup(row, 3, a),
	    .ports = row_int(row, 4),
	    .firmware = row_dup(row, 5, a),
	    .address = row_dup(row, 6, a),
	    .created = row_int(row, 7),
	    .seen = row_int(row, 8),
	};
}

void
load_phone_port(const struct row *row, struct arena *a, void *out)
{
	struct phone_port *p = out;

	*p = (struct phone_port){
	    .id = row_int(row, 0),
	    .device_id = row_int(row, 1),
	    .mac = row_dup(row, 2, a),
	    .port = row_int(row, 3),
	    .domain_id = row_int(row, 4),
	    .domain = row_dup(row, 5, a),
	    .type = row_dup(row, 6, a),
	    .name = row_dup(row, 7, a),
	    .firmware = row_dup(row, 8, a),
	    .address = row_dup(row, 9, a),
	    .created = row_int(row, 10),
	    .seen = row_int(row, 11),
	    .key_domain = row_int(row, 12),
	    .owner = row_int(row, 13),
	};
}

void
load_phone_door(const struct row *row, struct arena *a, void *out)
{
	struct phone_door *d = out;

	*d = (struct phone_door){
	    .domain_id = row_int(row, 0),
	    .domain = row_dup(row, 1, a),
	    .generation = row_int(row, 2),
	    .made = row_int(row, 3),
	};
}

void
load_phone_traced(const struct row *row, struct arena *a, void *out)
{
	struct phone_traced *t = out;

	*t = (struct phone_traced){
	    .id = row_int(row, 0),
	    .key_domain = row_int(row, 1),
	    .mac = row_dup(row, 2, a),
	    .address = row_dup(row, 3, a),
	    .file = row_dup(row, 4, a),
	    .reason = row_int(row, 5),
	    .status = row_int(row, 6),
	    .began = row_int(row, 7),
	    .last = row_int(row, 8),
	    .n = row_int(row, 9),
	};
}

void
load_phone_resync(const struct row *row, struct arena *a, void *out)
{
	struct phone_resync *r = out;

	*r = (struct phone_resync){
	    .device_id = row_int(row, 0),
	    .wanted = row_int(row, 1),
	    .done = row_int(row, 2),
	    .told = row_int(row, 3),
	    .status = row_int(row, 4),
	    .login = row_dup(row, 5, a),
	    .password = row_dup(row, 6, a),
	    .mac = row_dup(row, 7, a),
	    .domain_id = row_int(row, 8),
	    .domain = row_dup(row, 9, a),
	    .type = row_dup(row, 10, a),
	    .address = row_dup(row, 11, a),
	};
}

void
load_served_phone(const struct row *row, struct arena *a, void *out)
{
	struct served_phone *p = out;

	*p = (struct served_phone){
	    .device_id = row_int(row, 0),
	    .mac = row_dup(row, 1, a),
	    .domain_id = row_int(row, 2),
	    .key_domain = row_int(row, 3),
	    .type = row_dup(row, 4, a),
	    .name = row_dup(row, 5, a),
	    .firmware = row_dup(row, 6, a),
	    .address = row_dup(row, 7, a),
	    .place = row_dup(row, 8, a),
	    .generation = row_int(row, 9),
	    .until = row_int(row, 10),
	    .proven = row_int(row, 11),
	    .edition = row_int(row, 12),
	    .seen = row_int(row, 13),
	};
}

void
load_phone_layer(const struct row *row, struct arena *a, void *out)
{
	struct phone_layer *l = out;

	*l = (struct phone_layer){
	    .name = row_dup(row, 0, a),
	    .rank = row_int(row, 1),
	    .place = row_dup(row, 2, a),
	    .id = row_int(row, 3),
	    .rev = row_int(row, 4),
	    .fields = row_dup(row, 5, a),
	    .stage = row_int(row, 6),
	    .staged = row_dup(row, 7, a),
	};
}

void
load_phone_stage(const struct row *row, struct arena *a, void *out)
{
	struct phone_stage *s = out;

	*s = (struct phone_stage){
	    .id = row_int(row, 0),
	    .place = row_dup(row, 1, a),
	    .label = row_dup(row, 2, a),
	    .owner = row_int(row, 3),
	    .category = row_int(row, 4),
	    .made = row_int(row, 5),
	    .fields = row_dup(row, 6, a),
	    .phones = row_int(row, 7),
	};
}

void
load_phone_upload(const struct row *row, struct arena *a, void *out)
{
	struct phone_upload *u = out;

	*u = (struct phone_upload){
	    .name = row_dup(row, 0, a),
	    .time = row_int(row, 1),
	    .size = row_int(row, 2),
	    .content = row_dup(row, 3, a),
	};
}
