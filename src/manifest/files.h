/* The files a manifest names, taken in by several threads while no transaction is open: of a
 * folder, or of the web.
 *
 * Each is opened or fetched and taken in once however many rows name it as the same kind of thing.
 * Paths are resolved below the media folder and cannot leave it, not even by a symbolic link; web
 * addresses reach public machines only (see base/http_client.h).
 *
 * A VtManifestFiles belongs to one thread, which wants, waits and finds.
 */
#pragma once

#include "base/http_client.h"
#include "media/ingest.h"

typedef struct {
    VtBinary binary;
    gint64 changed_us; /* of the file itself, microseconds since 1970 UTC; 0: not known */
    GError *error;     /* owned: why it could not be taken in, or NULL. VT_ERROR_FILE_MISSING (not
                          there, outside, no file), VT_ERROR_FETCH (with the status) and those of
                          media/ingest.h */
} VtManifestFile;

/* What a file has to be: an asset of this type, or a track of this role. */
typedef struct {
    gboolean is_track;
    VtAssetType type;
    VtTrackRole role;
} VtFileKind;

/* What the cells of one row name; NULL: not asked for. */
typedef struct {
    const VtManifestFile *own;
    const VtManifestFile *tracks[VT_TRACK_ROLE_COUNT];
} VtRowFiles;

/* Opens a regular file below the open @folder (-1: none) for reading; the caller closes it. -1 with
 * VT_ERROR_FILE_MISSING when it is not there, outside, or no file, or VT_ERROR_STORAGE. */
int vt_manifest_file_open(int folder, const char *path, GError **error);

typedef struct _VtManifestFiles VtManifestFiles;

enum { VT_MANIFEST_FETCHERS = 8 }; /* web addresses fetched at once */

/* @ingest: (borrowed)
 * @media_dir: the media folder, or NULL: every file is missing
 * @allowed: (borrowed): private addresses of the web that may be fetched from, or NULL
 * VT_ERROR_FILE_MISSING when @media_dir cannot be opened. */
VtManifestFiles *vt_manifest_files_new(VtIngest *ingest,
    const char *media_dir,
    const VtHttpAllowed *allowed,
    guint n_workers,
    GError **error);
void vt_manifest_files_free(VtManifestFiles *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestFiles, vt_manifest_files_free)

/* Starts on the file unless that was done before; waits while many are being worked on. */
void vt_manifest_files_want(VtManifestFiles *self, const VtFileKind *kind, const char *path);

/* Returns when all that was wanted is there. */
void vt_manifest_files_wait(VtManifestFiles *self);

/* A file that was wanted and waited for. Borrowed; NULL when it was not wanted. */
const VtManifestFile *vt_manifest_files_find(
    const VtManifestFiles *self, const VtFileKind *kind, const char *path);
