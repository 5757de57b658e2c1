#include "media/content.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* In the order they are written. */
const char *const vt_asset_text_keys[VT_ASSET_N_TEXTS] = {"alt", "title", "caption", "description"};

char **
vt_asset_content_text(VtAssetContent *self, gsize i)
{
    char **const text[VT_ASSET_N_TEXTS] = {
        &self->alt, &self->title, &self->caption, &self->description};

    return text[i];
}

static void
track_free(gpointer data)
{
    VtTrack *self = data;

    g_free(self->language);
    g_free(self->blob);
    g_free(self->mime);
    g_free(self);
}

void
vt_asset_content_clear(VtAssetContent *self)
{
    g_clear_pointer(&self->blob, g_free);
    g_clear_pointer(&self->mime, g_free);
    for (gsize i = 0; i < VT_ASSET_N_TEXTS; i++)
        g_clear_pointer(vt_asset_content_text(self, i), g_free);
    g_clear_pointer(&self->tags, g_strfreev);
    g_clear_pointer(&self->tracks, g_ptr_array_unref);
    g_clear_pointer(&self->members, g_ptr_array_unref);
}

gboolean
vt_asset_content_is_shown(const VtAssetContent *self)
{
    return self->blob != NULL || self->members != NULL;
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
    self->playtime_s = binary->playtime_s;
}

void
vt_asset_content_drop_binary(VtAssetContent *self)
{
    g_clear_pointer(&self->blob, g_free);
    g_clear_pointer(&self->mime, g_free);
    self->bytes = 0;
    self->width = self->height = self->playtime_s = 0;
    self->has_alpha = FALSE;
}

/* Where the track of @role and @language is, or would be. */
static guint
place_of(const GPtrArray *tracks, VtTrackRole role, const char *language, gboolean *ret_there)
{
    guint at = 0;

    *ret_there = FALSE;
    for (; tracks != NULL && at < tracks->len; at++) {
        const VtTrack *track = g_ptr_array_index(tracks, at);
        int order =
            track->role == role ? strcmp(track->language, language) : (int)track->role - (int)role;

        *ret_there = order == 0;
        if (order >= 0)
            break;
    }
    return at;
}

/* Takes @track. FALSE, and @track is freed, when its pair is there or the list is full. */
static gboolean
insert_track(VtAssetContent *self, VtTrack *track)
{
    gboolean there;
    guint at = place_of(self->tracks, track->role, track->language, &there);

    if (there || (self->tracks != NULL && self->tracks->len >= VT_ASSET_MAX_TRACKS)) {
        track_free(track);
        return FALSE;
    }
    if (self->tracks == NULL)
        self->tracks = g_ptr_array_new_with_free_func(track_free);
    g_ptr_array_insert(self->tracks, (int)at, track);
    return TRUE;
}

gboolean
vt_asset_content_put_track(VtAssetContent *self,
    VtTrackRole role,
    const char *language,
    const VtBinary *binary,
    GError **error)
{
    VtTrack *track = g_new0(VtTrack, 1);

    track->role = role;
    track->language = g_strdup(language);
    track->blob = g_strdup(binary->hash.hex);
    track->mime = g_strdup(binary->mime);
    track->bytes = binary->bytes;
    vt_asset_content_remove_track(self, role, language);
    return insert_track(self, track) || vt_throw(error, VT_ERROR_TOO_LARGE,
                                            "an asset has at most %d tracks", VT_ASSET_MAX_TRACKS);
}

const VtTrack *
vt_asset_content_find_track(const VtAssetContent *self, VtTrackRole role, const char *language)
{
    gboolean there;
    guint at = place_of(self->tracks, role, language, &there);

    return there ? g_ptr_array_index(self->tracks, at) : NULL;
}

gboolean
vt_asset_content_remove_track(VtAssetContent *self, VtTrackRole role, const char *language)
{
    gboolean there;
    guint at = place_of(self->tracks, role, language, &there);

    if (there)
        g_ptr_array_remove_index(self->tracks, at);
    return there;
}

char **
vt_asset_tags_split(const char *text)
{
    g_autoptr(GStrvBuilder) tags = g_strv_builder_new();
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    for (char **at = parts; *at != NULL; at++)
        if (*g_strstrip(*at) != '\0')
            g_strv_builder_add(tags, *at);
    return g_strv_builder_end(tags);
}

static void
format_binary(const VtAssetContent *self, VtJson *json)
{
    vt_json_member(json, "blob", self->blob);
    vt_json_member(json, "mime", self->mime);
    vt_json_member_int(json, "bytes", (gint64)self->bytes);
    vt_json_member_int(json, "width", self->width);
    vt_json_member_int(json, "height", self->height);
    vt_json_member_bool(json, "alpha", self->has_alpha);
}

static void
format_tags(const VtAssetContent *self, VtJson *json)
{
    vt_json_key(json, "tags");
    vt_json_begin_array(json);
    for (char **tag = self->tags; *tag != NULL; tag++)
        vt_json_string(json, *tag);
    vt_json_end_array(json);
}

static void
format_tracks(const GPtrArray *tracks, VtJson *json)
{
    vt_json_key(json, "tracks");
    vt_json_begin_array(json);
    for (guint i = 0; i < tracks->len; i++) {
        const VtTrack *track = g_ptr_array_index(tracks, i);

        vt_json_begin_object(json);
        vt_json_member(json, "role", vt_track_role_names[track->role]);
        vt_json_member(json, "language", track->language);
        vt_json_member(json, "blob", track->blob);
        vt_json_member(json, "mime", track->mime);
        vt_json_member_int(json, "bytes", (gint64)track->bytes);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

char *
vt_asset_content_format(const VtAssetContent *self)
{
    g_auto(VtJson) json;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    if (self->blob != NULL)
        format_binary(self, &json);
    if (self->playtime_s != 0)
        vt_json_member_int(&json, "playtime", self->playtime_s);
    for (gsize i = 0; i < VT_ASSET_N_TEXTS; i++) {
        const char *text = *vt_asset_content_text((VtAssetContent *)(gsize)self, i);

        if (text != NULL && *text != '\0')
            vt_json_member(&json, vt_asset_text_keys[i], text);
    }
    if (self->tags != NULL && self->tags[0] != NULL)
        format_tags(self, &json);
    if (self->has_focal)
        vt_json_member_point(&json, "focal", self->focal_x, self->focal_y);
    if (self->minimum_age != 0)
        vt_json_member_int(&json, "minimum_age", self->minimum_age);
    if (self->force_download)
        vt_json_member_bool(&json, "force_download", TRUE);
    if (self->tracks != NULL && self->tracks->len > 0)
        format_tracks(self->tracks, &json);
    if (self->members != NULL) {
        vt_json_key(&json, "members");
        vt_members_format(self->members, &json);
    }
    if (self->rows > 1)
        vt_json_member_int(&json, "rows", self->rows);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

/* Each gives FALSE for what is not of the form. */

static gboolean
take_hash(const json_t *value, char **ret_hash)
{
    const char *text = json_string_value(value);

    if (text == NULL || !vt_hash_is_valid(text))
        return FALSE;
    *ret_hash = g_strdup(text);
    return TRUE;
}

static gboolean
take_int(const json_t *value, int most, int *ret_number)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) > most)
        return FALSE;
    *ret_number = (int)json_integer_value(value);
    return TRUE;
}

static gboolean
take_tags(const json_t *list, VtAssetContent *content)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *tag = json_string_value(json_array_get(list, i));

        if (tag == NULL)
            return FALSE;
        g_strv_builder_add(builder, tag);
    }
    content->tags = g_strv_builder_end(builder);
    return json_is_array(list);
}

static gboolean
take_fraction(const json_t *value, double *ret_fraction)
{
    double number = json_number_value(value);

    if (!json_is_number(value) || number < 0 || number > 1)
        return FALSE;
    *ret_fraction = number;
    return TRUE;
}

static gboolean
take_focal(const json_t *value, VtAssetContent *content)
{
    content->has_focal = json_object_size(value) == 2 &&
                         take_fraction(json_object_get(value, "x"), &content->focal_x) &&
                         take_fraction(json_object_get(value, "y"), &content->focal_y);
    return content->has_focal;
}

static gboolean
take_track(const json_t *value, VtAssetContent *content)
{
    const char *role = json_string_value(json_object_get(value, "role"));
    const char *language = json_string_value(json_object_get(value, "language"));
    const char *mime = json_string_value(json_object_get(value, "mime"));
    const json_t *bytes = json_object_get(value, "bytes");
    int found = role != NULL ? vt_text_index(vt_track_role_names, VT_TRACK_ROLE_COUNT, role) : -1;
    char *blob = NULL;
    VtTrack *track;

    if (found < 0 || language == NULL || mime == NULL || !json_is_integer(bytes) ||
        json_object_size(value) != 5 || !take_hash(json_object_get(value, "blob"), &blob))
        return FALSE;
    track = g_new0(VtTrack, 1);
    track->role = (VtTrackRole)found;
    track->language = g_strdup(language);
    track->blob = blob;
    track->mime = g_strdup(mime);
    track->bytes = (guint64)json_integer_value(bytes);
    return insert_track(content, track);
}

static gboolean
take_tracks(const json_t *list, VtAssetContent *content)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        if (!take_track(json_array_get(list, i), content))
            return FALSE;
    }
    return json_is_array(list);
}

static gboolean
take_members(const json_t *list, VtAssetContent *content)
{
    content->members = vt_members_parse(list);
    return content->members != NULL;
}

/* Takes one member; FALSE when its key is not known or its value is not of the form. */
static gboolean
take(const char *key, const json_t *value, VtAssetContent *content)
{
    int text = vt_text_index(vt_asset_text_keys, VT_ASSET_N_TEXTS, key);

    if (text >= 0 && json_is_string(value)) {
        *vt_asset_content_text(content, (gsize)text) = g_strdup(json_string_value(value));
        return TRUE;
    }
    if (strcmp(key, "blob") == 0)
        return take_hash(value, &content->blob);
    if (strcmp(key, "width") == 0)
        return take_int(value, G_MAXINT, &content->width);
    if (strcmp(key, "height") == 0)
        return take_int(value, G_MAXINT, &content->height);
    if (strcmp(key, "playtime") == 0)
        return take_int(value, VT_ASSET_MAX_PLAYTIME_S, &content->playtime_s);
    if (strcmp(key, "minimum_age") == 0)
        return take_int(value, VT_ASSET_MAX_AGE, &content->minimum_age);
    if (strcmp(key, "tags") == 0)
        return take_tags(value, content);
    if (strcmp(key, "focal") == 0)
        return take_focal(value, content);
    if (strcmp(key, "tracks") == 0)
        return take_tracks(value, content);
    if (strcmp(key, "members") == 0)
        return take_members(value, content);
    if (strcmp(key, "rows") == 0)
        return take_int(value, VT_SET_MAX_ROWS, &content->rows);
    if (strcmp(key, "mime") == 0 && json_is_string(value))
        content->mime = g_strdup(json_string_value(value));
    else if (strcmp(key, "bytes") == 0 && json_is_integer(value))
        content->bytes = (guint64)json_integer_value(value);
    else if (strcmp(key, "alpha") == 0 && json_is_boolean(value))
        content->has_alpha = json_is_true(value);
    else if (strcmp(key, "force_download") == 0 && json_is_boolean(value))
        content->force_download = json_is_true(value);
    else
        return FALSE;
    return TRUE;
}

gboolean
vt_asset_content_parse(const char *body, VtAssetContent *ret_content, GError **error)
{
    g_autoptr(json_t) value =
        body != NULL ? vt_json_parse(body, strlen(body), error) : json_object();
    g_auto(VtAssetContent) content = {0};
    const char *key;
    json_t *member;

    if (value == NULL)
        return FALSE;
    if (!json_is_object(value))
        return vt_throw(error, VT_ERROR_BAD_JSON, "asset content is not an object");
    json_object_foreach(value, key, member)
    {
        if (!take(key, member, &content))
            return vt_throw(error, VT_ERROR_BAD_JSON, "asset content: '%s' is not understood", key);
    }
    *ret_content = content;
    memset(&content, 0, sizeof content);
    return TRUE;
}
