/* Content-addressed bytes in a directory.
 *
 *     original  <sha256 of the content>          what people uploaded
 *     pyramid   <sha256 of the original>.<version>   made from it once
 *
 * A kept file never changes and is readable by whoever can reach it: the directory above the store
 * is what keeps others out. Programs that look into originals run as nobody and need that.
 *
 * Errors: VT_ERROR_STORAGE (disk), VT_ERROR_NOT_FOUND, VT_ERROR_TOO_LARGE. All functions may be
 * called from any thread.
 */
#pragma once

#include "base/hash.h"

typedef struct _VtBlobStore VtBlobStore;

/* @directory is made if missing. Drafts untouched for a day before @now_us (wall clock,
 * microseconds) belong to a process that died and are removed; younger ones may belong to another
 * process. */
VtBlobStore *vt_blob_store_open(const char *directory, gint64 now_us, GError **error);
void vt_blob_store_free(VtBlobStore *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtBlobStore, vt_blob_store_free)

/* An open file without a name yet. Free it without keeping and it never was. */
typedef struct _VtBlobDraft VtBlobDraft;
VtBlobDraft *vt_blob_draft_new(VtBlobStore *store, GError **error);
int vt_blob_draft_fd(const VtBlobDraft *self); /* borrowed; for reading and writing */
void vt_blob_draft_free(VtBlobDraft *self);    /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtBlobDraft, vt_blob_draft_free)

/* Another descriptor of the draft's file, for reading only, at its start; the caller closes. -1 on
 * error. */
int vt_blob_draft_open(const VtBlobDraft *self, GError **error);

/* Copies @source_fd from its position to the end into an empty draft, hashing on the way; more than
 * @max_bytes is VT_ERROR_TOO_LARGE. */
gboolean vt_blob_draft_fill(VtBlobDraft *self,
    int source_fd,
    guint64 max_bytes,
    VtHash *ret_hash,
    guint64 *ret_bytes,
    GError **error);

/* Keeps a filled draft as the original of its hash, durably. An original that is already there is
 * left as it is. */
gboolean vt_blob_keep_original(
    VtBlobStore *self, VtBlobDraft *draft, const VtHash *hash, GError **error);

/* Both: fills a draft and keeps it. */
gboolean vt_blob_put_original(VtBlobStore *self,
    int source_fd,
    guint64 max_bytes,
    VtHash *ret_hash,
    guint64 *ret_bytes,
    GError **error);

/* Keeps what was written to @draft as the pyramid of @original, durably. */
gboolean vt_blob_keep_pyramid(
    VtBlobStore *self, VtBlobDraft *draft, const char *original, guint version, GError **error);

/* Opens for reading; the caller closes. -1 on error. @original: 64 hex digits. */
int vt_blob_open_original(VtBlobStore *self, const char *original, GError **error);
int vt_blob_open_pyramid(VtBlobStore *self, const char *original, guint version, GError **error);

gboolean vt_blob_has_original(VtBlobStore *self, const char *original);
gboolean vt_blob_has_pyramid(VtBlobStore *self, const char *original, guint version);
