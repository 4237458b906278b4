/*
 * status -- how our programs end: the exit statuses that all of them keep
 * (fleetline(7) has them for people).
 */
#ifndef FL_STATUS_H
#define FL_STATUS_H

enum status {
	STATUS_DONE,   /* what was asked is done, or answered */
	STATUS_FAILED, /* it was refused, or went wrong: the message says why */
	STATUS_USAGE   /* the command line is wrong: nothing was tried */
};

#endif
