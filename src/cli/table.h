/*
 * table -- all commands of the command line: finding one, and what is made of
 * their table: help, and completion for bash.
 */
#ifndef FL_TABLE_H
#define FL_TABLE_H

#include <stdio.h>

#include "cli.h"

/* The command whose words argv begins with, or NULL, and how many these are (0:
 * it is another command). */
const struct cli_command *table_find(const char *const *argv);
size_t table_matches(const struct cli_command *c, const char *const *argv);

/* Is it the first of the two words of a command? */
bool table_has_noun(const char *word);

/* What all commands are called like and do, or those of one noun; one of them.
 * An exit status (status.h). */
int table_help(FILE *to, const char *noun);
int table_help_one(FILE *to, const struct cli_command *c);

/* A script for bash that completes commands and options. */
int table_completion(struct cli *cli, const struct opts *o) FL_CHECK;

#endif
