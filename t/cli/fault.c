/*
 * The disk fails at a statement: each command is given again and again, and the
 * first, the second, the third ... statement of it fails, until it gets through.
 * Whatever failed, it says so, its status does, and nothing of it is committed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cli.h"
#include "count.h"
#include "disk.h"
#include "file.h"
#include "must.h"
#include "status.h"
#include "tap.h"

#define STEPS_MAX 4000 /* of one command */
#define WORDS_MAX 16
#define SAID_MAX  ((size_t)1 << 20)

/* A sync that takes its time is not what is tested. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static char folder[] = "/tmp/fleetline-cli-XXXXXX";

/* ---- commands ---- */

/* In several transactions: what an earlier run did stays done, and it is given
 * again until it has done all. */
enum whole { ONE, PARTS };

/* In their order; each gets through once.  Of a fresh instance the first key,
 * trunk ... has a known id. */
static const struct {
	const char *line;
	enum whole whole;
} commands[] = {
    {"init", PARTS},
    {"check", ONE},
    {"status", ONE},
    {"domain add red.example --password-file password", ONE},
    {"domain add blue.example --deploy no --admin-passwords random", ONE},
    {"domain set blue.example --name green.example --deploy yes", ONE},
    {"domain grant red.example green.example", ONE},
    {"domain list", ONE},
    {"domain list --json", ONE},
    {"domain revoke red.example green.example", ONE},
    {"category add red.example halls --config", ONE},
    {"category add red.example desks", ONE},
    {"category list red.example", ONE},
    {"device add 009033000009 --domain red.example --name hall --type GW "
     "--category halls",
	ONE},
    {"device add 00903300000a --domain red.example --offer 10", ONE},
    {"device categories 009033000009 --category desks", ONE},
    {"category remove red.example desks", ONE},
    {"device rename 009033000009 desk", ONE},
    {"device show 009033000009", ONE},
    {"device show 009033000009 --json", ONE},
    {"device claims 009033000009", ONE},
    {"device connections 009033000009", ONE},
    {"device password 009033000009", ONE},
    {"device list", ONE},
    {"device list --domain red.example --category halls --json", ONE},
    {"device list --unassigned", ONE},
    {"device assign 009033000009 green.example", ONE},
    {"import devices list.csv", ONE},
    {"import devices list.csv --update", ONE},
    {"import devices changed.csv --update --dry-run", ONE},
    {"import devices changed.csv --update", ONE},
    {"export devices", ONE},
    {"export devices --domain red.example", ONE},
    {"export devices --columns hwId,categories,owner,addresses", ONE},
    {"device set 009033000011 009033000012 --name desk --type PHONE", ONE},
    {"device move 009033000011 009033000012 --domain green.example", ONE},
    {"device remove 009033000011 009033000012 --yes", ONE},
    {"account add south --role company-admin --domain red.example "
     "--password-file password",
	ONE},
    {"account set south --role manager --permission connection_points", ONE},
    {"account add acme --role user --id 100", ONE},
    {"account list", ONE},
    {"key add south --name meter", ONE},
    {"key list south", ONE},
    {"key remove 1", ONE},
    {"device own 009033000009 acme", ONE},
    {"device disown 009033000009", ONE},
    {"trunk add --user acme --ipaddr 192.0.2.0/24 --port 5060 --id 70", ONE},
    {"trunk list", ONE},
    {"trunk list --user acme --json", ONE},
    {"trunk remove 70", ONE},
    {"account remove acme", ONE},
    {"licence set FAX --title Fax --price 3.1", ONE},
    {"licence set FAX --retired no", ONE},
    {"licence list", ONE},
    {"rental key new 5", ONE},
    {"rental correct green.example 500 --note started", ONE},
    {"rental preview green.example 009033000009 FAX 2", ONE},
    {"rental apply green.example 009033000009 FAX 2", ONE},
    {"rental set green.example --invoice-reference R7 --language de", ONE},
    {"rental show green.example", ONE},
    {"rental show green.example --json", ONE},
    {"rental licences green.example --json", ONE},
    {"rental history green.example", ONE},
    {"rental want 009033000009 yes", ONE},
    {"rental settle", PARTS},
    {"rental verify", ONE},
    {"rental verify green.example", ONE},
    {"rental apply green.example 009033000009 FAX 0", ONE},
    {"setting set billing.key --file password", ONE},
    {"setting set billing.api on", ONE},
    {"setting set billing.allow 192.0.2.0/24", ONE},
    {"setting set billing.hash_check off", ONE},
    {"setting set billing.hash_check on", ONE},
    {"setting set billing.allow ''", ONE},
    {"setting get billing.api", ONE},
    {"setting list", ONE},
    {"setting list --json", ONE},
    {"audit list", ONE},
    {"audit list --domain red.example --json", ONE},
    {"password --new-password-file changed", ONE},
    {"device unassign 009033000009", ONE},
    {"device remove 009033000009 00903300000a 009033000013 --yes", ONE},
    {"account remove south", ONE},
    {"domain remove red.example", ONE},
    {"check", ONE},
    {"backup copy.db", ONE},
    {"restore copy.db", ONE},
};

/* ---- giving one ---- */

/* What it wrote, both ways, and its status. */
struct said {
	int status;
	struct buf out, err;
};

static int
into(int fd, const char *path)
{
	int saved = dup(fd);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(saved >= 0 && to >= 0 && dup2(to, fd) == fd);
	(void)close(to);
	return saved;
}

static void
back(int fd, int saved, const char *path, struct buf *text)
{
	struct err e;

	must(dup2(saved, fd) == fd);
	(void)close(saved);
	buf_init(text, SAID_MAX);
	must(file_text(path, SAID_MAX - 1, text, &e) > 0);
}

static void
give(const char *line, struct said *s)
{
	const char *argv[WORDS_MAX + 1] = {"fleetline", "-c", "fleetline.conf"};
	char *copy = strdup(line), *save = NULL;
	int n = 3, out, err;

	must(copy != NULL);
	for (char *word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		must(n < WORDS_MAX);
		argv[n++] = strcmp(word, "''") == 0 ? "" : word;
	}
	(void)fflush(stdout);
	out = into(STDOUT_FILENO, "out");
	err = into(STDERR_FILENO, "err");
	s->status = cli_main(argv);
	(void)fflush(stdout);
	back(STDERR_FILENO, err, "err", &s->err);
	back(STDOUT_FILENO, out, "out", &s->out);
	free(copy);
}

static void
forget(struct said *s)
{
	buf_fini(&s->out);
	buf_fini(&s->err);
}

static bool
says(const struct buf *b, const char *text)
{
	return b->len > 0 && strstr(b->data, text) != NULL;
}

/* Is this what may follow when a statement failed? */
static bool
told(const struct said *s)
{
	return s->status == STATUS_FAILED && says(&s->err, "fleetline: ") &&
	       !disk_done_after();
}

/* Give it until no statement fails any more; how often one did, or -1. */
static int
siege(const char *line, enum whole whole)
{
	struct said s;
	bool good, over;

	for (int n = 1; n < STEPS_MAX; n++) {
		disk_fail(n);
		give(line, &s);
		disk_mend();
		good = disk_failed() ? told(&s) : s.status == STATUS_DONE;
		over = !disk_failed();
		/* What comes after a commit cannot undo it. */
		if (whole == ONE && disk_done_before() && disk_failed())
			good = over = true;
		if (!good)
			tap_diag("statement %d of %s: %d%s %.200s%.200s", n,
			    line, s.status,
			    disk_done_after() ? ", committed" : "",
			    s.out.len ? s.out.data : "",
			    s.err.len ? s.err.data : "");
		forget(&s);
		if (over || !good)
			return good ? n - 1 : -1;
	}
	return -1;
}

/* ---- */

static void
make(const char *name, const char *text)
{
	struct err e;

	must(file_make(name, FILE_MODE_SECRET, str_of(text), &e) == 1);
}

static void
open_folder(void)
{
	must(mkdtemp(folder) != NULL && chdir(folder) == 0);
	make("password", "a-good-password\n");
	make("list.csv", "hwId,domain,name\n009033000011,red.example,one\n"
			 "009033000012,red.example,two\n");
	make("changed.csv", "hwId,domain,name\n009033000011,red.example,"
			    "other\n009033000013,red.example,\n");
}

static void
close_folder(void)
{
	struct dirent *one;
	DIR *all = opendir(".");

	must(all != NULL);
	while ((one = readdir(all)) != NULL)
		(void)unlink(one->d_name);
	(void)closedir(all);
	must(chdir("/") == 0 && rmdir(folder) == 0);
}

int
main(void)
{
	open_folder();
	for (size_t i = 0; i < COUNT(commands); i++) {
		int times = siege(commands[i].line, commands[i].whole);

		tap_ok(times > 0, "%s: %d statements may fail",
		    commands[i].line, times);
	}
	close_folder();
	return tap_end();
}
