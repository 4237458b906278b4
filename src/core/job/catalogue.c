#include "catalogue.h"

#include "buf.h"
#include "count.h"
#include "json.h"
#include "mend.h"

/* The list that makes a file one of the four, and where else the builds of its
 * releases stand. */
static const struct shape {
	const char *list, *builds;
} shapes[] = {
    {"devices", "versions"},
    {"apps", NULL},
    {"software", NULL},
    {"platforms", NULL},
};

/* ---- the text ---- */

static int
read_mended(
    struct arena *a, struct str text, const struct json **out, struct err *e)
{
	struct buf mended;
	int rc;

	buf_init(&mended, 2 * CATALOGUE_MAX);
	mend_json(text, &mended);
	rc = json_read(a, buf_view(&mended), 2 * CATALOGUE_MAX, out, e);
	buf_fini(&mended);
	return rc;
}

/* ---- its elements ---- */

static bool
read_release(const struct json *v, struct release *out)
{
	struct str text = json_text(json_member(v, "text"));

	*out = (struct release){
	    .id = json_text(json_member(v, "id")),
	    .build = json_text(json_member(v, "build")),
	    .text = text.len > 0 ? text : json_text(json_member(v, "label")),
	};
	return out->id.len > 0 && out->id.len <= RELEASE_MAX &&
	       catalogue_word(out->build, BUILD_MAX);
}

/* The build of a release that is only named. */
static bool
find_build(const struct json *builds, struct str id, struct release *out)
{
	for (size_t i = 0; i < json_length(builds); i++)
		if (read_release(json_item(builds, i), out) &&
		    str_eq(out->id, id))
			return true;
	return false;
}

static bool
read_one(const struct json *v, const struct json *builds, struct release *out)
{
	return json_kind(v) == JSON_STRING
		   ? find_build(builds, json_text(v), out)
		   : read_release(v, out);
}

static bool
read_offer(struct arena *a, const struct json *v, const struct json *builds,
    struct offer *out)
{
	const struct json *list = json_member(v, "versions");
	size_t n = json_length(list);

	*out = (struct offer){
	    .id = json_text(json_member(v, "id")),
	    .title = json_text(json_member(v, "title")),
	    .binary = json_text(json_member(v, "binary")),
	    .releases = arena_array(a, n > 0 ? n : 1, sizeof(*out->releases)),
	};
	if (out->releases == NULL || n > CATALOGUE_ITEMS)
		return false;
	for (size_t i = 0; i < n; i++)
		out->n += read_one(
		    json_item(list, i), builds, &out->releases[out->n]);
	return out->id.len > 0;
}

static int
read_offers(struct arena *a, const struct json *list, const struct json *builds,
    struct catalogue *out)
{
	size_t n = json_length(list);

	out->offers = arena_array(a, n > 0 ? n : 1, sizeof(*out->offers));
	if (out->offers == NULL || n > CATALOGUE_ITEMS)
		return -1;
	for (size_t i = 0; i < n; i++)
		out->n += read_offer(
		    a, json_item(list, i), builds, &out->offers[out->n]);
	return 0;
}

int
catalogue_read(
    struct arena *a, struct str text, struct catalogue *out, struct err *e)
{
	const struct json *v, *list;

	*out = (struct catalogue){0};
	if (text.len > CATALOGUE_MAX)
		return err_set(e, ERR_LIMIT, "the file is too long");
	if (json_read(a, text, CATALOGUE_MAX, &v, e) < 0 &&
	    read_mended(a, text, &v, e) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(shapes); i++) {
		list = json_member(v, shapes[i].list);
		if (json_kind(list) != JSON_ARRAY)
			continue;
		if (read_offers(a, list,
			shapes[i].builds != NULL
			    ? json_member(v, shapes[i].builds)
			    : NULL,
			out) < 0 ||
		    arena_failed(a))
			return err_set(e, ERR_LIMIT, "the file is too long");
		return 0;
	}
	return err_set(e, ERR_INPUT, "no file of a store");
}

/* ---- looking ---- */

const struct offer *
catalogue_find(const struct catalogue *c, struct str id)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq_nocase(c->offers[i].id, id))
			return &c->offers[i];
	return NULL;
}

const struct release *
catalogue_release(const struct offer *o, struct str release)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_eq(o->releases[i].id, release))
			return &o->releases[i];
	return NULL;
}

bool
catalogue_word(struct str text, size_t max)
{
	return text.len > 0 && text.len <= max && text.p[0] != '.' &&
	       str_only(text, STR_ALNUM, ".-_");
}
