/*
 * model -- who the simulated devices are.
 *
 * Everything follows from the number of a device (0, 1, 2, ...), so that two
 * runs, a test and the store of passwords speak of the same devices: hardware
 * id, type, product, versions, interfaces.  Numbers go up to MODEL_MAX - 1.
 */
#ifndef FL_MODEL_H
#define FL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "str.h"

#define MODEL_MAX       1000000
#define MODEL_HWID_SIZE 13 /* 12 hexadecimal digits and a NUL */

struct model {
	const char *type; /* PHONE, GW, VA, DECT, APP_PLATFORM */
	const char *product;
	const char *version; /* as identify tells: software/boot/hardware */
	const char *firmware, *boot; /* file names */
	bool fxs;
};

/* The hardware id of device i: "009033" and 400000 + i as hex digits. */
void model_hw_id(size_t i, char out[MODEL_HWID_SIZE]);

/* The other way: false if it is no hardware id of ours. */
bool model_number(struct str hw_id, size_t *i);

/* Is types "mixed" or one of the five types? */
bool model_types(const char *types);

/* The model of device i; mixed gives, of each eight, four phones and one of
 * each other type. */
const struct model *model_of(size_t i, const char *types);

/* What an identify says besides who it is; empty: nothing. */
struct model_says {
	struct str digest,
	    code;            /* answer to a challenge; a provisioning code */
	const char *version; /* that it runs; NULL: the model's */
	const char *firmware, *boot; /* builds; NULL: not said */
};

/* Identify (0x0000) of device i as JSON text. */
void model_identify(
    struct buf *out, size_t i, const char *types, struct model_says says);

/* Its /cfg.txt as far as it follows from the number, without the version at the
 * begin and the two commands at the end; and its /log.txt. */
void model_config(struct buf *out, size_t i, const char *types);
void model_log(
    struct buf *out, size_t i, const char *types, const char *version);

#endif
