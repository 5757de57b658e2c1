/* A set as text and back; the form is in assignment.h. */
#include "assignment/assignment.h"

#include "base/json.h"

#include <math.h>
#include <string.h>

static const char *const scope_key[VT_SCOPE_COUNT] = {
    [VT_SCOPE_MASTER] = "master",
    [VT_SCOPE_DIMENSIONS] = "cells",
    [VT_SCOPE_VARIANT] = "variants",
};

static void
format_rows(const VtAssignmentNode *node, VtJson *json)
{
    const GArray *primary = node->rows[VT_MEDIA_GROUP_PRIMARY];
    const GArray *additional = node->rows[VT_MEDIA_GROUP_ADDITIONAL];

    vt_json_key(json, "primary");
    vt_json_begin_array(json);
    for (guint i = 0; i < primary->len; i++)
        vt_json_int(json, g_array_index(primary, VtAssignmentRow, i).asset_id);
    vt_json_end_array(json);
    if (additional->len == 0)
        return;
    vt_json_key(json, "additional");
    vt_json_begin_array(json);
    for (guint i = 0; i < additional->len; i++) {
        const VtAssignmentRow *row = &g_array_index(additional, VtAssignmentRow, i);

        vt_json_begin_array(json);
        vt_json_string(json, row->purpose);
        vt_json_int(json, row->asset_id);
        vt_json_end_array(json);
    }
    vt_json_end_array(json);
}

static void
format_value(const VtAssignmentValue *value, VtJson *json)
{
    vt_json_begin_array(json);
    vt_json_int(json, value->dimension_id);
    vt_json_int(json, value->value_id);
    vt_json_end_array(json);
}

static void
format_node(const VtAssignmentNode *node, VtJson *json)
{
    vt_json_begin_object(json);
    if (node->key.scope == VT_SCOPE_VARIANT)
        vt_json_member_int(json, "variant", node->key.variant_id);
    if (node->key.scope == VT_SCOPE_DIMENSIONS) {
        vt_json_key(json, "values");
        vt_json_begin_array(json);
        for (guint i = 0; i < node->key.n_values; i++)
            format_value(&node->key.values[i], json);
        vt_json_end_array(json);
    }
    format_rows(node, json);
    vt_json_end_object(json);
}

/* All nodes of one scope under its key; nodes are sorted, so they stand together. */
static void
format_scope(const VtAssignment *self, VtScope scope, VtJson *json)
{
    gboolean open = FALSE;

    for (guint i = 0; i < self->nodes->len; i++) {
        const VtAssignmentNode *node = g_ptr_array_index(self->nodes, i);

        if (node->key.scope != scope)
            continue;
        if (!open) {
            vt_json_key(json, scope_key[scope]);
            if (scope != VT_SCOPE_MASTER)
                vt_json_begin_array(json);
        }
        open = TRUE;
        format_node(node, json);
    }
    if (open && scope != VT_SCOPE_MASTER)
        vt_json_end_array(json);
}

static void
format_swatch(const VtAssignmentSwatch *swatch, VtJson *json)
{
    vt_json_begin_object(json);
    vt_json_key(json, "value");
    format_value(&swatch->value, json);
    if (swatch->type == VT_SWATCH_TYPE_HEX) {
        vt_json_member(json, "hex", swatch->hex);
    } else {
        vt_json_member_int(json, "asset", swatch->asset_id);
        if (swatch->is_cropped) {
            vt_json_key(json, "crop");
            vt_json_begin_array(json);
            for (int i = 0; i < 4; i++)
                vt_json_real(json, swatch->crop[i]);
            vt_json_end_array(json);
        }
    }
    vt_json_end_object(json);
}

static void
format_matrix(const VtAssignment *self, VtJson *json)
{
    if (self->n_matrix == 0)
        return;
    vt_json_key(json, "matrix");
    vt_json_begin_array(json);
    for (guint i = 0; i < self->n_matrix; i++)
        vt_json_int(json, self->matrix[i]);
    vt_json_end_array(json);
}

char *
vt_assignment_format(const VtAssignment *self)
{
    g_auto(VtJson) json;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    format_scope(self, VT_SCOPE_MASTER, &json);
    format_scope(self, VT_SCOPE_DIMENSIONS, &json);
    format_scope(self, VT_SCOPE_VARIANT, &json);
    if (self->swatches->len > 0) {
        vt_json_key(&json, "swatches");
        vt_json_begin_array(&json);
        for (guint i = 0; i < self->swatches->len; i++)
            format_swatch(&g_array_index(self->swatches, VtAssignmentSwatch, i), &json);
        vt_json_end_array(&json);
    }
    format_matrix(self, &json);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static gboolean
bad(GError **error, const char *what)
{
    return vt_throw(error, VT_ERROR_BAD_JSON, "media set: %s", what);
}

static gboolean
parse_value(const json_t *pair, VtAssignmentValue *ret_value, GError **error)
{
    const json_t *dimension = json_array_get(pair, 0), *value = json_array_get(pair, 1);

    if (json_array_size(pair) != 2 || !json_is_integer(dimension) || !json_is_integer(value))
        return bad(error, "a value is not a pair of ids");
    *ret_value = (VtAssignmentValue){json_integer_value(dimension), json_integer_value(value)};
    return TRUE;
}

static gboolean
parse_key(const json_t *node, VtScope scope, VtAssignmentKey *ret_key, GError **error)
{
    const json_t *values = json_object_get(node, "values");

    *ret_key = (VtAssignmentKey){.scope = scope};
    if (scope == VT_SCOPE_VARIANT) {
        ret_key->variant_id = json_integer_value(json_object_get(node, "variant"));
        return ret_key->variant_id > 0 || bad(error, "a variant has no id");
    }
    for (gsize i = 0; scope == VT_SCOPE_DIMENSIONS && i < json_array_size(values); i++) {
        VtAssignmentValue value;

        if (!parse_value(json_array_get(values, i), &value, error))
            return FALSE;
        if (!vt_assignment_key_add(ret_key, value.dimension_id, value.value_id))
            return bad(error, "a cell names a dimension twice");
    }
    return scope == VT_SCOPE_MASTER || ret_key->n_values > 0 || bad(error, "a cell has no values");
}

static gboolean
parse_primary(VtAssignment *self, const VtAssignmentKey *key, const json_t *list, GError **error)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *id = json_array_get(list, i);

        if (!json_is_integer(id) || json_integer_value(id) < 1)
            return bad(error, "a picture is not an id");
        if (!vt_assignment_put(self, key, VT_MEDIA_GROUP_PRIMARY, json_integer_value(id), NULL,
                (gint64)i + 1, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_additional(VtAssignment *self, const VtAssignmentKey *key, const json_t *list, GError **error)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *pair = json_array_get(list, i);
        const json_t *purpose = json_array_get(pair, 0), *id = json_array_get(pair, 1);

        if (!json_is_string(purpose) || !json_is_integer(id) || json_integer_value(id) < 1)
            return bad(error, "an additional medium is not a purpose and an id");
        if (!vt_assignment_put(self, key, VT_MEDIA_GROUP_ADDITIONAL, json_integer_value(id),
                json_string_value(purpose), (gint64)i + 1, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_node(VtAssignment *self, VtScope scope, const json_t *node, GError **error)
{
    VtAssignmentKey key;

    if (!json_is_object(node))
        return bad(error, "a node is not an object");
    return parse_key(node, scope, &key, error) &&
           parse_primary(self, &key, json_object_get(node, "primary"), error) &&
           parse_additional(self, &key, json_object_get(node, "additional"), error);
}

static gboolean
parse_crop(const json_t *crop, VtAssignmentSwatch *swatch, GError **error)
{
    if (crop == NULL)
        return TRUE;
    if (json_array_size(crop) != 4)
        return bad(error, "a crop is not four numbers");
    swatch->is_cropped = TRUE;
    for (gsize i = 0; i < 4; i++) {
        swatch->crop[i] = json_number_value(json_array_get(crop, i));
        if (!(swatch->crop[i] >= 0 && swatch->crop[i] <= 1))
            return bad(error, "a crop reaches outside its picture");
    }
    return TRUE;
}

static gboolean
parse_swatch(VtAssignment *self, const json_t *row, GError **error)
{
    const char *hex = json_string_value(json_object_get(row, "hex"));
    VtAssignmentSwatch swatch = {.type = hex != NULL ? VT_SWATCH_TYPE_HEX : VT_SWATCH_TYPE_IMAGE};

    if (!parse_value(json_object_get(row, "value"), &swatch.value, error) ||
        !parse_crop(json_object_get(row, "crop"), &swatch, error))
        return FALSE;
    if (hex != NULL && strlen(hex) != 7)
        return bad(error, "a colour is not #rrggbb");
    if (hex != NULL)
        g_strlcpy(swatch.hex, hex, sizeof swatch.hex);
    swatch.asset_id = json_integer_value(json_object_get(row, "asset"));
    if (hex == NULL && swatch.asset_id < 1)
        return bad(error, "a swatch has neither colour nor picture");
    vt_assignment_put_swatch(self, &swatch);
    return TRUE;
}

static gboolean
parse_list(VtAssignment *self, VtScope scope, const json_t *list, GError **error)
{
    for (gsize i = 0; i < json_array_size(list); i++)
        if (!parse_node(self, scope, json_array_get(list, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
parse_matrix(VtAssignment *self, const json_t *list, GError **error)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *id = json_array_get(list, i);

        if (!json_is_integer(id) || !vt_assignment_matrix_add(self, json_integer_value(id)))
            return bad(error, "a matrix is not one to four dimensions");
    }
    return TRUE;
}

VtAssignment *
vt_assignment_parse(const char *text, GError **error)
{
    g_autoptr(json_t) value =
        text != NULL ? vt_json_parse(text, strlen(text), error) : json_object();
    g_autoptr(VtAssignment) self = vt_assignment_new();
    const json_t *master, *swatches;

    if (value == NULL)
        return NULL;
    if (!json_is_object(value)) {
        bad(error, "it is not an object");
        return NULL;
    }
    master = json_object_get(value, "master");
    swatches = json_object_get(value, "swatches");
    if ((master != NULL && !parse_node(self, VT_SCOPE_MASTER, master, error)) ||
        !parse_list(self, VT_SCOPE_DIMENSIONS, json_object_get(value, "cells"), error) ||
        !parse_list(self, VT_SCOPE_VARIANT, json_object_get(value, "variants"), error) ||
        !parse_matrix(self, json_object_get(value, "matrix"), error))
        return NULL;
    for (gsize i = 0; i < json_array_size(swatches); i++)
        if (!parse_swatch(self, json_array_get(swatches, i), error))
            return NULL;
    vt_assignment_tidy(self);
    return g_steal_pointer(&self);
}
