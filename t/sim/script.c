#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "tap.h"

static struct box box;

static bool
run(const char *text)
{
	return script_run(&box, str_of(text));
}

static const char *
value(enum settings_level level, const char *module, const char *name)
{
	const char *text = settings_get(&box.settings, level, module, name);

	return text == NULL ? "(none)" : text;
}

static void
levels(void)
{
	box_clear(&box);
	tap_ok(run("config change NTP0 /addr a%20b /interval 60 /flag\r\n"),
	    "a line sets values");
	tap_is_str(value(SETTINGS_EDITED, "NTP0", "addr"), "a b",
	    "which are decoded once");
	tap_is_str(value(SETTINGS_EDITED, "NTP0", "flag"), "",
	    "and empty where none is given");
	tap_is_str(value(SETTINGS_RUNNING, "NTP0", "addr"), "(none)",
	    "they do not run yet");
	tap_ok(run("config activate"), "config activate");
	tap_is_str(
	    value(SETTINGS_RUNNING, "NTP0", "addr"), "a b", "makes them run");
	box_start(&box);
	tap_is_str(value(SETTINGS_RUNNING, "NTP0", "addr"), "(none)",
	    "B9: a restart loses what was activated and not written");
	tap_ok(run("config change NTP0 /addr c\nconfig write"), "config write");
	box_start(&box);
	tap_is_str(value(SETTINGS_RUNNING, "NTP0", "addr"), "c",
	    "B9: what was written runs after a restart");
}

static void
printed(void)
{
	struct buf out;

	box_clear(&box);
	tap_ok(run("config add UP1 /url http://a/b%2520c\nconfig write\n"
		   "config change UP1 /url d"),
	    "a value is changed after it was written");
	buf_init(&out, 4096);
	settings_print(&box.settings, &out);
	tap_is_str(out.data,
	    "config change UP1 /url http%3A%2F%2Fa%2Fb%2520c\n",
	    "B9: the flash is printed, encoded");
	buf_fini(&out);
}

static void
check(void)
{
	const char *script = "mod cmd UP1 check iresetn 42\r\n"
			     "vars create A/B p 00\r\n";

	box_clear(&box);
	tap_ok(run(script) && box.next == BOX_RESTARTS,
	    "C3: a new serial runs the rest and the final command");
	tap_is_str(box.check, "42", "C3: and is stored");
	box_start(&box);
	tap_ok(!box.reset_needed, "C7: a restart clears the need of a reset");
	tap_ok(run(script) && box.next == BOX_STAYS && !box.reset_needed,
	    "C3: the same serial stops there");
	tap_ok(!run("mod cmd UP1 check ser"), "a check has a serial");
	tap_ok(!run("mod cmd UP1 check ser "
		    "123456789012345678901234567890123"),
	    "which is not too long");
}

static void
resets(void)
{
	box_clear(&box);
	tap_ok(run("iresetn") && box.next == BOX_STAYS,
	    "C7: iresetn does nothing while no reset is needed");
	tap_ok(run("vars create A/B p 00") && box.reset_needed,
	    "C7: vars create needs one");
	tap_ok(run("resetn\nconfig change A /b c") && box.next == BOX_RESTARTS,
	    "C7: then resetn restarts");
	tap_is_str(value(SETTINGS_EDITED, "A", "b"), "(none)",
	    "and nothing after it runs");
	box_start(&box);
	tap_ok(run("reset") && box.next == BOX_RESTARTS,
	    "C7: reset restarts at once");
	box_start(&box);
}

static void
wrong_ones(void)
{
	box_clear(&box);
	tap_ok(run("# a comment\n\nmod cmd UP0 prot x ser 1\nvars del A\nser"),
	    "what has no meaning here is taken");
	tap_ok(!run("config erase\nconfig change A /b c"),
	    "a line that is no command is told");
	tap_is_str(
	    value(SETTINGS_EDITED, "A", "b"), "c", "the others have run");
	tap_ok(!run("format flash") && !run("vars mend A") &&
		   !run("config change A b c") && !run("config change") &&
		   !run("mod list"),
	    "there are no others");
}

static void
limits(void)
{
	char line[SETTINGS_TEXT_MAX + 64];
	unsigned n = 0;
	bool good = true;

	box_clear(&box);
	memset(line, 'x', sizeof(line));
	memcpy(line, "config change A /b ", 19);
	line[19 + SETTINGS_TEXT_MAX + 1] = '\0';
	tap_ok(!run(line), "a value has its limit");
	for (; n <= SETTINGS_MAX && good; n++) {
		char name[8];

		snprintf(name, sizeof(name), "%u", n);
		good = settings_set(
		    &box.settings, STR("A"), str_of(name), STR(""));
	}
	tap_ok(!good && n == SETTINGS_MAX + 1, "and so has their number");
}

static void
requests(void)
{
	box_clear(&box);
	tap_ok(
	    script_path(&box, STR("/!config%20change%20SYSCLIENT%20"
				  "/sysadmin%20wss%253A%252F%252Fa%252Fb")) &&
		script_path(&box, STR("/!config%20activate")),
	    "A1: a line comes as a path, encoded once more");
	tap_is_str(box_url(&box), "wss://a/b", "A1: it registers there");
	tap_is_int(box.next, BOX_MOVES, "at once");
	box.next = BOX_STAYS;
	tap_ok(script_path(&box, STR("/!config%20activate")) &&
		   box.next == BOX_STAYS,
	    "but not again for the same URL");
	tap_ok(script_is_form(STR("/NTP0/mod_cmd.xml?cmd=x")) &&
		   !script_is_form(STR("/mod_cmd.xml")) &&
		   !script_is_form(STR("/NTP0/mod_cmd.xmlx")),
	    "B9: forms are known by their path");
	tap_ok(
	    script_form(&box, STR("/NTP0/mod_cmd.xml?cmd=form&addr=a%2Fb&n=")),
	    "B9: a form sets values");
	tap_is_str(
	    value(SETTINGS_EDITED, "NTP0", "addr"), "a/b", "B9: decoded");
	tap_is_str(
	    value(SETTINGS_EDITED, "NTP0", "n"), "", "B9: also an empty one");
	tap_is_str(value(SETTINGS_EDITED, "NTP0", "cmd"), "(none)",
	    "B9: cmd is none of them");
}

static void
syncs(void)
{
	box_clear(&box);
	tap_ok(run("mod cmd UP0 /sync prot http://a/140001/x%2520y.bin ireset "
		   "140001") &&
		   box.next == BOX_SYNCS && box.sync.part == BOX_FIRMWARE,
	    "a device is told to load firmware");
	tap_is_str(box.sync.url, "http://a/140001/x%20y.bin",
	    "from a URL, which is encoded once more");
	box_loaded(&box, STR("14r1 [14.0001/140001/300]\r\nrest"));
	tap_is_str(box.firmware, "140001", "what it has then is the build");
	tap_is_str(box_version(&box, "13r3"), "14r1 [14.0001/140001/300]",
	    "and the first line of the file is its version");
	box_loaded(&box, STR("\x7f"
			     "ELF\1"));
	tap_is_str(box_version(&box, "13r3"), "14r1 [14.0001/140001/300]",
	    "a file that does not begin with a version leaves it");
	tap_ok(run("mod cmd UP0 /sync boot http://a/b ireset 7") &&
		   box.sync.part == BOX_BOOT,
	    "boot code");
	box_loaded(&box, STR("14r1"));
	tap_is_str(box.boot, "7", "has a build of its own");
	tap_ok(run("mod cmd UP0 /sync scfg http://a/c") &&
		   box.sync.part == BOX_SAVE &&
		   run("mod cmd UP0 /sync cfg http://a/c iresetn") &&
		   box.sync.part == BOX_LOAD,
	    "it puts its configuration somewhere, and loads one");
	tap_ok(!run("mod cmd UP0 /sync prot http://a/b ireset") &&
		   !run("mod cmd UP0 /sync prot") &&
		   !run("mod cmd UP0 /sync melt http://a/b ireset 7"),
	    "without a build, without a URL, or with another part: no command");
	box_clear(&box);
	tap_is_str(
	    box.firmware, "140001", "a long reset leaves what was loaded");
	tap_ok(box.sync.url == NULL, "and what was to be done it does not");
}

static void
faults(void)
{
	static const char text[] = "# none\n7 hang /NTP0\r\n* 404 /NTP0\n"
				   "* 500 /!config\n* melt /\n8 cut /\n"
				   "9 endless /";
	char path[] = "/tmp/fleetline-faults-XXXXXX";
	int fd = mkstemp(path);

	tap_ok(fd >= 0 && write(fd, text, strlen(text)) > 0 && close(fd) == 0,
	    "a file of faults");
	tap_is_int(fault_find(path, STR("7"), STR("/NTP0/mod_cmd.xml")),
	    FAULT_HANG, "the first line that fits counts");
	tap_is_int(fault_find(path, STR("8"), STR("/NTP0/mod_cmd.xml")),
	    FAULT_404, "a line for all is one for each");
	tap_is_int(fault_find(path, STR("8"), STR("/!config%20write")),
	    FAULT_500, "a target is known by its begin");
	tap_is_int(fault_find(path, STR("8"), STR("/x")), FAULT_CUT,
	    "an unknown kind is passed over");
	tap_is_int(fault_find(path, STR("9"), STR("/x")), FAULT_ENDLESS,
	    "the last line counts without an end");
	unlink(path);
	tap_is_int(fault_find(path, STR("9"), STR("/")), FAULT_NONE,
	    "a file that is not there has none");
	tap_is_int(fault_find(NULL, STR("9"), STR("/")), FAULT_NONE,
	    "no file, no fault");
}

int
main(void)
{
	levels();
	printed();
	check();
	resets();
	wrong_ones();
	limits();
	requests();
	syncs();
	faults();
	box_fini(&box);
	return tap_end();
}
