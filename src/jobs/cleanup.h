/* Forgetting old jobs, a few at a time. */
#pragma once

#include "db/db.h"

/* Removes at most @limit jobs of a tenant that ended before @before_us, with what they reported, in
 * a transaction of its own. @ret_n: how many; fewer than @limit: no more are left. */
gboolean vt_job_forget(
    VtDb *db, gint64 tenant_id, gint64 before_us, guint limit, guint *ret_n, GError **error);
