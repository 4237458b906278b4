/*
 * phone_type -- the types of phones of other vendors that there are.
 *
 * They are data: a folder for each vendor among the templates, with a file
 * "vendor.conf" that names the vendor and its models.  A line is a comment ("#"
 * or ";" in front), a section or a value:
 *
 *	name = Snom
 *	prefixes = 000413 00087b
 *	agent = model,firmware,mac snom([A-Za-z0-9]+)-SIP ([0-9.]+) .* (...)
 *
 *	[file snom{model}-{mac}.htm]
 *	template = phone.xml
 *
 *	[words language]
 *	de = Deutsch
 *
 *	[model snom320]
 *	name = Snom 320
 *	ports = 1
 *	agent = 320
 *
 * prefixes	of MAC addresses that the vendor has, to guess by, never to refuse
 * agent	of the vendor: how a phone calls itself (phone_agent.h)
 * resync	of the vendor: the event of a SIP NOTIFY by which its phones fetch
 *		their files anew (sip.h); without one it is "check-sync"
 * step		firmware that lies between others (phone_step.h)
 * updates	of a model: "no", its phones never ask for the file by which update
 *		jobs tell those of the vendor their firmware
 * [file]	a name that phones ask for (phone_path.h), and what they get
 *		(phone_file.h)
 * [words]	what the vendor's phones call the values of a setting
 *		(phone_word.h)
 * agent	of a model: what phones call it besides its key, commas between
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
#include "phone_agent.h"
#include "phone_file.h"
#include "phone_source.h"
#include "phone_step.h"
#include "phone_word.h"
#include "str.h"

#define PHONE_VENDORS_MAX  64   /* folders */
#define PHONE_TYPES_MAX    4096 /* types of all vendors */
#define PHONE_TYPE_MAX     64   /* bytes of a type's key */
#define PHONE_NAME_MAX     64   /* bytes of a vendor's or a type's name */
#define PHONE_FILE_MAX     ((size_t)256 << 10) /* bytes of a file */

#define PHONE_COMMON_EVENT "check-sync"

#define PHONE_AGENTS_MAX   16  /* regular expressions of a vendor */
#define PHONE_FILES_MAX    64  /* names of files of a vendor */
#define PHONE_LINE_MAX     512 /* bytes of a value */

struct phone_vendor {
	struct str folder;   /* "snom" */
	struct str name;     /* "Snom" */
	struct str resync;   /* "check-sync;reboot=false" */
	struct str prefixes; /* six hexadecimal digits each, blanks between */
	struct phone_agent *agents;
	size_t nagents;
	struct phone_file *files;
	size_t nfiles;
	struct phone_words words;
	struct phone_steps steps;
};

struct phone_type {
	struct str key;    /* "snom320", case counts */
	struct str vendor; /* folder of the vendor, "snom" */
	struct str name;   /* "Snom 320" */
	struct str agent;  /* names with commas between; may be empty */
	int64_t ports;     /* 1 to PHONE_PORT_MAX + 1 */
	bool by_window;    /* no update job can tell it its firmware */
};

/* By vendor, and in the order of its file. */
struct phone_types {
	struct phone_type *list;
	size_t n;
	struct phone_vendor *vendors;
	size_t nvendors;
};

/* Read all vendors of a folder into a.  -1 if the folder cannot be read, or the
 * arena is full. */
int phone_types_load(struct arena *a, const char *folder,
    struct phone_types *out, struct err *e) FL_CHECK;

/* The same of texts that stand instead of some files (phone_source.h). */
int phone_types_from(struct arena *a, const struct phone_source *from,
    struct phone_types *out, struct err *e) FL_CHECK;

/* The same of one vendor's folder, told by its path; say hears of mistakes.
 * The number of these, or -1.  *out: its types, if there are none. */
int phone_types_check(struct arena *a, const char *folder,
    const struct phone_hearer *to, struct phone_types *out,
    struct err *e) FL_CHECK;

/* The event of a type's vendor; of a type that is not known, the common one. */
struct str phone_types_resync(const struct phone_types *t, struct str key);

/* The type of that key, or NULL. */
const struct phone_type *phone_type_find(
    const struct phone_types *t, struct str key);
/* Can update jobs tell its phones their firmware (phone_update.h)? */
bool phone_type_updates(
    const struct phone_types *t, const struct phone_type *type);
/* What its phones call it: the first of its names, else its key. */
struct str phone_type_model(const struct phone_type *type);
/* The vendor of a type, by its folder; NULL. */
const struct phone_vendor *phone_vendor_find(
    const struct phone_types *t, struct str folder);

#endif
