#include "media/asset_edit.h"

#include "media/testing.h"
#include "tenant/account.h"

typedef struct {
    VtDb *db;
    gint64 tenant;
    VtAssetPlace *neutral, *german; /* owned */
    VtActor anna, ben;
} Library;

static void
library_clear(Library *self)
{
    g_free(self->neutral);
    g_free(self->german);
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
    library.neutral = vt_asset_place_find(library.db, library.tenant, "tee", NULL, &error);
    assert_ok(library.neutral != NULL, error);
    library.german = vt_asset_place_find(library.db, library.tenant, "tee", "DE_de", &error);
    assert_ok(library.german != NULL, error);
    return library;
}

/* @place in the hands of @actor. */
static VtEdit
by(Library *library, const VtAssetPlace *place, const VtActor *actor)
{
    return (VtEdit){library->db, &vt_asset_edit_kind, place, actor};
}

/* A text of a state (`head`, `draft`, …); "" when there is none. */
static char *
told(const VtEdit *edit, const char *state, const char *key)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) all = vt_edit_describe(edit, &error);
    const char *text;

    assert_ok(all != NULL, error);
    text = json_string_value(json_object_get(json_object_get(all, state), key));
    return g_strdup(text != NULL ? text : "");
}

static void
assert_told(const VtEdit *edit, const char *state, const char *expected)
{
    g_autofree char *text = told(edit, state, "alt");

    assert_string_equal(text, expected);
}

#define SAVED VT_N_ERRORS

/* The error's code, or SAVED. */
static int
save(const VtEdit *edit, const char *text)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    assert_non_null(body);
    if (vt_edit_save(edit, VT_DOCUMENT_ANY_VERSION, body, &error))
        return SAVED;
    return (int)vt_error_code(error);
}

static void
a_working_copy_is_its_owners_until_it_is_finished(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        const VtEdit anna = by(&library, library.neutral, &library.anna);
        const VtEdit ben = by(&library, library.neutral, &library.ben);
        g_autoptr(GError) error = NULL, blank = NULL;

        assert_int_equal(save(&anna, "{}"), VT_ERROR_NOT_CHECKED_OUT);
        assert_false(vt_edit_begin(&anna, TRUE, &blank));
        assert_true(vt_error_is(blank, VT_ERROR_BAD_VALUE));
        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        assert_int_equal(save(&anna, "{\"alt\":\"Better\"}"), SAVED);
        assert_told(&anna, "draft", "Better");
        assert_told(&ben, "draft", "");
        assert_told(&ben, "head", "A tee");
        assert_int_equal(save(&ben, "{}"), VT_ERROR_CHECKED_OUT);
        assert_false(vt_edit_begin(&ben, FALSE, &error));
        assert_true(vt_error_is(error, VT_ERROR_CHECKED_OUT));
        assert_non_null(strstr(error->message, "anna"));
        assert_false(vt_edit_finish(&anna, 77, NULL));
        assert_true(vt_edit_finish(&anna, VT_DOCUMENT_ANY_VERSION, NULL));
        assert_told(&ben, "head", "Better");
        assert_true(vt_edit_restore(&ben, 1, NULL));
        assert_told(&ben, "head", "A tee");
        assert_false(vt_edit_restore(&ben, 9, NULL));
    }
}

static void
a_new_locale_begins_with_the_neutral_texts_and_no_binary(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Library) library = open_library(kind);
        const VtEdit anna = by(&library, library.german, &library.anna);
        const VtEdit ben = by(&library, library.german, &library.ben);
        g_autofree char *hash = NULL;

        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        assert_told(&anna, "draft", "A tee");
        hash = told(&anna, "draft", "binary");
        assert_string_equal(hash, "");
        assert_true(vt_edit_discard(&anna, FALSE, NULL));
        assert_told(&anna, "head", "");
        assert_true(vt_edit_begin(&anna, FALSE, NULL));
        assert_true(vt_edit_discard(&ben, TRUE, NULL));
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
    const VtEdit anna = by(&library, library.neutral, &library.anna);

    assert_true(vt_edit_begin(&anna, FALSE, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(body_row); i++)
        assert_int_equal(save(&anna, body_row[i].body), body_row[i].code);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_working_copy_is_its_owners_until_it_is_finished),
        cmocka_unit_test(a_new_locale_begins_with_the_neutral_texts_and_no_binary),
        cmocka_unit_test(what_is_saved_is_checked_member_by_member),
    };

    return vt_test_run("media/asset_edit", tests);
}
