/* Asset heads: name, type, source; and the document of each of their locales.
 *
 * Functions that write run in the caller's transaction.
 */
#pragma once

#include "document/document.h"
#include "media/content.h"

enum { VT_ASSET_NAME_MAX = 255 /* bytes */ };

typedef struct {
    gint64 asset_id;
    VtAssetType type;
    char name[VT_ASSET_NAME_MAX + 1];
} VtAsset;

/* VT_ERROR_BAD_VALUE naming the characters when @name holds control characters or one of
 * `, ; : / ? @ & = + $ * " < > | ' { } % ( )`, is empty, longer than 255 bytes or not UTF-8. */
gboolean vt_asset_name_check(const char *name, GError **error);

/* A valid name from a file's name: without its last extension, refused characters as `-`; newly
 * allocated.
 * @ret_changed tells whether anything but the extension was replaced. */
char *vt_asset_name_from_file(const char *file_name, gboolean *ret_changed);

/* Look-ups; @ret_found tells whether there is one. Trashed assets are not found. VT_ERROR_STORAGE
 * for a type this program does not know. */
gboolean vt_asset_by_name(VtDb *db,
    gint64 tenant_id,
    const char *name,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error);
/* The same by name; VT_ERROR_NOT_FOUND when there is none. */
gboolean vt_asset_find(
    VtDb *db, gint64 tenant_id, const char *name, VtAsset *ret_asset, GError **error);
gboolean vt_asset_by_source(VtDb *db,
    gint64 tenant_id,
    const char *provider,
    const char *source_id,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error);
gboolean vt_asset_by_id(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error);

/* InternalMediaId of manifests: `MA` and the number. */
char *vt_asset_internal_id(gint64 asset_id);
gboolean vt_asset_internal_id_parse(const char *text, gint64 *ret_asset_id);

typedef struct {
    const char *name;
    VtAssetType type;
    const char *category;        /* NULL: None */
    const char *source_provider; /* or NULL */
    const char *source_id;       /* or NULL */
} VtAssetSpec;

/* The head and its own image record. VT_ERROR_DUPLICATE_NAME when name or source pair is taken,
 * VT_ERROR_BAD_VALUE for a name that cannot be. */
gboolean vt_asset_create(VtDb *db,
    gint64 tenant_id,
    const VtAssetSpec *spec,
    const VtActor *actor,
    gint64 *ret_asset_id,
    GError **error);

/* The document of an asset in a locale; 0 when it has none. */
gboolean vt_asset_document(
    VtDb *db, gint64 asset_id, const char *locale, gint64 *ret_document_id, GError **error);

/* The same, made when missing. */
gboolean vt_asset_ensure_document(VtDb *db,
    gint64 tenant_id,
    const VtAsset *asset,
    const char *locale,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error);

/* Keeps the tags of the live site's head for the library's search; NULL: none. For who moves a head
 * in another way than by check_in(). */
gboolean vt_asset_put_tags(
    VtDb *db, gint64 asset_id, const char *locale, char **tags, GError **error);

/* Makes @content the head of the branch @state is of. Errors: those of vt_revision_check_in. */
gboolean vt_asset_check_in_content(VtDb *db,
    VtDocumentState *state,
    const VtAssetContent *content,
    const VtActor *actor,
    gboolean *ret_changed,
    GError **error);

/* Makes @content the head of the asset in @locale; the document is made when missing. @ret_changed:
 * FALSE when the head says this already. Errors: those of vt_revision_check_in. */
gboolean vt_asset_check_in(VtDb *db,
    gint64 tenant_id,
    const VtAsset *asset,
    const char *locale,
    const VtAssetContent *content,
    const VtActor *actor,
    gint64 *ret_document_id,
    gboolean *ret_changed,
    GError **error);

/* The head's content of an asset in a locale; empty content when it has none. */
gboolean vt_asset_head_content(
    VtDb *db, gint64 asset_id, const char *locale, VtAssetContent *ret_content, GError **error);

/* The same in a publish group, which sees the live site's head until it has one of its own. */
gboolean vt_asset_group_content(VtDb *db,
    gint64 asset_id,
    const char *locale,
    gint64 group_id,
    VtAssetContent *ret_content,
    GError **error);

/* What is live of an asset: one row per published locale. */
typedef struct {
    char *locale;
    gint64 at_us; /* when this content was finished */
    int places;   /* where it shows, see document/document.h */
    VtAssetContent content;
} VtAssetLive;

typedef struct {
    gint64 asset_id;
    char *name;
    VtAssetType type;
    GArray *locales; /* VtAssetLive, sorted by locale; empty: not published */
} VtAssetPublished;

void vt_asset_published_free(VtAssetPublished *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtAssetPublished, vt_asset_published_free)

/* Owned by the caller. NULL on an error of db.h, or VT_ERROR_BAD_JSON and VT_ERROR_STORAGE for what
 * this program cannot read. */
VtAssetPublished *vt_asset_published_load(VtDb *db, gint64 asset_id, GError **error);

/* What is live in exactly @locale; NULL when nothing is. Borrowed. */
const VtAssetLive *vt_asset_published_in(const VtAssetPublished *self, const char *locale);

/* The locales an asset has a document in, published or not; owned. */
char **vt_asset_locales(VtDb *db, gint64 asset_id, GError **error);

/* Which asset and locale a document is; @ret_asset_id 0 when it is no asset. @ret_locale is newly
 * allocated. */
gboolean vt_asset_of_document(
    VtDb *db, gint64 document_id, gint64 *ret_asset_id, char **ret_locale, GError **error);

/* Ids after @after, ascending, at most @page, as gint64. */
GArray *vt_asset_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error);

/* Ids of the sets that show the asset, as they are live; as gint64, owned. */
GArray *vt_asset_holders(VtDb *db, gint64 asset_id, GError **error);

/* Image-server ids of an asset. */
typedef struct {
    gint64 record_id;
    char *code;
    char *modifier;     /* or NULL */
    char *postmodifier; /* or NULL */
    char *rectangle;    /* `x,y,w,h` in fractions, or NULL */
    char *attributes;   /* JSON, or NULL */
} VtImageRecord;

/* As owned VtImageRecord*. */
GPtrArray *vt_image_record_list(VtDb *db, gint64 asset_id, GError **error);

extern const VtMigration vt_media_migrations[];
extern const gsize vt_media_n_migrations;
