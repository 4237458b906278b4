/*
 * Files of devices: what spreadsheets make of them, near-MACs, complaints that
 * name the column, files that edit and move, and the way there and back.
 */
#include "fleet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "count.h"
#include "csv.h"
#include "fixture.h"
#include "must.h"

static struct fixture f;
static char said[65536]; /* complaints, or steps */
static int64_t company, other;

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void
say(const char *fmt, ...)
{
	size_t used = strlen(said);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(said + used, sizeof(said) - used, fmt, ap);
	va_end(ap);
}

static void
complain(void *arg, const struct fleet_mistake *m)
{
	(void)arg;
	say("%lld %s \"%.*s\" %s\n", (long long)m->line,
	    m->column != NULL ? m->column : "-", (int)m->value.len, m->value.p,
	    m->error);
	tap_ok(((m->column != NULL && f.err.kind != ERR_EXISTS) ||
		   m->line == 1) == (m->expected != NULL),
	    "a complaint about a column, or the header, says what was "
	    "expected");
}

static void
tell(void *arg, const struct fleet_step *s)
{
	(void)arg;
	say("%lld %.*s %s \"%.*s\" \"%.*s\"\n", (long long)s->line,
	    (int)s->hw_id.len, s->hw_id.p,
	    s->column != NULL ? s->column : "new", (int)s->before.len,
	    s->before.p, (int)s->after.len, s->after.p);
}

static struct fleet_import last;

static int
import_as(struct str text, struct fleet_import in)
{
	int rc;

	fx_clear(&f);
	said[0] = '\0';
	in.text = text;
	in.complain = complain;
	last = in;
	rc = fleet_import(&f.q, &last);
	if (rc < 0)
		tap_diag("%s\n%s", f.err.text, said);
	return rc;
}

static int
import(struct str text)
{
	return import_as(text, (struct fleet_import){0});
}

static const char *
exported(void)
{
	static char text[16384];
	struct buf out;
	struct fleet_export x;

	buf_init(&out, sizeof(text) - 1);
	x = (struct fleet_export){.out = buf_sink(&out)};
	must(fleet_export(&f.q, &x) == 0);
	str_copy(text, sizeof(text), buf_view(&out));
	buf_fini(&out);
	return text;
}

static void
remove_all(void)
{
	static const char *const ids[] = {
	    "009033010299", "009033010208", "n-1", "n-2", "9033010299", "free"};

	for (size_t i = 0; i < COUNT(ids); i++) {
		struct device d;

		if (device_get(&f.q, str_of(ids[i]), &d) > 0)
			must(device_remove(&f.q, str_of(ids[i])) == 0);
	}
}

/* Files of programs that were refused, or gave other devices. */
static void
test_dialects(void)
{
	static const struct {
		struct str text;
		const char *name;
	} cases[] = {
	    {STR("hwId,domain\n0090.3301.0299,a.example\n"), "dots"},
	    {STR("sep=,\nhwId,domain\n0:90:33:1:2:99,a.example\n"), "sep=,"},
	    {STR("sep=;\r\nhwId;domain\r\nSEP009033010299;a.example\r\n"),
		"sep=;"},
	    {STR("hwId\tdomain\n00.90.33.01.02.99\ta.example\n"), "tabs"},
	    {STR("hwId,domain,,,\n009033010299,a.example,,,\n"),
		"empty columns behind"},
	    {STR("hwId,domain\n009033010299,a.example,,,\n,\n,,,\n\n"),
		"empty fields and rows behind"},
	    {STR("domain;hwId;;\r\na.example;009033010299;;\r\n;;;\r\n"),
		"the same with semicolons"},
	    {STR("\xFF\xFEh\0w\0I\0d\0\t\0d\0o\0m\0a\0i\0n\0\n\0"
		 "0\0000\0009\0000\0003\0003\0000\0001\0000\0002\0009\0009\0"
		 "\t\0a\0.\0e\0x\0a\0m\0p\0l\0e\0\n\0"),
		"UTF-16 of Excel"},
	    {STR("hwId,domain\r009033010299,a.example\r"), "CR alone"},
	};
	struct device d;

	for (size_t i = 0; i < COUNT(cases); i++) {
		tap_ok(import(cases[i].text) == 0 && last.added == 1 &&
			   device_get(&f.q, STR("009033010299"), &d) == 1 &&
			   d.domain_id == company,
		    "%s: the device is imported", cases[i].name);
		remove_all();
	}
	tap_ok(import(STR("hwId,domain\n009033010299,a.example,x\n")) < 0 &&
		   strstr(said, "more fields than columns") != NULL,
	    "a field without a column is a mistake still");
	tap_ok(import(STR("hwId,,domain\n009033010299,,a.example\n")) < 0 &&
		   strcmp(said, "1 - \"\" unknown column\n") == 0,
	    "so is a column without a name between others");
}

/* An administrator of many phones pastes lists together. */
static void
test_twice(void)
{
	struct device d;

	tap_ok(import(STR("hwId,domain\n0090330102aa,a.example\nn-1,a.example\n"
			  "00:90:33:01:02:AA,a.example\nn-1,\n")) < 0,
	    "a device in two lines refuses the file");
	tap_is_str(said,
	    "4 hwId \"00:90:33:01:02:AA\" stands in an earlier line, too\n"
	    "5 hwId \"n-1\" stands in an earlier line, too\n",
	    "each second line is named");
	tap_ok(import_as(STR("hwId,domain,name\nn-2,a.example,one\n"
			     "n-2,a.example,two\n"),
		   (struct fleet_import){.update = true}) < 0 &&
		   device_get(&f.q, STR("n-2"), &d) == 0,
	    "of two names none is taken, in an update either");
	tap_ok(
	    import(STR("hwId,domain\nn-1,none.example\nn-1,a.example\n")) < 0 &&
		strstr(said, "3 ") == NULL,
	    "a line that was wrong does not count");
}

static void
test_no_text(void)
{
	tap_ok(
	    import(STR("PK\003\004\024\000\006\000[Content_Types].xml")) < 0 &&
		strstr(said, "spreadsheet: save it as CSV") != NULL,
	    "a spreadsheet is told from a list");
	tap_ok(import(STR("")) < 0 &&
		   strcmp(said, "1 - \"\" no header line\n") == 0,
	    "an empty file has no header, in line 1");
	tap_ok(import(STR("hwId,domain,colour\n")) < 0 &&
		   strcmp(said, "1 - \"colour\" unknown column\n") == 0,
	    "an unknown column");
}

static void
test_near(void)
{
	static const char *const near[] = {
	    "9033010299", "9.03E10", "9.03301E+10", "0090330102990"};
	struct device_new in = {.domain = company, .type = DEVICE_UNKNOWN};
	char text[200];
	struct device d;

	for (size_t i = 0; i < COUNT(near); i++) {
		in.hw_id = str_of(near[i]);
		tap_ok(device_add(&f.q, &in) < 0 && f.err.kind == ERR_INPUT &&
			   strcmp(f.err.say, "nearly a MAC address") == 0,
		    "%s is not added", near[i]);
		(void)snprintf(text, sizeof(text),
		    "hwId,domain\nn-1,a.example\n%s,a.example\n", near[i]);
		tap_ok(import(str_of(text)) < 0 &&
			   strstr(said, "3 hwId") != NULL &&
			   strstr(said, "nearly a MAC address") != NULL &&
			   device_get(&f.q, STR("n-1"), &d) == 0,
		    "nor imported, and nothing with it");
	}
	in.hw_id = STR("9033010299");
	in.any_id = true;
	tap_ok(
	    device_add(&f.q, &in) == 0 && device_get(&f.q, in.hw_id, &d) == 1,
	    "who insists may have it");
	remove_all();
	tap_ok(import_as(STR("hwId,domain\n9033010299,a.example\n"),
		   (struct fleet_import){.any_id = true}) == 0 &&
		   last.added == 1,
	    "in a file, too");
	tap_ok(import_as(STR("hwId,domain,name\n9033010299,a.example,x\n"),
		   (struct fleet_import){.update = true}) == 0 &&
		   last.changed == 1,
	    "what is there already is edited without insisting");
	remove_all();
}

static void
test_columns(void)
{
	tap_ok(import(STR("hwId,domain,type,name,categories,product,owner,"
			  "sysclient_password\n"
			  "n/1,a.example,,,,,,\n"
			  "n-1,none.example,,,,,,\n"
			  "n-1,a.example,TOASTER,,,,,\n"
			  "n-1,a.example,,n\xff,,,,\n"
			  "n-1,a.example,,,none,,,\n"
			  "n-1,a.example,,,,p\xff,,\n"
			  "n-1,a.example,,,,,nobody,\n"
			  "n-1,a.example,,,,,,short\n"
			  "n-1\n")) < 0,
	    "a file with a mistake in each column is refused");
	tap_is_str(said,
	    "2 hwId \"n/1\" invalid hardware id\n"
	    "3 domain \"none.example\" no such domain\n"
	    "4 type \"TOASTER\" unknown type\n"
	    "5 name \"n\xff\" invalid character in name\n"
	    "6 categories \"none\" no such category\n"
	    "7 product \"p\xff\" invalid character in name\n"
	    "8 owner \"nobody\" no such account\n"
	    "9 sysclient_password \"short\" invalid length of password\n"
	    "10 - \"\" no field for the domain\n",
	    "each complaint names line, column and value");
}

/* Names that a spreadsheet would run, and what separates categories. */
static void
test_round_trip(void)
{
	static const char text[] =
	    "hwId,name,domain,categories,type,product\n"
	    "009033010208,'=1+1,a.example,'+x,GW,'-p\n"
	    "009033010299,'@home,a.example,'@|back\\slash|plain,PHONE,\n"
	    "free,''=2,,,,\n"
	    "n-1,\"a,b;\"\"c\"\"\",b.example,,,\n"
	    "n-2,'-x,a.example,=|plain,,\n";
	struct device d;
	const struct str *names;
	size_t n;

	must(fx_category(&f, company, "+x") > 0 &&
	     fx_category(&f, company, "=") > 0 &&
	     fx_category(&f, company, "@") > 0 &&
	     fx_category(&f, company, "plain") > 0 &&
	     fx_category(&f, company, "back\\slash") > 0);
	tap_ok(import(str_of(text)) == 0 && last.added == 5,
	    "a file that export could have written is taken");
	tap_ok(device_get(&f.q, STR("009033010208"), &d) == 1 &&
		   str_eqz(d.name, "=1+1") && str_eqz(d.product, "-p"),
	    "apostrophes before a formula are no part of it");
	tap_ok(device_get(&f.q, STR("free"), &d) == 1 && d.domain_id == 0 &&
		   str_eqz(d.name, "'=2"),
	    "a device without a domain is in none");
	tap_ok(device_get(&f.q, STR("009033010299"), &d) == 1 &&
		   device_categories(&f.q, &d, &names, &n) == 0 && n == 3 &&
		   str_eqz(names[0], "@") && str_eqz(names[1], "back\\slash"),
	    "several categories, the first like a formula");
	must(device_get(&f.q, STR("n-2"), &d) == 1);
	tap_ok(device_categories(&f.q, &d, &names, &n) == 0 && n == 2 &&
		   str_eqz(names[0], "="),
	    "and a formula in front");
	{
		char first[16384];

		str_copy(first, sizeof(first), str_of(exported()));
		remove_all();
		tap_ok(import(str_of(first)) == 0 && last.added == 5,
		    "what is exported is imported");
		tap_is_str(exported(), first, "and gives the same fleet again");
		tap_ok(strstr(first, "\n009033010208,'=1+1,") != NULL &&
			   strstr(first, ",'=|plain,") != NULL,
		    "a spreadsheet runs nothing of it");
		tap_ok(import_as(str_of(first),
			   (struct fleet_import){.update = true}) == 0 &&
			   last.added == 0 && last.same == 5,
		    "which an update by the same file leaves as it is");
		tap_ok(
		    import(STR("hwId,domain\nfree,\n")) < 0 &&
			strstr(said, "2 hwId \"free\" device is there") != NULL,
		    "a device that is in no domain is there");
	}
}

static void
test_update(void)
{
	static const char text[] = "hwId,name,domain,categories,type\n"
				   "009033010208,new name,a.example,plain,GW\n"
				   "009033010299,'@home,b.example,,\n"
				   "n-1,\"a,b;\"\"c\"\"\",b.example,,\n"
				   "n-3,third,b.example,,VA\n";
	struct fleet_import in = {.update = true, .dry = true, .tell = tell};
	struct device d;

	tap_ok(import_as(str_of(text), in) == 0 && last.added == 1 &&
		   last.changed == 2 && last.same == 1,
	    "a dry run counts what a file would add, change and leave");
	tap_is_str(said,
	    "2 009033010208 name \"=1+1\" \"new name\"\n"
	    "2 009033010208 categories \"+x\" \"plain\"\n"
	    "3 009033010299 domain \"a.example\" \"b.example\"\n"
	    "3 009033010299 categories \"@,back\\slash,plain\" \"\"\n"
	    "5 n-3 new \"\" \"\"\n",
	    "and shows what differs");
	tap_ok(device_get(&f.q, STR("009033010208"), &d) == 1 &&
		   str_eqz(d.name, "=1+1") &&
		   device_get(&f.q, STR("n-3"), &d) == 0,
	    "but changes nothing");
	in.dry = false;
	tap_ok(import_as(str_of(text), in) == 0 &&
		   device_get(&f.q, STR("009033010208"), &d) == 1 &&
		   str_eqz(d.name, "new name") &&
		   device_get(&f.q, STR("009033010299"), &d) == 1 &&
		   d.domain_id == other && d.type == DEVICE_PHONE &&
		   device_get(&f.q, STR("n-3"), &d) == 1 && d.type == DEVICE_VA,
	    "then it does");
	tap_ok(import_as(str_of(text), in) == 0 && last.added == 0 &&
		   last.changed == 0 && last.same == 4 && said[0] == '\0',
	    "the same file again changes nothing");
	tap_ok(
	    import_as(STR("hwId,domain\n009033010208,a.example\n"), in) == 0 &&
		last.same == 1 &&
		device_get(&f.q, STR("009033010208"), &d) == 1 &&
		str_eqz(d.name, "new name"),
	    "a column that is not there leaves a device alone");
	tap_ok(import_as(STR("hwId,domain,name\n009033010208,a.example,x\n"
			     "n-1,none.example,y\n"),
		   in) < 0 &&
		   device_get(&f.q, STR("009033010208"), &d) == 1 &&
		   str_eqz(d.name, "new name"),
	    "one mistake, and nothing is changed");
	tap_ok(import_as(STR("hwId,domain\n009033010208,\n"), in) < 0 &&
		   strstr(said, "2 domain \"a.example\" no domain:") != NULL,
	    "an empty field takes no device out of its domain");
}

static void
test_owner(void)
{
	struct fleet_import in = {.update = true, .tell = tell};
	static const struct str columns[] = {STR("HWID"), STR(" owner"),
	    STR("addresses"), STR("online"), STR("since"), STR("version"),
	    STR("id")};
	static const struct str secret = STR("sysclient_password");
	enum role role = ROLE_USER;
	struct str name = STR("payer");
	struct account_change a = {.name = &name, .role = &role};
	int64_t id = -1;
	struct buf out;
	struct fleet_export x = {
	    .domains = &company, .ndomains = 1, .columns = columns};
	struct device d;

	must(account_add(&f.q, &id, &a) == 0);
	in.dry = true;
	tap_ok(import_as(STR("hwId,domain,owner\n009033010208,a.example,payer\n"
			     "n-2,a.example,\n"),
		   in) == 0,
	    "a file that would give a device to a user");
	tap_is_str(said, "2 009033010208 owner \"\" \"payer\"\n", "says so");
	in.dry = false;
	tap_ok(import_as(STR("hwId,domain,owner\n009033010208,a.example,payer\n"
			     "n-2,a.example,\n"),
		   in) == 0 &&
		   device_get(&f.q, STR("009033010208"), &d) == 1 &&
		   d.owner == id,
	    "a file gives devices to users");
	tap_is_str(said, "", "and says nothing when it does");
	tap_ok(import_as(STR("hwId,domain,owner\nn-2,a.example,admin\n"), in) <
		       0 &&
		   strstr(said, "2 owner \"admin\" only accounts") != NULL,
	    "only to users");
	buf_init(&out, 16384);
	x.ncolumns = COUNT(columns);
	x.out = buf_sink(&out);
	tap_ok(fleet_export(&f.q, &x) == 0, "other columns are exported");
	tap_ok(str_starts(buf_view(&out),
		   STR("hwId,owner,addresses,online,since,version,id\n"
		       "009033010208,payer,,no,,,")) &&
		   !fx_has(&out, "n-1"),
	    "of one domain, in their order");
	must(device_remove(&f.q, STR("n-2")) == 0);
	x.columns = &secret;
	x.ncolumns = 1;
	tap_ok(fleet_export(&f.q, &x) < 0 && f.err.kind == ERR_INPUT,
	    "passwords are none");
	buf_fini(&out);
}

int
main(void)
{
	fx_open(&f);
	company = fx_domain(&f, "a.example", "secret");
	other = fx_domain(&f, "b.example", "secret");
	test_dialects();
	test_twice();
	test_no_text();
	test_near();
	test_columns();
	test_round_trip();
	test_update();
	test_owner();
	fx_close(&f);
	return tap_end();
}
