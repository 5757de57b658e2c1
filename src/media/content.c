#include "media/content.h"

#include "base/error.h"
#include "base/json.h"

#include <stddef.h>
#include <string.h>

/* Text members, in the order they are written. */
static const struct {
    const char *key;
    gsize offset;
} text_row[] = {
    {"alt", offsetof(VtAssetContent, alt)},
    {"title", offsetof(VtAssetContent, title)},
    {"caption", offsetof(VtAssetContent, caption)},
    {"description", offsetof(VtAssetContent, description)},
};

void
vt_asset_content_clear(VtAssetContent *self)
{
    g_clear_pointer(&self->blob, g_free);
    g_clear_pointer(&self->mime, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++)
        g_clear_pointer((char **)G_STRUCT_MEMBER_P(self, text_row[i].offset), g_free);
    g_clear_pointer(&self->tags, g_strfreev);
}

void
vt_asset_content_set_binary(VtAssetContent *self, const VtBinary *binary)
{
    g_free(self->blob);
    g_free(self->mime);
    self->blob = g_strdup(binary->hash.hex);
    self->mime = g_strdup(binary->mime);
    self->bytes = binary->bytes;
    self->width = binary->width;
    self->height = binary->height;
    self->has_alpha = binary->has_alpha;
}

static void
format_binary(const VtAssetContent *self, VtJson *json)
{
    vt_json_member(json, "blob", self->blob);
    vt_json_member(json, "mime", self->mime);
    vt_json_member_int(json, "bytes", (gint64)self->bytes);
    vt_json_member_int(json, "width", self->width);
    vt_json_member_int(json, "height", self->height);
    vt_json_key(json, "alpha");
    vt_json_bool(json, self->has_alpha);
}

char *
vt_asset_content_format(const VtAssetContent *self)
{
    g_auto(VtJson) json;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    if (self->blob != NULL)
        format_binary(self, &json);
    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++) {
        const char *text = *(char *const *)((const char *)self + text_row[i].offset);

        if (text != NULL && *text != '\0')
            vt_json_member(&json, text_row[i].key, text);
    }
    if (self->tags != NULL && self->tags[0] != NULL) {
        vt_json_key(&json, "tags");
        vt_json_begin_array(&json);
        for (char **tag = self->tags; *tag != NULL; tag++)
            vt_json_string(&json, *tag);
        vt_json_end_array(&json);
    }
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static gboolean
parse_tags(const json_t *list, VtAssetContent *content, GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *tag = json_string_value(json_array_get(list, i));

        if (tag == NULL)
            return vt_throw(error, VT_ERROR_BAD_JSON, "a tag is not a text");
        g_strv_builder_add(builder, tag);
    }
    content->tags = g_strv_builder_end(builder);
    return TRUE;
}

/* Takes one member; FALSE when its key is not known or its type is wrong. */
static gboolean
take(const char *key, const json_t *value, VtAssetContent *content, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++)
        if (strcmp(key, text_row[i].key) == 0 && json_is_string(value)) {
            *(char **)G_STRUCT_MEMBER_P(content, text_row[i].offset) =
                g_strdup(json_string_value(value));
            return TRUE;
        }
    if (strcmp(key, "blob") == 0 && json_is_string(value) &&
        vt_hash_is_valid(json_string_value(value)))
        content->blob = g_strdup(json_string_value(value));
    else if (strcmp(key, "mime") == 0 && json_is_string(value))
        content->mime = g_strdup(json_string_value(value));
    else if (strcmp(key, "bytes") == 0 && json_is_integer(value))
        content->bytes = (guint64)json_integer_value(value);
    else if (strcmp(key, "width") == 0 && json_is_integer(value))
        content->width = (int)json_integer_value(value);
    else if (strcmp(key, "height") == 0 && json_is_integer(value))
        content->height = (int)json_integer_value(value);
    else if (strcmp(key, "alpha") == 0 && json_is_boolean(value))
        content->has_alpha = json_is_true(value);
    else if (strcmp(key, "tags") == 0 && json_is_array(value))
        return parse_tags(value, content, error);
    else
        return vt_throw(error, VT_ERROR_BAD_JSON, "asset content: '%s' is not understood", key);
    return TRUE;
}

gboolean
vt_asset_content_parse(const char *body, VtAssetContent *ret_content, GError **error)
{
    g_autoptr(json_t) value = vt_json_parse(body, strlen(body), error);
    g_auto(VtAssetContent) content = {0};
    const char *key;
    json_t *member;

    if (value == NULL)
        return FALSE;
    if (!json_is_object(value))
        return vt_throw(error, VT_ERROR_BAD_JSON, "asset content is not an object");
    json_object_foreach(value, key, member)
    {
        if (!take(key, member, &content, error))
            return FALSE;
    }
    *ret_content = content;
    memset(&content, 0, sizeof content);
    return TRUE;
}
