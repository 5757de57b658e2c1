#include "publish/trash.h"

#include "base/error.h"
#include "document/revision.h"
#include "publish/plan.h"
#include "publish_sql.h"

/* The cause by which restoring knows what putting it in took back. */
#define CAUSE "trash"

static gboolean
withdraw(VtPublishPlan *plan,
    const VtTrashRequest *request,
    const VtActor *actor,
    VtUnpublishResult *result,
    GError **error)
{
    for (const char *const *name = request->assets; *name != NULL; name++)
        if (!vt_publish_plan_close_asset(plan, *name, error))
            return FALSE;
    if (!vt_publish_plan_referenced(plan, result->referenced, &result->n_referenced, error) ||
        !vt_publish_plan_holders(plan, result->holders, error))
        return FALSE;
    if (!request->force && result->n_referenced > 0)
        return vt_throw(error, VT_ERROR_REFERENCED,
            "%" G_GUINT64_FORMAT
            " published sets show it, the first is %s; take it out of them, or "
            "let an administrator force it",
            result->n_referenced, (const char *)g_ptr_array_index(result->referenced, 0));
    if (!vt_publish_plan_write(plan, CAUSE, actor, &result->n_unpublished, error))
        return FALSE;
    result->seq = result->n_unpublished > 0 ? plan->seq : 0;
    return TRUE;
}

static gboolean
put_each(VtDb *db,
    const VtTrashRequest *request,
    const VtActor *actor,
    VtUnpublishResult *result,
    GError **error)
{
    g_autoptr(VtChange) change = vt_change_new(request->tenant_id, "asset delete");

    for (const char *const *name = request->assets; *name != NULL; name++) {
        VtAsset asset;

        if (!vt_asset_find(db, request->tenant_id, *name, &asset, error) ||
            !vt_trash_put(db, &asset, actor, change, error))
            return FALSE;
    }
    return vt_change_write(change, db, actor, &result->seq, error);
}

gboolean
vt_trash(VtDb *db,
    const VtTrashRequest *request,
    const VtActor *actor,
    VtUnpublishResult *ret_result,
    GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = request->tenant_id};
    g_autoptr(VtTx) tx = NULL;

    *ret_result = (VtUnpublishResult){.referenced = g_ptr_array_new_with_free_func(g_free),
        .holders = g_ptr_array_new_with_free_func(g_free),
        .planned = g_ptr_array_new_with_free_func(g_free)};
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL && vt_changelog_lock(db, &plan.seq, error) &&
           withdraw(&plan, request, actor, ret_result, error) &&
           put_each(db, request, actor, ret_result, error) && vt_tx_commit(tx, error);
}

/* Which revision of the document was live, and where, when it went into the trash; 0: none. */
static gboolean
find_live(VtDb *db, VtPublishItem *item, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trash_was_live, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", item->document_id);
    vt_stmt_bind_text(stmt, "cause", CAUSE);
    while (vt_stmt_next(stmt)) {
        item->number = vt_stmt_int(stmt, "number");
        item->places = (int)vt_stmt_int(stmt, "places");
    }
    return vt_stmt_end(stmt, error);
}

/* The head says what revision @number said? Then that goes live, not a draft beside it. */
static gboolean
is_head(VtDb *db, gint64 document_id, gint64 number, gboolean *ret_is_head, GError **error)
{
    g_auto(VtDocumentState) state = {0};
    g_autofree char *live = NULL, *head = NULL;

    if (!vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error) ||
        !vt_revision_body(db, document_id, number, &live, error) ||
        !vt_revision_body(db, document_id, state.head, &head, error))
        return FALSE;
    *ret_is_head = g_strcmp0(live, head) == 0;
    return TRUE;
}

/* What to publish again, as VtPublishItem; owned. */
static GArray *
items_of(VtDb *db, const GArray *documents, GError **error)
{
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(VtPublishItem));

    for (guint i = 0; i < documents->len; i++) {
        VtPublishItem item = {.document_id = g_array_index(documents, gint64, i)};
        gboolean head = FALSE;

        if (!find_live(db, &item, error))
            return NULL;
        if (item.number == 0)
            continue;
        if (!is_head(db, item.document_id, item.number, &head, error))
            return NULL;
        if (head)
            item.number = 0;
        g_array_append_val(items, item);
    }
    return g_steal_pointer(&items);
}

static gboolean
publish(VtDb *db,
    gint64 tenant_id,
    const GArray *items,
    const VtActor *actor,
    gint64 *ret_seq,
    GError **error)
{
    const VtPublishRequest request = {.tenant_id = tenant_id,
        .items = (const VtPublishItem *)(gpointer)items->data,
        .n_items = items->len};
    g_auto(VtPublishResult) result = {0};

    if (!vt_publish(db, &request, actor, &result, error))
        return FALSE;
    *ret_seq = result.seq;
    return TRUE;
}

static gboolean
restore(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    VtTrashRestored *restored,
    GError **error)
{
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "asset restore");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gint64 seq = 0;

    return tx != NULL &&
           vt_trash_restore(db, tenant_id, asset_id, actor, change, restored, error) &&
           vt_change_write(change, db, actor, &seq, error) && vt_tx_commit(tx, error);
}

gboolean
vt_trash_bring_back(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    VtTrashRestored *ret_restored,
    gint64 *ret_seq,
    GError **error)
{
    g_autoptr(GArray) items = NULL;

    *ret_seq = 0;
    if (!restore(db, tenant_id, asset_id, actor, ret_restored, error))
        return FALSE;
    items = items_of(db, ret_restored->documents, error);
    return items != NULL &&
           (items->len == 0 || publish(db, tenant_id, items, actor, ret_seq, error));
}

json_t *
vt_trash_json(const VtUnpublishResult *result)
{
    return json_pack(
        "{s:I,s:o}", "seq", (json_int_t)result->seq, "holders", vt_json_texts(result->holders));
}

json_t *
vt_trash_restored_json(const VtTrashRestored *restored, gint64 seq)
{
    return json_pack("{s:s,s:b,s:I}", "name", restored->asset.name, "renamed", restored->is_renamed,
        "seq", (json_int_t)seq);
}
