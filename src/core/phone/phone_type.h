/*
 * phone_type -- the types of phones of other vendors that there are.
 *
 * They are data: a folder for each vendor among the templates, with a file
 * "vendor.conf" that names the vendor and its models.  A line is a comment ("#"
 * or ";" in front), a section or a value:
 *
 *	name = Snom
 *
 *	[model snom320]
 *	name = Snom 320
 *	ports = 1
 *
 * The key of a type (here "snom320") is what ipcortex calls phone_type, the
 * folder's name its pgroup.  A file that has a mistake in it is left out, the
 * others count; what is wrong is told with file and line.  Programs read the
 * files when they start.
 */
#ifndef FL_PHONE_TYPE_H
#define FL_PHONE_TYPE_H

#include "arena.h"
#include "err.h"
#include "str.h"

#define PHONE_VENDORS_MAX 64   /* folders */
#define PHONE_TYPES_MAX   4096 /* types of all vendors */
#define PHONE_TYPE_MAX    64   /* bytes of a type's key */
#define PHONE_NAME_MAX    64   /* bytes of a vendor's or a type's name */
#define PHONE_FILE_MAX    ((size_t)256 << 10) /* bytes of a file */

struct phone_type {
	struct str key;         /* "snom320", case counts */
	struct str vendor;      /* folder of the vendor, "snom" */
	struct str vendor_name; /* "Snom" */
	struct str name;        /* "Snom 320" */
	int64_t ports;          /* 1 to PHONE_PORT_MAX + 1 */
};

/* By vendor, and in the order of its file. */
struct phone_types {
	struct phone_type *list;
	size_t n;
};

/* Who hears what is wrong: "templates/snom/vendor.conf:12: no value". */
typedef void phone_type_say(void *arg, const char *finding);

/* Read all vendors of a folder into a.  -1 if the folder cannot be read, or the
 * arena is full. */
int phone_types_load(struct arena *a, const char *folder,
    struct phone_types *out, struct err *e) FL_CHECK;

/* The same of one vendor's folder, told by its path; say hears of mistakes.
 * The number of these, or -1. */
int phone_types_check(
    const char *folder, phone_type_say *say, void *arg, struct err *e) FL_CHECK;

/* The type of that key, or NULL. */
const struct phone_type *phone_type_find(
    const struct phone_types *t, struct str key);

#endif
