/* Any bytes as a request target: either refused, or taken apart into strings that are UTF-8 and
 * hold no NUL, with the raw parts adding up to what was sent.
 */
#include "base/error.h"
#include "http/target.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
check(const char *text)
{
    g_assert_true(text != NULL && g_utf8_validate(text, -1, NULL));
}

static void
check_list(const char *raw_value)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) items = vt_target_split_list(raw_value, &error);

    g_assert_true((items == NULL) == (error != NULL));
    for (gsize i = 0; items != NULL && items[i] != NULL; i++)
        check(items[i]);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *raw = size == 0 ? g_strdup("") : g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTarget) target = vt_target_parse(raw, &error);

    if (target == NULL) {
        g_assert_true(error != NULL && error->domain == VT_ERROR);
        return 0;
    }
    g_assert_true(vt_target_n_segments(target) >= 1);
    g_assert_true(vt_target_n_segments(target) <= VT_TARGET_MAX_SEGMENTS);
    g_assert_true(vt_target_n_pairs(target) <= VT_TARGET_MAX_PAIRS);
    g_assert_true(strstr(raw, vt_target_raw_path(target)) != NULL);
    for (guint i = 0; i < vt_target_n_segments(target); i++)
        check(vt_target_segment(target, i));
    for (guint i = 0; i < vt_target_n_pairs(target); i++) {
        check(vt_target_pair(target, i)->name);
        check(vt_target_pair(target, i)->value);
        check_list(vt_target_pair(target, i)->raw_value);
    }
    return 0;
}
