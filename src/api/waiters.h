/* Requests that wait for a job to change: parked, and answered by one thread of its own, so that
 * however many wait no worker of the server does.
 *
 * The thread looks at each job that is waited for some times a second, in the database, for it may
 * be worked on elsewhere. Bounded; safe from any thread.
 */
#pragma once

#include "base/json.h"
#include "db/pool.h"
#include "http/request.h"

enum { VT_WAITERS_MAX = 256, VT_WAITERS_MAX_SECONDS = 60 };

/* Tells the job as it is, newly made: an object whose member `version` is another whenever
 * anything else in it is. NULL with an error. */
typedef json_t *(*VtWaitersTell)(VtDb *db, gint64 job_id, GError **error);

/* Answers a request with such an object, which it takes. */
typedef void (*VtWaitersReply)(VtRequest *request, json_t *told);

typedef struct _VtWaiters VtWaiters;

/* @pool: (borrowed): a session is taken for each look. */
VtWaiters *vt_waiters_new(VtDbPool *pool, VtWaitersTell tell, VtWaitersReply reply);

/**
 * vt_waiters_add:
 * @request: parked by this call; answered once the job's version is not @version any more, or
 *   after @seconds with what it is then
 *
 * Returns: FALSE with VT_ERROR_BUSY when VT_WAITERS_MAX wait already, or when it was stopped; the
 *   caller answers then.
 */
gboolean vt_waiters_add(VtWaiters *self,
    VtRequest *request,
    gint64 job_id,
    const char *version,
    guint seconds,
    GError **error);

/* Answers all that wait, and takes no more. Before the server is freed, which waits for them. */
void vt_waiters_stop(VtWaiters *self);

/* After the server was freed. NULL is allowed. */
void vt_waiters_free(VtWaiters *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtWaiters, vt_waiters_free)
