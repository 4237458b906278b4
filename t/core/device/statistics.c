/* Counts of devices: who sees which, and how long the lists are. */
#include "statistics.h"

#include <stdio.h>

#include "db.h"
#include "fixture.h"
#include "must.h"

static struct fixture f;
static int64_t north, south;
static struct actor in_north;

static void
sql(const char *text)
{
	if (store_exec(f.core.store, text, &f.err) < 0)
		tap_diag("%s", f.err.text);
}

/* Devices with their product and version; the last is online if up. */
static void
add(int64_t domain, int count, enum device_type type, const char *product,
    const char *version, int up)
{
	static int next;
	char text[512], hw[16];

	for (int i = 0; i < count; i++) {
		(void)snprintf(hw, sizeof(hw), "0090330%05x", next++);
		must(fx_device(&f, hw, domain, type, NULL) == 0);
		(void)snprintf(text, sizeof(text),
		    "UPDATE device SET product = '%s', version = '%s'"
		    " WHERE hw_id = '%s';"
		    "INSERT INTO presence (device_id, hub, boot, conn, online,"
		    " since, nth) SELECT id, 'h', 'b', id, %d, 0, 1"
		    " FROM device WHERE hw_id = '%s';",
		    product, version, hw, i < up, hw);
		sql(text);
		fx_clear(&f);
	}
}

/* "known/online name ..." of a list and its rest. */
static const char *
text_of(const struct statistics_list *l)
{
	static char out[2048];
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < l->n && n < sizeof(out) - 200; i++) {
		const struct figures *r = &l->rows[i];
		struct str name = r->by == FIGURES_DOMAIN ? r->domain
				  : r->by == FIGURES_TYPE ? r->product
							  : r->version;

		n += (size_t)snprintf(out + n, sizeof(out) - n,
		    "%lld/%lld %.*s, ", (long long)r->known,
		    (long long)r->online, (int)name.len, name.p);
	}
	(void)snprintf(out + n, sizeof(out) - n, "%lld/%lld",
	    (long long)l->rest.known, (long long)l->rest.online);
	return out;
}

static struct statistics
get(const struct actor *who, const int64_t *domains, size_t n)
{
	struct statistics s = {0};
	struct ask q = fx_as(&f, who);

	tap_ok(statistics_get(&q, domains, n, &s) == 0, "it counts");
	return s;
}

static void
test_all(void)
{
	struct statistics s = get(&f.admin, NULL, 0);

	tap_is_int(s.all.known, 6, "devices in domains are known");
	tap_is_int(s.all.online, 3, "and some online");
	tap_ok(s.has_unassigned && s.unassigned == 1,
	    "an administrator is told of those in none");
	tap_is_str(text_of(&s.by[FIGURES_DOMAIN]),
	    "4/2 north.example, 2/1 south.example, 0/0",
	    "by domain, most devices first");
	tap_is_str(text_of(&s.by[FIGURES_TYPE]),
	    "3/1 IP232, 2/1 IP811, 1/1 IP112, 0/0", "by type and product");
	tap_is_str(text_of(&s.by[FIGURES_VERSION]), "4/2 v1, 2/1 v2, 0/0",
	    "by version");
}

static void
test_rights(void)
{
	struct statistics s = get(&in_north, NULL, 0);
	const int64_t both[] = {south, north, 4711}, theirs[] = {south};
	struct actor nobody = in_north;

	tap_is_str(text_of(&s.by[FIGURES_DOMAIN]), "4/2 north.example, 0/0",
	    "a tenant counts its own devices");
	tap_ok(!s.has_unassigned && s.unassigned == 0,
	    "and is not told of those in no domain");
	s = get(&in_north, both, 3);
	tap_is_int(
	    s.all.known, 4, "naming another's domain counts nothing of it");
	s = get(&in_north, theirs, 1);
	tap_ok(s.all.known == 0 && s.by[FIGURES_VERSION].n == 0,
	    "nor does naming only that one");
	nobody.domains = NULL;
	nobody.ndomains = 0;
	s = get(&nobody, NULL, 0);
	tap_is_int(s.all.known, 0, "who sees no domain counts nothing");
	s = get(&f.admin, theirs, 1);
	tap_ok(s.all.known == 2 && !s.has_unassigned,
	    "an administrator may ask for one domain");
}

/* As many versions as a device can think of. */
static void
test_bounds(void)
{
	struct statistics s;

	for (int i = 0; i < STATISTICS_ROWS + 5; i++) {
		char version[16];

		(void)snprintf(version, sizeof(version), "w%03d", i);
		add(south, 1, DEVICE_DECT, version, version, i % 2);
	}
	s = get(&f.admin, NULL, 0);
	tap_is_int((int64_t)s.by[FIGURES_VERSION].n, STATISTICS_ROWS,
	    "a list of versions ends at its limit");
	tap_is_int(s.by[FIGURES_VERSION].rest.known, 7,
	    "what is not listed is one sum");
	tap_is_int(s.by[FIGURES_TYPE].rest.known, 8,
	    "of products that devices make up, too");
	tap_ok(s.by[FIGURES_VERSION].rows[0].known == 4,
	    "the most frequent ones are listed");
}

static void
test_domains(void)
{
	struct statistics_list l;
	struct ask q = fx_as(&f, &in_north);

	(void)fx_domain(&f, "empty.example", "x");
	tap_ok(statistics_domains(&q, 10, &l) < 0,
	    "all domains are for administrators");
	tap_ok(statistics_domains(&f.q, 2, &l) == 0, "they are counted");
	tap_is_str(text_of(&l), "107/53 south.example, 4/2 north.example, 0/0",
	    "those with most devices");
	tap_ok(statistics_domains(&f.q, 1, &l) == 0 && l.rest.known == 4 &&
		   l.rest.online == 2,
	    "what is not listed is one sum");
	tap_ok(statistics_domains(&f.q, 10, &l) == 0 && l.n == 4 &&
		   l.rows[3].known == 0,
	    "those without a device are listed, too");
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", "north-pass");
	south = fx_domain(&f, "south.example", "south-pass");
	in_north = (struct actor){.domains = &north, .ndomains = 1};
	add(north, 2, DEVICE_PHONE, "IP232", "v1", 1);
	add(north, 1, DEVICE_PHONE, "IP112", "v1", 1);
	add(north, 1, DEVICE_PHONE, "IP232", "v1", 0);
	add(south, 2, DEVICE_GW, "IP811", "v2", 1);
	add(south, 1, DEVICE_GW, "lost", "v3", 1);
	must(device_unassign(&f.q, STR("009033000006")) == 0);
	test_all();
	test_rights();
	test_bounds();
	test_domains();
	fx_close(&f);
	return tap_end();
}
