/* From bytes somebody sends to an asset, live unless told otherwise.
 *
 * What an upload does not say, settings of the tenant do: whether it goes live, what happens when
 * an asset has its name, and whether a new version of an asset goes live just if the asset is. What
 * is live stays so until a newer version takes its place: an upload takes nothing back.
 */
#pragma once

#include "media/asset.h"
#include "media/ingest.h"
#include "publish/publish.h"

/* Of a decision: what the setting says. */
#define VT_UPLOAD_AS_SET (-1)

typedef struct {
    gint64 tenant_id;
    const char *file_name;   /* gives the name of a new asset */
    const char *type;        /* a word of vt_asset_type_names; NULL: what the bytes say */
    const char *folder;      /* path, made when missing; NULL: the root, or where the asset is */
    const char *locale;      /* NULL: neutral */
    const char *const *tags; /* NULL-terminated, or NULL: as they are */
    const char *alt;         /* or NULL: as it is */
    int if_exists;           /* a VtIfExists: when an asset has the name */
    int publish;             /* TRUE or FALSE */
    int retain_publish;      /* TRUE: a new version goes live if the asset is live, only then */
} VtUploadSpec;

typedef struct {
    char name[VT_ASSET_NAME_MAX + 1];
    gint64 asset_id;
    VtAssetType type;
    gboolean is_new;     /* it was not there before */
    gboolean is_renamed; /* characters of the file's name, or the name, had to change */
    gint64 seq;          /* log number it went live with; 0: it did not */
    gboolean is_marked;  /* it waits for the next publish of everything */
} VtUploadResult;

/**
 * vt_upload:
 * @fd: (borrowed): read from its start
 *
 * Decodes outside of any transaction, then writes the asset in one, then publishes that locale.
 *
 * Returns: FALSE with an error of vt_ingest_file, VT_ERROR_BAD_VALUE, VT_ERROR_BAD_ENUM,
 *   VT_ERROR_LOCALE, VT_ERROR_DUPLICATE_NAME, VT_ERROR_DUPLICATE_SKIPPED, VT_ERROR_CHECKED_OUT,
 * VT_ERROR_MEDIA_TYPE when the asset of this name is of another type, or an error of db.h. Nothing
 * is kept then but perhaps the bytes; if only the publishing failed, the asset is there as a draft.
 */
gboolean vt_upload(VtDb *db,
    VtIngest *ingest,
    int fd,
    const VtUploadSpec *spec,
    const VtActor *actor,
    VtUploadResult *ret_result,
    GError **error);
