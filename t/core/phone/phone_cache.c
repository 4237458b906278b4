/*
 * Files that were made lately: found by all that they are made of, and by nothing
 * else, bounded, and not for ever.
 */
#include "phone_cache.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "must.h"
#include "tap.h"

static struct buf got;
static char tag[PHONE_TAG_SIZE];

/* What phone_render would be given. */
struct wish {
	struct served_phone phone;
	struct phone_vendor vendor;
	struct phone_layer layers[2];
	struct phone_file file;
	struct phone_render in;
};

static void
begin(struct wish *w)
{
	*w = (struct wish){.phone = {.device_id = 1,
			       .mac = STR("001565000001"),
			       .type = STR("yealinkT46S"),
			       .name = STR("Anna")},
	    .vendor = {.folder = STR("yealink")},
	    .file = {.pattern = STR("{mac}.cfg"), .text = STR("a {{b}}")}};
	w->layers[0] = (struct phone_layer){
	    .place = STR("all"), .id = 3, .fields = STR("sealed")};
	w->layers[1] = (struct phone_layer){.place = STR("device:1")};
}

static struct phone_cache_key
name(struct wish *w)
{
	struct phone_cache_key key;
	struct phone_layers layers = {w->layers, 2};

	w->in.phone = &w->phone;
	w->in.vendor = &w->vendor;
	phone_cache_name(&w->in, &w->file, &layers, &key);
	return key;
}

static bool
has(const struct phone_cache_key *key, const char *file)
{
	buf_clear(&got);
	return phone_cache_get(key, &got, tag) && str_eqz(buf_view(&got), file);
}

/* Is it another file as soon as this is another one? */
#define CHANGES(what, change)                                                  \
	do {                                                                   \
		struct wish w;                                                 \
		struct phone_cache_key one, other;                             \
		begin(&w);                                                     \
		w.in.url = STR("http://a/");                                   \
		one = name(&w);                                                \
		change;                                                        \
		other = name(&w);                                              \
		tap_ok(memcmp(&one, &other, sizeof(one)) != 0,                 \
		    "another " what " is another file");                       \
	} while (0)

static void
test_names(void)
{
	CHANGES("device", w.phone.device_id = 2);
	CHANGES("MAC address", w.phone.mac = STR("001565000002"));
	CHANGES("type", w.phone.type = STR("yealinkT42S"));
	CHANGES("name", w.phone.name = STR("Bob"));
	CHANGES("edition of templates", w.phone.edition = 7);
	CHANGES("URL", w.in.url = STR("http://b/"));
	CHANGES("proof", w.in.proven = true);
	CHANGES("vendor", w.vendor.folder = STR("snom"));
	CHANGES("pattern", w.file.pattern = STR("{mac}.boot"));
	CHANGES("template", w.file.text = STR("a {{c}}"));
	CHANGES("layer", w.layers[1].place = STR("device:2"));
	CHANGES("value of a layer", w.layers[0].fields = STR("sealeD"));
	CHANGES("value that is staged", w.layers[0].staged = STR("sealed"));
	CHANGES("end of a text",
	    (w.phone.type = STR("yealinkT46SA"), w.phone.name = STR("nna")));
}

static void
test_keeps(void)
{
	struct phone_cache_key key;
	struct wish w;

	begin(&w);
	key = name(&w);
	tap_ok(!has(&key, ""), "what was not made is not there");
	phone_cache_put(&key, STR("one"), tag);
	begin(&w);
	key = name(&w);
	tap_ok(has(&key, "one"), "what is made of the same is there");
	phone_cache_put(&key, STR("two"), tag);
	tap_ok(has(&key, "two"), "the last one");
	clock_shift(PHONE_CACHE_MS);
	tap_ok(!has(&key, "two"), "and not for ever");
	phone_cache_put(&key, STR("three"), tag);
	phone_cache_clear();
	tap_ok(!has(&key, "three"), "nor once it was cleared");
}

static void
test_bounds(void)
{
	static char big[PHONE_RENDER_MAX];
	size_t n = 2 * PHONE_CACHE_BYTES / sizeof(big), there = 0;
	struct phone_cache_key key;
	struct wish w;

	memset(big, 'x', sizeof(big));
	begin(&w);
	for (size_t i = 0; i < n; i++) {
		w.phone.device_id = (int64_t)i + 1;
		key = name(&w);
		phone_cache_put(&key, str_n(big, sizeof(big)), tag);
	}
	buf_clear(&got);
	tap_ok(phone_cache_get(&key, &got, tag) && got.len == sizeof(big),
	    "the last one has room");
	for (size_t i = 0; i < n; i++) {
		w.phone.device_id = (int64_t)i + 1;
		key = name(&w);
		buf_clear(&got);
		there += phone_cache_get(&key, &got, tag);
	}
	tap_ok(there > 0 && there <= PHONE_CACHE_BYTES / sizeof(big),
	    "others went for it: %zu of %zu are there", there, n);
	phone_cache_clear();
}

int
main(void)
{
	buf_init(&got, 2 * PHONE_RENDER_MAX);
	test_names();
	test_keeps();
	test_bounds();
	buf_fini(&got);
	return tap_end();
}
