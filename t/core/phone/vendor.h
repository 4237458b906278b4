/*
 * vendor -- a folder of templates as programs read it, with one vendor, "acme",
 * whose data a test writes.  One at a time.
 */
#ifndef T_VENDOR_H
#define T_VENDOR_H

/* Makes it; vendor.conf has this text.  Gives the folder of all vendors. */
const char *vendor_make(const char *conf);

/* A file of the vendor; one that is there gets another text. */
void vendor_write(const char *name, const char *text);

/* Away with all of it. */
void vendor_remove(void);

#endif
