/*
 * The sysclient protocol: the vectors published with open source clients and
 * the worked example of the protocol reference, byte for byte.
 */
#include "sysclient.h"

#include <string.h>

#include "crypto.h"
#include "rc4text.h"
#include "tap.h"

#define PW          "Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e"
#define OWN_PRODUCT STR("IP112")
#define OWN_VERSION STR("13r1 sr99 [132940/132940/300]")

static void
is_digest(struct sc_identity who, const char *challenge, const char *password,
    const char *want)
{
	char got[CRYPTO_HEX_MAX];

	sc_digest(&who, str_of(challenge), str_of(password), got);
	tap_is_str(got, want, challenge);
}

static void
test_digest(void)
{
	struct sc_identity ip232 = {STR("f19033480af9"), STR("IP232"),
	    STR("13r2 dvl [13.4250/131286/1300]")};
	struct sc_identity ip222 = ip232, own = {STR("0090330a0b0c"),
					      OWN_PRODUCT, OWN_VERSION};

	ip222.product = STR("IP222");
	is_digest(ip232, "1446931255", "2jjH!u3ucXscEzHq8X!l83BX3!U8TPwA",
	    "13cc86b3f0691e2ce1a626a9963a5aefeefcb78f7e5b23a8ede10e8204247c97");
	is_digest(ip232, "616692991", "2jjH!u3ucXscEzHq8X!l83BX3!U8TPwA",
	    "dcbf704513ba5f771aabc5ba553ab82928c51cd69ef1c010174086f5b82414a8");
	is_digest(ip222, "931977739", "q19rykt45KceQbEyN8rXPLQlb4VZRvn7",
	    "75c2d186d072f9a22e797c4c1978d8f2f00185c2cce28d02515617368aec4ed4");
	is_digest(ip222, "201737720", "q19rykt45KceQbEyN8rXPLQlb4VZRvn7",
	    "939f89c2fe801cf4a2217b3db94e1f9c1e24544b03a303f716e9c60878eff9d6");
	is_digest(ip222, "571341503", "boO!fTk!YepvjmYPS6ejgTVzh6DrD6vo",
	    "d8c5c3d118890df9a9439d40941f2e6be136942374a4736cd687ab4ea96f8f90");
	is_digest(ip222, "1404833035", "boO!fTk!YepvjmYPS6ejgTVzh6DrD6vo",
	    "e8ce86a0395ad01d09dc08ca44195f3613bfb3d8407d9e9a9f2d15907be9f351");
	is_digest(own, "4711000815", PW,
	    "5900bfcc63bbed0aa30bae86c3cc13314d3755a636ea1e49a4ae6ce63b0ff2f0");
	own.version = STR("Ver \xc3\xbc");
	is_digest(own, "123", PW,
	    "a379aae92d04d78f021ba54f674c2c2fb54fa2716c8959332d2ffa7f5ee3af08");
}

static void
is_field(const char *seed, const char *key, const char *plain, const char *hex)
{
	struct buf out;

	buf_init(&out, 1000);
	tap_ok(rc4text_encrypt(
		   &out, str_of(seed), str_of(key), str_of(plain)) == 0,
	    "encrypting takes seed %s", seed);
	tap_is_str(out.data, hex, "it gives the published cipher text");
	buf_clear(&out);
	tap_ok(
	    rc4text_decrypt(&out, str_of(seed), str_of(key), str_of(hex)) == 0,
	    "decrypting takes it");
	tap_is_str(out.data, plain, "it gives the plain text back");
	buf_fini(&out);
}

static void
test_field(void)
{
	unsigned char raw[9];
	char hex[19];

	is_field("wJQog70GUK!GPTN2", "7iICN04agQq38j!hmbN7P5LLI1YePz1w", "test",
	    "22f91ebb");
	is_field("RlGIgQj2j!LUIgPL", "N803pDZVpL_ccS_1tGwFjIN0cfw75MNo", "test",
	    "cfa78653");
	is_field("A1b2C3d4E5f6G7h8", PW, "Secr3t-\xc3\xa4\xc3\xb6\xc3\xbc",
	    "aec6f32e334147b58bfcb03148");
	is_field("0123456789012345", PW, "turnpass", "0e35ad21558e4e9b");
	crypto_rc4(STR("Key"), STR("Plaintext"), raw);
	crypto_hex(raw, sizeof(raw), hex);
	tap_is_str(hex, "bbf316e8d940af0ad3", "the usual check of RC4");
}

static void
test_field_limits(void)
{
	char longest[256];
	struct buf out;

	buf_init(&out, 1000);
	memset(longest, 's', sizeof(longest));
	tap_ok(
	    rc4text_encrypt(&out, str_n(longest, 254), STR("k"), STR("x")) == 0,
	    "seed and key of 255 bytes are accepted");
	tap_ok(
	    rc4text_encrypt(&out, str_n(longest, 255), STR("k"), STR("x")) < 0,
	    "256 are refused");
	tap_is_int((long long)out.len, 2, "and add nothing");
	tap_ok(rc4text_decrypt(&out, STR("s"), STR("k"), STR("abc")) < 0,
	    "an odd number of digits is refused");
	tap_ok(rc4text_decrypt(&out, STR("s"), STR("k"), STR("zz")) < 0,
	    "what is no hex is refused");
	tap_ok(rc4text_decrypt(&out, STR("s"), STR("k"), STR("AbCd")) == 0,
	    "hex in either case is accepted");
	tap_ok(rc4text_encrypt(&out, STR("s"), STR("k"), STR("")) == 0 &&
		   rc4text_decrypt(&out, STR("s"), STR("k"), STR("")) == 0,
	    "an empty secret stays empty");
	buf_fini(&out);
}

static void
is_frame(struct buf *got, const char *head, size_t head_len, const char *text,
    const char *name)
{
	struct buf want;

	buf_init(&want, 1000);
	buf_add(&want, head, head_len);
	buf_puts(&want, text);
	tap_is_mem(got->data, got->len, want.data, want.len, name);
	buf_fini(&want);
	buf_clear(got);
}

static void
test_admin_frames(void)
{
	struct buf out, json;

	buf_init(&out, 1000);
	buf_init(&json, 1000);
	sc_json_challenge(&json, STR("4711000815"));
	sc_add_admin(&out, SC_CHALLENGE, buf_view(&json));
	tap_is_int((long long)out.len, 29, "a challenge has 29 bytes");
	is_frame(&out, "\1\0\2", 3, "{\"challenge\":\"4711000815\"}",
	    "the challenge of the example");
	buf_clear(&json);
	sc_json_admin_password(&json, STR("A1b2C3d4E5f6G7h8"), STR(PW),
	    STR("Secr3t-\xc3\xa4\xc3\xb6\xc3\xbc"));
	sc_add_admin(&out, SC_ADMIN_PASSWORD, buf_view(&json));
	tap_is_int((long long)out.len, 65, "a password frame has 65 bytes");
	is_frame(&out, "\1\0\3", 3,
	    "{\"seed\":\"A1b2C3d4E5f6G7h8\","
	    "\"pwd\":\"aec6f32e334147b58bfcb03148\"}",
	    "the administrative password of the example");
	buf_clear(&json);
	sc_json_password(&json, STR(PW));
	sc_add_admin(&out, SC_PASSWORD, buf_view(&json));
	tap_is_int((long long)out.len, 50, "a sysclient password has 50 bytes");
	is_frame(&out, "\1\0\1", 3, "{\"password\":\"" PW "\"}",
	    "the sysclient password of the example");
	buf_fini(&json);
	buf_fini(&out);
}

#define REQUEST "GET /log.txt HTTP/1.1\r\nHost: ap.example.com\r\n\r\n"

static void
test_tunnel_frames(void)
{
	struct buf out;

	buf_init(&out, 1000);
	sc_add_tunnel(&out, 13, SC_SEND, STR(REQUEST));
	is_frame(&out, "\2\0\0\0\15\0\0\0\0", 9, REQUEST, "the send");
	sc_add_tunnel(&out, 13, SC_SEND_RESULT, STR(""));
	is_frame(&out, "\2\0\0\0\15\0\0\0\3", 9, "", "the send result");
	sc_add_receive(&out, 13, 0);
	is_frame(&out, "\2\0\0\0\15\0\0\0\1\0\0\0\0", 13, "", "the receive");
	sc_add_tunnel(&out, 13, SC_RECEIVE_RESULT, STR("ok\n"));
	is_frame(&out, "\2\0\0\0\15\0\0\0\2", 9, "ok\n", "the result");
	sc_add_tunnel(&out, 13, SC_SHUTDOWN, STR(""));
	is_frame(&out, "\2\0\0\0\15\0\0\0\4", 9, "", "the shutdown");
	sc_add_receive(&out, 0xfedcba98, 8192);
	is_frame(&out, "\2\xfe\xdc\xba\x98\0\0\0\1\0\0\x20\0", 13, "",
	    "numbers are big-endian");
	buf_fini(&out);
}

static void
test_parse(void)
{
	static const char json[] =
	    "{\"id\":\"0090330a0b0c\",\"product\":\"IP112\",\"version\":"
	    "\"13r1 sr99 [132940/132940/300]\",\"platform\":{\"type\":"
	    "\"PHONE\"}}";
	char frame[112] = "\1\0";
	struct sc_msg m;

	memcpy(frame + 3, json, 109);
	tap_ok(sizeof(json) - 1 == 109 &&
		   sc_parse(str_n(frame, sizeof(frame)), &m) == 1 &&
		   m.kind == SC_ADMIN && m.admin == SC_IDENTIFY &&
		   str_eqz(m.data, json),
	    "the identify of the example is read");
	tap_ok(sc_parse(STR("\1\x12\x34"), &m) == 1 && m.admin == 0x1234 &&
		   m.data.len == 0,
	    "an unknown admin number is told, without JSON");
	tap_ok(sc_parse(STR("\2\0\0\0\15\0\0\0\3"), &m) == 1 &&
		   m.kind == SC_TUNNEL && m.session == 13 &&
		   m.event == SC_SEND_RESULT && m.data.len == 0,
	    "the send result of the example is read");
	tap_ok(sc_parse(STR("\2\xfe\xdc\xba\x98\x80\0\0\2zz"), &m) == 1 &&
		   m.session == 0xfedcba98 && m.event == 0x80000002 &&
		   str_eqz(m.data, "zz"),
	    "an unknown event is told, with its data");
	tap_ok(sc_parse(STR("\3abc"), &m) == 0, "an unknown kind is ignored");
	tap_ok(sc_parse(STR("\0"), &m) == 0, "so is kind 0");
	tap_ok(sc_parse(STR("\xff"), &m) == 0, "and kind 255, of one byte");
	tap_ok(sc_parse(STR(""), &m) == -1, "an empty message is an error");
	tap_ok(sc_parse(STR("\1\0"), &m) == -1, "a cut admin head is an error");
	tap_ok(sc_parse(STR("\2\0\0\0\15\0\0\0"), &m) == -1,
	    "a cut tunnel head is an error");
}

static void
test_limits(void)
{
	static char frame[SC_DATA_MAX + SC_TUNNEL_HEAD + 1];
	struct sc_msg m;

	frame[0] = SC_ADMIN;
	tap_ok(sc_parse(str_n(frame, SC_ADMIN_HEAD + SC_JSON_MAX), &m) == 1 &&
		   m.data.len == SC_JSON_MAX,
	    "the longest JSON is accepted");
	tap_ok(
	    sc_parse(str_n(frame, SC_ADMIN_HEAD + SC_JSON_MAX + 1), &m) == -1,
	    "one byte more is refused");
	frame[0] = SC_TUNNEL;
	tap_ok(sc_parse(str_n(frame, SC_TUNNEL_HEAD + SC_DATA_MAX), &m) == 1 &&
		   m.data.len == SC_DATA_MAX,
	    "the longest tunnel data is accepted");
	tap_ok(
	    sc_parse(str_n(frame, SC_TUNNEL_HEAD + SC_DATA_MAX + 1), &m) == -1,
	    "one byte more is refused");
}

/* Shapes that strict clients insist on. */
static void
test_random_shapes(void)
{
	char challenge[SC_CHALLENGE_MAX + 1], token[SC_PASSWORD_LEN + 1];
	bool digits = true, symbols = true, changes = false;
	char before[SC_CHALLENGE_MAX + 1] = "";

	for (int i = 0; i < 1000; i++) {
		size_t n;

		sc_challenge_new(challenge);
		n = strlen(challenge);
		digits = digits && n >= 1 && n <= SC_CHALLENGE_MAX &&
			 strspn(challenge, "0123456789") == n;
		changes = changes || (i > 0 && strcmp(challenge, before) != 0);
		memcpy(before, challenge, sizeof(before));
		crypto_token(token, SC_PASSWORD_LEN);
		symbols = symbols &&
			  strspn(token, "abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789!_") == SC_PASSWORD_LEN &&
			  token[SC_PASSWORD_LEN] == '\0';
	}
	tap_ok(digits, "a challenge has one to ten decimal digits");
	tap_ok(changes, "challenges differ");
	tap_ok(symbols, "a password has 32 of the 64 symbols");
	crypto_token(token, SC_SEED_LEN);
	tap_is_int((long long)strlen(token), 16, "a seed has 16");
}

int
main(void)
{
	test_digest();
	test_field();
	test_field_limits();
	test_admin_frames();
	test_tunnel_frames();
	test_parse();
	test_limits();
	test_random_shapes();
	return tap_end();
}
