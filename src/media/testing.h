/* For tests of this room and those above: the small catalogue, and pictures tee-1, tee-2, … without
 * bytes; and a cage whose worker is the test program itself:
 *
 *     if (vt_test_is_worker(argc, argv)) return vt_ingest_worker_main();
 */
#pragma once

#include "base/hash.h"
#include "base/locale.h"
#include "base/tool.h"
#include "imaging/ingest_worker.h"
#include "media/asset.h"
#include "media/ingest.h"
#include "tenant/testing.h"

#include <stdlib.h>
#include <string.h>

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

/* An asset of this name with this alt text in one locale, as a draft; only the neutral one has a
 * binary. */
static inline gint64
vt_test_add_asset(VtDb *db, gint64 tenant_id, const char *name, const char *locale, const char *alt)
{
    g_autoptr(GError) error = NULL;
    VtAsset asset = {0};
    VtAssetSpec spec = {.name = name, .type = VT_ASSET_TYPE_IMAGE};
    VtAssetContent content = {.alt = (char *)(gsize)alt};
    VtHash hash = vt_hash_bytes(name, strlen(name));
    gboolean found = FALSE, changed;
    gint64 document;

    if (strcmp(locale, VT_LOCALE_NEUTRAL) == 0) {
        content.blob = hash.hex;
        content.mime = (char *)(gsize) "image/png";
    }
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

/* Becomes a tool itself where it is called as one. */
static inline gboolean
vt_test_is_worker(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "tool-worker") == 0)
        exit(vt_tool_worker_main(argc - 2, argv + 2));
    return argc == 2 && strcmp(argv[1], "ingest-worker") == 0;
}

static inline VtCage *
vt_test_cage(void)
{
    static const char *const argv[] = {"/proc/self/exe", "ingest-worker", NULL};
    VtCageOptions options = vt_cage_options;

    options.argv = argv;
    return vt_cage_new(&options);
}

/* A small picture of one @shade as a file. */
static inline void
vt_test_draw(const char *path, int width, int height, guint8 shade)
{
    g_autoptr(GString) bytes = g_string_new(NULL);

    g_string_printf(bytes, "P5\n%d %d\n255\n", width, height);
    for (int i = 0; i < width * height; i++)
        g_string_append_c(bytes, (char)shade);
    assert_true(g_file_set_contents(path, bytes->str, (gssize)bytes->len, NULL));
}
