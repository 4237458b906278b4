/*
 * A mail from anywhere (lines: sender, recipient, subject; then the text): what
 * is composed has exactly the headers it should have, in lines of ASCII that
 * end with CRLF and are not too long.
 */
#include "mail.h"

#include "count.h"
#include "fuzz.h"
#include "must.h"

static const char *const names[] = {
    "Date: ", "From: ", "To: ", "Subject:", "Message-ID: ", "MIME-Version: ",
    "Content-Type: ", "Content-Transfer-Encoding: ", "Auto-Submitted: "};

static void
check(struct str all)
{
	struct str line;
	size_t header = 0;
	bool head = true;

	while (str_next(&all, '\n', &line)) {
		if (all.p == NULL) { /* behind the last line feed */
			must(line.len == 0);
			break;
		}
		must(line.len > 0 && line.p[line.len - 1] == '\r');
		line.len--;
		must(line.len <= 78 || head);
		for (size_t i = 0; i < line.len; i++)
			must((line.p[i] >= ' ' && line.p[i] <= '~') ||
			     (!head && line.p[i] == '\t'));
		if (head && line.len == 0)
			head = false;
		else if (head && line.p[0] != ' ') {
			must(header < COUNT(names));
			must(str_starts(line, str_of(names[header])));
			header++;
		}
	}
	must(!head && header == COUNT(names));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n(data, size), to = {0};
	struct mail m = {.to = &to, .nto = 1, .id = STR("1@example.com")};
	struct err e = {0};
	struct buf out;

	if (!str_next(&rest, '\n', &m.from) || !str_next(&rest, '\n', &to) ||
	    !str_next(&rest, '\n', &m.subject))
		return 0;
	m.text = rest;
	buf_init(&out, 4 * MAIL_TEXT_MAX);
	if (mail_compose(&m, &out, &e) == 0)
		check(buf_view(&out));
	else
		must(e.kind == ERR_INPUT);
	buf_fini(&out);
	return 0;
}
