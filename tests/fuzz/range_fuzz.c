/* Any text as the headers of a conditional request: a Range in the first line, tags in the second,
 * If-Range in the third. Parts lie inside the body and never hold a byte twice, and a date that is
 * read is written the same.
 */
#include "http/date.h"
#include "http/range.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
check_range(const char *header, guint64 length)
{
    VtRangePart parts[VT_RANGE_MAX];
    guint n = 0;
    guint64 total = 0;

    if (vt_range_parse(header, length, parts, &n) != VT_RANGE_PART) {
        g_assert_true(n == 0);
        return;
    }
    g_assert_true(n > 0 && n <= VT_RANGE_MAX);
    for (guint i = 0; i < n; i++) {
        g_assert_true(parts[i].length > 0 && parts[i].offset < length);
        g_assert_true(parts[i].length <= length - parts[i].offset);
        total += parts[i].length;
    }
    g_assert_true(total <= length);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const guint64 length[] = {0, 1, 100, (guint64)G_MAXINT64};
    g_autofree char *text = vt_fuzz_text(data, size);
    g_auto(GStrv) line = g_strsplit(text, "\n", 3);
    guint n = g_strv_length(line);

    for (gsize i = 0; i < G_N_ELEMENTS(length) && n > 0; i++)
        check_range(line[0], length[i]);
    if (n > 1)
        g_assert_true(!vt_etag_matches(line[1], "\"not in any input of ours\"") ||
                      strchr(line[1], '*') != NULL || strstr(line[1], "not in any") != NULL);
    if (n > 2)
        g_assert_true(!vt_range_still_valid(line[2], NULL, -1));
    return 0;
}
