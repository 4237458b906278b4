/*
 * file -- whole files of text: read, made, replaced; secrets in them.
 *
 * One rule for all: a byte order mark in front (some editors put one there) is
 * no part of the text, and whoever asks for at most max bytes gets an error
 * instead of a part.  "-" is standard input for those that read.  Databases
 * and what is too big for memory have ways of their own.
 */
#ifndef FL_FILE_H
#define FL_FILE_H

#include <sys/types.h>

#include "buf.h"
#include "err.h"
#include "str.h"

/* Modes of the files we make. */
#define FILE_MODE_SECRET 0600
#define FILE_MODE_SHARED 0640 /* group: the administrators of this machine */
#define FILE_MODE_PUBLIC 0666 /* what the umask leaves */

#define FILE_SECRET_MAX  4096 /* bytes of a file with a secret */

/*
 * Add the text of a file of at most max bytes to out, whose ceiling must leave
 * room for max + 1.  1 read, 0 there is no such file (*e says so as well), -1.
 */
int file_text(
    const char *path, size_t max, struct buf *out, struct err *e) FL_CHECK;

/* Who may read a file with a secret. */
enum file_reader {
	FILE_OWNER,  /* its owner only, and it is no link: the key */
	FILE_GROUP,  /* nobody but owner and group: what the service keeps */
	FILE_ANYBODY /* what somebody names on a command line, a pipe as well:
		      * the shell that made it decides */
};

/*
 * Add the first line of a file, without its end (LF or CR LF), to out; the
 * caller wipes it.  It must have 1 to max bytes.  Except for FILE_ANYBODY it
 * must be a regular file; ERR_INPUT if more may read it.  0, or -1.
 */
int file_secret(const char *path, enum file_reader who, size_t max,
    struct buf *out, struct err *e) FL_CHECK;

/*
 * Make a file that is not there yet, whole and on the disk, or not at all.
 * 1 made, 0 it exists (untouched; *e says so as well), -1.
 */
int file_make(
    const char *path, mode_t mode, struct str text, struct err *e) FL_CHECK;

/*
 * Put text in the place of what path holds: it is written to PATH.new, which
 * then takes the name, so a reader (and a kill) finds the old text or the new.
 * Not synced: a loss of power may leave either, or an empty file.  0, or -1.
 */
int file_replace(
    const char *path, mode_t mode, struct str text, struct err *e) FL_CHECK;

#endif
