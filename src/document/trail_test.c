#include "document/trail.h"

#include "changelog/audit.h"
#include "document/revision.h"
#include "tenant/tenant.h"
#include "tenant/testing.h"

static const VtActor anna = {.account_id = 5, .now_us = 10, .origin = "192.0.2.1"};

/* A tenant with a check-in, a numbered change of two things, and a deed; another with a deed. */
static VtDb *
open_with_trail(gsize kind, gint64 *ret_tenant, gint64 *ret_other)
{
    VtDb *db = vt_test_open_tenant(kind, ret_tenant);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtChange) change = NULL;
    g_autoptr(VtTx) tx = NULL;
    VtRevisionSpec spec = {.body = "{}"};
    VtAudit deed = {.action = "user add", .subject = "bob"};
    gint64 document = 0, number = 0;

    assert_ok(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error), error);
    tx = vt_tx_begin(db, VT_TX_WRITE, &error);
    assert_ok(vt_tenant_create(db, "other", 1, ret_other, &error), error);
    assert_ok(vt_document_create(db, *ret_tenant, VT_DOCUMENT_KIND_SET, VT_PUBLISH_CONTEXT_CHANNEL,
                  &anna, &document, &error),
        error);
    assert_ok(vt_revision_add(db, document, VT_GROUP_LIVE, &spec, &anna, &number, &error), error);
    deed.tenant_id = *ret_tenant;
    assert_ok(vt_audit_write(db, &deed, &anna, &error), error);
    deed.tenant_id = *ret_other;
    assert_ok(vt_audit_write(db, &deed, &anna, &error), error);
    change = vt_change_new(*ret_tenant, "catalog import");
    vt_change_add(change, VT_LOG_KIND_PRODUCT, 70);
    vt_change_add(change, VT_LOG_KIND_PRODUCT, 71);
    assert_ok(vt_change_write(change, db, &anna, NULL, &error), error);
    assert_ok(vt_tx_commit(tx, &error), error);
    return db;
}

static void
each_tenant_reads_its_own_entries(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, other;
        g_autoptr(VtDb) db = open_with_trail(kind, &tenant, &other);
        const struct {
            gint64 tenant, from_us, to_us;
            const char *after;
            guint limit;
            gsize n;
            const char *first; /* action of the first entry */
        } row[] = {
            {tenant, 0, 100, "", 100, 4, "check in"},
            {tenant, 0, 100, "", 1, 1, "check in"},
            {tenant, 0, 100, "1.0", 100, 3, "user add"},
            {tenant, 0, 100, "2.0", 100, 2, "catalog import"},
            {tenant, 0, 100, "4.0", 100, 1, "catalog import"},
            {tenant, 0, 100, "4.1", 100, 0, NULL},
            {tenant, 11, 100, "", 100, 0, NULL},
            {tenant, 0, 10, "", 100, 0, NULL},
            {other, 0, 100, "", 100, 1, "user add"},
        };

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            VtTrailQuery query = {.tenant_id = row[i].tenant,
                .from_us = row[i].from_us,
                .to_us = row[i].to_us,
                .limit = row[i].limit};
            g_autoptr(GError) error = NULL;
            g_autoptr(json_t) trail = NULL;
            const json_t *entries;

            assert_ok(vt_trail_parse_cursor(row[i].after, &query, &error), error);
            trail = vt_trail_read(db, &query, &error);
            assert_ok(trail != NULL, error);
            entries = json_object_get(trail, "entries");
            assert_int_equal(json_array_size(entries), row[i].n);
            if (row[i].first != NULL)
                assert_string_equal(
                    json_string_value(json_object_get(json_array_get(entries, 0), "action")),
                    row[i].first);
        }
    }
}

static void
a_table_holds_what_the_entries_say(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, other;
        g_autoptr(VtDb) db = open_with_trail(kind, &tenant, &other);
        VtTrailQuery query = {.tenant_id = tenant, .to_us = 100, .limit = 100};
        g_autoptr(json_t) trail = vt_trail_read(db, &query, NULL);
        g_autoptr(GBytes) table = vt_trail_tsv(trail);
        g_autofree char *text = g_strndup(g_bytes_get_data(table, NULL), g_bytes_get_size(table));

        assert_string_equal(text,
            "\xef\xbb\xbfid\tat\tuser\torigin\taction\tkind\tsubject\tdocument\tversion\tseq\n"
            "1.0\t1970-01-01T00:00:00Z\t\t192.0.2.1\tcheck in\t\t\t1\t1\t\n"
            "2.0\t1970-01-01T00:00:00Z\t\t192.0.2.1\tuser add\t\tbob\t\t\t\n"
            "4.0\t1970-01-01T00:00:00Z\t\t192.0.2.1\tcatalog import\tproduct\t70\t\t\t1\n"
            "4.1\t1970-01-01T00:00:00Z\t\t192.0.2.1\tcatalog import\tproduct\t71\t\t\t1\n");
    }
}

static void
a_cursor_that_is_none_is_refused(void **state)
{
    static const char *const bad[] = {"1", "x.1", "1.x", "1.1.1", "-1.0", "1.", "."};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        VtTrailQuery query = {0};
        g_autoptr(GError) error = NULL;

        assert_false(vt_trail_parse_cursor(bad[i], &query, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_tenant_reads_its_own_entries),
        cmocka_unit_test(a_table_holds_what_the_entries_say),
        cmocka_unit_test(a_cursor_that_is_none_is_refused),
    };
    return vt_test_run("document/trail", tests);
}
