/*
 * phone_render -- the file of one phone, from its vendor's template (mustache.h).
 *
 * Names that a template may use, besides those of phone_setting.h:
 *
 *	mac MAC			001565aabbcc, in upper case
 *	model type name		"T46S", "yealinkT46S", what people call it
 *	url			where it gets its files from now on; ends in "/"
 *	url_host url_port	of that; the port is "80" or "443" if it has none
 *	url_dir			its path without the slashes at its ends
 *	url_tls			truth: it is https
 *	firmware_path		firmware_url behind "://"
 *	firmware_tls		truth: that is https
 *	proven			truth: it has proven who it is
 *	poll_seconds		poll_minutes in seconds
 *	time_seconds		how far its standard time is ahead of UTC
 *	time_minutes		the same
 *	time_hours		the same: "+1", "-3:30"
 *	time_hhmm		the same: "+01:00", "-03:30"
 *	time_summer		truth: its clock changes
 *	time_rule		TZ string of POSIX: "CET-1CEST,M3.5.0,M10.5.0/3"
 *
 * Settings have the value that counts, in the vendor's words (phone_word.h);
 * what has none is empty.  Lists of them:
 *
 *	{{#accounts}}	a port each: its settings ("sip_user"); account and account0,
 *			its number from 1 and from 0; port, what the vendor calls it
 *			([words key_port]); on: it has user and server
 *	{{#keys}}	each key that has a type: its settings; key and key0, its
 *			number; account and account0, that of its port; server, that
 *			port's; line, blf or speeddial: that is its type
 *	{{#codecs}}	word; n and n0, its place; last: it is
 *
 * Until it has proven itself a phone has no accounts, and its secrets are empty:
 * no template can give them away.
 *
 * A file of firmware alone (phone_file.h) has these names and no others, so it
 * gives nothing else away whoever writes it:
 *
 *	firmware_url firmware_path firmware_tls
 *	firmware_version	that an update job wants; empty: none does
 *
 * Pure but for the system's time zones.
 */
#ifndef FL_PHONE_RENDER_H
#define FL_PHONE_RENDER_H

#include "phone_type.h"
#include "phone_update.h"
#include "phone_values.h"

#define PHONE_RENDER_MAX ((size_t)256 << 10) /* bytes of a file */

struct phone_render {
	const struct served_phone *phone;
	const struct phone_type *type;
	const struct phone_vendor *vendor;
	const struct phone_values *values;
	struct str url;
	bool proven;
	bool only_firmware;
	/* By an update job, whatever its settings say (phone_update.h). */
	struct phone_update update;
};

/* Into out, which has a ceiling; a has all values for the time.  -1: ERR_INPUT,
 * the template is wrong; ERR_LIMIT: too long. */
int phone_render(struct arena *a, const struct phone_render *in,
    const struct phone_file *f, struct buf *out, struct err *e) FL_CHECK;

#endif
