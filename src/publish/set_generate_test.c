#include "publish/set_generate.h"

#include "media/asset_edit.h"
#include "media/asset_set.h"
#include "media/folder.h"
#include "media/set_preset.h"
#include "publish/testing.h"

/* What a run told. */
typedef struct {
    GString *text;
    gint64 seq;
} Told;

static void
note_made(gpointer data, const char *set, guint n_members, gboolean is_new)
{
    Told *self = data;

    g_string_append_printf(self->text, "%s%s %u; ", is_new ? "+" : "=", set, n_members);
}

static void
note_refused(gpointer data, const char *subject, const GError *error)
{
    Told *self = data;

    g_string_append_printf(
        self->text, "%s %s; ", subject, vt_error_rows[vt_error_code(error)].code);
}

static gboolean
go_on(gpointer data)
{
    return FALSE;
}

/* Applies the presets as @order says; what was told, or the code of the error, newly allocated. */
static char *
generate(VtTestGroupShop *shop, const char *order_text, gint64 *ret_seq)
{
    g_autoptr(json_t) body = vt_json_parse(order_text, strlen(order_text), NULL);
    Told told = {.text = g_string_new(NULL)};
    const VtSetGenerateWatch watch = {note_made, note_refused, go_on, &told};
    g_autoptr(GError) error = NULL;
    VtSetGenerateOrder order;

    if (!vt_set_generate_parse(body, &order, &error) ||
        !vt_set_generate(shop->db, shop->tenant, &order, &vt_test_actor, &watch, &told.seq, &error))
        g_string_assign(told.text, vt_error_rows[vt_error_code(error)].code);
    if (ret_seq != NULL)
        *ret_seq = told.seq;
    return g_string_free(told.text, FALSE);
}

static void
assert_told(VtTestGroupShop *shop, const char *order, const char *expected)
{
    g_autofree char *told = generate(shop, order, NULL);

    assert_string_equal(told, expected);
}

static void
put(VtTestGroupShop *shop, const char *name, const char *text)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_set_preset_put(shop->db, shop->tenant, name, body, &vt_test_actor, &error), error);
}

/* The members of a set in one line, newly allocated. */
static char *
members_of(VtTestGroupShop *shop, const char *name)
{
    g_auto(VtAssetContent) content = {0};
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(json_t) told = json_object();
    gboolean found = FALSE;
    const json_t *members;
    VtAsset set;

    assert_true(vt_asset_by_name(shop->db, shop->tenant, name, &set, &found, NULL));
    if (!found)
        return g_strdup("none");
    assert_true(vt_asset_head_content(shop->db, set.asset_id, VT_LOCALE_NEUTRAL, &content, NULL));
    assert_true(vt_asset_set_describe(shop->db, shop->tenant, &content, told, NULL));
    members = json_object_get(told, "members");
    for (gsize i = 0; i < json_array_size(members); i++)
        g_string_append_printf(
            text, "%s ", json_string_value(json_object_get(json_array_get(members, i), "asset")));
    g_string_append_printf(text, "/%d", MAX(content.rows, 1));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
assert_members(VtTestGroupShop *shop, const char *name, const char *expected)
{
    g_autofree char *members = members_of(shop, name);

    assert_string_equal(members, expected);
}

#define VIEWS "{\"type\":\"image_set\",\"match\":[\"(\\\\w+)-\\\\w+\"],\"suffix\":\"-views\"}"
#define ACTIVE                                                                                     \
    "{\"type\":\"image_set\",\"match\":[\"(\\\\w+)-\\\\w+\"],\"suffix\":\"-views\","               \
    "\"folder\":\"made\",\"active\":true}"
#define GRID                                                                                       \
    "{\"type\":\"spin_set_2d\",\"match\":[\"(\\\\w+)-\\\\d+-\\\\d+\"],\"prefix\":\"spin-\","       \
    "\"row\":\"\\\\w+-(\\\\d+)-\\\\d+\",\"column\":\"\\\\w+-\\\\d+-(\\\\d+)\",\"active\":true}"

/* A shop with pictures red-2, red-10, red-1, blue-1, and plain. */
static VtTestGroupShop
open_shop(gsize kind)
{
    static const char *const names[] = {"red-2", "red-10", "red-1", "blue-1", "plain"};
    VtTestGroupShop shop = vt_test_open_group_shop(kind);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        vt_test_add_asset(shop.db, shop.tenant, names[i], VT_LOCALE_NEUTRAL, "A picture");
    return shop;
}

static void
pictures_come_into_the_sets_their_names_say(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        gint64 first = 0, again = 0;
        g_autofree char *one = NULL, *other = NULL;

        put(&shop, "views", ACTIVE);
        one = generate(&shop, "{\"assets\":[\"red-2\",\"blue-1\",\"red-1\",\"plain\"]}", &first);
        assert_string_equal(one, "+blue-views 1; +red-views 2; ");
        assert_members(&shop, "red-views", "red-1 red-2 /1");
        assert_true(first > 0);
        assert_told(&shop, "{\"assets\":[\"red-10\"]}", "=red-views 3; ");
        assert_members(&shop, "red-views", "red-1 red-2 red-10 /1");
        other = generate(&shop, "{\"assets\":[\"red-1\",\"red-1\"]}", &again);
        assert_string_equal(other, "=red-views 3; ");
        assert_int_equal(again, 0);
    }
}

static void
a_new_preset_is_inactive_and_applied_by_name_alone(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        gboolean wanted = TRUE;
        gint64 seq = 0;
        g_autofree char *told = NULL;
        g_autoptr(GError) error = NULL;

        put(&shop, "views", VIEWS);
        assert_true(vt_set_generate_is_wanted(shop.db, shop.tenant, &wanted, NULL));
        assert_false(wanted);
        assert_told(&shop, "{\"assets\":[\"red-1\"]}", "");
        told = generate(
            &shop, "{\"assets\":[\"red-1\"],\"presets\":[\"views\"],\"publish\":false}", &seq);
        assert_string_equal(told, "+red-views 1; ");
        assert_int_equal(seq, 0);
        assert_told(&shop, "{\"assets\":[\"red-1\"],\"presets\":[\"spins\"]}", "not_found");
        put(&shop, "views", ACTIVE);
        put(&shop, "views", VIEWS);
        assert_true(vt_set_generate_is_wanted(shop.db, shop.tenant, &wanted, NULL));
        assert_true(wanted);
        assert_ok(
            vt_set_preset_delete(shop.db, shop.tenant, "views", &vt_test_actor, &error), error);
        assert_false(vt_set_preset_delete(shop.db, shop.tenant, "views", &vt_test_actor, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    }
}

static void
what_has_no_place_is_told_and_stops_no_other(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        static const char *const names[] = {"cup-1-1", "cup-1-2", "cup-2-1", "cup-2-2", "pan-1-1",
            "pan-1-2", "pan-2-1", "pot-1-99999999", "pot-1-1"};
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(json_t) list = json_array(), order = NULL;
        g_autofree char *text = NULL;

        for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
            vt_test_add_asset(shop.db, shop.tenant, names[i], VT_LOCALE_NEUTRAL, "A frame");
            json_array_append_new(list, json_string(names[i]));
        }
        put(&shop, "spins", GRID);
        json_array_append_new(list, json_string("nothing"));
        order = json_pack("{s:O}", "assets", list);
        text = json_dumps(order, JSON_COMPACT);
        assert_told(&shop, text,
            "nothing unknown_asset; +spin-cup 4; spin-pan bad_value; pot-1-99999999 bad_value; "
            "+spin-pot 1; ");
        assert_members(&shop, "spin-cup", "cup-1-1 cup-1-2 cup-2-1 cup-2-2 /2");
        assert_members(&shop, "spin-pan", "none");
    }
}

static void
a_set_of_another_type_and_one_that_is_edited_stay(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autofree VtAssetPlace *place = NULL;
        VtEdit edit = {.db = shop.db, .kind = &vt_asset_edit_kind, .actor = &vt_test_actor};

        vt_test_add_asset(shop.db, shop.tenant, "blue-views", VT_LOCALE_NEUTRAL, "A picture");
        put(&shop, "views", ACTIVE);
        assert_told(&shop, "{\"assets\":[\"blue-1\",\"red-1\"]}",
            "blue-views duplicate_name; +red-views 1; ");
        place = vt_asset_place_find(shop.db, shop.tenant, "red-views", NULL, NULL);
        edit.place = place;
        assert_true(vt_edit_begin(&edit, FALSE, NULL));
        assert_told(&shop, "{\"assets\":[\"red-2\"]}", "red-views checked_out; ");
        assert_members(&shop, "red-views", "red-1 /1");
    }
}

static void
pictures_are_named_or_those_of_a_folder(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        gint64 folder = 0, asset;

        put(&shop, "views", ACTIVE);
        assert_true(vt_folder_ensure(shop.db, shop.tenant, "shoot", &vt_test_actor, &folder, NULL));
        asset = vt_test_add_asset(shop.db, shop.tenant, "red-2", "de-de", "Ein Bild");
        assert_true(vt_folder_put_asset(shop.db, asset, folder, NULL));
        assert_told(&shop, "{\"folder\":\"shoot\"}", "+red-views 1; ");
        assert_told(&shop, "{\"folder\":\"nowhere\"}", "not_found");
        assert_told(&shop, "{}", "missing_field");
        assert_told(&shop, "{\"folder\":\"shoot\",\"assets\":[\"red-1\"]}", "missing_field");
        assert_told(&shop, "{\"assets\":\"red-1\"}", "bad_value");
        assert_told(&shop, "{\"assets\":[7]}", "bad_value");
        assert_told(&shop, "{\"assets\":[],\"size\":1}", "bad_value");
        assert_told(&shop, "{\"assets\":[],\"publish\":1}", "bad_value");
    }
}

static void
there_is_an_end_to_pictures_and_presets(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(json_t) list = json_array(), order = NULL, body = NULL;
        g_autofree char *text = NULL;
        g_autoptr(GError) error = NULL;

        for (int i = 0; i <= VT_SET_GENERATE_MAX; i++)
            json_array_append_new(list, json_string("x"));
        order = json_pack("{s:O}", "assets", list);
        text = json_dumps(order, JSON_COMPACT);
        assert_told(&shop, text, "too_large");
        for (int i = 0; i < VT_SET_PRESET_MAX; i++) {
            g_autofree char *name = g_strdup_printf("p%d", i);

            put(&shop, name, VIEWS);
        }
        put(&shop, "p7", ACTIVE);
        body = vt_json_parse(VIEWS, strlen(VIEWS), NULL);
        assert_false(
            vt_set_preset_put(shop.db, shop.tenant, "one more", body, &vt_test_actor, &error));
        assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_come_into_the_sets_their_names_say),
        cmocka_unit_test(a_new_preset_is_inactive_and_applied_by_name_alone),
        cmocka_unit_test(what_has_no_place_is_told_and_stops_no_other),
        cmocka_unit_test(a_set_of_another_type_and_one_that_is_edited_stay),
        cmocka_unit_test(pictures_are_named_or_those_of_a_folder),
        cmocka_unit_test(there_is_an_end_to_pictures_and_presets),
    };

    return vt_test_run("publish/set_generate", tests);
}
