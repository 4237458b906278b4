#include "phone_update.h"

#include <string.h>

#include "ask.h"
#include "buf.h"
#include "db.h"
#include "load.h"
#include "phone_setting.h"
#include "row_job.h"

#define URL_ROOM PHONE_SETTING_TEXT

static const struct str word_model = STR("{model}"),
			word_version = STR("{version}");

/* The version is behind the colon of the word that is next. */
static struct str
version_of(struct str plan, int64_t step)
{
	struct str word = STR(""), part;

	for (int64_t i = 0; i <= step; i++)
		if (!str_next(&plan, ' ', &word))
			return STR("");
	(void)str_next(&word, ':', &part);
	return word;
}

int
phone_update_find(
    struct ask *q, int64_t device, struct str model, struct phone_update *out)
{
	struct phone_job j;
	int rc = load_one(ask_loader(q), STMT_PHONE_JOB, ARGS(A_INT(device)),
	    load_phone_job, &j);

	*out = (struct phone_update){.url = STR(""), .version = STR("")};
	if (rc <= 0)
		return rc;
	out->version = version_of(j.plan, j.step);
	out->url =
	    str_of(phone_update_url(q->arena, j.url, model, out->version));
	return out->url.len > 0
		   ? 1
		   : err_set(q->err, ERR_LIMIT, "no room for a URL");
}

static void
add_word(struct buf *out, struct str word, struct str model, struct str version)
{
	struct str text = word;

	if (word.p == word_model.p)
		text = model;
	if (word.p == word_version.p)
		text = version;
	buf_add(out, text.p, text.len);
}

/* One that has all words, or an empty one for what is too long. */
const char *
phone_update_url(
    struct arena *a, struct str pattern, struct str model, struct str version)
{
	const char *text = "";
	struct buf out;

	buf_init(&out, URL_ROOM);
	while (pattern.len > 0) {
		struct str word = str_starts(pattern, word_model) ? word_model
				  : str_starts(pattern, word_version)
				      ? word_version
				      : str_n(pattern.p, 1);

		add_word(&out, word, model, version);
		pattern = str_n(pattern.p + word.len, pattern.len - word.len);
	}
	if (!buf_failed(&out))
		text = arena_str(a, buf_view(&out));
	buf_fini(&out);
	return text;
}

int
phone_update_check(struct arena *a, struct str pattern, struct err *e)
{
	char longest[PHONE_UPDATE_WORD];
	const char *url;
	struct str word;

	memset(longest, 'x', sizeof(longest));
	word = str_n(longest, sizeof(longest));
	url = phone_update_url(a, pattern, word, word);

	return phone_setting_check(
	    phone_setting_find(STR("firmware_url")), str_of(url), e);
}
