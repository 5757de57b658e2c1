#include "sync/record_set.h"

#include "base/locale.h"
#include "media/asset_set.h"

#include <string.h>

/* Whether it has something of its own to show, where its address leads. */
static gboolean
is_shown(const VtAssetLive *live)
{
    return live != NULL && (live->places & VT_PLACE_OWN) != 0 &&
           vt_asset_content_is_shown(&live->content);
}

/* What has the binary, or the members, that is shown in @locale; NULL when nothing can be shown. */
static const VtAssetContent *
shown_in(const VtAssetPublished *asset, const char *locale)
{
    const VtAssetLive *own = vt_asset_published_in(asset, locale);
    const VtAssetLive *neutral = vt_asset_published_in(asset, VT_LOCALE_NEUTRAL);

    if (is_shown(own))
        return &own->content;
    return is_shown(neutral) ? &neutral->content : NULL;
}

static char **
own_locales(const VtAssetPublished *asset)
{
    g_autoptr(GStrvBuilder) locales = g_strv_builder_new();

    for (guint i = 0; i < asset->locales->len; i++) {
        const VtAssetLive *live = &g_array_index(asset->locales, VtAssetLive, i);

        if (live->content.blob != NULL && strcmp(live->locale, VT_LOCALE_NEUTRAL) != 0)
            g_strv_builder_add(locales, live->locale);
    }
    return g_strv_builder_end(locales);
}

/* Takes the picture of @content, of an asset of @type, as the poster; of a set the first picture
 * inside. Sets may have come to lie in a ring: @depth ends it. */
static gboolean
find_cover(VtDb *db,
    VtAssetType type,
    const VtAssetContent *content,
    const char *locale,
    int depth,
    VtReadstoreAttributes *attributes,
    GError **error)
{
    if (type == VT_ASSET_TYPE_IMAGE && content->blob != NULL) {
        attributes->poster = g_strdup(content->blob);
        attributes->poster_width = content->width;
        attributes->poster_height = content->height;
        return TRUE;
    }
    if (!vt_asset_type_is_set(type) || content->members == NULL || depth > VT_SET_MAX_DEPTH)
        return TRUE;
    for (guint i = 0; i < content->members->len && attributes->poster == NULL; i++) {
        const VtMember *member = g_ptr_array_index(content->members, i);
        g_autoptr(VtAssetPublished) asset = vt_asset_published_load(db, member->asset_id, error);
        const VtAssetContent *shown = asset != NULL ? shown_in(asset, locale) : NULL;

        if (asset == NULL || (shown != NULL && !find_cover(db, asset->type, shown, locale,
                                                   depth + 1, attributes, error)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_member(VtDb *db,
    const VtMember *member,
    const char *locale,
    VtReadstoreAttributes *attributes,
    GError **error)
{
    g_autoptr(VtAssetPublished) asset = vt_asset_published_load(db, member->asset_id, error);
    g_autoptr(VtAssetPublished) swatch = NULL;
    const VtAssetContent *shown = asset != NULL ? shown_in(asset, locale) : NULL;
    g_auto(GStrv) locales = NULL;
    VtReadstoreMember record = {.label = member->label};

    if (shown == NULL)
        return asset != NULL;
    if (member->swatch_id != 0 &&
        (swatch = vt_asset_published_load(db, member->swatch_id, error)) == NULL)
        return FALSE;
    locales = own_locales(asset);
    record.name = asset->name;
    record.type = asset->type;
    record.hash = shown->blob;
    record.width = shown->width;
    record.height = shown->height;
    record.locales = locales;
    record.swatch = swatch != NULL && shown_in(swatch, locale) != NULL ? swatch->name : NULL;
    record.color = *member->color != '\0' ? (char *)(gsize)member->color : NULL;
    vt_readstore_attributes_add_member(attributes, &record);
    return attributes->poster != NULL ||
           find_cover(db, asset->type, shown, locale, 1, attributes, error);
}

gboolean
vt_sync_add_members(VtDb *db,
    const VtAssetContent *content,
    const char *locale,
    VtReadstoreAttributes *attributes,
    GError **error)
{
    attributes->rows = content->rows;
    for (guint i = 0; content->members != NULL && i < content->members->len; i++)
        if (!add_member(db, g_ptr_array_index(content->members, i), locale, attributes, error))
            return FALSE;
    return TRUE;
}
