/* Sessions for many threads: at most @max are open; who finds none waits. Safe from any thread. */
#pragma once

#include "db/db.h"

typedef struct _VtDbPool VtDbPool;

VtDbPool *vt_db_pool_new(const char *url, guint max);
void vt_db_pool_free(VtDbPool *self); /* every session must be back; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtDbPool, vt_db_pool_free)

/* A session that belongs to the caller until it is given back. NULL only when a new one cannot be
 * opened. */
VtDb *vt_db_pool_take(VtDbPool *self, GError **error);

/* Gives the session back; one whose connection is lost is closed. */
void vt_db_pool_give(VtDbPool *self, VtDb *db);
