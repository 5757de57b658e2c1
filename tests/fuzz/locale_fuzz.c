/* Any text as a locale tag: refused, or a canonical form that is its own canonical form. */
#include "base/error.h"
#include "base/locale.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = vt_fuzz_text(data, size);
    g_autoptr(GError) error = NULL;
    g_autofree char *tag = vt_locale_parse(text, &error);
    g_autofree char *again = NULL;

    g_assert_true((tag == NULL) == vt_error_is(error, VT_ERROR_LOCALE));
    if (tag == NULL)
        return 0;
    g_assert_true(strlen(tag) >= 2 && strlen(tag) <= VT_LOCALE_MAX);
    g_assert_true(strspn(tag, "abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(tag));
    again = vt_locale_parse(tag, NULL);
    g_assert_cmpstr(again, ==, tag);
    return 0;
}
