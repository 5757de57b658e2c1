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

GPtrArray *
vt_fuzz_seeds(void)
{
    static const char *const seed[] = {
        "/is/image/acme/shoes%2Fred/s1?wid=300&$thumb$&op_usm=1,1,6,0&src=is(acme/a?b)",
        "/channel/v1/acme/OUN001/products?ids=81323,9%2C1,%C3%A4&locale=de-de&Color=Blue+Sky&&x",
        "http://host:8080/a//b/../%2e%2E/?%3D=%26",
    };
    GPtrArray *seeds = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

    for (gsize i = 0; i < G_N_ELEMENTS(seed); i++)
        g_ptr_array_add(seeds, g_bytes_new_static(seed[i], strlen(seed[i])));
    return seeds;
}
