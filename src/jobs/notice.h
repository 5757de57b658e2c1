/* Telling an address that a job has ended, so that programs there can go on.
 *
 * A notice is `{"url", "method", "secret", "only_if_changed"}`: `GET` (unless told) with the facts
 * as query parameters, or `POST` with them as JSON and, where there is a secret, the header
 * `X-Vitrine-Signature: sha256=HEX`, the HMAC of the body. It goes out after the log of the job is
 * final; an answer other than 2xx, or none in VT_JOB_NOTICE_SECONDS, is tried again; what came of
 * it is a report of the job, and a warning at most. Addresses are foreign: see base/http_client.h.
 */
#pragma once

#include "base/http_client.h"
#include "jobs/job.h"

enum { VT_JOB_NOTICE_SECONDS = 10, VT_JOB_NOTICE_TRIES = 3, VT_JOB_NOTICE_MAX_URL = 2048 };
#define VT_JOB_NOTICE_BACKOFF_US (G_GINT64_CONSTANT(30) * G_USEC_PER_SEC)

/* VT_ERROR_BAD_VALUE for what is no notice; NULL is none and allowed. */
gboolean vt_job_notice_check(const json_t *notice, GError **error);

/* Sends the notice that is due for longest, if there is one, and records what came of it.
 * @allowed (nullable): private networks that may be told. @ret_sent: whether there was one.
 * Errors: those of db.h. No transaction may be open. */
gboolean vt_job_notice_send(
    VtDb *db, const VtHttpAllowed *allowed, gint64 now_us, gboolean *ret_sent, GError **error);
