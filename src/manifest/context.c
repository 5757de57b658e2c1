#include "manifest/context.h"

#include "base/error.h"
#include "document/revision.h"

gboolean
vt_manifest_should_stop(const VtManifestContext *self)
{
    return self->should_stop != NULL && self->should_stop(self->data);
}

void
vt_manifest_leave_out(VtManifestOutcome *outcome, VtOutcomePart part)
{
    g_autoptr(GError) error = NULL;

    vt_throw(&error, VT_ERROR_STOPPED, "the import was stopped before");
    vt_manifest_outcome_refuse(outcome, part, VT_OUTCOME_SKIPPED, error);
}

gboolean
vt_manifest_may_write(const VtManifestContext *context,
    const VtManifestOrders *orders,
    gint64 checked_out_by,
    gint64 head,
    const char *what,
    GError **error)
{
    if (checked_out_by != 0 && orders->checked_out == VT_MISMATCH_USE_EXISTING) {
        g_autofree char *owner = vt_document_holder_name(context->db, checked_out_by);

        return vt_throw(error, VT_ERROR_CHECKED_OUT, "%s is checked out to %s", what, owner);
    }
    if (orders->version != 0 && orders->version != head &&
        orders->version_mismatch == VT_MISMATCH_USE_EXISTING)
        return vt_throw(error, VT_ERROR_STALE_VERSION,
            "%s is at version %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, what, head,
            orders->version);
    return TRUE;
}

gboolean
vt_manifest_take_over(const VtManifestContext *context, gint64 document_id, GError **error)
{
    g_auto(VtDocumentState) state = {0};
    gint64 number = 0;

    if (!vt_document_state(context->db, document_id, VT_GROUP_LIVE, &state, error))
        return FALSE;
    if (state.checked_out_by == 0)
        return TRUE;
    if (state.draft != NULL) {
        const VtRevisionSpec abandoned = {
            .body = state.draft, .comment = "working copy an import overwrote"};

        if (!vt_revision_add(context->db, document_id, VT_GROUP_LIVE, &abandoned, &context->actor,
                &number, error))
            return FALSE;
    }
    return vt_document_discard(context->db, &state, VT_GROUP_LIVE, error);
}

gboolean
vt_manifest_may_pass(const GError *error)
{
    static const VtErrorCode code[] = {
        VT_ERROR_CONFLICT, VT_ERROR_DUPLICATE_NAME, VT_ERROR_STALE_VERSION, VT_ERROR_DATABASE};

    for (gsize i = 0; i < G_N_ELEMENTS(code); i++)
        if (vt_error_is(error, code[i]))
            return TRUE;
    return FALSE;
}
