/* Writing a read store: one transaction per batch of the change log, or a whole new file.
 *
 *     open ─▶ batch_begin(seq) ─▶ put_… / delete_… ─▶ batch_commit        delta
 *     rebuild ─▶ the same, any number of times ─▶ install                 full sync
 *
 * A put that changes nothing writes nothing, so a batch may be applied again; what did change is
 * reported, to purge caches by. After a refused call the batch cannot be committed.
 *
 * A writer belongs to one thread, and a store to one writer at a time (a rebuild beside it
 * excepted; free the older writer before installing). Errors of every function: those of db.h,
 * VT_ERROR_TOO_LARGE for a text past its bound, and what is named below.
 */
#pragma once

#include "readstore/record.h"

/* Changes a batch names one by one; past it only their number is known: purge everything. */
#define VT_READSTORE_MAX_CHANGES 100000

typedef enum {
    VT_READSTORE_PRODUCT,        /* channel, locale, name: product */
    VT_READSTORE_VARIANT,        /* name: variant */
    VT_READSTORE_CATEGORY,       /* channel, locale, name: category */
    VT_READSTORE_ASSET,          /* asset, locale; name where it was put */
    VT_READSTORE_IMAGE,          /* name: code */
    VT_READSTORE_CHANNEL,        /* channel */
    VT_READSTORE_CONFIGURATION,  /* channel: kind, name */
    VT_READSTORE_PRODUCT_RECORD, /* name: product; only search tells of it */
} VtReadstoreKind;

typedef struct {
    VtReadstoreKind kind;
    gboolean is_deleted;
    gint64 asset;                        /* 0 where it does not apply */
    const char *channel, *locale, *name; /* NULL where they do not apply */
} VtReadstoreChange;

typedef struct {
    GArray *changes;     /* VtReadstoreChange, in order; not complete when is_cut */
    gboolean is_cut;     /* more than MAX_CHANGES, or a rebuild, which lists none */
    guint64 n_put;       /* puts and deletions asked for */
    guint64 n_changed;   /* those that changed a row */
    GStringChunk *texts; /* owns the texts of @changes */
} VtReadstoreChanges;

void vt_readstore_changes_free(VtReadstoreChanges *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreChanges, vt_readstore_changes_free)

typedef struct _VtReadstoreWriter VtReadstoreWriter;

/* Opens the store at @path, an empty one with cursor 0 where there is none. VT_ERROR_CONFLICT when
 * it belongs to another tenant or channel database or an older program made it,
 * VT_ERROR_NEWER_SCHEMA: rebuild then. */
VtReadstoreWriter *vt_readstore_writer_open(
    const char *path, const char *tenant, const char *database, GError **error);

/* Starts a new file beside the one in use. Freed before it is installed, it is removed again. */
VtReadstoreWriter *vt_readstore_writer_rebuild(
    const char *path, const char *tenant, const char *database, GError **error);

/* Puts a rebuilt store in the place of the old one, durably; readers change over at their next
 * read.
 * @self goes on as an open writer. */
gboolean vt_readstore_writer_install(VtReadstoreWriter *self, GError **error);

/* Rolls an open batch back. NULL is allowed. */
void vt_readstore_writer_free(VtReadstoreWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreWriter, vt_readstore_writer_free)

/* The number of the change log the store has reached: that of the last commit. */
gint64 vt_readstore_writer_cursor(const VtReadstoreWriter *self);

/* The log number its search index has seen; 0: nothing yet. */
gint64 vt_readstore_writer_searched(const VtReadstoreWriter *self);

/* @seq: the log number the store will have reached; VT_ERROR_CONFLICT when that is behind it. */
gboolean vt_readstore_batch_begin(VtReadstoreWriter *self, gint64 seq, GError **error);

/* @ret_changes may be NULL. Untouched on failure; the batch is rolled back then. */
gboolean vt_readstore_batch_commit(
    VtReadstoreWriter *self, VtReadstoreChanges **ret_changes, GError **error);

/* Forgets the open batch; none is allowed. */
void vt_readstore_batch_abort(VtReadstoreWriter *self);

/* One thing of the open batch, such as a product with its rows: what is put and deleted between
 * begin and end is kept whole or, without @keep, undone whole, refused calls included. One at a
 * time. */
gboolean vt_readstore_item_begin(VtReadstoreWriter *self, GError **error);
gboolean vt_readstore_item_end(VtReadstoreWriter *self, gboolean keep, GError **error);

/* Brings the search index up to the open batch, after everything else of it. What fails is undone
 * whole, and the batch may go on without it. Also VT_ERROR_STORAGE for a damaged row. */
gboolean vt_readstore_index_search(VtReadstoreWriter *self, GError **error);

/* @locale: a canonical tag, or "" for every locale that has no row of its own. @body: from
 * vt_readstore_product_encode or vt_readstore_category_encode. */
gboolean vt_readstore_put_product(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *product,
    const char *body,
    GError **error);
gboolean vt_readstore_delete_product(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *product,
    GError **error);
gboolean vt_readstore_put_category(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *category,
    const char *body,
    GError **error);
gboolean vt_readstore_delete_category(VtReadstoreWriter *self,
    const char *channel,
    const char *locale,
    const char *category,
    GError **error);

/* What a product is called, and what else it is found by: the same in every channel and locale. */
gboolean vt_readstore_put_product_record(VtReadstoreWriter *self,
    const char *product,
    const char *name,
    const char *words,
    GError **error);

/* The product whose row answers requests that name the variant's id instead. */
gboolean vt_readstore_put_variant(
    VtReadstoreWriter *self, const char *variant, const char *product, GError **error);
gboolean vt_readstore_delete_variant(VtReadstoreWriter *self, const char *variant, GError **error);

gboolean vt_readstore_put_asset(
    VtReadstoreWriter *self, const VtReadstoreAsset *asset, GError **error);
gboolean vt_readstore_delete_asset(
    VtReadstoreWriter *self, gint64 asset, const char *locale, GError **error);
gboolean vt_readstore_put_image(
    VtReadstoreWriter *self, const VtReadstoreImage *image, GError **error);
gboolean vt_readstore_delete_image(VtReadstoreWriter *self, const char *code, GError **error);
gboolean vt_readstore_put_channel(
    VtReadstoreWriter *self, const VtReadstoreChannel *channel, GError **error);
gboolean vt_readstore_delete_channel(VtReadstoreWriter *self, const char *code, GError **error);

/* Anything else a node needs, by kind and name: presets, sets, settings. */
gboolean vt_readstore_put_configuration(
    VtReadstoreWriter *self, const char *kind, const char *name, const char *body, GError **error);
gboolean vt_readstore_delete_configuration(
    VtReadstoreWriter *self, const char *kind, const char *name, GError **error);
