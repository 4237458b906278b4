/*
 * The AppWebsocket login: the vectors of the SDK page, logins captured by an
 * open source client, and own ones.
 */
#include "applogin.h"

#include <string.h>

#include "count.h"
#include "rc4text.h"
#include "tap.h"

#define CHALLENGE "0123456789abcdef"
#define GUID      "0123456789abcdef0123456789abcdef"
#define NO_GUID   "00000000000000000000000000000000"
#define RICO      "f48b06484a8a61015853009033400109"

struct vector {
	const char *app, *domain, *sip, *guid, *dn, *info; /* NULL: none */
	const char *challenge, *password, *digest;
};

#define GO_INFO(appobj, page, cn, rest)                                        \
	"{\"appobj\":\"" appobj "\",\"appdn\":\"" appobj                       \
	"\",\"appurl\":\"http://192.168.178.29:5000/fritz.box/go/"             \
	"instance/" page "\",\"pbx\":\"pbx-main\",\"cn\":\"" cn "\"," rest "}"

static const struct vector vectors[] = {
    {"pbxadminapi", "", "", "", "", NULL, CHALLENGE, "pwd",
	"a205299ed2ef2786c311e0be1b14db343f2cadd906a6ae7b564eee34bda5e9a1"},
    {"pbxadminapi", "", "", "", "", "{}", CHALLENGE, "pwd",
	"57b23fe824b9222a7ac879597cb509bcdc865a1bfeb057d9d12118cef0c3ba34"},
    {"pbxadminapi", "", "", "", "", "{\"cn\":\"Test User\"}", CHALLENGE, "pwd",
	"96db3c3f657230c2b68194becc6d2a77f05de9f79f01fc81e9ca0fb196b10d9d"},
    {"innovaphone-users", "example.com", "administrator", GUID,
	"Administrator User",
	"{\"appobj\":\"users\",\"apps\":[{\"name\":\"users\"},{\"name\":"
	"\"profile\"}],\"appurl\":\"https://1.2.3.4/example.com/usersapp/"
	"innovaphone-users\",\"unlicensed\":true}",
	CHALLENGE, "pwd",
	"ef1b811ffaa8f9255c39c653d8fb26b4687b2d8c4d9ac91b4821bff6bae3ff44"},
    {"searchapi", "fritz.box", "go-search", "3954ae7854c96301c9dd009033400109",
	"go-search",
	GO_INFO("go-search", "searchapi", "go-search",
	    "\"unlicensed\":true,\"apps\":[]"),
	"16d7dbbcccb63612", "go",
	"130f168773ff760701b74e629eca2544c6e62d5354e92e6f821001a982eb8951"},
    {"admin", "fritz.box", "go", "8e7ca6fabbc5630170e9009033400109", "go",
	GO_INFO("go", "admin", "go", "\"unlicensed\":true,\"apps\":[]"),
	"aeaaebe781e80289", "go",
	"8f802873dcdee7cef6144017a6112289298ad69e77474a4c37cfdb68a83640c0"},
    {"admin", "fritz.box", "rico", RICO, "Schulte, Rico",
	GO_INFO("go", "admin", "rico",
	    "\"unlicensed\":true,\"groups\":[],\"apps\":[]"),
	"277f41a7a5b7b452", "go",
	"965b4dd4d4f127c99df796b1ed137b40454801f94f50aaf93b2ce98034f10d9c"},
    {"searchapi", "fritz.box", "rico", RICO, "Schulte, Rico",
	GO_INFO("go-search", "searchapi", "rico",
	    "\"testmode\":true,\"groups\":[],\"apps\":[]"),
	"7c4fc2e477f69233", "go",
	"378b82aa7508eb53866e3f4de054cdc0f7b5229e9742593e9359db3845681eb6"},
    {"innovaphone-devices-api", "example.com", "admin", NO_GUID, "Admin", NULL,
	"0123456789", "pwd",
	"c7c670564e273e8ba6dd4c95332925de34e7734f98a0c5af392ab1dc5906e0ad"},
    {"innovaphone-devices", "example.com", "jm", GUID, "J\xc3\xbcrgen",
	"{\"cn\":\"J\xc3\xbcrgen \\\"J\\\" \xc3\x84/\xc3\x96\",\"appurl\":"
	"\"https://ap.example.com/example.com/devices/innovaphone-devices\"}",
	"0123456789", "pwd",
	"ef112c03dfdb2307681350faba6c3c90ce96faede685e4c7a364b4505d4a4dbc"},
    {"manager", "", "manager", NO_GUID, "Admin", NULL, "0123456789", "",
	"55e0f37707b024f7a475e01ce5fe1a4e484f8673f398c845f9d02b8e8a7c5d07"},
    /* The vendor's page when it stands alone, with and without a domain. */
    {"innovaphone-devices", "example.com", "innovaphone-devices", NO_GUID,
	"Admin", NULL, "4711471147114711", "secret-pw",
	"22540ead1dd02d6ac6082c167fd17a8e52b1de5f418fdac18b0d7f0f5d906e09"},
    {"innovaphone-devices", "", "innovaphone-devices", NO_GUID, "Admin", NULL,
	"4711471147114711", "secret-pw",
	"79a4f445b6afd5073fa4d40422065f026e74f5ba7e9a9499309c087b41bcc139"},
};

static void
is_digest(const struct vector *v, size_t number)
{
	struct applogin who = {.app = str_of(v->app),
	    .domain = str_of(v->domain),
	    .sip = str_of(v->sip),
	    .guid = str_of(v->guid),
	    .dn = str_of(v->dn),
	    .info = str_of(v->info)};
	char got[CRYPTO_HEX_MAX];

	applogin_digest(&who, str_of(v->challenge), str_of(v->password), got);
	if (!tap_ok(strcmp(got, v->digest) == 0, "vector %zu gives its digest",
		number))
		tap_diag("got %s", got);
}

/* Parse text as an AppLogin and check it. */
static bool
checks(const char *text, const char *challenge, const char *password)
{
	const struct json *v;
	struct arena a;
	struct err e;
	bool ok;

	arena_init(&a, 65536);
	ok = json_read(&a, str_of(text), 65536, &v, &e) == 0 &&
	     applogin_check(
		 v, str_of(text), str_of(challenge), str_of(password));
	arena_fini(&a);
	return ok;
}

/* The vector as the message that a client sends. */
static void
is_accepted(const struct vector *v, size_t number)
{
	struct buf b;
	struct jout j;

	buf_init(&b, 65536);
	jout_init(&j, buf_sink(&b));
	jout_object(&j, NULL);
	jout_strz(&j, "mt", "AppLogin");
	jout_strz(&j, "app", v->app);
	jout_strz(&j, "domain", v->domain);
	jout_strz(&j, "sip", v->sip);
	jout_strz(&j, "guid", v->guid);
	jout_strz(&j, "dn", v->dn);
	if (v->info != NULL)
		jout_raw(&j, "info", str_of(v->info));
	jout_strz(&j, "pbxObj", "not hashed");
	jout_strz(&j, "digest", v->digest);
	jout_end(&j);
	tap_ok(checks(b.data, v->challenge, v->password),
	    "vector %zu is accepted as a message", number);
	tap_ok(!checks(b.data, "0123456780", v->password),
	    "not with another challenge");
	tap_ok(
	    !checks(b.data, v->challenge, "Pwd"), "not with another password");
	buf_fini(&b);
}

/* The digest of pbxadminapi with info {"cn":"Test User"}, and variations. */
#define CN_DIGEST                                                              \
	"96db3c3f657230c2b68194becc6d2a77f05de9f79f01fc81e9ca0fb196b10d9d"
#define JM_DIGEST                                                              \
	"ef112c03dfdb2307681350faba6c3c90ce96faede685e4c7a364b4505d4a4dbc"
#define LOGIN(rest) "{\"mt\":\"AppLogin\",\"app\":\"pbxadminapi\"," rest "}"

static void
test_rewritten(void)
{
	tap_ok(checks(LOGIN("\"info\" : { \"cn\" : \"Test User\" } ,"
			    "\"digest\":\"" CN_DIGEST "\""),
		   CHALLENGE, "pwd"),
	    "blanks that a proxy put into info do no harm");
	tap_ok(checks(LOGIN("\"info\":{\"cn\":\"Test \\u0055ser\"},"
			    "\"digest\":\"" CN_DIGEST "\""),
		   CHALLENGE, "pwd"),
	    "nor do escapes");
	tap_ok(
	    checks("{\"mt\":\"AppLogin\",\"app\":\"innovaphone-devices\","
		   "\"domain\":\"example.com\",\"sip\":\"jm\",\"guid\":\"" GUID
		   "\",\"dn\":\"J\\u00fcrgen\",\"info\":{\"cn\":\"J\\u00fcrgen "
		   "\\\"J\\\" \\u00c4\\/\\u00d6\",\"appurl\":\"https:\\/\\/ap."
		   "example.com\\/example.com\\/devices\\/innovaphone-devices"
		   "\"},\"digest\":\"" JM_DIGEST "\"}",
		"0123456789", "pwd"),
	    "escaped slashes and letters do no harm");
	tap_ok(!checks(LOGIN("\"info\":{\"cn\":\"Test  User\"},"
			     "\"digest\":\"" CN_DIGEST "\""),
		   CHALLENGE, "pwd"),
	    "another info is refused");
	tap_ok(!checks(LOGIN("\"digest\":\"" CN_DIGEST "\""), CHALLENGE, "pwd"),
	    "a missing info is refused");
	tap_ok(!checks(LOGIN("\"info\":{\"cn\":\"Test User\"},\"x\":{\"info\":"
			     "1},\"info\":{},\"digest\":\"" CN_DIGEST "\""),
		   CHALLENGE, "pwd"),
	    "of a repeated info the last counts");
}

static void
test_wrong_digests(void)
{
	tap_ok(checks(LOGIN("\"digest\":\"A205299ED2EF2786C311E0BE1B14DB343F2C"
			    "ADD906A6AE7B564EEE34BDA5E9A1\""),
		   CHALLENGE, "pwd"),
	    "the digest may be upper case");
	tap_ok(!checks(LOGIN("\"x\":1"), CHALLENGE, "pwd"),
	    "a missing digest is refused");
	tap_ok(!checks(LOGIN("\"digest\":\"\""), CHALLENGE, "pwd"),
	    "an empty digest is refused");
	tap_ok(!checks(LOGIN("\"digest\":[\"a\"]"), CHALLENGE, "pwd"),
	    "a digest that is no string is refused");
	tap_ok(!checks("[]", CHALLENGE, "pwd"), "an array is refused");
}

#define KEY "d58c77eae0c1c1f37a9f545e207643c926ad9ea4932016a83a4a01029de37760"

static void
test_session(void)
{
	char hex[CRYPTO_HEX_MAX];
	struct buf out;

	applogin_session_key(STR(CHALLENGE), STR("pwd"), hex);
	tap_is_str(hex, KEY, "the session key");
	buf_init(&out, 100);
	tap_ok(rc4text_encrypt(&out, STR("10046478319880090512700"), STR(KEY),
		   STR("secret")) == 0,
	    "a field is encrypted with it");
	tap_is_str(out.data, "11543a66e509", "to the known text");
	buf_fini(&out);
}

int
main(void)
{
	for (size_t i = 0; i < COUNT(vectors); i++) {
		is_digest(&vectors[i], i);
		is_accepted(&vectors[i], i);
	}
	test_rewritten();
	test_wrong_digests();
	test_session();
	return tap_end();
}
