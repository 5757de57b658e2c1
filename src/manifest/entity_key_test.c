#include "tests/unit/support.h"

#include "base/error.h"
#include "manifest/entity_key.h"

static const struct {
    VtManifestEntity entity;
    const char *text;
    const char *parts; /* joined by a slash; NULL: refused */
} row[] = {
    {VT_MANIFEST_ENTITY_MASTER, "22565421195", "22565421195"},
    {VT_MANIFEST_ENTITY_MASTER, " a b ", "a b"},
    {VT_MANIFEST_ENTITY_MASTER, "a:b", "a:b"},
    {VT_MANIFEST_ENTITY_MASTER, "a\\|b\\\\c\\:d", "a|b\\c:d"},
    {VT_MANIFEST_ENTITY_MASTER, "a|b", NULL},
    {VT_MANIFEST_ENTITY_MASTER, "", NULL},
    {VT_MANIFEST_ENTITY_MASTER, "a\\", NULL},
    {VT_MANIFEST_ENTITY_MASTER, "a\\b", NULL},
    {VT_MANIFEST_ENTITY_VARIANT, "22565422071", "22565422071"},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:Blue", "p/Color/Blue"},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:Blue|Size:M", "p/Color/Blue/Size/M"},
    {VT_MANIFEST_ENTITY_MATRIX, "p:1| Color : Blue ", "p:1/Color/Blue"},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:a\\|b\\:c", "p/Color/a|b:c"},
    {VT_MANIFEST_ENTITY_MATRIX, "p|a:1|b:2|c:3|d:4", "p/a/1/b/2/c/3/d/4"},
    {VT_MANIFEST_ENTITY_MATRIX, "p|a:1|b:2|c:3|d:4|e:5", NULL},
    {VT_MANIFEST_ENTITY_MATRIX, "p", NULL},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color", NULL},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:", NULL},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:Blue:M", NULL},
    {VT_MANIFEST_ENTITY_MATRIX, "p|Color:Blue|", NULL},
    {VT_MANIFEST_ENTITY_SWATCH, "p|Color|Blue", "p/Color/Blue"},
    {VT_MANIFEST_ENTITY_SWATCH, "p|Color|a:b", "p/Color/a:b"},
    {VT_MANIFEST_ENTITY_SWATCH, "p|Color", NULL},
    {VT_MANIFEST_ENTITY_SWATCH, "p|Color|Blue|M", NULL},
    {VT_MANIFEST_ENTITY_CATEGORY, " men/tops ", "men/tops"},
    {VT_MANIFEST_ENTITY_CATEGORY, "a\\|b:c", "a|b:c"},
    {VT_MANIFEST_ENTITY_CATEGORY, "men|Color:Blue", NULL},
    {VT_MANIFEST_ENTITY_CATEGORY, "", NULL},
};

static void
keys_are_taken_apart_by_their_entity(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(GStrv) parts = vt_entity_key_parse(row[i].entity, row[i].text, &error);
        g_autofree char *joined = parts != NULL ? g_strjoinv("/", parts) : NULL;

        if (row[i].parts == NULL) {
            assert_null(parts);
            assert_int_equal(vt_error_code(error), VT_ERROR_BAD_VALUE);
            continue;
        }
        assert_ok(parts != NULL, error);
        assert_string_equal(joined, row[i].parts);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_taken_apart_by_their_entity),
    };
    return vt_test_run("manifest/entity_key", tests);
}
