#include "media/member_text.h"

#include "base/error.h"
#include "media/member.h"

#include <string.h>

static const char special[] = ",: \\";

/* In the order they are written. */
enum { ASSET, SWATCH, LABEL, N_PARTS };

/* Takes one part up to what ends it; the position there, or NULL when an escape is broken. */
static const char *
take_part(const char *at, GString *part)
{
    gsize kept = 0; /* blanks behind this are nothing */

    for (; *at != '\0' && *at != ',' && *at != ':'; at++) {
        gboolean is_blank = *at == ' ';

        if (*at == '\\') {
            at++;
            if (*at == '\0' || strchr(special, *at) == NULL)
                return NULL;
        }
        if (is_blank && part->len == 0)
            continue;
        g_string_append_c(part, *at);
        if (!is_blank)
            kept = part->len;
    }
    g_string_truncate(part, kept);
    return at;
}

static json_t *
member_of(GString *const *part)
{
    const gboolean is_color = *part[SWATCH]->str == '#';

    return json_pack("{s:s,s:s*,s:s*}", "asset", part[ASSET]->str, is_color ? "color" : "swatch",
        *part[SWATCH]->str != '\0' ? part[SWATCH]->str : NULL, "label",
        *part[LABEL]->str != '\0' ? part[LABEL]->str : NULL);
}

/* Takes one member up to the comma behind it, or the end. NULL: it is not of the form. */
static const char *
take_member(const char *at, json_t *list)
{
    g_autoptr(GString) asset = g_string_new(NULL);
    g_autoptr(GString) swatch = g_string_new(NULL);
    g_autoptr(GString) label = g_string_new(NULL);
    GString *const part[N_PARTS] = {asset, swatch, label};

    for (int n = 0; n < N_PARTS; n++) {
        at = take_part(at, part[n]);
        if (at == NULL || *at != ':')
            break;
        if (n == LABEL)
            return NULL;
        at++;
    }
    if (at == NULL || asset->len == 0 || json_array_append_new(list, member_of(part)) != 0)
        return NULL;
    return at;
}

json_t *
vt_members_text_parse(const char *text, GError **error)
{
    g_autoptr(json_t) list = json_array();
    const char *at = text;

    for (;;) {
        at = take_member(at, list);
        if (at == NULL)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE,
                "member %" G_GSIZE_FORMAT " is not of the form ASSET:SWATCH:LABEL, or a backslash "
                "does not stand before a comma, a colon, a blank or itself",
                json_array_size(list) + 1);
        if (*at == '\0')
            return g_steal_pointer(&list);
        if (json_array_size(list) == VT_SET_MAX_MEMBERS)
            return vt_throw_null(
                error, VT_ERROR_TOO_LARGE, "a set has at most %d members", VT_SET_MAX_MEMBERS);
        at++;
    }
}

static void
add_part(GString *text, const char *part)
{
    const gsize length = part != NULL ? strlen(part) : 0;

    for (gsize i = 0; i < length; i++) {
        const gboolean is_inner_blank = part[i] == ' ' && i > 0 && i + 1 < length;

        if (strchr(special, part[i]) != NULL && !is_inner_blank)
            g_string_append_c(text, '\\');
        g_string_append_c(text, part[i]);
    }
}

char *
vt_members_text_format(const json_t *members)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (!json_is_array(members))
        return NULL;
    for (gsize i = 0; i < json_array_size(members); i++) {
        const json_t *member = json_array_get(members, i);
        const char *swatch = json_string_value(json_object_get(member, "swatch"));
        const char *color = json_string_value(json_object_get(member, "color"));
        const char *label = json_string_value(json_object_get(member, "label"));

        if (i > 0)
            g_string_append_c(text, ',');
        add_part(text, json_string_value(json_object_get(member, "asset")));
        if (swatch != NULL || color != NULL || label != NULL)
            g_string_append_c(text, ':');
        add_part(text, swatch != NULL ? swatch : color);
        if (label != NULL)
            g_string_append_c(text, ':');
        add_part(text, label);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}
