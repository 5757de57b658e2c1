#include "publish/publish.h"

#include "publish/mark.h"
#include "publish/plan.h"
#include "publish/warning.h"

void
vt_publish_result_clear(VtPublishResult *self)
{
    g_clear_pointer(&self->skipped, g_ptr_array_unref);
    g_clear_pointer(&self->missing, g_ptr_array_unref);
    g_clear_pointer(&self->planned, g_ptr_array_unref);
    g_clear_pointer(&self->advice, g_array_unref);
    vt_differences_clear(&self->changes);
}

json_t *
vt_publish_result_json(const VtPublishResult *self)
{
    json_t *json = json_pack("{s:I,s:I,s:I,s:I,s:o,s:I,s:o,s:o,s:o}", "seq", (json_int_t)self->seq,
        "published", (json_int_t)self->n_published, "marked", (json_int_t)self->n_marked,
        "n_skipped", (json_int_t)self->n_skipped, "skipped", vt_json_texts(self->skipped),
        "n_missing", (json_int_t)self->n_missing, "missing", vt_json_texts(self->missing),
        "planned", vt_json_texts(self->planned), "warnings", vt_publish_advice_json(self->advice));

    vt_differences_add(&self->changes, json);
    return json;
}

/* With `all`, what is edited was left out and is named; by name, it is refused. */
static gboolean
mind_edited(
    VtPublishPlan *plan, const VtPublishRequest *request, VtPublishResult *result, GError **error)
{
    if (!vt_publish_plan_edited(plan, request->all, result->skipped, &result->n_skipped, error))
        return FALSE;
    if (!request->all && !request->dry_run && result->n_skipped > 0)
        return vt_throw(error, VT_ERROR_CHECKED_OUT,
            "somebody is editing %s; finish or discard it first",
            (const char *)g_ptr_array_index(result->skipped, 0));
    return TRUE;
}

/* No set may go live naming a picture that is not. With `all` such a picture is being edited: its
 * sets wait with it. */
static gboolean
mind_missing(
    VtPublishPlan *plan, const VtPublishRequest *request, VtPublishResult *result, GError **error)
{
    g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (request->all && !vt_mark_hold(plan, result->skipped, &result->n_skipped, error))
        return FALSE;
    if (request->with_dependencies && (!vt_publish_plan_add_dependencies(plan, error) ||
                                          !vt_publish_plan_add_members(plan, error)))
        return FALSE;
    if (!vt_publish_plan_missing(plan, result->missing, &result->n_missing, documents, error))
        return FALSE;
    if (request->dry_run)
        return TRUE;
    if (!request->all && result->n_missing > 0)
        return vt_throw(error, VT_ERROR_UNPUBLISHED_DEPENDENCIES,
            "%" G_GUINT64_FORMAT " media are not published, the first is '%s'; publish them too "
            "with --with-dependencies",
            result->n_missing, (const char *)g_ptr_array_index(result->missing, 0));
    for (guint i = 0; i < documents->len; i++)
        if (!vt_publish_plan_remove_set(
                plan, g_array_index(documents, gint64, i), result->skipped, error))
            return FALSE;
    result->n_skipped += documents->len;
    return TRUE;
}

/* Whether the assets asked for are only marked. */
static gboolean
must_wait(VtPublishPlan *plan, const VtPublishRequest *request, gboolean *ret_waits, GError **error)
{
    gboolean sets = (request->products != NULL && *request->products != NULL) ||
                    (request->categories != NULL && *request->categories != NULL);
    gboolean is_instant = TRUE;

    if (request->may_wait && !request->all && !sets && !request->dry_run &&
        !vt_mark_is_instant(plan->db, plan->tenant_id, &is_instant, error))
        return FALSE;
    *ret_waits = !is_instant;
    return TRUE;
}

/* A dry run takes the same steps and rolls back; @ret_items is its plan then. */
static gboolean
finish(VtPublishPlan *plan,
    VtTx *tx,
    const VtPublishRequest *request,
    const VtActor *actor,
    VtPublishResult *result,
    GArray **ret_items,
    GError **error)
{
    gboolean waits = FALSE;

    if (!must_wait(plan, request, &waits, error))
        return FALSE;
    if (waits)
        return vt_mark_plan(plan, tx, TRUE, FALSE, actor, &result->n_marked, error);
    if (!vt_publish_plan_drop_live(plan, error) || !vt_publish_advise(plan, result->advice, error))
        return FALSE;
    if ((request->dry_run || request->name_published) &&
        !vt_publish_plan_names(plan, result->planned, &result->n_published, error))
        return FALSE;
    if (request->dry_run)
        return (*ret_items = vt_publish_plan_items(plan, error)) != NULL;
    if (!vt_publish_plan_commit(plan, tx, "publish", actor, &result->n_published, error))
        return FALSE;
    result->seq = result->n_published > 0 ? plan->seq : 0;
    return TRUE;
}

static gboolean
run(VtDb *db,
    const VtPublishRequest *request,
    const VtActor *actor,
    VtPublishResult *result,
    GArray **ret_items,
    GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = request->tenant_id};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    return tx != NULL && vt_changelog_lock(db, &plan.seq, error) &&
           vt_publish_plan_collect(&plan, request, error) &&
           vt_publish_plan_add_members(&plan, error) &&
           mind_edited(&plan, request, result, error) &&
           mind_missing(&plan, request, result, error) &&
           finish(&plan, tx, request, actor, result, ret_items, error);
}

gboolean
vt_publish(VtDb *db,
    const VtPublishRequest *request,
    const VtActor *actor,
    VtPublishResult *ret_result,
    GError **error)
{
    g_autoptr(GArray) items = NULL;

    *ret_result = (VtPublishResult){.skipped = g_ptr_array_new_with_free_func(g_free),
        .missing = g_ptr_array_new_with_free_func(g_free),
        .planned = g_ptr_array_new_with_free_func(g_free),
        .advice = vt_publish_advice_new()};
    if (!run(db, request, actor, ret_result, &items, error))
        return FALSE;
    return items == NULL || !request->tell_changes ||
           vt_differences_tell(db, request->tenant_id, items, &ret_result->changes, error);
}
