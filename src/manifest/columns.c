#include "manifest/columns.h"

#include "base/error.h"

const VtColumnRow vt_column_rows[VT_N_COLUMNS] = {
    [VT_COLUMN_INTERNAL_MEDIA_ID] = {"InternalMediaId", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_CHANNEL] = {"MediaChannel", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_LOCALE] = {"MediaLocale", VT_COLUMN_PART_MEDIA, VT_COLUMN_FOR_MEDIA},
    [VT_COLUMN_MEDIA_TYPE] = {"MediaType", VT_COLUMN_PART_MEDIA, VT_COLUMN_FOR_TYPE},
    [VT_COLUMN_MEDIA_VERSION] = {"MediaVersion", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_CATEGORY] = {"MediaCategory", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_MEDIA_SOURCE_PROVIDER] = {"MediaSourceProvider", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_SOURCE_ID] = {"MediaSourceId", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_REFERENCE_URL] = {"MediaReferenceUrl", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_MEDIA_SOURCE_IF_EXISTS_ACTION] = {"MediaSourceIfExistsAction", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_ACTION] = {"MediaAction", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_CHECKED_OUT_ACTION] = {"MediaCheckedOutAction", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_VERSION_MISMATCH_ACTION] = {"MediaVersionMismatchAction", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_IMPORT_PATH] = {"MediaImportPath", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_IMAGE_ALT_TEXT] = {"ImageAltText", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_MEDIA_SEARCH_TAGS] = {"MediaSearchTags", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_MEDIA_CAPTION] = {"MediaCaption", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_MEDIA_DISPLAY_NAME] = {"MediaDisplayName", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_FOR_NEW_MEDIA},
    [VT_COLUMN_MEDIA_DESCRIPTION] = {"MediaDescription", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_VIDEO_CAPTION_IMPORT_PATH] = {"VideoCaptionImportPath", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_VIDEO_THUMBNAIL_IMPORT_PATH] = {"VideoThumbnailImportPath", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_VIDEO_TRANSCRIPT_IMPORT_PATH] = {"VideoTranscriptImportPath", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_VIDEO_AUDIO_TRACK_IMPORT_PATH] = {"VideoAudioTrackImportPath", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_VIDEO_DESCRIPTIVE_AUDIO_TRACK_IMPORT_PATH] = {"VideoDescriptiveAudioTrackImportPath",
        VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_VIDEO_PLAYTIME] = {"VideoPlaytime", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_CREATED_ON] = {"MediaCreatedOn", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_LAST_MODIFIED_ON] = {"MediaLastModifiedOn", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_PUBLISHED] = {"MediaPublished", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_PUBLISHED_ON] = {"MediaPublishedOn", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_PUBLISHED_URL] = {"MediaPublishedURL", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_PREVIEW_URL] = {"MediaPreviewURL", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_IMAGE_QUALITY] = {"ImageQuality", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_IMAGE_WIDTH] = {"ImageWidth", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_IMAGE_HEIGHT] = {"ImageHeight", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_CHECKSUM] = {"MediaChecksum", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_MEDIA_TITLE] = {"MediaTitle", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_VIDEO_SUBTITLE] = {"VideoSubtitle", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_VIDEO_MINIMUM_AGE] = {"VideoMinimumAge", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_DOCUMENT_FORCE_DOWNLOAD] = {"DocumentForceDownload", VT_COLUMN_PART_MEDIA,
        VT_COLUMN_OPTIONAL, .is_content = TRUE},
    [VT_COLUMN_SET_MEMBERS] = {"SetMembers", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_SET_ROWS] = {"SetRows", VT_COLUMN_PART_MEDIA, VT_COLUMN_OPTIONAL,
        .is_content = TRUE},
    [VT_COLUMN_ENTITY_TYPE] = {"EntityType", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_KEY] = {"EntityKey", VT_COLUMN_PART_ENTITY, VT_COLUMN_FOR_ENTITY},
    [VT_COLUMN_ENTITY_KEY_VALUE] = {"EntityKeyValue", VT_COLUMN_PART_ENTITY, VT_COLUMN_FOR_ENTITY},
    [VT_COLUMN_ENTITY_LOCALE] = {"EntityLocale", VT_COLUMN_PART_ENTITY, VT_COLUMN_FOR_ENTITY},
    [VT_COLUMN_CATALOG_NUMBER] = {"CatalogNumber", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_CHANNEL] = {"EntityChannel", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_ASSIGNMENT_CURRENT_PUBLISH_STATE] = {"EntityAssignmentCurrentPublishState",
        VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL, .is_read_only = TRUE},
    [VT_COLUMN_ENTITY_ASSIGNMENT_ACTION] = {"EntityAssignmentAction", VT_COLUMN_PART_ENTITY,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_CHECKED_OUT_ACTION] = {"EntityCheckedOutAction", VT_COLUMN_PART_ENTITY,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_VERSION_MISMATCH_ACTION] = {"EntityVersionMismatchAction",
        VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_GROUP] = {"MediaGroup", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_PURPOSE] = {"MediaPurpose", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_MEDIA_DISPLAY_ORDER] = {"MediaDisplayOrder", VT_COLUMN_PART_ENTITY,
        VT_COLUMN_OPTIONAL},
    [VT_COLUMN_SWATCH_GROUP] = {"SwatchGroup", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_SWATCH_DIMENSION] = {"SwatchDimension", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_SWATCH_VALUE] = {"SwatchValue", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_SWATCH_CROP] = {"SwatchCrop", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_VERSION] = {"EntityVersion", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ENTITY_CREATED_ON] = {"EntityCreatedOn", VT_COLUMN_PART_ENTITY, VT_COLUMN_OPTIONAL,
        .is_read_only = TRUE},
    [VT_COLUMN_ENTITY_LAST_MODIFIED_ON] = {"EntityLastModifiedOn", VT_COLUMN_PART_ENTITY,
        VT_COLUMN_OPTIONAL, .is_read_only = TRUE},
    [VT_COLUMN_ENTITY_PUBLISHED_ON] = {"EntityPublishedOn", VT_COLUMN_PART_ENTITY,
        VT_COLUMN_OPTIONAL, .is_read_only = TRUE},
    [VT_COLUMN_RESULT] = {"Result", VT_COLUMN_PART_RESULT, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_RESULT_TIME] = {"ResultTime", VT_COLUMN_PART_RESULT, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_ERROR_CODE] = {"ErrorCode", VT_COLUMN_PART_RESULT, VT_COLUMN_OPTIONAL},
    [VT_COLUMN_RESULT_DESCRIPTION] = {"ResultDescription", VT_COLUMN_PART_RESULT,
        VT_COLUMN_OPTIONAL},
};

const VtColumn vt_column_of_track[VT_TRACK_ROLE_COUNT] = {
    [VT_TRACK_ROLE_THUMBNAIL] = VT_COLUMN_VIDEO_THUMBNAIL_IMPORT_PATH,
    [VT_TRACK_ROLE_CAPTION] = VT_COLUMN_VIDEO_CAPTION_IMPORT_PATH,
    [VT_TRACK_ROLE_SUBTITLE] = VT_COLUMN_VIDEO_SUBTITLE,
    [VT_TRACK_ROLE_TRANSCRIPT] = VT_COLUMN_VIDEO_TRANSCRIPT_IMPORT_PATH,
    [VT_TRACK_ROLE_AUDIO] = VT_COLUMN_VIDEO_AUDIO_TRACK_IMPORT_PATH,
    [VT_TRACK_ROLE_DESCRIPTIVE_AUDIO] = VT_COLUMN_VIDEO_DESCRIPTIVE_AUDIO_TRACK_IMPORT_PATH,
};

static int
column_of(const char *name)
{
    for (int i = 0; i < VT_N_COLUMNS; i++)
        if (g_ascii_strcasecmp(vt_column_rows[i].name, name) == 0)
            return i;
    return -1;
}

gboolean
vt_manifest_header_read(const VtTsv *table, VtManifestHeader *ret_header, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    VtManifestHeader header = {0};
    gboolean known = FALSE;

    for (int i = 0; i < VT_N_COLUMNS; i++)
        header.at[i] = -1;
    if (vt_tsv_n_rows(table) > 0)
        header.n_cells = vt_tsv_n_cells(table, 0);
    for (guint i = 0; i < header.n_cells; i++) {
        g_autofree char *name = g_strstrip(g_strdup(vt_tsv_cell(table, 0, i)));
        int column = column_of(name);

        if (*name != '\0' && !g_hash_table_add(seen, g_ascii_strdown(name, -1)))
            return vt_throw(error, VT_ERROR_MANIFEST_HEADER, "the column '%s' stands twice", name);
        if (column >= 0)
            header.at[column] = (int)i;
        known |= column >= 0;
    }
    if (!known)
        return vt_throw(error, VT_ERROR_MANIFEST_HEADER,
            "the first row names no column of a manifest, such as %s",
            vt_column_rows[VT_COLUMN_MEDIA_DISPLAY_NAME].name);
    *ret_header = header;
    return TRUE;
}
