/* What rows take back: sets and assets that are live no more, and assets that are deleted.
 *
 * Collected for the whole run and done at its end, after everything marked PublishNow went live, so
 * that a manifest may move things. What still is shown elsewhere stays, and its row says by whom.
 */
#pragma once

#include "manifest/context.h"
#include "manifest/outcome.h"
#include "media/asset.h"

typedef struct _VtManifestTakeback VtManifestTakeback;

/* @context: (borrowed)
 * @force: also assets that live sets show; who may is the caller's question */
VtManifestTakeback *vt_manifest_takeback_new(const VtManifestContext *context, gboolean force);
void vt_manifest_takeback_free(VtManifestTakeback *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestTakeback, vt_manifest_takeback_free)

/* One locale of an asset, because of row @row; with @deletes it goes into the trash too. */
void vt_manifest_takeback_add_asset(VtManifestTakeback *self,
    guint row,
    const VtAsset *asset,
    const char *locale,
    gint64 document_id,
    gboolean deletes);

/* A set that nothing is left of; its rows have is_taken_back set. */
void vt_manifest_takeback_add_set(VtManifestTakeback *self, gint64 document_id);

/* Does it all, in transactions of its own. @n_rows: of the table and of @outcomes. */
void vt_manifest_takeback_apply(
    VtManifestTakeback *self, VtManifestOutcome *outcomes, guint n_rows);

/* Log number of what was unpublished; 0: nothing was. */
gint64 vt_manifest_takeback_seq(const VtManifestTakeback *self);
