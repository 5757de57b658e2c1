#include "sync/flatten.h"

#include "assignment/rules.h"
#include "base/locale.h"
#include "readstore/row.h"
#include "sync/record.h"

#include <string.h>

/* A locale no set can have: what it resolves to is the answer for every locale without a row of its
 * own. */
#define NO_LOCALE "-"

static VtResolveSwatch *
central_swatches(const VtProduct *product, guint *ret_n)
{
    GArray *list = g_array_new(FALSE, TRUE, sizeof(VtResolveSwatch));

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
    const VtRulesContext of_tenant = {context->channels, context->catalogs};
    g_auto(VtRules) rules;
    Flat flat = {.writer = writer, .context = context, .product = product};
    g_autofree VtResolveSwatch *central = central_swatches(product, &flat.row.n_central);

    vt_rules_init(&rules, product, sets, &of_tenant);
    flat.sets = rules.sets;
    flat.n_sets = rules.n_sets;
    flat.row.product = rules.product;
    flat.row.central = central;
    flat.row.sever_by_scope = context->options.sever_by_scope;
    for (guint i = 0; i < context->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(context->channels, i);

        if (strcmp(channel->database, context->database) == 0 &&
            !flatten_channel(&flat, channel, locales, error))
            return FALSE;
    }
    return put_variants(&flat, error);
}

gboolean
vt_flatten_live_product(VtReadstoreWriter *writer,
    VtDb *db,
    const VtFlattenContext *context,
    gint64 product_id,
    GError **error)
{
    g_autoptr(VtProduct) product = vt_product_load(db, product_id, error);
    g_autoptr(GPtrArray) sets = NULL;
    g_auto(GStrv) locales = NULL;

    if (product == NULL)
        return FALSE;
    sets = vt_set_published_of_product(db, product_id, error);
    if (sets == NULL)
        return FALSE;
    locales = vt_set_locales_of_product(db, product_id, error);
    return locales != NULL && vt_sync_put_product_record(writer, product, error) &&
           vt_flatten_product(writer, context, product, sets, (const char *const *)locales, error);
}
