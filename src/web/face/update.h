/*
 * update -- a file for the update client of a device that has never heard of us:
 * BASE/update/<domain>/<token>/<category>/<any name> (chapters 5.6, 6.5, 6.8).
 *
 * It puts the registration URL with the domain's token into the device and
 * saves that; a device that has done so stops at its first line.  Devices ask
 * for update-<model>.htm, every few minutes, with a query that is not looked at.
 * What is wrong gets 404, whatever it is.
 */
#ifndef FL_UPDATE_H
#define FL_UPDATE_H

#include "req.h"
#include "resp.h"

struct worker;

/* GET and HEAD of it. */
void update_serve(struct worker *w, struct req *r, struct resp *out);

#endif
