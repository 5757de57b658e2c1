/* For tests of this room: a shop, a media folder with pictures, and imports of manifests written as
 * text with `|` between cells and `/` for the pipe of EntityType and EntityKeyValue. */
#pragma once

#include "assignment/testing.h"
#include "base/tsv.h"
#include "document/revision.h"
#include "manifest/import.h"
#include "publish/publish.h"

#include <glib/gstdio.h>

typedef struct {
    VtDb *db;
    gint64 tenant_id;
    char *folder; /* blobs, media/, manifests */
    char *media;
    VtBlobStore *store;
    VtCage *cage;
    VtIngest *ingest;
    VtManifestOptions options;
    VtManifestReport report; /* of the last import */
    VtTsv *result;           /* of the last import */
} VtTestShop;

static inline void
vt_test_shop_init(VtTestShop *self, gsize kind)
{
    g_autofree char *blobs = NULL, *gray = NULL, *dark = NULL, *text = NULL;
    g_autoptr(GError) error = NULL;

    self->db = vt_test_open_assignment(kind, &self->tenant_id);
    assert_ok(
        vt_db_migrate(self->db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    self->folder = vt_test_directory();
    self->media = g_build_filename(self->folder, "media", NULL);
    assert_int_equal(g_mkdir(self->media, 0700), 0);
    blobs = g_build_filename(self->folder, "blobs", NULL);
    gray = g_build_filename(self->media, "gray.pgm", NULL);
    dark = g_build_filename(self->media, "dark.pgm", NULL);
    text = g_build_filename(self->media, "text.png", NULL);
    vt_test_draw(gray, 20, 10, 128);
    vt_test_draw(dark, 10, 20, 20);
    assert_true(g_file_set_contents(text, "no picture", -1, NULL));
    self->store = vt_blob_store_open(blobs, 1, &error);
    assert_ok(self->store != NULL, error);
    self->cage = vt_test_cage();
    self->ingest = vt_ingest_new(self->store, self->cage, 100000);
    self->options = (VtManifestOptions){.db = self->db,
        .ingest = self->ingest,
        .tenant_id = self->tenant_id,
        .media_dir = self->media,
        .actor = {.now_us = 1000000}};
}

static inline void
vt_test_shop_clear(VtTestShop *self)
{
    vt_tsv_free(self->result);
    vt_ingest_free(self->ingest);
    vt_cage_free(self->cage);
    vt_blob_store_free(self->store);
    vt_db_free(self->db);
    g_free(self->media);
    g_free(self->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtTestShop, vt_test_shop_clear)

static const VtTsvLimits vt_test_limits = {
    .max_bytes = 10000000, .max_cell_bytes = 10000, .max_rows = 100000, .max_columns = 100};

/* Imports the bytes of a file. */
static inline gboolean
vt_test_import_bytes(VtTestShop *self, const char *bytes, gsize length, GError **error)
{
    g_autofree char *path = g_build_filename(self->folder, "manifest.tsv", NULL);
    g_autofree char *result = g_build_filename(self->folder, "result.tsv", NULL);

    g_clear_pointer(&self->result, vt_tsv_free);
    self->options.actor.now_us += 1000000;
    assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    if (!vt_manifest_import(&self->options, path, result, &self->report, error))
        return FALSE;
    self->result = vt_tsv_load(result, &vt_test_limits, NULL);
    assert_non_null(self->result);
    return TRUE;
}

static inline void
vt_test_import_text(VtTestShop *self, const char *text)
{
    g_autofree char *tabs = g_strdelimit(g_strdelimit(g_strdup(text), "|", '\t'), "!", '|');
    g_autoptr(GError) error = NULL;

    assert_ok(vt_test_import_bytes(self, tabs, strlen(tabs), &error), error);
}

/* A cell of the last result; rows count from 0 without the header. */
static inline const char *
vt_test_result(VtTestShop *self, guint row, const char *column)
{
    for (guint i = 0; i < vt_tsv_n_cells(self->result, 0); i++)
        if (g_ascii_strcasecmp(vt_tsv_cell(self->result, 0, i), column) == 0)
            return vt_tsv_cell(self->result, row + 1, i);
    fail_msg("the result has no column '%s'", column);
    return NULL;
}

/* The body of the head of a set of a product, or of what is live of it; "" when there is none. */
static inline char *
vt_test_set_text(
    VtTestShop *self, const char *product, gint64 channel_id, const char *locale, gboolean live)
{
    VtSetKey key = {.product_id = vt_test_product(self->db, self->tenant_id, product),
        .channel_id = channel_id};
    g_auto(VtDocumentState) state = {0};
    g_autoptr(VtAssignment) set = NULL;
    gint64 document = 0, number;

    g_strlcpy(key.locale, locale, sizeof key.locale);
    assert_true(vt_set_find(self->db, &key, &document, NULL));
    if (document == 0)
        return g_strdup("");
    assert_true(vt_document_state(self->db, document, VT_GROUP_LIVE, &state, NULL));
    number = live ? state.published : state.head;
    set = vt_set_load(self->db, document, number, NULL);
    return number != 0 ? vt_assignment_format(set) : g_strdup("");
}

static const char *const vt_test_no_parameters[] = {NULL};
static const char *const vt_test_columns[] = {"n", NULL};

static inline gint64
vt_test_count_sql(VtTestShop *self, const VtSql *sql)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, NULL);
    gint64 n = 0;

    while (vt_stmt_next(stmt))
        n = vt_stmt_int(stmt, "n");
    assert_true(vt_stmt_end(stmt, NULL));
    return n;
}

/* The last `n` of a statement that is the same on both databases. A session knows statements by
 * their address, so each has its own. */
#define vt_test_count(shop, text)                                                                  \
    ({                                                                                             \
        static const VtSql sql = {.name = "count",                                                 \
            .sqlite = text,                                                                        \
            .postgresql = text,                                                                    \
            .parameters = vt_test_no_parameters,                                                   \
            .columns = vt_test_columns};                                                           \
        vt_test_count_sql(shop, &sql);                                                             \
    })

static inline gint64
vt_test_n_revisions(VtTestShop *self)
{
    return vt_test_count(self, "SELECT count(*) AS n FROM revision");
}

/* The document of an asset's locale. */
static inline gint64
vt_test_asset_document(VtTestShop *self, const char *name, const char *locale)
{
    VtAsset asset = {0};
    gboolean found = FALSE;
    gint64 document = 0;

    assert_true(vt_asset_by_name(self->db, self->tenant_id, name, &asset, &found, NULL));
    assert_true(found);
    assert_true(vt_asset_document(self->db, asset.asset_id, locale, &document, NULL));
    return document;
}

/* The head's body of an asset's locale. */
static inline char *
vt_test_asset_text(VtTestShop *self, const char *name, const char *locale)
{
    g_auto(VtDocumentState) state = {0};
    gint64 document = vt_test_asset_document(self, name, locale);
    char *body = NULL;

    assert_true(vt_document_state(self->db, document, VT_GROUP_LIVE, &state, NULL));
    assert_true(vt_revision_body(self->db, document, state.head, &body, NULL));
    return body;
}

/* Checks a document out to account @account with a draft. */
static inline void
vt_test_check_out(VtTestShop *self, gint64 document, gint64 account, const char *draft)
{
    const VtActor actor = {.account_id = account, .now_us = 1};
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, NULL);
    g_autoptr(GError) error = NULL;

    assert_ok(
        vt_document_check_out(self->db, document, VT_GROUP_LIVE, draft, &actor, &error), error);
    assert_true(vt_tx_commit(tx, NULL));
}
