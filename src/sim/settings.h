/*
 * settings -- the configuration of a simulated device: values by module and
 * name, each as it was edited last, as it runs, and as the flash has it.
 *
 *	set		edited
 *	activate	what is edited runs
 *	write		what is edited is in the flash
 *	restart		what is in the flash runs; the rest is lost
 *
 * So a value that was activated and not written is gone after a restart, and one
 * that was written and not activated begins to count with it.
 */
#ifndef FL_SETTINGS_H
#define FL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "str.h"

#define SETTINGS_MAX      256  /* values of one device */
#define SETTINGS_NAME_MAX 64   /* bytes of a module or a name */
#define SETTINGS_TEXT_MAX 4096 /* bytes of a value */

enum settings_level { SETTINGS_EDITED, SETTINGS_RUNNING, SETTINGS_FLASH };
#define SETTINGS_LEVELS 3

struct setting;

/* Zero-filled is a device as it comes out of the box. */
struct settings {
	struct setting *rows; /* in the order in which they were first set */
	size_t n;
};

/* False beyond a limit above, for a module or name that is no word of letters,
 * digits, "/" and what a token has, and for a value with a NUL: nothing is
 * changed. */
bool settings_set(
    struct settings *s, struct str module, struct str name, struct str value);

/* NULL where it has no value; valid until the next change. */
const char *settings_get(const struct settings *s, enum settings_level level,
    const char *module, const char *name);

void settings_activate(struct settings *s);
void settings_write(struct settings *s);
void settings_restart(struct settings *s);

/* The flash as commands: "config change NTP0 /addr ntp.example". */
void settings_print(const struct settings *s, struct buf *out);

/* Forget all (a long reset), and free what it holds. */
void settings_clear(struct settings *s);

#endif
