#include "assignment/place.h"

#include "base/locale.h"
#include "tenant/channel.h"
#include "tenant/setting.h"

void
vt_set_place_free(VtSetPlace *self)
{
    if (self == NULL)
        return;
    vt_set_names_free(self->names);
    vt_product_free(self->product);
    vt_category_free(self->category);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
    g_free(self);
}

static const char *
word_or(const char *word, const char *absent)
{
    return word != NULL ? word : absent;
}

static gboolean
find_product(VtSetPlace *self, VtDb *db, const char *code, GError **error)
{
    VtProductRef ref;

    if (!vt_product_find(db, self->tenant_id, code, &ref, error))
        return FALSE;
    self->key.product_id = ref.product_id;
    self->product = vt_product_load(db, ref.product_id, error);
    return self->product != NULL;
}

static gboolean
find_category(VtSetPlace *self, VtDb *db, const char *code, GError **error)
{
    if (!vt_category_find(db, self->tenant_id, code, &self->key.category_id, error))
        return FALSE;
    self->category = vt_category_load(db, self->key.category_id, error);
    return self->category != NULL;
}

static gboolean
find_key(VtSetPlace *self, VtDb *db, const VtSetWords *words, GError **error)
{
    g_autofree char *locale = vt_locale_parse(word_or(words->locale, VT_LOCALE_NEUTRAL), error);

    if (locale == NULL ||
        !vt_channel_parse(
            self->channels, word_or(words->channel, ""), &self->key.channel_id, error) ||
        !vt_catalog_parse(self->catalogs, word_or(words->catalog, ""), self->key.channel_id,
            &self->key.catalog_id, error))
        return FALSE;
    g_strlcpy(self->key.locale, locale, sizeof self->key.locale);
    return (words->product != NULL ? find_product(self, db, words->product, error)
                                   : find_category(self, db, words->category, error)) &&
           vt_set_key_check(&self->key, error);
}

gboolean
vt_set_read_options(VtDb *db, gint64 tenant_id, VtResolveOptions *ret_options, GError **error)
{
    g_autofree char *severance = vt_setting_read(db, tenant_id, VT_SETTING_SEVERANCE, NULL, error);
    VtResolveOptions options = {.sever_by_scope = g_strcmp0(severance, "scope") == 0};

    if (severance == NULL ||
        !vt_setting_read_flag(db, tenant_id, VT_SETTING_LANGUAGE_PARENT_FALLBACK,
            &options.language_parent_fallback, error) ||
        !vt_setting_read_flag(
            db, tenant_id, VT_SETTING_CHANNEL_NEUTRAL_LEVEL, &options.channel_neutral_level, error))
        return FALSE;
    *ret_options = options;
    return TRUE;
}

VtSetPlace *
vt_set_place_find(VtDb *db, gint64 tenant_id, const VtSetWords *words, GError **error)
{
    g_autoptr(VtSetPlace) self = g_new0(VtSetPlace, 1);

    self->tenant_id = tenant_id;
    self->channels = vt_channel_list(db, tenant_id, error);
    if (self->channels == NULL)
        return NULL;
    self->catalogs = vt_catalog_list(db, tenant_id, error);
    if (self->catalogs == NULL || !find_key(self, db, words, error) ||
        !vt_set_read_options(db, tenant_id, &self->options, error))
        return NULL;
    self->names = vt_set_names_new(db, tenant_id, self->product);
    return g_steal_pointer(&self);
}

const char *
vt_set_place_channel(const VtSetPlace *self, gint64 channel_id)
{
    const VtChannel *channel = vt_channel_by_id(self->channels, channel_id);

    if (channel_id == VT_CHANNEL_OMNI)
        return VT_CHANNEL_OMNI_CODE;
    return channel != NULL ? channel->code : NULL;
}

const char *
vt_set_place_catalog(const VtSetPlace *self, gint64 catalog_id)
{
    for (guint i = 0; i < self->catalogs->len; i++) {
        const VtCatalog *catalog = g_ptr_array_index(self->catalogs, i);

        if (catalog->catalog_id == catalog_id)
            return catalog->number;
    }
    return NULL;
}

static VtResolveContext
context_of(const VtSetPlace *self, const VtSetKey *key)
{
    return (VtResolveContext){.channel = vt_set_place_channel(self, key->channel_id),
        .locale = key->locale,
        .catalog = vt_set_place_catalog(self, key->catalog_id)};
}

GPtrArray *
vt_set_place_shown(const VtSetPlace *self, VtDb *db, gint64 group_id, GError **error)
{
    if (group_id != VT_GROUP_LIVE)
        return vt_set_previewed(db, self->key.product_id, self->key.category_id, group_id, error);
    return self->category != NULL ? vt_set_published_of_category(db, self->key.category_id, error)
                                  : vt_set_published_of_product(db, self->key.product_id, error);
}

const VtSetPublished *
vt_set_place_answer(const VtSetPlace *self, const GPtrArray *published, gint64 except)
{
    g_autofree VtResolveSet *sets = g_new0(VtResolveSet, published->len + 1);
    g_autofree guint *from = g_new0(guint, published->len + 1);
    VtResolveContext request = context_of(self, &self->key);
    guint n = 0;
    int answer;

    for (guint i = 0; i < published->len; i++) {
        const VtSetPublished *one = g_ptr_array_index(published, i);

        sets[n].context = context_of(self, &one->key);
        if (one->document_id == except || sets[n].context.channel == NULL)
            continue;
        from[n++] = i;
    }
    answer = self->category != NULL ? vt_resolve_category_context(sets, n, &request)
                                    : vt_resolve_context(sets, n, &request, &self->options);
    return answer >= 0 ? g_ptr_array_index(published, from[answer]) : NULL;
}
