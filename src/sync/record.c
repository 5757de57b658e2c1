#include "sync/record.h"

#include "base/json.h"
#include "base/locale.h"
#include "media/asset.h"
#include "readstore/attributes.h"
#include "sync/record_set.h"

#include <string.h>

/* Whether there is something to show in the locale: its own or the neutral one. Texts alone, while
 * nothing neutral is live, would name what cannot be served. */
static gboolean
is_shown(const VtAssetPublished *published, const VtAssetLive *live)
{
    const VtAssetLive *neutral = vt_asset_published_in(published, VT_LOCALE_NEUTRAL);

    return vt_asset_content_is_shown(&live->content) ||
           (neutral != NULL && vt_asset_content_is_shown(&neutral->content));
}

static char *
or_null(char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static void
add_tracks(const VtAssetContent *content, VtReadstoreAttributes *attributes)
{
    for (guint i = 0; content->tracks != NULL && i < content->tracks->len; i++) {
        const VtTrack *from = g_ptr_array_index(content->tracks, i);
        const VtReadstoreTrack track = {
            from->role, from->language, from->blob, from->mime, (gint64)from->bytes};

        if (vt_readstore_attributes_find_track(attributes, track.role, track.language) == NULL)
            vt_readstore_attributes_add_track(attributes, &track);
    }
}

/* What people said of how it is shown; what is said already stays. */
static void
add_presentation(const VtAssetContent *content, VtReadstoreAttributes *attributes)
{
    if (attributes->minimum_age == 0)
        attributes->minimum_age = content->minimum_age;
    attributes->force_download = attributes->force_download || content->force_download;
    if (!attributes->has_focal && content->has_focal) {
        attributes->has_focal = TRUE;
        attributes->focal_x = content->focal_x;
        attributes->focal_y = content->focal_y;
    }
    add_tracks(content, attributes);
}

/* The picture that stands for what is none: its thumbnail, else what was drawn of it at ingest. */
static gboolean
find_poster(
    VtDb *db, const VtAssetContent *binary, VtReadstoreAttributes *attributes, GError **error)
{
    const char *hash = binary->blob != NULL ? binary->blob : "";
    VtBinary facts = {0};
    gboolean found = FALSE;

    /* a locale's own tracks come first */
    for (guint i = attributes->tracks->len; i > 0; i--) {
        const VtReadstoreTrack *track = g_ptr_array_index(attributes->tracks, i - 1);

        if (track->role == VT_TRACK_ROLE_THUMBNAIL)
            hash = track->hash;
    }
    if (!vt_binary_find(db, hash, &facts, &found, error))
        return FALSE;
    if (found && facts.pyramid_version != 0) {
        attributes->poster = g_strdup(hash);
        attributes->poster_width = facts.width;
        attributes->poster_height = facts.height;
    }
    return TRUE;
}

/* Pictures and sets have their own place under /is/image, all else under /is/content. */
static void
add_places(VtAssetType type, int places, VtReadstoreAttributes *attributes)
{
    gboolean as_file = type == VT_ASSET_TYPE_VIDEO || type == VT_ASSET_TYPE_FILE;

    attributes->not_image = (places & (as_file ? VT_PLACE_OTHER : VT_PLACE_OWN)) == 0;
    attributes->not_content = (places & (as_file ? VT_PLACE_OWN : VT_PLACE_OTHER)) == 0;
}

/* What a locale does not say, the neutral one says where its binary is shown. */
static char *
attributes_of(VtDb *db,
    const VtAssetPublished *published,
    const VtAssetLive *live,
    const VtAssetContent *binary,
    int places,
    GError **error)
{
    g_auto(VtReadstoreAttributes) attributes = {0};

    vt_readstore_attributes_init(&attributes);
    attributes.modified_s = live->at_us / G_USEC_PER_SEC;
    attributes.playtime_s = binary->playtime_s;
    add_places(published->type, places, &attributes);
    add_presentation(&live->content, &attributes);
    if (binary != &live->content)
        add_presentation(binary, &attributes);
    if (published->type != VT_ASSET_TYPE_IMAGE && !find_poster(db, binary, &attributes, error))
        return NULL;
    if (binary->members != NULL &&
        !vt_sync_add_members(db, binary, live->locale, &attributes, error))
        return NULL;
    return vt_readstore_attributes_format(&attributes);
}

/* Words past VT_SYNC_MAX_WORDS are left out: what has so many is found by the others. */
static void
add_word(GString *words, const char *word)
{
    if (word != NULL && words->len + strlen(word) < VT_SYNC_MAX_WORDS)
        g_string_append_printf(words, "%s ", word);
}

/* What search finds an asset by beside its name and the texts people see: its description, its tags
 * and the labels of what it holds. Newly allocated. */
static char *
words_of(const VtAssetContent *content)
{
    GString *words = g_string_new(NULL);

    add_word(words, content->description);
    for (char **tag = content->tags; tag != NULL && *tag != NULL; tag++)
        add_word(words, *tag);
    for (guint i = 0; content->members != NULL && i < content->members->len; i++)
        add_word(words, ((const VtMember *)g_ptr_array_index(content->members, i))->label);
    return g_string_free(words, FALSE);
}

/* One locale: its own texts; its own binary, else the neutral one. */
static gboolean
put_locale(VtReadstoreWriter *writer,
    VtDb *db,
    VtAffected *affected,
    const VtAssetPublished *published,
    const VtAssetLive *live,
    GError **error)
{
    const VtAssetLive *neutral = vt_asset_published_in(published, VT_LOCALE_NEUTRAL);
    gboolean own = vt_asset_content_is_shown(&live->content);
    const VtAssetContent *binary = own || neutral == NULL ? &live->content : &neutral->content;
    /* texts of its own show the neutral binary where that is shown */
    const int places = binary == &live->content ? live->places : live->places & neutral->places;
    g_autofree char *attributes = attributes_of(db, published, live, binary, places, error);
    g_autofree char *words = words_of(&live->content);
    VtReadstoreAsset record = {.asset = published->asset_id,
        .locale = live->locale,
        .name = published->name,
        .type = published->type,
        .title = or_null(live->content.title),
        .alt = or_null(live->content.alt),
        .caption = or_null(live->content.caption),
        .hash = binary->blob,
        .media_type = binary->mime,
        .bytes = (gint64)binary->bytes,
        .width = binary->width,
        .height = binary->height,
        .own_binary = own && live != neutral,
        .attributes = attributes,
        .words = words};

    return attributes != NULL &&
           (affected == NULL || vt_affected_note_asset(affected, &record, error)) &&
           vt_readstore_put_asset(writer, &record, error);
}

static gboolean
put_image_records(
    VtReadstoreWriter *writer, VtDb *db, gint64 asset_id, gboolean is_live, GError **error)
{
    g_autoptr(GPtrArray) records = vt_image_record_list(db, asset_id, error);

    if (records == NULL)
        return FALSE;
    for (guint i = 0; i < records->len; i++) {
        const VtImageRecord *from = g_ptr_array_index(records, i);
        VtReadstoreImage record = {.code = from->code,
            .asset = asset_id,
            .modifier = from->modifier,
            .postmodifier = from->postmodifier,
            .attributes = from->attributes};

        record.crop = from->rectangle != NULL &&
                      vt_readstore_rectangle_parse(from->rectangle, &record.rectangle);
        if (is_live ? !vt_readstore_put_image(writer, &record, error)
                    : !vt_readstore_delete_image(writer, from->code, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_sync_put_asset(
    VtReadstoreWriter *writer, VtDb *db, VtAffected *affected, gint64 asset_id, GError **error)
{
    g_autoptr(VtAssetPublished) published = vt_asset_published_load(db, asset_id, error);
    g_auto(GStrv) locales = NULL;

    if (published == NULL)
        return FALSE;
    locales = vt_asset_locales(db, asset_id, error);
    if (locales == NULL)
        return FALSE;
    for (char **locale = locales; *locale != NULL; locale++) {
        const VtAssetLive *live = vt_asset_published_in(published, *locale);

        if (live != NULL && is_shown(published, live)
                ? !put_locale(writer, db, affected, published, live, error)
                : !vt_readstore_delete_asset(writer, asset_id, *locale, error))
            return FALSE;
    }
    return put_image_records(writer, db, asset_id, published->locales->len > 0, error);
}

gboolean
vt_sync_put_product_record(VtReadstoreWriter *writer, const VtProduct *product, GError **error)
{
    g_autoptr(GString) words = g_string_new(NULL);

    for (guint i = 0; i < product->n_dimensions; i++)
        for (guint v = 0; v < product->dimensions[i].values->len; v++) {
            const VtProductValue *value = g_ptr_array_index(product->dimensions[i].values, v);

            add_word(words, value->value);
        }
    for (guint i = 0; i < product->variants->len; i++)
        add_word(words, ((const VtProductVariant *)g_ptr_array_index(product->variants, i))->code);
    return vt_readstore_put_product_record(writer, product->code, product->name, words->str, error);
}

static void
write_dimension(const VtDimension *dimension, VtJson *json)
{
    vt_json_begin_object(json);
    vt_json_member(json, "name", dimension->name);
    vt_json_key(json, "values");
    vt_json_begin_array(json);
    for (guint i = 0; i < dimension->values->len; i++) {
        const VtDimensionValue *value = g_ptr_array_index(dimension->values, i);

        vt_json_begin_object(json);
        vt_json_member(json, "value", value->value);
        vt_json_member(json, "swatch", value->swatch_hex);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
    vt_json_end_object(json);
}

gboolean
vt_sync_put_channel(VtReadstoreWriter *writer,
    const VtChannel *channel,
    const VtDimensions *dimensions,
    GError **error)
{
    g_auto(VtJson) json;
    g_autofree char *body = NULL;
    VtReadstoreChannel record = {.code = channel->code, .default_locale = channel->default_locale};

    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member(&json, "channel", channel->code);
    vt_json_member(&json, "name", channel->name);
    vt_json_member(&json, "type", vt_channel_type_names[channel->type]);
    vt_json_member(&json, "default_locale", channel->default_locale);
    vt_json_key(&json, "locales");
    vt_json_begin_array(&json);
    for (char **locale = channel->locales; *locale != NULL; locale++)
        vt_json_string(&json, *locale);
    vt_json_end_array(&json);
    vt_json_key(&json, "dimensions");
    vt_json_begin_array(&json);
    for (guint i = 0; i < dimensions->list->len; i++)
        write_dimension(g_ptr_array_index(dimensions->list, i), &json);
    vt_json_end_array(&json);
    vt_json_end_object(&json);
    body = vt_json_steal(&json);
    record.body = body;
    return vt_readstore_put_channel(writer, &record, error);
}
