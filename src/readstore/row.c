/* Why: a row is written once and read a million times, by nodes that trust neither disk nor wire.
 *
 * Holds: the decoder checks every index, so what it hands out may go to the rules as it is. Strings
 * of a decoded row are borrowed from the parsed JSON, arrays from `pieces`; both live as long as
 * the row.
 */
#include "readstore/row.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

#define BY_SCOPE "scope" /* a word of the tenant's setting `severance` */

static void
encode_dimensions(VtJson *json, const VtResolveProduct *product)
{
    vt_json_key(json, "dimensions");
    vt_json_begin_array(json);
    for (guint d = 0; d < product->n_dimensions; d++) {
        vt_json_begin_array(json);
        vt_json_string(json, product->dimensions[d].name);
        for (guint i = 0; i < product->dimensions[d].n_values; i++)
            vt_json_string(json, product->dimensions[d].values[i].text);
        vt_json_end_array(json);
    }
    vt_json_end_array(json);
}

static void
encode_choice(VtJson *json, const VtResolveProduct *product, const VtResolveChoice *choice)
{
    for (guint d = 0; d < product->n_dimensions; d++)
        vt_json_int(json, choice->value[d]);
}

static void
encode_variants(VtJson *json, const VtResolveProduct *product)
{
    vt_json_key(json, "variants");
    vt_json_begin_array(json);
    for (guint i = 0; i < product->n_variants; i++) {
        vt_json_begin_array(json);
        vt_json_string(json, product->variants[i].id);
        encode_choice(json, product, &product->variants[i].choice);
        vt_json_end_array(json);
    }
    vt_json_end_array(json);
}

static void
encode_swatch(VtJson *json, const VtResolveSwatch *swatch)
{
    vt_json_begin_array(json);
    vt_json_int(json, swatch->dimension);
    vt_json_int(json, swatch->value);
    if (swatch->type == VT_SWATCH_TYPE_HEX)
        vt_json_string(json, swatch->hex);
    else
        vt_json_int(json, swatch->asset);
    if (swatch->type == VT_SWATCH_TYPE_IMAGE && swatch->crop) {
        vt_json_real(json, swatch->rectangle.x);
        vt_json_real(json, swatch->rectangle.y);
        vt_json_real(json, swatch->rectangle.w);
        vt_json_real(json, swatch->rectangle.h);
    }
    vt_json_end_array(json);
}

static gboolean
swatch_is_orphan(const VtResolveProduct *product, const VtResolveSwatch *swatch)
{
    return swatch->dimension >= product->n_dimensions || swatch->value < 0 ||
           (guint)swatch->value >= product->dimensions[swatch->dimension].n_values;
}

static void
encode_swatches(VtJson *json, const VtResolveProduct *product, const VtResolveSwatch *list, guint n)
{
    vt_json_begin_array(json);
    for (guint i = 0; i < n; i++) {
        if (!swatch_is_orphan(product, &list[i]))
            encode_swatch(json, &list[i]);
    }
    vt_json_end_array(json);
}

static gboolean
choice_is_cell(const VtResolveProduct *product, const VtResolveChoice *choice)
{
    gboolean chosen = FALSE;

    for (guint d = 0; d < VT_RESOLVE_MAX_DIMENSIONS; d++) {
        gint32 n_values = d < product->n_dimensions ? (gint32)product->dimensions[d].n_values : 0;

        if (choice->value[d] < VT_RESOLVE_NOT_CHOSEN || choice->value[d] >= n_values)
            return FALSE;
        chosen = chosen || choice->value[d] >= 0;
    }
    return chosen;
}

/* Whether the node can ever answer. */
static gboolean
node_counts(const VtResolveProduct *product, const VtResolveNode *node)
{
    if (node->n_primary == 0 && node->n_additional == 0)
        return FALSE;
    if (node->scope == VT_SCOPE_VARIANT)
        return node->variant >= 0 && (guint)node->variant < product->n_variants;
    return node->scope == VT_SCOPE_MASTER ||
           (node->scope == VT_SCOPE_DIMENSIONS && choice_is_cell(product, &node->choice));
}

static char *
list_text(const VtResolveNode *node)
{
    g_auto(VtJson) json = {0};

    vt_json_init(&json);
    vt_json_begin_array(&json);
    vt_json_begin_array(&json);
    for (guint i = 0; i < node->n_primary; i++)
        vt_json_int(&json, node->primary[i]);
    vt_json_end_array(&json);
    for (guint i = 0; i < node->n_additional; i++) {
        vt_json_begin_array(&json);
        vt_json_string(&json, node->additional[i].purpose);
        vt_json_int(&json, node->additional[i].asset);
        vt_json_end_array(&json);
    }
    vt_json_end_array(&json);
    return vt_json_steal(&json);
}

/* The distinct lists of a row as text, in order of first use. */
typedef struct {
    GPtrArray *texts;  /* owned */
    GHashTable *index; /* text, borrowed -> index */
} Lists;

static void
lists_clear(Lists *self)
{
    g_hash_table_unref(self->index);
    g_ptr_array_unref(self->texts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lists, lists_clear)

static guint
lists_add(Lists *self, const VtResolveNode *node)
{
    g_autofree char *text = list_text(node);
    gpointer at = NULL;

    if (g_hash_table_lookup_extended(self->index, text, NULL, &at))
        return GPOINTER_TO_UINT(at);
    g_hash_table_insert(self->index, text, GUINT_TO_POINTER(self->texts->len));
    g_ptr_array_add(self->texts, g_steal_pointer(&text));
    return self->texts->len - 1;
}

static void
encode_node(VtJson *json, const VtResolveProduct *product, const VtResolveNode *node, Lists *lists)
{
    vt_json_begin_array(json);
    vt_json_int(json, lists_add(lists, node));
    if (node->scope == VT_SCOPE_VARIANT)
        vt_json_int(json, node->variant);
    if (node->scope == VT_SCOPE_DIMENSIONS) {
        vt_json_begin_array(json);
        encode_choice(json, product, &node->choice);
        vt_json_end_array(json);
    }
    vt_json_end_array(json);
}

static void
encode_set(VtJson *json, const VtResolveProduct *product, const VtResolveSet *set, Lists *lists)
{
    const char *catalog = set->context.catalog;

    vt_json_begin_array(json);
    vt_json_string(json, set->context.channel);
    vt_json_string(json, set->context.locale);
    vt_json_string(json, vt_resolve_catalog_is_none(catalog) ? "" : catalog);
    vt_json_begin_array(json);
    for (guint i = 0; i < set->n_nodes; i++) {
        if (node_counts(product, &set->nodes[i]))
            encode_node(json, product, &set->nodes[i], lists);
    }
    vt_json_end_array(json);
    encode_swatches(json, product, set->swatches, set->n_swatches);
    vt_json_end_array(json);
}

char *
vt_readstore_product_encode(const VtReadstoreProduct *product)
{
    g_auto(VtJson) json = {0};
    g_auto(Lists)
        lists = {g_ptr_array_new_with_free_func(g_free), g_hash_table_new(g_str_hash, g_str_equal)};

    vt_json_init(&json);
    vt_json_begin_object(&json);
    encode_dimensions(&json, &product->product);
    encode_variants(&json, &product->product);
    vt_json_key(&json, "sets");
    vt_json_begin_array(&json);
    for (guint i = 0; i < product->n_sets; i++)
        encode_set(&json, &product->product, &product->sets[i], &lists);
    vt_json_end_array(&json);
    vt_json_key(&json, "lists");
    g_string_append_c(json.text, '[');
    for (guint i = 0; i < lists.texts->len; i++) {
        g_string_append(json.text, i > 0 ? "," : "");
        g_string_append(json.text, lists.texts->pdata[i]);
    }
    g_string_append_c(json.text, ']');
    json.need_comma = TRUE;
    vt_json_key(&json, "central");
    encode_swatches(&json, &product->product, product->central, product->n_central);
    if (product->sever_by_scope)
        vt_json_member(&json, "severance", BY_SCOPE);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

/* What a decoded row owns; the public struct comes first. */
typedef struct {
    VtReadstoreProduct row;
    json_t *root;      /* owned; strings point into it */
    GPtrArray *pieces; /* owned arrays */
    GPtrArray *keys;   /* owned vt_text_key texts */
} Decoded;

static gboolean
damaged(GError **error, const char *what)
{
    return vt_throw(error, VT_ERROR_STORAGE, "damaged product row: %s", what);
}

/* A zeroed array that lives as long as the row; @n may be 0. */
static gpointer
piece(Decoded *self, gsize n, gsize size)
{
    gpointer memory = g_malloc0_n(n + 1, size);

    g_ptr_array_add(self->pieces, memory);
    return memory;
}

static const char *
key_of(Decoded *self, const char *text)
{
    char *key = vt_text_key(text);

    g_ptr_array_add(self->keys, key);
    return key;
}

static gboolean
read_index(const json_t *json, gint64 least, gint64 n, gint64 *ret_index)
{
    json_int_t number = json_integer_value(json);

    if (!json_is_integer(json) || number < least || number >= n)
        return FALSE;
    *ret_index = number;
    return TRUE;
}

static gboolean
decode_dimension(Decoded *self, const json_t *json, VtResolveDimension *dimension, GError **error)
{
    gsize n = json_array_size(json);
    VtResolveValue *values = NULL;

    if (n == 0 || n - 1 > VT_RESOLVE_MAX_VALUES)
        return damaged(error, "a dimension without a name, or with too many values");
    values = piece(self, n - 1, sizeof *values);
    for (gsize i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(json, i));

        if (text == NULL)
            return damaged(error, "a dimension or value that is no text");
        if (i == 0) {
            dimension->name = text;
            dimension->key = key_of(self, text);
        } else {
            values[i - 1] = (VtResolveValue){text, key_of(self, text)};
        }
    }
    dimension->values = values;
    dimension->n_values = (guint)(n - 1);
    return TRUE;
}

static gboolean
decode_dimensions(Decoded *self, GError **error)
{
    const json_t *json = json_object_get(self->root, "dimensions");
    VtResolveProduct *product = &self->row.product;

    if (!json_is_array(json) || json_array_size(json) > VT_RESOLVE_MAX_DIMENSIONS)
        return damaged(error, "dimensions");
    for (gsize i = 0; i < json_array_size(json); i++) {
        if (!decode_dimension(self, json_array_get(json, i), &product->dimensions[i], error))
            return FALSE;
        product->n_dimensions++;
    }
    vt_resolve_product_weigh(product);
    return TRUE;
}

/* The values from place @first of @json on, one per dimension. */
static gboolean
decode_choice(const VtResolveProduct *product,
    const json_t *json,
    gsize first,
    VtResolveChoice *ret_choice,
    GError **error)
{
    *ret_choice = VT_RESOLVE_NO_CHOICE;
    if (json_array_size(json) != first + product->n_dimensions)
        return damaged(error, "a choice of another length than the dimensions");
    for (guint d = 0; d < product->n_dimensions; d++) {
        gint64 value = 0;

        if (!read_index(json_array_get(json, first + d), VT_RESOLVE_NOT_CHOSEN,
                product->dimensions[d].n_values, &value))
            return damaged(error, "a choice of a value that is not there");
        ret_choice->value[d] = (gint32)value;
    }
    return TRUE;
}

static gboolean
decode_variants(Decoded *self, GError **error)
{
    const json_t *json = json_object_get(self->root, "variants");
    VtResolveProduct *product = &self->row.product;
    gsize n = json_array_size(json);
    VtResolveVariant *variants = NULL;

    if (!json_is_array(json) || n > VT_RESOLVE_MAX_VARIANTS)
        return damaged(error, "variants");
    variants = piece(self, n, sizeof *variants);
    for (gsize i = 0; i < n; i++) {
        const json_t *one = json_array_get(json, i);

        variants[i].id = json_string_value(json_array_get(one, 0));
        if (variants[i].id == NULL)
            return damaged(error, "a variant without an id");
        if (!decode_choice(product, one, 1, &variants[i].choice, error))
            return FALSE;
    }
    product->variants = variants;
    product->n_variants = (guint)n;
    return TRUE;
}

/* Reads a list into the rows of @node. */
static gboolean
decode_list(Decoded *self, const json_t *json, VtResolveNode *node, GError **error)
{
    const json_t *ids = json_array_get(json, 0);
    gsize n_primary = json_array_size(ids), n = json_array_size(json);
    gint64 *primary = piece(self, n_primary, sizeof *primary);
    VtResolveAdditional *additional = piece(self, n, sizeof *additional);

    if (!json_is_array(ids))
        return damaged(error, "a list without primary rows");
    for (gsize i = 0; i < n_primary; i++) {
        if (!read_index(json_array_get(ids, i), 1, G_MAXINT64, &primary[i]))
            return damaged(error, "an asset that is no id");
    }
    for (gsize i = 1; i < n; i++) {
        const json_t *one = json_array_get(json, i);
        VtResolveAdditional *row = &additional[i - 1];

        row->purpose = json_string_value(json_array_get(one, 0));
        if (row->purpose == NULL || !read_index(json_array_get(one, 1), 1, G_MAXINT64, &row->asset))
            return damaged(error, "an additional row without purpose or asset");
    }
    node->primary = primary;
    node->n_primary = (guint)n_primary;
    node->additional = additional;
    node->n_additional = (guint)(n - 1);
    return TRUE;
}

static gboolean
decode_node(Decoded *self,
    const json_t *json,
    const VtResolveNode *lists,
    gsize n_lists,
    VtResolveNode *ret_node,
    GError **error)
{
    const VtResolveProduct *product = &self->row.product;
    const json_t *place = json_array_get(json, 1);
    gint64 list = 0, variant = -1;

    if (!read_index(json_array_get(json, 0), 0, (gint64)n_lists, &list) ||
        json_array_size(json) > 2)
        return damaged(error, "a node without a list");
    *ret_node = lists[list];
    ret_node->scope = VT_SCOPE_MASTER;
    ret_node->variant = -1;
    ret_node->choice = VT_RESOLVE_NO_CHOICE;
    if (place == NULL)
        return TRUE;
    if (json_is_array(place)) {
        ret_node->scope = VT_SCOPE_DIMENSIONS;
        return decode_choice(product, place, 0, &ret_node->choice, error);
    }
    if (!read_index(place, 0, product->n_variants, &variant))
        return damaged(error, "a node of a variant that is not there");
    ret_node->scope = VT_SCOPE_VARIANT;
    ret_node->variant = (int)variant;
    return TRUE;
}

static gboolean
decode_rectangle(const json_t *json, VtResolveSwatch *swatch, GError **error)
{
    double number[4] = {0};

    for (gsize i = 0; i < 4; i++) {
        const json_t *one = json_array_get(json, 3 + i);

        number[i] = json_number_value(one);
        if (!json_is_number(one) || !isfinite(number[i]) || number[i] < 0 || number[i] > 1)
            return damaged(error, "a rectangle that is not within 0 to 1");
    }
    swatch->crop = TRUE;
    swatch->rectangle = (VtResolveCrop){number[0], number[1], number[2], number[3]};
    return TRUE;
}

static gboolean
is_hex(const char *text)
{
    return text[0] == '#' && strlen(text) == 7 &&
           strspn(text + 1, "0123456789abcdef") == strlen(text) - 1;
}

static gboolean
decode_swatch(
    const VtResolveProduct *product, const json_t *json, VtResolveSwatch *swatch, GError **error)
{
    const json_t *look = json_array_get(json, 2);
    const char *hex = json_string_value(look);
    gsize n = json_array_size(json);
    gint64 dimension = 0, value = 0;

    if (!read_index(json_array_get(json, 0), 0, product->n_dimensions, &dimension) ||
        !read_index(json_array_get(json, 1), 0, product->dimensions[dimension].n_values, &value))
        return damaged(error, "a swatch of a value that is not there");
    swatch->dimension = (guint)dimension;
    swatch->value = (gint32)value;
    swatch->type = hex != NULL ? VT_SWATCH_TYPE_HEX : VT_SWATCH_TYPE_IMAGE;
    if (hex != NULL) {
        if (!is_hex(hex) || n != 3)
            return damaged(error, "a swatch that is no colour");
        memcpy(swatch->hex, hex, sizeof swatch->hex);
        return TRUE;
    }
    if (!read_index(look, 1, G_MAXINT64, &swatch->asset) || (n != 3 && n != 7))
        return damaged(error, "a swatch without a colour or an asset");
    return n == 3 || decode_rectangle(json, swatch, error);
}

static gboolean
decode_swatches(Decoded *self,
    const json_t *json,
    const VtResolveSwatch **ret_swatches,
    guint *ret_n,
    GError **error)
{
    gsize n = json_array_size(json);
    VtResolveSwatch *swatches = NULL;

    if (!json_is_array(json) || n > VT_RESOLVE_MAX_DIMENSIONS * VT_RESOLVE_MAX_VALUES)
        return damaged(error, "swatches");
    swatches = piece(self, n, sizeof *swatches);
    for (gsize i = 0; i < n; i++) {
        if (!decode_swatch(&self->row.product, json_array_get(json, i), &swatches[i], error))
            return FALSE;
    }
    *ret_swatches = swatches;
    *ret_n = (guint)n;
    return TRUE;
}

static gboolean
decode_set(Decoded *self,
    const json_t *json,
    const VtResolveNode *lists,
    gsize n_lists,
    VtResolveSet *set,
    GError **error)
{
    const json_t *nodes = json_array_get(json, 3);
    gsize n_nodes = json_array_size(nodes);
    VtResolveNode *decoded = piece(self, n_nodes, sizeof *decoded);

    set->context.channel = json_string_value(json_array_get(json, 0));
    set->context.locale = json_string_value(json_array_get(json, 1));
    set->context.catalog = json_string_value(json_array_get(json, 2));
    if (set->context.channel == NULL || set->context.locale == NULL ||
        set->context.catalog == NULL || !json_is_array(nodes))
        return damaged(error, "a set without its context or nodes");
    for (gsize i = 0; i < n_nodes; i++) {
        if (!decode_node(self, json_array_get(nodes, i), lists, n_lists, &decoded[i], error))
            return FALSE;
    }
    set->nodes = decoded;
    set->n_nodes = (guint)n_nodes;
    return decode_swatches(self, json_array_get(json, 4), &set->swatches, &set->n_swatches, error);
}

static gboolean
decode_sets(Decoded *self, GError **error)
{
    const json_t *json = json_object_get(self->root, "sets");
    const json_t *texts = json_object_get(self->root, "lists");
    gsize n = json_array_size(json), n_lists = json_array_size(texts);
    VtResolveSet *sets = piece(self, n, sizeof *sets);
    VtResolveNode *lists = piece(self, n_lists, sizeof *lists);

    if (!json_is_array(json) || !json_is_array(texts))
        return damaged(error, "sets or lists");
    for (gsize i = 0; i < n_lists; i++) {
        if (!decode_list(self, json_array_get(texts, i), &lists[i], error))
            return FALSE;
    }
    for (gsize i = 0; i < n; i++) {
        if (!decode_set(self, json_array_get(json, i), lists, n_lists, &sets[i], error))
            return FALSE;
    }
    self->row.sets = sets;
    self->row.n_sets = (guint)n;
    return TRUE;
}

static gboolean
decode_severance(Decoded *self, GError **error)
{
    const json_t *json = json_object_get(self->root, "severance");

    self->row.sever_by_scope = json != NULL;
    return json == NULL || g_strcmp0(json_string_value(json), BY_SCOPE) == 0 ||
           damaged(error, "severance");
}

static gboolean
decode(Decoded *self, GError **error)
{
    return decode_dimensions(self, error) && decode_variants(self, error) &&
           decode_sets(self, error) && decode_severance(self, error) &&
           decode_swatches(self, json_object_get(self->root, "central"), &self->row.central,
               &self->row.n_central, error);
}

VtReadstoreProduct *
vt_readstore_product_decode(const char *body, gsize length, GError **error)
{
    g_autoptr(VtReadstoreProduct) row = NULL;
    g_autoptr(GError) problem = NULL;
    Decoded *self = NULL;
    json_t *root = NULL;

    if (length > VT_READSTORE_MAX_BODY)
        return vt_throw_null(error, VT_ERROR_STORAGE, "damaged product row: too long");
    root = vt_json_parse(body, length, &problem);
    if (root == NULL)
        return vt_throw_null(error, VT_ERROR_STORAGE, "damaged product row: %s", problem->message);
    self = g_new0(Decoded, 1);
    row = &self->row;
    self->root = root;
    self->pieces = g_ptr_array_new_with_free_func(g_free);
    self->keys = g_ptr_array_new_with_free_func(g_free);
    if (!decode(self, error))
        return NULL;
    return g_steal_pointer(&row);
}

void
vt_readstore_product_free(VtReadstoreProduct *row)
{
    Decoded *self = (Decoded *)row;

    if (self == NULL)
        return;
    g_ptr_array_unref(self->keys);
    g_ptr_array_unref(self->pieces);
    json_decref(self->root);
    g_free(self);
}

const VtResolveSet *
vt_readstore_product_find_set(const VtReadstoreProduct *self, const char *catalog)
{
    const VtResolveSet *base = NULL;

    for (guint i = 0; i < self->n_sets; i++) {
        const char *of = self->sets[i].context.catalog;

        if (vt_resolve_catalog_is_none(of))
            base = base != NULL ? base : &self->sets[i];
        else if (catalog != NULL && strcmp(of, catalog) == 0)
            return &self->sets[i];
    }
    return base;
}

static gboolean
node_names(const VtResolveNode *node, gint64 asset)
{
    for (guint i = 0; i < node->n_primary; i++)
        if (node->primary[i] == asset)
            return TRUE;
    for (guint i = 0; i < node->n_additional; i++)
        if (node->additional[i].asset == asset)
            return TRUE;
    return FALSE;
}

static gboolean
set_names(const VtResolveSet *set, gint64 asset)
{
    for (guint i = 0; i < set->n_nodes; i++)
        if (node_names(&set->nodes[i], asset))
            return TRUE;
    for (guint i = 0; i < set->n_swatches; i++)
        if (set->swatches[i].type == VT_SWATCH_TYPE_IMAGE && set->swatches[i].asset == asset)
            return TRUE;
    return FALSE;
}

gboolean
vt_readstore_product_names(const VtReadstoreProduct *self, gint64 asset)
{
    for (guint i = 0; i < self->n_sets; i++)
        if (set_names(&self->sets[i], asset))
            return TRUE;
    return FALSE;
}
