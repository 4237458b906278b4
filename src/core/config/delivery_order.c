/* Admin messages 0x0006 for devices of other vendors, see delivery.h. */
#include "delivery.h"
#include "hubwire.h"
#include "num.h"
#include "rc4text.h"
#include "sysclient.h"

#define ITEM_MAX SC_JSON_MAX

/* A secret, and its seed beside it: "logSeed" of ALARM_SERVER, "turnSeed" of
 * MEDIA (additions A4). */
static int
put_secret(struct jout *j, enum config_type type, const struct config_item *it,
    const struct secret *password)
{
	char seed[SC_SEED_LEN + 1];
	struct buf hex;
	int rc;

	crypto_token(seed, SC_SEED_LEN);
	buf_init(&hex, 4 * CONFIG_SECRET_MAX);
	rc = rc4text_encrypt(
	    &hex, str_of(seed), secret_str(password), it->text);
	jout_strz(
	    j, type == CONFIG_MEDIA ? "turnSeed" : "logSeed", seed);
	jout_str(j, it->field->name, buf_view(&hex));
	buf_fini(&hex);
	return rc;
}

static int
put_item(struct jout *j, enum config_type type, const struct config_item *it,
    const struct secret *password)
{
	int64_t n;

	if (it->field->kind == CONFIG_SECRET)
		return put_secret(j, type, it, password);
	if (it->field->kind == CONFIG_BOOL)
		jout_bool(j, it->field->name, str_eqz(it->text, "true"));
	else if (it->field->kind == CONFIG_INT &&
		 num_parse(it->text, INT64_MIN, INT64_MAX, &n))
		jout_int(j, it->field->name, n);
	else
		jout_str(j, it->field->name, it->text);
	return 0;
}

/* {"config":{"type":...},"last":true} */
static int
put_message(struct ask *q, const struct config *c, bool last,
    const struct secret *password, struct buf *out)
{
	struct config_item *items;
	size_t n;
	struct jout j;
	int rc = config_items(q, c, &items, &n);

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_object(&j, "config");
	jout_strz(&j, "type", config_type_name(c->type));
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put_item(&j, c->type, &items[i], password);
	jout_end(&j);
	if (last)
		jout_bool(&j, "last", true);
	jout_end(&j);
	if (rc == 0 && buf_failed(out))
		rc = err_set(q->err, ERR_LIMIT, "a configuration is too long");
	return rc;
}

/* [6,"..."] in the open array. */
static int
put_frame(struct ask *q, struct jout *j, const struct config *c, bool last,
    const struct secret *password)
{
	struct buf text;
	int rc;

	buf_init(&text, ITEM_MAX);
	rc = put_message(q, c, last, password, &text);
	jout_array(j, NULL);
	jout_int(j, NULL, SC_CONFIGURATION);
	jout_str(j, NULL, buf_view(&text));
	jout_end(j);
	buf_wipe(&text);
	return rc;
}

static int
put_order(struct ask *q, const struct delivery *d, const struct config *list,
    size_t n, struct buf *out)
{
	struct secret password;
	struct jout j;
	int rc = secret_open(q, SECRET_DEVICE, d->k.device.id,
	    record_password(&d->k), &password);

	if (rc < 0 || password.len == 0)
		return rc;
	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "order", HUBWIRE_ORDER_SEND);
	jout_str(&j, "hwId", d->k.device.hw_id);
	jout_array(&j, "send");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put_frame(
		    q, &j, &list[i], d->initial && i + 1 == n, &password);
	jout_end(&j);
	jout_end(&j);
	secret_wipe(&password);
	return rc < 0 ? -1 : 1;
}

int
delivery_order(struct ask *q, const struct delivery *d,
    const struct config *list, size_t n, struct buf *out)
{
	int rc;

	buf_init(out, HUBWIRE_ORDER_MAX);
	rc = put_order(q, d, list, n, out);
	if (rc > 0 && buf_failed(out))
		return err_set(q->err, ERR_LIMIT, "an order is too long");
	return rc;
}
