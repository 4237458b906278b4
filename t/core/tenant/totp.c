/* The second factor of an account: what is taken, when, and how often. */
#include "totp.h"

#include <string.h>

#include "account.h"
#include "clock.h"
#include "fixture.h"
#include "must.h"
#include "signin.h"

static struct fixture f;
static int64_t anna;
static struct totp_offer offer;
static char recovery[TOTP_RECOVERY][TOTP_RECOVERY_SIZE];

/* The key that an app reads from the text. */
static struct str
key(void)
{
	static char out[OTP_KEY_LEN];
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (const char *p = offer.secret; *p != '\0' && n < sizeof(out); p++) {
		bits = bits << 5 | (unsigned)(strchr(digits, *p) - digits);
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 255);
		}
	}
	return str_n(out, n);
}

/* The code so many steps from now. */
static const char *
code(int64_t steps)
{
	static char out[OTP_CODE_SIZE];

	otp_code(key(), clock_now_ms() / OTP_STEP_MS + steps, out);
	return out;
}

static enum totp_result
check(const char *text)
{
	enum totp_result out = TOTP_NONE;

	must(totp_check(&f.q, anna, str_of(text), &out) == 0);
	return out;
}

static int
confirm(const char *text)
{
	return totp_confirm(&f.q, anna, str_of(text), recovery);
}

static void
test_begin(void)
{
	struct totp_offer other;
	char wrong[OTP_CODE_SIZE];

	tap_ok(check("") == TOTP_NONE && check("123456") == TOTP_NONE,
	    "an account has no second factor at first");
	tap_ok(confirm("123456") < 0 && f.err.kind == ERR_GONE,
	    "and nothing to confirm");
	tap_ok(totp_begin(&f.q, anna, &other) == 0 &&
		   totp_begin(&f.q, anna, &offer) == 0 &&
		   strcmp(other.secret, offer.secret) != 0 &&
		   strlen(offer.secret) == OTP_TEXT_MAX,
	    "each beginning draws a secret");
	tap_ok(strstr(offer.url, "otpauth://totp/example.com:anna?secret=") ==
		       offer.url &&
		   strstr(offer.url, offer.secret) != NULL,
	    "and words its URL");
	tap_ok(check("") == TOTP_NONE, "which does not count yet");
	str_copy(wrong, sizeof(wrong), str_of(code(0)));
	wrong[0] = wrong[0] == '9' ? '0' : (char)(wrong[0] + 1);
	tap_ok(confirm(wrong) < 0 && f.err.kind == ERR_DENIED,
	    "a wrong code does not confirm it");
	tap_ok(confirm(code(0)) == 0, "one of it does");
	tap_ok(totp_begin(&f.q, anna, &other) < 0 && f.err.kind == ERR_EXISTS,
	    "then there is no other");
	tap_ok(confirm(code(1)) < 0 && f.err.kind == ERR_GONE,
	    "nor are its recovery codes shown again");
}

/* What is no code of now. */
static const char *
no_code(void)
{
	static char out[OTP_CODE_SIZE];

	str_copy(out, sizeof(out), str_of(code(0)));
	for (size_t i = 0; out[i] != '\0'; i++)
		out[i] = (char)(out[i] == '9' ? '0' : out[i] + 1);
	return out;
}

static int
tried(void)
{
	int n = 0;

	while (n < 100 && confirm(no_code()) < 0 && f.err.kind == ERR_DENIED)
		n++;
	return n;
}

static void
test_offer(void)
{
	must(totp_begin(&f.q, anna, &offer) == 0);
	tap_is_int(tried(), TOTP_OFFER_TRIES, "an offer ends by wrong codes");
	tap_ok(confirm(code(0)) < 0 && f.err.kind == ERR_GONE &&
		   check("") == TOTP_NONE,
	    "then a right one does not confirm it");
	must(totp_begin(&f.q, anna, &offer) == 0);
	clock_shift(TOTP_OFFER_MS + 1);
	tap_ok(confirm(code(0)) < 0 && f.err.kind == ERR_GONE, "and by time");
	clock_shift(-TOTP_OFFER_MS - 1000);
	tap_ok(confirm(code(0)) < 0 && f.err.kind == ERR_GONE,
	    "and by a clock that was set back to before it");
	clock_shift(1000);
	must(totp_begin(&f.q, anna, &offer) == 0);
	for (int i = 1; i < TOTP_OFFER_TRIES; i++)
		must(confirm(no_code()) < 0 && f.err.kind == ERR_DENIED);
	clock_shift(TOTP_OFFER_MS - 1000);
	tap_ok(confirm(code(0)) == 0, "the last code in time confirms it");
	must(totp_end(&f.q, anna) == 0);
}

static void
test_codes(void)
{
	char old[OTP_CODE_SIZE];

	tap_ok(check("") == TOTP_MISSING, "a login needs a code now");
	tap_ok(check(code(0)) == TOTP_WRONG,
	    "that which confirmed it was used already");
	clock_shift(10 * OTP_STEP_MS);
	tap_ok(check(code(-2)) == TOTP_WRONG && check(code(2)) == TOTP_WRONG,
	    "two steps away is too far");
	tap_ok(check(code(-1)) == TOTP_RIGHT, "the step before is right");
	tap_ok(check(code(-1)) == TOTP_WRONG, "once");
	tap_ok(check(code(1)) == TOTP_RIGHT, "the step behind is right");
	tap_ok(check(code(0)) == TOTP_WRONG,
	    "after which an older one is not taken any more");
	tap_ok(check("000000000000") == TOTP_WRONG && check("x") == TOTP_WRONG,
	    "what is no code is wrong");
	clock_shift(10 * OTP_STEP_MS);
	str_copy(old, sizeof(old), str_of(code(0)));
	tap_ok(check(old) == TOTP_RIGHT, "a code of now is right");
	clock_shift(-20 * OTP_STEP_MS);
	tap_ok(check(code(0)) == TOTP_WRONG && check(old) == TOTP_WRONG,
	    "a clock that was set back takes none until it has passed that");
	clock_shift(20 * OTP_STEP_MS);
}

static void
test_recovery(void)
{
	char upper[TOTP_RECOVERY_SIZE];
	int distinct = 0;

	for (int i = 0; i < TOTP_RECOVERY; i++)
		distinct += i == 0 || strcmp(recovery[i], recovery[i - 1]) != 0;
	tap_ok(distinct == TOTP_RECOVERY &&
		   strlen(recovery[0]) == TOTP_RECOVERY_SIZE - 1,
	    "there are ten recovery codes");
	tap_ok(check(recovery[3]) == TOTP_RIGHT, "one is right");
	tap_ok(check(recovery[3]) == TOTP_WRONG, "once");
	for (size_t i = 0; i < sizeof(upper); i++)
		upper[i] = recovery[4][i] >= 'a' && recovery[4][i] <= 'z'
			       ? (char)(recovery[4][i] - 'a' + 'A')
			       : recovery[4][i];
	upper[5] = ' ';
	tap_ok(check(upper) == TOTP_RIGHT, "however it is written");
}

static void
test_rights(void)
{
	struct signin_new in = {.kind = SIGNIN_COOKIE};
	struct totp_offer other;
	struct actor who;
	struct ask q;
	char text[SIGNIN_SIZE];

	must(login_account(&f.q, STR("berta"), STR("Secret"), &in.found) == 1 &&
	     signin_open(&f.q, &in, text, &who) == 0);
	q = fx_as(&f, &who);
	tap_ok(totp_end(&q, anna) < 0 && f.err.kind == ERR_DENIED &&
		   totp_begin(&q, anna, &other) < 0 &&
		   totp_confirm(&q, anna, STR("1"), recovery) < 0 &&
		   check("") == TOTP_MISSING,
	    "nobody touches that of another");
	tap_ok(totp_begin(&q, who.account, &other) == 0,
	    "everybody begins his own");
	tap_ok(totp_end(&f.q, anna) == 0 && check("") == TOTP_NONE,
	    "an administrator takes one away");
	tap_ok(check(recovery[5]) == TOTP_NONE, "and its recovery codes");
	tap_ok(totp_end(&f.q, anna) < 0 && f.err.kind == ERR_GONE, "once");
}

static int64_t
account(const char *name)
{
	struct str n = str_of(name), password = STR("Secret");
	enum role role = ROLE_USER;
	int64_t id = -1;

	must(account_add(&f.q, &id,
		 &(struct account_change){
		     .name = &n, .role = &role, .password = &password}) == 0);
	return id;
}

int
main(void)
{
	fx_open(&f);
	anna = account("anna");
	(void)account("berta");
	test_offer();
	test_begin();
	test_codes();
	test_recovery();
	test_rights();
	fx_close(&f);
	return tap_end();
}
