#include "sync/search.h"

#include "base/log.h"
#include "changelog/change.h"
#include "sync/quarantine.h"
#include "tenant/setting.h"

/* The log number of the last request, kept among the tenant's settings. */
#define REQUESTED "search_requested"

void
vt_sync_search_clear(VtSyncSearch *self)
{
    vt_sync_turn_clear(&self->turn);
    g_clear_pointer(&self->consumer, g_free);
    g_clear_pointer(&self->problem, g_free);
}

char *
vt_sync_search_name(const char *tenant, const char *database)
{
    return g_strdup_printf("search index %s/%s", tenant, database);
}

gboolean
vt_sync_search_load(
    VtDb *db, const VtSyncSearchOf *whose, gint64 now_us, VtSyncSearch *ret_search, GError **error)
{
    g_autofree char *requested = vt_setting_get(db, whose->tenant_id, REQUESTED, "0", error);
    g_auto(VtSyncSearch) self = {.consumer = vt_sync_search_name(whose->tenant, whose->database)};
    const VtSyncTurnOf of = {
        whose->tenant_id, VT_SETTING_SEARCH_SCHEDULE, whose->database, self.consumer, whose->node};

    if (requested == NULL || !vt_sync_turn_load(db, &of, now_us, &self.turn, error))
        return FALSE;
    if (self.turn.seq < g_ascii_strtoll(requested, NULL, 10))
        self.turn.has_come = TRUE;
    *ret_search = self;
    self = (VtSyncSearch){0};
    return TRUE;
}

gboolean
vt_sync_search_refresh(VtSyncSearch *self, VtReadstoreWriter *writer, GError **error)
{
    g_autoptr(GError) problem = NULL;

    g_clear_pointer(&self->problem, g_free);
    if (vt_readstore_index_search(writer, &problem))
        return TRUE;
    if (vt_error_is(problem, VT_ERROR_DATABASE) || vt_error_is(problem, VT_ERROR_DAMAGED)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    vt_log(VT_LOG_ERROR, "sync.search_failed", "%s: %s", self->consumer, problem->message);
    self->problem = g_strdup(problem->message);
    return TRUE;
}

gboolean
vt_sync_search_confirm(const VtSyncSearch *self,
    VtDb *db,
    const VtSyncSearchOf *whose,
    gint64 seq,
    gint64 now_us,
    GError **error)
{
    const VtSyncWord word = {.tenant_id = whose->tenant_id,
        .consumer = self->consumer,
        .node = whose->node,
        .seq = seq,
        .problem = self->problem,
        .now_us = now_us};

    return vt_sync_confirm(db, &word, &self->turn, error);
}

gboolean
vt_sync_search_request(
    VtDb *db, gint64 tenant_id, const VtActor *actor, gint64 *ret_seq, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "search refresh");
    g_autofree char *text = NULL;
    gint64 seq = 0;

    vt_change_add(change, VT_LOG_KIND_SETTING, VT_SETTING_SEARCH_SCHEDULE);
    if (tx == NULL || !vt_change_write(change, db, actor, &seq, error))
        return FALSE;
    text = g_strdup_printf("%" G_GINT64_FORMAT, seq);
    if (!vt_setting_set(db, tenant_id, REQUESTED, text, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_seq = seq;
    return TRUE;
}
