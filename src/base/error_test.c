#include "base/error.h"
#include "tests/unit/support.h"

#include <errno.h>
#include <string.h>

static void
every_row_is_complete(void **state)
{
    for (int i = 0; i < VT_N_ERRORS; i++) {
        assert_true(strlen(vt_error_rows[i].code) > 0);
        assert_true(strlen(vt_error_rows[i].text) > 0);
        assert_in_range(vt_error_rows[i].status, 400, 599);
    }
}

static void
throwing_sets_code_and_text(void **state)
{
    g_autoptr(GError) error = NULL;

    assert_false(vt_throw(&error, VT_ERROR_NOT_FOUND, "no asset '%s'", "tee"));
    assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    assert_string_equal(error->message, "no asset 'tee'");
    assert_int_equal(vt_error_code(error), VT_ERROR_NOT_FOUND);
}

static void
errno_is_told(void **state)
{
    g_autoptr(GError) error = NULL;

    errno = ENOSPC;
    assert_false(vt_throw_errno(&error, "cannot write '%s'", "x"));
    assert_true(g_str_has_prefix(error->message, "cannot write 'x': "));
    assert_true(vt_error_is(error, VT_ERROR_STORAGE));
}

static void
foreign_errors_are_internal(void **state)
{
    g_autoptr(GError) error = g_error_new(g_quark_from_static_string("other"), 3, "x");

    assert_int_equal(vt_error_code(error), VT_ERROR_INTERNAL);
    assert_false(vt_error_is(error, (VtErrorCode)3));
    assert_false(vt_error_is(NULL, VT_ERROR_INTERNAL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(throwing_sets_code_and_text),
        cmocka_unit_test(errno_is_told),
        cmocka_unit_test(foreign_errors_are_internal),
    };
    return vt_test_run("base/error", tests);
}
