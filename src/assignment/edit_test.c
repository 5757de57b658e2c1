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

static VtSetPlace *
place_of(Shop *shop, const char *channel, const char *locale)
{
    const VtSetWords words = {.product = "MUG", .channel = channel, .locale = locale};
    g_autoptr(GError) error = NULL;
    VtSetPlace *place = vt_set_place_find(shop->db, shop->tenant, &words, &error);

    assert_ok(place != NULL, error);
    return place;
}

/* @place in the hands of @actor. */
static VtEdit
by(Shop *shop, const VtSetPlace *place, const VtActor *actor)
{
    return (VtEdit){shop->db, &vt_set_edit_kind, place, actor};
}

/* Member @key of the description, as compact JSON. */
static char *
told(const VtEdit *edit, const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) state = vt_edit_describe(edit, &error);

    assert_ok(state != NULL, error);
    return json_dumps(json_object_get(state, key), JSON_COMPACT | JSON_ENCODE_ANY);
}

static void
assert_told(const VtEdit *edit, const char *key, const char *expected)
{
    g_autofree char *text = told(edit, key);

    assert_string_equal(text, expected);
}

static gint64
version_of(const VtEdit *edit)
{
    g_autofree char *text = told(edit, "version");

    return g_ascii_strtoll(text, NULL, 10);
}

static VtErrorCode
save(const VtEdit *edit, gint64 version, const char *text)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    if (vt_edit_save(edit, version, body, &error))
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
        g_autoptr(VtSetPlace) here = place_of(&shop, "OUN001", "en-us");
        const VtEdit anna_here = by(&shop, here, &shop.anna);
        g_autoptr(VtSetPlace) there = place_of(&shop, "OUN001", "de-de");
        const VtEdit anna_there = by(&shop, there, &shop.anna);
        g_autoptr(GError) error = NULL;

        assert_ok(vt_edit_begin(&anna_here, FALSE, &error), error);
        assert_told(&anna_here, "draft", DRAFT("a"));
        assert_ok(vt_edit_begin(&anna_there, TRUE, &error), error);
        assert_told(&anna_there, "draft", EMPTY_DRAFT);
        assert_told(&anna_here, "head", "null");
    }
}

static void
others_see_what_was_finished_and_who_edits(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(VtSetPlace) place = place_of(&shop, NULL, NULL);
        const VtEdit anna = by(&shop, place, &shop.anna), ben = by(&shop, place, &shop.ben);
        g_autoptr(GError) error = NULL, refused = NULL;

        assert_ok(vt_edit_begin(&anna, FALSE, &error), error);
        assert_int_equal(save(&anna, version_of(&anna), ONLY("b")), DONE);
        assert_told(&ben, "draft", "null");
        assert_told(&ben, "checked_out_by", "\"anna\"");
        assert_false(vt_edit_begin(&ben, FALSE, &refused));
        assert_true(vt_error_is(refused, VT_ERROR_CHECKED_OUT));
        assert_non_null(strstr(refused->message, "anna"));
        assert_ok(vt_edit_begin(&anna, FALSE, &error), error);
        assert_told(&anna, "draft", DRAFT("b"));
        assert_ok(vt_edit_finish(&anna, VT_DOCUMENT_ANY_VERSION, &error), error);
        assert_ok(vt_edit_begin(&ben, FALSE, &error), error);
        assert_told(&ben, "draft", DRAFT("b"));
    }
}

static void
a_save_with_an_old_version_or_by_another_loses_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(VtSetPlace) place = place_of(&shop, NULL, NULL);
        const VtEdit anna = by(&shop, place, &shop.anna), ben = by(&shop, place, &shop.ben);
        gint64 version;

        assert_int_equal(save(&anna, 0, ONLY("b")), VT_ERROR_NOT_CHECKED_OUT);
        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        version = version_of(&anna);
        assert_int_equal(save(&anna, version, ONLY("b")), DONE);
        assert_int_equal(save(&anna, version, ONLY("a")), VT_ERROR_STALE_VERSION);
        assert_int_equal(save(&ben, version + 1, ONLY("a")), VT_ERROR_CHECKED_OUT);
        assert_int_equal(save(&anna, version + 1, ONLY("x")), VT_ERROR_UNKNOWN_ASSET);
        assert_told(&anna, "draft", DRAFT("b"));
        assert_int_equal(version_of(&anna), version + 1);
        assert_false(vt_edit_finish(&anna, version, NULL));
    }
}

static void
a_discard_returns_to_what_was_finished_and_takes_a_new_set_away(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(VtSetPlace) old = place_of(&shop, NULL, NULL);
        const VtEdit anna_old = by(&shop, old, &shop.anna), ben_old = by(&shop, old, &shop.ben);
        g_autoptr(VtSetPlace) new = place_of(&shop, "OUN001", "en-us");
        const VtEdit anna_new = by(&shop, new, &shop.anna);
        g_autoptr(GError) nothing = NULL, other = NULL;
        gint64 document = 1;

        assert_true(vt_edit_begin(&anna_old, FALSE, NULL));
        assert_int_equal(save(&anna_old, version_of(&anna_old), ONLY("b")), DONE);
        assert_false(vt_edit_discard(&ben_old, FALSE, &other));
        assert_true(vt_error_is(other, VT_ERROR_CHECKED_OUT));
        assert_true(vt_edit_discard(&ben_old, TRUE, NULL));
        assert_told(&anna_old, "checked_out", "false");
        assert_true(vt_edit_begin(&anna_old, FALSE, NULL));
        assert_told(&anna_old, "draft", DRAFT("a"));
        assert_true(vt_edit_begin(&anna_new, FALSE, NULL));
        assert_true(vt_edit_discard(&anna_new, FALSE, NULL));
        assert_true(vt_set_find(shop.db, &new->key, &document, NULL));
        assert_int_equal(document, 0);
        assert_false(vt_edit_discard(&anna_new, TRUE, &nothing));
        assert_true(vt_error_is(nothing, VT_ERROR_NOT_CHECKED_OUT));
    }
}

static VtResetOutcome
reset(const VtEdit *edit, gboolean finish)
{
    VtResetOutcome outcome = VT_RESET_OUTCOME_COUNT;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_edit_reset(edit, finish, &outcome, &error), error);
    return outcome;
}

static void
a_reset_is_staged_undone_by_a_discard_and_finished_as_a_tombstone(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(VtSetPlace) place = place_of(&shop, NULL, NULL);
        const VtEdit anna = by(&shop, place, &shop.anna);

        assert_int_equal(reset(&anna, FALSE), VT_RESET_OUTCOME_STAGED);
        assert_told(&anna, "draft", RESET_DRAFT);
        assert_true(vt_edit_discard(&anna, FALSE, NULL));
        assert_told(&anna, "head",
            "{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"a\"],\"additional\":[]}],"
            "\"swatches\":[],\"matrix\":[],\"reset\":false,\"number\":1}");
        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        assert_int_equal(reset(&anna, FALSE), VT_RESET_OUTCOME_STAGED);
        assert_true(vt_edit_finish(&anna, VT_DOCUMENT_ANY_VERSION, NULL));
        assert_told(&anna, "head",
            "{\"nodes\":[],\"swatches\":[],\"matrix\":[],\"reset\":true,\"number\":2}");
        assert_int_equal(reset(&anna, TRUE), VT_RESET_OUTCOME_NOTHING);
        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        assert_told(&anna, "draft", EMPTY_DRAFT);
        assert_int_equal(reset(&anna, TRUE), VT_RESET_OUTCOME_FINISHED);
        assert_told(&anna, "checked_out", "false");
    }
}

static void
a_set_that_was_never_published_is_gone_at_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(VtSetPlace) place = place_of(&shop, "OUN001", "en-us");
        const VtEdit anna = by(&shop, place, &shop.anna), ben = by(&shop, place, &shop.ben);
        g_autoptr(GError) other = NULL;
        VtResetOutcome outcome;
        gint64 document = 1;

        assert_int_equal(reset(&anna, FALSE), VT_RESET_OUTCOME_NOTHING);
        assert_true(vt_edit_begin(&ben, FALSE, NULL));
        assert_true(vt_edit_finish(&ben, VT_DOCUMENT_ANY_VERSION, NULL));
        assert_true(vt_edit_begin(&ben, FALSE, NULL));
        assert_false(vt_edit_reset(&anna, TRUE, &outcome, &other));
        assert_true(vt_error_is(other, VT_ERROR_CHECKED_OUT));
        assert_true(vt_edit_discard(&ben, FALSE, NULL));
        assert_int_equal(reset(&anna, FALSE), VT_RESET_OUTCOME_DELETED);
        assert_true(vt_set_find(shop.db, &place->key, &document, NULL));
        assert_int_equal(document, 0);
        assert_told(&anna, "shown",
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
        g_autoptr(VtSetPlace) before = place_of(&shop, "OUN001", "en-us");
        g_autoptr(VtSetPlace) after = NULL;
        g_autoptr(GPtrArray) published = NULL;
        g_autoptr(GError) error = NULL;

        make_live(
            &shop, vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, "en", assets), 1);
        published = vt_set_place_shown(before, shop.db, VT_GROUP_LIVE, NULL);
        assert_string_equal(
            vt_set_place_answer(before, published, 0)->key.locale, VT_LOCALE_NEUTRAL);
        assert_ok(vt_setting_put(shop.db, shop.tenant, "language_parent_fallback", NULL, "true",
                      &shop.anna, NULL, &error),
            error);
        after = place_of(&shop, "OUN001", "en-us");
        assert_string_equal(vt_set_place_answer(after, published, 0)->key.locale, "en");
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
        g_autoptr(GError) error = NULL;

        assert_null(vt_set_place_find(shop.db, shop.tenant, &row[i].words, &error));
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
