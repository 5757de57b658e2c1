/* Every statement on the main database is prepared on both databases and gives the columns it
 * declares. */
#include "cli/data.h"
#include "db/testing.h"
#include "tests/unit/support.h"

#include "activation_sql.h"
#include "asset_edit_sql.h"
#include "catalog_sql.h"
#include "change_sql.h"
#include "difference_sql.h"
#include "document_sql.h"
#include "export_sql.h"
#include "folder_sql.h"
#include "group_items_sql.h"
#include "group_sql.h"
#include "head_sql.h"
#include "history_sql.h"
#include "jobs_sql.h"
#include "library_sql.h"
#include "mark_sql.h"
#include "media_sql.h"
#include "past_sql.h"
#include "preview_sql.h"
#include "product_value_sql.h"
#include "publish_sql.h"
#include "reference_sql.h"
#include "search_sql.h"
#include "set_sql.h"
#include "shadow_sql.h"
#include "sync_sql.h"
#include "tenant_sql.h"
#include "trail_sql.h"
#include "trash_sql.h"
#include "variant_sql.h"

static const struct {
    const char *room;
    const VtSql *const *table;
} room_row[] = {
    {"assignment", vt_sql_table_reference},
    {"assignment", vt_sql_table_set},
    {"catalog", vt_sql_table_catalog},
    {"catalog", vt_sql_table_product_value},
    {"catalog", vt_sql_table_search},
    {"changelog", vt_sql_table_change},
    {"document", vt_sql_table_document},
    {"document", vt_sql_table_group},
    {"document", vt_sql_table_trail},
    {"jobs", vt_sql_table_jobs},
    {"manifest", vt_sql_table_export},
    {"media", vt_sql_table_asset_edit},
    {"media", vt_sql_table_folder},
    {"media", vt_sql_table_head},
    {"media", vt_sql_table_library},
    {"media", vt_sql_table_media},
    {"media", vt_sql_table_trash},
    {"media", vt_sql_table_variant},
    {"publish", vt_sql_table_activation},
    {"publish", vt_sql_table_difference},
    {"publish", vt_sql_table_group_items},
    {"publish", vt_sql_table_mark},
    {"publish", vt_sql_table_past},
    {"publish", vt_sql_table_preview},
    {"publish", vt_sql_table_publish},
    {"publish", vt_sql_table_shadow},
    {"sync", vt_sql_table_history},
    {"sync", vt_sql_table_sync},
    {"tenant", vt_sql_table_tenant},
};

static void
check_table(VtDb *db, const VtSql *const *table)
{
    for (; *table != NULL; table++) {
        g_autoptr(GError) error = NULL;

        if (!g_str_has_prefix((*table)->name, "schema_"))
            assert_ok(vt_db_check(db, *table, &error), error);
    }
}

static void
every_statement_is_accepted_and_gives_the_declared_columns(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtDb) db = vt_db_open(url, VT_DB_DURABLE, &error);
        g_autoptr(GArray) migrations = vt_data_migrations();

        assert_ok(db != NULL, error);
        assert_ok(vt_db_migrate(db, (const VtMigration *)(gconstpointer)migrations->data,
                      migrations->len, &error),
            error);
        for (gsize i = 0; i < G_N_ELEMENTS(room_row); i++)
            check_table(db, room_row[i].table);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_is_accepted_and_gives_the_declared_columns),
    };
    return vt_test_run("cli/statements", tests);
}
