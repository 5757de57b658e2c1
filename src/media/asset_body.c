#include "media/asset_body.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

static json_t *
format_tags(char **tags)
{
    json_t *list = json_array();

    for (; tags != NULL && *tags != NULL; tags++)
        json_array_append_new(list, json_string(*tags));
    return list;
}

static json_t *
format_binary(const VtAssetContent *self)
{
    if (self->blob == NULL)
        return json_null();
    return json_pack("{s:s,s:s,s:I,s:i,s:i,s:i}", "hash", self->blob, "mime", self->mime, "bytes",
        (json_int_t)self->bytes, "width", self->width, "height", self->height, "playtime",
        self->playtime_s);
}

static json_t *
format_tracks(const GPtrArray *tracks)
{
    json_t *list = json_array();

    for (guint i = 0; tracks != NULL && i < tracks->len; i++) {
        const VtTrack *track = g_ptr_array_index(tracks, i);

        json_array_append_new(list,
            json_pack("{s:s,s:s,s:s,s:I}", "role", vt_track_role_names[track->role], "language",
                track->language, "mime", track->mime, "bytes", (json_int_t)track->bytes));
    }
    return list;
}

json_t *
vt_asset_body_format(const VtAssetContent *self)
{
    json_t *body = json_object();

    for (gsize i = 0; i < VT_ASSET_N_TEXTS; i++)
        json_object_set_new(body, vt_asset_text_keys[i],
            json_pack("s?", *vt_asset_content_text((VtAssetContent *)(gsize)self, i)));
    json_object_set_new(body, "tags", format_tags(self->tags));
    json_object_set_new(body, "focal",
        self->has_focal ? json_pack("{s:f,s:f}", "x", self->focal_x, "y", self->focal_y)
                        : json_null());
    json_object_set_new(body, "minimum_age", json_integer(self->minimum_age));
    json_object_set_new(body, "force_download", json_boolean(self->force_download));
    json_object_set_new(body, "binary", format_binary(self));
    json_object_set_new(body, "tracks", format_tracks(self->tracks));
    return body;
}

/* Each takes one member and gives FALSE for a value that is not of the form. */
typedef gboolean (*Take)(VtAssetContent *content, const json_t *value);

static gboolean
take_tags(VtAssetContent *content, const json_t *value)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    gsize n = json_array_size(value);

    if (!(json_is_array(value) || json_is_null(value)) || n > VT_ASSET_MAX_TAGS)
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        const char *tag = json_string_value(json_array_get(value, i));

        if (tag == NULL || *tag == '\0' || strlen(tag) > VT_ASSET_MAX_TAG)
            return FALSE;
        g_strv_builder_add(builder, tag);
    }
    g_strfreev(content->tags);
    content->tags = g_strv_builder_end(builder);
    return TRUE;
}

static gboolean
is_fraction(const json_t *value)
{
    return json_is_number(value) && json_number_value(value) >= 0 && json_number_value(value) <= 1;
}

static gboolean
take_focal(VtAssetContent *content, const json_t *value)
{
    const json_t *x = json_object_get(value, "x");
    const json_t *y = json_object_get(value, "y");

    content->has_focal = !json_is_null(value);
    if (!content->has_focal)
        return TRUE;
    content->focal_x = json_number_value(x);
    content->focal_y = json_number_value(y);
    return json_object_size(value) == 2 && is_fraction(x) && is_fraction(y);
}

static gboolean
take_minimum_age(VtAssetContent *content, const json_t *value)
{
    json_int_t age = json_integer_value(value);

    content->minimum_age = (int)age;
    return (json_is_integer(value) || json_is_null(value)) && age >= 0 && age <= VT_ASSET_MAX_AGE;
}

static gboolean
take_force_download(VtAssetContent *content, const json_t *value)
{
    content->force_download = json_is_true(value);
    return json_is_boolean(value) || json_is_null(value);
}

static gboolean
take_binary(VtAssetContent *content, const json_t *value)
{
    const char *hash = json_string_value(json_object_get(value, "hash"));

    if (!json_is_null(value))
        return hash != NULL && g_strcmp0(hash, content->blob) == 0;
    vt_asset_content_drop_binary(content);
    return TRUE;
}

/* Whether the list of @value names the track. */
static gboolean
is_kept(const VtTrack *track, const json_t *value)
{
    for (gsize i = 0; i < json_array_size(value); i++) {
        const json_t *one = json_array_get(value, i);

        if (g_strcmp0(json_string_value(json_object_get(one, "role")),
                vt_track_role_names[track->role]) == 0 &&
            g_strcmp0(json_string_value(json_object_get(one, "language")), track->language) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
take_tracks(VtAssetContent *content, const json_t *value)
{
    const guint n_before = content->tracks != NULL ? content->tracks->len : 0;
    guint n_kept = 0;

    if (!json_is_array(value) && !json_is_null(value))
        return FALSE;
    for (guint i = n_before; i > 0; i--) {
        if (is_kept(g_ptr_array_index(content->tracks, i - 1), value))
            n_kept++;
        else
            g_ptr_array_remove_index(content->tracks, i - 1);
    }
    return n_kept == json_array_size(value);
}

/* Known here, taken by asset_set.h, which asks the database. */
static gboolean
leave(VtAssetContent *content, const json_t *value)
{
    return TRUE;
}

static const struct {
    const char *key;
    Take take;
} member_row[] = {
    {"tags", take_tags},
    {"focal", take_focal},
    {"minimum_age", take_minimum_age},
    {"force_download", take_force_download},
    {"binary", take_binary},
    {"tracks", take_tracks},
    {"members", leave},
    {"rows", leave},
};

static gboolean
take_text(char **text, const json_t *value)
{
    g_free(*text);
    *text = g_strdup(json_string_value(value));
    return (json_is_string(value) || json_is_null(value)) &&
           json_string_length(value) <= VT_ASSET_MAX_TEXT;
}

static gboolean
take_member(VtAssetContent *content, const char *key, const json_t *value, GError **error)
{
    int text = vt_text_index(vt_asset_text_keys, VT_ASSET_N_TEXTS, key);
    gboolean known = text >= 0;
    gboolean good = !known || take_text(vt_asset_content_text(content, (gsize)text), value);

    for (gsize i = 0; !known && i < G_N_ELEMENTS(member_row); i++) {
        known = strcmp(member_row[i].key, key) == 0;
        good = !known || member_row[i].take(content, value);
    }
    if (!known)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    return good || vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not of its form", key);
}

gboolean
vt_asset_body_apply(VtAssetContent *content, const json_t *body, GError **error)
{
    const char *key;
    json_t *value;

    if (!json_is_object(body))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "the content must be an object");
    json_object_foreach((json_t *)(gsize)body, key, value)
    {
        if (!take_member(content, key, value, error))
            return FALSE;
    }
    return TRUE;
}
