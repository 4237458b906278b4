/*
 * phone_cert -- whose certificate a phone has shown.
 *
 * Vendors put a certificate into each phone whose name has its MAC address as
 * common name, "CN=0004F2AABBCC,O=Vendor".  nginx checks that a root vouches for
 * it which the operator named, and that the phone has the key, and passes the
 * name on (doc/operations.md, "Old phones"); nobody else can, because what
 * clients send comes as HTTP_...  So it is a proof that no copied URL is.
 *
 * The name is written as RFC 2253 says: attributes with ',' or '+' between, and
 * characters that mean something behind '\'.  A name with two common names, or
 * with one that is anything else than a MAC address, is nobody's.
 */
#ifndef FL_PHONE_CERT_H
#define FL_PHONE_CERT_H

#include "phone_id.h"

/* False, and mac empty: it names no phone. */
bool phone_cert_read(struct str name, char mac[PHONE_MAC_SIZE]);

#endif
