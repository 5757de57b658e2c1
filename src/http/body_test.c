#include "http/body.h"

#include "base/error.h"
#include "tests/unit/support.h"

#include <string.h>

enum { SPOOL_BYTES = 100 };

static void
a_body_reads_the_same_in_memory_and_in_a_file(void **state)
{
    static const struct {
        gsize length, piece;
        gboolean in_file;
    } row[] = {
        {0, 1, FALSE},
        {1, 1, FALSE},
        {SPOOL_BYTES, SPOOL_BYTES, FALSE},
        {SPOOL_BYTES, 7, FALSE},
        {SPOOL_BYTES + 1, 7, TRUE},
        {SPOOL_BYTES + 1, SPOOL_BYTES + 1, TRUE},
        {1000000, 4099, TRUE},
    };
    g_autofree char *directory = vt_test_directory();
    g_autofree char *spool = g_build_filename(directory, "not", "there", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *text = g_malloc(row[i].length + 1);
        g_autoptr(VtBody) memory = vt_body_new(NULL, SPOOL_BYTES);
        g_autoptr(VtBody) body = vt_body_new(spool, SPOOL_BYTES);
        gboolean spooled = FALSE;
        g_autoptr(GError) error = NULL;

        for (gsize at = 0; at < row[i].length; at++)
            text[at] = (char)(at * 31 + at / 256);
        for (gsize at = 0; at < row[i].length; at += row[i].piece) {
            gsize n = MIN(row[i].piece, row[i].length - at);

            spooled = vt_body_will_spool(body, n);
            assert_false(vt_body_will_spool(memory, n));
            assert_ok(vt_body_add(body, text + at, n, &error), error);
            assert_ok(vt_body_add(memory, text + at, n, &error), error);
        }
        assert_int_equal(spooled, row[i].in_file);
        assert_ok(vt_body_finish(body, &error) && vt_body_finish(memory, &error), error);
        assert_int_equal(vt_body_length(body), row[i].length);
        assert_memory_equal(vt_body_bytes(body), text, row[i].length);
        assert_memory_equal(vt_body_bytes(memory), text, row[i].length);
    }
}

static void
the_file_has_no_name(void **state)
{
    g_autofree char *directory = vt_test_directory();
    g_autofree char *text = g_strnfill(SPOOL_BYTES + 1, 'a');
    g_autoptr(VtBody) body = vt_body_new(directory, SPOOL_BYTES);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = NULL;

    assert_ok(vt_body_add(body, text, strlen(text), &error), error);
    dir = g_dir_open(directory, 0, &error);
    assert_ok(dir != NULL, error);
    assert_null(g_dir_read_name(dir));
}

static void
a_folder_that_cannot_be_is_an_error(void **state)
{
    g_autofree char *text = g_strnfill(SPOOL_BYTES + 1, 'a');
    g_autoptr(VtBody) body = vt_body_new("/dev/null/spool", SPOOL_BYTES);
    g_autoptr(GError) error = NULL;

    assert_true(vt_body_add(body, text, SPOOL_BYTES, NULL));
    assert_false(vt_body_add(body, text, 1, &error));
    assert_true(vt_error_is(error, VT_ERROR_STORAGE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_reads_the_same_in_memory_and_in_a_file),
        cmocka_unit_test(the_file_has_no_name),
        cmocka_unit_test(a_folder_that_cannot_be_is_an_error),
    };
    return vt_test_run("http/body", tests);
}
