/*
 * site_places -- the places of the nginx site: which requests go where, and what of
 * their paths may be logged, from one table, so that no way with a key in it lacks
 * its mask.
 *
 * Puts a value for the pattern of each location ("at_api") and "shown", the
 * alternatives of what the log shows, into the templates of templates/nginx.
 */
#ifndef FL_SITE_PLACES_H
#define FL_SITE_PLACES_H

#include "nginx_site.h"

void site_places(struct site *f);

#endif
