/* The library as people see it: lists and searches of assets, and one asset with its locales.
 *
 * JSON of contract/schemas.json; NULL on an error of db.h.
 */
#pragma once

#include "media/asset_edit.h"

enum { VT_LIBRARY_PAGE_MAX = 500, VT_LIBRARY_PAGE = 50 };

/* What is looked for; a text that is NULL or "" does not narrow. */
typedef struct {
    gint64 tenant_id;
    const char *text; /* in names and tags, ASCII case ignored */
    const char *type; /* a word of vt_asset_type_names */
    const char *category;
    const char *folder; /* a path; its assets only, not those of folders inside; NULL: all */
    const char *state;  /* a word of vt_library_state_names */
    const char *locale; /* has content of its own there */
    const char *tag;    /* exactly */
    const char *after;  /* name of the last one seen */
    guint limit;        /* at most VT_LIBRARY_PAGE_MAX */
} VtLibraryQuery;

/* AssetList, by name. Also VT_ERROR_NOT_FOUND for a folder, VT_ERROR_BAD_ENUM for a type or state,
 * VT_ERROR_LOCALE. */
json_t *vt_library_list(VtDb *db, const VtLibraryQuery *query, GError **error);

/* What people are told of an asset, for vt_asset_edit_kind: its head and its locales; and the form
 * of asset_body.h. */
json_t *vt_library_describe(const VtEdit *edit, const VtDocumentState *state, GError **error);
json_t *vt_library_describe_body(const VtEdit *edit, const char *body, GError **error);

/* Puts the asset into a folder ("": the root). VT_ERROR_NOT_FOUND. A transaction of its own. */
gboolean vt_library_set_folder(
    VtDb *db, const VtAssetPlace *place, const char *folder, const VtActor *actor, GError **error);
