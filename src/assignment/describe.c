#include "assignment/describe.h"

#include "assignment/body.h"
#include "assignment/place.h"

json_t *
vt_set_describe_body(const VtEdit *edit, const char *body, GError **error)
{
    const VtSetPlace *place = edit->place;
    g_autoptr(VtAssignment) set = vt_assignment_parse(body, error);
    json_t *told = set != NULL ? vt_set_body_format(place->names, set, error) : NULL;

    if (told != NULL)
        json_object_set_new(told, "reset", json_boolean(body == NULL));
    return told;
}

/* What the context shows: its own live set, or the one it inherits; null when there is none. In a
 * publish group: what it will show. */
static json_t *
describe_shown(const VtEdit *edit, GError **error)
{
    const VtSetPlace *place = edit->place;
    g_autoptr(GPtrArray) published = vt_set_place_shown(place, edit->db, edit->group_id, error);
    const VtSetPublished *answer;
    json_t *told;

    if (published == NULL)
        return NULL;
    answer = vt_set_place_answer(place, published, 0);
    if (answer == NULL)
        return json_null();
    told = vt_set_body_format(place->names, answer->assignment, error);
    if (told == NULL)
        return NULL;
    json_object_set_new(
        told, "channel", json_string(vt_set_place_channel(place, answer->key.channel_id)));
    json_object_set_new(told, "locale", json_string(answer->key.locale));
    json_object_set_new(
        told, "catalog", json_pack("s?", vt_set_place_catalog(place, answer->key.catalog_id)));
    return told;
}

static json_t *
describe_dimensions(const VtProduct *product)
{
    json_t *list = json_array();

    for (guint d = 0; product != NULL && d < product->n_dimensions; d++) {
        const VtProductDimension *dimension = &product->dimensions[d];
        json_t *values = json_array();

        for (guint i = 0; i < dimension->values->len; i++)
            json_array_append_new(values,
                json_string(((VtProductValue *)g_ptr_array_index(dimension->values, i))->value));
        json_array_append_new(
            list, json_pack("{s:s,s:o}", "name", dimension->name, "values", values));
    }
    return list;
}

static const char *
value_of(const VtProductDimension *dimension, gint64 value_id)
{
    for (guint i = 0; i < dimension->values->len; i++) {
        const VtProductValue *value = g_ptr_array_index(dimension->values, i);

        if (value->value_id == value_id)
            return value->value;
    }
    return NULL;
}

/* The set the viewer works on: his working copy, else what was finished last. */
static VtAssignment *
worked_on(const VtEdit *edit, const VtDocumentState *state, GError **error)
{
    if (vt_document_is_mine(state, edit->actor))
        return vt_assignment_parse(state->draft, error);
    return vt_set_load(edit->db, state->document_id, state->head, error);
}

/* The first image of a variant's own gallery; @ret_name is NULL when it has none. */
static gboolean
default_image(VtSetNames *names,
    const VtAssignment *set,
    gint64 variant_id,
    const char **ret_name,
    GError **error)
{
    const VtAssignmentKey key = {.scope = VT_SCOPE_VARIANT, .variant_id = variant_id};
    const VtAssignmentNode *node = vt_assignment_find(set, &key);
    const GArray *rows = node != NULL ? node->rows[VT_MEDIA_GROUP_PRIMARY] : NULL;

    *ret_name = NULL;
    for (guint i = 0; rows != NULL && *ret_name == NULL && i < rows->len; i++) {
        gint64 asset_id = g_array_index(rows, VtAssignmentRow, i).asset_id;
        const VtAsset *asset = NULL;

        if (!vt_set_names_asset(names, asset_id, &asset, error))
            return FALSE;
        if (asset != NULL && asset->type == VT_ASSET_TYPE_IMAGE)
            *ret_name = asset->name;
    }
    return TRUE;
}

static json_t *
describe_variants(const VtEdit *edit, const VtDocumentState *state, GError **error)
{
    const VtSetPlace *place = edit->place;
    const VtProduct *product = place->product;
    g_autoptr(VtAssignment) set = worked_on(edit, state, error);
    g_autoptr(json_t) list = json_array();

    if (set == NULL)
        return NULL;
    for (guint i = 0; product != NULL && i < product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(product->variants, i);
        const char *image;
        json_t *values;

        if (!default_image(place->names, set, variant->product_id, &image, error))
            return NULL;
        values = json_object();
        for (guint d = 0; d < product->n_dimensions; d++)
            json_object_set_new(values, product->dimensions[d].name,
                json_pack("s?", value_of(&product->dimensions[d], variant->value_ids[d])));
        json_array_append_new(list, json_pack("{s:s,s:s,s:o,s:s?}", "id", variant->code, "name",
                                        variant->name, "values", values, "default_image", image));
    }
    return g_steal_pointer(&list);
}

/* Which parts of the set a page offers: cells where there is a choice between dimensions, variants
 * where there are any. Others can be sent all the same. */
static json_t *
describe_tabs(const VtProduct *product)
{
    json_t *list = json_pack("[s]", vt_scope_names[VT_SCOPE_MASTER]);

    if (product != NULL && product->n_dimensions > 1)
        json_array_append_new(list, json_string(vt_scope_names[VT_SCOPE_DIMENSIONS]));
    if (product != NULL && product->variants->len > 0)
        json_array_append_new(list, json_string(vt_scope_names[VT_SCOPE_VARIANT]));
    return list;
}

json_t *
vt_set_describe(const VtEdit *edit, const VtDocumentState *state, GError **error)
{
    const VtSetPlace *place = edit->place;
    g_autoptr(json_t) told = json_pack("{s:s?,s:s?,s:s,s:s,s:s,s:s?,s:o,s:o}", "product",
        place->product != NULL ? place->product->code : NULL, "category",
        place->category != NULL ? place->category->code : NULL, "name",
        place->product != NULL ? place->product->name : place->category->name, "channel",
        vt_set_place_channel(place, place->key.channel_id), "locale", place->key.locale, "catalog",
        vt_set_place_catalog(place, place->key.catalog_id), "tabs", describe_tabs(place->product),
        "dimensions", describe_dimensions(place->product));

    if (json_object_set_new(told, "variants", describe_variants(edit, state, error)) != 0 ||
        json_object_set_new(told, "shown", describe_shown(edit, error)) != 0)
        return NULL;
    return g_steal_pointer(&told);
}
