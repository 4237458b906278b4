#include "model.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "jout.h"
#include "must.h"
#include "num.h"

#define MODEL_FIRST 0x400000

static const struct model models[] = {
    {"PHONE", "IP222", "13r3 sr5 [13.7055/137055/300]", "ip222.bin",
	"boot222.bin", false},
    {"GW", "IP411", "13r3 sr5 [13.7055/137055/210]", "ip411.bin", "boot411.bin",
	true},
    {"PHONE", "IP112", "13r2 sr24 [13.5240/135240/200]", "ip112.bin",
	"boot112.bin", false},
    {"DECT", "IP1202", "13r3 sr5 [13.7055/137055/410]", "ip1202.bin",
	"boot1202.bin", false},
    {"PHONE", "IP232", "13r1 sr99 [132940/132940/300]", "ip232.bin",
	"boot232.bin", false},
    {"VA", "IPVA", "14r1 [14.2001/142001/0]", "ipva.bin", "bootva.bin", false},
    {"PHONE", "IP102", "13r3 sr5 [13.7055/137055/110]", "ip102.bin",
	"boot102.bin", false},
    {"APP_PLATFORM", "AppPlatform", "14r1 [110020/0/0]", "ap.zip", "ap.img",
	false},
};

void
model_hw_id(size_t i, char out[MODEL_HWID_SIZE])
{
	must(i < MODEL_MAX);
	snprintf(out, MODEL_HWID_SIZE, "009033%06x",
	    (unsigned)(MODEL_FIRST + i) & 0xffffffu);
}

bool
model_number(struct str hw_id, size_t *i)
{
	uint64_t n;

	if (hw_id.len != MODEL_HWID_SIZE - 1 ||
	    !str_starts(hw_id, STR("009033")) ||
	    !num_parse_hex(str_n(hw_id.p + 6, hw_id.len - 6), &n) ||
	    n < MODEL_FIRST || n - MODEL_FIRST >= MODEL_MAX)
		return false;
	*i = (size_t)n - MODEL_FIRST;
	return true;
}

/* The first model of a type, COUNT(models) if there is no such type. */
static size_t
first_of(const char *type)
{
	size_t k = 0;

	while (k < COUNT(models) && strcmp(models[k].type, type) != 0)
		k++;
	return k;
}

bool
model_types(const char *types)
{
	return strcmp(types, "mixed") == 0 || first_of(types) < COUNT(models);
}

const struct model *
model_of(size_t i, const char *types)
{
	size_t k =
	    strcmp(types, "mixed") == 0 ? i % COUNT(models) : first_of(types);

	must(k < COUNT(models));
	return &models[k];
}

static void
put_interfaces(struct jout *j, size_t i)
{
	char v4[32], v6[48];

	snprintf(v4, sizeof(v4), "10.%zu.%zu.%zu", i >> 16 & 255, i >> 8 & 255,
	    i & 255);
	snprintf(v6, sizeof(v6), "fe80::290:33ff:fe%02zx:%zx",
	    (MODEL_FIRST + i) >> 16 & 255, (MODEL_FIRST + i) & 0xffff);
	jout_array(j, "ethIfs");
	jout_object(j, NULL);
	jout_strz(j, "if", "ETH0");
	jout_strz(j, "ipv4", v4);
	jout_strz(j, "ipv6", v6);
	jout_end(j);
	jout_end(j);
}

void
model_identify(
    struct buf *out, size_t i, const char *types, struct model_says says)
{
	const struct model *m = model_of(i, types);
	const char *version = says.version != NULL ? says.version : m->version;
	char id[MODEL_HWID_SIZE], name[48];
	struct jout j;

	model_hw_id(i, id);
	snprintf(name, sizeof(name), "%s-%zu", m->product, i);
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "id", id);
	jout_strz(&j, "product", m->product);
	jout_strz(&j, "version", version);
	jout_object(&j, "platform");
	jout_strz(&j, "type", m->type);
	if (m->fxs)
		jout_bool(&j, "fxs", true);
	jout_end(&j);
	jout_strz(&j, "name", name);
	jout_str(&j, "major", str_n(version, str_find(str_of(version), ' ')));
	jout_strz(&j, "fw", m->firmware);
	jout_strz(&j, "bc", m->boot);
	jout_bool(&j, "pbxActive", strcmp(m->type, "VA") == 0);
	put_interfaces(&j, i);
	if (says.firmware != NULL)
		jout_strz(&j, "fwBuild", says.firmware);
	if (says.boot != NULL)
		jout_strz(&j, "bcBuild", says.boot);
	if (says.code.len > 0)
		jout_str(&j, "provisioningCode", says.code);
	if (says.digest.len > 0)
		jout_str(&j, "digest", says.digest);
	jout_end(&j);
}

void
model_config(struct buf *out, size_t i, const char *types)
{
	const struct model *m = model_of(i, types);

	buf_printf(out, "config change CMD0 /name %s-%zu\n", m->product, i);
	for (unsigned line = 0; line < 40; line++)
		buf_printf(out, "config add MODULE%u /number %zu%02u\n", line,
		    i, line);
}

void
model_log(struct buf *out, size_t i, const char *types, const char *version)
{
	const struct model *m = model_of(i, types);
	char id[MODEL_HWID_SIZE];

	model_hw_id(i, id);
	buf_printf(out, "log of %s %s %s\n", m->product, id, version);
	for (unsigned line = 0; line < 5; line++)
		buf_printf(out, "0:%04u SYSCLIENT up, attempt %u\n", line * 15,
		    line + 1);
}
