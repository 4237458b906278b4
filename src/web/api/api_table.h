/*
 * api_table -- what a file of messages is written with.
 *
 * Each file of this room holds an area: the names and limits of its fields, a
 * handler for each message, and one table:
 *
 *	enum { ADD_NAME, ADD_CONFIG };
 *	static const struct field f_add[] = {
 *	    [ADD_NAME] = NEED_TEXT("name", 1, CATEGORY_NAME_MAX),
 *	    [ADD_CONFIG] = BOOL("config"),
 *	};
 *	static int add(struct call *c) { ... c->v[ADD_NAME].text ... }
 *	static const struct message messages[] = {
 *	    {ADMIN("AddCategory"), CHANGES, FIELDS(f_add), .run = add},
 *	};
 *	const struct api_table api_category = {messages, COUNT(messages)};
 *
 * The name in an enum is the place of the field in the table and of its value
 * in the call, so the two cannot drift apart.  api.c names the tables.
 */
#ifndef FL_API_TABLE_H
#define FL_API_TABLE_H

#include "api.h"
#include "count.h"
#include "phone_layer.h"

#define ID_MAX        INT64_MAX
#define API_LIMIT_MAX 10000 /* rows that a client may ask for at once */

/* ---- fields (fields.h); NEED_: the message is refused without it ---- */

/* clang-format off */
#define TEXT(name, lo, hi)         {(name), FIELD_TEXT, false, (lo), (hi)}
#define NUMBER(name, lo, hi)       {(name), FIELD_NUMBER, false, (lo), (hi)}
#define BOOL(name)                 {(name), FIELD_BOOL, false, 0, 0}
#define TEXTS(name, lo, hi)        {(name), FIELD_TEXTS, false, (lo), (hi)}
#define NUMBERS(name, lo, hi)      {(name), FIELD_NUMBERS, false, (lo), (hi)}
/* Hardware ids, as many as fit into a message. */
#define IDS(name)                  {(name), FIELD_IDS, false, 1, HWID_MAX}
#define NEED_TEXT(name, lo, hi)    {(name), FIELD_TEXT, true, (lo), (hi)}
#define NEED_NUMBER(name, lo, hi)  {(name), FIELD_NUMBER, true, (lo), (hi)}
#define NEED_IDS(name)             {(name), FIELD_IDS, true, 1, HWID_MAX}
#define NEED_LINES(name, lo, hi)   {(name), FIELD_LINES, true, (lo), (hi)}
#define NEED_OBJECT(name)          {(name), FIELD_OBJECT, true, 1, 1}
#define OBJECT(name)               {(name), FIELD_OBJECT, false, 1, 1}
#define NEED_OBJECTS(name, lo, hi) {(name), FIELD_OBJECTS, true, (lo), (hi)}
/* clang-format on */

/* ---- messages ---- */

/* Who may send it: everybody; who is logged in as an account; everybody who is
 * logged in; administrators. */
#define OPEN(name)  .mt = (name), .right = RIGHT_OPEN
#define SELF(name)  .mt = (name), .right = RIGHT_SELF
#define LOGIN(name) .mt = (name), .right = RIGHT_LOGIN
#define ADMIN(name) .mt = (name), .right = RIGHT_ADMIN
/* What it does, so that who only looks is kept from the rest: reads, or
 * changes something, hands out what changes (a secret), or reaches a device. */
#define READS     .effect = EFFECT_READS
#define CHANGES   .effect = EFFECT_CHANGES
#define FIELDS(f) .fields = (f), .nfields = COUNT(f)
/* Its answers have an array, so an error has it, too, empty. */
#define ARRAY(name) .array = (name)
/* The same in parts, the last of which says "last". */
#define LIST(name) .array = (name), .list = true
#define PARTS      .list = true

/* ---- what two files write ---- */

/* The domain that a message names, else that of the login; for an
 * administrator without one, the instance's own. */
int api_home(struct call *c, const struct value *given, int64_t *id) FL_CHECK;

/* An app hears of a domain's things of this topic from now on, if it sees it, or
 * (0) of all that it sees; the first page is read after the subscription is
 * installed. */
int api_subscribe(struct call *c, const char *topic, int64_t domain) FL_CHECK;

/* Settings of phones that change, an object of texts: ERR_INPUT if it is none. */
struct api_changes {
	struct phone_change list[PHONE_CHANGES_MAX];
	size_t n;
	bool wrong; /* too many, or no text */
};
int api_changes(
    struct call *c, const struct value *v, struct api_changes *out) FL_CHECK;

/* "claims": connections that name one id without proof. */
void api_put_claims(struct jout *j, const struct claim *list, size_t n);

#endif
