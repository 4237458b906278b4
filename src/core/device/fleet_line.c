#include "fleet_line.h"

#include "account.h"
#include "category.h"
#include "checks.h"
#include "csv.h"
#include "device_change.h"
#include "domain.h"

/* ---- the header ---- */

static int
take_column(struct fleet_line *m, struct str name, int i)
{
	enum fleet_column col = fleet_column_parse(csv_value(name));

	m->value = name;
	if (col == FLEET__MAX)
		return err_say(m->q->err, ERR_INPUT, "unknown column");
	if (m->at[col] >= 0)
		return err_say(m->q->err, ERR_INPUT, "column twice");
	m->at[col] = i;
	return 0;
}

int
fleet_line_head(struct fleet_line *m, const struct str *fields, size_t n)
{
	m->column = FLEET__MAX;
	for (int i = 0; i < FLEET__MAX; i++)
		m->at[i] = -1;
	while (n > 0 && str_trim(fields[n - 1]).len == 0)
		n--; /* columns that a spreadsheet had once */
	if (n == 0)
		return err_say(m->q->err, ERR_INPUT, "no header line");
	for (size_t i = 0; i < n; i++)
		if (take_column(m, fields[i], (int)i) < 0)
			return -1;
	m->columns = n;
	m->value = str_n("", 0);
	if (m->at[FLEET_HW_ID] >= 0 && m->at[FLEET_DOMAIN] >= 0)
		return 0;
	return err_say(
	    m->q->err, ERR_INPUT, "columns hwId and domain are required");
}

/* ---- its fields ---- */

static int
take_hw_id(struct fleet_line *m)
{
	char id[HWID_MAX + 1];

	if (!hwid_normalise(m->value, id) && !hwid_near(m->value))
		return err_say(m->q->err, ERR_INPUT, "invalid hardware id");
	m->d.hw_id = m->hw_id;
	return 0;
}

static int
take_name(struct fleet_line *m)
{
	m->d.name = m->value;
	return m->value.len == 0
		   ? 0
		   : check_name(m->value, DEVICE_NAME_MAX, m->q->err);
}

static int
take_product(struct fleet_line *m)
{
	m->d.product = m->value;
	return m->value.len == 0
		   ? 0
		   : check_name(m->value, DEVICE_NAME_MAX, m->q->err);
}

static int
take_domain(struct fleet_line *m)
{
	struct domain d = {0};
	int rc = 1;

	if (m->value.len > 0)
		rc = domain_find(m->q, m->value, &d);
	if (rc == 0)
		return err_say(m->q->err, ERR_GONE, "no such domain");
	m->d.domain = d.id;
	return rc < 0 ? -1 : 0;
}

/* Names between "|", which no name has. */
static int
take_categories(struct fleet_line *m)
{
	struct str list = m->value, *names;
	struct category k;
	int rc = 1;

	names = arena_array(m->q->arena, DEVICE_CATEGORIES, sizeof(*names));
	if (names == NULL)
		return err_set(m->q->err, ERR_LIMIT, "file too large");
	m->d.categories = names;
	while (rc > 0 && m->value.len > 0 && str_next(&list, '|', names)) {
		if (m->d.ncategories++ == DEVICE_CATEGORIES)
			return err_say(
			    m->q->err, ERR_INPUT, "too many categories");
		*names = str_trim(*names);
		rc = category_find(m->q, m->d.domain, *names++, &k);
	}
	if (rc == 0)
		return err_say(m->q->err, ERR_GONE, "no such category");
	return rc < 0 ? -1 : 0;
}

static int
take_type(struct fleet_line *m)
{
	m->d.type = device_type_parse(m->value);
	if (m->value.len > 0 && m->d.type == DEVICE_UNKNOWN)
		return err_say(m->q->err, ERR_INPUT, "unknown type");
	return 0;
}

static int
take_owner(struct fleet_line *m)
{
	struct account a = {.role = ROLE_USER};
	int rc = 1;

	if (m->value.len > 0)
		rc = account_find(m->q, m->value, &a);
	if (rc == 0)
		return err_say(m->q->err, ERR_GONE, "no such account");
	if (rc > 0 && a.role != ROLE_USER)
		return err_say(m->q->err, ERR_INPUT,
		    "only accounts of role user own "
		    "devices and trunks");
	m->owner = a.id;
	return rc < 0 ? -1 : 0;
}

static int
take_password(struct fleet_line *m)
{
	m->d.password = m->value;
	return device_check_brought(m->q, m->value);
}

/* In this order: categories belong to the domain. */
static const struct {
	enum fleet_column column;
	int (*take)(struct fleet_line *m);
} takers[] = {
    {FLEET_HW_ID, take_hw_id},
    {FLEET_NAME, take_name},
    {FLEET_DOMAIN, take_domain},
    {FLEET_CATEGORIES, take_categories},
    {FLEET_TYPE, take_type},
    {FLEET_PRODUCT, take_product},
    {FLEET_OWNER, take_owner},
    {FLEET_PASSWORD, take_password},
};

static struct str
field(const struct str *fields, size_t n, int at)
{
	if (at < 0 || (size_t)at >= n)
		return str_n("", 0);
	return csv_value(str_trim(fields[at]));
}

int
fleet_line_read(struct fleet_line *m, const struct str *fields, size_t n)
{
	m->d = (struct device_new){.type = DEVICE_UNKNOWN, .any_id = m->any_id};
	m->owner = 0;
	m->column = FLEET__MAX;
	m->value = str_n("", 0);
	m->hw_id = field(fields, n, m->at[FLEET_HW_ID]);
	while (n > m->columns && str_trim(fields[n - 1]).len == 0)
		n--;
	if (n > m->columns) /* a separator that should be quoted */
		return err_say(
		    m->q->err, ERR_INPUT, "more fields than columns");
	if (n <= (size_t)m->at[FLEET_DOMAIN])
		return err_say(m->q->err, ERR_INPUT, "no field for the domain");
	for (size_t i = 0; i < sizeof(takers) / sizeof(takers[0]); i++) {
		m->column = takers[i].column;
		m->value = field(fields, n, m->at[m->column]);
		if (m->at[m->column] >= 0 && takers[i].take(m) < 0)
			return -1;
	}
	return 0;
}
