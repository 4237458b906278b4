#include "registration.h"

#include "access.h"
#include "ask.h"
#include "db.h"
#include "load.h"

int
registration_hosts(struct ask *q, struct registration **out, size_t *n)
{
	return access_admin(q->who, q->err) < 0
		   ? -1
		   : load_list(ask_loader(q), STMT_DEVICE_HOSTS,
			 ARGS(A_INT(REGISTRATION_HOSTS)), load_registration,
			 out, n);
}
