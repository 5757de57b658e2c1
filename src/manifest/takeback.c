#include "manifest/takeback.h"

#include "media/head.h"
#include "publish/unpublish.h"

enum { ROWS_PER_TRANSACTION = 500 };

typedef struct {
    guint row;
    VtAsset asset;
    char *locale; /* owned */
    gint64 document_id;
    gboolean deletes;
} Piece;

struct _VtManifestTakeback {
    const VtManifestContext *context;
    gboolean force;
    GArray *pieces;    /* Piece */
    GArray *documents; /* gint64: of pieces and sets */
    gint64 seq;
};

static void
clear_piece(gpointer data)
{
    g_free(((Piece *)data)->locale);
}

VtManifestTakeback *
vt_manifest_takeback_new(const VtManifestContext *context, gboolean force)
{
    VtManifestTakeback *self = g_new0(VtManifestTakeback, 1);

    self->context = context;
    self->force = force;
    self->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    g_array_set_clear_func(self->pieces, clear_piece);
    self->documents = g_array_new(FALSE, FALSE, sizeof(gint64));
    return self;
}

void
vt_manifest_takeback_free(VtManifestTakeback *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->pieces);
    g_array_unref(self->documents);
    g_free(self);
}

void
vt_manifest_takeback_add_asset(VtManifestTakeback *self,
    guint row,
    const VtAsset *asset,
    const char *locale,
    gint64 document_id,
    gboolean deletes)
{
    Piece piece = {.row = row,
        .asset = *asset,
        .locale = g_strdup(locale),
        .document_id = document_id,
        .deletes = deletes};

    g_array_append_val(self->pieces, piece);
    g_array_append_val(self->documents, document_id);
}

void
vt_manifest_takeback_add_set(VtManifestTakeback *self, gint64 document_id)
{
    g_array_append_val(self->documents, document_id);
}

/* Refuses the rows of assets that stayed live. */
static void
refuse_held(VtManifestTakeback *self, const GArray *held, VtManifestOutcome *outcomes)
{
    g_autoptr(GHashTable) by = g_hash_table_new(g_int64_hash, g_int64_equal);

    for (guint i = 0; i < held->len; i++) {
        VtUnpublishHeld *one = &g_array_index(held, VtUnpublishHeld, i);

        g_hash_table_insert(by, &one->document_id, one->by);
    }
    for (guint i = 0; i < self->pieces->len; i++) {
        const Piece *piece = &g_array_index(self->pieces, Piece, i);
        const char *set = g_hash_table_lookup(by, &piece->document_id);
        g_autoptr(GError) error = NULL;

        if (set == NULL)
            continue;
        vt_throw(&error, VT_ERROR_REFERENCED,
            "%s shows it; take that back too, or let an administrator force it", set);
        vt_manifest_outcome_refuse(
            &outcomes[piece->row], VT_OUTCOME_MEDIA, VT_OUTCOME_FAILED, error);
    }
}

static gboolean
is_refused(const VtManifestOutcome *outcomes, const Piece *piece)
{
    return outcomes[piece->row].part[VT_OUTCOME_MEDIA].state != VT_OUTCOME_DONE;
}

/* Trashes what pieces @first to before @end delete, in one transaction. */
static gboolean
delete_range(VtManifestTakeback *self,
    guint first,
    guint end,
    const VtManifestOutcome *outcomes,
    GError **error)
{
    const VtManifestContext *context = self->context;
    g_autoptr(VtChange) change = vt_change_new(context->tenant_id, "import");
    g_autoptr(VtTx) tx = vt_tx_begin(context->db, VT_TX_WRITE, error);
    gint64 seq = 0;
    gboolean gone = FALSE;

    vt_manifest_trail_drop(context->trail);
    if (tx == NULL)
        return FALSE;
    for (guint i = first; i < end; i++) {
        const Piece *piece = &g_array_index(self->pieces, Piece, i);

        if (!piece->deletes || is_refused(outcomes, piece))
            continue;
        if (!vt_asset_delete_locale(
                context->db, &piece->asset, piece->locale, &context->actor, change, &gone, error))
            return FALSE;
        vt_manifest_trail_add_deleted(context->trail, piece->row);
    }
    return vt_change_write(change, context->db, &context->actor, &seq, error) &&
           vt_manifest_trail_commit(context->trail, tx, error);
}

/* Each for itself, so that one that cannot be deleted fails alone. */
static void
delete_singly(VtManifestTakeback *self, guint first, guint end, VtManifestOutcome *outcomes)
{
    for (guint i = first; i < end && vt_manifest_trail_check(self->context->trail, NULL); i++) {
        const Piece *piece = &g_array_index(self->pieces, Piece, i);
        g_autoptr(GError) error = NULL;

        if (!delete_range(self, i, i + 1, outcomes, &error))
            vt_manifest_outcome_refuse(
                &outcomes[piece->row], VT_OUTCOME_MEDIA, VT_OUTCOME_FAILED, error);
    }
}

void
vt_manifest_takeback_apply(VtManifestTakeback *self, VtManifestOutcome *outcomes, guint n_rows)
{
    g_autoptr(GArray) held = vt_unpublish_held_new();
    g_autoptr(GError) error = NULL;

    if (self->documents->len == 0)
        return;
    if (!vt_unpublish_documents(self->context->db, self->context->tenant_id, self->documents,
            self->force, &self->context->actor, held, &self->seq, &error)) {
        for (guint i = 0; i < n_rows; i++)
            if (outcomes[i].is_taken_back)
                vt_manifest_outcome_refuse(
                    &outcomes[i], VT_OUTCOME_PUBLISH, VT_OUTCOME_FAILED, error);
        return;
    }
    refuse_held(self, held, outcomes);
    for (guint first = 0;
         first < self->pieces->len && vt_manifest_trail_check(self->context->trail, NULL);
         first += ROWS_PER_TRANSACTION) {
        guint end = MIN(first + ROWS_PER_TRANSACTION, self->pieces->len);

        if (!delete_range(self, first, end, outcomes, NULL))
            delete_singly(self, first, end, outcomes);
    }
}

gint64
vt_manifest_takeback_seq(const VtManifestTakeback *self)
{
    return self->seq;
}
