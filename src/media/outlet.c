#include "media/outlet.h"

#include "base/error.h"
#include "base/text.h"
#include "document/document.h"

enum { NONE = -1 };

/* By type: its own context, and the other one. Sets of assets are as the last row. */
static const struct {
    int own, other;
} outlet_row[VT_ASSET_TYPE_COUNT] = {
    [VT_ASSET_TYPE_IMAGE] = {VT_PUBLISH_CONTEXT_IMAGE, VT_PUBLISH_CONTEXT_CONTENT},
    [VT_ASSET_TYPE_VIDEO] = {VT_PUBLISH_CONTEXT_VIDEO, VT_PUBLISH_CONTEXT_IMAGE},
    [VT_ASSET_TYPE_FILE] = {VT_PUBLISH_CONTEXT_CONTENT, VT_PUBLISH_CONTEXT_IMAGE},
    [VT_ASSET_TYPE_IMAGE_SET] = {VT_PUBLISH_CONTEXT_IMAGE, NONE},
    [VT_ASSET_TYPE_SWATCH_SET] = {VT_PUBLISH_CONTEXT_IMAGE, NONE},
    [VT_ASSET_TYPE_SPIN_SET] = {VT_PUBLISH_CONTEXT_IMAGE, NONE},
    [VT_ASSET_TYPE_MIXED_MEDIA_SET] = {VT_PUBLISH_CONTEXT_IMAGE, NONE},
};

static gboolean
is_in(VtOutlets self, int context)
{
    return context != NONE && (self & 1U << context) != 0;
}

gboolean
vt_outlets_read(const json_t *list, VtOutlets *ret_outlets, GError **error)
{
    VtOutlets outlets = 0;

    if (json_array_size(list) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"contexts\" must be a list of texts");
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        int found;

        if (word == NULL)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"contexts\" must be a list of texts");
        found = vt_text_index(vt_publish_context_names, VT_PUBLISH_CONTEXT_COUNT, word);
        if (found != VT_PUBLISH_CONTEXT_IMAGE && found != VT_PUBLISH_CONTEXT_CONTENT &&
            found != VT_PUBLISH_CONTEXT_VIDEO)
            return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no context '%s'", word);
        outlets |= 1U << found;
    }
    *ret_outlets = outlets;
    return TRUE;
}

gboolean
vt_outlets_parse(const char *words, VtOutlets *ret_outlets, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(words != NULL ? words : "", ",", -1);
    g_autoptr(json_t) list = json_array();

    for (char **part = parts; *part != NULL; part++)
        json_array_append_new(list, json_string(*part));
    return words == NULL || vt_outlets_read(list, ret_outlets, error);
}

int
vt_outlets_places(VtOutlets self, VtAssetType type)
{
    return (is_in(self, outlet_row[type].own) ? VT_PLACE_OWN : 0) |
           (is_in(self, outlet_row[type].other) ? VT_PLACE_OTHER : 0);
}

json_t *
vt_outlets_json(VtAssetType type, int places)
{
    json_t *list = json_array();

    if ((places & VT_PLACE_OWN) != 0)
        json_array_append_new(list, json_string(vt_publish_context_names[outlet_row[type].own]));
    if ((places & VT_PLACE_OTHER) != 0 && outlet_row[type].other != NONE)
        json_array_append_new(list, json_string(vt_publish_context_names[outlet_row[type].other]));
    return list;
}
