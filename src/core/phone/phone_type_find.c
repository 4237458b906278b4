/* What is looked up in the types that were read, of phone_type.h. */
#include "phone_type.h"

const struct phone_type *
phone_type_find(const struct phone_types *t, struct str key)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->list[i].key, key))
			return &t->list[i];
	return NULL;
}

const struct phone_vendor *
phone_vendor_find(const struct phone_types *t, struct str folder)
{
	for (size_t i = 0; i < t->nvendors; i++)
		if (str_eq(t->vendors[i].folder, folder))
			return &t->vendors[i];
	return NULL;
}

struct str
phone_types_resync(const struct phone_types *t, struct str key)
{
	const struct phone_type *type = phone_type_find(t, key);
	const struct phone_vendor *v =
	    type != NULL ? phone_vendor_find(t, type->vendor) : NULL;

	return v != NULL ? v->resync : STR(PHONE_COMMON_EVENT);
}

bool
phone_type_updates(const struct phone_types *t, const struct phone_type *type)
{
	const struct phone_vendor *v = phone_vendor_find(t, type->vendor);
	struct phone_file f;

	for (size_t i = 0; v != NULL && i < v->nfiles; i++)
		if (phone_file_firmware(&v->files[i], &f))
			return !type->by_window;
	return false;
}

struct str
phone_type_model(const struct phone_type *type)
{
	struct str rest = type->agent, one;

	(void)str_next(&rest, ',', &one);
	return one.len > 0 ? one : type->key;
}
