/* The columns of a manifest, as one table; how a header row is read against it.
 *
 * Names compare without case; order is free; unknown columns are kept in the result and ignored.
 */
#pragma once

#include "base/tsv.h"
#include "contract/contract.h"

typedef enum {
    VT_COLUMN_INTERNAL_MEDIA_ID,
    VT_COLUMN_MEDIA_CHANNEL,
    VT_COLUMN_MEDIA_LOCALE,
    VT_COLUMN_MEDIA_TYPE,
    VT_COLUMN_MEDIA_VERSION,
    VT_COLUMN_MEDIA_CATEGORY,
    VT_COLUMN_MEDIA_SOURCE_PROVIDER,
    VT_COLUMN_MEDIA_SOURCE_ID,
    VT_COLUMN_MEDIA_REFERENCE_URL,
    VT_COLUMN_MEDIA_SOURCE_IF_EXISTS_ACTION,
    VT_COLUMN_MEDIA_ACTION,
    VT_COLUMN_MEDIA_CHECKED_OUT_ACTION,
    VT_COLUMN_MEDIA_VERSION_MISMATCH_ACTION,
    VT_COLUMN_MEDIA_IMPORT_PATH,
    VT_COLUMN_IMAGE_ALT_TEXT,
    VT_COLUMN_MEDIA_SEARCH_TAGS,
    VT_COLUMN_MEDIA_CAPTION,
    VT_COLUMN_MEDIA_DISPLAY_NAME,
    VT_COLUMN_MEDIA_DESCRIPTION,
    VT_COLUMN_VIDEO_CAPTION_IMPORT_PATH,
    VT_COLUMN_VIDEO_THUMBNAIL_IMPORT_PATH,
    VT_COLUMN_VIDEO_TRANSCRIPT_IMPORT_PATH,
    VT_COLUMN_VIDEO_AUDIO_TRACK_IMPORT_PATH,
    VT_COLUMN_VIDEO_DESCRIPTIVE_AUDIO_TRACK_IMPORT_PATH,
    VT_COLUMN_VIDEO_PLAYTIME,
    VT_COLUMN_MEDIA_CREATED_ON,
    VT_COLUMN_MEDIA_LAST_MODIFIED_ON,
    VT_COLUMN_MEDIA_PUBLISHED,
    VT_COLUMN_MEDIA_PUBLISHED_ON,
    VT_COLUMN_MEDIA_PUBLISHED_URL,
    VT_COLUMN_MEDIA_PREVIEW_URL,
    VT_COLUMN_IMAGE_QUALITY,
    VT_COLUMN_IMAGE_WIDTH,
    VT_COLUMN_IMAGE_HEIGHT,
    VT_COLUMN_MEDIA_CHECKSUM,
    VT_COLUMN_MEDIA_TITLE,
    VT_COLUMN_VIDEO_SUBTITLE,
    VT_COLUMN_VIDEO_MINIMUM_AGE,
    VT_COLUMN_DOCUMENT_FORCE_DOWNLOAD,
    VT_COLUMN_SET_MEMBERS,
    VT_COLUMN_SET_ROWS,
    VT_COLUMN_ENTITY_TYPE,
    VT_COLUMN_ENTITY_KEY,
    VT_COLUMN_ENTITY_KEY_VALUE,
    VT_COLUMN_ENTITY_LOCALE,
    VT_COLUMN_CATALOG_NUMBER,
    VT_COLUMN_ENTITY_CHANNEL,
    VT_COLUMN_ENTITY_ASSIGNMENT_CURRENT_PUBLISH_STATE,
    VT_COLUMN_ENTITY_ASSIGNMENT_ACTION,
    VT_COLUMN_ENTITY_CHECKED_OUT_ACTION,
    VT_COLUMN_ENTITY_VERSION_MISMATCH_ACTION,
    VT_COLUMN_MEDIA_GROUP,
    VT_COLUMN_MEDIA_PURPOSE,
    VT_COLUMN_MEDIA_DISPLAY_ORDER,
    VT_COLUMN_SWATCH_GROUP,
    VT_COLUMN_SWATCH_DIMENSION,
    VT_COLUMN_SWATCH_VALUE,
    VT_COLUMN_SWATCH_CROP,
    VT_COLUMN_ENTITY_VERSION,
    VT_COLUMN_ENTITY_CREATED_ON,
    VT_COLUMN_ENTITY_LAST_MODIFIED_ON,
    VT_COLUMN_ENTITY_PUBLISHED_ON,
    VT_COLUMN_RESULT,
    VT_COLUMN_RESULT_TIME,
    VT_COLUMN_ERROR_CODE,
    VT_COLUMN_RESULT_DESCRIPTION, /* last: see VT_N_COLUMNS */
} VtColumn;
#define VT_N_COLUMNS (VT_COLUMN_RESULT_DESCRIPTION + 1)

typedef enum {
    VT_COLUMN_PART_MEDIA,  /* of the asset */
    VT_COLUMN_PART_ENTITY, /* of the assignment */
    VT_COLUMN_PART_RESULT, /* written by an import */
} VtColumnPart;

/* When an empty cell is VT_ERROR_MISSING_FIELD. */
typedef enum {
    VT_COLUMN_OPTIONAL,
    VT_COLUMN_FOR_MEDIA,     /* the row names an asset */
    VT_COLUMN_FOR_TYPE,      /* the same, but for rows that only take it back */
    VT_COLUMN_FOR_NEW_MEDIA, /* the row makes an asset */
    VT_COLUMN_FOR_ENTITY,    /* the row assigns something */
} VtColumnNeed;

typedef struct {
    const char *name;
    VtColumnPart part;
    VtColumnNeed need;
    gboolean is_content;   /* changes what an asset says */
    gboolean is_read_only; /* written by an export, ignored here */
} VtColumnRow;

extern const VtColumnRow vt_column_rows[VT_N_COLUMNS];

/* Which column brings a track of each role. */
extern const VtColumn vt_column_of_track[VT_TRACK_ROLE_COUNT];

/* Where each column stands in a file; -1: it has none. */
typedef struct {
    int at[VT_N_COLUMNS];
    guint n_cells; /* of the header row */
} VtManifestHeader;

/* VT_ERROR_MANIFEST_HEADER when @table has no first row, a name stands twice in it, or no column of
 * it is known. */
gboolean vt_manifest_header_read(const VtTsv *table, VtManifestHeader *ret_header, GError **error);
