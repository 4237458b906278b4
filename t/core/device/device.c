/*
 * Devices: lists and filters, changes and their orders, offers and deployment,
 * presence.
 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "category.h"
#include "clock.h"
#include "deliver.h"
#include "fixture.h"
#include "hwid.h"
#include "must.h"
#include "presence.h"
#include "sysclient.h"

#define MIN15 (15 * 60 * 1000)

static struct fixture f;
static int64_t own = 1, other;
static const struct device_choice none;

/* ---- lists ---- */

/* All devices a filter gives, over all pages; -1 on a double. */
static int
count_all(struct ask *q, const struct device_filter *filter, int *pages)
{
	struct device_cursor at = {0};
	struct device_page page = {0};
	static char seen[2000][HWID_MAX + 1];
	int n = 0;

	*pages = 0;
	while (!page.last) {
		if (device_list(q, filter, &at, &page) < 0)
			return -2;
		(*pages)++;
		for (size_t i = 0; i < page.n; i++) {
			for (int k = 0; k < n; k++)
				if (str_eqz(page.list[i].hw_id, seen[k]))
					return -1;
			str_copy(seen[n++], HWID_MAX + 1, page.list[i].hw_id);
		}
	}
	return n;
}

static int
count_of(const struct device_filter *filter)
{
	int pages;

	return count_all(&f.q, filter, &pages);
}

static void
make_fleet(void)
{
	char hw[32];
	struct str a = STR("a"), ab[2] = {STR("a"), STR("b")};

	(void)fx_category(&f, own, "a");
	(void)fx_category(&f, own, "b");
	(void)fx_category(&f, other, "a");
	for (int i = 0; i < 450; i++) {
		struct device_new in = {.hw_id = str_of(hw),
		    .domain = i % 3 == 0 ? other : own,
		    .type = i % 10 == 0 ? DEVICE_GW : DEVICE_PHONE,
		    .categories = i % 2 == 0 ? &a : ab,
		    .ncategories = i % 3 == 0 || i % 2 == 0 ? 1 : 2};

		if (i % 5 == 0)
			in.ncategories = 0;
		(void)snprintf(hw, sizeof(hw), "fleet-%04d", i);
		in.hw_id = str_of(hw);
		if (device_add(&f.q, &in) < 0)
			tap_diag("%s: %s", hw, f.err.text);
	}
}

static void
test_lists(void)
{
	struct str cats[2] = {STR("a"), STR("b")};
	struct str ids[4] = {STR("fleet-0001"), STR("FLEET-0001"),
	    STR("fleet-0001"), STR("nothing")};
	int64_t both[3] = {other, own, other}, strange[1] = {9999};
	struct device_filter all = {.assigned = true};
	struct device_filter x;
	int pages;

	tap_is_int(count_all(&f.q, &all, &pages), 450, "all are listed");
	tap_is_int(pages, 3, "in three pages");
	x = all;
	x.domains = both;
	x.ndomains = 1;
	tap_is_int(count_of(&x), 150, "those of one domain");
	x.ndomains = 3;
	tap_is_int(count_of(&x), 450, "a domain named twice counts once");
	x.domains = strange;
	x.ndomains = 1;
	tap_is_int(count_of(&x), 0, "a domain that does not exist has none");
	x = all;
	x.types = DEVICE_BIT(DEVICE_GW) | DEVICE_BIT(DEVICE_VA);
	tap_is_int(count_of(&x), 45, "those of a type");
	x.domains = both;
	x.ndomains = 1;
	tap_is_int(count_of(&x), 15, "those of a type in a domain");
	x = all;
	x.categories = cats;
	x.ncategories = 2;
	tap_is_int(count_of(&x), 360, "those of two categories, each once");
	x.ncategories = 1;
	x.subcategories = cats + 1;
	x.nsubcategories = 1;
	tap_is_int(count_of(&x), 120, "narrowed by a subcategory");
	x = all;
	x.hw_ids = ids;
	x.nhw_ids = 4;
	tap_is_int(count_of(&x), 1, "hardware ids, each once");
	x = all;
	x.just_fxs = true;
	tap_is_int(count_of(&x), 0, "none has FXS interfaces");
	x = (struct device_filter){0};
	tap_is_int(count_of(&x), 0, "neither assigned nor unassigned is none");
}

static void
test_unassigned(void)
{
	struct device_filter x = {.unassigned = true};
	struct conn c, d;
	struct actor domain;
	struct ask q;
	int64_t n = -1;
	int pages;

	fx_conn(&c, 5);
	(void)fx_phone(&f, &c, "claim-1", NULL);
	fx_conn(&d, 6);
	(void)fx_phone(&f, &d, "claim-1", NULL);
	fx_conn_end(&d);
	fx_conn(&d, 7);
	(void)fx_phone(&f, &d, "claim-1", NULL);
	fx_conn_end(&c);
	fx_conn_end(&d);
	must(device_unassign(&f.q, STR("fleet-0001")) == 0);
	tap_is_int(count_of(&x), 2, "a claim and a row, claims of an id once");
	tap_ok(device_count_unassigned(&f.q, &n) == 0 && n == 2,
	    "the count says the same");
	x.assigned = true;
	tap_is_int(count_of(&x), 451, "assigned ones may come with them");
	if (actor_now(&f.q, "domain:2", &domain) != 1)
		tap_diag("no domain actor");
	q = fx_as(&f, &domain);
	x.assigned = false;
	tap_is_int(count_all(&q, &x, &pages), 0,
	    "a domain does not see unassigned ones");
	tap_ok(
	    device_count_unassigned(&q, &n) == 0 && n == 0, "nor counts them");
}

/* ---- changes ---- */

static void
claim_online(const char *hw_id, int64_t seq)
{
	struct conn c;

	fx_conn(&c, seq);
	(void)fx_phone(&f, &c, hw_id, NULL);
	(void)fx_presence(&f, hw_id, seq, true, "claim");
	fx_conn_end(&c);
}

static void
test_add(void)
{
	struct device d;
	struct device_new in = {.hw_id = STR("00-90-33-00-00-01"),
	    .domain = own,
	    .type = DEVICE_GW,
	    .name = STR("Gate"),
	    .product = STR("IP811")};
	struct str missing = STR("missing");

	fx_clear(&f);
	tap_ok(device_add(&f.q, &in) == 0, "a device is added");
	tap_ok(fx_ordered(&f, "\"after\":{\"domain\":1") &&
		   !fx_ordered(&f, "\"before\""),
	    "its event has only an after");
	tap_ok(device_get(&f.q, STR("00:90:33:00:00:01"), &d) == 1 &&
		   str_eqz(d.hw_id, "009033000001") &&
		   str_eqz(d.name, "Gate") && d.type == DEVICE_GW &&
		   d.domain_id == own && d.name_set,
	    "it is found by any spelling of its id");
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_EXISTS,
	    "adding it twice is refused");
	in.hw_id = STR("x y");
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_INPUT,
	    "a bad hardware id is refused");
	in.hw_id = STR("new-1");
	in.domain = 777;
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_GONE,
	    "a domain that does not exist is refused");
	in.domain = own;
	in.password = STR("short");
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_INPUT,
	    "a password that is no sysclient password is refused");
	in.password = str_n("", 0);
	in.categories = &missing;
	in.ncategories = 1;
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_GONE &&
		   device_get(&f.q, STR("new-1"), &d) == 0,
	    "a category that does not exist is refused, nothing is left");
	in.ncategories = 0;
	in.name = STR("a\x01");
	tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_INPUT,
	    "a name with control characters is refused");
}

static void
test_json(void)
{
	struct buf out;
	struct jout j;
	struct device d;

	buf_init(&out, 4096);
	jout_init(&j, buf_sink(&out));
	if (device_get(&f.q, STR("009033000001"), &d) != 1)
		return;
	d.id = 1;
	device_json(&j, NULL, &d, STR("http://x/passthrough/1/"));
	tap_is_str(out.data,
	    "{\"id\":1,\"hwId\":\"009033000001\",\"name\":\"Gate\","
	    "\"domainId\":1,\"product\":\"IP811\",\"version\":\"\","
	    "\"type\":\"GW\",\"pbxActive\":false,\"online\":false,"
	    "\"hasLeaseLicenses\":false,\"rented\":false,"
	    "\"rentalWant\":false,\"rentalStarted\":false,"
	    "\"uri\":\"http://x/passthrough/1/\",\"ethIfs\":[]}",
	    "the device object has the members of the API in their order");
	buf_fini(&out);
}

static void
test_changes(void)
{
	struct device d;
	struct str names[2] = {STR("a"), STR("b")};
	struct device_placed placed;
	struct conn c;

	fx_online(&f, "change", own, 100, &c);
	fx_conn_end(&c);
	fx_clear(&f);
	tap_ok(device_rename(&f.q, STR("change"), STR("Neu")) == 0 &&
		   fx_ordered(&f, "\"before\"") && fx_ordered(&f, "Neu"),
	    "renaming publishes before and after");
	tap_ok(device_set_categories(&f.q, STR("change"), names, 2) == 0 &&
		   fx_ordered(&f, "\"categories\":[\"a\",\"b\"]"),
	    "categories are set and published");
	fx_clear(&f);
	tap_ok(device_assign(&f.q, STR("change"), other, &none, &placed) == 0 &&
		   fx_ordered(&f, "\"order\":\"move\",\"hwId\":\"change\","
				  "\"domain\":2"),
	    "a connected device is moved to another domain");
	tap_ok(fx_ordered(&f, "\"before\":{\"domain\":1") &&
		   fx_ordered(
		       &f, "\"after\":{\"domain\":2,\"categories\":[\"a\"]"),
	    "the event tells where it stood and stands");
	tap_ok(device_get(&f.q, STR("change"), &d) == 1 && d.online &&
		   str_eqz(d.name, "Neu"),
	    "a device that moves keeps its name");
	tap_ok(placed.nlost == 1 && str_eqz(placed.lost[0], "b"),
	    "and the categories that its new domain has; it is told which not");
	fx_clear(&f);
	tap_ok(
	    device_unassign(&f.q, STR("change")) == 0 &&
		fx_ordered(&f, "\"order\":\"release\",\"hwId\":\"change\"") &&
		fx_ordered(&f, "\"after\":{\"domain\":0"),
	    "unassigning releases its connection");
	tap_ok(device_get(&f.q, STR("change"), &d) == 1 && d.domain_id == 0 &&
		   d.online,
	    "it shows as unassigned and online");
	fx_clear(&f);
	tap_ok(device_assign(&f.q, STR("change"), own, &none, NULL) == 0 &&
		   fx_ordered(&f, "\"order\":\"send\",\"hwId\":\"change\"") &&
		   fx_ordered(&f, "\"conn\":100"),
	    "assigned again its connection is handed the offer at once");
	tap_ok(fx_ordered(&f, "[1,\"{") && fx_ordered(&f, "[3,\"{") &&
		   fx_ordered(&f, "\"displace\":true"),
	    "with 0x0001 and 0x0003: it is the device from now on");
	tap_ok(device_assign(&f.q, STR("never-seen"), own, &none, NULL) < 0 &&
		   f.err.kind == ERR_GONE,
	    "what nobody has seen cannot be assigned");
}

static void
test_edit(void)
{
	struct device d;
	struct str name = STR("Both"), missing = STR("missing");
	struct device_edit x = {
	    .name = &name, .categories = &missing, .ncategories = 1};

	tap_ok(device_edit(&f.q, STR("009033000001"), &x) < 0 &&
		   f.err.kind == ERR_GONE &&
		   device_get(&f.q, STR("009033000001"), &d) == 1 &&
		   str_eqz(d.name, "Gate"),
	    "an edit is all or nothing");
	x = (struct device_edit){0};
	tap_ok(
	    device_edit(&f.q, STR("nobody"), &x) < 0 && f.err.kind == ERR_GONE,
	    "changing nothing still needs a device");
}

static void
test_remove(void)
{
	struct device d;

	fx_clear(&f);
	tap_ok(device_remove(&f.q, STR("change")) == 0 &&
		   fx_ordered(&f, "\"order\":\"drop\"") &&
		   !fx_ordered(&f, "\"after\"") &&
		   device_get(&f.q, STR("change"), &d) == 0,
	    "a removed device is gone and its connection dropped");
	claim_online("change", 101);
	(void)fx_presence(&f, "change", 101, false, "claim");
	tap_ok(device_get(&f.q, STR("change"), &d) == 1 &&
		   device_add(&f.q, &(struct device_new){.hw_id = STR("change"),
					.domain = own,
					.type = DEVICE_PHONE}) == 0 &&
		   device_remove(&f.q, STR("change")) == 0 &&
		   device_get(&f.q, STR("change"), &d) == 0,
	    "with the claims of its id that went offline");
	tap_ok(device_remove(&f.q, STR("change")) < 0 && f.err.kind == ERR_GONE,
	    "removing it again finds nothing");
}

static void
test_hub_gone(void)
{
	struct device d;

	f.hub = HUB_SILENT;
	tap_ok(device_rename(&f.q, STR("009033000001"), STR("Tor")) < 0 &&
		   f.err.kind == ERR_BUSY &&
		   device_get(&f.q, STR("009033000001"), &d) == 1 &&
		   str_eqz(d.name, "Tor"),
	    "a hub that does not answer is ERR_BUSY, the change is saved");
	f.hub = HUB_ABSENT;
	tap_ok(device_rename(&f.q, STR("009033000001"), STR("Gate")) == 0,
	    "a hub that is not there is no error");
	f.hub = HUB_OK;
}

/* ---- offers ---- */

static void
test_offers(void)
{
	struct device_choice choice = {.boot = STR(FX_BOOT), .conn = 202};

	claim_online("offer-a", 201);
	claim_online("offer-a", 202);
	claim_online("offer-a", 203);
	fx_clear(&f);
	tap_ok(device_assign(&f.q, STR("offer-a"), own, &choice, NULL) == 0 &&
		   fx_ordered(&f, "\"conn\":202") &&
		   !fx_ordered(&f, "\"conn\":201"),
	    "the offer goes to the chosen connection");
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && !fx_ordered(&f, "offer-a"),
	    "the sweep does not hand it out twice");
	claim_online("offer-d", 221);
	claim_online("offer-d", 222);
	f.hub = HUB_REFUSES;
	must(fx_device(&f, "offer-d", own, DEVICE_PHONE, NULL) == 0);
	f.hub = HUB_OK;
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && fx_ordered(&f, "\"conn\":222"),
	    "an open offer goes to the next claim when the oldest has gone");
	f.hub = HUB_ABSENT;
	must(fx_device(&f, "offer-f", own, DEVICE_PHONE, NULL) == 0);
	f.hub = HUB_OK;
	clock_shift(MIN15 + 1000);
	claim_online("offer-f", 232);
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && !fx_ordered(&f, "offer-f"),
	    "an open offer ends");
	clock_shift(-MIN15 - 1000);
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && fx_ordered(&f, "offer-f"),
	    "until then it is handed out");
	claim_online("offer-e", 241);
	f.hub = HUB_SILENT;
	tap_ok(device_assign(&f.q, STR("offer-e"), own, &none, NULL) < 0 &&
		   f.err.kind == ERR_BUSY,
	    "a silent hub is told to the caller");
	f.hub = HUB_OK;
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && !fx_ordered(&f, "\"conn\":241"),
	    "the sweep does not send what may be on its way");
	clock_shift(6000);
	tap_ok(deliver_sweep(&f.q) == 0 && fx_ordered(&f, "\"conn\":241"),
	    "the same connection is tried again, it is still a claim");
	clock_shift(-6000);
}

/* ---- deployment ---- */

static void
test_deploy(void)
{
	struct conn c, d;
	bool on = true, off = false;
	struct domain_change set = {.deploy = &on}, clear = {.deploy = &off};
	struct str password = STR("NewDomainPassword");
	struct domain_change change = {.password = &password};
	struct buf first, second;

	fx_online(&f, "phone-d", own, 300, &c);
	fx_online(&f, "phone-e", other, 301, &d);
	fx_conn_end(&c);
	fx_conn_end(&d);
	must(fx_device(&f, "gate-d", own, DEVICE_GW, FX_PASS) == 0);
	fx_prove(&f, "gate-d", 302, &c);
	fx_conn_end(&c);
	buf_init(&first, 128);
	buf_init(&second, 128);
	tap_ok(deliver_sweep(&f.q) == 0, "what is open is swept");
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && f.orders.len == 0,
	    "then nothing is left to do");
	tap_ok(domain_edit(&f.q, own, &change) == 0 &&
		   deliver_sweep(&f.q) == 0 &&
		   fx_ordered(&f, "\"order\":\"send\",\"hwId\":\"gate-d\","
				  "\"send\":[[3,"),
	    "a new domain password is deployed to online devices");
	tap_ok(!fx_ordered(&f, "phone-d"),
	    "but not to phones, whose own password stays the same");
	tap_ok(!fx_ordered(&f, "phone-e"), "nor in another domain");
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && f.orders.len == 0, "and only once");
	must(device_admin_password(&f.q, STR("phone-d"), &first) == 1);
	tap_ok(domain_edit(&f.q, own, &clear) == 0 &&
		   domain_edit(&f.q, own, &set) == 0 &&
		   deliver_sweep(&f.q) == 0 && fx_ordered(&f, "phone-d"),
	    "PC13: taking the mark away and setting it deploys again");
	must(device_admin_password(&f.q, STR("phone-d"), &second) == 1);
	tap_ok(first.len == 20 && second.len == 20 &&
		   memcmp(first.data, second.data, 20) != 0,
	    "PC13: with a new random password");
	buf_clear(&first);
	tap_ok(fx_device(&f, "gw-d", own, DEVICE_GW, FX_PASS) == 0 &&
		   device_admin_password(&f.q, STR("gw-d"), &first) == 1 &&
		   strcmp(first.data, "NewDomainPassword") == 0,
	    "a gateway added by hand gets the domain password");
	buf_fini(&first);
	buf_fini(&second);
}

/* What a second registration would send, the first one sends. */
static void
test_secondary(void)
{
	bool yes = true, no = false;
	struct str password = STR("AnotherDomainPassword");
	struct domain_change second = {.secondary = &yes},
			     first = {.secondary = &no},
			     deploys = {.deploy = &yes};
	struct domain_change change = {.password = &password};
	int64_t guest = fx_domain(&f, "guest.example", "GuestPassword");
	struct conn c;

	must(domain_edit(&f.q, guest, &deploys) == 0 &&
	     fx_device(&f, "gate-s", guest, DEVICE_GW, FX_PASS) == 0);
	tap_ok(domain_edit(&f.q, own, &second) < 0 && f.err.kind == ERR_EXISTS,
	    "RG1: the instance's own domain is the first one");
	must(deliver_sweep(&f.q) == 0);
	tap_ok(domain_edit(&f.q, guest, &second) == 0 &&
		   domain_secondary(&f.q, guest) == 1 &&
		   domain_secondary(&f.q, other) == 0,
	    "RG1: a domain is a second registration");
	must(domain_edit(&f.q, guest, &change) == 0);
	fx_clear(&f);
	tap_ok(deliver_sweep(&f.q) == 0 && !fx_ordered(&f, "[[3,"),
	    "RG1: a new password is not deployed to its devices");
	fx_prove(&f, "gate-s", 310, &c);
	tap_is_str(fx_frame(&f, &c, 3), "",
	    "RG1: nor is one sent when a device connects");
	fx_conn_end(&c);
	fx_clear(&f);
	tap_ok(domain_edit(&f.q, guest, &first) == 0 &&
		   deliver_sweep(&f.q) == 0 && fx_ordered(&f, "gate-s"),
	    "RG1: the first one again, they get what they missed");
}

/* ---- presence ---- */

static bool
is_online(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) == 1 && d.online;
}

static int
batch(const char *boot, const char *body, struct buf *out)
{
	struct peer p = {.hub = STR("hub1"), .boot = str_of(boot), .conn = 0};

	buf_clear(out);
	return presence_apply(&f.q, &p, str_of(body), out);
}

static void
test_presence(void)
{
	struct conn c;
	const char *answer;

	fx_online(&f, "here", own, 400, &c);
	fx_conn_end(&c);
	tap_ok(is_online("here"), "a proven device is online");
	answer = fx_presence(&f, "here", 399, false, "device");
	tap_ok(is_online("here") && strcmp(answer, "{}\n") == 0,
	    "an older connection that ends changes nothing");
	answer = fx_presence(&f, "here", 400, false, "device");
	tap_ok(!is_online("here") &&
		   strstr(answer, "\"online\\\":false") != NULL &&
		   strstr(answer, "\"order\":\"event\"") != NULL,
	    "its own connection that ends sets it offline, with an event");
	answer = fx_presence(&f, "here", 400, true, "device");
	tap_ok(!is_online("here"), "a connection never comes back");
	(void)fx_presence(&f, "here", 401, true, "device");
	tap_ok(is_online("here"), "a newer one does");
	(void)fx_presence(&f, "here", 401, true, "claim");
	tap_ok(!is_online("here"),
	    "a connection that became a claim is not the device");
	(void)fx_presence(&f, "here", 402, true, "claim");
	tap_ok(!is_online("here"), "a claim never sets a device online");
	(void)fx_presence(&f, "nobody", 500, true, "device");
	tap_ok(!is_online("nobody"), "an unknown device is not made");
	must(device_unassign(&f.q, STR("here")) == 0);
	(void)fx_presence(&f, "here", 403, true, "device");
	tap_ok(!is_online("here"),
	    "without a domain it is no device, whatever the hub says");
}

static void
test_boots(void)
{
	struct conn c;
	struct buf out;

	buf_init(&out, 256 << 10);
	fx_online(&f, "boot", own, 450, &c);
	fx_conn_end(&c);
	claim_online("boot-claim", 451);
	tap_ok(batch("boot-2", "{\"first\":true,\"subscribers\":0,\"list\":[]}",
		   &out) == 0 &&
		   strcmp(out.data, "{}\n") == 0 && !is_online("boot") &&
		   !is_online("boot-claim"),
	    "a new boot sets devices and claims of the old one offline");
	(void)fx_presence(&f, "boot", 460, true, "device");
	tap_ok(!is_online("boot"), "a late batch of the old boot is ignored");
	tap_ok(batch("boot-2",
		   "{\"subscribers\":0,\"list\":[[\"boot\",1,true,5,"
		   "\"device\"]]}",
		   &out) == 0 &&
		   is_online("boot") && strcmp(out.data, "{}\n") == 0,
	    "the new boot begins to count at 1; no subscribers, no events");
	tap_ok(batch("boot-2", "{\"list\":[[\"boot\",1]]}", &out) < 0 &&
		   f.err.kind == ERR_INPUT && is_online("boot"),
	    "a broken batch is refused whole");
	tap_ok(batch("boot-2", "nonsense", &out) < 0, "so is no JSON");
	/* Back to the boot of the fixture, for those behind. */
	buf_fini(&out);
}

static void
test_claims(void)
{
	struct claim *list;
	struct device d;
	size_t n;
	struct buf out;

	buf_init(&out, 256 << 10);
	tap_ok(device_claims(&f.q, STR("boot-claim"), &list, &n) == 0 &&
		   n == 1 && list[0].conn == 451 && !list[0].online &&
		   str_eqz(list[0].remote, "192.0.2.1"),
	    "the claims of an id are listed");
	fx_clear(&f);
	clock_shift(MIN15 - 60000);
	tap_ok(deliver_sweep(&f.q) == 0 &&
		   device_get(&f.q, STR("boot-claim"), &d) == 1,
	    "a claim that went offline is shown for a while");
	clock_shift(2 * 60000);
	tap_ok(deliver_sweep(&f.q) == 0 &&
		   device_get(&f.q, STR("boot-claim"), &d) == 0,
	    "and forgotten after 15 minutes");
	tap_ok(fx_ordered(&f, "\"hwId\":\"boot-claim\"") &&
		   fx_ordered(&f, "\"before\":{\"domain\":0"),
	    "which is published");
	clock_shift(-MIN15 - 60000);
	buf_fini(&out);
}

static void
test_claim_events(void)
{
	struct peer p = {
	    .hub = STR("hub1"), .boot = STR("boot-2"), .conn = 900};
	struct buf out;

	buf_init(&out, 256 << 10);
	if (identify(&f.q, &p, STR("{\"id\":\"ev\"}"), &out) < 0)
		tap_diag("%s", f.err.text);
	tap_ok(batch("boot-2",
		   "{\"subscribers\":1,\"list\":[[\"ev\",900,true,5,"
		   "\"claim\"]]}",
		   &out) == 0 &&
		   fx_has(&out, "\"after\":{\"domain\":0") &&
		   !fx_has(&out, "\"before\""),
	    "a new claim is published as added");
	tap_ok(batch("boot-2",
		   "{\"subscribers\":1,\"list\":[[\"ev\",900,false,6,"
		   "\"claim\"]]}",
		   &out) == 0 &&
		   fx_has(&out, "\"after\":{\"domain\":0") &&
		   fx_has(&out, "\"before\""),
	    "one that goes as changed");
	buf_fini(&out);
}

static void
test_phones(void)
{
	const struct str *list;
	size_t n;

	tap_ok(device_phones(&f.q, STR("gw-d"), &list, &n) == 0 && n == 0,
	    "a gateway has no provisioned phones yet");
	tap_ok(device_phone_remove(&f.q, STR("gw-d"), STR("TEL1")) < 0 &&
		   f.err.kind == ERR_GONE,
	    "one that is not there cannot be removed");
	tap_ok(device_phones(&f.q, STR("nobody"), &list, &n) < 0 &&
		   f.err.kind == ERR_GONE,
	    "an unknown device has none to ask for");
}

int
main(void)
{
	fx_open(&f);
	other = fx_domain(&f, "other.example", "OtherPassword");
	make_fleet();
	test_lists();
	test_unassigned();
	test_add();
	test_json();
	test_changes();
	test_edit();
	test_remove();
	test_hub_gone();
	test_offers();
	test_deploy();
	test_secondary();
	test_presence();
	test_boots();
	test_claims();
	test_claim_events();
	test_phones();
	fx_close(&f);
	return tap_end();
}
