#include "assignment/rules.h"

#include "base/text.h"
#include "catalog/category.h"

static char *
keep_key(VtRules *self, const char *text)
{
    char *key = vt_text_key(text);

    g_ptr_array_add(self->parts, key);
    return key;
}

static gint32
value_index(const VtProductDimension *dimension, gint64 value_id)
{
    for (guint i = 0; i < dimension->values->len; i++)
        if (((const VtProductValue *)g_ptr_array_index(dimension->values, i))->value_id == value_id)
            return (gint32)i;
    return VT_RESOLVE_GONE;
}

static void
shape_dimension(VtRules *self, const VtProductDimension *from, VtResolveDimension *to)
{
    VtResolveValue *values = g_new0(VtResolveValue, from->values->len + 1);

    g_ptr_array_add(self->parts, values);
    for (guint i = 0; i < from->values->len; i++) {
        const VtProductValue *value = g_ptr_array_index(from->values, i);

        values[i] = (VtResolveValue){value->value, keep_key(self, value->value)};
    }
    to->name = from->name;
    to->key = keep_key(self, from->name);
    to->values = values;
    to->n_values = from->values->len;
}

static void
shape_variants(VtRules *self, const VtProduct *product)
{
    VtResolveVariant *variants = g_new0(VtResolveVariant, product->variants->len + 1);

    g_ptr_array_add(self->parts, variants);
    for (guint i = 0; i < product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(product->variants, i);

        variants[i] = (VtResolveVariant){variant->code, VT_RESOLVE_NO_CHOICE};
        for (guint d = 0; d < product->n_dimensions; d++)
            if (variant->value_ids[d] != 0)
                variants[i].choice.value[d] =
                    value_index(&product->dimensions[d], variant->value_ids[d]);
    }
    self->product.variants = variants;
    self->product.n_variants = product->variants->len;
}

static void
shape_product(VtRules *self, const VtProduct *product)
{
    self->product.id = product->code;
    self->product.n_dimensions = product->n_dimensions;
    for (guint d = 0; d < product->n_dimensions; d++)
        shape_dimension(self, &product->dimensions[d], &self->product.dimensions[d]);
    vt_resolve_product_weigh(&self->product);
    shape_variants(self, product);
}

static int
dimension_place(const VtProduct *product, gint64 dimension_id)
{
    for (guint d = 0; d < product->n_dimensions; d++)
        if (product->dimensions[d].dimension_id == dimension_id)
            return (int)d;
    return -1;
}

static VtResolveChoice
choice_of(const VtProduct *product, const VtAssignmentKey *key)
{
    VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;

    for (guint i = 0; i < key->n_values; i++) {
        int place = dimension_place(product, key->values[i].dimension_id);

        if (place < 0)
            choice.value[0] = VT_RESOLVE_GONE;
        else if (choice.value[place] != VT_RESOLVE_GONE)
            choice.value[place] = value_index(&product->dimensions[place], key->values[i].value_id);
    }
    return choice;
}

static int
variant_place(const VtProduct *product, gint64 variant_id)
{
    for (guint i = 0; i < product->variants->len; i++)
        if (((const VtProductVariant *)g_ptr_array_index(product->variants, i))->product_id ==
            variant_id)
            return (int)i;
    return -1;
}

static void
fill_rows(VtRules *self, const VtAssignmentNode *from, VtResolveNode *to)
{
    const GArray *primary = from->rows[VT_MEDIA_GROUP_PRIMARY];
    const GArray *additional = from->rows[VT_MEDIA_GROUP_ADDITIONAL];
    gint64 *assets = g_new(gint64, primary->len + 1);
    VtResolveAdditional *extra = g_new(VtResolveAdditional, additional->len + 1);

    g_ptr_array_add(self->parts, assets);
    g_ptr_array_add(self->parts, extra);
    for (guint i = 0; i < primary->len; i++)
        assets[i] = g_array_index(primary, VtAssignmentRow, i).asset_id;
    for (guint i = 0; i < additional->len; i++) {
        const VtAssignmentRow *row = &g_array_index(additional, VtAssignmentRow, i);

        extra[i] = (VtResolveAdditional){row->asset_id, row->purpose};
    }
    to->primary = assets;
    to->n_primary = primary->len;
    to->additional = extra;
    to->n_additional = additional->len;
}

static void
fill_nodes(
    VtRules *self, const VtProduct *product, const VtAssignment *assignment, VtResolveSet *set)
{
    VtResolveNode *nodes = g_new0(VtResolveNode, assignment->nodes->len + 1);

    g_ptr_array_add(self->parts, nodes);
    for (guint i = 0; i < assignment->nodes->len; i++) {
        const VtAssignmentNode *node = g_ptr_array_index(assignment->nodes, i);

        nodes[i] = (VtResolveNode){.scope = node->key.scope,
            .variant = variant_place(product, node->key.variant_id),
            .choice = choice_of(product, &node->key)};
        fill_rows(self, node, &nodes[i]);
    }
    set->nodes = nodes;
    set->n_nodes = assignment->nodes->len;
}

static void
fill_swatches(
    VtRules *self, const VtProduct *product, const VtAssignment *assignment, VtResolveSet *set)
{
    VtResolveSwatch *swatches = g_new0(VtResolveSwatch, assignment->swatches->len + 1);
    guint n = 0;

    g_ptr_array_add(self->parts, swatches);
    for (guint i = 0; i < assignment->swatches->len; i++) {
        const VtAssignmentSwatch *from =
            &g_array_index(assignment->swatches, VtAssignmentSwatch, i);
        int place = dimension_place(product, from->value.dimension_id);
        VtResolveSwatch *to = &swatches[n];

        if (place < 0)
            continue;
        *to = (VtResolveSwatch){.dimension = (guint)place,
            .value = value_index(&product->dimensions[place], from->value.value_id),
            .type = from->type,
            .asset = from->asset_id,
            .crop = from->is_cropped,
            .rectangle = {from->crop[0], from->crop[1], from->crop[2], from->crop[3]}};
        g_strlcpy(to->hex, from->hex, sizeof to->hex);
        n++;
    }
    set->swatches = swatches;
    set->n_swatches = n;
}

static const char *
catalog_number(const GPtrArray *catalogs, gint64 catalog_id)
{
    for (guint i = 0; i < catalogs->len; i++) {
        const VtCatalog *catalog = g_ptr_array_index(catalogs, i);

        if (catalog->catalog_id == catalog_id)
            return catalog->number;
    }
    return "";
}

static void
shape_set(VtRules *self,
    const VtProduct *product,
    const VtSetPublished *from,
    const VtRulesContext *context,
    VtResolveSet *to)
{
    const VtChannel *channel = vt_channel_by_id(context->channels, from->key.channel_id);
    gint64 catalog_id = from->key.catalog_id;

    to->context.channel = channel != NULL ? channel->code : VT_RESOLVE_OMNICHANNEL;
    to->context.locale = from->key.locale;
    to->context.catalog = catalog_id != 0 ? catalog_number(context->catalogs, catalog_id) : NULL;
    fill_nodes(self, product, from->assignment, to);
    fill_swatches(self, product, from->assignment, to);
}

void
vt_rules_init(VtRules *self,
    const VtProduct *product,
    const GPtrArray *published,
    const VtRulesContext *context)
{
    *self = (VtRules){.parts = g_ptr_array_new_with_free_func(g_free)};
    shape_product(self, product);
    self->sets = g_new0(VtResolveSet, published->len + 1);
    for (guint i = 0; i < published->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(published, i);

        if (one->key.channel_id == VT_CHANNEL_OMNI ||
            vt_channel_by_id(context->channels, one->key.channel_id) != NULL)
            shape_set(self, product, one, context, &self->sets[self->n_sets++]);
    }
}

void
vt_rules_clear(VtRules *self)
{
    g_clear_pointer(&self->sets, g_free);
    g_clear_pointer(&self->parts, g_ptr_array_unref);
}
