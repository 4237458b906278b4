/*
 * file_cipher -- files as vendors' phones decrypt them: bytes in, bytes out, by
 * the name of the form.
 *
 *	openssl-md5	what "openssl enc -aes-256-cbc -k KEY -md md5" writes:
 *	openssl-sha256	"Salted__", eight bytes of salt, the cipher text; key and
 *			IV are hashes of key and salt (EVP_BytesToKey, one
 *			round)
 *
 * Cisco SPA and MPP and Grandstream take that form; which hash depends on their
 * firmware: OpenSSL before 1.1 had md5, later ones sha256.  Yealink's is not
 * here: its mode is told in one place only (AES-128-ECB with the key as it
 * stands), its padding nowhere, and there is no vector to prove it by.
 *
 * The salt is not drawn but an HMAC of the file under the key: the same file is
 * the same bytes, so that a phone may ask for a range of it and an ETag holds,
 * and another file has another salt.  Nothing here proves who wrote a file.
 */
#ifndef FL_FILE_CIPHER_H
#define FL_FILE_CIPHER_H

#include <stdbool.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define FILE_CIPHER_KEY_MAX 128 /* bytes of a key */

/* Is there such a form? */
bool file_cipher_known(struct str form);

/* -1: ERR_INPUT no such form, or no key; ERR_LIMIT out is full. */
int file_cipher(struct str form, struct str key, struct str plain,
    struct buf *out, struct err *e) FL_CHECK;

#endif
