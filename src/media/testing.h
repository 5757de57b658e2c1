/* For tests of this room and those above: the small catalogue, and pictures tee-1, tee-2, … without
 * bytes. */
#pragma once

#include "media/asset.h"
#include "tenant/testing.h"

static const VtActor vt_test_actor = {.now_us = 1};

static inline VtDb *
vt_test_open_media(gsize kind, gint64 *ret_tenant_id)
{
    VtDb *db = vt_test_open_tenant(kind, ret_tenant_id);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error), error);
    assert_ok(vt_db_migrate(db, vt_media_migrations, vt_media_n_migrations, &error), error);
    return db;
}

/* An asset of this name with a neutral variant of this alt text, as a draft. */
static inline gint64
vt_test_add_asset(VtDb *db, gint64 tenant_id, const char *name, const char *locale, const char *alt)
{
    g_autoptr(GError) error = NULL;
    VtAsset asset = {0};
    VtAssetSpec spec = {.name = name, .type = VT_ASSET_TYPE_IMAGE};
    VtAssetContent content = {.alt = (char *)(gsize)alt};
    gboolean found = FALSE, changed;
    gint64 document;

    assert_ok(vt_asset_by_name(db, tenant_id, name, &asset, &found, &error), error);
    if (!found) {
        g_strlcpy(asset.name, name, sizeof asset.name);
        assert_ok(
            vt_asset_create(db, tenant_id, &spec, &vt_test_actor, &asset.asset_id, &error), error);
    }
    assert_ok(vt_asset_check_in(db, tenant_id, &asset, locale, &content, &vt_test_actor, &document,
                  &changed, &error),
        error);
    return asset.asset_id;
}
