#include "readstore/category.h"

#include "base/error.h"
#include "tests/unit/support.h"

static const struct {
    VtReadstoreCategory category;
    const char *body;
} row[] = {
    {{(char *)(gsize) "Shirts", (char *)(gsize) "OUN1", (char *)(gsize) "de-de", 12},
        "{\"name\":\"Shirts\",\"source\":{\"channel\":\"OUN1\",\"locale\":\"de-de\"},\"asset\":"
        "12}"},
    {{(char *)(gsize) "\"ä\"", (char *)(gsize) "OUN1", (char *)(gsize) "system_neutral", 0},
        "{\"name\":\"\\\"ä\\\"\",\"source\":{\"channel\":\"OUN1\",\"locale\":\"system_neutral\"},"
        "\"asset\":null}"},
    {{(char *)(gsize) "", NULL, NULL, 0}, "{\"name\":\"\",\"source\":null,\"asset\":null}"},
};

static void
a_row_reads_back_as_it_was_written(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        const VtReadstoreCategory *put = &row[i].category;
        g_autofree char *body = vt_readstore_category_encode(put);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtReadstoreCategory) got = vt_readstore_category_decode(body, &error);

        assert_ok(got != NULL, error);
        assert_string_equal(body, row[i].body);
        assert_string_equal(got->name, put->name);
        assert_int_equal(g_strcmp0(got->source_channel, put->source_channel), 0);
        assert_int_equal(g_strcmp0(got->source_locale, put->source_locale), 0);
        assert_int_equal(got->asset, put->asset);
    }
}

static void
anything_else_is_damaged(void **state)
{
    static const char *const body[] = {"", "{", "[]", "{}", "null",
        "{\"name\":\"x\",\"source\":null}", "{\"name\":null,\"source\":null,\"asset\":null}",
        "{\"name\":\"x\",\"source\":{},\"asset\":1}",
        "{\"name\":\"x\",\"source\":{\"channel\":\"a\"},\"asset\":1}",
        "{\"name\":\"x\",\"source\":{\"channel\":\"a\",\"locale\":\"b\",\"x\":1},\"asset\":1}",
        "{\"name\":\"x\",\"source\":null,\"asset\":0}",
        "{\"name\":\"x\",\"source\":null,\"asset\":-1}",
        "{\"name\":\"x\",\"source\":null,\"asset\":\"1\"}",
        "{\"name\":\"x\",\"source\":null,\"asset\":1,\"more\":2}",
        "{\"name\":\"x\",\"source\":null,\"asset\":1}x"};

    for (gsize i = 0; i < G_N_ELEMENTS(body); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_readstore_category_decode(body[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_DAMAGED));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_reads_back_as_it_was_written),
        cmocka_unit_test(anything_else_is_damaged),
    };
    return vt_test_run("readstore/category", tests);
}
