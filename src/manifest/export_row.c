#include "manifest/export_row.h"

#include "base/error.h"
#include "base/locale.h"
#include "base/tsv.h"

#include <string.h>

void
vt_export_row_clear(VtExportRow *self)
{
    for (int i = 0; i < VT_N_COLUMNS; i++)
        g_clear_pointer(&self->cell[i], g_free);
}

void
vt_export_row_put(VtExportRow *self, VtColumn column, const char *text)
{
    g_free(self->cell[column]);
    self->cell[column] = g_strdup(text);
}

static void
put_number(VtExportRow *self, VtColumn column, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    if (number != 0)
        vt_export_row_put(self, column, text);
}

void
vt_export_header_write(GString *text)
{
    vt_tsv_begin(text);
    for (int i = 0; i < VT_N_COLUMNS; i++)
        if (vt_column_rows[i].part != VT_COLUMN_PART_RESULT)
            vt_tsv_add(text, vt_column_rows[i].name, i == 0);
    vt_tsv_end_row(text);
}

void
vt_export_row_write(const VtExportRow *self, GString *text)
{
    for (int i = 0; i < VT_N_COLUMNS; i++)
        if (vt_column_rows[i].part != VT_COLUMN_PART_RESULT)
            vt_tsv_add(text, self->cell[i] != NULL ? self->cell[i] : "", i == 0);
    vt_tsv_end_row(text);
}

void
vt_export_row_put_content(VtExportRow *self, VtAssetType type, const VtAssetContent *content)
{
    g_autofree char *tags = content->tags != NULL ? g_strjoinv(",", content->tags) : NULL;
    g_autofree char *checksum =
        content->blob != NULL ? g_strconcat("sha256:", content->blob, NULL) : NULL;

    vt_export_row_put(self, VT_COLUMN_IMAGE_ALT_TEXT, content->alt);
    vt_export_row_put(self, VT_COLUMN_MEDIA_TITLE, content->title);
    vt_export_row_put(self, VT_COLUMN_MEDIA_CAPTION, content->caption);
    vt_export_row_put(self, VT_COLUMN_MEDIA_DESCRIPTION, content->description);
    vt_export_row_put(self, VT_COLUMN_MEDIA_SEARCH_TAGS, tags);
    vt_export_row_put(self, VT_COLUMN_MEDIA_CHECKSUM, checksum);
    put_number(self, VT_COLUMN_VIDEO_MINIMUM_AGE, content->minimum_age);
    put_number(self, VT_COLUMN_VIDEO_PLAYTIME, content->playtime_s);
    if (type == VT_ASSET_TYPE_FILE)
        vt_export_row_put(
            self, VT_COLUMN_DOCUMENT_FORCE_DOWNLOAD, content->force_download ? "true" : "false");
    if (type == VT_ASSET_TYPE_IMAGE) {
        put_number(self, VT_COLUMN_IMAGE_WIDTH, content->width);
        put_number(self, VT_COLUMN_IMAGE_HEIGHT, content->height);
    }
}

/* The hash, with an ending for people: the second half of the media type where that is plain. */
static char *
path_of(const char *hash, const char *mime)
{
    const char *slash = mime != NULL ? strchr(mime, '/') : NULL;
    const char *ending = slash != NULL ? slash + 1 : "";
    gsize length = strspn(ending, "abcdefghijklmnopqrstuvwxyz0123456789");

    if (length == 0 || ending[length] != '\0')
        return g_strconcat(hash, ".bin", NULL);
    return g_strconcat(hash, ".", strcmp(ending, "jpeg") == 0 ? "jpg" : ending, NULL);
}

static void
put_path(VtExportRow *self, VtColumn column, const char *hash, const char *mime)
{
    g_autofree char *path = hash != NULL ? path_of(hash, mime) : NULL;

    vt_export_row_put(self, column, path);
}

void
vt_export_row_put_paths(VtExportRow *self, const VtAssetContent *content, const char *locale)
{
    const char *language = strcmp(locale, VT_LOCALE_NEUTRAL) == 0 ? "" : locale;

    put_path(self, VT_COLUMN_MEDIA_IMPORT_PATH, content->blob, content->mime);
    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++) {
        const VtTrack *track = vt_asset_content_find_track(content, (VtTrackRole)role, language);

        if (track != NULL)
            put_path(self, vt_column_of_track[role], track->blob, track->mime);
    }
}

void
vt_export_names_init(VtExportNames *self, VtDimensions *list)
{
    self->list = list;
    self->dimensions = g_hash_table_new(g_int64_hash, g_int64_equal);
    self->values = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < list->list->len; i++) {
        VtDimension *dimension = g_ptr_array_index(list->list, i);

        g_hash_table_insert(self->dimensions, &dimension->dimension_id, dimension);
        for (guint j = 0; j < dimension->values->len; j++) {
            VtDimensionValue *value = g_ptr_array_index(dimension->values, j);

            g_hash_table_insert(self->values, &value->value_id, value);
        }
    }
}

void
vt_export_names_clear(VtExportNames *self)
{
    g_clear_pointer(&self->dimensions, g_hash_table_unref);
    g_clear_pointer(&self->values, g_hash_table_unref);
    g_clear_pointer(&self->list, vt_dimensions_free);
}

/* `|`, `:` and the backslash itself are taken literally behind a backslash. */
static void
add_escaped(GString *text, const char *word)
{
    for (; *word != '\0'; word++) {
        if (strchr("|:\\", *word) != NULL)
            g_string_append_c(text, '\\');
        g_string_append_c(text, *word);
    }
}

/* Places of dimensions in a key: the known four first, others behind in order of their ids. */
static int
rank(const VtDimension *dimension)
{
    static const char *const known[] = {"color", "style", "configuration", "size"};

    for (int i = 0; i < (int)G_N_ELEMENTS(known); i++)
        if (g_ascii_strcasecmp(dimension->name, known[i]) == 0)
            return i;
    return G_N_ELEMENTS(known);
}

static gboolean
add_values(GString *text, const VtExportNames *names, const VtAssignmentKey *key)
{
    for (int wanted = 0; wanted <= 4; wanted++)
        for (guint i = 0; i < key->n_values; i++) {
            const VtDimension *dimension =
                g_hash_table_lookup(names->dimensions, &key->values[i].dimension_id);
            const VtDimensionValue *value =
                g_hash_table_lookup(names->values, &key->values[i].value_id);

            if (dimension == NULL || value == NULL)
                return FALSE;
            if (rank(dimension) != wanted)
                continue;
            g_string_append_c(text, '|');
            add_escaped(text, dimension->name);
            g_string_append_c(text, ':');
            add_escaped(text, value->value);
        }
    return TRUE;
}

gboolean
vt_export_row_put_node(
    VtExportRow *self, const VtExportNames *names, const char *code, const VtAssignmentKey *key)
{
    static const char *const type[VT_SCOPE_COUNT] = {[VT_SCOPE_MASTER] = "Product|Master",
        [VT_SCOPE_DIMENSIONS] = "Product|DimensionMatrix",
        [VT_SCOPE_VARIANT] = "Product|Variant"};
    g_autoptr(GString) value = g_string_new("");

    add_escaped(value, code);
    if (key->scope == VT_SCOPE_DIMENSIONS && !add_values(value, names, key))
        return FALSE;
    vt_export_row_put(self, VT_COLUMN_ENTITY_TYPE, type[key->scope]);
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY,
        key->scope == VT_SCOPE_DIMENSIONS ? "EntityId|DimensionMatrix" : "EntityId");
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY_VALUE, value->str);
    return TRUE;
}

void
vt_export_row_put_category(VtExportRow *self, const char *code)
{
    g_autoptr(GString) value = g_string_new("");

    add_escaped(value, code);
    vt_export_row_put(self, VT_COLUMN_ENTITY_TYPE, "Category");
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY, "CategoryID");
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY_VALUE, value->str);
}

static void
put_crop(VtExportRow *self, const double *crop)
{
    g_autoptr(GString) text = g_string_new("");
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    for (int i = 0; i < 4; i++)
        g_string_append_printf(
            text, "%s%s", i > 0 ? "," : "", g_ascii_dtostr(number, sizeof number, crop[i]));
    vt_export_row_put(self, VT_COLUMN_SWATCH_CROP, text->str);
}

gboolean
vt_export_row_put_swatch(VtExportRow *self,
    const VtExportNames *names,
    const char *code,
    const VtAssignmentSwatch *swatch,
    const char *asset)
{
    const VtDimension *dimension =
        g_hash_table_lookup(names->dimensions, &swatch->value.dimension_id);
    const VtDimensionValue *value = g_hash_table_lookup(names->values, &swatch->value.value_id);
    g_autoptr(GString) key = g_string_new("");

    if (dimension == NULL || value == NULL)
        return FALSE;
    add_escaped(key, code);
    g_string_append_c(key, '|');
    add_escaped(key, dimension->name);
    g_string_append_c(key, '|');
    add_escaped(key, value->value);
    vt_export_row_put(self, VT_COLUMN_ENTITY_TYPE, "Product|Master|Swatch");
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY, "EntityId|SwatchType|SwatchId");
    vt_export_row_put(self, VT_COLUMN_ENTITY_KEY_VALUE, key->str);
    vt_export_row_put(self, VT_COLUMN_SWATCH_GROUP, dimension->name);
    vt_export_row_put(self, VT_COLUMN_SWATCH_DIMENSION, value->value);
    vt_export_row_put(
        self, VT_COLUMN_SWATCH_VALUE, swatch->type == VT_SWATCH_TYPE_HEX ? swatch->hex : asset);
    if (swatch->is_cropped)
        put_crop(self, swatch->crop);
    return TRUE;
}
