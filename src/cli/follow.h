/* Following a job of a server to its end. */
#pragma once

#include "base/json.h"
#include "cli/settings.h"

/**
 * vt_follow_job:
 * @job: (borrowed): schema Job, as the server answered it
 * @what: what the job counts, in the plural
 *
 * Shows on standard error how far the job is. Interrupted once (Ctrl-C), it asks the server to stop
 * the job and waits for that; interrupted again, it leaves. A server that is gone for
 * a while is waited for, since its jobs go on when it is back.
 *
 * Returns: the job when it has ended, whichever way but failed. NULL with the job's own error when
 * it failed, or one of client.h.
 */
json_t *vt_follow_job(
    const VtSettings *settings, const json_t *job, const char *what, GError **error);

/* Gets what the job made into the empty file @fd (borrowed). Errors of vt_client_download. */
gboolean vt_follow_fetch(const VtSettings *settings, const json_t *job, int fd, GError **error);
