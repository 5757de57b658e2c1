#include "document/document.h"
#include "document/revision.h"
#include "tenant/testing.h"

static const VtActor anna = {.account_id = 5, .now_us = 10};
static const VtActor ben = {.account_id = 6, .now_us = 20};

static VtDb *
open_with_document(gsize kind, gint64 *ret_document)
{
    gint64 tenant;
    VtDb *db = vt_test_open_tenant(kind, &tenant);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error), error);
    assert_ok(vt_document_create(db, tenant, VT_DOCUMENT_KIND_PRODUCT_MEDIA,
                  VT_PUBLISH_CONTEXT_CHANNEL, &anna, ret_document, &error),
        error);
    return db;
}

static VtDocumentState
state_of(VtDb *db, gint64 document)
{
    VtDocumentState document_state = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_document_state(db, document, VT_GROUP_LIVE, &document_state, &error), error);
    return document_state;
}

static gint64
check_in(VtDb *db, gint64 document, const char *body, gboolean *ret_changed)
{
    g_auto(VtDocumentState) now = state_of(db, document);
    const gint64 assets[] = {3, 4, 3};
    VtRevisionSpec spec = {.body = body, .asset_ids = assets, .n_assets = 3};
    g_autoptr(GError) error = NULL;
    gint64 number = 0;

    assert_ok(
        vt_revision_check_in(db, &now, VT_GROUP_LIVE, &spec, &anna, &number, ret_changed, &error),
        error);
    return number;
}

static void
a_check_in_adds_a_revision_unless_nothing_changed(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_autofree char *body = NULL;
        gboolean changed = FALSE;

        assert_int_equal(check_in(db, document, "{\"a\":1}", &changed), 1);
        assert_true(changed);
        assert_int_equal(check_in(db, document, "{\"a\":1}", &changed), 1);
        assert_false(changed);
        assert_int_equal(check_in(db, document, "{\"a\":2}", &changed), 2);
        assert_int_equal(check_in(db, document, NULL, &changed), 3);
        assert_true(vt_revision_body(db, document, 2, &body, NULL));
        assert_string_equal(body, "{\"a\":2}");
        g_clear_pointer(&body, g_free);
        assert_true(vt_revision_body(db, document, 3, &body, NULL));
        assert_null(body);
    }
}

static void
a_checked_out_document_is_closed_to_others(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document, number;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_autoptr(GError) twice = NULL, other = NULL;
        g_auto(VtDocumentState) now = {0};
        VtRevisionSpec spec = {.body = "{}"};
        gboolean changed;

        assert_true(vt_document_check_out(db, document, VT_GROUP_LIVE, "{}", &anna, NULL));
        assert_false(vt_document_check_out(db, document, VT_GROUP_LIVE, "{}", &ben, &twice));
        assert_true(vt_error_is(twice, VT_ERROR_CHECKED_OUT));
        now = state_of(db, document);
        assert_int_equal(now.checked_out_by, 5);
        assert_false(
            vt_revision_check_in(db, &now, VT_GROUP_LIVE, &spec, &ben, &number, &changed, &other));
        assert_true(vt_error_is(other, VT_ERROR_CHECKED_OUT));
        assert_true(
            vt_revision_check_in(db, &now, VT_GROUP_LIVE, &spec, &anna, &number, &changed, NULL));
        assert_true(vt_document_check_out(db, document, VT_GROUP_LIVE, "{}", &ben, NULL));
    }
}

static void
a_save_needs_the_present_version_and_a_discard_loses_the_draft_only(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_autoptr(GError) stale = NULL;
        gboolean changed;

        check_in(db, document, "{\"a\":1}", &changed);
        assert_true(vt_document_check_out(db, document, VT_GROUP_LIVE, "{\"a\":1}", &anna, NULL));
        {
            g_auto(VtDocumentState) now = state_of(db, document);

            assert_true(vt_document_save(
                db, document, VT_GROUP_LIVE, now.version, "{\"a\":5}", &anna, NULL));
            assert_false(vt_document_save(
                db, document, VT_GROUP_LIVE, now.version, "{\"a\":6}", &anna, &stale));
            assert_true(vt_error_is(stale, VT_ERROR_STALE_VERSION));
        }
        {
            g_auto(VtDocumentState) now = state_of(db, document);

            g_autoptr(GError) again = NULL;

            assert_string_equal(now.draft, "{\"a\":5}");
            assert_true(vt_document_discard(db, &now, VT_GROUP_LIVE, NULL));
            assert_false(vt_document_discard(db, &now, VT_GROUP_LIVE, &again));
            assert_true(vt_error_is(again, VT_ERROR_STALE_VERSION));
        }
        {
            g_auto(VtDocumentState) now = state_of(db, document);

            assert_null(now.draft);
            assert_int_equal(now.head, 1);
            assert_int_equal(now.checked_out_by, 0);
        }
    }
}

static void
two_check_ins_from_one_state_do_not_both_win(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document, number;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_auto(VtDocumentState) first = state_of(db, document);
        g_auto(VtDocumentState) second = state_of(db, document);
        VtRevisionSpec a = {.body = "a"}, b = {.body = "b"};
        g_autoptr(GError) error = NULL;
        g_autoptr(VtTx) tx = NULL;
        gboolean changed;

        assert_true(
            vt_revision_check_in(db, &first, VT_GROUP_LIVE, &a, &anna, &number, &changed, NULL));
        tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
        assert_false(
            vt_revision_check_in(db, &second, VT_GROUP_LIVE, &b, &anna, &number, &changed, &error));
        assert_true(vt_error_is(error, VT_ERROR_STALE_VERSION));
    }
}

static void
what_was_never_published_can_be_forgotten(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_auto(VtDocumentState) now = {0};
        g_autoptr(GError) error = NULL, gone = NULL;
        gboolean changed, was_published = TRUE;

        check_in(db, document, "{\"a\":1}", &changed);
        assert_ok(vt_document_was_published(db, document, &was_published, &error), error);
        assert_false(was_published);
        assert_ok(vt_document_delete(db, document, &error), error);
        assert_false(vt_document_state(db, document, VT_GROUP_LIVE, &now, &gone));
        assert_true(vt_error_is(gone, VT_ERROR_NOT_FOUND));
    }
}

static void
a_document_of_an_unknown_kind_is_refused_as_damaged(void **state)
{
    static const char *const none[] = {NULL};
    static const VtSql change = {.name = "change",
        .sqlite = "UPDATE document SET kind = 'riddle'",
        .postgresql = "UPDATE document SET kind = 'riddle'",
        .parameters = none,
        .columns = none};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 document;
        g_autoptr(VtDb) db = open_with_document(kind, &document);
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, &change, NULL);
        g_auto(VtDocumentState) now = {0};
        g_autoptr(GError) damaged = NULL;

        assert_true(vt_stmt_exec(stmt, NULL, NULL));
        assert_false(vt_document_state(db, document, VT_GROUP_LIVE, &now, &damaged));
        assert_true(vt_error_is(damaged, VT_ERROR_STORAGE));
        assert_non_null(strstr(damaged->message, "riddle"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_check_in_adds_a_revision_unless_nothing_changed),
        cmocka_unit_test(a_checked_out_document_is_closed_to_others),
        cmocka_unit_test(a_save_needs_the_present_version_and_a_discard_loses_the_draft_only),
        cmocka_unit_test(two_check_ins_from_one_state_do_not_both_win),
        cmocka_unit_test(what_was_never_published_can_be_forgotten),
        cmocka_unit_test(a_document_of_an_unknown_kind_is_refused_as_damaged),
    };
    return vt_test_run("document/document", tests);
}
