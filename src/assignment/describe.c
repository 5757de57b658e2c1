#include "assignment/describe.h"

#include "assignment/body.h"
#include "document/revision.h"

/* One answer. */
typedef struct {
    VtDb *db;
    const VtSetPlace *place;
    VtSetNames *names;     /* owned */
    VtDocumentState state; /* owned; zeros where the context has no set */
} Answer;

static void
answer_clear(Answer *self)
{
    g_clear_pointer(&self->names, vt_set_names_free);
    vt_document_state_clear(&self->state);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

/* {"reset", "nodes", "swatches"}; NULL @body: a tombstone. */
static json_t *
describe_body(Answer *self, const char *body, GError **error)
{
    g_autoptr(VtAssignment) set =
        body != NULL ? vt_assignment_parse(body, error) : vt_assignment_new();
    json_t *described = set != NULL ? vt_set_body_format(self->names, set, error) : NULL;

    if (described != NULL)
        json_object_set_new(described, "reset", json_boolean(body == NULL));
    return described;
}

/* null for number 0 */
static json_t *
describe_revision(Answer *self, gint64 number, GError **error)
{
    g_autofree char *body = NULL;
    json_t *described;

    if (number == 0)
        return json_null();
    if (!vt_revision_body(self->db, self->state.document_id, number, &body, error))
        return NULL;
    described = describe_body(self, body, error);
    if (described != NULL)
        json_object_set_new(described, "number", json_integer(number));
    return described;
}

/* What the context shows: its own live set, or the one it inherits; null when there is none. */
static json_t *
describe_shown(Answer *self, GError **error)
{
    const VtSetPlace *place = self->place;
    g_autoptr(GPtrArray) published = vt_set_place_published(place, self->db, error);
    const VtSetPublished *answer;
    json_t *described;

    if (published == NULL)
        return NULL;
    answer = vt_set_place_answer(place, published, 0);
    if (answer == NULL)
        return json_null();
    described = vt_set_body_format(self->names, answer->assignment, error);
    if (described == NULL)
        return NULL;
    json_object_set_new(
        described, "channel", json_string(vt_set_place_channel(place, answer->key.channel_id)));
    json_object_set_new(described, "locale", json_string(answer->key.locale));
    json_object_set_new(
        described, "catalog", json_pack("s?", vt_set_place_catalog(place, answer->key.catalog_id)));
    return described;
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
worked_on(Answer *self, const VtActor *viewer, GError **error)
{
    const VtDocumentState *state = &self->state;

    if (state->checked_out_by != vt_document_holder(viewer))
        return vt_set_load(self->db, state->document_id, state->head, error);
    return state->draft != NULL ? vt_assignment_parse(state->draft, error) : vt_assignment_new();
}

/* The first image of a variant's own gallery; @ret_name is NULL when it has none. */
static gboolean
default_image(
    Answer *self, const VtAssignment *set, gint64 variant_id, const char **ret_name, GError **error)
{
    const VtAssignmentKey key = {.scope = VT_SCOPE_VARIANT, .variant_id = variant_id};
    const VtAssignmentNode *node = vt_assignment_find(set, &key);
    const GArray *rows = node != NULL ? node->rows[VT_MEDIA_GROUP_PRIMARY] : NULL;

    *ret_name = NULL;
    for (guint i = 0; rows != NULL && *ret_name == NULL && i < rows->len; i++) {
        gint64 asset_id = g_array_index(rows, VtAssignmentRow, i).asset_id;
        const VtAsset *asset = NULL;

        if (!vt_set_names_asset(self->names, asset_id, &asset, error))
            return FALSE;
        if (asset != NULL && asset->type == VT_ASSET_TYPE_IMAGE)
            *ret_name = asset->name;
    }
    return TRUE;
}

static json_t *
describe_variants(Answer *self, const VtActor *viewer, GError **error)
{
    const VtProduct *product = self->place->product;
    g_autoptr(VtAssignment) set = worked_on(self, viewer, error);
    g_autoptr(json_t) list = json_array();

    if (set == NULL)
        return NULL;
    for (guint i = 0; product != NULL && i < product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(product->variants, i);
        const char *image;
        json_t *values;

        if (!default_image(self, set, variant->product_id, &image, error))
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

static json_t *
describe_draft(Answer *self, const VtActor *viewer, GError **error)
{
    if (self->state.checked_out_by != vt_document_holder(viewer))
        return json_null();
    return describe_body(self, self->state.draft, error);
}

/* Adds what @part made to @state; NULL is its error. */
static gboolean
add(json_t *state, const char *key, json_t *part)
{
    return part != NULL && json_object_set_new(state, key, part) == 0;
}

static json_t *
describe(Answer *self, const VtActor *viewer, GError **error)
{
    const VtSetPlace *place = self->place;
    const VtDocumentState *state = &self->state;
    g_autofree char *owner = state->checked_out_by != 0
                                 ? vt_document_holder_name(self->db, state->checked_out_by)
                                 : NULL;
    g_autoptr(json_t) told = json_pack("{s:s?,s:s?,s:s,s:s,s:s,s:s?,s:I,s:b,s:s?,s:o,s:o}",
        "product", place->product != NULL ? place->product->code : NULL, "category",
        place->category != NULL ? place->category->code : NULL, "name",
        place->product != NULL ? place->product->name : place->category->name, "channel",
        vt_set_place_channel(place, place->key.channel_id), "locale", place->key.locale, "catalog",
        vt_set_place_catalog(place, place->key.catalog_id), "version", (json_int_t)state->version,
        "checked_out", state->checked_out_by != 0, "checked_out_by", owner, "tabs",
        describe_tabs(place->product), "dimensions", describe_dimensions(place->product));

    if (!add(told, "variants", describe_variants(self, viewer, error)) ||
        !add(told, "head", describe_revision(self, state->head, error)) ||
        !add(told, "published", describe_revision(self, state->published, error)) ||
        !add(told, "draft", describe_draft(self, viewer, error)) ||
        !add(told, "shown", describe_shown(self, error)))
        return NULL;
    return g_steal_pointer(&told);
}

/* Begins an answer in @tx's snapshot. */
static gboolean
begin(Answer *self, VtTx *tx, GError **error)
{
    const VtSetPlace *place = self->place;
    gint64 document_id = 0;

    if (tx == NULL || !vt_set_find(self->db, &place->key, &document_id, error) ||
        (document_id != 0 &&
            !vt_document_state(self->db, document_id, VT_GROUP_LIVE, &self->state, error)))
        return FALSE;
    self->names = vt_set_names_new(self->db, place->tenant_id, place->product);
    return TRUE;
}

json_t *
vt_set_describe(VtDb *db, const VtSetPlace *place, const VtActor *viewer, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);
    g_auto(Answer) answer = {.db = db, .place = place};

    return begin(&answer, tx, error) ? describe(&answer, viewer, error) : NULL;
}

json_t *
vt_set_describe_versions(
    VtDb *db, const VtSetPlace *place, gint64 before, guint page, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);
    g_auto(Answer) answer = {.db = db, .place = place};

    if (!begin(&answer, tx, error))
        return NULL;
    return vt_revision_list_json(db, &answer.state, VT_GROUP_LIVE, before, page, error);
}

json_t *
vt_set_describe_version(VtDb *db, const VtSetPlace *place, gint64 number, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);
    g_auto(Answer) answer = {.db = db, .place = place};

    return begin(&answer, tx, error) ? describe_revision(&answer, number, error) : NULL;
}
