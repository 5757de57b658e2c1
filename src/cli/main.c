/* The program: sets the log up and hands over to the table of commands. A file that reaches a size
 * limit is an error like a full disk, not the end of the process. */
#include "cli/command.h"

#include "base/log.h"

#include <signal.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGXFSZ, &ignore, NULL);
    vt_log_setup(VT_LOG_INFO, !isatty(STDERR_FILENO));
    return vt_command_main(argc, argv);
}
