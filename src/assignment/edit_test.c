#include "assignment/describe.h"
#include "assignment/edit.h"
#include "assignment/testing.h"
#include "base/locale.h"
#include "tenant/account.h"
#include "tenant/channel.h"
#include "tenant/setting.h"

/* MUG shows a in Omnichannel-Neutral, which the tests make live themselves: publishing is a room
 * above. */
typedef struct {
    VtDb *db;
    gint64 tenant;
    gint64 everywhere; /* document */
    VtActor anna, ben;
} Shop;

static void
shop_clear(Shop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static void
make_live(Shop *shop, gint64 document, gint64 number)
{
    const char *const columns[] = {NULL};
    const char *const parameters[] = {"document_id", "number", NULL};
    const VtSql open = {.name = "open",
        .sqlite = "INSERT INTO publication(document_id, context, from_seq, number)"
                  " VALUES (?1, 'channel', 1, ?2)",
        .postgresql = "INSERT INTO publication(document_id, context, from_seq, number)"
                      " VALUES ($1, 'channel', 1, $2)",
        .parameters = parameters,
        .columns = columns};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(shop->db, &open, &error);

    assert_ok(stmt != NULL, error);
    vt_stmt_bind_int(stmt, "document_id", document);
    vt_stmt_bind_int(stmt, "number", number);
    assert_ok(vt_stmt_exec(stmt, NULL, &error), error);
}

static Shop
open_shop(gsize kind)
{
    Shop shop = {.anna = {.now_us = 10}, .ben = {.now_us = 20}};
    gint64 assets[] = {0, 0};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(vt_account_create(shop.db, "anna", "correct horse", 1, &shop.anna.account_id, &error),
        error);
    assets[0] = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
    vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");
    shop.everywhere =
        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, assets);
    make_live(&shop, shop.everywhere, 1);
    return shop;
}

static VtSetPlace
place_of(Shop *shop, const char *channel, const char *locale)
{
    const VtSetWords words = {.product = "MUG", .channel = channel, .locale = locale};
    VtSetPlace place = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_set_place_find(shop->db, shop->tenant, &words, &place, &error), error);
    return place;
}

/* Member @key of the description for @viewer, as compact JSON. */
static char *
told(Shop *shop, const VtSetPlace *place, const VtActor *viewer, const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) state = vt_set_describe(shop->db, place, viewer, &error);

    assert_ok(state != NULL, error);
    return json_dumps(json_object_get(state, key), JSON_COMPACT | JSON_ENCODE_ANY);
}

static void
assert_told(Shop *shop,
    const VtSetPlace *place,
    const VtActor *viewer,
    const char *key,
    const char *expected)
{
    g_autofree char *text = told(shop, place, viewer, key);

    assert_string_equal(text, expected);
}

static gint64
version_of(Shop *shop, const VtSetPlace *place)
{
    g_autofree char *text = told(shop, place, &shop->anna, "version");

    return g_ascii_strtoll(text, NULL, 10);
}

static VtErrorCode
save(Shop *shop, const VtSetPlace *place, gint64 version, const char *text, const VtActor *actor)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    if (vt_edit_save(shop->db, place, version, body, actor, &error))
        return VT_N_ERRORS;
    return vt_error_code(error);
}
enum { DONE = VT_N_ERRORS };

#define ONLY(asset)                                                                                \
    "{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"" asset "\"],\"additional\":[]}],"           \
    "\"swatches\":[]}"
#define DRAFT(asset)                                                                               \
    "{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"" asset "\"],\"additional\":[]}],"           \
    "\"swatches\":[],\"matrix\":[],\"reset\":false}"
#define EMPTY_DRAFT "{\"nodes\":[],\"swatches\":[],\"matrix\":[],\"reset\":false}"
#define RESET_DRAFT "{\"nodes\":[],\"swatches\":[],\"matrix\":[],\"reset\":true}"

static void
a_first_edit_begins_with_what_the_context_shows_or_with_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) here = place_of(&shop, "OUN001", "en-us");
        g_auto(VtSetPlace) there = place_of(&shop, "OUN001", "de-de");
        g_autoptr(GError) error = NULL;

        assert_ok(vt_edit_begin(shop.db, &here, FALSE, &shop.anna, &error), error);
        assert_told(&shop, &here, &shop.anna, "draft", DRAFT("a"));
        assert_ok(vt_edit_begin(shop.db, &there, TRUE, &shop.anna, &error), error);
        assert_told(&shop, &there, &shop.anna, "draft", EMPTY_DRAFT);
        assert_told(&shop, &here, &shop.anna, "head", "null");
    }
}

static void
others_see_what_was_finished_and_who_edits(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) place = place_of(&shop, NULL, NULL);
        g_autoptr(GError) error = NULL, refused = NULL;

        assert_ok(vt_edit_begin(shop.db, &place, FALSE, &shop.anna, &error), error);
        assert_int_equal(
            save(&shop, &place, version_of(&shop, &place), ONLY("b"), &shop.anna), DONE);
        assert_told(&shop, &place, &shop.ben, "draft", "null");
        assert_told(&shop, &place, &shop.ben, "checked_out_by", "\"anna\"");
        assert_false(vt_edit_begin(shop.db, &place, FALSE, &shop.ben, &refused));
        assert_true(vt_error_is(refused, VT_ERROR_CHECKED_OUT));
        assert_non_null(strstr(refused->message, "anna"));
        assert_ok(vt_edit_begin(shop.db, &place, FALSE, &shop.anna, &error), error);
        assert_told(&shop, &place, &shop.anna, "draft", DRAFT("b"));
        assert_ok(
            vt_edit_finish(shop.db, &place, VT_DOCUMENT_ANY_VERSION, &shop.anna, &error), error);
        assert_ok(vt_edit_begin(shop.db, &place, FALSE, &shop.ben, &error), error);
        assert_told(&shop, &place, &shop.ben, "draft", DRAFT("b"));
    }
}

static void
a_save_with_an_old_version_or_by_another_loses_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) place = place_of(&shop, NULL, NULL);
        gint64 version;

        assert_int_equal(save(&shop, &place, 0, ONLY("b"), &shop.anna), VT_ERROR_NOT_CHECKED_OUT);
        assert_true(vt_edit_begin(shop.db, &place, FALSE, &shop.anna, NULL));
        version = version_of(&shop, &place);
        assert_int_equal(save(&shop, &place, version, ONLY("b"), &shop.anna), DONE);
        assert_int_equal(
            save(&shop, &place, version, ONLY("a"), &shop.anna), VT_ERROR_STALE_VERSION);
        assert_int_equal(
            save(&shop, &place, version + 1, ONLY("a"), &shop.ben), VT_ERROR_CHECKED_OUT);
        assert_int_equal(
            save(&shop, &place, version + 1, ONLY("x"), &shop.anna), VT_ERROR_UNKNOWN_ASSET);
        assert_told(&shop, &place, &shop.anna, "draft", DRAFT("b"));
        assert_int_equal(version_of(&shop, &place), version + 1);
        assert_false(vt_edit_finish(shop.db, &place, version, &shop.anna, NULL));
    }
}

static void
a_discard_returns_to_what_was_finished_and_takes_a_new_set_away(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) old = place_of(&shop, NULL, NULL);
        g_auto(VtSetPlace) new = place_of(&shop, "OUN001", "en-us");
        g_autoptr(GError) nothing = NULL, other = NULL;
        gint64 document = 1;

        assert_true(vt_edit_begin(shop.db, &old, FALSE, &shop.anna, NULL));
        assert_int_equal(save(&shop, &old, version_of(&shop, &old), ONLY("b"), &shop.anna), DONE);
        assert_false(vt_edit_discard(shop.db, &old, FALSE, &shop.ben, &other));
        assert_true(vt_error_is(other, VT_ERROR_CHECKED_OUT));
        assert_true(vt_edit_discard(shop.db, &old, TRUE, &shop.ben, NULL));
        assert_told(&shop, &old, &shop.anna, "checked_out", "false");
        assert_true(vt_edit_begin(shop.db, &old, FALSE, &shop.anna, NULL));
        assert_told(&shop, &old, &shop.anna, "draft", DRAFT("a"));
        assert_true(vt_edit_begin(shop.db, &new, FALSE, &shop.anna, NULL));
        assert_true(vt_edit_discard(shop.db, &new, FALSE, &shop.anna, NULL));
        assert_true(vt_set_find(shop.db, &new.key, &document, NULL));
        assert_int_equal(document, 0);
        assert_false(vt_edit_discard(shop.db, &new, TRUE, &shop.anna, &nothing));
        assert_true(vt_error_is(nothing, VT_ERROR_NOT_CHECKED_OUT));
    }
}

static VtResetOutcome
reset(Shop *shop, const VtSetPlace *place, gboolean finish)
{
    VtResetOutcome outcome = VT_RESET_OUTCOME_COUNT;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edit_reset(shop->db, place, finish, &shop->anna, &outcome, &error), error);
    return outcome;
}

static void
a_reset_is_staged_undone_by_a_discard_and_finished_as_a_tombstone(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) place = place_of(&shop, NULL, NULL);

        assert_int_equal(reset(&shop, &place, FALSE), VT_RESET_OUTCOME_STAGED);
        assert_told(&shop, &place, &shop.anna, "draft", RESET_DRAFT);
        assert_true(vt_edit_discard(shop.db, &place, FALSE, &shop.anna, NULL));
        assert_told(&shop, &place, &shop.anna, "head",
            "{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"a\"],\"additional\":[]}],"
            "\"swatches\":[],\"matrix\":[],\"reset\":false,\"number\":1}");
        assert_true(vt_edit_begin(shop.db, &place, FALSE, &shop.anna, NULL));
        assert_int_equal(reset(&shop, &place, FALSE), VT_RESET_OUTCOME_STAGED);
        assert_true(vt_edit_finish(shop.db, &place, VT_DOCUMENT_ANY_VERSION, &shop.anna, NULL));
        assert_told(&shop, &place, &shop.anna, "head",
            "{\"nodes\":[],\"swatches\":[],\"matrix\":[],\"reset\":true,\"number\":2}");
        assert_int_equal(reset(&shop, &place, TRUE), VT_RESET_OUTCOME_NOTHING);
        assert_true(vt_edit_begin(shop.db, &place, FALSE, &shop.anna, NULL));
        assert_told(&shop, &place, &shop.anna, "draft", EMPTY_DRAFT);
        assert_int_equal(reset(&shop, &place, TRUE), VT_RESET_OUTCOME_FINISHED);
        assert_told(&shop, &place, &shop.anna, "checked_out", "false");
    }
}

static void
a_set_that_was_never_published_is_gone_at_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtSetPlace) place = place_of(&shop, "OUN001", "en-us");
        g_autoptr(GError) other = NULL;
        VtResetOutcome outcome;
        gint64 document = 1;

        assert_int_equal(reset(&shop, &place, FALSE), VT_RESET_OUTCOME_NOTHING);
        assert_true(vt_edit_begin(shop.db, &place, FALSE, &shop.ben, NULL));
        assert_true(vt_edit_finish(shop.db, &place, VT_DOCUMENT_ANY_VERSION, &shop.ben, NULL));
        assert_true(vt_edit_begin(shop.db, &place, FALSE, &shop.ben, NULL));
        assert_false(vt_edit_reset(shop.db, &place, TRUE, &shop.anna, &outcome, &other));
        assert_true(vt_error_is(other, VT_ERROR_CHECKED_OUT));
        assert_true(vt_edit_discard(shop.db, &place, FALSE, &shop.ben, NULL));
        assert_int_equal(reset(&shop, &place, FALSE), VT_RESET_OUTCOME_DELETED);
        assert_true(vt_set_find(shop.db, &place.key, &document, NULL));
        assert_int_equal(document, 0);
        assert_told(&shop, &place, &shop.anna, "shown",
            "{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"a\"],\"additional\":[]}],"
            "\"swatches\":[],\"matrix\":[],\"channel\":\"Omnichannel\",\"locale\":\"system_"
            "neutral\","
            "\"catalog\":null}");
    }
}

static void
what_a_context_shows_follows_the_settings_of_fallback(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 assets[] = {
            vt_test_add_asset(shop.db, shop.tenant, "c", VT_LOCALE_NEUTRAL, "C"), 0};
        g_auto(VtSetPlace) before = place_of(&shop, "OUN001", "en-us");
        g_auto(VtSetPlace) after = {0};
        g_autoptr(GPtrArray) published = NULL;
        g_autoptr(GError) error = NULL;

        make_live(
            &shop, vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, "en", assets), 1);
        published = vt_set_place_published(&before, shop.db, NULL);
        assert_string_equal(
            vt_set_place_answer(&before, published, 0)->key.locale, VT_LOCALE_NEUTRAL);
        assert_ok(vt_setting_put(shop.db, shop.tenant, "language_parent_fallback", NULL, "true",
                      &shop.anna, NULL, &error),
            error);
        after = place_of(&shop, "OUN001", "en-us");
        assert_string_equal(vt_set_place_answer(&after, published, 0)->key.locale, "en");
    }
}

static void
words_that_name_nothing_are_refused(void **state)
{
    static const struct {
        VtSetWords words;
        VtErrorCode code;
    } row[] = {
        {{.product = "nobody"}, VT_ERROR_ENTITY_NOT_FOUND},
        {{.product = "MUG", .channel = "OUN999"}, VT_ERROR_CHANNEL},
        {{.product = "MUG", .locale = "no tag"}, VT_ERROR_LOCALE},
        {{.product = "MUG", .catalog = "5"}, VT_ERROR_CATALOG},
        {{.product = "MUG", .channel = "OUN002", .catalog = "5"}, VT_ERROR_CATALOG},
    };
    g_auto(Shop) shop = open_shop(0);

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(VtSetPlace) place = {0};
        g_autoptr(GError) error = NULL;

        assert_false(vt_set_place_find(shop.db, shop.tenant, &row[i].words, &place, &error));
        assert_int_equal(vt_error_code(error), row[i].code);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_edit_begins_with_what_the_context_shows_or_with_nothing),
        cmocka_unit_test(others_see_what_was_finished_and_who_edits),
        cmocka_unit_test(a_save_with_an_old_version_or_by_another_loses_nothing),
        cmocka_unit_test(a_discard_returns_to_what_was_finished_and_takes_a_new_set_away),
        cmocka_unit_test(a_reset_is_staged_undone_by_a_discard_and_finished_as_a_tombstone),
        cmocka_unit_test(a_set_that_was_never_published_is_gone_at_once),
        cmocka_unit_test(what_a_context_shows_follows_the_settings_of_fallback),
        cmocka_unit_test(words_that_name_nothing_are_refused),
    };
    return vt_test_run("assignment/edit", tests);
}
