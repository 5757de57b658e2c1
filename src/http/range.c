/* See range.h. */
#include "http/range.h"

#include "http/date.h"

#include <string.h>

/* Reads digits at *@at and moves it behind them. FALSE without a digit or beyond 18 of them. */
static gboolean
read_number(const char **at, guint64 *ret_number)
{
    gsize n_digits = strspn(*at, "0123456789");

    if (n_digits == 0 || n_digits > 18)
        return FALSE;
    *ret_number = g_ascii_strtoull(*at, NULL, 10);
    *at += n_digits;
    return TRUE;
}

VtRange
vt_range_parse(const char *header, guint64 length, guint64 *ret_offset, guint64 *ret_length)
{
    const char *at = header;
    guint64 first = 0;
    guint64 last = 0;
    gboolean has_first;
    gboolean has_last;

    if (header == NULL || g_ascii_strncasecmp(header, "bytes=", 6) != 0)
        return VT_RANGE_NONE;
    at += 6;
    has_first = read_number(&at, &first);
    if (*at != '-')
        return VT_RANGE_NONE;
    at++;
    has_last = read_number(&at, &last);
    if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return VT_RANGE_NONE;

    if (!has_first) {
        first = last >= length ? 0 : length - last;
        has_last = FALSE;
        if (last == 0)
            return VT_RANGE_OUTSIDE;
    }
    if (first >= length)
        return VT_RANGE_OUTSIDE;
    *ret_offset = first;
    *ret_length = has_last && last < length ? last - first + 1 : length - first;
    return VT_RANGE_PART;
}

gboolean
vt_etag_matches(const char *header, const char *etag)
{
    const char *at = header;

    if (header == NULL)
        return FALSE;
    while (*(at += strspn(at, ", \t")) != '\0') {
        gsize length;

        if (*at == '*')
            return TRUE;
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (*at != '"')
            return FALSE;
        length = strcspn(at + 1, "\"") + 2;
        if (strncmp(at, etag, length) == 0 && etag[length] == '\0')
            return TRUE;
        if (at[length - 1] == '\0')
            return FALSE;
        at += length;
    }
    return FALSE;
}

gboolean
vt_range_still_valid(const char *if_range, const char *etag, gint64 modified_s)
{
    gint64 asked_s;

    if (if_range == NULL)
        return TRUE;
    if (*if_range == '"')
        return etag != NULL && strcmp(if_range, etag) == 0;
    return vt_http_date_parse(if_range, &asked_s) && modified_s >= 0 && asked_s == modified_s;
}
