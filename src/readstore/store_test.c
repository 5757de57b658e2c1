/* What is written is what is read: batches, unchanged rows, deletions, fallbacks, a store replaced
 * under its readers, and files that are not stores. */
#include "base/error.h"
#include "base/thread.h"
#include "db/db.h"
#include "db/migrate.h"
#include "db/testing.h"
#include "readstore/place.h"
#include "readstore/reader.h"
#include "readstore/writer.h"
#include "readstore_sql.h"
#include "tests/unit/support.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static char *
new_path(void)
{
    g_autofree char *folder = vt_test_directory();

    return g_build_filename(folder, "main.db", NULL);
}

static VtReadstoreWriter *
open_writer(const char *path)
{
    GError *error = NULL;
    VtReadstoreWriter *writer = vt_readstore_writer_open(path, "acme", "main", &error);

    assert_ok(writer != NULL, error);
    return writer;
}

static void
begin(VtReadstoreWriter *writer, gint64 seq)
{
    GError *error = NULL;

    assert_ok(vt_readstore_batch_begin(writer, seq, &error), error);
}

static VtReadstoreChanges *
commit(VtReadstoreWriter *writer)
{
    GError *error = NULL;
    VtReadstoreChanges *changes = NULL;

    assert_ok(vt_readstore_batch_commit(writer, &changes, &error), error);
    return changes;
}

/* A body that can be told apart by the channel of its one set. */
static char *
body_of(const char *mark)
{
    const VtResolveSet set = {{mark, "system_neutral", NULL}, NULL, 0, NULL, 0};
    const VtResolveVariant variants[] = {{"tee-s", VT_RESOLVE_NO_CHOICE}};
    const VtReadstoreProduct product = {
        .product = {.variants = variants, .n_variants = 1}, .sets = &set, .n_sets = 1};

    return vt_readstore_product_encode(&product);
}

static void
put_product(VtReadstoreWriter *writer, const char *locale, const char *product, const char *mark)
{
    g_autofree char *body = body_of(mark);
    GError *error = NULL;

    assert_ok(vt_readstore_put_product(writer, "OUN1", locale, product, body, &error), error);
}

static VtReadstoreRead *
read_store(VtReadstore *store)
{
    GError *error = NULL;
    VtReadstoreRead *read = vt_readstore_read_begin(store, &error);

    assert_ok(read != NULL, error);
    return read;
}

/* The mark of the row found, "" when there is none. */
static char *
found(VtReadstore *store, const char *locale, const char *id)
{
    g_autoptr(VtReadstoreRead) read = read_store(store);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreProduct) row =
        vt_readstore_find_product(read, "OUN1", locale, id, NULL, &error);

    if (row == NULL) {
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
        return g_strdup("");
    }
    return g_strdup(row->sets[0].context.channel);
}

static void
every_statement_is_accepted_by_every_engine(void **state)
{
    static const VtMigration migrations[] = {
        {"readstore", 1, &vt_sql_schema_readstore_1}, {"readstore", 2, &vt_sql_schema_readstore_2}};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        GError *error = NULL;
        g_autoptr(VtDb) db = vt_db_open(url, VT_DB_DURABLE, &error);

        assert_ok(db != NULL, error);
        assert_ok(vt_db_migrate(db, migrations, 2, &error), error);
        for (gsize i = 2; vt_sql_table_readstore[i] != NULL; i++)
            assert_ok(vt_db_check(db, vt_sql_table_readstore[i], &error), error);
    }
}

static void
a_row_is_found_by_its_locale_then_for_any_and_by_a_variant(void **state)
{
    static const struct {
        const char *locale, *id, *mark;
    } row[] = {
        {"de-de", "tee", "german"},
        {"fr-ca", "tee", "any"},
        {"", "tee", "any"},
        {"de-de", "tee-s", "german"},
        {"fr-ca", "tee-s", "any"},
        {"de-de", "mug", "mug"},
        {"fr-ca", "mug", ""},
        {"de-de", "TEE", ""},
        {"de-de", "tee-x", ""},
    };
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);

    begin(writer, 1);
    put_product(writer, "", "tee", "any");
    put_product(writer, "de-de", "tee", "german");
    put_product(writer, "de-de", "mug", "mug");
    assert_true(vt_readstore_put_variant(writer, "tee-s", "tee", NULL));
    assert_true(vt_readstore_put_variant(writer, "tee-x", "nothing", NULL));
    vt_readstore_changes_free(commit(writer));
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *mark = found(store, row[i].locale, row[i].id);

        assert_string_equal(mark, row[i].mark);
    }
}

static void
a_put_that_changes_nothing_is_not_reported(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    static const struct {
        const char *mark;
        guint64 n_changed;
    } row[] = {{"a", 1}, {"a", 0}, {"b", 1}, {"b", 0}, {"a", 1}};

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtReadstoreChanges) changes = NULL;

        begin(writer, i + 1);
        put_product(writer, "de-de", "tee", row[i].mark);
        changes = commit(writer);
        assert_int_equal(changes->n_put, 1);
        assert_int_equal(changes->n_changed, row[i].n_changed);
        assert_int_equal(changes->changes->len, row[i].n_changed);
        if (row[i].n_changed > 0) {
            const VtReadstoreChange *one = &g_array_index(changes->changes, VtReadstoreChange, 0);

            assert_int_equal(one->kind, VT_READSTORE_PRODUCT);
            assert_false(one->is_deleted);
            assert_string_equal(one->channel, "OUN1");
            assert_string_equal(one->locale, "de-de");
            assert_string_equal(one->name, "tee");
        }
        assert_int_equal(vt_readstore_writer_cursor(writer), i + 1);
    }
}

static void
a_deleted_row_is_gone_once_and_may_come_back(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    static const struct {
        gboolean put;
        guint64 n_changed;
        const char *mark;
    } row[] = {{FALSE, 0, ""}, {TRUE, 1, "a"}, {FALSE, 1, ""}, {FALSE, 0, ""}, {TRUE, 1, "a"}};

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtReadstoreChanges) changes = NULL;
        g_autofree char *mark = NULL;

        begin(writer, i + 1);
        if (row[i].put)
            put_product(writer, "", "tee", "a");
        else
            assert_true(vt_readstore_delete_product(writer, "OUN1", "", "tee", NULL));
        changes = commit(writer);
        assert_int_equal(changes->n_changed, row[i].n_changed);
        mark = found(store, "de-de", "tee");
        assert_string_equal(mark, row[i].mark);
    }
}

static VtReadstoreAsset
tee_front(const char *locale, const char *alt)
{
    return (VtReadstoreAsset){
        .asset = 7,
        .locale = (char *)(gsize)locale,
        .name = (char *)(gsize) "tee-front",
        .type = VT_ASSET_TYPE_VIDEO,
        .alt = (char *)(gsize)alt,
        .hash = (char *)(gsize) "ab12",
        .media_type = (char *)(gsize) "video/mp4",
        .bytes = 6000000000,
        .width = 1920,
        .height = 1080,
        .own_binary = TRUE,
        .attributes = (char *)(gsize) "{\"a\":1}",
    };
}

static void
an_asset_is_found_in_its_locale_else_neutral(void **state)
{
    static const struct {
        const char *locale, *alt;
    } row[] = {{"fr-ca", "Chemise"}, {"en-us", "Shirt"}, {"system_neutral", "Shirt"}};
    const VtReadstoreAsset neutral = tee_front("system_neutral", "Shirt");
    const VtReadstoreAsset french = tee_front("fr-ca", "Chemise");
    VtReadstoreAsset german = tee_front("de-de", "Hemd"), *many[3] = {NULL};
    const gint64 ids[] = {8, 7, 9};
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = NULL;
    g_autoptr(GError) error = NULL;

    german.asset = 8;
    begin(writer, 1);
    assert_true(vt_readstore_put_asset(writer, &neutral, NULL));
    assert_true(vt_readstore_put_asset(writer, &french, NULL));
    assert_true(vt_readstore_put_asset(writer, &german, NULL));
    vt_readstore_changes_free(commit(writer));
    read = read_store(store);
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtReadstoreAsset) asset = vt_readstore_find_asset(read, 7, row[i].locale, NULL);

        assert_string_equal(asset->alt, row[i].alt);
        assert_string_equal(asset->name, "tee-front");
        assert_int_equal(asset->type, VT_ASSET_TYPE_VIDEO);
        assert_null(asset->title);
        assert_int_equal(asset->bytes, 6000000000);
        assert_int_equal(asset->width, 1920);
        assert_int_equal(asset->height, 1080);
        assert_true(asset->own_binary);
        assert_string_equal(asset->hash, "ab12");
        assert_string_equal(asset->media_type, "video/mp4");
        assert_string_equal(asset->attributes, "{\"a\":1}");
    }
    assert_null(vt_readstore_find_asset(read, 8, "fr-ca", &error));
    assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    assert_true(vt_readstore_find_assets(read, ids, 3, "de-de", many, NULL));
    assert_string_equal(many[0]->alt, "Hemd");
    assert_string_equal(many[1]->alt, "Shirt");
    assert_null(many[2]);
    vt_readstore_asset_free(many[0]);
    vt_readstore_asset_free(many[1]);
}

static void
a_changed_text_of_an_asset_is_one_change(void **state)
{
    const VtReadstoreAsset before = tee_front("system_neutral", "Shirt");
    const VtReadstoreAsset after = tee_front("system_neutral", NULL);
    static const guint64 n_changed[] = {1, 0, 1, 0};
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);

    for (guint i = 0; i < G_N_ELEMENTS(n_changed); i++) {
        g_autoptr(VtReadstoreChanges) changes = NULL;

        begin(writer, 1);
        assert_true(vt_readstore_put_asset(writer, i < 2 ? &before : &after, NULL));
        changes = commit(writer);
        assert_int_equal(changes->n_changed, n_changed[i]);
        if (n_changed[i] > 0)
            assert_int_equal(g_array_index(changes->changes, VtReadstoreChange, 0).asset, 7);
    }
}

static void
collect(const char *name, const char *body, gpointer data)
{
    g_string_append_printf(data, "%s=%s ", name, body);
}

static void
records_and_configuration_are_found_as_put(void **state)
{
    const VtReadstoreImage crop = {.code = (char *)(gsize) "tee:Square",
        .asset = 7,
        .modifier = (char *)(gsize) "wid=300",
        .crop = TRUE,
        .rectangle = {0.1, 1.0 / 3, 0.5, 0.25}};
    const VtReadstoreChannel online = {.code = (char *)(gsize) "OUN1",
        .default_locale = (char *)(gsize) "de-de",
        .body = (char *)(gsize) "{}"};
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = NULL;
    g_autoptr(VtReadstoreImage) image = NULL;
    g_autoptr(VtReadstoreChannel) channel = NULL;
    g_autoptr(VtReadstoreCategory) category = NULL;
    g_autofree char *preset = NULL;
    g_autofree char *tenant = NULL;
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) damaged = NULL;

    begin(writer, 3);
    assert_true(vt_readstore_put_image(writer, &crop, NULL));
    assert_true(vt_readstore_put_channel(writer, &online, NULL));
    assert_true(vt_readstore_put_category(writer, "OUN1", "", "shirts",
        "{\"name\":\"Shirts\",\"source\":null,\"asset\":null}", NULL));
    assert_true(vt_readstore_put_category(writer, "OUN1", "de-de", "shirts", "damaged", NULL));
    assert_true(vt_readstore_put_configuration(writer, "preset", "b", "2", NULL));
    assert_true(vt_readstore_put_configuration(writer, "preset", "a", "1", NULL));
    assert_true(vt_readstore_put_configuration(writer, "preset", "c", "3", NULL));
    assert_true(vt_readstore_put_configuration(writer, "set", "d", "4", NULL));
    vt_readstore_changes_free(commit(writer));

    read = read_store(store);
    assert_int_equal(vt_readstore_read_cursor(read), 3);
    tenant = vt_readstore_read_identity(read, "tenant", NULL);
    assert_string_equal(tenant, "acme");
    image = vt_readstore_find_image(read, "tee:Square", NULL);
    assert_int_equal(image->asset, 7);
    assert_string_equal(image->modifier, "wid=300");
    assert_null(image->postmodifier);
    assert_true(image->crop && image->rectangle.y == 1.0 / 3);
    channel = vt_readstore_find_channel(read, "OUN1", NULL);
    assert_string_equal(channel->default_locale, "de-de");
    category = vt_readstore_find_category(read, "OUN1", "fr-ca", "shirts", NULL);
    assert_string_equal(category->name, "Shirts");
    assert_null(vt_readstore_find_category(read, "OUN1", "de-de", "shirts", &damaged));
    assert_true(vt_error_is(damaged, VT_ERROR_DAMAGED));
    preset = vt_readstore_find_configuration(read, "preset", "b", NULL);
    assert_string_equal(preset, "2");
    assert_true(vt_readstore_list_configuration(read, "preset", "", 2, collect, list, NULL));
    assert_true(vt_readstore_list_configuration(read, "preset", "b", 2, collect, list, NULL));
    assert_string_equal(list->str, "a=1 b=2 c=3 ");
}

static void
every_kind_can_be_deleted(void **state)
{
    const VtReadstoreAsset asset = tee_front("system_neutral", "Shirt");
    const VtReadstoreImage image = {.code = (char *)(gsize) "tee", .asset = 7};
    const VtReadstoreChannel channel = {.code = (char *)(gsize) "OUN1",
        .default_locale = (char *)(gsize) "de-de",
        .body = (char *)(gsize) "{}"};
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = NULL;
    g_autoptr(VtReadstoreChanges) changes = NULL;

    begin(writer, 1);
    put_product(writer, "", "tee", "a");
    assert_true(vt_readstore_put_variant(writer, "tee-s", "tee", NULL));
    assert_true(vt_readstore_put_category(writer, "OUN1", "", "shirts", "{}", NULL));
    assert_true(vt_readstore_put_asset(writer, &asset, NULL));
    assert_true(vt_readstore_put_image(writer, &image, NULL));
    assert_true(vt_readstore_put_channel(writer, &channel, NULL));
    assert_true(vt_readstore_put_configuration(writer, "preset", "a", "1", NULL));
    vt_readstore_changes_free(commit(writer));
    begin(writer, 2);
    assert_true(vt_readstore_delete_variant(writer, "tee-s", NULL));
    assert_true(vt_readstore_delete_category(writer, "OUN1", "", "shirts", NULL));
    assert_true(vt_readstore_delete_asset(writer, 7, "system_neutral", NULL));
    assert_true(vt_readstore_delete_image(writer, "tee", NULL));
    assert_true(vt_readstore_delete_channel(writer, "OUN1", NULL));
    assert_true(vt_readstore_delete_configuration(writer, "preset", "a", NULL));
    changes = commit(writer);
    assert_int_equal(changes->n_changed, 6);
    for (guint i = 0; i < changes->changes->len; i++)
        assert_true(g_array_index(changes->changes, VtReadstoreChange, i).is_deleted);

    read = read_store(store);
    assert_null(vt_readstore_find_product(read, "OUN1", "de-de", "tee-s", NULL, NULL));
    assert_null(vt_readstore_find_category(read, "OUN1", "de-de", "shirts", NULL));
    assert_null(vt_readstore_find_asset(read, 7, "de-de", NULL));
    assert_null(vt_readstore_find_image(read, "tee", NULL));
    assert_null(vt_readstore_find_channel(read, "OUN1", NULL));
    assert_null(vt_readstore_find_configuration(read, "preset", "a", NULL));
}

static void
a_read_sees_one_log_number_whatever_is_written_meanwhile(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 2);
    g_autoptr(VtReadstoreRead) old = NULL;
    g_autoptr(VtReadstoreProduct) row = NULL;
    g_autofree char *mark = NULL;

    begin(writer, 1);
    put_product(writer, "", "tee", "one");
    vt_readstore_changes_free(commit(writer));
    old = read_store(store);
    begin(writer, 2);
    put_product(writer, "", "tee", "two");
    vt_readstore_changes_free(commit(writer));
    row = vt_readstore_find_product(old, "OUN1", "de-de", "tee", NULL, NULL);
    assert_string_equal(row->sets[0].context.channel, "one");
    assert_int_equal(vt_readstore_read_cursor(old), 1);
    mark = found(store, "de-de", "tee");
    assert_string_equal(mark, "two");
}

static void
an_aborted_or_refused_batch_leaves_nothing(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autofree char *huge = g_strnfill(VT_READSTORE_MAX_BODY + 1, 'x');
    g_autofree char *mark = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) commit_error = NULL;
    g_autoptr(GError) behind = NULL;

    begin(writer, 5);
    put_product(writer, "", "tee", "a");
    vt_readstore_batch_abort(writer);
    begin(writer, 5);
    put_product(writer, "", "tee", "a");
    assert_false(vt_readstore_put_product(writer, "OUN1", "", "mug", huge, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    assert_false(vt_readstore_batch_commit(writer, NULL, &commit_error));
    assert_true(vt_error_is(commit_error, VT_ERROR_CONFLICT));
    assert_int_equal(vt_readstore_writer_cursor(writer), 0);
    mark = found(store, "de-de", "tee");
    assert_string_equal(mark, "");

    begin(writer, 5);
    vt_readstore_changes_free(commit(writer));
    assert_false(vt_readstore_batch_begin(writer, 4, &behind));
    assert_true(vt_error_is(behind, VT_ERROR_CONFLICT));
}

static void
a_store_is_reopened_where_it_stopped_and_only_by_its_owner(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) other = NULL;

    begin(writer, 9);
    vt_readstore_changes_free(commit(writer));
    g_clear_pointer(&writer, vt_readstore_writer_free);
    writer = open_writer(path);
    assert_int_equal(vt_readstore_writer_cursor(writer), 9);
    assert_null(vt_readstore_writer_open(path, "other", "main", &error));
    assert_true(vt_error_is(error, VT_ERROR_CONFLICT));
    assert_null(vt_readstore_writer_open(path, "acme", "second", &other));
    assert_true(vt_error_is(other, VT_ERROR_CONFLICT));
}

static gboolean
file_exists(const char *path, guint64 generation)
{
    g_autofree char *file = vt_readstore_place_file(path, generation);

    return g_file_test(file, G_FILE_TEST_EXISTS);
}

static void
a_rebuilt_store_takes_over_at_the_next_read(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 2);

    for (guint round = 1; round <= 3; round++) {
        g_autoptr(VtReadstoreWriter) rebuilt = NULL;
        g_autoptr(VtReadstoreRead) old = NULL;
        g_autoptr(VtReadstoreChanges) changes = NULL;
        g_autofree char *mark = g_strdup_printf("round%u", round);
        g_autofree char *before = NULL;
        g_autofree char *after = NULL;

        rebuilt = vt_readstore_writer_rebuild(path, "acme", "main", NULL);
        begin(rebuilt, round);
        put_product(rebuilt, "", "tee", mark);
        changes = commit(rebuilt);
        assert_true(changes->is_cut);
        assert_int_equal(changes->n_changed, 1);
        before = found(store, "de-de", "tee");
        assert_string_not_equal(before, mark);
        old = read_store(store);
        g_clear_pointer(&writer, vt_readstore_writer_free);
        assert_true(vt_readstore_writer_install(rebuilt, NULL));
        assert_int_equal(vt_readstore_read_cursor(old), round - 1);
        after = found(store, "de-de", "tee");
        assert_string_equal(after, mark);
        writer = g_steal_pointer(&rebuilt);
    }
    begin(writer, 9);
    put_product(writer, "", "tee", "later");
    vt_readstore_changes_free(commit(writer));
    {
        g_autofree char *after = found(store, "de-de", "tee");

        assert_string_equal(after, "later");
    }
    assert_false(file_exists(path, 2));
    assert_true(file_exists(path, 3));
    assert_true(file_exists(path, 4));
}

static void
a_rebuild_that_is_given_up_leaves_the_store_as_it_was(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autofree char *mark = NULL;
    VtReadstoreWriter *rebuilt = NULL;

    begin(writer, 1);
    put_product(writer, "", "tee", "kept");
    vt_readstore_changes_free(commit(writer));
    rebuilt = vt_readstore_writer_rebuild(path, "acme", "main", NULL);
    begin(rebuilt, 2);
    put_product(rebuilt, "", "tee", "lost");
    vt_readstore_writer_free(rebuilt);
    assert_false(file_exists(path, 2));
    mark = found(store, "de-de", "tee");
    assert_string_equal(mark, "kept");
}

static void
what_is_no_store_is_refused(void **state)
{
    g_autofree char *path = new_path();
    g_autofree char *file = vt_readstore_place_file(path, 1);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(GError) none = NULL;
    g_autoptr(GError) damaged = NULL;
    g_autoptr(GError) plain = NULL;

    assert_null(vt_readstore_read_begin(store, &none));
    assert_true(vt_error_is(none, VT_ERROR_STORAGE));
    assert_true(g_file_set_contents(file, "this is no database, however long it may be", -1, NULL));
    assert_true(vt_readstore_place_install(path, 1, NULL));
    assert_null(vt_readstore_read_begin(store, &damaged));
    assert_true(vt_error_is(damaged, VT_ERROR_DAMAGED));
    assert_int_equal(unlink(path), 0);
    assert_true(g_file_set_contents(path, "x", 1, NULL));
    assert_null(vt_readstore_writer_open(path, "acme", "main", &plain));
    assert_true(vt_error_is(plain, VT_ERROR_DAMAGED));
    g_clear_error(&plain);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
    assert_null(vt_readstore_writer_rebuild(path, "acme", "main", &plain));
    assert_true(vt_error_is(plain, VT_ERROR_STORAGE));
}

/* As a backup that follows links brings it back. */
static void
a_copy_in_place_of_the_link_answers_until_it_is_built_anew(void **state)
{
    g_autofree char *path = new_path();
    g_autofree char *file = vt_readstore_place_file(path, 1);
    g_autofree char *side = g_strconcat(path, "-wal", NULL);
    g_autofree char *bytes = NULL;
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreWriter) writer = vt_readstore_writer_open(path, "acme", "main", NULL);
    g_autoptr(GError) error = NULL;
    gsize length = 0;

    g_clear_pointer(&writer, vt_readstore_writer_free);
    assert_true(g_file_get_contents(file, &bytes, &length, NULL));
    assert_int_equal(unlink(path), 0);
    assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    assert_null(vt_readstore_writer_open(path, "acme", "main", &error));
    assert_true(vt_error_is(error, VT_ERROR_DAMAGED));
    g_clear_error(&error);
    writer = vt_readstore_writer_rebuild(path, "acme", "main", &error);
    assert_ok(writer != NULL, error);
    {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);

        assert_ok(read != NULL, error);
    }
    assert_ok(vt_readstore_writer_install(writer, &error), error);
    assert_true(g_file_test(path, G_FILE_TEST_IS_SYMLINK));
    assert_false(g_file_test(side, G_FILE_TEST_EXISTS));
    {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, &error);

        assert_ok(read != NULL, error);
    }
}

static void
a_store_is_read_while_nobody_writes_it(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autofree char *mark = NULL;

    begin(writer, 1);
    put_product(writer, "", "tee", "a");
    vt_readstore_changes_free(commit(writer));
    g_clear_pointer(&writer, vt_readstore_writer_free);
    mark = found(store, "de-de", "tee");
    assert_string_equal(mark, "a");
}

typedef struct {
    VtReadstore *store;
    atomic_int n_wrong, stop;
} Race;

/* Both products always change together. */
static void
read_until_stopped(gpointer data)
{
    Race *race = data;

    while (!atomic_load(&race->stop)) {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(race->store, NULL);
        g_autoptr(VtReadstoreProduct) tee = NULL;
        g_autoptr(VtReadstoreProduct) mug = NULL;

        if (read != NULL) {
            tee = vt_readstore_find_product(read, "OUN1", "de-de", "tee", NULL, NULL);
            mug = vt_readstore_find_product(read, "OUN1", "de-de", "mug", NULL, NULL);
        }
        if (tee == NULL || mug == NULL ||
            strcmp(tee->sets[0].context.channel, mug->sets[0].context.channel) != 0)
            atomic_fetch_add(&race->n_wrong, 1);
    }
}

static void
put_both(VtReadstoreWriter *writer, guint number)
{
    g_autofree char *mark = g_strdup_printf("%u", number);

    begin(writer, number);
    put_product(writer, "", "tee", mark);
    put_product(writer, "", "mug", mark);
    vt_readstore_changes_free(commit(writer));
}

static void
threads_never_see_half_a_batch_nor_a_missing_store(void **state)
{
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    Race race = {.store = vt_readstore_new(path, 1)};
    VtThread *threads[3];

    put_both(writer, 1);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = vt_thread_new("reader", read_until_stopped, &race);
    for (guint number = 2; number < 200; number++) {
        g_autoptr(VtReadstoreWriter) rebuilt = NULL;

        put_both(writer, number);
        if (number % 20 != 0)
            continue;
        rebuilt = vt_readstore_writer_rebuild(path, "acme", "main", NULL);
        put_both(rebuilt, number);
        g_clear_pointer(&writer, vt_readstore_writer_free);
        assert_true(vt_readstore_writer_install(rebuilt, NULL));
        writer = g_steal_pointer(&rebuilt);
    }
    atomic_store(&race.stop, 1);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        vt_thread_join(threads[i]);
    vt_readstore_free(race.store);
    assert_int_equal(atomic_load(&race.n_wrong), 0);
}

static void
rectangles_survive_as_text(void **state)
{
    static const char *const bad[] = {
        "", "1", "1 2 3", "1 2 3 4 5", "1 2 3 x", "1 2 3 nan", "a b c d"};
    const VtResolveCrop rectangle = {0.1, 1.0 / 3, 1e-9, 1};
    g_autofree char *text = vt_readstore_rectangle_text(&rectangle);
    VtResolveCrop back = {0};

    assert_true(vt_readstore_rectangle_parse(text, &back));
    assert_memory_equal(&back, &rectangle, sizeof back);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_false(vt_readstore_rectangle_parse(bad[i], &back));
}

/* A batch of three things, the second of which is refused half way. */
static void
a_thing_that_is_refused_is_undone_whole_and_the_others_stay(void **state)
{
    static const struct {
        const char *product, *mark;
    } row[] = {{"a", "new"}, {"b", "old"}, {"c", "new"}};
    g_autofree char *path = new_path();
    g_autoptr(VtReadstoreWriter) writer = open_writer(path);
    g_autofree char *too_long = g_strnfill(VT_READSTORE_MAX_BODY + 1, 'x');
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreChanges) changes = NULL;
    g_autoptr(GError) error = NULL;

    begin(writer, 1);
    put_product(writer, "", "b", "old");
    vt_readstore_changes_free(commit(writer));
    begin(writer, 2);
    assert_true(vt_readstore_item_begin(writer, NULL));
    put_product(writer, "", "a", "new");
    assert_true(vt_readstore_item_end(writer, TRUE, NULL));
    assert_true(vt_readstore_item_begin(writer, NULL));
    put_product(writer, "", "b", "new");
    put_product(writer, "de-de", "b", "new");
    assert_false(vt_readstore_put_product(writer, "OUN1", "en-us", "b", too_long, &error));
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
    assert_true(vt_readstore_item_end(writer, FALSE, NULL));
    assert_true(vt_readstore_item_begin(writer, NULL));
    put_product(writer, "", "c", "new");
    assert_true(vt_readstore_item_end(writer, TRUE, NULL));
    changes = commit(writer);
    assert_int_equal(changes->n_changed, 2);
    assert_int_equal(changes->n_put, 2);
    assert_int_equal(changes->changes->len, 2);
    assert_string_equal(g_array_index(changes->changes, VtReadstoreChange, 1).name, "c");
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autofree char *mark = found(store, "de-de", row[i].product);

        assert_string_equal(mark, row[i].mark);
    }
}

static void
a_store_cut_short_while_it_is_read_is_an_error_and_nothing_worse(void **state)
{
    enum { PRODUCTS = 2000, KEPT_BYTES = 3 * 4096 };
    g_autofree char *path = new_path();
    VtReadstoreWriter *writer = open_writer(path);
    g_autoptr(VtReadstore) store = NULL;
    g_autoptr(VtReadstoreRead) read = NULL;
    guint n_refused = 0;

    begin(writer, 1);
    for (guint i = 0; i < PRODUCTS; i++) {
        g_autofree char *product = g_strdup_printf("p%u", i);

        put_product(writer, "", product, "here");
    }
    vt_readstore_changes_free(commit(writer));
    vt_readstore_writer_free(writer);
    store = vt_readstore_new(path, 1);
    read = read_store(store);
    for (guint i = 0; i < PRODUCTS; i++) {
        g_autofree char *product = g_strdup_printf("p%u", i);
        g_autoptr(GError) error = NULL;
        g_autoptr(VtReadstoreProduct) row =
            vt_readstore_find_product(read, "OUN1", "", product, NULL, &error);

        if (i == 0) {
            assert_ok(row != NULL, error);
            assert_int_equal(truncate(path, KEPT_BYTES), 0);
        } else if (row == NULL) {
            assert_true(
                vt_error_is(error, VT_ERROR_DAMAGED) || vt_error_is(error, VT_ERROR_STORAGE));
            n_refused++;
        }
    }
    assert_true(n_refused > 0);
}

/* A store opened as a database, with the statements it remembers. */
typedef struct {
    VtDb *db;
    GPtrArray *statements; /* VtSql and their texts, owned; freed after the session */
} Bare;

/* @text gives a column `n`, or nothing. */
static VtStmt *
prepare(Bare *self, const char *text, const char *const *columns)
{
    static const char *const none[] = {NULL};
    char *kept = g_strdup(text);
    VtSql *sql = g_new0(VtSql, 1);
    g_autoptr(GError) error = NULL;
    VtStmt *stmt;

    *sql = (VtSql){"test", kept, kept, none, columns};
    g_ptr_array_add(self->statements, sql);
    g_ptr_array_add(self->statements, kept);
    stmt = vt_db_stmt(self->db, sql, &error);
    assert_ok(stmt != NULL, error);
    return stmt;
}

static gint64
ask_number(Bare *self, const char *text)
{
    static const char *const columns[] = {"n", NULL};
    g_autoptr(VtStmt) stmt = prepare(self, text, columns);
    g_autoptr(GError) error = NULL;
    gint64 number = -1;

    while (vt_stmt_next(stmt))
        number = vt_stmt_int(stmt, "n");
    assert_ok(vt_stmt_end(stmt, &error), error);
    return number;
}

static void
do_sql(Bare *self, const char *text)
{
    static const char *const none[] = {NULL};
    g_autoptr(VtStmt) stmt = prepare(self, text, none);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_stmt_exec(stmt, NULL, &error), error);
}

static const char *const numbered_tables[] = {"product_row", "variant_alias", "category_row",
    "asset_record", "image_record", "channel_row", "configuration", "product_record"};

static void
catch_up_table(Bare *self, const char *table)
{
    g_autofree char *copy = g_strdup_printf("INSERT OR REPLACE INTO %s SELECT * FROM newer.%s "
                                            "WHERE seq > (SELECT CAST(value AS INTEGER) "
                                            "FROM main.store WHERE name = 'cursor')",
        table, table);
    g_autofree char *left = g_strdup_printf(
        "SELECT count(*) AS n FROM (SELECT * FROM newer.%s EXCEPT SELECT * FROM main.%s)", table,
        table);
    g_autofree char *extra = g_strdup_printf(
        "SELECT count(*) AS n FROM (SELECT * FROM main.%s EXCEPT SELECT * FROM newer.%s)", table,
        table);

    do_sql(self, copy);
    assert_int_equal(ask_number(self, left), 0);
    assert_int_equal(ask_number(self, extra), 0);
}

/* As a node elsewhere will do it: takes the rows whose number is above its own. */
static void
catch_up(const char *old_path, const char *path)
{
    g_autofree char *url = g_strconcat("sqlite:", old_path, NULL);
    g_autofree char *attach = g_strdup_printf("ATTACH DATABASE '%s' AS newer", path);
    Bare bare = {vt_db_open(url, VT_DB_DERIVED, NULL), g_ptr_array_new_with_free_func(g_free)};

    assert_non_null(bare.db);
    do_sql(&bare, attach);
    for (gsize i = 0; i < G_N_ELEMENTS(numbered_tables); i++)
        catch_up_table(&bare, numbered_tables[i]);
    assert_int_equal(
        ask_number(&bare, "SELECT count(*) AS n FROM main.sqlite_master WHERE type = 'table' AND "
                          "sql LIKE '%seq BIGINT%'"),
        G_N_ELEMENTS(numbered_tables));
    vt_db_free(bare.db);
    g_ptr_array_unref(bare.statements);
}

/* Puts or, every third time, deletes one thing of each kind, by chance. */
static void
change_by_chance(VtReadstoreWriter *writer, GRand *random)
{
    g_autofree char *name = g_strdup_printf("n%d", g_rand_int_range(random, 0, 20));
    g_autofree char *mark = g_strdup_printf("m%d", g_rand_int_range(random, 0, 5));
    g_autofree char *text = g_strdup_printf("{\"x\":%d}", g_rand_int_range(random, 0, 5));
    g_autofree char *locale = g_strdup("de-de");
    VtReadstoreAsset asset = {.asset = g_rand_int_range(random, 1, 20),
        .locale = locale,
        .name = name,
        .alt = mark,
        .hash = mark,
        .media_type = mark};
    VtReadstoreImage image = {.code = name, .asset = asset.asset};
    VtReadstoreChannel channel = {name, locale, text};
    gboolean done;

    if (g_rand_int_range(random, 0, 3) == 0) {
        done = vt_readstore_delete_product(writer, "OUN1", "", name, NULL) &&
               vt_readstore_delete_variant(writer, name, NULL) &&
               vt_readstore_delete_category(writer, "OUN1", "", name, NULL) &&
               vt_readstore_delete_asset(writer, asset.asset, locale, NULL) &&
               vt_readstore_delete_image(writer, name, NULL) &&
               vt_readstore_delete_channel(writer, name, NULL) &&
               vt_readstore_delete_configuration(writer, "kind", name, NULL);
    } else {
        put_product(writer, "", name, mark);
        done = vt_readstore_put_variant(writer, name, mark, NULL) &&
               vt_readstore_put_product_record(writer, name, mark, text, NULL) &&
               vt_readstore_put_category(writer, "OUN1", "", name, text, NULL) &&
               vt_readstore_put_asset(writer, &asset, NULL) &&
               vt_readstore_put_image(writer, &image, NULL) &&
               vt_readstore_put_channel(writer, &channel, NULL) &&
               vt_readstore_put_configuration(writer, "kind", name, text, NULL);
    }
    assert_true(done);
}

/* Some batches more; the store is closed when it returns. */
static void
grow(const char *path, GRand *random, gint64 *seq)
{
    enum { BATCHES = 4, CHANGES = 15 };
    VtReadstoreWriter *writer = open_writer(path);

    for (int i = 0; i < BATCHES; i++) {
        begin(writer, ++*seq);
        for (int n = 0; n < CHANGES; n++)
            change_by_chance(writer, random);
        vt_readstore_changes_free(commit(writer));
    }
    vt_readstore_writer_free(writer);
}

static void
rows_above_a_number_bring_an_old_copy_to_the_new_state(void **state)
{
    enum { ROUNDS = 5 };
    g_autofree char *path = new_path();
    g_autofree char *copy = g_strconcat(path, ".copy", NULL);
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    gint64 seq = 0;

    for (int round = 0; round < ROUNDS; round++) {
        g_autofree char *content = NULL;
        gsize length = 0;

        grow(path, random, &seq);
        assert_true(g_file_get_contents(path, &content, &length, NULL));
        assert_true(g_file_set_contents(copy, content, (gssize)length, NULL));
        grow(path, random, &seq);
        catch_up(copy, path);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_is_accepted_by_every_engine),
        cmocka_unit_test(a_row_is_found_by_its_locale_then_for_any_and_by_a_variant),
        cmocka_unit_test(a_put_that_changes_nothing_is_not_reported),
        cmocka_unit_test(a_deleted_row_is_gone_once_and_may_come_back),
        cmocka_unit_test(an_asset_is_found_in_its_locale_else_neutral),
        cmocka_unit_test(a_changed_text_of_an_asset_is_one_change),
        cmocka_unit_test(records_and_configuration_are_found_as_put),
        cmocka_unit_test(every_kind_can_be_deleted),
        cmocka_unit_test(a_read_sees_one_log_number_whatever_is_written_meanwhile),
        cmocka_unit_test(an_aborted_or_refused_batch_leaves_nothing),
        cmocka_unit_test(a_store_is_reopened_where_it_stopped_and_only_by_its_owner),
        cmocka_unit_test(a_rebuilt_store_takes_over_at_the_next_read),
        cmocka_unit_test(a_rebuild_that_is_given_up_leaves_the_store_as_it_was),
        cmocka_unit_test(what_is_no_store_is_refused),
        cmocka_unit_test(a_copy_in_place_of_the_link_answers_until_it_is_built_anew),
        cmocka_unit_test(a_thing_that_is_refused_is_undone_whole_and_the_others_stay),
        cmocka_unit_test(a_store_cut_short_while_it_is_read_is_an_error_and_nothing_worse),
        cmocka_unit_test(a_store_is_read_while_nobody_writes_it),
        cmocka_unit_test(threads_never_see_half_a_batch_nor_a_missing_store),
        cmocka_unit_test(rectangles_survive_as_text),
        cmocka_unit_test(rows_above_a_number_bring_an_old_copy_to_the_new_state),
    };

    return vt_test_run("readstore/store", tests);
}
