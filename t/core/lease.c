/* Leases: who may work, and until when. */
#include "lease.h"

#include <string.h>

#include "clock.h"
#include "fixture.h"

#define LAST INT64_C(60000)

int
main(void)
{
	struct lease a = {.name = "jobs", .last_ms = LAST}, b = a, other = a;
	struct fixture f;

	other.name = "backup";
	fx_open(&f);
	tap_is_int(lease_take(&f.q, &a), 1, "a lease can be taken");
	tap_is_int(lease_take(&f.q, &b), 0, "but only once");
	tap_is_int(lease_take(&f.q, &other), 1, "one of another name is free");
	tap_is_int(lease_renew(&f.q, &a), 1, "its holder renews it");
	tap_is_int(lease_renew(&f.q, &b), 0, "nobody else does");
	tap_is_int(lease_release(&f.q, &b), 0, "who has none gives none back");
	tap_is_int(lease_take(&f.q, &b), 0, "so it is still taken");
	tap_is_int(lease_release(&f.q, &a), 0, "its holder gives it back");
	tap_is_int(lease_take(&f.q, &b), 1, "then the next one takes it");
	tap_ok(strcmp(a.holder, b.holder) != 0, "as another holder");

	clock_shift(LAST - 1000);
	tap_is_int(lease_take(&f.q, &a), 0, "it lasts as long as it should");
	tap_is_int(lease_renew(&f.q, &b), 1, "renewed just before its end");
	clock_shift(2000);
	tap_is_int(lease_take(&f.q, &a), 0, "it lasts on");
	clock_shift(LAST);
	tap_is_int(lease_take(&f.q, &a), 1, "who dies loses it after its time");
	tap_is_int(lease_renew(&f.q, &b), 0, "and cannot renew it then");
	tap_is_int(lease_renew(&f.q, &a), 1, "the new holder can");

	clock_shift(-24 * 3600 * INT64_C(1000));
	tap_is_int(lease_take(&f.q, &b), 1,
	    "a clock that was set back does not block for a day");
	clock_shift(-LAST / 2);
	tap_is_int(lease_take(&f.q, &a), 0,
	    "but a lease of a clock that goes a little before counts");
	fx_close(&f);
	return tap_end();
}
