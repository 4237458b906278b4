#include "config_type.h"

#include <string.h>

/* ---- rows of the tables below ---- */

/* clang-format off */
#define TEXT(name)               {(name), CONFIG_TEXT, false, 0, CONFIG_TEXT_MAX, NULL, NULL}
#define NEED_TEXT(name)          {(name), CONFIG_TEXT, true, 0, CONFIG_TEXT_MAX, NULL, NULL}
#define MARKED_TEXT(name, mark)  {(name), CONFIG_TEXT, false, 0, CONFIG_TEXT_MAX, NULL, (mark)}
#define SECRET(name, mark)       {(name), CONFIG_SECRET, false, 0, CONFIG_SECRET_MAX, NULL, (mark)}
#define MARK(name)               {(name), CONFIG_MARK, false, 0, 0, NULL, NULL}
#define BOOL(name)               {(name), CONFIG_BOOL, false, 0, 0, NULL, NULL}
#define INT(name, lo, hi)        {(name), CONFIG_INT, false, (lo), (hi), NULL, NULL}
#define NEED_INT(name, lo, hi)   {(name), CONFIG_INT, true, (lo), (hi), NULL, NULL}
#define PORT(name, mark)         {(name), CONFIG_INT, false, 2052, 65534, NULL, (mark)}
#define PORTS(name, mark)        {(name), CONFIG_INT, false, 128, 16384, NULL, (mark)}
#define NEED_CHOICE(name, list)  {(name), CONFIG_CHOICE, true, 0, 0, (list), NULL}
#define TOS(name)                {(name), CONFIG_TOS, false, 0, 0, NULL, NULL}
#define END                      {NULL, CONFIG_TEXT, false, 0, 0, NULL, NULL}

#define CODERS  "G711A|G711u|G722|OPUS-NB|OPUS-WB"
#define KEYS    "0|1|2|3|4"   /* SDES-DTLS, DTLS-SDES, SDES, DTLS, none */
#define CIPHERS "0|1|2|3|4|5" /* AES 128, 192, 256, each with 32 and 80 bits */
#define TONES   26            /* EUROPE-PBX to BRAZIL */

static const struct config_field alarm_server[] = {
    TEXT("url"),
    MARK("setLogUrl"),
    MARKED_TEXT("logUrl", "setLogUrl"),
    MARKED_TEXT("logUser", "setLogUrl"),
    SECRET("logPassword", "setLogUrl"),
    END,
};

static const struct config_field media[] = {
    TEXT("stunServer"),
    TEXT("turnServer"),
    TEXT("turnUser"),
    SECRET("turnPassword", NULL),
    TOS("tosRtp"),
    TOS("tosSig"),
    MARK("setRtpPorts"),
    PORT("rtpFirst", "setRtpPorts"),
    PORTS("rtpNum", "setRtpPorts"),
    MARK("setNatPorts"),
    PORT("natFirst", "setNatPorts"),
    PORTS("natNum", "setNatPorts"),
    END,
};

static const struct config_field ntp[] = {
    NEED_TEXT("ntp1"),
    NEED_TEXT("ntp2"),
    NEED_TEXT("tz"),
    END,
};

static const struct config_field tls_profile[] = {
    NEED_CHOICE("profile", "normal|fast|secure|strict"),
    END,
};

/* What phones and analog phones have in common; fax is the analog ones' own. */
#define PHONE_FIELDS(fax)                                                      \
    TEXT("gk1"),                                                               \
    TEXT("gk2"),                                                               \
    TEXT("gkId"),                                                              \
    NEED_CHOICE("coder", CODERS),                                              \
    INT("frameSize", 20, 80),                                                  \
    BOOL("exclusive"),                                                         \
    fax                                                                        \
    MARK("setRecordingUrl"),                                                   \
    MARKED_TEXT("recordingUrl", "setRecordingUrl"),                            \
    BOOL("silenceComp"),                                                       \
    BOOL("noDtmfDetect"),                                                      \
    BOOL("noPhysicalLocation"),                                                \
    NEED_CHOICE("srtpKey", KEYS),                                              \
    NEED_CHOICE("srtpCipher", CIPHERS),                                        \
    NEED_INT("dialTone", 0, TONES)

static const struct config_field phone[] = {
    PHONE_FIELDS(),
    BOOL("audioOnly"),
    BOOL("noCtHookOn"),
    BOOL("protectCfg"),
    BOOL("allowUserCfg"),
    BOOL("hideCompleteCfg"),
    BOOL("hideAdminCfg"),
    END,
};

#define FAX BOOL("fax"),
static const struct config_field fxs_phone[] = {
    PHONE_FIELDS(FAX),
    END,
};

static const struct config_field trust_list[] = {
    {"certs", CONFIG_CERTS, true, 1, CONFIG_CERTS_MAX, NULL, NULL},
    END,
};

static const struct config_field expert[] = {
    {"script", CONFIG_SCRIPT, true, 1, CONFIG_SCRIPT_MAX, NULL, NULL},
    END,
};
/* clang-format on */

static const struct {
	const char *name;
	const struct config_field *fields;
} types[CONFIG_TYPE__MAX] = {
    [CONFIG_ALARM_SERVER] = {"ALARM_SERVER", alarm_server},
    [CONFIG_MEDIA] = {"MEDIA", media},
    [CONFIG_NTP] = {"NTP", ntp},
    [CONFIG_TLS_PROFILE] = {"TLS_PROFILE", tls_profile},
    [CONFIG_PHONE] = {"PHONE", phone},
    [CONFIG_FXS_PHONE] = {"FXS_PHONE", fxs_phone},
    [CONFIG_TRUST_LIST] = {"TRUST_LIST", trust_list},
    [CONFIG_EXPERT] = {"EXPERT", expert},
};

const char *
config_type_name(enum config_type type)
{
	return type > 0 && type < CONFIG_TYPE__MAX ? types[type].name : NULL;
}

enum config_type
config_type_parse(struct str name)
{
	for (int i = 1; i < CONFIG_TYPE__MAX; i++)
		if (str_eqz(name, types[i].name))
			return (enum config_type)i;
	return 0;
}

const struct config_field *
config_type_fields(enum config_type type)
{
	static const struct config_field none[] = {END};

	return config_type_name(type) != NULL ? types[type].fields : none;
}

const struct config_field *
config_type_field(enum config_type type, struct str name)
{
	const struct config_field *f = config_type_fields(type);

	while (f->name != NULL && !str_eqz(name, f->name))
		f++;
	return f->name != NULL ? f : NULL;
}

bool
config_field_offers(const struct config_field *f, struct str text)
{
	struct str rest = str_of(f->choices), one;

	while (str_next(&rest, '|', &one))
		if (str_eq(one, text))
			return true;
	return false;
}
