/*
 * mend -- JSON that has lost braces, as printed samples of it have.
 *
 * Documents show files of stores (firmware.json and others) from which all
 * lines with nothing but brackets and commas have gone, and people make their
 * own files after them.  From what is left follows what was meant:
 *
 *	a member where no object is		an object begins
 *	a member behind elements of an array	the array has ended
 *	an object's first member again, within
 *	an array				the next object begins
 *	a comma or a bracket that is missing	stands there
 *	a bracket too many, an element without
 *	a name in an object			stands there no longer
 *
 * Only for texts that json.h refuses; what comes out is read by it and may be
 * refused still.  One that is right comes out with the same meaning, unless it
 * repeats the first member of an object.
 */
#ifndef FL_MEND_H
#define FL_MEND_H

#include "buf.h"
#include "str.h"

#define MEND_DEPTH 16 /* brackets within each other; deeper is left out */

/* Add the mended text to out, whose ceiling should leave half as much again. */
void mend_json(struct str text, struct buf *out);

#endif
