/* The works of fleetline-jobs (runner.h), in their order. */
#include "works.h"

const struct work works[] = {
    {"rental", work_rental},   /* first: it says what has ended */
    {"notices", work_notices}, /* tells what will end */
    {"audit", work_audit},     /* last: nobody waits for it */
    {NULL, NULL},
};
