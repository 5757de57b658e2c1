#include "readstore/tag.h"
#include "tests/unit/support.h"

static void
tags_hold_no_blank_and_keep_things_apart(void **state)
{
    g_autofree char *tenant = vt_tag_tenant("acme");
    g_autofree char *setup = vt_tag_setup("acme");
    g_autofree char *channel = vt_tag_channel("acme", "OUN001");
    g_autofree char *product = vt_tag_product("acme", "OUN001", "8 1/3");
    g_autofree char *category = vt_tag_category("acme", "OUN001", "men/tops");
    g_autofree char *image = vt_tag_image("acme", "shoes/red:Square");

    assert_string_equal(tenant, "t/acme");
    assert_string_equal(setup, "s/acme");
    assert_string_equal(channel, "c/acme/OUN001");
    assert_string_equal(product, "p/acme/OUN001/8%201%2F3");
    assert_string_equal(category, "k/acme/OUN001/men%2Ftops");
    assert_string_equal(image, "i/acme/shoes%2Fred%3ASquare");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_hold_no_blank_and_keep_things_apart),
    };
    return vt_test_run("readstore/tag", tests);
}
