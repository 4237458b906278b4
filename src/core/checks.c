#include "checks.h"

#include "mail.h"
#include "secret.h"

int
check_name(struct str name, size_t max, struct err *e)
{
	if (name.len == 0 || name.len > max)
		return err_say(e, ERR_INPUT, "invalid length of name");
	if (!str_printable(name) || str_trim(name).len != name.len)
		return err_say(e, ERR_INPUT, "invalid character in name");
	return 0;
}

static bool
label_ok(struct str label)
{
	return label.len > 0 && label.len <= 63 && label.p[0] != '-' &&
	       label.p[label.len - 1] != '-' &&
	       str_only(label, STR_ALNUM, "-_");
}

int
check_domain_name(struct str name, struct err *e)
{
	struct str label;

	if (name.len == 0 || name.len > CHECK_DOMAIN_MAX)
		return err_say(e, ERR_INPUT, "invalid length of name");
	while (str_next(&name, '.', &label))
		if (!label_ok(label))
			return err_say(e, ERR_INPUT, "invalid domain name");
	return 0;
}

int
check_password(struct str password, struct err *e)
{
	if (password.len == 0 || password.len > SECRET_MAX)
		return err_say(e, ERR_INPUT, "invalid length of password");
	if (!str_printable(password))
		return err_say(e, ERR_INPUT, "invalid character in password");
	return 0;
}

int
check_mails(struct str list, size_t max, struct err *e)
{
	struct str one;
	size_t n = 0;

	if (list.len == 0)
		return 0;
	while (str_next(&list, ',', &one)) {
		if (++n > max)
			return err_say(e, ERR_INPUT, "too many recipients");
		if (!mail_address_ok(one))
			return err_say(e, ERR_INPUT, "invalid mail address");
	}
	return 0;
}

int
check_language(struct str language, struct err *e)
{
	return language.len == 2 && str_only(language, STR_LOWER, "")
		   ? 0
		   : err_say(e, ERR_INPUT, "invalid language");
}
