#include "save.h"
#include "works.h"

int
work_saves(struct run *r)
{
	return run_forget(r, save_expire, "saves.expired");
}
