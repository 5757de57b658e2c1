#include "media/member.h"

#include "base/text.h"

#include <string.h>

static void
member_free(gpointer data)
{
    VtMember *self = data;

    g_free(self->label);
    g_free(self);
}

GPtrArray *
vt_members_new(void)
{
    return g_ptr_array_new_with_free_func(member_free);
}

VtMember *
vt_members_add(GPtrArray *members)
{
    VtMember *member = g_new0(VtMember, 1);

    g_ptr_array_add(members, member);
    return member;
}

void
vt_members_format(const GPtrArray *members, VtJson *json)
{
    vt_json_begin_array(json);
    for (guint i = 0; i < members->len; i++) {
        const VtMember *member = g_ptr_array_index(members, i);

        vt_json_begin_object(json);
        vt_json_member_int(json, "asset", member->asset_id);
        if (member->swatch_id != 0)
            vt_json_member_int(json, "swatch", member->swatch_id);
        if (*member->color != '\0')
            vt_json_member(json, "color", member->color);
        if (member->label != NULL)
            vt_json_member(json, "label", member->label);
        vt_json_end_object(json);
    }
    vt_json_end_array(json);
}

static gboolean
take_id(const json_t *value, gint64 *ret_id)
{
    *ret_id = json_integer_value(value);
    return json_is_integer(value) && *ret_id > 0;
}

/* One key of a member; FALSE when it is not of the form. */
static gboolean
take(VtMember *member, const char *key, const json_t *value)
{
    const char *text = json_string_value(value);
    g_autofree char *color = NULL;

    if (strcmp(key, "asset") == 0)
        return take_id(value, &member->asset_id);
    if (strcmp(key, "swatch") == 0)
        return take_id(value, &member->swatch_id);
    if (text == NULL)
        return FALSE;
    if (strcmp(key, "color") == 0) {
        color = vt_text_color(text, NULL);
        return color != NULL &&
               g_strlcpy(member->color, color, sizeof member->color) < sizeof member->color;
    }
    if (strcmp(key, "label") != 0 || member->label != NULL)
        return FALSE;
    member->label = g_strdup(text);
    return TRUE;
}

GPtrArray *
vt_members_parse(const json_t *list)
{
    g_autoptr(GPtrArray) members = vt_members_new();

    if (!json_is_array(list) || json_array_size(list) > VT_SET_MAX_MEMBERS)
        return NULL;
    for (gsize i = 0; i < json_array_size(list); i++) {
        VtMember *member = vt_members_add(members);
        const char *key;
        json_t *value;

        json_object_foreach(json_array_get(list, i), key, value)
        {
            if (!take(member, key, value))
                return NULL;
        }
        if (member->asset_id == 0)
            return NULL;
    }
    return g_steal_pointer(&members);
}

GArray *
vt_members_assets(const GPtrArray *members)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (guint i = 0; members != NULL && i < members->len; i++) {
        const VtMember *member = g_ptr_array_index(members, i);

        g_array_append_val(ids, member->asset_id);
        if (member->swatch_id != 0)
            g_array_append_val(ids, member->swatch_id);
    }
    return ids;
}
