#include "readstore/attributes.h"

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

#include <string.h>

#define NOT_IMAGE "not_image"
#define NOT_CONTENT "not_content"

static void
track_free(gpointer data)
{
    VtReadstoreTrack *self = data;

    g_free(self->language);
    g_free(self->hash);
    g_free(self->media_type);
    g_free(self);
}

static void
member_free(gpointer data)
{
    VtReadstoreMember *self = data;

    g_free(self->name);
    g_free(self->hash);
    g_strfreev(self->locales);
    g_free(self->swatch);
    g_free(self->color);
    g_free(self->label);
    g_free(self);
}

void
vt_readstore_attributes_init(VtReadstoreAttributes *self)
{
    *self = (VtReadstoreAttributes){.modified_s = -1,
        .tracks = g_ptr_array_new_with_free_func(track_free),
        .members = g_ptr_array_new_with_free_func(member_free)};
}

void
vt_readstore_attributes_clear(VtReadstoreAttributes *self)
{
    g_clear_pointer(&self->poster, g_free);
    g_clear_pointer(&self->tracks, g_ptr_array_unref);
    g_clear_pointer(&self->members, g_ptr_array_unref);
}

void
vt_readstore_attributes_add_track(VtReadstoreAttributes *self, const VtReadstoreTrack *track)
{
    VtReadstoreTrack *copy = g_memdup2(track, sizeof *track);

    copy->language = g_strdup(track->language);
    copy->hash = g_strdup(track->hash);
    copy->media_type = g_strdup(track->media_type);
    g_ptr_array_add(self->tracks, copy);
}

void
vt_readstore_attributes_add_member(VtReadstoreAttributes *self, const VtReadstoreMember *member)
{
    VtReadstoreMember *copy = g_memdup2(member, sizeof *member);

    copy->name = g_strdup(member->name);
    copy->hash = g_strdup(member->hash);
    copy->locales = g_strdupv(member->locales);
    copy->swatch = g_strdup(member->swatch);
    copy->color = g_strdup(member->color);
    copy->label = g_strdup(member->label);
    g_ptr_array_add(self->members, copy);
}

const VtReadstoreTrack *
vt_readstore_attributes_find_track(
    const VtReadstoreAttributes *self, VtTrackRole role, const char *language)
{
    for (guint i = 0; i < self->tracks->len; i++) {
        const VtReadstoreTrack *track = g_ptr_array_index(self->tracks, i);

        if (track->role == role && strcmp(track->language, language) == 0)
            return track;
    }
    return NULL;
}

static void
format_poster(const VtReadstoreAttributes *self, VtJson *json)
{
    vt_json_key(json, "poster");
    vt_json_begin_object(json);
    vt_json_member(json, "hash", self->poster);
    vt_json_member_int(json, "width", self->poster_width);
    vt_json_member_int(json, "height", self->poster_height);
    vt_json_end_object(json);
}

static void
format_tracks(const VtReadstoreAttributes *self, VtJson *json)
{
    vt_json_key(json, "tracks");
    vt_json_begin_array(json);
    for (guint i = 0; i < self->tracks->len; i++) {
        const VtReadstoreTrack *track = g_ptr_array_index(self->tracks, i);

        vt_json_begin_object(json);
        vt_json_member(json, "role", vt_track_role_names[track->role]);
        vt_json_member(json, "language", track->language);
        vt_json_member(json, "hash", track->hash);
        vt_json_member(json, "media_type", track->media_type);
        vt_json_member_int(json, "bytes", track->bytes);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

static void
member_text(VtJson *json, const char *key, const char *text)
{
    if (text != NULL)
        vt_json_member(json, key, text);
}

static void
format_member(const VtReadstoreMember *member, VtJson *json)
{
    vt_json_begin_object(json);
    vt_json_member(json, "name", member->name);
    vt_json_member(json, "type", vt_asset_type_names[member->type]);
    member_text(json, "hash", member->hash);
    if (member->width > 0) {
        vt_json_member_int(json, "width", member->width);
        vt_json_member_int(json, "height", member->height);
    }
    if (member->locales != NULL && member->locales[0] != NULL) {
        vt_json_key(json, "locales");
        vt_json_begin_array(json);
        for (char **locale = member->locales; *locale != NULL; locale++)
            vt_json_string(json, *locale);
        vt_json_end_array(json);
    }
    member_text(json, "swatch", member->swatch);
    member_text(json, "color", member->color);
    member_text(json, "label", member->label);
    vt_json_end_object(json);
}

static void
format_members(const GPtrArray *members, VtJson *json)
{
    vt_json_key(json, "members");
    vt_json_begin_array(json);
    for (guint i = 0; i < members->len; i++)
        format_member(g_ptr_array_index(members, i), json);
    vt_json_end_array(json);
}

char *
vt_readstore_attributes_format(const VtReadstoreAttributes *self)
{
    g_auto(VtJson) json = {0};

    vt_json_init(&json);
    vt_json_begin_object(&json);
    if (self->modified_s >= 0)
        vt_json_member_int(&json, "modified_s", self->modified_s);
    if (self->poster != NULL)
        format_poster(self, &json);
    if (self->playtime_s != 0)
        vt_json_member_int(&json, "playtime", self->playtime_s);
    if (self->minimum_age != 0)
        vt_json_member_int(&json, "minimum_age", self->minimum_age);
    if (self->force_download)
        vt_json_member_bool(&json, "force_download", TRUE);
    if (self->has_focal)
        vt_json_member_point(&json, "focal", self->focal_x, self->focal_y);
    if (self->tracks->len > 0)
        format_tracks(self, &json);
    if (self->members->len > 0)
        format_members(self->members, &json);
    if (self->rows > 1)
        vt_json_member_int(&json, "rows", self->rows);
    if (self->not_image)
        vt_json_member_bool(&json, NOT_IMAGE, TRUE);
    if (self->not_content)
        vt_json_member_bool(&json, NOT_CONTENT, TRUE);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

/* A whole number from 0 on; @otherwise for all else. */
static gint64
read_number(const json_t *object, const char *key, gint64 otherwise)
{
    const json_t *value = json_object_get(object, key);

    return json_is_integer(value) && json_integer_value(value) >= 0 ? json_integer_value(value)
                                                                    : otherwise;
}

static void
read_poster(const json_t *poster, VtReadstoreAttributes *self)
{
    const char *hash = json_string_value(json_object_get(poster, "hash"));

    self->poster_width = (int)MIN(read_number(poster, "width", 0), G_MAXINT);
    self->poster_height = (int)MIN(read_number(poster, "height", 0), G_MAXINT);
    if (hash != NULL && vt_hash_is_valid(hash) && self->poster_width > 0 && self->poster_height > 0)
        self->poster = g_strdup(hash);
}

static void
read_focal(const json_t *focal, VtReadstoreAttributes *self)
{
    const json_t *x = json_object_get(focal, "x"), *y = json_object_get(focal, "y");

    self->has_focal = json_is_number(x) && json_is_number(y);
    if (self->has_focal) {
        self->focal_x = json_number_value(x);
        self->focal_y = json_number_value(y);
    }
}

static void
read_track(json_t *value, VtReadstoreAttributes *self)
{
    const char *role = json_string_value(json_object_get(value, "role"));
    VtReadstoreTrack track = {.bytes = read_number(value, "bytes", 0)};
    int found = role != NULL ? vt_text_index(vt_track_role_names, VT_TRACK_ROLE_COUNT, role) : -1;

    if (found < 0 ||
        json_unpack(value, "{s:s, s:s, s:s}", "language", &track.language, "hash", &track.hash,
            "media_type", &track.media_type) != 0 ||
        !vt_hash_is_valid(track.hash))
        return;
    track.role = (VtTrackRole)found;
    vt_readstore_attributes_add_track(self, &track);
}

/* Owned; NULL for no list. */
static char **
read_texts(const json_t *list)
{
    g_autoptr(GStrvBuilder) texts = g_strv_builder_new();

    for (gsize i = 0; i < json_array_size(list); i++)
        if (json_is_string(json_array_get(list, i)))
            g_strv_builder_add(texts, json_string_value(json_array_get(list, i)));
    return json_is_array(list) ? g_strv_builder_end(texts) : NULL;
}

static void
read_member(json_t *value, VtReadstoreAttributes *self)
{
    g_auto(GStrv) locales = read_texts(json_object_get(value, "locales"));
    VtReadstoreMember member = {.locales = locales,
        .width = (int)MIN(read_number(value, "width", 0), G_MAXINT),
        .height = (int)MIN(read_number(value, "height", 0), G_MAXINT)};
    const char *type = NULL;
    int found;

    if (json_unpack(value, "{s:s, s:s, s?s, s?s, s?s, s?s}", "name", &member.name, "type", &type,
            "hash", &member.hash, "swatch", &member.swatch, "color", &member.color, "label",
            &member.label) != 0)
        return;
    found = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, type);
    if (found < 0 || (member.hash != NULL && !vt_hash_is_valid(member.hash)))
        return;
    member.type = (VtAssetType)found;
    vt_readstore_attributes_add_member(self, &member);
}

void
vt_readstore_attributes_parse(const char *text, VtReadstoreAttributes *ret_attributes)
{
    g_autoptr(json_t) value = text != NULL ? vt_json_parse(text, strlen(text), NULL) : NULL;
    VtReadstoreAttributes *self = ret_attributes;
    const json_t *tracks = json_object_get(value, "tracks");
    const json_t *members = json_object_get(value, "members");

    vt_readstore_attributes_init(self);
    self->modified_s = read_number(value, "modified_s", -1);
    self->playtime_s = (int)MIN(read_number(value, "playtime", 0), G_MAXINT);
    self->minimum_age = (int)MIN(read_number(value, "minimum_age", 0), G_MAXINT);
    self->force_download = json_is_true(json_object_get(value, "force_download"));
    read_poster(json_object_get(value, "poster"), self);
    read_focal(json_object_get(value, "focal"), self);
    for (gsize i = 0; i < json_array_size(tracks); i++)
        read_track(json_array_get(tracks, i), self);
    for (gsize i = 0; i < json_array_size(members); i++)
        read_member(json_array_get(members, i), self);
    self->rows = (int)MIN(read_number(value, "rows", 0), G_MAXINT);
    self->not_image = json_is_true(json_object_get(value, NOT_IMAGE));
    self->not_content = json_is_true(json_object_get(value, NOT_CONTENT));
}

gboolean
vt_readstore_asset_is_named(const VtReadstoreAsset *asset)
{
    g_auto(VtReadstoreAttributes) attributes = {0};
    gboolean as_file = asset->type == VT_ASSET_TYPE_VIDEO || asset->type == VT_ASSET_TYPE_FILE;

    /* nearly all are served everywhere: not read for that */
    if (asset->attributes == NULL || strstr(asset->attributes, "\"not_") == NULL)
        return TRUE;
    vt_readstore_attributes_parse(asset->attributes, &attributes);
    return as_file ? !attributes.not_content : !attributes.not_image;
}
