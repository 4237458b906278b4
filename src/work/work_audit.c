#include "audit.h"
#include "works.h"

int
work_audit(struct run *r)
{
	return run_forget(r, audit_expire, "audit.expired");
}
