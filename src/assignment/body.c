#include "assignment/body.h"

#include "base/text.h"

#include <string.h>

static gboolean
append_asset(VtSetNames *names, json_t *list, const VtAssignmentRow *row, GError **error)
{
    const VtAsset *asset = NULL;
    json_t *name;

    if (!vt_set_names_asset(names, row->asset_id, &asset, error))
        return FALSE;
    name = asset != NULL ? json_string(asset->name) : json_null();
    json_array_append_new(list, row->purpose != NULL
                                    ? json_pack("{s:s,s:o}", "purpose", row->purpose, "asset", name)
                                    : name);
    return TRUE;
}

static json_t *
format_rows(VtSetNames *names, const GArray *rows, GError **error)
{
    g_autoptr(json_t) list = json_array();

    for (guint i = 0; i < rows->len; i++)
        if (!append_asset(names, list, &g_array_index(rows, VtAssignmentRow, i), error))
            return NULL;
    return g_steal_pointer(&list);
}

static json_t *
format_values(VtSetNames *names, const VtAssignmentKey *key, GError **error)
{
    g_autoptr(json_t) values = json_object();

    for (guint i = 0; i < key->n_values; i++) {
        const char *dimension, *value;

        if (!vt_set_names_value(names, &key->values[i], &dimension, &value, error))
            return NULL;
        if (dimension != NULL)
            json_object_set_new(values, dimension, json_pack("s?", value));
    }
    return g_steal_pointer(&values);
}

static json_t *
format_node(VtSetNames *names, const VtAssignmentNode *node, GError **error)
{
    g_autoptr(json_t) described = json_pack("{s:s}", "scope", vt_scope_names[node->key.scope]);

    if (node->key.scope == VT_SCOPE_VARIANT)
        json_object_set_new(described, "variant",
            json_pack("s?", vt_set_names_variant(names, node->key.variant_id)));
    if (node->key.scope == VT_SCOPE_DIMENSIONS) {
        json_t *values = format_values(names, &node->key, error);

        if (values == NULL)
            return NULL;
        json_object_set_new(described, "values", values);
    }
    for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++) {
        json_t *rows = format_rows(names, node->rows[group], error);

        if (rows == NULL)
            return NULL;
        json_object_set_new(described, vt_media_group_names[group], rows);
    }
    return g_steal_pointer(&described);
}

static json_t *
format_swatch(VtSetNames *names, const VtAssignmentSwatch *swatch, GError **error)
{
    const char *dimension, *value;
    const VtAsset *asset = NULL;
    json_t *described;

    if (!vt_set_names_value(names, &swatch->value, &dimension, &value, error) ||
        (swatch->type == VT_SWATCH_TYPE_IMAGE &&
            !vt_set_names_asset(names, swatch->asset_id, &asset, error)))
        return NULL;
    described = json_pack("{s:s?,s:s?}", "dimension", dimension, "value", value);
    if (swatch->type == VT_SWATCH_TYPE_HEX)
        json_object_set_new(described, "hex", json_string(swatch->hex));
    else
        json_object_set_new(
            described, "asset", json_pack("s?", asset != NULL ? asset->name : NULL));
    if (swatch->is_cropped)
        json_object_set_new(described, "crop",
            json_pack(
                "[f,f,f,f]", swatch->crop[0], swatch->crop[1], swatch->crop[2], swatch->crop[3]));
    return described;
}

static json_t *
format_matrix(VtSetNames *names, const VtAssignment *assignment)
{
    json_t *list = json_array();

    for (guint i = 0; i < assignment->n_matrix; i++) {
        const char *name = vt_set_names_dimension(names, assignment->matrix[i]);

        if (name != NULL)
            json_array_append_new(list, json_string(name));
    }
    return list;
}

json_t *
vt_set_body_format(VtSetNames *names, const VtAssignment *assignment, GError **error)
{
    g_autoptr(json_t) nodes = json_array();
    g_autoptr(json_t) swatches = json_array();

    for (guint i = 0; i < assignment->nodes->len; i++) {
        json_t *node = format_node(names, g_ptr_array_index(assignment->nodes, i), error);

        if (node == NULL)
            return NULL;
        json_array_append_new(nodes, node);
    }
    for (guint i = 0; i < assignment->swatches->len; i++) {
        json_t *swatch = format_swatch(
            names, &g_array_index(assignment->swatches, VtAssignmentSwatch, i), error);

        if (swatch == NULL)
            return NULL;
        json_array_append_new(swatches, swatch);
    }
    return json_pack("{s:O,s:O,s:o}", "nodes", nodes, "swatches", swatches, "matrix",
        format_matrix(names, assignment));
}

/* What is being read, and what it may keep. */
typedef struct {
    VtSetNames *names;
    const VtAssignment *before;
    VtAssignment *set;
} Parse;

static gboolean
bad(GError **error, const char *what)
{
    return vt_throw(error, VT_ERROR_BAD_VALUE, "%s", what);
}

/* An object with no other members than @known. */
static gboolean
check_object(const json_t *value, const char *const *known, GError **error)
{
    const char *key;
    json_t *member;

    if (!json_is_object(value))
        return bad(error, "it must be an object");
    json_object_foreach((json_t *)(gsize)value, key, member)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

/* A list or nothing; each element goes to @read, and its place into the error. */
static gboolean
parse_list(Parse *self,
    const json_t *owner,
    const char *key,
    gboolean (*read)(Parse *self, const json_t *value, gpointer data, GError **error),
    gpointer data,
    GError **error)
{
    const json_t *list = json_object_get(owner, key);

    if (list != NULL && !json_is_array(list))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "%s: it must be an array", key);
    for (gsize i = 0; i < json_array_size(list); i++)
        if (!read(self, json_array_get(list, i), data, error)) {
            g_prefix_error(error, "%s[%" G_GSIZE_FORMAT "]: ", key, i);
            return FALSE;
        }
    return TRUE;
}

static const VtAsset *
parse_asset(Parse *self, const json_t *name, GError **error)
{
    if (!json_is_string(name)) {
        bad(error, "it must be the name of an asset");
        return NULL;
    }
    return vt_set_names_find_asset(self->names, json_string_value(name), error);
}

/* Puts a row at the end; one that is there already is refused. */
static gboolean
append_row(Parse *self,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    const VtAsset *asset,
    const char *purpose,
    GError **error)
{
    VtAssignmentNode *node = vt_assignment_find(self->set, key);
    guint n = node != NULL ? node->rows[group]->len : 0;

    if (!vt_assignment_put(self->set, key, group, asset->asset_id, purpose, n + 1, error))
        return FALSE;
    if (vt_assignment_find(self->set, key)->rows[group]->len == n)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' stands here twice", asset->name);
    return TRUE;
}

static gboolean
parse_primary(Parse *self, const json_t *value, gpointer key, GError **error)
{
    const VtAsset *asset = parse_asset(self, value, error);

    return asset != NULL && append_row(self, key, VT_MEDIA_GROUP_PRIMARY, asset, NULL, error);
}

static gboolean
check_purpose(const char *purpose, GError **error)
{
    for (const char *at = purpose; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return bad(error, "a purpose has no control characters");
    return TRUE;
}

static gboolean
parse_additional(Parse *self, const json_t *value, gpointer key, GError **error)
{
    static const char *const known[] = {"purpose", "asset", NULL};
    const char *purpose;
    const VtAsset *asset;

    if (!check_object(value, known, error))
        return FALSE;
    purpose = json_string_value(json_object_get(value, "purpose"));
    if (purpose == NULL)
        return bad(error, "\"purpose\" must be a text");
    if (!check_purpose(purpose, error))
        return FALSE;
    asset = parse_asset(self, json_object_get(value, "asset"), error);
    return asset != NULL && append_row(self, key, VT_MEDIA_GROUP_ADDITIONAL, asset, purpose, error);
}

static gboolean
parse_value(Parse *self,
    const char *dimension,
    const json_t *value,
    VtAssignmentValue *ret_value,
    GError **error)
{
    if (dimension == NULL || !json_is_string(value))
        return bad(error, "dimensions and their values must be texts");
    return vt_set_names_find_value(
        self->names, dimension, json_string_value(value), self->before, ret_value, error);
}

static gboolean
parse_cell(Parse *self, const json_t *values, VtAssignmentKey *key, GError **error)
{
    const char *dimension;
    json_t *value;

    if (json_object_size(values) == 0)
        return bad(error, "\"values\" must name a value for at least one dimension");
    json_object_foreach((json_t *)(gsize)values, dimension, value)
    {
        VtAssignmentValue found;

        if (!parse_value(self, dimension, value, &found, error))
            return FALSE;
        if (!vt_assignment_key_add(key, found.dimension_id, found.value_id))
            return vt_throw(
                error, VT_ERROR_DIMENSION, "the dimension '%s' is named twice", dimension);
    }
    return TRUE;
}

/* Which members a node of each scope has. */
static const char *const master_member[] = {"scope", "primary", "additional", NULL};
static const char *const cell_member[] = {"scope", "values", "primary", "additional", NULL};
static const char *const variant_member[] = {"scope", "variant", "primary", "additional", NULL};
static const char *const *const scope_member[VT_SCOPE_COUNT] = {
    [VT_SCOPE_MASTER] = master_member,
    [VT_SCOPE_DIMENSIONS] = cell_member,
    [VT_SCOPE_VARIANT] = variant_member,
};

static gboolean
parse_scope(const json_t *node, VtScope *ret_scope, GError **error)
{
    const char *word = json_string_value(json_object_get(node, "scope"));

    for (int scope = 0; word != NULL && scope < VT_SCOPE_COUNT; scope++)
        if (scope_member[scope] != NULL && strcmp(vt_scope_names[scope], word) == 0) {
            *ret_scope = (VtScope)scope;
            return check_object(node, scope_member[scope], error);
        }
    return vt_throw(
        error, VT_ERROR_BAD_ENUM, "\"scope\" must be \"master\", \"dimensions\" or \"variant\"");
}

static gboolean
parse_key(Parse *self, const json_t *node, VtAssignmentKey *key, GError **error)
{
    const char *variant = json_string_value(json_object_get(node, "variant"));

    if (!parse_scope(node, &key->scope, error))
        return FALSE;
    if (key->scope == VT_SCOPE_DIMENSIONS)
        return parse_cell(self, json_object_get(node, "values"), key, error);
    if (key->scope != VT_SCOPE_VARIANT)
        return TRUE;
    if (variant == NULL)
        return bad(error, "\"variant\" must be the id of a variant");
    return vt_set_names_find_variant(self->names, variant, &key->variant_id, error);
}

static gboolean
parse_node(Parse *self, const json_t *node, gpointer data, GError **error)
{
    VtAssignmentKey key = {0};

    if (!json_is_object(node))
        return bad(error, "it must be an object");
    if (!parse_key(self, node, &key, error))
        return FALSE;
    if (vt_assignment_find(self->set, &key) != NULL)
        return bad(error, "an earlier node is of the same place");
    return parse_list(self, node, "primary", parse_primary, &key, error) &&
           parse_list(self, node, "additional", parse_additional, &key, error);
}

/* x, y, w, h in fractions; the rectangle has an area and lies in the picture. */
static gboolean
parse_crop(const json_t *crop, VtAssignmentSwatch *swatch, GError **error)
{
    if (crop == NULL)
        return TRUE;
    if (json_array_size(crop) != 4)
        return bad(error, "\"crop\" must be four numbers: x, y, w, h");
    for (gsize i = 0; i < 4; i++) {
        const json_t *number = json_array_get(crop, i);

        swatch->crop[i] = json_number_value(number);
        if (!json_is_number(number) || !(swatch->crop[i] >= 0 && swatch->crop[i] <= 1))
            return bad(error, "\"crop\" must be numbers from 0 to 1");
    }
    if (swatch->crop[2] <= 0 || swatch->crop[3] <= 0 || swatch->crop[0] + swatch->crop[2] > 1 ||
        swatch->crop[1] + swatch->crop[3] > 1)
        return bad(error, "\"crop\" reaches outside of the picture, or has no area");
    swatch->is_cropped = TRUE;
    return TRUE;
}

static gboolean
parse_image(Parse *self, const json_t *row, VtAssignmentSwatch *swatch, GError **error)
{
    const VtAsset *asset = parse_asset(self, json_object_get(row, "asset"), error);

    if (asset == NULL)
        return FALSE;
    if (asset->type != VT_ASSET_TYPE_IMAGE)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no image", asset->name);
    swatch->type = VT_SWATCH_TYPE_IMAGE;
    swatch->asset_id = asset->asset_id;
    return parse_crop(json_object_get(row, "crop"), swatch, error);
}

static gboolean
parse_hex(const json_t *row, VtAssignmentSwatch *swatch, GError **error)
{
    const json_t *text = json_object_get(row, "hex");
    g_autofree char *hex = NULL;

    if (!json_is_string(text))
        return bad(error, "\"hex\" must be a colour, as #rrggbb");
    hex = vt_text_color(json_string_value(text), error);
    if (hex == NULL)
        return FALSE;
    swatch->type = VT_SWATCH_TYPE_HEX;
    g_strlcpy(swatch->hex, hex, sizeof swatch->hex);
    return TRUE;
}

static gboolean
has_swatch(const VtAssignment *set, const VtAssignmentValue *value)
{
    for (guint i = 0; i < set->swatches->len; i++) {
        const VtAssignmentSwatch *one = &g_array_index(set->swatches, VtAssignmentSwatch, i);

        if (one->value.dimension_id == value->dimension_id &&
            one->value.value_id == value->value_id)
            return TRUE;
    }
    return FALSE;
}

static gboolean
parse_swatch(Parse *self, const json_t *row, gpointer data, GError **error)
{
    static const char *const hex_member[] = {"dimension", "value", "hex", NULL};
    static const char *const image_member[] = {"dimension", "value", "asset", "crop", NULL};
    gboolean is_hex = json_object_get(row, "hex") != NULL;
    VtAssignmentSwatch swatch = {0};

    if (!check_object(row, is_hex ? hex_member : image_member, error) ||
        !parse_value(self, json_string_value(json_object_get(row, "dimension")),
            json_object_get(row, "value"), &swatch.value, error) ||
        !(is_hex ? parse_hex(row, &swatch, error) : parse_image(self, row, &swatch, error)))
        return FALSE;
    if (has_swatch(self->set, &swatch.value))
        return bad(error, "an earlier swatch is of the same value");
    vt_assignment_put_swatch(self->set, &swatch);
    return TRUE;
}

static gboolean
parse_matrix(Parse *self, const json_t *name, gpointer data, GError **error)
{
    gint64 dimension_id;

    if (!json_is_string(name))
        return bad(error, "it must be the name of a dimension");
    if (!vt_set_names_find_dimension(self->names, json_string_value(name), &dimension_id, error))
        return FALSE;
    return vt_assignment_matrix_add(self->set, dimension_id) ||
           vt_throw(error, VT_ERROR_DIMENSION, "the dimension '%s' is named twice",
               json_string_value(name));
}

VtAssignment *
vt_set_body_parse(VtSetNames *names, const json_t *body, const VtAssignment *before, GError **error)
{
    static const char *const known[] = {"nodes", "swatches", "matrix", NULL};
    g_autoptr(VtAssignment) set = vt_assignment_new();
    Parse parse = {.names = names, .before = before, .set = set};

    if (!check_object(body, known, error) ||
        !parse_list(&parse, body, "nodes", parse_node, NULL, error) ||
        !parse_list(&parse, body, "swatches", parse_swatch, NULL, error) ||
        !parse_list(&parse, body, "matrix", parse_matrix, NULL, error))
        return NULL;
    vt_assignment_tidy(set);
    return g_steal_pointer(&set);
}
