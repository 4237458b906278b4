#include "steps.h"

/*
 * Version 6.  Devices get configurations, phones of other vendors come in, jobs
 * work at night.
 */
const char migrate_version_6[] =
    /* Configurations: what devices of a domain should have. */

    /* Delivery: what devices have got, and who works on one. */

    /* Registrations: where devices register. */

    /* Phones: of other vendors, waiting and promoted. */

    /* Jobs: updates and backups, and their tasks. */

    "PRAGMA user_version = 6;";
