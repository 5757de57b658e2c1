#include "base/locale.h"

#include "base/error.h"

#include <string.h>

static gboolean
is_tag(const char *text)
{
    guint in_part = 0, n_parts = 0;

    for (const char *at = text;; at++) {
        if (g_ascii_isalpha(*at) || (n_parts > 0 && g_ascii_isdigit(*at))) {
            in_part++;
            continue;
        }
        if (in_part == 0 || in_part > 8 || (n_parts == 0 && in_part < 2))
            return FALSE;
        if (*at == '\0')
            return TRUE;
        if (*at != '-')
            return FALSE;
        n_parts++;
        in_part = 0;
    }
}

char *
vt_locale_parse(const char *text, GError **error)
{
    g_autofree char *tag = g_strstrip(g_ascii_strdown(text, -1));

    g_strdelimit(tag, "_", '-');
    if (strcmp(tag, "system-neutral") == 0 || strcmp(tag, "neutral") == 0)
        return g_strdup(VT_LOCALE_NEUTRAL);
    if (strlen(tag) > VT_LOCALE_MAX || !is_tag(tag))
        return vt_throw_null(error, VT_ERROR_LOCALE,
            "'%s' is not a locale tag; write for example en-us, or %s", text, VT_LOCALE_NEUTRAL);
    return g_steal_pointer(&tag);
}
