/* Files of stores: the vendor's as they are, and as they are printed. */
#include "catalogue.h"

#include "count.h"
#include "tap.h"

static struct arena a;
static struct err e;
static struct catalogue c;

static const char firmware[] =
    "{\"devices\":[{\"id\":\"IP222\",\"versions\":[\"13r1\",\"13r3 sr5\"]},"
    "{\"id\":\"IP411\",\"versions\":[\"13r3 sr5\",\"9r9\"]},{\"versions\":[]}],"
    "\"versions\":[{\"id\":\"13r1\",\"build\":\"131705\",\"text\":\"\"},"
    "{\"id\":\"13r3 sr5\",\"build\":\"137055\",\"text\":\"13r3 sr5 [137055]\"},"
    "{\"id\":\"evil\",\"build\":\"../x\"}],\"more\":1}";

/* Lines of brackets and commas have gone. */
static const char printed[] =
    " \"devices\": [\n   { \"id\": \"IP22\", \"versions\": [ \"13r1\" ] },\n"
    "   { \"id\": \"IPVA\", \"versions\": [ \"13r1\" ] }\n \"versions\": [\n"
    "   { \"id\": \"13r1\", \"build\": \"131705\", \"text\": \"13r1 dvl "
    "[131705]\", \"wiki\": \"\" }\n";
static const char apps[] =
    "   \"apps\": [\n           \"id\": \"apidemo\",\n"
    "           \"binary\": \"apidemo\",\n           \"versions\": [\n"
    "               { \"id\": \"13r1\", \"build\": \"131705\", \"label\": "
    "\"dvl\" }\n           \"manufacturer\": \"innovaphone\",\n"
    "           \"title\": \"Apidemo\"\n           \"id\": \"appstore\",\n"
    "           \"versions\": [\n               { \"id\": \"13r1\", "
    "\"build\": \"131706\", \"label\": \"dvl\" }\n"
    "           \"title\": \"AppStore\"\n";

static int
read_it(const char *text)
{
	return catalogue_read(&a, str_of(text), &c, &e);
}

/* The build of a release, "" if there is none. */
static struct str
build(const char *id, const char *release)
{
	const struct offer *o = catalogue_find(&c, str_of(id));
	const struct release *r =
	    o != NULL ? catalogue_release(o, str_of(release)) : NULL;

	return r != NULL ? r->build : STR("");
}

static void
test_files(void)
{
	tap_ok(read_it(firmware) == 0 && c.n == 2, "UJ1: firmware.json");
	tap_ok(str_eqz(build("IP222", "13r3 sr5"), "137055") &&
		   str_eqz(build("ip222", "13r1"), "131705"),
	    "a product's releases have their builds");
	tap_ok(build("IP411", "13r1").len == 0 && build("IP1", "13r1").len == 0,
	    "others have none");
	tap_is_int((long long)catalogue_find(&c, STR("IP411"))->n, 1,
	    "a release without a build is left out");
	tap_ok(read_it("{\"apps\":[{\"id\":\"x\",\"title\":\"X\",\"versions\":"
		       "[{\"id\":\"13r1\",\"build\":\"1\"}]}]}") == 0 &&
		   str_eqz(build("x", "13r1"), "1"),
	    "UJ1: apps.json");
	tap_ok(read_it("{\"software\":[{\"id\":\"myapps\",\"binary\":\"m.apk\"}"
		       "]}") == 0 &&
		   c.n == 1 && str_eqz(c.offers[0].binary, "m.apk") &&
		   c.offers[0].n == 0,
	    "UJ1: software.json");
	tap_ok(
	    read_it("{\"platforms\":[{\"id\":\"arm\"}],\"devices\":1}") == 0 &&
		c.n == 1,
	    "linux.json");
}

static void
test_printed(void)
{
	tap_ok(read_it(printed) == 0 && c.n == 2 &&
		   str_eqz(build("IPVA", "13r1"), "131705"),
	    "UJ1: the printed sample of firmware.json");
	tap_ok(read_it(apps) == 0 && c.n == 2 &&
		   str_eqz(build("appstore", "13r1"), "131706") &&
		   str_eqz(c.offers[0].title, "Apidemo"),
	    "UJ1: that of apps.json");
}

static void
test_bad(void)
{
	static const char *const bad[] = {"", "x", "[]", "{}", "<html>", "null",
	    "{\"devices\":{}}", "\"apps\": 1"};

	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(read_it(bad[i]) < 0 && e.kind == ERR_INPUT,
		    "no file of a store: %s", bad[i]);
	tap_ok(catalogue_word(STR("137055"), 6) &&
		   catalogue_word(STR("ip222.bin"), 64),
	    "words of a URL");
	tap_ok(
	    !catalogue_word(STR(""), 6) && !catalogue_word(STR("1234567"), 6) &&
		!catalogue_word(STR("../x"), 9) &&
		!catalogue_word(STR("a/b"), 9) &&
		!catalogue_word(STR("a b"), 9) && !catalogue_word(STR("a%"), 9),
	    "and what is none");
}

int
main(void)
{
	arena_init(&a, 16 << 20);
	test_files();
	test_printed();
	test_bad();
	arena_fini(&a);
	return tap_end();
}
