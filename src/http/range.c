/* See range.h. */
#include "http/range.h"

#include "http/date.h"

#include <stdlib.h>
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

/* The range that ends at @end. VT_RANGE_NONE when it is none. */
static VtRange
read_range(const char *at, const char *end, guint64 length, VtRangePart *ret_part)
{
    guint64 first = 0;
    guint64 last = 0;
    gboolean has_first = read_number(&at, &first);
    gboolean has_last;

    if (*at != '-')
        return VT_RANGE_NONE;
    at++;
    has_last = read_number(&at, &last);
    if (at != end || (!has_first && !has_last) || (has_first && has_last && last < first))
        return VT_RANGE_NONE;

    if (!has_first) {
        first = last >= length ? 0 : length - last;
        has_last = FALSE;
        if (last == 0)
            return VT_RANGE_OUTSIDE;
    }
    if (first >= length)
        return VT_RANGE_OUTSIDE;
    ret_part->offset = first;
    ret_part->length = has_last && last < length ? last - first + 1 : length - first;
    return VT_RANGE_PART;
}

static int
compare_parts(gconstpointer a, gconstpointer b)
{
    const VtRangePart *one = a, *other = b;

    return one->offset < other->offset ? -1 : one->offset > other->offset;
}

/* Joins what overlaps or touches; without that the order stays. */
static void
join_parts(VtRangePart *parts, guint *n)
{
    VtRangePart sorted[VT_RANGE_MAX];
    guint n_joined = 0;

    memcpy(sorted, parts, *n * sizeof *parts);
    qsort(sorted, *n, sizeof *sorted, compare_parts);
    for (guint i = 0; i < *n; i++) {
        VtRangePart *before = n_joined > 0 ? &sorted[n_joined - 1] : NULL;

        if (before == NULL || sorted[i].offset > before->offset + before->length) {
            sorted[n_joined++] = sorted[i];
            continue;
        }
        before->length = MAX(before->offset + before->length, sorted[i].offset + sorted[i].length) -
                         before->offset;
    }
    if (n_joined == *n)
        return;
    memcpy(parts, sorted, n_joined * sizeof *parts);
    *n = n_joined;
}

VtRange
vt_range_parse(
    const char *header, guint64 length, VtRangePart ret_parts[VT_RANGE_MAX], guint *ret_n)
{
    VtRangePart parts[VT_RANGE_MAX];
    guint n = 0, n_read = 0;

    if (header == NULL || g_ascii_strncasecmp(header, "bytes=", 6) != 0)
        return VT_RANGE_NONE;
    for (const char *at = header + 6; *(at += strspn(at, ", \t")) != '\0';) {
        const char *end = at + strcspn(at, ", \t");
        VtRange one =
            n_read++ < VT_RANGE_MAX ? read_range(at, end, length, &parts[n]) : VT_RANGE_NONE;

        if (one == VT_RANGE_NONE)
            return VT_RANGE_NONE;
        n += one == VT_RANGE_PART;
        at = end;
    }
    if (n == 0)
        return n_read > 0 ? VT_RANGE_OUTSIDE : VT_RANGE_NONE;
    join_parts(parts, &n);
    memcpy(ret_parts, parts, n * sizeof *parts);
    *ret_n = n;
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
