#include "catalog/product.h"
#include "catalog/testing.h"

static gint64
id_of(VtDb *db, gint64 tenant, const char *code)
{
    VtProductRef ref;

    assert_true(vt_product_find(db, tenant, code, &ref, NULL));
    return ref.product_id;
}

static void
a_master_is_loaded_with_its_variants(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autoptr(VtProduct) product = vt_product_load(db, id_of(db, tenant, "MH01"), NULL);
        const VtProductVariant *second;
        const VtProductValue *blue;

        assert_int_equal(product->kind, VT_PRODUCT_KIND_MASTER);
        assert_int_equal(product->n_dimensions, 2);
        assert_string_equal(product->dimensions[0].name, "Color");
        assert_int_equal(product->dimensions[0].values->len, 2);
        blue = g_ptr_array_index(product->dimensions[0].values, 0);
        assert_string_equal(blue->swatch_hex, "#0000ff");
        assert_int_equal(product->variants->len, 3);
        second = g_ptr_array_index(product->variants, 1);
        assert_string_equal(second->code, "MH01-B-L");
        assert_int_equal(second->value_ids[0], blue->value_id);
        assert_true(vt_product_is_sold_in(product, 12345));
    }
}

static void
an_assortment_limits_the_channels(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autoptr(VtProduct) product = vt_product_load(db, id_of(db, tenant, "TILL"), NULL);

        assert_int_equal(product->channel_ids->len, 1);
        assert_true(vt_product_is_sold_in(product, g_array_index(product->channel_ids, gint64, 0)));
        assert_false(vt_product_is_sold_in(product, 12345));
    }
}

static void
an_id_names_a_product_or_a_variant(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autoptr(GError) error = NULL;
        VtProductRef product, variant;

        assert_true(vt_product_find(db, tenant, "MH01", &product, NULL));
        assert_true(vt_product_find(db, tenant, "MH01-R-S", &variant, NULL));
        assert_int_equal(product.variant_id, 0);
        assert_true(variant.variant_id > 0);
        assert_int_equal(variant.product_id, product.product_id);
        assert_false(vt_product_find(db, tenant, "mh01", &product, &error));
        assert_true(vt_error_is(error, VT_ERROR_ENTITY_NOT_FOUND));
    }
}

static void
pages_walk_over_all_products_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, after = 0;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        guint n = 0;

        for (;;) {
            g_autoptr(GArray) page = vt_product_page(db, tenant, after, 2, NULL);

            if (page->len == 0)
                break;
            n += page->len;
            after = g_array_index(page, gint64, page->len - 1);
        }
        assert_int_equal(n, 3);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_master_is_loaded_with_its_variants),
        cmocka_unit_test(an_assortment_limits_the_channels),
        cmocka_unit_test(an_id_names_a_product_or_a_variant),
        cmocka_unit_test(pages_walk_over_all_products_once),
    };
    return vt_test_run("catalog/product", tests);
}
