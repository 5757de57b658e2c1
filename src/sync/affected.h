/* Which answers a batch of a read store makes old, as the tags they carry (readstore/tag.h).
 *
 * Rows tell their own tag. An asset's record is shown by answers of products and categories and, as
 * a picture or file, under its ids: a changed text is no new picture, and a new picture no new
 * text, so the record is compared with the one before. Which rows show it is looked up in the sets
 * that are live, and then in the rows themselves.
 *
 *     open ─▶ note_asset() for each that is put ─▶ (the batch is committed) ─▶ tags
 *
 * Belongs to one thread. Errors: those of readstore/reader.h and db.h.
 */
#pragma once

#include "db/db.h"
#include "readstore/reader.h"
#include "readstore/writer.h"

/* More tags than this are told as those of everything. */
enum { VT_AFFECTED_MAX_TAGS = 10000 };

typedef struct _VtAffected VtAffected;

/* Looks at the store at @path as it is before the batch. */
VtAffected *vt_affected_open(const char *path, GError **error);
void vt_affected_free(VtAffected *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtAffected, vt_affected_free)

/* Compares a record that is put now with the one before. */
gboolean vt_affected_note_asset(VtAffected *self, const VtReadstoreAsset *record, GError **error);

typedef struct {
    VtDb *db; /* borrowed, as all that follows: the state of the batch */
    gint64 tenant_id;
    const char *tenant;
    const GPtrArray *channels; /* of VtChannel */
    const char *database;      /* whose store it is */
    gboolean only_deleted;     /* nothing but what was taken back */
} VtAffectedAsk;

/* The tags of what @changes made old, each once, newly allocated texts; those of everything where
 * the changes are not told one by one. After the commit of the batch. */
GPtrArray *vt_affected_tags(
    VtAffected *self, const VtAffectedAsk *ask, const VtReadstoreChanges *changes, GError **error);
