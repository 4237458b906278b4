/* Messages that list devices. */
#include "access.h"
#include "api_table.h"
#include "category.h"
#include "device.h"
#include "hwid.h"
#include "instance.h"

#define PART_MAX 64 /* bytes of a text that is looked for */

/* ---- fields ---- */

enum { F_LIST_HW_IDS, F_LIST_JUST_FXS };
enum {
	F_DEVICES_UPDATES,
	F_DEVICES_UNASSIGNED,
	F_DEVICES_DOMAINS,
	F_DEVICES_CATEGORIES,
	F_DEVICES_SUBCATEGORIES,
	F_DEVICES_SEARCH,
	F_DEVICES_NAME,
	F_DEVICES_IP,
	F_DEVICES_PRODUCT,
	F_DEVICES_VERSION,
	F_DEVICES_ONLINE,
	F_DEVICES_OFFLINE_SINCE,
	F_DEVICES_SORT,
	F_DEVICES_AFTER,
	F_DEVICES_LIMIT
};
enum {
	F_FILTERED_DOMAIN,
	F_FILTERED_JUST_FXS,
	F_FILTERED_TYPES,
	F_FILTERED_HW_IDS
};

/* clang-format off */
static const struct field f_list[] = {
    [F_LIST_HW_IDS] = IDS("hwIds"),
    [F_LIST_JUST_FXS] = BOOL("justFxs"),
};

static const struct field f_devices[] = {
    [F_DEVICES_UPDATES] = BOOL("recvUpdates"),
    [F_DEVICES_UNASSIGNED] = BOOL("unassigned"),
    [F_DEVICES_DOMAINS] = NUMBERS("domainIds", 1, ID_MAX),
    [F_DEVICES_CATEGORIES] = TEXTS("categories", 1, CATEGORY_NAME_MAX),
    [F_DEVICES_SUBCATEGORIES] = TEXTS("subcategories", 1, CATEGORY_NAME_MAX),
    [F_DEVICES_SEARCH] = TEXT("search", 1, PART_MAX),
    [F_DEVICES_NAME] = TEXT("name", 1, PART_MAX),
    [F_DEVICES_IP] = TEXT("ip", 1, PART_MAX),
    [F_DEVICES_PRODUCT] = TEXT("product", 1, PART_MAX),
    [F_DEVICES_VERSION] = TEXT("version", 1, PART_MAX),
    [F_DEVICES_ONLINE] = BOOL("online"),
    [F_DEVICES_OFFLINE_SINCE] = NUMBER("offlineSince", 1, ID_MAX),
    [F_DEVICES_SORT] = TEXT("sort", 1, PART_MAX),
    [F_DEVICES_AFTER] = TEXT("after", 1, DEVICE_AFTER_MAX),
    [F_DEVICES_LIMIT] = NUMBER("limit", 1, DEVICE_PAGE),
};

static const struct field f_filtered[] = {
    [F_FILTERED_DOMAIN] = NUMBER("domainId", 1, ID_MAX),
    [F_FILTERED_JUST_FXS] = BOOL("justFxs"),
    [F_FILTERED_TYPES] = TEXTS("types", 1, DEVICE_TYPE_MAX),
    [F_FILTERED_HW_IDS] = IDS("hwIds"),
};
/* clang-format on */

/* The device object, with its uri if there may be one. */
static void
put_device(struct call *c, const char *name, const struct device *d, bool uri)
{
	struct str shown = str_n("", 0);

	if (uri && d->domain_id > 0 && access_reaches(c->q.who, d->domain_id))
		shown = uris_of(c->uris, c->q.arena, d->hw_id);
	device_json(&c->reply->j, name, d, shown);
}

struct list {
	struct device_filter filter;
	bool uri;
};

static int
put_page(struct call *c, bool *last)
{
	const struct list *l = c->list_arg;
	struct device_page page;

	if (device_list(&c->q, &l->filter, &c->cursor.at, &page) < 0)
		return -1;
	for (size_t i = 0; i < page.n; i++)
		if (api_item(c))
			put_device(c, NULL, &page.list[i], l->uri);
	*last = page.last;
	return 0;
}

static int
put_list(struct call *c, const char *name, struct list *l)
{
	if (l->uri && uris_open(c->uris, &c->q) < 0)
		return -1;
	c->list_arg = l;
	return api_list(c, name, put_page);
}

/* The lists of the client API: devices of some types, with uri. */
static int
put_types(struct call *c, const char *name, unsigned types)
{
	const struct value *hw = &c->v[F_LIST_HW_IDS];
	struct list l = {.uri = true};

	l.filter.assigned = true;
	l.filter.types = types;
	l.filter.hw_ids = hw->texts;
	l.filter.nhw_ids = hw->n;
	l.filter.just_fxs = c->v[F_LIST_JUST_FXS].truth;
	return put_list(c, name, &l);
}

static int
get_gateways(struct call *c)
{
	return put_types(
	    c, "gateways", DEVICE_BIT(DEVICE_GW) | DEVICE_BIT(DEVICE_VA));
}

static int
get_app_platforms(struct call *c)
{
	return put_types(c, "appPlatforms", DEVICE_BIT(DEVICE_APP_PLATFORM));
}

static int
get_phones(struct call *c)
{
	return put_types(c, "phones", DEVICE_BIT(DEVICE_PHONE));
}

static int
get_dects(struct call *c)
{
	return put_types(c, "dects", DEVICE_BIT(DEVICE_DECT));
}

/* ---- GetDevices ---- */

static void
jout_texts(struct jout *j, const char *name, const struct value *v)
{
	if (!v->given)
		return;
	jout_array(j, name);
	for (size_t i = 0; i < v->n; i++)
		jout_str(j, NULL, v->texts[i]);
	jout_end(j);
}

static void
jout_numbers(struct jout *j, const char *name, const struct value *v)
{
	if (!v->given)
		return;
	jout_array(j, name);
	for (size_t i = 0; i < v->n; i++)
		jout_int(j, NULL, v->numbers[i]);
	jout_end(j);
}

/* The subscription that goes with a GetDevices (doc/hub.md 1.2). */
static int
subscribe(struct call *c, const struct device_filter *f)
{
	struct buf text;
	struct jout j;

	/* What it names was in the message, but may be escaped here. */
	buf_init(&text, 2 * API_MESSAGE_MAX);
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	jout_strz(&j, "topic", "devices");
	if (c->reply->src.len > 0)
		jout_raw(&j, "src", c->reply->src);
	jout_bool(&j, "assigned", f->assigned);
	jout_bool(&j, "unassigned", f->unassigned);
	jout_numbers(&j, "domains", &c->v[F_DEVICES_DOMAINS]);
	jout_texts(&j, "categories", &c->v[F_DEVICES_CATEGORIES]);
	jout_texts(&j, "subcategories", &c->v[F_DEVICES_SUBCATEGORIES]);
	jout_end(&j);
	if (!buf_failed(&text))
		c->app->subscribe =
		    str_n(arena_str(c->q.arena, buf_view(&text)), text.len);
	buf_fini(&text);
	if (c->app->subscribe.p == NULL)
		return err_set(c->q.err, ERR_LIMIT, "subscription");
	c->app->more = true; /* the first page is read after it is installed */
	return 0;
}

static void
read_parts(struct call *c, struct device_filter *f)
{
	const struct value *v = c->v;

	f->search = v[F_DEVICES_SEARCH].text;
	f->name = v[F_DEVICES_NAME].text;
	f->ip = v[F_DEVICES_IP].text;
	f->product = v[F_DEVICES_PRODUCT].text;
	f->version = v[F_DEVICES_VERSION].text;
	f->online = v[F_DEVICES_ONLINE].truth;
	f->offline_since = v[F_DEVICES_OFFLINE_SINCE].number;
}

/* Events tell domains and categories of a device, not what else a filter looks
 * at: one that begins or ceases to match would go unnoticed. */
static int
refuse_parts(struct call *c)
{
	for (int i = F_DEVICES_SEARCH; i <= F_DEVICES_OFFLINE_SINCE; i++)
		if (c->v[i].given)
			return err_say(c->q.err, ERR_INPUT,
			    "recvUpdates goes with domains and categories "
			    "only");
	return 0;
}

/* One page in an order. */
static int
put_sorted(struct call *c, const struct device_filter *f)
{
	const struct value *v = c->v;
	struct device_order o = {.sort = v[F_DEVICES_SORT].text,
	    .after = v[F_DEVICES_AFTER].text,
	    .limit = v[F_DEVICES_LIMIT].given
			 ? (size_t)v[F_DEVICES_LIMIT].number
			 : DEVICE_PAGE};
	struct device_page page;
	bool full = false;

	if (device_sorted(&c->q, f, &o, &page) < 0)
		return -1;
	c->reply->paged = true;
	c->reply->total = o.total;
	c->reply->after = o.next;
	reply_list(c->reply, "devices");
	for (size_t i = 0; i < page.n && !full; i++) {
		full = !reply_item(c->reply);
		if (!full)
			put_device(c, NULL, &page.list[i], false);
	}
	reply_list_end(c->reply, true, full ? "answer too large" : NULL);
	return 0;
}

static int
get_devices(struct call *c)
{
	const struct value *un = &c->v[F_DEVICES_UNASSIGNED];
	const struct value *dom = &c->v[F_DEVICES_DOMAINS];
	const struct value *cat = &c->v[F_DEVICES_CATEGORIES];
	const struct value *sub = &c->v[F_DEVICES_SUBCATEGORIES];
	struct list l = {.uri = false};

	/* None of the three: all; only unassigned: only those (3.2). */
	l.filter.assigned = !un->truth || dom->given || cat->given;
	l.filter.unassigned =
	    c->q.who->admin &&
	    (un->given ? un->truth : !dom->given && !cat->given);
	l.filter.domains = dom->numbers;
	l.filter.ndomains = dom->n;
	l.filter.categories = cat->texts;
	l.filter.ncategories = cat->n;
	l.filter.subcategories = sub->texts;
	l.filter.nsubcategories = sub->n;
	read_parts(c, &l.filter);
	if (c->app != NULL && !c->app->resumed && c->v[F_DEVICES_UPDATES].truth)
		return refuse_parts(c) < 0 ? -1 : subscribe(c, &l.filter);
	if (c->v[F_DEVICES_SORT].given || c->v[F_DEVICES_AFTER].given ||
	    c->v[F_DEVICES_LIMIT].given)
		return put_sorted(c, &l.filter);
	return put_list(c, "devices", &l);
}

/* ---- GetFilteredDevices ---- */

static int
read_types(struct call *c, const struct value *names, unsigned *types)
{
	*types = 0;
	for (size_t i = 0; i < names->n; i++) {
		enum device_type t = device_type_parse(names->texts[i]);

		if (t == DEVICE_UNKNOWN)
			return err_say(
			    c->q.err, ERR_INPUT, "unknown device type");
		*types |= DEVICE_BIT(t);
	}
	return 0;
}

static int
get_filtered_devices(struct call *c)
{
	const struct value *hw = &c->v[F_FILTERED_HW_IDS];
	struct list l = {.uri = true};
	int64_t domain;

	if (api_home(c, &c->v[F_FILTERED_DOMAIN], &domain) < 0 ||
	    read_types(c, &c->v[F_FILTERED_TYPES], &l.filter.types) < 0)
		return -1;
	l.filter.assigned = true;
	l.filter.domains = &domain;
	l.filter.ndomains = 1;
	l.filter.just_fxs = c->v[F_FILTERED_JUST_FXS].truth;
	l.filter.hw_ids = hw->texts;
	l.filter.nhw_ids = hw->n;
	return put_list(c, "devices", &l);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("GetAppPlatforms"), READS, LIST("appPlatforms"), FIELDS(f_list), .run = get_app_platforms},
    {LOGIN("GetDects"), READS, LIST("dects"), FIELDS(f_list), .run = get_dects},
    {LOGIN("GetDevices"), READS, LIST("devices"), FIELDS(f_devices), .run = get_devices},
    {LOGIN("GetFilteredDevices"), READS, LIST("devices"), FIELDS(f_filtered), .run = get_filtered_devices},
    {LOGIN("GetGateways"), READS, LIST("gateways"), FIELDS(f_list), .run = get_gateways},
    {LOGIN("GetPhones"), READS, LIST("phones"), FIELDS(f_list), .run = get_phones},
};
/* clang-format on */

const struct api_table api_device = {messages, COUNT(messages)};
