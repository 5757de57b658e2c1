/* What `publish --group` shares with `group publish`. */
#pragma once

#include "cli/wait.h"

/* Publishes a group by its name here or on a server, or tells what that would do, and prints it. */
VtExit vt_command_group_go_live(const VtSettings *settings,
    const char *name,
    gboolean dry_run,
    gboolean changes,
    const VtWait *wait);
