/* What an import has done so far, in a file beside it, so that it goes on after a kill.
 *
 * What was done is not decided again, for it would come out differently: a copy that KeepBoth made
 * would be made once more, a row with a version would find a newer one, and what was deleted would
 * be missing. A transaction of the import adds what became of its rows, and keeps, in itself, how
 * many bytes of the file count from now on; what stands behind them never was.
 *
 * Lines of JSON; only the program that wrote them reads them. Of the import's thread.
 */
#pragma once

#include "db/db.h"
#include "manifest/outcome.h"
#include "publish/item.h"

/* What became of a set. */
typedef struct {
    guint first;           /* the row that named it first: its name here */
    VtPublishItem publish; /* document_id 0: nothing */
    gint64 closes;         /* document; 0: none */
    guint severed_by;      /* row, or G_MAXUINT */
} VtManifestTrailSet;

typedef struct _VtManifestTrail VtManifestTrail;

/* Keeps that @n_bytes count, in the transaction that is open on the import's session. */
typedef gboolean (*VtManifestKeep)(gpointer data, gint64 n_bytes, GError **error);

/**
 * vt_manifest_trail_open:
 * @n_bytes: of the file that count; 0: nothing was done
 * @outcomes: by row; what an earlier attempt did is put there, with is_restored set
 *
 * Returns: NULL with VT_ERROR_STORAGE. What is not there any more is done again.
 */
VtManifestTrail *vt_manifest_trail_open(const char *path,
    gint64 n_bytes,
    VtManifestKeep keep,
    gpointer data,
    VtManifestOutcome *outcomes,
    guint n_rows,
    GError **error);
void vt_manifest_trail_free(VtManifestTrail *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestTrail, vt_manifest_trail_free)

/* What an earlier attempt made of the set that row @first names first; NULL: nothing. Borrowed. */
const VtManifestTrailSet *vt_manifest_trail_find_set(const VtManifestTrail *self, guint first);

/* What is added goes with the next commit. Without a trail (@self NULL) nothing happens. */
void vt_manifest_trail_add_row(
    VtManifestTrail *self, guint row, const VtManifestOutcome *outcome, gboolean is_told);
void vt_manifest_trail_add_set(VtManifestTrail *self, const VtManifestTrailSet *set);
void vt_manifest_trail_add_entity(
    VtManifestTrail *self, guint row, const VtManifestOutcome *outcome);
void vt_manifest_trail_add_deleted(VtManifestTrail *self, guint row);

/* Forgets what was added since the last commit. */
void vt_manifest_trail_drop(VtManifestTrail *self);

/* Writes what was added, keeps it and commits @tx; without a trail it only commits. FALSE with
 * VT_ERROR_STORAGE, keep()'s error or one of db.h: the import must end then, for what is kept and
 * what was done may differ. */
gboolean vt_manifest_trail_commit(VtManifestTrail *self, VtTx *tx, GError **error);

/* FALSE with that error when a commit has failed. */
gboolean vt_manifest_trail_check(const VtManifestTrail *self, GError **error);
