#include "base/error.h"
#include "base/locale.h"
#include "tests/unit/support.h"

static const struct {
    const char *text;
    const char *expected; /* NULL: refused */
} row[] = {
    {"en-us", "en-us"},
    {"EN_us", "en-us"},
    {" de-DE ", "de-de"},
    {"zh-Hant-TW", "zh-hant-tw"},
    {"en", "en"},
    {"es-419", "es-419"},
    {"System_Neutral", "system_neutral"},
    {"neutral", "system_neutral"},
    {"", NULL},
    {"e", NULL},
    {"en-", NULL},
    {"-us", NULL},
    {"en--us", NULL},
    {"en us", NULL},
    {"en-us/../x", NULL},
    {"123", NULL},
    {"abcdefghi", NULL},
    {"en-abcdefghi", NULL},
};

static void
tags_become_canonical_or_are_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *tag = vt_locale_parse(row[i].text, &error);

        if (row[i].expected == NULL) {
            assert_null(tag);
            assert_true(vt_error_is(error, VT_ERROR_LOCALE));
            continue;
        }
        assert_ok(tag != NULL, error);
        assert_string_equal(tag, row[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(tags_become_canonical_or_are_refused)};

    return vt_test_run("base/locale", tests);
}
