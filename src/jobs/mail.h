/* Telling people by e-mail that a job has ended.
 *
 * Whom to tell is asked from above when a job ends, and kept as one row for each address in the
 * same transaction. Each is sent by itself and tried again after a while; one that could not be
 * sent in the end is a warning of the job, which never fails for it.
 */
#pragma once

#include "base/mail.h"
#include "jobs/job.h"
#include "jobs/kind.h"

enum { VT_JOB_MAIL_TRIES = 6, VT_JOB_MAIL_MAX = 100 /* addresses told of one job */ };
#define VT_JOB_MAIL_BACKOFF_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC) /* 1, 2, 4, … minutes */

/* Keeps whom to tell of a job that has just ended, where @kinds knows of any. In the caller's
 * transaction. */
gboolean vt_job_mail_queue(
    VtDb *db, const VtJobKinds *kinds, gint64 job_id, gint64 now_us, GError **error);

/* Sends the message that is due for longest, if there is one, and records what came of it.
 * @ret_sent: whether there was one. Errors: those of db.h. No transaction may be open. */
gboolean vt_job_mail_send(
    VtDb *db, const VtMailServer *server, gint64 now_us, gboolean *ret_sent, GError **error);
