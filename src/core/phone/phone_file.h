/*
 * phone_file -- files that phones ask for, as a vendor's data has them: a section
 * of vendor.conf with values below it.
 *
 *	[file {mac}.cfg]
 *	template = phone.cfg
 *	type = text/plain
 *	escape = lines
 *
 *	[file {mac}-phone.cfg]
 *	upload = yes
 *
 * template	a Mustache template in the vendor's folder (mustache.h) that it is
 *		made of; phone_render.h has the names in it.  Without one the name
 *		is known, and there is no such file
 * type		its media type; text/plain if none is named
 * escape	what values may hold in it, and how:
 *		lines	one line each: no control characters.  If none is named
 *		xml	the five characters of XML 1.0 2.4 as references
 *		xml-$	the same, and "$" doubled, which is a macro to Cisco's
 *			(phone-provisioning by Cisco: "$$" is one)
 *		quoted	between quotes: '"' and '\' behind a '\'
 *
 *		No way leads round it: a template with an unescaped slot is refused.
 *		Control characters have gone before in all of them
 * cipher	how it is encrypted (file_cipher.h) for a phone that has proven who it
 *		is, if its setting file_key has a key
 * upload	phones write it themselves, by PUT or POST (phone_upload.h)
 * firmware	a template, too: what the phone gets by this name outside of its
 *		window while an update job works on it (phone_update.h).  Only for
 *		names by which the vendor's phones take what is in a file and keep
 *		the rest: where what a file leaves out is reset, the phone would
 *		forget its account
 */
#ifndef FL_PHONE_FILE_H
#define FL_PHONE_FILE_H

#include "arena.h"
#include "err.h"
#include "json.h"
#include "mustache.h"
#include "str.h"

#define PHONE_TEMPLATE_MAX  ((size_t)64 << 10) /* bytes of a template */
#define PHONE_TEMPLATE_NAME 64                 /* bytes of its name */
#define PHONE_MEDIA_MAX     64                 /* bytes of a media type */

struct phone_file {
	struct str pattern;  /* of its name (phone_path.h) */
	struct str template; /* name; empty: there is no such file */
	struct str text;     /* that template */
	struct str type;
	mustache_escape *escape;
	struct str cipher; /* of file_cipher.h; empty: none */
	bool upload;
	struct str firmware;      /* name of that template; empty: none */
	struct str firmware_text; /* and it */
};

/* Without values, as its section begins. */
struct phone_file phone_file_new(struct str pattern);

/* One value of its section.  NULL, or what is wrong with it. */
const char *phone_file_take(
    struct arena *a, struct phone_file *f, struct str name, struct str value);

/* What it is outside of a window while an update job works on the phone; false:
 * there is no such file then. */
bool phone_file_firmware(const struct phone_file *f, struct phone_file *out);

/* Read its templates from a folder, or from texts (phone_source.h).  -1: there is none, it is too long, or has
 * what no template of ours may have; the text of the error names file and
 * line. */
int phone_file_load(struct arena *a, const char *folder,
    const struct json *over, struct phone_file *f, struct err *e) FL_CHECK;

/* What is wrong with its template, for people: "templates/acme/phone.cfg:3:
 * unknown name sip_sever". */
#define PHONE_FAULT_SIZE 512
void phone_file_fault(const char *folder, const struct phone_file *f,
    const struct err *e, char out[PHONE_FAULT_SIZE]);

#endif
