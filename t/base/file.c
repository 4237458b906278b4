/* Whole files, and secrets in them. */
#include "file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "count.h"
#include "tap.h"

#define TEXT_MAX 16

static char folder[] = "/tmp/fl-file-XXXXXX";

static const char *
in_folder(const char *name)
{
	static char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* A new file of that mode. */
static const char *
put(struct str text, mode_t mode)
{
	const char *path = in_folder("put");
	FILE *out;

	(void)unlink(path);
	out = fopen(path, "w");
	if (out != NULL) {
		(void)fwrite(text.p, 1, text.len, out);
		(void)fclose(out);
	}
	(void)chmod(path, mode);
	return path;
}

static void
test_text(void)
{
	static const struct {
		struct str text;
		const char *want, *name;
	} cases[] = {
	    {STR(""), "", "an empty file is an empty text"},
	    {STR("one\ntwo\n"), "one\ntwo\n", "all lines are read"},
	    {STR("0123456789abcdef"), "0123456789abcdef",
		"as many bytes as may come are read"},
	    {STR("\xef\xbb\xbfone"), "one", "a byte order mark is left out"},
	    {STR("\xef\xbb"), "\xef\xbb", "a part of one is none"},
	    {STR("x\xef\xbb\xbf"), "x\xef\xbb\xbf", "nor is one behind text"},
	};
	struct err e = {0};
	struct buf b;

	for (size_t i = 0; i < COUNT(cases); i++) {
		buf_init(&b, TEXT_MAX + 1);
		tap_ok(file_text(put(cases[i].text, 0600), TEXT_MAX, &b, &e) ==
			       1 &&
			   str_eqz(buf_view(&b), cases[i].want),
		    "%s", cases[i].name);
		buf_fini(&b);
	}
	buf_init(&b, 64);
	buf_puts(&b, "had");
	tap_ok(file_text(put(STR("\xef\xbb\xbfmore"), 0600), 16, &b, &e) == 1 &&
		   str_eqz(buf_view(&b), "hadmore"),
	    "what the buffer had stays");
	tap_ok(file_text(put(STR("0123456789abcdefg"), 0600), 16, &b, &e) < 0 &&
		   e.kind == ERR_LIMIT,
	    "a byte too many is an error, no part");
	tap_ok(file_text(in_folder("none"), 16, &b, &e) == 0 &&
		   strstr(e.text, "cannot open") != NULL,
	    "a file that is not there is told apart");
	tap_ok(file_text(folder, 16, &b, &e) < 0, "a folder is no text");
	buf_fini(&b);
}

/* The secret that path gives, NULL for an error. */
static const char *
secret(const char *path, enum file_reader who)
{
	static char out[9];
	struct err e = {0};
	struct buf b;
	int rc;

	buf_init(&b, 8);
	rc = file_secret(path, who, 8, &b, &e);
	str_copy(out, sizeof(out), buf_view(&b));
	buf_wipe(&b);
	return rc < 0 ? NULL : out;
}

static void
test_secret(void)
{
	static const struct {
		struct str text;
		const char *want, *name;
	} cases[] = {
	    {STR("secret"), "secret", "a line without an end"},
	    {STR("secret\nmore"), "secret", "the first line only"},
	    {STR("secret\r\n"), "secret", "an end of two characters"},
	    {STR("\xef\xbb\xbfsecret\n"), "secret", "a byte order mark"},
	    {STR(" sec ret \n"), NULL, "nine bytes are too many"},
	    {STR(" secret \n"), " secret ", "blanks belong to it"},
	    {STR(""), NULL, "an empty file has none"},
	    {STR("\nsecret\n"), NULL, "an empty line is none"},
	};
	char long_text[FILE_SECRET_MAX + 1];

	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *got = secret(put(cases[i].text, 0600), FILE_OWNER);

		tap_ok(cases[i].want == NULL
			   ? got == NULL
			   : got != NULL && strcmp(got, cases[i].want) == 0,
		    "a secret: %s", cases[i].name);
	}
	memset(long_text, '\n', sizeof(long_text));
	long_text[0] = 'x';
	tap_ok(secret(put(str_n(long_text, FILE_SECRET_MAX), 0600),
		   FILE_OWNER) != NULL &&
		   secret(put(str_n(long_text, sizeof(long_text)), 0600),
		       FILE_OWNER) == NULL,
	    "a file of that size is not taken for one with a secret");
}

static void
test_readers(void)
{
	static const struct {
		mode_t mode;
		bool owner, group, anybody;
	} cases[] = {
	    {0600, true, true, true},
	    {0400, true, true, true},
	    {0640, false, true, true},
	    {0660, false, true, true},
	    {0644, false, false, true},
	    {0602, false, false, true},
	};
	const char *path;

	for (size_t i = 0; i < COUNT(cases); i++) {
		path = put(STR("secret\n"), cases[i].mode);
		tap_ok(
		    (secret(path, FILE_OWNER) != NULL) == cases[i].owner &&
			(secret(path, FILE_GROUP) != NULL) == cases[i].group &&
			(secret(path, FILE_ANYBODY) != NULL) ==
			    cases[i].anybody,
		    "mode %03o lets the right ones read",
		    (unsigned)cases[i].mode);
	}
	path = put(STR("secret\n"), 0600);
	if (symlink("put", in_folder("link")) < 0)
		tap_diag("no link");
	path = in_folder("link");
	tap_ok(secret(path, FILE_OWNER) == NULL &&
		   secret(path, FILE_GROUP) != NULL,
	    "a key is not read through a link");
	tap_ok(secret(folder, FILE_GROUP) == NULL, "a folder has no secret");
}

static void
test_pipe(void)
{
	int ends[2], saved = dup(STDIN_FILENO);

	if (pipe(ends) < 0 || write(ends[1], "secret\n", 7) != 7)
		return;
	(void)close(ends[1]);
	(void)dup2(ends[0], STDIN_FILENO);
	(void)close(ends[0]);
	tap_is_str(
	    secret("-", FILE_ANYBODY), "secret", "\"-\" is standard input");
	tap_ok(secret("-", FILE_GROUP) == NULL,
	    "a pipe is no file that the service keeps");
	(void)dup2(saved, STDIN_FILENO);
	(void)close(saved);
}

/* Does path hold text, with that mode? */
static bool
holds(const char *path, mode_t mode, const char *text)
{
	struct err e = {0};
	struct stat st = {0};
	struct buf b;
	bool same;

	buf_init(&b, 64);
	same = stat(path, &st) == 0 && (st.st_mode & 0777) == mode &&
	       file_text(path, 63, &b, &e) == 1 && str_eqz(buf_view(&b), text);
	buf_fini(&b);
	return same;
}

static void
test_writing(void)
{
	struct err e = {0};
	const char *path = in_folder("new");

	tap_ok(file_make(path, FILE_MODE_SECRET, STR("one\n"), &e) == 1 &&
		   holds(path, 0600, "one\n"),
	    "a file is made, with its mode");
	tap_ok(file_make(path, FILE_MODE_SECRET, STR("two\n"), &e) == 0 &&
		   strstr(e.text, "cannot create") != NULL &&
		   holds(path, 0600, "one\n"),
	    "one that is there is left alone");
	tap_ok(file_replace(path, FILE_MODE_SECRET, STR("three\n"), &e) == 0 &&
		   holds(path, 0600, "three\n"),
	    "replacing it puts another text in its place");
	tap_ok(access(in_folder("new.new"), F_OK) < 0, "and leaves no other");
	path = in_folder("none/new");
	tap_ok(file_make(path, FILE_MODE_SECRET, STR("x"), &e) < 0 &&
		   file_replace(path, FILE_MODE_SECRET, STR("x"), &e) < 0,
	    "without its folder there is no file");
	tap_ok(file_make("/dev/full", 0600, STR("x"), &e) == 0,
	    "a device is no new file");
}

int
main(void)
{
	static const char *const left[] = {"put", "link", "new"};

	if (mkdtemp(folder) == NULL)
		return 1;
	(void)umask(022);
	test_text();
	test_secret();
	test_readers();
	test_pipe();
	test_writing();
	for (size_t i = 0; i < COUNT(left); i++)
		(void)unlink(in_folder(left[i]));
	(void)rmdir(folder);
	return tap_end();
}
