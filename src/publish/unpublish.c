#include "publish/unpublish.h"

#include "base/locale.h"
#include "publish/mark.h"
#include "publish/plan.h"
#include "tenant/channel.h"

void
vt_unpublish_result_clear(VtUnpublishResult *self)
{
    g_clear_pointer(&self->referenced, g_ptr_array_unref);
    g_clear_pointer(&self->holders, g_ptr_array_unref);
    g_clear_pointer(&self->planned, g_ptr_array_unref);
    vt_differences_clear(&self->changes);
}

json_t *
vt_unpublish_result_json(const VtUnpublishResult *self)
{
    json_t *json =
        json_pack("{s:I,s:I,s:I,s:I,s:o,s:o,s:o}", "seq", (json_int_t)self->seq, "unpublished",
            (json_int_t)self->n_unpublished, "marked", (json_int_t)self->n_marked, "n_referenced",
            (json_int_t)self->n_referenced, "referenced", vt_json_texts(self->referenced),
            "holders", vt_json_texts(self->holders), "planned", vt_json_texts(self->planned));

    vt_differences_add(&self->changes, json);
    return json;
}

static gboolean
find_channel(VtPublishPlan *plan, const char *code, gint64 *ret_channel_id, GError **error)
{
    g_autoptr(GPtrArray) channels = NULL;

    *ret_channel_id = VT_PUBLISH_ANY_CHANNEL;
    if (code == NULL)
        return TRUE;
    channels = vt_channel_list(plan->db, plan->tenant_id, error);
    return channels != NULL && vt_channel_parse(channels, code, ret_channel_id, error);
}

static gboolean
collect(VtPublishPlan *plan, const VtUnpublishRequest *request, GError **error)
{
    g_autofree char *locale = NULL;
    gint64 channel_id;

    if (request->locale != NULL && (locale = vt_locale_parse(request->locale, error)) == NULL)
        return FALSE;
    if (!find_channel(plan, request->channel, &channel_id, error))
        return FALSE;
    for (gsize i = 0; request->products != NULL && request->products[i] != NULL; i++)
        if (!vt_publish_plan_close_product(plan, request->products[i], channel_id, locale, error))
            return FALSE;
    for (gsize i = 0; request->categories != NULL && request->categories[i] != NULL; i++)
        if (!vt_publish_plan_close_category(
                plan, request->categories[i], channel_id, locale, error))
            return FALSE;
    for (gsize i = 0; request->assets != NULL && request->assets[i] != NULL; i++)
        if (!vt_mark_forget(plan, request->assets[i], error) ||
            !vt_publish_plan_close_asset(plan, request->assets[i], error))
            return FALSE;
    return vt_publish_plan_leave(plan, request->outlets, error);
}

/* A live set must not be left naming what is live no more, unless it is unpublished with it. */
static gboolean
mind_references(VtPublishPlan *plan,
    const VtUnpublishRequest *request,
    VtUnpublishResult *result,
    GError **error)
{
    if (!vt_publish_plan_referenced(plan, result->referenced, &result->n_referenced, error) ||
        !vt_publish_plan_holders(plan, result->holders, error))
        return FALSE;
    if (!request->force && !request->dry_run && result->n_referenced > 0)
        return vt_throw(error, VT_ERROR_REFERENCED,
            "%" G_GUINT64_FORMAT " published sets show it, the first is %s; unpublish them too, or "
            "let an administrator force it",
            result->n_referenced, (const char *)g_ptr_array_index(result->referenced, 0));
    return TRUE;
}

/* Whether the assets asked for are only marked. */
static gboolean
must_wait(
    VtPublishPlan *plan, const VtUnpublishRequest *request, gboolean *ret_waits, GError **error)
{
    gboolean sets = (request->products != NULL && *request->products != NULL) ||
                    (request->categories != NULL && *request->categories != NULL);
    gboolean is_instant = TRUE;

    if (request->may_wait && !sets &&
        !vt_mark_is_instant(plan->db, plan->tenant_id, &is_instant, error))
        return FALSE;
    *ret_waits = !is_instant;
    return TRUE;
}

/* A dry run takes the same steps and rolls back; @ret_items is its plan then. */
static gboolean
finish(VtPublishPlan *plan,
    VtTx *tx,
    const VtUnpublishRequest *request,
    const VtActor *actor,
    VtUnpublishResult *result,
    GArray **ret_items,
    GError **error)
{
    gboolean waits = FALSE;

    if (request->dry_run) {
        *ret_items = vt_publish_plan_items(plan, error);
        return *ret_items != NULL &&
               vt_publish_plan_names(plan, result->planned, &result->n_unpublished, error);
    }
    if (!must_wait(plan, request, &waits, error))
        return FALSE;
    if (waits)
        return vt_mark_plan(plan, tx, FALSE, request->force, actor, &result->n_marked, error);
    if (!vt_publish_plan_commit(plan, tx, "unpublish", actor, &result->n_unpublished, error))
        return FALSE;
    result->seq = result->n_unpublished > 0 ? plan->seq : 0;
    return TRUE;
}

static gboolean
run(VtDb *db,
    const VtUnpublishRequest *request,
    const VtActor *actor,
    VtUnpublishResult *result,
    GArray **ret_items,
    GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = request->tenant_id};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    return tx != NULL && vt_changelog_lock(db, &plan.seq, error) &&
           collect(&plan, request, error) && mind_references(&plan, request, result, error) &&
           finish(&plan, tx, request, actor, result, ret_items, error);
}

gboolean
vt_unpublish(VtDb *db,
    const VtUnpublishRequest *request,
    const VtActor *actor,
    VtUnpublishResult *ret_result,
    GError **error)
{
    g_autoptr(GArray) items = NULL;

    *ret_result = (VtUnpublishResult){.referenced = g_ptr_array_new_with_free_func(g_free),
        .holders = g_ptr_array_new_with_free_func(g_free),
        .planned = g_ptr_array_new_with_free_func(g_free)};
    if (!run(db, request, actor, ret_result, &items, error))
        return FALSE;
    return items == NULL || !request->tell_changes ||
           vt_differences_tell(db, request->tenant_id, items, &ret_result->changes, error);
}

static void
clear_held(gpointer data)
{
    g_free(((VtUnpublishHeld *)data)->by);
}

GArray *
vt_unpublish_held_new(void)
{
    GArray *held = g_array_new(FALSE, FALSE, sizeof(VtUnpublishHeld));

    g_array_set_clear_func(held, clear_held);
    return held;
}

gboolean
vt_unpublish_documents(VtDb *db,
    gint64 tenant_id,
    const GArray *document_ids,
    gboolean force,
    const VtActor *actor,
    GArray *held,
    gint64 *ret_seq,
    GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = tenant_id};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    guint64 n = 0;

    if (tx == NULL || !vt_changelog_lock(db, &plan.seq, error))
        return FALSE;
    for (guint i = 0; i < document_ids->len; i++)
        if (!vt_publish_plan_close_document(&plan, g_array_index(document_ids, gint64, i), error))
            return FALSE;
    if ((!force && !vt_publish_plan_hold(&plan, held, error)) ||
        !vt_publish_plan_commit(&plan, tx, "unpublish", actor, &n, error))
        return FALSE;
    *ret_seq = n > 0 ? plan.seq : 0;
    return TRUE;
}
