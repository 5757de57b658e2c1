#include "cli/demo_art.h"
#include "imaging/draw.h"
#include "imaging/engine.h"
#include "tests/unit/support.h"

#include <string.h>

static void
names_are_unique_and_usable(void **state)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_auto(VtDemoArt) art = {.asset = NULL};
        g_autofree char *file = NULL;

        vt_demo_art_get(i, &art);
        file = g_strconcat(art.asset, ".jpg", NULL);
        assert_string_equal(art.file, file);
        assert_int_equal(strspn(art.asset, "abcdefghijklmnopqrstuvwxyz-"), strlen(art.asset));
        assert_true(g_hash_table_add(seen, g_strdup(art.asset)));
        assert_int_equal(art.product == NULL, art.view == VT_DEMO_VIEW_BANNER);
        for (guint locale = 0; locale < VT_DEMO_N_LOCALES; locale++)
            assert_true(strlen(art.alt[locale]) > 10);
    }
}

/* The views there are of one product in one colour, as bits. */
static guint
views_of(const VtDemoProduct *product, const VtDemoColour *colour)
{
    guint views = 0;

    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_auto(VtDemoArt) art = {.asset = NULL};

        vt_demo_art_get(i, &art);
        if (g_strcmp0(art.product, product->id) == 0 && art.colour == colour)
            views |= 1u << art.view;
    }
    return views;
}

static void
every_product_has_every_view_of_every_colour(void **state)
{
    for (guint p = 0; p < vt_demo_product_count(); p++) {
        const VtDemoProduct *product = vt_demo_product_get(p);

        for (guint c = 0; c < product->n_colours; c++)
            assert_int_equal(views_of(product, vt_demo_product_colour(p, c)),
                1 << VT_DEMO_VIEW_FRONT | 1 << VT_DEMO_VIEW_BACK | 1 << VT_DEMO_VIEW_DETAIL);
    }
}

/* All placeholders are filled and nothing depends on fonts or on anything outside. */
static void
drawings_are_complete(void **state)
{
    static const char *const never[] = {"{", "}", "<text", "href", "<image", "font"};

    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_autofree char *svg = vt_demo_art_svg(i);

        for (guint n = 0; n < G_N_ELEMENTS(never); n++) {
            if (strstr(svg, never[n]) != NULL)
                fail_msg("picture %u holds '%s'", i, never[n]);
        }
    }
}

static const struct {
    const char *asset;
    gsize least_bytes; /* of the JPEG: an empty studio has less */
} row[] = {
    {"tee-blue-front", 60000},
    {"mug-white-detail", 40000},
    {"banner-apparel", 40000},
};

static guint
find_art(const char *asset)
{
    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_auto(VtDemoArt) art = {.asset = NULL};

        vt_demo_art_get(i, &art);
        if (strcmp(asset, art.asset) == 0)
            return i;
    }
    fail_msg("there is no picture '%s'", asset);
    return 0;
}

static void
drawings_become_pictures(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *svg = vt_demo_art_svg(find_art(row[i].asset));
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = vt_imaging_draw_svg(svg, VT_IMAGE_JPEG, &error);

        assert_ok(bytes != NULL, error);
        assert_true(g_bytes_get_size(bytes) >= row[i].least_bytes);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_usable),
        cmocka_unit_test(every_product_has_every_view_of_every_colour),
        cmocka_unit_test(drawings_are_complete),
        cmocka_unit_test(drawings_become_pictures),
    };

    if (!vt_imaging_init(NULL))
        return 1;
    return vt_test_run("cli/demo_art", tests);
}
