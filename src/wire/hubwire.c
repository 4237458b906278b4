#include "hubwire.h"

#include "must.h"

const struct hubwire_header hubwire_facts[HUBWIRE_FACTS] = {
    [HUBWIRE_FACT_HUB] = {"X-Fleetline-Hub", "HTTP_X_FLEETLINE_HUB",
	HUBWIRE_HUB_ID_MAX + 1 + 36},
    [HUBWIRE_FACT_CONN] = {"X-Fleetline-Conn", "HTTP_X_FLEETLINE_CONN", 20},
    [HUBWIRE_FACT_REMOTE] = {"X-Fleetline-Remote", "HTTP_X_FLEETLINE_REMOTE",
	HUBWIRE_REMOTE_MAX},
    [HUBWIRE_FACT_STATE] = {"X-Fleetline-State", "HTTP_X_FLEETLINE_STATE",
	HUBWIRE_STATE_MAX},
    [HUBWIRE_FACT_QUERY] = {"X-Fleetline-Query", "HTTP_X_FLEETLINE_QUERY",
	HUBWIRE_QUERY_MAX},
    [HUBWIRE_FACT_HOST] = {"X-Fleetline-Host", "HTTP_X_FLEETLINE_HOST",
	HUBWIRE_HOST_MAX},
    [HUBWIRE_FACT_BASE] = {"X-Fleetline-Base", "HTTP_X_FLEETLINE_BASE",
	HUBWIRE_BASE_MAX},
    [HUBWIRE_FACT_ORIGIN] = {"X-Fleetline-Origin", "HTTP_X_FLEETLINE_ORIGIN",
	HUBWIRE_BASE_MAX},
    [HUBWIRE_FACT_APP] = {"X-Fleetline-App", "HTTP_X_FLEETLINE_APP",
	HUBWIRE_APP_MAX},
    [HUBWIRE_FACT_CURSOR] = {"X-Fleetline-Cursor", "HTTP_X_FLEETLINE_CURSOR",
	HUBWIRE_CURSOR_MAX},
};

static const char *const ends[HUBWIRE_ENDS] = {
    [HUBWIRE_END_LOST] = "lost",
    [HUBWIRE_END_CLOSED] = "closed",
    [HUBWIRE_END_SILENT] = "silent",
    [HUBWIRE_END_REPLACED] = "replaced",
    [HUBWIRE_END_ADMIN] = "administrator",
    [HUBWIRE_END_REFUSED] = "refused",
    [HUBWIRE_END_CROWDED] = "crowded",
    [HUBWIRE_END_ERROR] = "error",
    [HUBWIRE_END_HUB] = "hub",
};

const char *
hubwire_end_name(enum hubwire_end why)
{
	must((size_t)why < HUBWIRE_ENDS);
	return ends[why];
}

bool
hubwire_end_parse(struct str name, enum hubwire_end *out)
{
	for (int i = 0; i < HUBWIRE_ENDS; i++)
		if (str_eqz(name, ends[i])) {
			*out = (enum hubwire_end)i;
			return true;
		}
	return false;
}
