/* Files in the forms of vendors: the openssl program reads them. */
#include "file_cipher.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "count.h"
#include "crypto.h"
#include "file.h"
#include "must.h"
#include "tap.h"

#define KEY "0123 key"

static char folder[] = "/tmp/fleetline-cipher-XXXXXX";
static char file_in[64], file_out[64];

/* What openssl makes of it, into out; false: it does not want it. */
static bool
openssl_reads(const char *hash, struct str bytes, struct buf *out)
{
	int fd = open(file_in, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int status;
	pid_t pid;
	struct err e;

	must(fd >= 0 && write(fd, bytes.p, bytes.len) == (ssize_t)bytes.len);
	must(close(fd) == 0);
	pid = fork();
	must(pid >= 0);
	if (pid == 0) {
		(void)close(STDERR_FILENO);
		(void)execlp("openssl", "openssl", "enc", "-d", "-aes-256-cbc",
		    "-md", hash, "-k", KEY, "-in", file_in, "-out", file_out,
		    (char *)NULL);
		_exit(127);
	}
	must(waitpid(pid, &status, 0) == pid);
	return status == 0 && file_text(file_out, 32768, out, &e) > 0;
}

static void
reads_back(const char *form, const char *hash)
{
	static char text[1000];
	static const size_t sizes[] = {1, 15, 16, 17, sizeof(text)};
	struct buf sealed, out;
	struct err e;

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct str plain = str_n(text, sizes[i]);

		buf_init(&sealed, 65536);
		buf_init(&out, 65536);
		must(file_cipher(str_of(form), STR(KEY), plain, &sealed, &e) ==
		     0);
		tap_ok(openssl_reads(hash, buf_view(&sealed), &out) &&
			   str_eq(buf_view(&out), plain),
		    "openssl reads %s, %zu bytes", form, sizes[i]);
		buf_fini(&sealed);
		buf_fini(&out);
	}
}

static void
stays_the_same(void)
{
	static const struct {
		const char *key, *text;
	} files[] = {{"k", "x"}, {"k", "x"}, {"k", "y"}, {"l", "x"}};
	struct buf out[COUNT(files)];
	struct err e;

	for (size_t i = 0; i < COUNT(files); i++) {
		buf_init(&out[i], 4096);
		must(file_cipher(STR("openssl-md5"), str_of(files[i].key),
			 str_of(files[i].text), &out[i], &e) == 0);
	}
	tap_is_mem(out[0].data, out[0].len, out[1].data, out[1].len,
	    "one file is always the same bytes");
	tap_ok(memcmp(out[0].data + 8, out[2].data + 8, 8) != 0,
	    "another file has another salt");
	tap_ok(memcmp(out[0].data + 8, out[3].data + 8, 8) != 0,
	    "and so has another key");
	for (size_t i = 0; i < COUNT(files); i++)
		buf_fini(&out[i]);
}

/* NIST SP 800-38A F.2.5, the first block; the padding follows. */
static void
vector(void)
{
	static const char want[] = "f58c4c04d6e5f1ba779eabfb5f7bfbd6";
	unsigned char k[32], iv[CRYPTO_BLOCK], plain[CRYPTO_BLOCK];
	char got[4 * CRYPTO_BLOCK + 1];
	struct buf out;

	must(crypto_unhex(STR("603deb1015ca71be2b73aef0857d7781"
			      "1f352c073b6108d72d9810a30914dff4"),
		 k, sizeof(k)) == 0);
	must(crypto_unhex(
		 STR("000102030405060708090a0b0c0d0e0f"), iv, sizeof(iv)) == 0);
	must(crypto_unhex(STR("6bc1bee22e409f96e93d7e117393172a"), plain,
		 sizeof(plain)) == 0);
	buf_init(&out, 4096);
	crypto_aes_cbc(k, iv, str_n(plain, sizeof(plain)), &out);
	tap_is_int((long long)out.len, (long long)2 * CRYPTO_BLOCK,
	    "a whole block is padded with another one");
	crypto_hex(out.data, out.len, got);
	got[2 * CRYPTO_BLOCK] = '\0';
	tap_is_str(got, want, "the published vector of AES-256-CBC");
	buf_fini(&out);
}

static void
refuses(void)
{
	struct buf out;
	struct err e;

	buf_init(&out, 30);
	tap_ok(file_cipher_known(STR("openssl-md5")) &&
		   !file_cipher_known(STR("yealink-aes")),
	    "a form is known or not");
	tap_ok(file_cipher(STR("rot13"), STR("k"), STR("x"), &out, &e) < 0 &&
		   e.kind == ERR_INPUT,
	    "one that is not is refused");
	tap_ok(
	    file_cipher(STR("openssl-md5"), STR(""), STR("x"), &out, &e) < 0 &&
		e.kind == ERR_INPUT,
	    "so is no key");
	tap_ok(file_cipher(STR("openssl-md5"), STR("k"),
		   STR("0123456789abcdef"), &out, &e) < 0 &&
		   e.kind == ERR_LIMIT,
	    "a buffer has an end");
	buf_fini(&out);
}

int
main(void)
{
	must(mkdtemp(folder) != NULL);
	(void)snprintf(file_in, sizeof(file_in), "%s/in", folder);
	(void)snprintf(file_out, sizeof(file_out), "%s/out", folder);
	vector();
	reads_back("openssl-md5", "md5");
	reads_back("openssl-sha256", "sha256");
	stays_the_same();
	refuses();
	(void)unlink(file_in);
	(void)unlink(file_out);
	(void)rmdir(folder);
	return tap_end();
}
