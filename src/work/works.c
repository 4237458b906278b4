/* The works of fleetline-jobs (runner.h), in their order. */
#include "works.h"

const struct work works[] = {
    {"clock", work_clock},     /* first: the others ask it (jump.h) */
    {"rental", work_rental},   /* then: it says what has ended */
    {"notices", work_notices}, /* tells what will end */
    {"audit", work_audit},     /* last: nobody waits for it */
    {NULL, NULL},
};
