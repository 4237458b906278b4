/*
 * app -- AppWebsocket connections before their login (chapter 2.3, 2.6).
 *
 * Served are AppChallenge, AppLogin, AppCheckLogin, CheckBuild and KeepAlive;
 * anything else is told to log in first.  A wrong login uses its challenge up;
 * after APP_WRONG_MAX of them the connection is closed.
 */
#ifndef FL_APP_H
#define FL_APP_H

#include "web.h"

#define APP_WRONG_MAX 5 /* wrong logins on one connection */

/* POST /hub/app (doc/hub.md 1.2). */
void app_question(struct worker *w, struct req *r, struct resp *out);

#endif
