/* For tests of this room and those above: catalogue, assets, and a short way to write a set. */
#pragma once

#include "assignment/category_media.h"
#include "assignment/set.h"
#include "catalog/category.h"
#include "catalog/testing.h"
#include "media/testing.h"

static inline VtDb *
vt_test_open_assignment(gsize kind, gint64 *ret_tenant_id)
{
    VtDb *db = vt_test_open_catalog(kind, ret_tenant_id);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error), error);
    assert_ok(vt_db_migrate(db, vt_media_migrations, vt_media_n_migrations, &error), error);
    assert_ok(
        vt_db_migrate(db, vt_assignment_migrations, vt_assignment_n_migrations, &error), error);
    return db;
}

static inline gint64
vt_test_product(VtDb *db, gint64 tenant_id, const char *code)
{
    VtProductRef ref;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_product_find(db, tenant_id, code, &ref, &error), error);
    return ref.product_id;
}

/* Makes @asset_id (0: none) the picture of a category in one context, as the head. Returns the
 * document. */
static inline gint64
vt_test_assign_category(VtDb *db,
    gint64 tenant_id,
    const char *category,
    gint64 channel_id,
    const char *locale,
    gint64 asset_id)
{
    VtSetKey key = {.channel_id = channel_id};
    g_autoptr(VtAssignment) assignment = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    g_autoptr(GError) error = NULL;
    gint64 document, number;
    gboolean changed;

    g_strlcpy(key.locale, locale, sizeof key.locale);
    assert_ok(vt_category_find(db, tenant_id, category, &key.category_id, &error), error);
    if (asset_id != 0)
        assert_ok(
            vt_category_media_put(db, assignment, VT_MEDIA_GROUP_PRIMARY, asset_id, &error), error);
    assert_ok(vt_set_ensure(db, tenant_id, &key, &vt_test_actor, &document, &error), error);
    assert_ok(vt_document_state(db, document, VT_GROUP_LIVE, &now, &error), error);
    assert_ok(
        vt_set_check_in(db, &now, assignment, &vt_test_actor, &number, &changed, &error), error);
    return document;
}

/* Makes @asset_ids (0 at the end) the Primary media of the master in one context, as the head.
 * Returns the document. */
static inline gint64
vt_test_assign(VtDb *db,
    gint64 tenant_id,
    const char *product,
    gint64 channel_id,
    const char *locale,
    const gint64 *asset_ids)
{
    VtSetKey key = {
        .product_id = vt_test_product(db, tenant_id, product), .channel_id = channel_id};
    const VtAssignmentKey master = {.scope = VT_SCOPE_MASTER};
    g_autoptr(VtAssignment) assignment = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    g_autoptr(GError) error = NULL;
    gint64 document, number;
    gboolean changed;

    g_strlcpy(key.locale, locale, sizeof key.locale);
    for (int i = 0; asset_ids[i] != 0; i++)
        assert_ok(vt_assignment_put(assignment, &master, VT_MEDIA_GROUP_PRIMARY, asset_ids[i], NULL,
                      i + 1, &error),
            error);
    assert_ok(vt_set_ensure(db, tenant_id, &key, &vt_test_actor, &document, &error), error);
    assert_ok(vt_document_state(db, document, VT_GROUP_LIVE, &now, &error), error);
    assert_ok(
        vt_set_check_in(db, &now, assignment, &vt_test_actor, &number, &changed, &error), error);
    return document;
}
