#include "devices.h"

#include "api_face.h"
#include "arrival.h"
#include "arrive.h"
#include "count.h"
#include "health.h"
#include "scrape.h"
#include "update.h"

/* The API has a series for each message (api_metrics). */
static const struct route list[] = {
    {"/api", ROUTE_BASE, "POST", api_http, NULL},
    {HUBWIRE_PATH HUBWIRE_API, ROUTE_INTERNAL, "POST", api_hub, NULL},
    {"/health", ROUTE_PLAIN, "GET, HEAD", health_serve, NULL},
    {"/update/", ROUTE_BELOW, "GET, HEAD", update_serve, "update"},
    {ARRIVAL_PATH, ROUTE_BELOW, "GET, PUT", arrive_serve, "arrive"},
    {"/metrics", ROUTE_PLAIN, "GET, HEAD", scrape_serve, NULL},
};

const struct routes devices_routes = {list, COUNT(list), resp_error};
