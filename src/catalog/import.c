#include "catalog/import.h"

#include "base/locale.h"
#include "base/text.h"
#include "catalog/category.h"
#include "catalog/product_import.h"
#include "tenant/channel.h"

#include <string.h>

enum { TEXT_MAX_BYTES = 255 };

void
vt_catalog_report_clear(VtCatalogReport *self)
{
    g_clear_pointer(&self->problems, g_ptr_array_unref);
}

json_t *
vt_catalog_report_json(const VtCatalogReport *self)
{
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "channels",
        (json_int_t)self->channels, "dimensions", (json_int_t)self->dimensions, "categories",
        (json_int_t)self->categories, "catalogs", (json_int_t)self->catalogs, "products",
        (json_int_t)self->products, "variants", (json_int_t)self->variants, "changed",
        (json_int_t)self->changed, "refused", (json_int_t)self->refused, "problems",
        vt_json_texts(self->problems));
}

void
vt_catalog_load_refuse(VtCatalogLoad *self, const char *what, const char *id, GError **reason)
{
    self->report->refused++;
    if (self->report->problems->len < VT_CATALOG_MAX_PROBLEMS)
        g_ptr_array_add(self->report->problems,
            g_strdup_printf("%s '%s': %s", what, id != NULL ? id : "", (*reason)->message));
    g_clear_error(reason);
}

const char *
vt_catalog_load_text(const json_t *row, const char *key, GError **error)
{
    const json_t *member = json_object_get(row, key);
    const char *text = json_string_value(member);

    if (member == NULL)
        return vt_throw_null(error, VT_ERROR_MISSING_FIELD, "\"%s\" is missing", key);
    if (text == NULL || json_string_length(member) == 0 ||
        json_string_length(member) > TEXT_MAX_BYTES)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a text of 1 to %d bytes",
            key, TEXT_MAX_BYTES);
    return text;
}

/* The member's text, or @fallback when it is absent or null. */
static const char *
optional_text(const json_t *row, const char *key, const char *fallback, GError **error)
{
    const json_t *member = json_object_get(row, key);

    if (member == NULL || json_is_null(member))
        return fallback;
    return vt_catalog_load_text(row, key, error);
}

gboolean
vt_catalog_load_list(const json_t *row, const char *key, const json_t **ret_list, GError **error)
{
    const json_t *member = json_object_get(row, key);

    if (json_is_null(member))
        member = NULL;
    if (member != NULL && !json_is_array(member))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a list", key);
    *ret_list = member;
    return TRUE;
}

/* Puts @id where it belongs in the ascending @ids, unless it is there. */
static void
add_id(GArray *ids, gint64 id)
{
    guint place = 0;

    while (place < ids->len && g_array_index(ids, gint64, place) < id)
        place++;
    if (place == ids->len || g_array_index(ids, gint64, place) != id)
        g_array_insert_val(ids, place, id);
}

GArray *
vt_catalog_load_channels(
    const VtCatalogLoad *self, const json_t *row, const char *key, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    const json_t *list = NULL;

    if (!vt_catalog_load_list(row, key, &list, error))
        return NULL;
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        const VtChannel *channel = vt_channel_by_code(self->channels, code != NULL ? code : "");

        if (channel == NULL)
            return vt_throw_null(
                error, VT_ERROR_CHANNEL, "there is no channel '%s'", code != NULL ? code : "");
        add_id(ids, channel->channel_id);
    }
    return g_steal_pointer(&ids);
}

static gboolean
channel_type(const char *word, VtChannelType *ret_type, GError **error)
{
    int found = vt_text_index(vt_channel_type_names, VT_CHANNEL_TYPE_COUNT, word);

    if (found < 0)
        return vt_throw(
            error, VT_ERROR_BAD_ENUM, "the type '%s' is not online, retail or callcenter", word);
    *ret_type = (VtChannelType)found;
    return TRUE;
}

/* In the order of the file, each once: `en-US` and `en_us` are the same. */
static char **
locales_of(const json_t *row, GError **error)
{
    g_autoptr(GPtrArray) locales = g_ptr_array_new_with_free_func(g_free);
    const json_t *list = NULL;

    if (!vt_catalog_load_list(row, "locales", &list, error))
        return NULL;
    if (json_array_size(list) == 0)
        return vt_throw_null(
            error, VT_ERROR_MISSING_FIELD, "\"locales\" must list at least one locale");
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        g_autofree char *locale = vt_locale_parse(text != NULL ? text : "", error);

        if (locale == NULL)
            return NULL;
        if (!g_ptr_array_find_with_equal_func(locales, locale, g_str_equal, NULL))
            g_ptr_array_add(locales, g_steal_pointer(&locale));
    }
    g_ptr_array_add(locales, NULL);
    return (char **)(gpointer)g_ptr_array_free(g_steal_pointer(&locales), FALSE);
}

/* A channel from its row; NULL with the reason. */
static VtChannel *
channel_of(const json_t *row, GError **error)
{
    g_autoptr(VtChannel) channel = g_new0(VtChannel, 1);
    const char *code = vt_catalog_load_text(row, "code", error);
    const char *name, *type, *database, *first;

    if (code == NULL || (name = optional_text(row, "name", code, error)) == NULL ||
        (type = optional_text(row, "type", "online", error)) == NULL ||
        (database = optional_text(row, "database", "main", error)) == NULL ||
        !channel_type(type, &channel->type, error))
        return NULL;
    channel->locales = locales_of(row, error);
    if (channel->locales == NULL)
        return NULL;
    first = optional_text(row, "default_locale", channel->locales[0], error);
    if (first == NULL || (channel->default_locale = vt_locale_parse(first, error)) == NULL)
        return NULL;
    channel->code = g_strdup(code);
    channel->name = g_strdup(name);
    channel->database = g_strdup(database);
    return g_steal_pointer(&channel);
}

/* The rows of each part are checked before they are written, so an error of the writing itself ends
 * the import. */
static gboolean
load_channel(VtCatalogLoad *self, const json_t *row, GError **refused, GError **error)
{
    g_autoptr(VtChannel) channel = channel_of(row, refused);
    gboolean changed = FALSE;
    gint64 channel_id = 0;

    if (channel == NULL)
        return TRUE;
    self->report->channels++;
    if (!vt_channel_put(self->db, self->tenant_id, channel, &channel_id, &changed, error)) {
        if (error != NULL && vt_error_is(*error, VT_ERROR_BAD_VALUE))
            g_propagate_error(refused, g_steal_pointer(error));
        return *refused != NULL;
    }
    if (changed) {
        self->report->changed++;
        vt_change_add(self->change, VT_LOG_KIND_CHANNEL, channel_id);
    }
    return TRUE;
}

static gboolean
load_value(VtCatalogLoad *self,
    VtDimension *dimension,
    const json_t *row,
    gboolean *changed,
    GError **error)
{
    const char *value = vt_catalog_load_text(row, "value", error);
    const char *swatch = value != NULL ? optional_text(row, "swatch", "", error) : NULL;
    g_autofree char *hex = NULL;
    gboolean one_changed = FALSE;

    if (value == NULL || swatch == NULL)
        return FALSE;
    if (*swatch != '\0' && (hex = vt_text_color(swatch, error)) == NULL)
        return FALSE;
    if (vt_dimension_put_value(dimension, self->db, value, hex, &one_changed, error) == NULL)
        return FALSE;
    *changed |= one_changed;
    return TRUE;
}

static gboolean
is_of_the_row(const GError *error)
{
    VtErrorCode code = vt_error_code(error);

    return code != VT_ERROR_DATABASE && code != VT_ERROR_STORAGE && code != VT_ERROR_CONFLICT &&
           code != VT_ERROR_INTERNAL;
}

static gboolean
load_dimension(VtCatalogLoad *self, const json_t *row, GError **refused, GError **error)
{
    const char *name = vt_catalog_load_text(row, "name", refused);
    const json_t *values = NULL;
    VtDimension *dimension;
    gboolean changed = FALSE;

    if (name == NULL || !vt_catalog_load_list(row, "values", &values, refused))
        return TRUE;
    changed = vt_dimensions_find(self->dimensions, name) == NULL;
    dimension = vt_dimensions_put(self->dimensions, self->db, self->tenant_id, name, refused);
    if (dimension == NULL)
        return is_of_the_row(*refused) ||
               (g_propagate_error(error, g_steal_pointer(refused)), FALSE);
    self->report->dimensions++;
    for (gsize i = 0; i < json_array_size(values); i++) {
        g_autoptr(GError) reason = NULL;

        if (load_value(self, dimension, json_array_get(values, i), &changed, &reason))
            continue;
        if (!is_of_the_row(reason)) {
            g_propagate_error(error, g_steal_pointer(&reason));
            return FALSE;
        }
        vt_catalog_load_refuse(self, "a value of dimension", name, &reason);
    }
    if (changed) {
        self->report->changed++;
        vt_change_add(self->change, VT_LOG_KIND_DIMENSION, dimension->dimension_id);
    }
    return TRUE;
}

/* First pass: every category of the file exists, so that parents may come later in it. */
static gboolean
make_category(VtCatalogLoad *self, const json_t *row, GError **refused, GError **error)
{
    const char *code = vt_catalog_load_text(row, "id", refused);
    const char *name = code != NULL ? optional_text(row, "name", code, NULL) : NULL;
    gboolean is_known;
    VtCategory *category;

    if (code == NULL)
        return TRUE;
    is_known = g_hash_table_contains(self->categories, code);
    category = vt_category_put(
        self->categories, self->db, self->tenant_id, code, name != NULL ? name : code, error);
    if (category == NULL)
        return FALSE;
    self->report->categories++;
    if (!is_known) {
        self->report->changed++;
        vt_change_add(self->change, VT_LOG_KIND_CATEGORY, category->category_id);
    }
    return TRUE;
}

static gboolean
place_category(VtCatalogLoad *self, const json_t *row, GError **refused, GError **error)
{
    const char *code = json_string_value(json_object_get(row, "id"));
    VtCategory *category = code != NULL ? g_hash_table_lookup(self->categories, code) : NULL;
    const char *name, *parent_code;
    const VtCategory *parent = NULL;
    g_autoptr(GArray) channel_ids = NULL;
    gboolean changed = FALSE, moved = FALSE;

    if (category == NULL)
        return TRUE;
    name = optional_text(row, "name", code, refused);
    parent_code = name != NULL ? optional_text(row, "parent", "", refused) : NULL;
    if (parent_code == NULL)
        return TRUE;
    if (*parent_code != '\0' &&
        (parent = g_hash_table_lookup(self->categories, parent_code)) == NULL)
        return !vt_throw(refused, VT_ERROR_ENTITY_NOT_FOUND,
            "there is no category '%s' to be under", parent_code);
    channel_ids = vt_catalog_load_channels(self, row, "channels", refused);
    if (channel_ids == NULL)
        return TRUE;
    if (!vt_category_change(self->categories, self->db, category, name, parent, &changed, refused))
        return is_of_the_row(*refused) ||
               (g_propagate_error(error, g_steal_pointer(refused)), FALSE);
    if (!vt_category_set_channels(self->db, category, channel_ids, &moved, error))
        return FALSE;
    if (changed || moved) {
        self->report->changed += !category->is_new;
        vt_change_add(self->change, VT_LOG_KIND_CATEGORY, category->category_id);
    }
    return TRUE;
}

static gboolean
load_catalog(VtCatalogLoad *self, const json_t *row, GError **refused, GError **error)
{
    const char *number = vt_catalog_load_text(row, "number", refused);
    g_autoptr(GArray) channel_ids = NULL;
    gboolean changed = FALSE;
    gint64 catalog_id = 0;

    if (number == NULL)
        return TRUE;
    if (strcmp(number, "0") == 0)
        return !vt_throw(refused, VT_ERROR_CATALOG, "0 means no catalogue; use another number");
    channel_ids = vt_catalog_load_channels(self, row, "channels", refused);
    if (channel_ids == NULL)
        return TRUE;
    if (!vt_catalog_put(
            self->db, self->tenant_id, number, channel_ids, &catalog_id, &changed, error))
        return FALSE;
    self->report->catalogs++;
    if (changed) {
        self->report->changed++;
        vt_change_add(self->change, VT_LOG_KIND_CATALOG, catalog_id);
    }
    return TRUE;
}

static gboolean
reload_channels(VtCatalogLoad *self, GError **error)
{
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    self->channels = vt_channel_list(self->db, self->tenant_id, error);
    return self->channels != NULL;
}

typedef gboolean (*LoadRow)(
    VtCatalogLoad *self, const json_t *row, GError **refused, GError **error);

static const struct {
    const char *array;
    const char *what;
    const char *id;
    LoadRow load;
} part_row[] = {
    {"channels", "channel", "code", load_channel},
    {"dimensions", "dimension", "name", load_dimension},
    {"categories", "category", "id", make_category},
    {"categories", "category", "id", place_category},
    {"catalogs", "catalog", "number", load_catalog},
};

/* One part is small (a shop has dozens of channels, hundreds of categories): one transaction. */
static gboolean
load_part(VtCatalogLoad *self, const json_t *file, gsize part, GError **error)
{
    const json_t *rows = json_object_get(file, part_row[part].array);
    g_autoptr(VtTx) tx = NULL;

    if (rows == NULL)
        return TRUE;
    if (!json_is_array(rows))
        return vt_throw(error, VT_ERROR_BAD_JSON, "\"%s\" must be an array", part_row[part].array);
    tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    if (tx == NULL || !reload_channels(self, error))
        return FALSE;
    for (gsize i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        g_autoptr(GError) refused = NULL;

        if (!part_row[part].load(self, row, &refused, error))
            return FALSE;
        if (refused != NULL)
            vt_catalog_load_refuse(self, part_row[part].what,
                json_string_value(json_object_get(row, part_row[part].id)), &refused);
    }
    return vt_change_write(self->change, self->db, self->actor, NULL, error) &&
           vt_tx_commit(tx, error) && reload_channels(self, error);
}

static gboolean
load_all(VtCatalogLoad *self, const json_t *file, GError **error)
{
    self->dimensions = vt_dimensions_load(self->db, self->tenant_id, error);
    self->categories = vt_category_load_all(self->db, self->tenant_id, error);
    if (self->dimensions == NULL || self->categories == NULL || !reload_channels(self, error))
        return FALSE;
    for (gsize part = 0; part < G_N_ELEMENTS(part_row); part++)
        if (!load_part(self, file, part, error))
            return FALSE;
    return vt_catalog_load_products(self, json_object_get(file, "products"), error);
}

gboolean
vt_catalog_import(VtDb *db,
    gint64 tenant_id,
    json_t *file,
    const VtActor *actor,
    VtCatalogProgress progress,
    gpointer data,
    VtCatalogReport *ret_report,
    GError **error)
{
    VtCatalogLoad load = {.db = db,
        .tenant_id = tenant_id,
        .actor = actor,
        .progress = progress,
        .progress_data = data,
        .report = ret_report,
        .change = vt_change_new(tenant_id, "catalog import")};
    gboolean ok;

    *ret_report = (VtCatalogReport){.problems = g_ptr_array_new_with_free_func(g_free)};
    if (json_is_object(file))
        ok = load_all(&load, file, error);
    else
        ok = vt_throw(error, VT_ERROR_BAD_JSON, "a catalogue file is one JSON object");
    vt_dimensions_free(load.dimensions);
    g_clear_pointer(&load.categories, g_hash_table_unref);
    g_clear_pointer(&load.channels, g_ptr_array_unref);
    vt_change_free(load.change);
    return ok;
}
