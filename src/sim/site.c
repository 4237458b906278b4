#include "site.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "model.h"
#include "num.h"
#include "script.h"

#define BIG_MAX      (INT64_C(1) << 40)
#define PATTERN_LINE 16

static void
front_page(struct buf *out, const struct site_device *d)
{
	char id[MODEL_HWID_SIZE];

	model_hw_id(d->number, id);
	buf_printf(out,
	    "<!DOCTYPE html>\n<html><head><title>%s</title></head><body>\n"
	    "<h1>%s %s</h1>\n<ul><li><a href=\"log.txt\">log</a></li>\n"
	    "<li><a href=\"cfg.txt\">configuration</a></li>\n"
	    "<li><a href=\"CMD0/box_info.xml\">box</a></li></ul>\n"
	    "</body></html>\n",
	    id, model_of(d->number, d->types)->product, id);
}

static const char *
version_of(const struct site_device *d)
{
	return box_version(d->box, model_of(d->number, d->types)->version);
}

static void
log_page(struct buf *out, const struct site_device *d)
{
	model_log(out, d->number, d->types, version_of(d));
}

void
site_config(struct buf *out, const struct site_device *d)
{
	buf_printf(out, "# %s\n", version_of(d));
	model_config(out, d->number, d->types);
	settings_print(&d->box->settings, out);
	buf_puts(out, "config write\nconfig activate\n");
}

static void
box_info_page(struct buf *out, const struct site_device *d)
{
	const struct model *m = model_of(d->number, d->types);
	char id[MODEL_HWID_SIZE];

	model_hw_id(d->number, id);
	buf_printf(out,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<info><sys product=\"%s\" version=\"%s\" serial=\"%s\" "
	    "type=\"%s\" uptime=\"%lld\" reset-required=\"%s\"/></info>\n",
	    m->product, version_of(d), id, m->type,
	    (long long)(clock_mono_ms() - d->box->started_ms) / 1000,
	    d->box->reset_needed ? "true" : "false");
}

static const struct {
	const char *path;
	struct site_page page;
} pages[] = {
    {"/", {SITE_TEXT, "text/html", front_page, 0, SITE_LENGTH}},
    {"/log.txt", {SITE_TEXT, "text/plain", log_page, 0, SITE_CHUNKED}},
    {"/cfg.txt", {SITE_TEXT, "text/plain", site_config, 0, SITE_CLOSE}},
    {"/CMD0/box_info.xml",
	{SITE_TEXT, "text/xml", box_info_page, 0, SITE_LENGTH}},
    {"/big", {SITE_BIG, "text/plain", NULL, 0, SITE_LENGTH}},
    {"/echo", {SITE_ECHO, "application/octet-stream", NULL, 0, SITE_LENGTH}},
    {"/sum", {SITE_SUM, "text/plain", NULL, 0, SITE_LENGTH}},
    {"/ws", {SITE_WS, "text/plain", NULL, 0, SITE_LENGTH}},
    {"/manager", {SITE_MANAGER, "text/plain", NULL, 0, SITE_LENGTH}},
    {"/backup", {SITE_PLATFORM, "text/plain", NULL, 0, SITE_CHUNKED}},
    {"/restore", {SITE_PLATFORM, "text/plain", NULL, 0, SITE_LENGTH}},
    {"/passwords.txt", {SITE_PLATFORM, "text/plain", NULL, 0, SITE_LENGTH}},
};

static const char *const framings[] = {"length", "chunked", "close"};

/* bytes=N and framing=NAME; false for anything else. */
static bool
read_parameter(struct str p, struct site_page *page)
{
	struct str name, value = p;
	int64_t n;

	(void)str_next(&value, '=', &name);
	if (str_eqz(name, "bytes")) {
		if (!num_parse(value, 0, BIG_MAX, &n))
			return false;
		page->bytes = (uint64_t)n;
		return true;
	}
	if (!str_eqz(name, "framing"))
		return false;
	for (int i = 0; i < 3; i++)
		if (str_eqz(value, framings[i])) {
			page->framing = (enum site_framing)i;
			return true;
		}
	return false;
}

static bool
has(const struct site_device *d, enum site_kind kind)
{
	bool platform =
	    strcmp(model_of(d->number, d->types)->type, "APP_PLATFORM") == 0;

	return platform || (kind != SITE_MANAGER && kind != SITE_PLATFORM);
}

void
site_find(const struct site_device *d, struct str target, struct site_page *out)
{
	static const struct site_page none = {.kind = SITE_NONE,
	    .type = "text/plain",
	    .text = NULL,
	    .bytes = 0,
	    .framing = SITE_LENGTH};
	size_t mark = str_find(target, '?');
	struct str path = str_n(target.p, mark), query, p;

	*out = none;
	for (size_t i = 0; i < COUNT(pages); i++)
		if (str_eqz(path, pages[i].path) && has(d, pages[i].page.kind))
			*out = pages[i].page;
	if (str_starts(target, STR("/!")) || script_is_form(target))
		out->kind = SITE_COMMAND;
	if (out->kind != SITE_BIG || mark == target.len)
		return;
	query = str_n(target.p + mark + 1, target.len - mark - 1);
	while (str_next(&query, '&', &p))
		if (!read_parameter(p, out)) {
			*out = none;
			return;
		}
}

void
site_break(struct site_page *page, enum fault fault)
{
	static const enum site_kind kinds[FAULT__MAX] = {
	    [FAULT_404] = SITE_NONE,
	    [FAULT_500] = SITE_ERROR,
	    [FAULT_HANG] = SITE_HANG,
	    [FAULT_CUT] = SITE_CUT,
	    [FAULT_ENDLESS] = SITE_BIG,
	    [FAULT_LARGE] = SITE_BIG,
	};

	if (fault == FAULT_NONE)
		return;
	*page = (struct site_page){.kind = kinds[fault],
	    .type = "text/plain",
	    .bytes = fault == FAULT_LARGE ? FAULT_LARGE_SIZE : BIG_MAX,
	    .framing = fault == FAULT_ENDLESS ? SITE_CHUNKED : SITE_LENGTH};
}

bool
site_command(const struct site_device *d, struct str target)
{
	return script_is_form(target) ? script_form(d->box, target)
				      : script_path(d->box, target);
}

bool
site_restore(const struct site_device *d, struct str text)
{
	struct buf own;
	struct str line;

	buf_init(&own, SCRIPT_MAX);
	model_config(&own, d->number, d->types);
	(void)str_next(&text, '\n', &line); /* the version */
	if (str_starts(text, buf_view(&own)))
		text = str_n(text.p + own.len, text.len - own.len);
	buf_fini(&own);
	settings_clear(&d->box->settings);
	d->box->reset_needed = true;
	return script_run(d->box, text) &&
	       script_run(d->box, STR("config write\niresetn"));
}

void
site_pattern(uint64_t at, char *out, size_t n)
{
	char line[PATTERN_LINE + 1];

	while (n > 0) {
		size_t from = at % PATTERN_LINE, take = PATTERN_LINE - from;

		snprintf(line, sizeof(line), "%015llu\n",
		    (unsigned long long)(at - from));
		if (take > n)
			take = n;
		memcpy(out, line + from, take);
		out += take;
		at += take;
		n -= take;
	}
}
