#include "fixture.h"
int
main(void)
{
	return tap_end();
}
