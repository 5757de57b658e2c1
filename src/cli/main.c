/* The program: sets the log up and hands over to the table of commands. */
#include "cli/command.h"

#include "base/log.h"

#include <unistd.h>

int
main(int argc, char **argv)
{
    vt_log_setup(VT_LOG_INFO, !isatty(STDERR_FILENO));
    return vt_command_main(argc, argv);
}
