#include "publish/order.h"

#include "tests/unit/support.h"

#include <string.h>

static const struct {
    const char *body;
    gboolean is_unpublish;
    const char *code; /* NULL: it is understood */
    gboolean all, only_new;
    guint n_products;
} row[] = {
    {"{\"all\":true}", FALSE, NULL, TRUE, FALSE, 0},
    {"{\"products\":[\"a\",\"b\"]}", FALSE, NULL, FALSE, FALSE, 2},
    {"{\"mode\":\"incremental\"}", FALSE, NULL, TRUE, TRUE, 0},
    {"{\"mode\":\"full\"}", FALSE, NULL, TRUE, FALSE, 0},
    {"{\"mode\":\"full_override\"}", FALSE, NULL, TRUE, FALSE, 0},
    {"{\"mode\":\"some\"}", FALSE, "bad_enum", FALSE, FALSE, 0},
    {"{\"mode\":1}", FALSE, "bad_value", FALSE, FALSE, 0},
    {"{}", FALSE, "missing_field", FALSE, FALSE, 0},
    {"[]", FALSE, "bad_json", FALSE, FALSE, 0},
    {"{\"all\":1}", FALSE, "bad_value", FALSE, FALSE, 0},
    {"{\"products\":\"a\"}", FALSE, "bad_value", FALSE, FALSE, 0},
    {"{\"products\":[1]}", FALSE, "bad_value", FALSE, FALSE, 0},
    {"{\"colour\":1}", FALSE, "bad_value", FALSE, FALSE, 0},
    {"{\"products\":[\"a\"],\"channel\":\"c\"}", TRUE, NULL, FALSE, FALSE, 1},
    {"{\"assets\":[]}", TRUE, "missing_field", FALSE, FALSE, 0},
    {"{\"all\":true}", TRUE, "bad_value", FALSE, FALSE, 0},
    {"{\"assets\":[\"a\"],\"locale\":1}", TRUE, "bad_value", FALSE, FALSE, 0},
    {"{\"assets\":[\"a\"],\"force\":1}", TRUE, "bad_value", FALSE, FALSE, 0},
};

static void
orders_are_understood_or_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(json_t) body = json_loads(row[i].body, 0, NULL);
        g_auto(VtPublishOrder) order = {0};
        g_auto(VtUnpublishOrder) other = {0};
        g_autoptr(GError) error = NULL;
        gboolean is_understood = row[i].is_unpublish
                                     ? vt_unpublish_order_parse(body, 1, &other, &error)
                                     : vt_publish_order_parse(body, 1, &order, &error);
        const char *const *products =
            row[i].is_unpublish ? other.request.products : order.request.products;

        if (row[i].code != NULL) {
            assert_false(is_understood);
            assert_string_equal(vt_error_rows[vt_error_code(error)].code, row[i].code);
            continue;
        }
        assert_ok(is_understood, error);
        assert_int_equal(order.request.all, row[i].all);
        assert_int_equal(order.request.only_new, row[i].only_new);
        assert_int_equal(g_strv_length((char **)(gsize)products), row[i].n_products);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_are_understood_or_refused),
    };
    return vt_test_run("publish/order", tests);
}
