#include "history.h"
#include "works.h"

int
work_history(struct run *r)
{
	int64_t count;

	return history_note(run_ask(r), run_goes_on, r, &count);
}
