#include "media/asset_edit.h"

#include "media/library.h"
#include "media/testing.h"
#include "tenant/account.h"

typedef struct {
    VtDb *db;
    gint64 tenant;
    VtAssetPlace neutral, german;
    VtActor anna, ben;
} Library;

static void
library_clear(Library *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Library, library_clear)

static Library
open_library(gsize kind)
{
    Library library = {.anna = {.now_us = 10}, .ben = {.now_us = 20}};
    g_autoptr(GError) error = NULL;

    library.db = vt_test_open_media(kind, &library.tenant);
    assert_ok(
        vt_account_create(library.db, "anna", "correct horse", 1, &library.anna.account_id, &error),
        error);
    vt_test_add_asset(library.db, library.tenant, "tee", VT_LOCALE_NEUTRAL, "A tee");
    assert_ok(
        vt_asset_place_find(library.db, library.tenant, "tee", NULL, &library.neutral, &error),
        error);
    assert_ok(
        vt_asset_place_find(library.db, library.tenant, "tee", "DE_de", &library.german, &error),
        error);
    return library;
}

/* A text of a state (`head`, `draft`, …) as @viewer sees it; "" when there is none. */
static char *
told(Library *library,
    const VtAssetPlace *place,
    const VtActor *viewer,
    const char *state,
    const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) all = vt_library_describe(library->db, place, viewer, &error);
    const char *text;

    assert_ok(all != NULL, error);
    text = json_string_value(json_object_get(json_object_get(all, state), key));
    return g_strdup(text != NULL ? text : "");
}

static void
assert_told(Library *library,
    const VtAssetPlace *place,
    const VtActor *viewer,
    const char *state,
    const char *expected)
{
    g_autofree char *text = told(library, place, viewer, state, "alt");

    assert_string_equal(text, expected);
}

#define SAVED VT_N_ERRORS

/* The error's code, or SAVED. */
static int
save(Library *library, const VtAssetPlace *place, const VtActor *actor, const char *text)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    assert_non_null(body);
    if (vt_asset_edit_save(library->db, place, VT_DOCUMENT_ANY_VERSION, body, actor, &error))
        return SAVED;
    return (int)vt_error_code(error);
}

static void
a_working_copy_is_its_owners_until_it_is_finished(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        const VtAssetPlace *place = &library.neutral;
        g_autoptr(GError) error = NULL;

        assert_int_equal(save(&library, place, &library.anna, "{}"), VT_ERROR_NOT_CHECKED_OUT);
        assert_true(vt_asset_edit_begin(library.db, place, &library.anna, NULL));
        assert_int_equal(save(&library, place, &library.anna, "{\"alt\":\"Better\"}"), SAVED);
        assert_told(&library, place, &library.anna, "draft", "Better");
        assert_told(&library, place, &library.ben, "draft", "");
        assert_told(&library, place, &library.ben, "head", "A tee");
        assert_int_equal(save(&library, place, &library.ben, "{}"), VT_ERROR_CHECKED_OUT);
        assert_false(vt_asset_edit_begin(library.db, place, &library.ben, &error));
        assert_true(vt_error_is(error, VT_ERROR_CHECKED_OUT));
        assert_non_null(strstr(error->message, "anna"));
        assert_false(vt_asset_edit_finish(library.db, place, 77, &library.anna, NULL));
        assert_true(
            vt_asset_edit_finish(library.db, place, VT_DOCUMENT_ANY_VERSION, &library.anna, NULL));
        assert_told(&library, place, &library.ben, "head", "Better");
        assert_true(vt_asset_edit_restore(library.db, place, 1, &library.ben, NULL));
        assert_told(&library, place, &library.ben, "head", "A tee");
        assert_false(vt_asset_edit_restore(library.db, place, 9, &library.ben, NULL));
    }
}

static void
a_new_locale_begins_with_the_neutral_texts_and_no_binary(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        g_autofree char *hash = NULL;

        assert_true(vt_asset_edit_begin(library.db, &library.german, &library.anna, NULL));
        assert_told(&library, &library.german, &library.anna, "draft", "A tee");
        hash = told(&library, &library.german, &library.anna, "draft", "binary");
        assert_string_equal(hash, "");
        assert_true(vt_asset_edit_discard(library.db, &library.german, FALSE, &library.anna, NULL));
        assert_told(&library, &library.german, &library.anna, "head", "");
        assert_true(vt_asset_edit_begin(library.db, &library.german, &library.anna, NULL));
        assert_true(vt_asset_edit_discard(library.db, &library.german, TRUE, &library.ben, NULL));
    }
}

static void
a_binary_goes_into_the_working_copy_or_a_new_revision(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        VtBinary binary = {.hash = vt_hash_bytes("new", 3),
            .bytes = 3,
            .format = "png",
            .mime = "image/png",
            .width = 7,
            .height = 5};
        gint64 document = 0;

        assert_true(vt_asset_edit_put_binary(
            library.db, &library.neutral, &binary, &library.ben, &document, NULL));
        assert_true(document > 0);
        assert_told(&library, &library.neutral, &library.ben, "head", "A tee");
        assert_true(vt_asset_edit_begin(library.db, &library.neutral, &library.anna, NULL));
        binary.hash = vt_hash_bytes("newer", 5);
        assert_false(vt_asset_edit_put_binary(
            library.db, &library.neutral, &binary, &library.ben, &document, NULL));
        assert_true(vt_asset_edit_put_binary(
            library.db, &library.neutral, &binary, &library.anna, &document, NULL));
        assert_told(&library, &library.neutral, &library.anna, "draft", "A tee");
    }
}

static const struct {
    const char *body;
    int code;
} body_row[] = {
    {"{}", SAVED},
    {"{\"alt\":null,\"title\":\"T\",\"tags\":[\"a\",\"b\"]}", SAVED},
    {"{\"focal\":{\"x\":0,\"y\":1}}", SAVED},
    {"{\"focal\":null,\"minimum_age\":18,\"force_download\":true,\"tracks\":[]}", SAVED},
    {"{\"binary\":null}", SAVED},
    {"{\"focal\":{\"x\":2,\"y\":1}}", VT_ERROR_BAD_VALUE},
    {"{\"focal\":{\"x\":0}}", VT_ERROR_BAD_VALUE},
    {"{\"alt\":1}", VT_ERROR_BAD_VALUE},
    {"{\"tags\":\"a\"}", VT_ERROR_BAD_VALUE},
    {"{\"tags\":[\"\"]}", VT_ERROR_BAD_VALUE},
    {"{\"minimum_age\":-1}", VT_ERROR_BAD_VALUE},
    {"{\"minimum_age\":151}", VT_ERROR_BAD_VALUE},
    {"{\"force_download\":1}", VT_ERROR_BAD_VALUE},
    {"{\"binary\":{\"hash\":\"00\"}}", VT_ERROR_BAD_VALUE},
    {"{\"tracks\":[{\"role\":\"caption\",\"language\":\"\"}]}", VT_ERROR_BAD_VALUE},
    {"{\"blob\":\"x\"}", VT_ERROR_BAD_VALUE},
    {"[]", VT_ERROR_BAD_VALUE},
};

static void
what_is_saved_is_checked_member_by_member(void **state)
{
    g_auto(Library) library = open_library(0);

    assert_true(vt_asset_edit_begin(library.db, &library.neutral, &library.anna, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(body_row); i++)
        assert_int_equal(
            save(&library, &library.neutral, &library.anna, body_row[i].body), body_row[i].code);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_working_copy_is_its_owners_until_it_is_finished),
        cmocka_unit_test(a_new_locale_begins_with_the_neutral_texts_and_no_binary),
        cmocka_unit_test(a_binary_goes_into_the_working_copy_or_a_new_revision),
        cmocka_unit_test(what_is_saved_is_checked_member_by_member),
    };

    return vt_test_run("media/asset_edit", tests);
}
