/* fleetline(8): the command line. */
#include "cli.h"

int
main(int argc, char **argv)
{
	(void)argc;
	return cli_main((const char *const *)argv);
}
