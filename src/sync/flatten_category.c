#include "sync/flatten_category.h"

#include "assignment/category_media.h"
#include "base/locale.h"
#include "readstore/category.h"
#include "resolve/resolve.h"

#include <string.h>

typedef struct {
    VtReadstoreWriter *writer;
    const VtCategory *category;
    const GPtrArray *published; /* VtSetPublished */
    VtResolveSet *sets;         /* by place in published; one without a channel never answers */
} Flat;

/* The published sets as the rules see them: of a category only their contexts matter. */
static VtResolveSet *
make_sets(const VtFlattenContext *context, const GPtrArray *published)
{
    VtResolveSet *sets = g_new0(VtResolveSet, published->len + 1);

    for (guint i = 0; i < published->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(published, i);
        const VtChannel *channel = vt_channel_by_id(context->channels, one->key.channel_id);

        sets[i].context = (VtResolveContext){
            .channel = channel != NULL ? channel->code : "", .locale = one->key.locale};
    }
    return sets;
}

/* @key: the row's locale; @locale: the one resolved for it. */
static gboolean
put_row(
    const Flat *self, const VtChannel *channel, const char *key, const char *locale, GError **error)
{
    VtResolveContext request = {channel->code, locale, NULL};
    int winner = vt_resolve_category_context(self->sets, self->published->len, &request);
    VtReadstoreCategory row = {.name = self->category->name};
    g_autofree char *body = NULL;

    if (winner >= 0) {
        VtSetPublished *set = g_ptr_array_index(self->published, winner);

        row.source_channel = channel->code;
        row.source_locale = set->key.locale;
        row.asset = vt_category_media_asset(set->assignment);
    }
    body = vt_readstore_category_encode(&row);
    return vt_readstore_put_category(
        self->writer, channel->code, key, self->category->code, body, error);
}

static gboolean
has_own(const Flat *self, const VtChannel *channel, const char *locale)
{
    for (guint i = 0; i < self->published->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(self->published, i);

        if (one->key.channel_id == channel->channel_id && strcmp(one->key.locale, locale) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The neutral set answers by way of the row for all locales. */
static gboolean
flatten_channel(
    const Flat *self, const VtChannel *channel, const char *const *locales, GError **error)
{
    gboolean is_in = vt_category_is_in(self->category, channel->channel_id);

    for (; *locales != NULL; locales++) {
        if (strcmp(*locales, VT_LOCALE_NEUTRAL) == 0)
            continue;
        if (is_in && has_own(self, channel, *locales)
                ? !put_row(self, channel, *locales, *locales, error)
                : !vt_readstore_delete_category(
                      self->writer, channel->code, *locales, self->category->code, error))
            return FALSE;
    }
    return is_in ? put_row(self, channel, "", VT_LOCALE_NEUTRAL, error)
                 : vt_readstore_delete_category(
                       self->writer, channel->code, "", self->category->code, error);
}

gboolean
vt_flatten_category(VtReadstoreWriter *writer,
    const VtFlattenContext *context,
    const VtCategory *category,
    const GPtrArray *sets,
    const char *const *locales,
    GError **error)
{
    g_autofree VtResolveSet *made = make_sets(context, sets);
    const Flat flat = {writer, category, sets, made};

    for (guint i = 0; i < context->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(context->channels, i);

        if (strcmp(channel->database, context->database) == 0 &&
            !flatten_channel(&flat, channel, locales, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_flatten_live_category(VtReadstoreWriter *writer,
    VtDb *db,
    const VtFlattenContext *context,
    gint64 category_id,
    GError **error)
{
    g_autoptr(VtCategory) category = vt_category_load(db, category_id, error);
    g_autoptr(GPtrArray) sets = NULL;
    g_auto(GStrv) locales = NULL;

    if (category == NULL)
        return FALSE;
    sets = vt_set_published_of_category(db, category_id, error);
    if (sets == NULL)
        return FALSE;
    locales = vt_set_locales_of_category(db, category_id, error);
    return locales != NULL && vt_flatten_category(writer, context, category, sets,
                                  (const char *const *)locales, error);
}
