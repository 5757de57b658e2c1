/* The files a manifest names, taken in by several threads while no transaction is open.
 *
 * Each path is opened and taken in once however many rows name it. Paths are resolved below the
 * media folder and cannot leave it, not even by a symbolic link.
 *
 * A VtManifestFiles belongs to one thread, which wants, waits and finds.
 */
#pragma once

#include "media/ingest.h"

typedef struct {
    VtBinary binary;
    gint64 changed_us; /* of the file itself, microseconds since 1970 UTC */
    GError *error;     /* owned: why it could not be taken in, or NULL. VT_ERROR_FILE_MISSING (not
                          there, outside, no file) and those of vt_ingest_file */
} VtManifestFile;

/* Opens a regular file below the open @folder (-1: none) for reading; the caller closes it. -1 with
 * VT_ERROR_FILE_MISSING when it is not there, outside, or no file, or VT_ERROR_STORAGE. */
int vt_manifest_file_open(int folder, const char *path, GError **error);

typedef struct _VtManifestFiles VtManifestFiles;

/* @ingest: (borrowed)
 * @media_dir: the media folder, or NULL: every file is missing
 * VT_ERROR_FILE_MISSING when @media_dir cannot be opened. */
VtManifestFiles *vt_manifest_files_new(
    VtIngest *ingest, const char *media_dir, guint n_workers, GError **error);
void vt_manifest_files_free(VtManifestFiles *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestFiles, vt_manifest_files_free)

/* Starts on the file unless that was done before; waits while many are being worked on. */
void vt_manifest_files_want(VtManifestFiles *self, const char *path);

/* Returns when all that was wanted is there. */
void vt_manifest_files_wait(VtManifestFiles *self);

/* A file that was wanted and waited for. Borrowed; NULL when it was not wanted. */
const VtManifestFile *vt_manifest_files_find(const VtManifestFiles *self, const char *path);
