/*
 * phone_id -- how ipcortex names a port of a phone: the MAC address and the
 * number of the port, written together ("0123456789ab0", the manual's
 * "Phone Provisioning").
 *
 * MAC addresses are read as hwid.h reads them and always written as twelve
 * lower-case hexadecimal digits.  Ports count from 0; most phones have that one
 * only, an adapter for two telephones has 0 and 1, a DECT base up to a hundred.
 */
#ifndef FL_PHONE_ID_H
#define FL_PHONE_ID_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define PHONE_PORT_MAX 999
#define PHONE_MAC_SIZE 13 /* twelve digits and NUL */
#define PHONE_ID_SIZE  16 /* three more for the port */

/* False if text is no MAC address. */
bool phone_mac_read(struct str text, char mac[PHONE_MAC_SIZE]);

/* Twelve digits of a MAC address, with ':', '-' or '.' between them if somebody
 * wrote them so, and one to three of the port.  False if it is anything else. */
bool phone_id_read(struct str text, char mac[PHONE_MAC_SIZE], int64_t *port);

/* The other way round; mac has its twelve digits, port is 0 to
 * PHONE_PORT_MAX. */
void phone_id_write(struct str mac, int64_t port, char out[PHONE_ID_SIZE]);

#endif
