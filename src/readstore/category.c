#include "readstore/category.h"

#include "base/error.h"
#include "base/json.h"

#include <string.h>

void
vt_readstore_category_free(VtReadstoreCategory *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->source_channel);
    g_free(self->source_locale);
    g_free(self);
}

char *
vt_readstore_category_encode(const VtReadstoreCategory *self)
{
    g_auto(VtJson) json;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member(&json, "name", self->name);
    vt_json_key(&json, "source");
    if (self->source_channel == NULL) {
        vt_json_null(&json);
    } else {
        vt_json_begin_object(&json);
        vt_json_member(&json, "channel", self->source_channel);
        vt_json_member(&json, "locale", self->source_locale);
        vt_json_end_object(&json);
    }
    vt_json_key(&json, "asset");
    if (self->asset == 0)
        vt_json_null(&json);
    else
        vt_json_int(&json, self->asset);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static gboolean
read_source(const json_t *source, VtReadstoreCategory *category)
{
    const char *channel = json_string_value(json_object_get(source, "channel"));
    const char *locale = json_string_value(json_object_get(source, "locale"));

    if (json_is_null(source))
        return TRUE;
    if (channel == NULL || locale == NULL || json_object_size(source) != 2)
        return FALSE;
    category->source_channel = g_strdup(channel);
    category->source_locale = g_strdup(locale);
    return TRUE;
}

static gboolean
read_asset(const json_t *asset, VtReadstoreCategory *category)
{
    category->asset = json_integer_value(asset);
    return json_is_null(asset) || category->asset > 0;
}

VtReadstoreCategory *
vt_readstore_category_decode(const char *body, GError **error)
{
    g_autoptr(json_t) root = vt_json_parse(body, strlen(body), NULL);
    const char *name = json_string_value(json_object_get(root, "name"));
    g_autoptr(VtReadstoreCategory) self = g_new0(VtReadstoreCategory, 1);

    if (name == NULL || json_object_size(root) != 3 ||
        !read_source(json_object_get(root, "source"), self) ||
        !read_asset(json_object_get(root, "asset"), self))
        return vt_throw_null(error, VT_ERROR_DAMAGED, "a category row is not of its form");
    self->name = g_strdup(name);
    return g_steal_pointer(&self);
}
