#include "publish/undo.h"

#include "group_items_sql.h"
#include "publish/plan.h"

void
vt_undo_result_clear(VtUndoResult *self)
{
    g_clear_pointer(&self->planned, g_ptr_array_unref);
    g_clear_pointer(&self->changed, g_ptr_array_unref);
    g_clear_pointer(&self->missing, g_ptr_array_unref);
    vt_differences_clear(&self->changes);
}

json_t *
vt_undo_result_json(const VtUndoResult *self)
{
    json_t *json = json_pack("{s:I,s:I,s:o,s:I,s:o,s:I,s:o}", "seq", (json_int_t)self->seq,
        "restored", (json_int_t)self->n_restored, "planned", vt_json_texts(self->planned),
        "n_changed", (json_int_t)self->n_changed, "changed", vt_json_texts(self->changed),
        "n_missing", (json_int_t)self->n_missing, "missing", vt_json_texts(self->missing));

    vt_differences_add(&self->changes, json);
    return json;
}

static gboolean
collect(VtPublishPlan *plan, const VtUndoRequest *request, GError **error)
{
    guint64 n = 0;

    return vt_publish_plan_add_undo(plan, request->seq, &n, error) &&
           (n > 0 || vt_throw(error, VT_ERROR_NOT_FOUND,
                         "log number %" G_GINT64_FORMAT " published nothing here", request->seq));
}

static gboolean
mind_changed(
    VtPublishPlan *plan, const VtUndoRequest *request, VtUndoResult *result, GError **error)
{
    if (!vt_publish_plan_changed(
            plan, request->seq, request->force, result->changed, &result->n_changed, error))
        return FALSE;
    if (request->dry_run || result->n_changed == 0)
        return TRUE;
    return vt_throw(error, VT_ERROR_CHANGED_SINCE,
        "%" G_GUINT64_FORMAT
        " documents were published again since, or are in the trash, the first "
        "is %s",
        result->n_changed, (const char *)g_ptr_array_index(result->changed, 0));
}

static gboolean
mind_missing(
    VtPublishPlan *plan, const VtUndoRequest *request, VtUndoResult *result, GError **error)
{
    g_autoptr(GArray) bereft = vt_publish_plan_bereft(plan, error);

    if (bereft == NULL)
        return FALSE;
    result->n_missing = bereft->len;
    for (guint i = 0; i < MIN(bereft->len, VT_PUBLISH_MAX_NAMES); i++) {
        const VtPublishBereft *one = &g_array_index(bereft, VtPublishBereft, i);

        g_ptr_array_add(result->missing, g_strdup_printf("%s, shown by %s", one->name, one->by));
    }
    if (request->dry_run || bereft->len == 0)
        return TRUE;
    return vt_throw(error, VT_ERROR_UNPUBLISHED_DEPENDENCIES,
        "sets would be left with %u media that are not live, the first is %s", bereft->len,
        (const char *)g_ptr_array_index(result->missing, 0));
}

/* A group says that it, or its undo, was undone. */
static gboolean
mark_group(VtPublishPlan *plan, gint64 seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_group_undone, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", plan->tenant_id);
    vt_stmt_bind_int(stmt, "seq", seq);
    vt_stmt_bind_int(stmt, "new_seq", plan->seq);
    return vt_stmt_exec(stmt, NULL, error);
}

/* A dry run takes the same steps and rolls back; @ret_items is its plan then. */
static gboolean
finish(VtPublishPlan *plan,
    VtTx *tx,
    const VtUndoRequest *request,
    const VtActor *actor,
    VtUndoResult *result,
    GArray **ret_items,
    GError **error)
{
    if (!vt_publish_plan_drop_live(plan, error) ||
        !vt_publish_plan_names(plan, result->planned, &result->n_restored, error))
        return FALSE;
    if (request->dry_run)
        return (*ret_items = vt_publish_plan_items(plan, error)) != NULL;
    if (!vt_publish_plan_move_heads(plan, error) || !mark_group(plan, request->seq, error) ||
        !vt_publish_plan_commit(plan, tx, "undo", actor, &result->n_restored, error))
        return FALSE;
    result->seq = result->n_restored > 0 ? plan->seq : 0;
    return TRUE;
}

static gboolean
run(VtDb *db,
    const VtUndoRequest *request,
    const VtActor *actor,
    VtUndoResult *result,
    GArray **ret_items,
    GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = request->tenant_id};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    return tx != NULL && vt_changelog_lock(db, &plan.seq, error) &&
           collect(&plan, request, error) && mind_changed(&plan, request, result, error) &&
           mind_missing(&plan, request, result, error) &&
           finish(&plan, tx, request, actor, result, ret_items, error);
}

gboolean
vt_undo(VtDb *db,
    const VtUndoRequest *request,
    const VtActor *actor,
    VtUndoResult *ret_result,
    GError **error)
{
    g_autoptr(GArray) items = NULL;

    *ret_result = (VtUndoResult){.planned = g_ptr_array_new_with_free_func(g_free),
        .changed = g_ptr_array_new_with_free_func(g_free),
        .missing = g_ptr_array_new_with_free_func(g_free)};
    if (!run(db, request, actor, ret_result, &items, error))
        return FALSE;
    return items == NULL || !request->tell_changes ||
           vt_differences_tell(db, request->tenant_id, items, &ret_result->changes, error);
}
