/* The works of fleetline-jobs (runner.h), as works.h lists them. */
#include "works.h"

#define ROW(name) {#name, work_##name},

const struct work works[] = {WORKS(ROW){NULL, NULL}};
