#include "manifest/row.h"

#include "base/error.h"
#include "base/http_client.h"
#include "base/locale.h"
#include "base/text.h"
#include "media/asset_set.h"

#include <stddef.h>
#include <string.h>

enum { MAX_ORDER = 1000000 };
#define CROP_SLACK 1e-9

typedef struct {
    const char *word;
    int value;
} Word;

static const Word exists_words[] = {{"Overwrite", VT_EXISTS_OVERWRITE},
    {"UseExisting", VT_EXISTS_USE_EXISTING}, {"TakeLatest", VT_EXISTS_TAKE_LATEST},
    {"KeepBoth", VT_EXISTS_KEEP_BOTH}, {NULL, 0}};
static const Word mismatch_words[] = {
    {"UseExisting", VT_MISMATCH_USE_EXISTING}, {"Overwrite", VT_MISMATCH_OVERWRITE}, {NULL, 0}};
static const Word action_words[] = {{"Draft", VT_ACTION_DRAFT},
    {"PublishNow", VT_ACTION_PUBLISH_NOW}, {"Unpublish", VT_ACTION_UNPUBLISH},
    {"UnpublishAndDelete", VT_ACTION_UNPUBLISH_AND_DELETE}, {NULL, 0}};
static const Word group_words[] = {
    {"Primary", VT_MEDIA_GROUP_PRIMARY}, {"Additional", VT_MEDIA_GROUP_ADDITIONAL}, {NULL, 0}};
static const Word yes_words[] = {
    {"true", TRUE}, {"false", FALSE}, {VT_MANIFEST_CLEAR, FALSE}, {NULL, 0}};
static const Word type_words[] = {{"Image", VT_ASSET_TYPE_IMAGE}, {"Video", VT_ASSET_TYPE_VIDEO},
    {"File", VT_ASSET_TYPE_FILE}, {"ImageSet", VT_ASSET_TYPE_IMAGE_SET},
    {"SwatchSet", VT_ASSET_TYPE_SWATCH_SET}, {"SpinSet", VT_ASSET_TYPE_SPIN_SET},
    {"MixedMediaSet", VT_ASSET_TYPE_MIXED_MEDIA_SET}, {NULL, 0}};
static const Word category_words[] = {{"None", 0}, {"Products", 0}, {"Categories", 0},
    {"Customers", 0}, {"Workers", 0}, {"Catalogs", 0}, {"Size", 0}, {"Color", 0}, {"Style", 0},
    {VT_MANIFEST_CLEAR, 0}, {NULL, 0}};
static const Word entity_words[] = {{"Product|Master", VT_MANIFEST_ENTITY_MASTER},
    {"Product|Variant", VT_MANIFEST_ENTITY_VARIANT},
    {"Product|DimensionMatrix", VT_MANIFEST_ENTITY_MATRIX},
    {"Product|Master|Swatch", VT_MANIFEST_ENTITY_SWATCH}, {"Master", VT_MANIFEST_ENTITY_MASTER},
    {"Variant", VT_MANIFEST_ENTITY_VARIANT}, {"DimensionMatrix", VT_MANIFEST_ENTITY_MATRIX},
    {"Category", VT_MANIFEST_ENTITY_CATEGORY}, {NULL, 0}};

/* Which words of EntityKey go with an entity; all name products, variants and
 * categories by their ids. */
static const struct {
    const char *word;
    VtManifestEntity entity;
} key_words[] = {
    {"EntityId", VT_MANIFEST_ENTITY_MASTER},
    {"ProductNumber", VT_MANIFEST_ENTITY_MASTER},
    {"RecordId", VT_MANIFEST_ENTITY_MASTER},
    {"EntityId", VT_MANIFEST_ENTITY_VARIANT},
    {"ProductNumber", VT_MANIFEST_ENTITY_VARIANT},
    {"RecordId", VT_MANIFEST_ENTITY_VARIANT},
    {"EntityId|DimensionMatrix", VT_MANIFEST_ENTITY_MATRIX},
    {"EntityId", VT_MANIFEST_ENTITY_MATRIX},
    {"ProductNumber", VT_MANIFEST_ENTITY_MATRIX},
    {"RecordId", VT_MANIFEST_ENTITY_MATRIX},
    {"EntityId|SwatchType|SwatchId", VT_MANIFEST_ENTITY_SWATCH},
    {"CategoryID", VT_MANIFEST_ENTITY_CATEGORY},
    {"EntityId", VT_MANIFEST_ENTITY_CATEGORY},
    {"RecordId", VT_MANIFEST_ENTITY_CATEGORY},
};

/* Cells that are one word of a list; @offset is of an int-sized member of VtManifestRow. */
static const struct {
    VtColumn column;
    const Word *words;
    gsize offset; /* 0: the word is checked only */
} enum_row[] = {
    {VT_COLUMN_MEDIA_SOURCE_IF_EXISTS_ACTION, exists_words, offsetof(VtManifestRow, exists)},
    {VT_COLUMN_MEDIA_ACTION, action_words, offsetof(VtManifestRow, media.action)},
    {VT_COLUMN_MEDIA_CHECKED_OUT_ACTION, mismatch_words,
        offsetof(VtManifestRow, media.checked_out)},
    {VT_COLUMN_MEDIA_VERSION_MISMATCH_ACTION, mismatch_words,
        offsetof(VtManifestRow, media.version_mismatch)},
    {VT_COLUMN_MEDIA_CATEGORY, category_words, 0},
    {VT_COLUMN_MEDIA_TYPE, type_words, offsetof(VtManifestRow, type)},
    {VT_COLUMN_DOCUMENT_FORCE_DOWNLOAD, yes_words, offsetof(VtManifestRow, force_download)},
    {VT_COLUMN_ENTITY_TYPE, entity_words, offsetof(VtManifestRow, entity)},
    {VT_COLUMN_ENTITY_ASSIGNMENT_ACTION, action_words, offsetof(VtManifestRow, assign.action)},
    {VT_COLUMN_ENTITY_CHECKED_OUT_ACTION, mismatch_words,
        offsetof(VtManifestRow, assign.checked_out)},
    {VT_COLUMN_ENTITY_VERSION_MISMATCH_ACTION, mismatch_words,
        offsetof(VtManifestRow, assign.version_mismatch)},
    {VT_COLUMN_MEDIA_GROUP, group_words, offsetof(VtManifestRow, group)},
};

static const struct {
    VtColumn column;
    gint64 most;
    gsize offset;
} number_row[] = {
    {VT_COLUMN_MEDIA_VERSION, G_MAXINT64, offsetof(VtManifestRow, media.version)},
    {VT_COLUMN_ENTITY_VERSION, G_MAXINT64, offsetof(VtManifestRow, assign.version)},
    {VT_COLUMN_MEDIA_DISPLAY_ORDER, MAX_ORDER, offsetof(VtManifestRow, order)},
    {VT_COLUMN_VIDEO_MINIMUM_AGE, VT_ASSET_MAX_AGE, offsetof(VtManifestRow, minimum_age)},
    {VT_COLUMN_SET_ROWS, VT_SET_MAX_ROWS, offsetof(VtManifestRow, rows)},
};

G_STATIC_ASSERT(sizeof(VtExistsAction) == sizeof(int));

void
vt_manifest_row_clear(VtManifestRow *self)
{
    g_clear_pointer(&self->media_locale, g_free);
    g_clear_pointer(&self->key, g_strfreev);
    g_clear_pointer(&self->entity_locale, g_free);
    g_clear_pointer(&self->hex, g_free);
    g_clear_pointer(&self->owned, g_ptr_array_unref);
}

const char *
vt_manifest_cell(const VtTsv *table, const VtManifestHeader *header, guint index, VtColumn column)
{
    return header->at[column] >= 0 ? vt_tsv_cell(table, index, (guint)header->at[column]) : "";
}

static const char *
trimmed(VtManifestRow *self, const char *cell)
{
    gsize length = strlen(cell);

    if (length == 0 || (!g_ascii_isspace(cell[0]) && !g_ascii_isspace(cell[length - 1])))
        return cell;
    if (self->owned == NULL)
        self->owned = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(self->owned, g_strstrip(g_strdup(cell)));
    return g_ptr_array_index(self->owned, self->owned->len - 1);
}

static gboolean
is_given(const VtManifestRow *self, VtColumn column)
{
    return *self->cell[column] != '\0';
}

gboolean
vt_manifest_row_require(const VtManifestRow *self, VtColumnNeed need, GError **error)
{
    for (int i = 0; i < VT_N_COLUMNS; i++)
        if (vt_column_rows[i].need == need && *self->cell[i] == '\0')
            return vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty", vt_column_rows[i].name);
    return TRUE;
}

static gboolean
read_word(VtManifestRow *self, VtColumn column, const Word *words, gsize offset, GError **error)
{
    const char *name = vt_column_rows[column].name, *cell = self->cell[column];
    const Word *found = words;

    if (*cell == '\0')
        return TRUE;
    while (found->word != NULL && g_ascii_strcasecmp(found->word, cell) != 0)
        found++;
    if (found->word == NULL)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "%s: '%s' is not one of its words", name, cell);
    if (offset != 0)
        *(int *)G_STRUCT_MEMBER_P(self, offset) = found->value;
    return TRUE;
}

static gboolean
read_numbers(VtManifestRow *self, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(number_row); i++) {
        const char *cell = self->cell[number_row[i].column];
        gint64 number = 0;

        if (*cell == '\0' || strcmp(cell, VT_MANIFEST_CLEAR) == 0)
            continue;
        if (!g_ascii_string_to_signed(cell, 10, 1, number_row[i].most, &number, NULL))
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "%s: '%s' is not a whole number from 1 to %" G_GINT64_FORMAT,
                vt_column_rows[number_row[i].column].name, cell, number_row[i].most);
        *(gint64 *)G_STRUCT_MEMBER_P(self, number_row[i].offset) = number;
    }
    return TRUE;
}

gboolean
vt_manifest_row_require_text(const VtManifestRow *self, GError **error)
{
    const VtColumn column =
        self->type == VT_ASSET_TYPE_IMAGE ? VT_COLUMN_IMAGE_ALT_TEXT : VT_COLUMN_MEDIA_TITLE;

    if ((self->type != VT_ASSET_TYPE_IMAGE && self->type != VT_ASSET_TYPE_VIDEO) ||
        is_given(self, column) || is_given(self, VT_COLUMN_MEDIA_TITLE))
        return TRUE;
    return vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty", vt_column_rows[column].name);
}

const char *
vt_manifest_row_track(const VtManifestRow *self, VtTrackRole role)
{
    const char *cell = self->cell[vt_column_of_track[role]];

    return strcmp(cell, VT_MANIFEST_CLEAR) == 0 ? "" : cell;
}

/* Where the bytes come from: the reference stands in for a path. */
static gboolean
read_source(VtManifestRow *self, GError **error)
{
    const char *path = self->cell[VT_COLUMN_MEDIA_IMPORT_PATH];
    const char *reference = self->cell[VT_COLUMN_MEDIA_REFERENCE_URL];

    if (strcmp(path, VT_MANIFEST_CLEAR) == 0 || strcmp(reference, VT_MANIFEST_CLEAR) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a file cannot be cleared");
    if (*reference != '\0' && !vt_http_is_address(reference))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "MediaReferenceUrl: '%s' is no web address", reference);
    self->source = *path != '\0' ? path : reference;
    return *self->source == '\0' || !vt_asset_type_is_set(self->type) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a set has members and no file");
}

static gboolean
read_media(VtManifestRow *self, GError **error)
{
    gboolean takes_back = vt_manifest_action_takes_back(self->media.action);

    if (!vt_manifest_row_require(self, VT_COLUMN_FOR_MEDIA, error) ||
        (!takes_back && !vt_manifest_row_require(self, VT_COLUMN_FOR_TYPE, error)) ||
        !read_source(self, error))
        return FALSE;
    if (is_given(self, VT_COLUMN_INTERNAL_MEDIA_ID) &&
        !vt_asset_internal_id_parse(self->cell[VT_COLUMN_INTERNAL_MEDIA_ID], &self->asset_id))
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no asset of the id '%s'",
            self->cell[VT_COLUMN_INTERNAL_MEDIA_ID]);
    if (is_given(self, VT_COLUMN_MEDIA_DISPLAY_NAME) &&
        !vt_asset_name_check(self->cell[VT_COLUMN_MEDIA_DISPLAY_NAME], error))
        return FALSE;
    self->media_locale = vt_locale_parse(self->cell[VT_COLUMN_MEDIA_LOCALE], error);
    return self->media_locale != NULL;
}

/* `x,y,w,h` in fractions of the upright picture, within it and not empty. */
static gboolean
read_crop(VtManifestRow *self, GError **error)
{
    const char *cell = self->cell[VT_COLUMN_SWATCH_CROP];
    g_auto(GStrv) part = g_strsplit(cell, ",", 5);
    double *crop = self->crop;

    if (*cell == '\0')
        return TRUE;
    for (int i = 0; i < 4; i++) {
        char *end = NULL;

        if (part[i] == NULL)
            break;
        crop[i] = g_ascii_strtod(g_strstrip(part[i]), &end);
        self->is_cropped = i == 3 && part[4] == NULL;
        if (end == part[i] || *end != '\0' || !(crop[i] >= 0 && crop[i] <= 1))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "SwatchCrop: '%s' is not x,y,w,h", cell);
    }
    if (!self->is_cropped || crop[2] <= 0 || crop[3] <= 0 || crop[0] + crop[2] > 1 + CROP_SLACK ||
        crop[1] + crop[3] > 1 + CROP_SLACK)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "SwatchCrop: '%s' is not x,y,w,h within the picture, in fractions", cell);
    return TRUE;
}

/* SwatchGroup and SwatchDimension may repeat what the key says; anything else is a mistake. */
static gboolean
check_repeats(const VtManifestRow *self, GError **error)
{
    static const VtColumn column[] = {VT_COLUMN_SWATCH_GROUP, VT_COLUMN_SWATCH_DIMENSION};

    for (gsize i = 0; i < G_N_ELEMENTS(column); i++) {
        g_autofree char *mine = vt_text_key(self->cell[column[i]]);
        g_autofree char *keys = vt_text_key(self->key[i + 1]);

        if (*mine != '\0' && strcmp(mine, keys) != 0)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "%s says '%s', EntityKeyValue '%s'",
                vt_column_rows[column[i]].name, self->cell[column[i]], self->key[i + 1]);
    }
    return TRUE;
}

static gboolean
read_swatch(VtManifestRow *self, GError **error)
{
    const char *value = self->cell[VT_COLUMN_SWATCH_VALUE];

    if (!check_repeats(self, error) || !read_crop(self, error))
        return FALSE;
    if (vt_manifest_action_takes_back(self->assign.action))
        return TRUE;
    if (*value == '\0' && !self->has_media)
        return vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty",
            vt_column_rows[VT_COLUMN_SWATCH_VALUE].name);
    self->hex = vt_text_color(value, *value == '#' ? error : NULL);
    if (self->hex == NULL && *value == '#')
        return FALSE;
    if (self->hex != NULL && self->is_cropped)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "SwatchCrop: only a picture can be cropped");
    return TRUE;
}

static gboolean
check_key_word(const VtManifestRow *self, GError **error)
{
    const char *cell = self->cell[VT_COLUMN_ENTITY_KEY];

    for (gsize i = 0; i < G_N_ELEMENTS(key_words); i++)
        if (key_words[i].entity == self->entity && g_ascii_strcasecmp(key_words[i].word, cell) == 0)
            return TRUE;
    return vt_throw(error, VT_ERROR_BAD_ENUM, "EntityKey: '%s' does not go with EntityType '%s'",
        cell, self->cell[VT_COLUMN_ENTITY_TYPE]);
}

static gboolean
read_entity(VtManifestRow *self, GError **error)
{
    if (!vt_manifest_row_require(self, VT_COLUMN_FOR_ENTITY, error) || !check_key_word(self, error))
        return FALSE;
    self->key = vt_entity_key_parse(self->entity, self->cell[VT_COLUMN_ENTITY_KEY_VALUE], error);
    if (self->key == NULL)
        return FALSE;
    self->entity_locale = vt_locale_parse(self->cell[VT_COLUMN_ENTITY_LOCALE], error);
    if (self->entity_locale == NULL)
        return FALSE;
    if (self->entity == VT_MANIFEST_ENTITY_SWATCH)
        return read_swatch(self, error);
    if (is_given(self, VT_COLUMN_MEDIA_PURPOSE) && self->group == VT_MEDIA_GROUP_PRIMARY)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "MediaPurpose belongs to the MediaGroup Additional");
    if (strlen(self->cell[VT_COLUMN_MEDIA_PURPOSE]) > VT_PURPOSE_MAX)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "MediaPurpose has at most %d bytes", VT_PURPOSE_MAX);
    return TRUE;
}

/* Takes the cells and notes which parts the row has. */
static void
take_cells(VtManifestRow *self, const VtTsv *table, const VtManifestHeader *header, guint index)
{
    self->index = index;
    self->source = "";
    for (int i = 0; i < VT_N_COLUMNS; i++) {
        self->cell[i] = trimmed(self, vt_manifest_cell(table, header, index, (VtColumn)i));
        if (vt_column_rows[i].is_content && *self->cell[i] != '\0')
            self->has_content = TRUE;
    }
    self->has_media = self->has_content || is_given(self, VT_COLUMN_INTERNAL_MEDIA_ID) ||
                      is_given(self, VT_COLUMN_MEDIA_DISPLAY_NAME) ||
                      (is_given(self, VT_COLUMN_MEDIA_SOURCE_PROVIDER) &&
                          is_given(self, VT_COLUMN_MEDIA_SOURCE_ID));
}

gboolean
vt_manifest_row_read(VtManifestRow *self,
    const VtTsv *table,
    const VtManifestHeader *header,
    guint index,
    GError **error)
{
    take_cells(self, table, header, index);
    if (vt_tsv_n_cells(table, index) > header->n_cells)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the row has more cells than the header");
    for (gsize i = 0; i < G_N_ELEMENTS(enum_row); i++)
        if (!read_word(self, enum_row[i].column, enum_row[i].words, enum_row[i].offset, error))
            return FALSE;
    if (!read_numbers(self, error))
        return FALSE;
    if (!self->has_media && self->entity != VT_MANIFEST_ENTITY_SWATCH)
        return vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty",
            vt_column_rows[VT_COLUMN_MEDIA_DISPLAY_NAME].name);
    if (self->entity == VT_MANIFEST_ENTITY_NONE && is_given(self, VT_COLUMN_ENTITY_KEY_VALUE))
        return vt_throw(error, VT_ERROR_MISSING_FIELD, "%s is empty",
            vt_column_rows[VT_COLUMN_ENTITY_TYPE].name);
    if (self->has_media && !read_media(self, error))
        return FALSE;
    return self->entity == VT_MANIFEST_ENTITY_NONE || read_entity(self, error);
}
