/* See channel_answer.h. All records an answer needs are fetched in one go, then written in order.
 */
#include "delivery/channel_answer.h"

#include "base/locale.h"
#include "base/text.h"
#include "contract/contract.h"
#include "readstore/attributes.h"
#include "resolve/swatch.h"

#include <string.h>

/* The word of an asset's type and the part of the house that serves it. */
static const struct {
    const char *word;
    const char *place;
    gboolean is_set; /* it shows its members */
} type_row[VT_ASSET_TYPE_COUNT] = {
    [VT_ASSET_TYPE_IMAGE] = {"image", "/is/image"},
    [VT_ASSET_TYPE_VIDEO] = {"video", "/is/content"},
    [VT_ASSET_TYPE_FILE] = {"document", "/is/content"},
    [VT_ASSET_TYPE_IMAGE_SET] = {"image_set", "/is/image", TRUE},
    [VT_ASSET_TYPE_SWATCH_SET] = {"swatch_set", "/is/image", TRUE},
    [VT_ASSET_TYPE_SPIN_SET] = {"spin_set", "/is/image", TRUE},
    [VT_ASSET_TYPE_MIXED_MEDIA_SET] = {"mixed_media_set", "/is/image", TRUE},
};

typedef struct {
    const VtChannelAsk *ask;
    VtResolveNode node;              /* without rows: no media */
    VtResolveSwatchChoice *swatches; /* owned */
    guint n_swatches;
    GHashTable *records; /* asset id -> VtReadstoreAsset, owned; without those not published */
} Answer;

static void
answer_clear(Answer *self)
{
    g_free(self->swatches);
    g_clear_pointer(&self->records, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static void
free_record(gpointer record)
{
    vt_readstore_asset_free(record);
}

static void
choose_node(Answer *self)
{
    const VtChannelAsk *ask = self->ask;

    self->node =
        vt_resolve_node(ask->set, &ask->row->product, &ask->selection, ask->row->sever_by_scope);
}

static void
choose_swatches(Answer *self)
{
    const VtReadstoreProduct *row = self->ask->row;

    self->swatches = g_new0(VtResolveSwatchChoice, vt_resolve_swatches_max(&row->product) + 1);
    self->n_swatches = vt_resolve_swatches(
        &row->product, self->ask->set, row->central, row->n_central, self->swatches);
}

static GArray *
needed_assets(const Answer *self, gboolean whole)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (self->node.n_primary > 0)
        g_array_append_vals(ids, self->node.primary, self->node.n_primary);
    if (!whole)
        return ids;
    for (guint i = 0; i < self->node.n_additional; i++)
        g_array_append_val(ids, self->node.additional[i].asset);
    for (guint i = 0; i < self->n_swatches; i++) {
        if (self->swatches[i].swatch->type == VT_SWATCH_TYPE_IMAGE)
            g_array_append_val(ids, self->swatches[i].swatch->asset);
    }
    return ids;
}

static gboolean
fetch_records(Answer *self, gboolean whole, GError **error)
{
    g_autoptr(GArray) ids = needed_assets(self, whole);
    g_autofree VtReadstoreAsset **found = g_new0(VtReadstoreAsset *, ids->len + 1);

    self->records = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_record);
    if (!vt_readstore_find_assets(self->ask->read, (const gint64 *)(gpointer)ids->data, ids->len,
            self->ask->locale, found, error))
        return FALSE;
    for (guint i = 0; i < ids->len; i++) {
        gint64 id = g_array_index(ids, gint64, i);

        if (found[i] == NULL)
            continue;
        if (vt_readstore_asset_is_named(found[i]))
            g_hash_table_insert(self->records, g_memdup2(&id, sizeof id), found[i]);
        else
            vt_readstore_asset_free(found[i]);
    }
    return TRUE;
}

static gboolean
prepare(Answer *self, const VtChannelAsk *ask, gboolean whole, GError **error)
{
    self->ask = ask;
    choose_node(self);
    if (whole)
        choose_swatches(self);
    return fetch_records(self, whole, error);
}

static const VtReadstoreAsset *
record_of(const Answer *self, gint64 asset)
{
    return g_hash_table_lookup(self->records, &asset);
}

static void
append_number(GString *text, double number)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd(digits, sizeof digits, "%.6g", number);
    g_string_append(text, digits);
}

/* The address of @record under @place, with its locale where @localized; newly allocated. */
static GString *
address_of(
    const VtShopPlace *shop, const VtReadstoreAsset *record, const char *place, gboolean localized)
{
    GString *url = g_string_new(shop->base);
    g_autofree char *name = vt_text_escape(record->name, FALSE);

    g_string_append_printf(url, "%s/%s/%s", place, shop->tenant, name);
    if (localized)
        g_string_append_printf(url, "?locale=%s", record->locale);
    return url;
}

/* @crop may be NULL. */
static void
write_url(const VtShopPlace *shop,
    VtJson *json,
    const VtReadstoreAsset *record,
    const VtResolveSwatch *crop)
{
    g_autoptr(GString) url =
        address_of(shop, record, type_row[record->type].place, record->own_binary);
    char separator = record->own_binary ? '&' : '?';

    if (crop != NULL && crop->crop) {
        const double part[] = {
            crop->rectangle.x, crop->rectangle.y, crop->rectangle.w, crop->rectangle.h};

        g_string_append_c(url, separator);
        for (gsize i = 0; i < G_N_ELEMENTS(part); i++) {
            g_string_append(url, i == 0 ? "cropN=" : ",");
            append_number(url, part[i]);
        }
    }
    vt_json_member(json, "url", url->str);
}

static void
write_poster(const VtShopPlace *shop,
    VtJson *json,
    const VtReadstoreAsset *record,
    const VtReadstoreAttributes *attributes)
{
    g_autoptr(GString) url = NULL;

    if (attributes->poster != NULL && !attributes->not_image)
        url = address_of(shop, record, type_row[VT_ASSET_TYPE_IMAGE].place,
            strcmp(record->locale, VT_LOCALE_NEUTRAL) != 0);
    vt_json_member(json, "poster", url != NULL ? url->str : NULL);
}

/* A locale may have tracks of its own without a binary of its own, so its address names it. */
static void
write_track(const VtShopPlace *shop,
    VtJson *json,
    const VtReadstoreAsset *record,
    const VtReadstoreTrack *track)
{
    gboolean localized = strcmp(record->locale, VT_LOCALE_NEUTRAL) != 0;
    g_autoptr(GString) url =
        address_of(shop, record, type_row[VT_ASSET_TYPE_VIDEO].place, localized);
    gboolean spoken = *track->language != '\0';

    g_string_append_printf(
        url, "%ctrack=%s", localized ? '&' : '?', vt_track_role_names[track->role]);
    if (spoken)
        g_string_append_printf(url, "&lang=%s", track->language);
    vt_json_begin_object(json);
    vt_json_member(json, "role", vt_track_role_names[track->role]);
    vt_json_member(json, "language", spoken ? track->language : NULL);
    vt_json_member(json, "url", url->str);
    vt_json_member(json, "media_type", track->media_type);
    vt_json_end_object(json);
}

/* What a player or a list of downloads needs beside the address. */
static void
write_details(const VtShopPlace *shop,
    VtJson *json,
    const VtReadstoreAsset *record,
    const VtReadstoreAttributes *attributes)
{
    gboolean plays = record->type == VT_ASSET_TYPE_VIDEO;

    vt_json_member(json, "title", record->title);
    vt_json_member(json, "media_type", record->media_type);
    vt_json_member_int(json, "bytes", record->bytes);
    write_poster(shop, json, record, attributes);
    if (!plays)
        return;
    vt_json_member_int(json, "playtime", attributes->playtime_s);
    vt_json_member_int(json, "minimum_age", attributes->minimum_age);
    vt_json_key(json, "tracks");
    vt_json_begin_array(json);
    for (guint i = 0; i < attributes->tracks->len; i++) {
        const VtReadstoreTrack *track = g_ptr_array_index(attributes->tracks, i);

        if (track->role != VT_TRACK_ROLE_THUMBNAIL)
            write_track(shop, json, record, track);
    }
    vt_json_end_array(json);
}

/* A member's address: with its locale where it has a binary of its own there. */
static void
write_member_url(const Answer *self, VtJson *json, const VtReadstoreMember *member)
{
    g_autofree char *name = vt_text_escape(member->name, FALSE);
    g_autoptr(GString) url = g_string_new(self->ask->shop.base);
    gboolean localized = member->locales != NULL &&
                         g_strv_contains((const char *const *)member->locales, self->ask->locale);

    g_string_append_printf(
        url, "%s/%s/%s", type_row[member->type].place, self->ask->shop.tenant, name);
    if (localized)
        g_string_append_printf(url, "?locale=%s", self->ask->locale);
    vt_json_member(json, "url", url->str);
}

static void
write_member_swatch(const Answer *self, VtJson *json, const VtReadstoreMember *member)
{
    g_autofree char *name = member->swatch != NULL ? vt_text_escape(member->swatch, FALSE) : NULL;
    g_autofree char *url =
        name != NULL ? g_strconcat(self->ask->shop.base, type_row[VT_ASSET_TYPE_IMAGE].place, "/",
                           self->ask->shop.tenant, "/", name, NULL)
                     : NULL;

    vt_json_key(json, "swatch");
    if (url == NULL && member->color == NULL) {
        vt_json_null(json);
        return;
    }
    vt_json_begin_object(json);
    vt_json_member(json, "type",
        vt_swatch_type_names[url != NULL ? VT_SWATCH_TYPE_IMAGE : VT_SWATCH_TYPE_HEX]);
    vt_json_member(json, url != NULL ? "url" : "hex", url != NULL ? url : member->color);
    vt_json_end_object(json);
}

/* What a viewer of the set needs. */
static void
write_members(const Answer *self, VtJson *json, const VtReadstoreAttributes *attributes)
{
    vt_json_member_int(json, "rows", MAX(attributes->rows, 1));
    vt_json_key(json, "members");
    vt_json_begin_array(json);
    for (guint i = 0; i < attributes->members->len; i++) {
        const VtReadstoreMember *member = g_ptr_array_index(attributes->members, i);

        vt_json_begin_object(json);
        vt_json_member(json, "type", type_row[member->type].word);
        vt_json_member(json, "asset", member->name);
        write_member_url(self, json, member);
        write_member_swatch(self, json, member);
        vt_json_member(json, "label", member->label);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

static void
write_place(const Answer *self, VtJson *json, const VtReadstoreAsset *record)
{
    g_auto(VtReadstoreAttributes) attributes = {0};

    vt_readstore_attributes_parse(record->attributes, &attributes);
    vt_json_member(json, "type", type_row[record->type].word);
    vt_json_member(json, "asset", record->name);
    write_url(&self->ask->shop, json, record, NULL);
    vt_json_member(json, "alt", record->alt);
    if (type_row[record->type].is_set) {
        vt_json_member(json, "title", record->title);
        write_poster(&self->ask->shop, json, record, &attributes);
        write_members(self, json, &attributes);
    } else if (record->type != VT_ASSET_TYPE_IMAGE)
        write_details(&self->ask->shop, json, record, &attributes);
    else if (attributes.has_focal)
        vt_json_member_point(json, "focal", attributes.focal_x, attributes.focal_y);
}

/* @record may be NULL: null. */
static void
write_image(const VtShopPlace *shop, VtJson *json, const char *key, const VtReadstoreAsset *record)
{
    vt_json_key(json, key);
    if (record == NULL) {
        vt_json_null(json);
        return;
    }
    vt_json_begin_object(json);
    vt_json_member(json, "asset", record->name);
    write_url(shop, json, record, NULL);
    vt_json_member(json, "alt", record->alt);
    vt_json_end_object(json);
}

static void
write_source(const Answer *self, VtJson *json)
{
    vt_json_key(json, "source");
    if (self->ask->set == NULL) {
        vt_json_null(json);
        return;
    }
    vt_json_begin_object(json);
    vt_json_member(json, "channel", self->ask->set->context.channel);
    vt_json_member(json, "locale", self->ask->set->context.locale);
    vt_json_member(json, "scope", vt_scope_names[self->node.scope]);
    vt_json_end_object(json);
}

static gboolean
is_image(gint64 asset, gpointer data)
{
    const VtReadstoreAsset *record = record_of(data, asset);

    return record != NULL && record->type == VT_ASSET_TYPE_IMAGE;
}

static void
write_default_image(Answer *self, VtJson *json)
{
    int at = vt_resolve_default_image(self->node.primary, self->node.n_primary, is_image, self);

    write_image(&self->ask->shop, json, "default_image",
        at < 0 ? NULL : record_of(self, self->node.primary[at]));
}

static void
write_primary(const Answer *self, VtJson *json)
{
    gint64 order = 1;

    vt_json_key(json, "primary");
    vt_json_begin_array(json);
    for (guint i = 0; i < self->node.n_primary; i++) {
        const VtReadstoreAsset *record = record_of(self, self->node.primary[i]);

        if (record == NULL)
            continue;
        vt_json_begin_object(json);
        vt_json_member_int(json, "order", order++);
        write_place(self, json, record);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

/* Purposes compare without case, as texts of people do. */
static gboolean
is_wanted(const char *wanted, const char *purpose)
{
    g_autofree char *wanted_key = wanted == NULL ? NULL : vt_text_key(wanted);
    g_autofree char *key = vt_text_key(purpose);

    return wanted == NULL || strcmp(wanted_key, key) == 0;
}

static void
write_additional(const Answer *self, VtJson *json)
{
    vt_json_key(json, "additional");
    vt_json_begin_array(json);
    for (guint i = 0; i < self->node.n_additional; i++) {
        const VtResolveAdditional *item = &self->node.additional[i];
        const VtReadstoreAsset *record = record_of(self, item->asset);

        if (record == NULL || !is_wanted(self->ask->purpose, item->purpose))
            continue;
        vt_json_begin_object(json);
        vt_json_member(json, "purpose", item->purpose);
        write_place(self, json, record);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

static void
write_swatch(const Answer *self, VtJson *json, const VtResolveSwatchChoice *choice)
{
    const VtResolveSwatch *swatch = choice->swatch;
    const VtResolveDimension *dimension = &self->ask->row->product.dimensions[swatch->dimension];
    gboolean is_picture = swatch->type == VT_SWATCH_TYPE_IMAGE;
    const VtReadstoreAsset *record = is_picture ? record_of(self, swatch->asset) : NULL;

    if (is_picture && record == NULL)
        return;
    vt_json_begin_object(json);
    vt_json_member(json, "dimension", dimension->name);
    vt_json_member(json, "value", dimension->values[swatch->value].text);
    vt_json_member(json, "from", choice->own ? "product" : "central");
    vt_json_member(json, "type", vt_swatch_type_names[swatch->type]);
    if (is_picture) {
        vt_json_member(json, "asset", record->name);
        write_url(&self->ask->shop, json, record, swatch);
    } else {
        vt_json_member(json, "hex", swatch->hex);
    }
    vt_json_end_object(json);
}

gboolean
vt_channel_answer_media(const VtChannelAsk *ask, VtJson *json, GError **error)
{
    g_auto(Answer) answer = {0};
    int variant = ask->selection.variant;

    if (!prepare(&answer, ask, TRUE, error))
        return FALSE;
    vt_json_begin_object(json);
    vt_json_member(json, "product", ask->product);
    vt_json_member(json, "variant", variant < 0 ? NULL : ask->row->product.variants[variant].id);
    vt_json_member(json, "channel", ask->channel);
    vt_json_member(json, "locale", ask->locale);
    write_source(&answer, json);
    write_default_image(&answer, json);
    write_primary(&answer, json);
    write_additional(&answer, json);
    vt_json_key(json, "swatches");
    vt_json_begin_array(json);
    for (guint i = 0; i < answer.n_swatches; i++)
        write_swatch(&answer, json, &answer.swatches[i]);
    vt_json_end_array(json);
    vt_json_end_object(json);
    return TRUE;
}

gboolean
vt_channel_answer_entry(const VtChannelAsk *ask, const char *id, VtJson *json, GError **error)
{
    g_auto(Answer) answer = {0};

    if (!prepare(&answer, ask, FALSE, error))
        return FALSE;
    vt_json_begin_object(json);
    vt_json_member(json, "product", id);
    write_default_image(&answer, json);
    write_source(&answer, json);
    vt_json_end_object(json);
    return TRUE;
}

static void
write_category_source(const VtReadstoreCategory *row, VtJson *json)
{
    vt_json_key(json, "source");
    if (row->source_channel == NULL) {
        vt_json_null(json);
        return;
    }
    vt_json_begin_object(json);
    vt_json_member(json, "channel", row->source_channel);
    vt_json_member(json, "locale", row->source_locale);
    vt_json_end_object(json);
}

gboolean
vt_channel_answer_category(const VtChannelCategoryAsk *ask, VtJson *json, GError **error)
{
    g_autoptr(VtReadstoreAsset) record = NULL;
    gboolean is_picture;

    if (ask->row->asset != 0 &&
        !vt_readstore_find_assets(ask->read, &ask->row->asset, 1, ask->locale, &record, error))
        return FALSE;
    is_picture = record != NULL && record->type == VT_ASSET_TYPE_IMAGE &&
                 vt_readstore_asset_is_named(record);
    vt_json_begin_object(json);
    vt_json_member(json, "category", ask->category);
    vt_json_member(json, "name", ask->row->name);
    vt_json_member(json, "channel", ask->channel);
    vt_json_member(json, "locale", ask->locale);
    write_category_source(ask->row, json);
    write_image(&ask->shop, json, "image", is_picture ? record : NULL);
    vt_json_end_object(json);
    return TRUE;
}

/* The first of the ids that is a published picture; *ret_record is NULL where none is. */
static gboolean
find_picture(const VtChannelHitsAsk *ask,
    const GArray *images,
    VtReadstoreAsset **ret_record,
    GError **error)
{
    for (guint i = 0; i < images->len; i++) {
        g_autoptr(VtReadstoreAsset) record = NULL;

        if (!vt_readstore_find_assets(
                ask->read, &g_array_index(images, gint64, i), 1, ask->locale, &record, error))
            return FALSE;
        if (record == NULL || record->type != VT_ASSET_TYPE_IMAGE)
            continue;
        *ret_record = g_steal_pointer(&record);
        return TRUE;
    }
    *ret_record = NULL;
    return TRUE;
}

static gboolean
write_product_hit(
    const VtChannelHitsAsk *ask, const VtReadstoreHit *hit, VtJson *json, GError **error)
{
    g_autoptr(VtReadstoreAsset) record = NULL;

    if (!find_picture(ask, hit->images, &record, error))
        return FALSE;
    vt_json_begin_object(json);
    vt_json_member(json, "product", hit->product);
    vt_json_member(json, "name", hit->name);
    write_image(&ask->shop, json, "default_image", record);
    vt_json_end_object(json);
    return TRUE;
}

static gboolean
write_asset_hit(
    const VtChannelHitsAsk *ask, const VtReadstoreHit *hit, VtJson *json, GError **error)
{
    const VtChannelAsk of_hit = {.read = ask->read, .shop = ask->shop, .locale = ask->locale};
    const Answer answer = {.ask = &of_hit};
    g_autoptr(VtReadstoreAsset) record = NULL;

    if (!vt_readstore_find_assets(ask->read, &hit->asset, 1, ask->locale, &record, error))
        return FALSE;
    if (record == NULL)
        return TRUE;
    vt_json_begin_object(json);
    write_place(&answer, json, record);
    vt_json_end_object(json);
    return TRUE;
}

gboolean
vt_channel_answer_hits(const VtChannelHitsAsk *ask, VtJson *json, GError **error)
{
    static const struct {
        const char *key;
        gboolean is_product;
        gboolean (*write)(
            const VtChannelHitsAsk *ask, const VtReadstoreHit *hit, VtJson *json, GError **error);
    } kind[] = {{"products", TRUE, write_product_hit}, {"assets", FALSE, write_asset_hit}};

    for (gsize k = 0; k < G_N_ELEMENTS(kind); k++) {
        vt_json_key(json, kind[k].key);
        vt_json_begin_array(json);
        for (guint i = 0; i < ask->hits->hits->len; i++) {
            const VtReadstoreHit *hit = g_ptr_array_index(ask->hits->hits, i);

            if ((hit->product != NULL) == kind[k].is_product &&
                !kind[k].write(ask, hit, json, error))
                return FALSE;
        }
        vt_json_end_array(json);
    }
    return TRUE;
}
