#include "base/text.h"

#include "base/error.h"

#include <string.h>

char *
vt_text_key(const char *text)
{
    g_autofree char *folded = g_utf8_casefold(text, -1);
    g_autofree char *trimmed = g_strstrip(g_steal_pointer(&folded));
    char *normal = g_utf8_normalize(trimmed, -1, G_NORMALIZE_NFC);

    return normal != NULL ? normal : g_steal_pointer(&trimmed);
}

int
vt_text_index(const char *const *words, int n, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

gboolean
vt_text_is_code(const char *text)
{
    gsize length = strlen(text);

    return length >= 1 && length <= 64 &&
           strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") ==
               length;
}

char *
vt_text_unescape(const char *text, gsize length, gboolean plus_is_space, GError **error)
{
    g_autoptr(GString) out = g_string_sized_new(length);

    for (gsize i = 0; i < length; i++) {
        int high, low;

        if (text[i] != '%') {
            g_string_append_c(out, plus_is_space && text[i] == '+' ? ' ' : text[i]);
            continue;
        }
        high = i + 1 < length ? g_ascii_xdigit_value(text[i + 1]) : -1;
        low = i + 2 < length ? g_ascii_xdigit_value(text[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0))
            return vt_throw_null(
                error, VT_ERROR_BAD_REQUEST, "broken percent escape in the address");
        g_string_append_c(out, (char)(high * 16 + low));
        i += 2;
    }
    if (!g_utf8_validate_len(out->str, out->len, NULL))
        return vt_throw_null(error, VT_ERROR_BAD_REQUEST, "the address is not UTF-8");
    return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
vt_text_escape(const char *text, gboolean keep_slash)
{
    return g_uri_escape_string(text, keep_slash ? "/" : NULL, FALSE);
}

char *
vt_text_time(gint64 time_us)
{
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);

    return time != NULL ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup("");
}

char *
vt_text_pattern(const char *text)
{
    GString *pattern = g_string_new("%");

    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '%' || *at == '_' || *at == '\\')
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, g_ascii_tolower(*at));
    }
    g_string_append_c(pattern, '%');
    return g_string_free(pattern, FALSE);
}

char *
vt_text_color(const char *text, GError **error)
{
    g_autofree char *bare = g_strstrip(g_ascii_strdown(text, -1));
    const char *digits = *bare == '#' ? bare + 1 : bare;
    gsize length = strlen(digits);

    if ((length != 3 && length != 6) || strspn(digits, "0123456789abcdef") != length)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "'%s' is not a colour; write it as #rrggbb", text);
    if (length == 6)
        return g_strconcat("#", digits, NULL);
    return g_strdup_printf(
        "#%c%c%c%c%c%c", digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]);
}
