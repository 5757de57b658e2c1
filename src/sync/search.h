/* The search index of a read store as a consumer of its own: it follows the store by a schedule of
 * its own (`search_schedule`), and by hand when somebody asks.
 *
 * Where both are due, the index goes with the rows in one transaction. An index that fails holds no
 * row back: its consumer says why, and it is tried again at its next turn.
 */
#pragma once

#include "readstore/writer.h"
#include "sync/turn.h"

/* Of one store, while its consumer runs. */
typedef struct {
    VtSyncTurn turn;
    char *consumer; /* owned: the name of the index among consumers */
    char *problem;  /* owned: why it failed now; NULL: it did not */
} VtSyncSearch;

void vt_sync_search_clear(VtSyncSearch *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtSyncSearch, vt_sync_search_clear)

/* Name of the index of a channel database among consumers. Newly allocated. */
char *vt_sync_search_name(const char *tenant, const char *database);

/* Whose index it is. */
typedef struct {
    gint64 tenant_id;
    const char *tenant;
    const char *database;
    const char *node;
} VtSyncSearchOf;

/* Reads when the index has its turn. */
gboolean vt_sync_search_load(
    VtDb *db, const VtSyncSearchOf *whose, gint64 now_us, VtSyncSearch *ret_search, GError **error);

/* Brings the index up in @writer's open batch; FALSE only where the batch cannot go on. */
gboolean vt_sync_search_refresh(VtSyncSearch *self, VtReadstoreWriter *writer, GError **error);

/* Says how far the index is, @seq, where that is news. */
gboolean vt_sync_search_confirm(const VtSyncSearch *self,
    VtDb *db,
    const VtSyncSearchOf *whose,
    gint64 seq,
    gint64 now_us,
    GError **error);

/* Has every index of the tenant, in every node, brought up at once, whatever its schedule says. In
 * a transaction of its own. @ret_seq: the log number they will have seen then. */
gboolean vt_sync_search_request(
    VtDb *db, gint64 tenant_id, const VtActor *actor, gint64 *ret_seq, GError **error);
