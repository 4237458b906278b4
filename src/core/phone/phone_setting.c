#include "phone_setting.h"

#include "num.h"
#include "phone_id.h"
#include "zone.h"

#define HOST_MAX   253 /* bytes, RFC 1035 2.3.4 */
#define SECRET_LEN 128
#define NAME_LEN   64
#define DAY_MIN    1440

/* ---- the table ---- */

/* clang-format off */
#define TEXT(hi)                 PHONE_TEXT, 1, (hi), NULL, NULL
#define SECRET                   PHONE_SECRET, 1, SECRET_LEN, NULL, NULL
#define HOST                     PHONE_HOST, 1, HOST_MAX, NULL, NULL
#define URL                      PHONE_URL, 1, 512, NULL, NULL
#define CHOICE(list)             PHONE_CHOICE, 0, 0, (list), NULL
#define LIST(list)               PHONE_LIST, 0, 0, (list), NULL
#define INT(lo, hi, unit)        PHONE_INT, (lo), (hi), NULL, (unit)

const struct phone_setting phone_setting_table[] = {
    {"sip_server", PHONE_OF_PORT, HOST, NULL, "where it registers"},
    {"sip_port", PHONE_OF_PORT, INT(1, 65535, NULL), "5060", "port of the server"},
    {"sip_transport", PHONE_OF_PORT, CHOICE("udp|tcp|tls"), "udp", "transport to the server"},
    {"sip_proxy", PHONE_OF_PORT, HOST, NULL, "outbound proxy"},
    {"sip_proxy_port", PHONE_OF_PORT, INT(1, 65535, NULL), "5060", "port of that"},
    {"sip_user", PHONE_OF_PORT, TEXT(NAME_LEN), NULL, "user of the account; no user, no account"},
    {"sip_login", PHONE_OF_PORT, TEXT(NAME_LEN), NULL, "name it logs in by; the user, if none"},
    {"sip_password", PHONE_OF_PORT, SECRET, NULL, "password of the account"},
    {"sip_name", PHONE_OF_PORT, TEXT(NAME_LEN), NULL, "name that is shown to others"},
    {"sip_expires", PHONE_OF_PORT, INT(60, 86400, "seconds"), "3600", "a registration lasts"},
    {"codecs", PHONE_OF_ALL, LIST("pcma|pcmu|g722|g729|opus|ilbc"), "pcma,pcmu,g722", "codecs, the best first"},
    {"time_zone", PHONE_OF_ALL, PHONE_ZONE, 1, ZONE_NAME_MAX, NULL, NULL, "UTC", "time zone of the IANA database"},
    {"time_server", PHONE_OF_ALL, HOST, NULL, "server of NTP"},
    {"language", PHONE_OF_ALL, CHOICE("cs|da|de|en|es|fi|fr|it|nl|no|pl|pt|ru|sv|tr"), "en", "language of menus"},
    {"tones", PHONE_OF_ALL, CHOICE("at|au|be|br|ch|cz|de|dk|es|fi|fr|gb|gr|hu|it|lt|mx|nl|no|nz|pl|pt|ru|se|us"), NULL, "country whose tones it plays"},
    {"admin_password", PHONE_OF_ALL, SECRET, NULL, "administrator of its web page"},
    {"file_key", PHONE_OF_ALL, SECRET, NULL, "its files are encrypted by it, as its vendor does"},
    {"user_password", PHONE_OF_ALL, SECRET, NULL, "user of its web page"},
    {"web_access", PHONE_OF_ALL, CHOICE("off|http|https"), "https", "its web page"},
    {"firmware_url", PHONE_OF_ALL, URL, NULL, "file or folder of firmware"},
    {"phonebook_url", PHONE_OF_ALL, URL, NULL, "phone book that it loads"},
    {"phonebook_name", PHONE_OF_ALL, TEXT(NAME_LEN), NULL, "what that is called"},
    {"vlan", PHONE_OF_ALL, INT(1, 4094, NULL), NULL, "VLAN of its own traffic"},
    {"vlan_priority", PHONE_OF_ALL, INT(0, 7, NULL), "5", "priority in that (IEEE 802.1p)"},
    {"poll_minutes", PHONE_OF_ALL, INT(60, 28 * DAY_MIN, "minutes"), "1440", "it asks for its file again"},
    {"key_type", PHONE_OF_KEY, CHOICE("line|blf|speeddial"), NULL, "what a key does"},
    {"key_value", PHONE_OF_KEY, TEXT(NAME_LEN), NULL, "number that it watches or calls"},
    {"key_label", PHONE_OF_KEY, TEXT(NAME_LEN), NULL, "text beside the key"},
    {"key_port", PHONE_OF_KEY, INT(0, PHONE_PORT_MAX, NULL), "0", "port whose account it uses"},
    {NULL, PHONE_OF_ALL, TEXT(0), NULL, NULL},
};
/* clang-format on */

/* ---- names ---- */

const struct phone_setting *
phone_setting_find(struct str name)
{
	const struct phone_setting *s = phone_setting_table;

	while (s->name != NULL && !str_eqz(name, s->name))
		s++;
	return s->name != NULL ? s : NULL;
}

bool
phone_setting_read(struct str name, struct phone_setting_at *out)
{
	size_t dot = str_find(name, '.');
	struct str number = str_n(name.p + dot, name.len - dot);

	*out = (struct phone_setting_at){
	    phone_setting_find(str_n(name.p, dot)), -1};
	if (out->s == NULL)
		return false;
	if (number.len == 0)
		return out->s->of != PHONE_OF_KEY;
	number = str_n(number.p + 1, number.len - 1);
	switch (out->s->of) {
	case PHONE_OF_PORT:
		return num_parse(number, 0, PHONE_PORT_MAX, &out->at);
	case PHONE_OF_KEY:
		return num_parse(number, 1, PHONE_KEYS_MAX, &out->at);
	case PHONE_OF_ALL:
		break;
	}
	return false;
}

/* ---- values ---- */

static bool
offers(const struct phone_setting *s, struct str word)
{
	struct str rest = str_of(s->choices), one;

	while (str_next(&rest, '|', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static bool
is_list(const struct phone_setting *s, struct str value)
{
	struct str one;

	while (str_next(&value, ',', &one))
		if (!offers(s, one))
			return false;
	return true;
}

/* A name, or an address; that of IPv6 in brackets. */
static bool
is_host(struct str value)
{
	return str_only(value, STR_ALNUM, ".-_:[]") && value.p[0] != '-';
}

static bool
is_url(struct str value)
{
	static const char *const starts[] = {
	    "http://", "https://", "tftp://", "ftp://"};

	if (!str_only(value, STR_ALNUM, "-._~:/?[]@!$&'()*+,;=%"))
		return false;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts(value, str_of(starts[i])))
			return true;
	return false;
}

static bool
is_zone(struct str value)
{
	struct zone *z = zone_open(value);
	bool known = z != NULL;

	zone_close(&z);
	return known;
}

static bool
fits(const struct phone_setting *s, struct str value)
{
	int64_t n;

	switch (s->kind) {
	case PHONE_INT:
		return num_parse(value, s->lo, s->hi, &n);
	case PHONE_CHOICE:
		return offers(s, value);
	case PHONE_LIST:
		return is_list(s, value);
	case PHONE_HOST:
		return is_host(value);
	case PHONE_URL:
		return is_url(value);
	case PHONE_ZONE:
		return is_zone(value);
	case PHONE_TEXT:
	case PHONE_SECRET:
		break;
	}
	return true;
}

static int
refuse(const struct phone_setting *s, struct err *e)
{
	switch (s->kind) {
	case PHONE_INT:
		return err_set(e, ERR_INPUT, "%s is a number from %lld to %lld",
		    s->name, (long long)s->lo, (long long)s->hi);
	case PHONE_CHOICE:
		return err_set(
		    e, ERR_INPUT, "%s is one of %s", s->name, s->choices);
	case PHONE_LIST:
		return err_set(e, ERR_INPUT, "%s are some of %s, with commas",
		    s->name, s->choices);
	case PHONE_HOST:
		return err_set(e, ERR_INPUT, "%s is a host", s->name);
	case PHONE_URL:
		return err_set(e, ERR_INPUT, "%s is a URL", s->name);
	case PHONE_ZONE:
		return err_set(e, ERR_INPUT, "%s is a time zone", s->name);
	case PHONE_TEXT:
	case PHONE_SECRET:
		break;
	}
	return err_set(e, ERR_INPUT, "%s has 1 to %lld bytes of text", s->name,
	    (long long)s->hi);
}

int
phone_setting_check(
    const struct phone_setting *s, struct str value, struct err *e)
{
	int64_t most = s->kind == PHONE_TEXT || s->kind == PHONE_SECRET ||
			       s->kind == PHONE_HOST || s->kind == PHONE_URL
			   ? s->hi
			   : PHONE_SETTING_TEXT;

	return value.len > 0 && (int64_t)value.len <= most &&
		       str_printable(value) && fits(s, value)
		   ? 0
		   : refuse(s, e);
}
