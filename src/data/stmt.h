/*
 * stmt -- the names of all statements; their text stands in sql.def.
 *
 * Statements that read a whole table on purpose are marked SCAN there (small
 * or bounded tables, figures, export); a test asks SQLite for the plan of each
 * and finds every other scan.  FAST: a change that a power cut may take back
 * (db.h).
 */
#ifndef FL_STMT_H
#define FL_STMT_H

#include "sql.def"

enum stmt {
#define S(name, sql)    STMT_##name,
#define SCAN(name, sql) STMT_##name,
#define FAST(name, sql) STMT_##name,
	SQL_STATEMENTS
#undef S
#undef SCAN
#undef FAST
	    STMT__MAX
};

#endif
