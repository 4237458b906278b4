/*
 * devices -- what devices.fcgi serves.
 *
 *	POST BASE/api		the JSON device API over HTTP (api_face.h)
 *	POST /hub/api		the same for the hub; internal
 *	GET  /health /metrics	of all programs (health.h)
 */
#ifndef FL_DEVICES_H
#define FL_DEVICES_H

#include "route.h"

extern const struct routes devices_routes;

#endif
