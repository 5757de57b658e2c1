#include "sync/flatten.h"

#include "base/locale.h"
#include "base/text.h"
#include "readstore/row.h"

#include <string.h>

/* A locale no set can have: what it resolves to is the answer for every locale without a row of its
 * own. */
#define NO_LOCALE "-"

/* The product as the rules see it. */
typedef struct {
    VtResolveProduct product;
    GPtrArray *keys;  /* owned: strings */
    GPtrArray *parts; /* owned: arrays of values and variants */
} Shape;

static void
shape_clear(Shape *self)
{
    g_ptr_array_unref(self->keys);
    g_ptr_array_unref(self->parts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shape, shape_clear)

static char *
keep_key(Shape *self, const char *text)
{
    char *key = vt_text_key(text);

    g_ptr_array_add(self->keys, key);
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
shape_dimension(Shape *self, const VtProductDimension *from, VtResolveDimension *to)
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
shape_variants(Shape *self, const VtProduct *product)
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
shape_init(Shape *self, const VtProduct *product)
{
    *self = (Shape){.keys = g_ptr_array_new_with_free_func(g_free),
        .parts = g_ptr_array_new_with_free_func(g_free)};
    self->product.id = product->code;
    self->product.n_dimensions = product->n_dimensions;
    for (guint d = 0; d < product->n_dimensions; d++)
        shape_dimension(self, &product->dimensions[d], &self->product.dimensions[d]);
    vt_resolve_product_weigh(&self->product);
    shape_variants(self, product);
}

/* A live set as the rules see it; all it points to is owned by @parts. */
typedef struct {
    const VtProduct *product;
    GPtrArray *parts; /* owned: arrays */
} Sets;

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
fill_rows(Sets *self, const VtAssignmentNode *from, VtResolveNode *to)
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
fill_nodes(Sets *self, const VtAssignment *assignment, VtResolveSet *set)
{
    VtResolveNode *nodes = g_new0(VtResolveNode, assignment->nodes->len + 1);

    g_ptr_array_add(self->parts, nodes);
    for (guint i = 0; i < assignment->nodes->len; i++) {
        const VtAssignmentNode *node = g_ptr_array_index(assignment->nodes, i);

        nodes[i] = (VtResolveNode){.scope = node->key.scope,
            .variant = variant_place(self->product, node->key.variant_id),
            .choice = choice_of(self->product, &node->key)};
        fill_rows(self, node, &nodes[i]);
    }
    set->nodes = nodes;
    set->n_nodes = assignment->nodes->len;
}

static void
fill_swatches(Sets *self, const VtAssignment *assignment, VtResolveSet *set)
{
    VtResolveSwatch *swatches = g_new0(VtResolveSwatch, assignment->swatches->len + 1);
    guint n = 0;

    g_ptr_array_add(self->parts, swatches);
    for (guint i = 0; i < assignment->swatches->len; i++) {
        const VtAssignmentSwatch *from =
            &g_array_index(assignment->swatches, VtAssignmentSwatch, i);
        int place = dimension_place(self->product, from->value.dimension_id);
        VtResolveSwatch *to = &swatches[n];

        if (place < 0)
            continue;
        *to = (VtResolveSwatch){.dimension = (guint)place,
            .value = value_index(&self->product->dimensions[place], from->value.value_id),
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
catalog_number(const VtFlattenContext *context, gint64 catalog_id)
{
    for (guint i = 0; i < context->catalogs->len; i++) {
        const VtCatalog *catalog = g_ptr_array_index(context->catalogs, i);

        if (catalog->catalog_id == catalog_id)
            return catalog->number;
    }
    return "";
}

/* All live sets in the form of the rules; the array and what it points to belong to @self. A set of
 * a channel or catalogue that is gone is left out. */
static VtResolveSet *
make_sets(Sets *self, const VtFlattenContext *context, const GPtrArray *published, guint *ret_n)
{
    VtResolveSet *sets = g_new0(VtResolveSet, published->len + 1);
    guint n = 0;

    g_ptr_array_add(self->parts, sets);
    for (guint i = 0; i < published->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(published, i);
        const VtChannel *channel = vt_channel_by_id(context->channels, one->key.channel_id);

        if (channel == NULL && one->key.channel_id != VT_CHANNEL_OMNI)
            continue;
        sets[n].context =
            (VtResolveContext){.channel = channel != NULL ? channel->code : VT_RESOLVE_OMNICHANNEL,
                .locale = one->key.locale,
                .catalog =
                    one->key.catalog_id != 0 ? catalog_number(context, one->key.catalog_id) : NULL};
        fill_nodes(self, one->assignment, &sets[n]);
        fill_swatches(self, one->assignment, &sets[n]);
        n++;
    }
    *ret_n = n;
    return sets;
}

static VtResolveSwatch *
central_swatches(Sets *self, guint *ret_n)
{
    GArray *list = g_array_new(FALSE, TRUE, sizeof(VtResolveSwatch));
    const VtProduct *product = self->product;

    for (guint d = 0; d < product->n_dimensions; d++)
        for (guint i = 0; i < product->dimensions[d].values->len; i++) {
            const VtProductValue *value = g_ptr_array_index(product->dimensions[d].values, i);
            VtResolveSwatch swatch = {
                .dimension = d, .value = (gint32)i, .type = VT_SWATCH_TYPE_HEX};

            if (value->swatch_hex == NULL)
                continue;
            g_strlcpy(swatch.hex, value->swatch_hex, sizeof swatch.hex);
            g_array_append_val(list, swatch);
        }
    *ret_n = list->len;
    g_ptr_array_add(self->parts, list->data);
    return (VtResolveSwatch *)(gpointer)g_array_free(list, FALSE);
}

/* Everything flattening knows of the product, made once for all its rows. */
typedef struct {
    VtReadstoreWriter *writer;
    const VtFlattenContext *context;
    const VtProduct *product;
    const VtResolveSet *sets;
    guint n_sets;
    VtReadstoreProduct row; /* product and central swatches are the same in every row */
} Flat;

/* The winner of the chain, then the set of each catalogue. */
static guint
choose_sets(const Flat *self, const VtChannel *channel, const char *locale, VtResolveSet *chosen)
{
    VtResolveContext request = {channel->code, locale, NULL};
    int winner = vt_resolve_context(self->sets, self->n_sets, &request, &self->context->options);
    guint n = 0;

    if (winner >= 0)
        chosen[n++] = self->sets[winner];
    for (guint i = 0; i < self->n_sets; i++) {
        const VtResolveContext *own = &self->sets[i].context;

        if (!vt_resolve_catalog_is_none(own->catalog) && strcmp(own->channel, channel->code) == 0 &&
            vt_resolve_locale_equal(own->locale, locale))
            chosen[n++] = self->sets[i];
    }
    return n;
}

static gboolean
put_row(Flat *self, const VtChannel *channel, const char *key, const char *locale, GError **error)
{
    g_autofree VtResolveSet *chosen = g_new0(VtResolveSet, self->n_sets + 1);
    g_autofree char *body = NULL;

    self->row.sets = chosen;
    self->row.n_sets = choose_sets(self, channel, locale, chosen);
    body = vt_readstore_product_encode(&self->row);
    return vt_readstore_put_product(
        self->writer, channel->code, key, self->product->code, body, error);
}

/* Whether a set of the channel or of Omnichannel is live in a locale the channel does not list. */
static gboolean
answers_in(const Flat *self, const VtChannel *channel, const char *locale)
{
    for (guint i = 0; i < self->n_sets; i++) {
        const VtResolveContext *own = &self->sets[i].context;

        if (strcmp(own->locale, locale) != 0)
            continue;
        if (strcmp(own->channel, channel->code) == 0 ||
            (strcmp(own->channel, VT_RESOLVE_OMNICHANNEL) == 0 &&
                strcmp(locale, VT_LOCALE_NEUTRAL) != 0))
            return TRUE;
    }
    return FALSE;
}

static gboolean
flatten_channel(Flat *self, const VtChannel *channel, const char *const *locales, GError **error)
{
    gboolean sold = vt_product_is_sold_in(self->product, channel->channel_id);

    for (char **locale = channel->locales; *locale != NULL; locale++) {
        if (sold ? !put_row(self, channel, *locale, *locale, error)
                 : !vt_readstore_delete_product(
                       self->writer, channel->code, *locale, self->product->code, error))
            return FALSE;
    }
    for (; *locales != NULL; locales++) {
        if (g_strv_contains((const char *const *)channel->locales, *locales))
            continue;
        if (sold && answers_in(self, channel, *locales)
                ? !put_row(self, channel, *locales, *locales, error)
                : !vt_readstore_delete_product(
                      self->writer, channel->code, *locales, self->product->code, error))
            return FALSE;
    }
    return sold ? put_row(self, channel, "", NO_LOCALE, error)
                : vt_readstore_delete_product(
                      self->writer, channel->code, "", self->product->code, error);
}

static gboolean
put_variants(const Flat *self, GError **error)
{
    for (guint i = 0; i < self->product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(self->product->variants, i);

        if (!vt_readstore_put_variant(self->writer, variant->code, self->product->code, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_flatten_product(VtReadstoreWriter *writer,
    const VtFlattenContext *context,
    const VtProduct *product,
    const GPtrArray *sets,
    const char *const *locales,
    GError **error)
{
    g_auto(Shape) shape;
    g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
    Sets made = {product, parts};
    Flat flat = {.writer = writer, .context = context, .product = product};

    shape_init(&shape, product);
    flat.sets = make_sets(&made, context, sets, &flat.n_sets);
    flat.row.product = shape.product;
    flat.row.central = central_swatches(&made, &flat.row.n_central);
    flat.row.sever_by_scope = context->options.sever_by_scope;
    for (guint i = 0; i < context->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(context->channels, i);

        if (strcmp(channel->database, context->database) == 0 &&
            !flatten_channel(&flat, channel, locales, error))
            return FALSE;
    }
    return put_variants(&flat, error);
}
