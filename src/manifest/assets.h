/* The media part of a row: which asset it means, and making that asset say what the row says.
 *
 * An asset is found by source pair, then InternalMediaId, then MediaDisplayName, and remembered for
 * the whole run: rows that repeat an asset cost no statement, and are not applied again unless
 * their cells say something else.
 *
 * Writing happens in the caller's transaction; tell whether it was kept (commit, rollback) before
 * the next.
 */
#pragma once

#include "manifest/context.h"
#include "manifest/files.h"
#include "manifest/outcome.h"

typedef struct _VtManifestAssets VtManifestAssets;

/* @context: (borrowed) */
VtManifestAssets *vt_manifest_assets_new(const VtManifestContext *context);
void vt_manifest_assets_free(VtManifestAssets *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestAssets, vt_manifest_assets_free)

/* Looks the asset of a row with media up, before any transaction; apply() relies on it.
 * @ret_needs_files: whether the files the row names will be asked for.
 * VT_ERROR_NOT_FOUND for an unknown InternalMediaId, VT_ERROR_CHANNEL, or an error of db.h. */
gboolean vt_manifest_assets_look_up(
    VtManifestAssets *self, const VtManifestRow *row, gboolean *ret_needs_files, GError **error);

/**
 * vt_manifest_assets_apply:
 * @files: what the row named, as far as it was asked for
 * @outcome: its media part is set, and the asset
 *
 * Everything that can be refused is checked before the first statement that writes. Rows that take
 * an asset back are only checked here: see takeback.h.
 *
 * Returns: FALSE when the transaction is lost (an error of db.h, or somebody else was faster).
 */
gboolean vt_manifest_assets_apply(VtManifestAssets *self,
    const VtManifestRow *row,
    const VtRowFiles *files,
    VtManifestOutcome *outcome,
    GError **error);

/* In place of look_up() and apply() for a row whose @outcome an earlier attempt of the import left:
 * what later rows have to know of it. Errors: those of db.h. */
gboolean vt_manifest_assets_restore(
    VtManifestAssets *self, const VtManifestRow *row, VtManifestOutcome *outcome, GError **error);

/* The asset a row named that apply() accepted. Borrowed until the next change. */
const VtAsset *vt_manifest_assets_of(const VtManifestAssets *self, const VtManifestRow *row);

void vt_manifest_assets_commit(VtManifestAssets *self);
void vt_manifest_assets_rollback(VtManifestAssets *self);

/* The asset of an InternalMediaId or a name. VT_ERROR_NOT_FOUND, or an error of db.h. */
gboolean vt_manifest_assets_find(
    VtManifestAssets *self, const char *text, gint64 *ret_asset_id, GError **error);
