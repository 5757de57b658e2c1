#include "base/thread.h"
#include "changelog/consumer.h"
#include "sync/testing.h"

#include <stdio.h>
#include <unistd.h>

/* Primary media of one variant alone, in one context. */
static void
assign_variant(Shop *shop, const char *variant, const char *code, const char *locale, gint64 asset)
{
    VtAssignmentKey node = {.scope = VT_SCOPE_VARIANT};
    VtSetKey key = {.channel_id = channel(shop, code)};
    g_autoptr(VtAssignment) assignment = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    g_autoptr(GError) error = NULL;
    gint64 document, number;
    gboolean changed;
    VtProductRef ref;

    assert_ok(vt_product_find(shop->db, shop->tenant, variant, &ref, &error), error);
    node.variant_id = ref.variant_id;
    key.product_id = ref.product_id;
    g_strlcpy(key.locale, locale, sizeof key.locale);
    assert_ok(vt_assignment_put(assignment, &node, VT_MEDIA_GROUP_PRIMARY, asset, NULL, 1, &error),
        error);
    assert_ok(
        vt_set_ensure(shop->db, shop->tenant, &key, &vt_test_actor, &document, &error), error);
    assert_ok(vt_document_state(shop->db, document, VT_GROUP_LIVE, &now, &error), error);
    assert_ok(
        vt_set_check_in(shop->db, &now, assignment, &vt_test_actor, &number, &changed, &error),
        error);
}

static void
each_context_answers_where_it_should(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");

        assert_int_equal(a, 1);
        assert_int_equal(b, 2);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "tills", "OUN002", "fr-fr", "MUG", "Omnichannel/system_neutral 1");
        assign(&shop, "MUG", NULL, "en-us", b, a);
        assign(&shop, "MUG", "OUN001", "de-de", b, 0);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        publish_all(&shop);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/en-us 2,1");
        assert_answer(&shop, "main", "OUN001", "de-de", "MUG", "OUN001/de-de 2");
        assert_answer(&shop, "main", "OUN001", "pl-pl", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "tills", "OUN002", "fr-fr", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "tills", "OUN002", "en-us", "MUG", "Omnichannel/en-us 2,1");
    }
}

static void
a_channel_database_holds_its_own_channels_and_assortments_only(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);

        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN002", "fr-fr", "MUG", "-");
        assert_answer(&shop, "tills", "OUN001", "en-us", "MUG", "-");
        assert_answer(&shop, "main", "OUN001", "en-us", "TILL", "-");
        assert_answer(&shop, "tills", "OUN002", "fr-fr", "TILL", "none");
    }
}

static void
running_again_changes_nothing_and_consumers_say_how_far(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(GPtrArray) consumers = NULL;
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A"), seq;

        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        seq = publish_all(&shop);
        assert_true(run(&shop, FALSE).n_changed > 0);
        assert_int_equal(run(&shop, FALSE).n_changed, 0);
        consumers = vt_consumer_list(shop.db, shop.tenant, NULL, NULL);
        assert_int_equal(consumers->len, 4); /* each store and its search index */
        for (guint i = 0; i < consumers->len; i++)
            assert_int_equal(((VtConsumer *)g_ptr_array_index(consumers, i))->seq, seq);
    }
}

static void
one_publish_changes_only_the_keys_it_affects(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        assign(&shop, "MUG", "OUN001", "de-de", a, 0);
        publish_all(&shop);
        assert_int_equal(run(&shop, FALSE).n_changed, 1);
        vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "Better");
        publish_all(&shop);
        assert_int_equal(run(&shop, FALSE).n_changed, 2); /* one record in each store */
    }
}

static void
a_store_built_anew_answers_as_one_that_grew(void **state)
{
    static const struct {
        const char *database, *code, *locale, *product;
    } row[] = {
        {"main", "OUN001", "en-us", "MUG"},
        {"main", "OUN001", "de-de", "MUG"},
        {"main", "OUN001", "pl-pl", "MH01"},
        {"main", "OUN001", "xx", "MH01-B-S"},
        {"tills", "OUN002", "fr-fr", "TILL"},
        {"tills", "OUN002", "system_neutral", "MUG"},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        char *grown[G_N_ELEMENTS(row)];

        run(&shop, FALSE);
        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        assign(&shop, "MUG", "OUN002", VT_LOCALE_NEUTRAL, a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        assign(&shop, "MH01", "OUN001", "pl-pl", a, 0);
        assign(&shop, "TILL", "OUN002", "fr-fr", a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
            grown[i] = answer(&shop, row[i].database, row[i].code, row[i].locale, row[i].product);
        run(&shop, TRUE);
        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            assert_answer(
                &shop, row[i].database, row[i].code, row[i].locale, row[i].product, grown[i]);
            g_free(grown[i]);
        }
        assert_answer(&shop, "main", "OUN001", "pl-pl", "MH01", "OUN001/pl-pl 1");
        assert_answer(&shop, "tills", "OUN002", "system_neutral", "MUG", "OUN002/system_neutral 1");
    }
}

/* Whatever level answers, finding the row is one statement. */
static void
every_level_of_fallback_is_one_look_up(void **state)
{
    static const struct {
        const char *locale, *id;
        VtScope scope;
    } row[] = {
        {"en-us", "MH01", VT_SCOPE_MASTER},
        {"en-us", "MH01-B-S", VT_SCOPE_MASTER},
        {"de-de", "MH01", VT_SCOPE_NONE},
        {"de-de", "MH01-B-S", VT_SCOPE_VARIANT},
        {"xx", "MH01-R-S", VT_SCOPE_MASTER},
    };
    g_auto(Shop) shop = open_shop(0);
    g_autofree char *path = g_strdup_printf("%s/acme/main.db", shop.folder);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

    assign(&shop, "MH01", NULL, VT_LOCALE_NEUTRAL, a, 0);
    assign_variant(&shop, "MH01-B-S", "OUN001", "de-de", a);
    publish_all(&shop);
    run(&shop, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, NULL);
        guint64 before = vt_readstore_read_n_statements(read);
        g_autoptr(VtReadstoreProduct) found =
            vt_readstore_find_product(read, "OUN001", row[i].locale, row[i].id, NULL, NULL);
        int variant = vt_resolve_product_find_variant(&found->product, row[i].id);
        VtResolveSelection selection =
            variant < 0 ? VT_RESOLVE_NO_SELECTION
                        : vt_resolve_selection_variant(&found->product, (guint)variant);
        VtResolveNode node = vt_resolve_node(
            vt_readstore_product_find_set(found, NULL), &found->product, &selection, FALSE);

        assert_int_equal(node.scope, row[i].scope);
        assert_int_equal(vt_readstore_read_n_statements(read) - before, 1);
    }
}

static void
a_new_channel_is_answered_without_a_publish(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtCatalogReport) report = {0};
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        vt_test_import(shop.db, shop.tenant,
            "{\"channels\":[{\"code\":\"OUN003\",\"locales\":[\"it-it\"]}]}", &report);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN003", "it-it", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
    }
}

static void
asset_records_follow_their_locale(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autofree char *path = g_strdup_printf("%s/acme/main.db", shop.folder);
        g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
        g_autoptr(VtReadstoreRead) read = NULL;
        g_autoptr(VtReadstoreAsset) german = NULL, english = NULL;
        g_autoptr(VtReadstoreImage) image = NULL;
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "Shirt");

        vt_test_add_asset(shop.db, shop.tenant, "a", "de-de", "Hemd");
        run(&shop, FALSE);
        read = vt_readstore_read_begin(store, NULL);
        assert_null(vt_readstore_find_image(read, "a", NULL));
        g_clear_pointer(&read, vt_readstore_read_free);
        publish_all(&shop);
        run(&shop, FALSE);
        read = vt_readstore_read_begin(store, NULL);
        german = vt_readstore_find_asset(read, a, "de-de", NULL);
        english = vt_readstore_find_asset(read, a, "en-us", NULL);
        image = vt_readstore_find_image(read, "a", NULL);
        assert_string_equal(german->alt, "Hemd");
        assert_string_equal(english->alt, "Shirt");
        assert_int_equal(image->asset, a);
    }
}

/* Texts alone name no picture: while the neutral variant waits, there is nothing to serve. */
static void
a_locale_without_any_picture_is_not_shown(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    g_autofree char *path = g_strdup_printf("%s/acme/main.db", shop.folder);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = NULL;
    g_autoptr(VtReadstoreAsset) german = NULL;
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", "de-de", "Hemd");

    publish_all(&shop);
    vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "Shirt");
    run(&shop, FALSE);
    read = vt_readstore_read_begin(store, NULL);
    assert_null(vt_readstore_find_asset(read, a, "de-de", NULL));
    g_clear_pointer(&read, vt_readstore_read_free);
    publish_all(&shop);
    run(&shop, FALSE);
    read = vt_readstore_read_begin(store, NULL);
    german = vt_readstore_find_asset(read, a, "de-de", NULL);
    assert_string_equal(german->alt, "Hemd");
}

static void
a_damaged_store_is_built_anew(void **state)
{
    static const char junk[8192] = "this was a database once";
    g_auto(Shop) shop = open_shop(0);
    g_autofree char *path = g_strdup_printf("%s/acme/main.db", shop.folder);
    g_autofree char *log = g_strdup_printf("%s/acme/main.db.2-wal", shop.folder);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
    FILE *file;

    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    run(&shop, FALSE);
    unlink(log);
    file = fopen(path, "w");
    assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    fclose(file);
    run(&shop, FALSE);
    assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
}

/* After every store that was applied, the moving channel is in one at least. */
static void
look_for_the_channel(gpointer data)
{
    g_autofree char *here = answer(data, "main", "OUN001", "en-us", "MUG");
    g_autofree char *there = answer(data, "tills", "OUN001", "en-us", "MUG");

    assert_false(strcmp(here, "-") == 0 && strcmp(there, "-") == 0);
}

static void
a_channel_that_moves_is_never_without_a_store(void **state)
{
    static const char *const file[] = {
        "{\"channels\":[{\"code\":\"OUN001\",\"locales\":[\"en-us\"],\"database\":\"tills\"}]}",
        "{\"channels\":[{\"code\":\"OUN001\",\"locales\":[\"en-us\"],\"database\":\"main\"}]}"};
    g_auto(Shop) shop = open_shop(0);
    VtSync sync = {
        .db = shop.db, .directory = shop.folder, .applied = look_for_the_channel, .data = &shop};

    run(&shop, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(file); i++) {
        g_auto(VtCatalogReport) report = {0};
        VtSyncReport done = {0};

        vt_test_import(shop.db, shop.tenant, file[i], &report);
        assert_true(vt_sync_run(&sync, 1, &done, NULL));
        assert_int_equal(done.n_stores, 2);
        assert_int_equal(done.n_failed, 0);
    }
    assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
    assert_answer(&shop, "tills", "OUN001", "en-us", "MUG", "-");
}

/* Once, between the run of `main` and that of `tills`. */
static void
move_the_tills(gpointer data)
{
    Shop *shop = data;
    g_auto(VtCatalogReport) report = {0};

    vt_test_import(shop->db, shop->tenant,
        "{\"channels\":[{\"code\":\"OUN002\",\"locales\":[\"fr-fr\"],\"database\":\"main\"}]}",
        &report);
}

static void
a_channel_that_moves_during_a_run_is_left_to_the_next(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
    VtSync sync = {
        .db = shop.db, .directory = shop.folder, .applied = move_the_tills, .data = &shop};
    VtSyncReport report = {0};

    run(&shop, FALSE);
    assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
    publish_all(&shop);
    assert_true(vt_sync_run(&sync, 1, &report, NULL));
    assert_int_equal(report.n_failed, 0);
    assert_answer(&shop, "tills", "OUN002", "fr-fr", "MUG", "none");
    run(&shop, FALSE);
    assert_answer(&shop, "main", "OUN002", "fr-fr", "MUG", "Omnichannel/system_neutral 1");
    assert_answer(&shop, "tills", "OUN002", "fr-fr", "MUG", "-");
}

enum { BUILDERS = 3, BUILDS = 8 };

typedef struct {
    Shop shop;
    const char *folder; /* shared */
    gint n_failed;
    gint *n_running;
} Builder;

static void
build_often(gpointer data)
{
    Builder *self = data;
    VtSync sync = {.db = self->shop.db, .directory = self->folder};

    for (int i = 0; i < BUILDS; i++) {
        VtSyncReport report = {0};

        if (!vt_sync_rebuild(&sync, NULL, 1, &report, NULL) || report.n_failed > 0)
            self->n_failed++;
    }
    g_atomic_int_add(self->n_running, -1);
}

/* As a command and a server that share a folder: same shop, same stores. */
static void
builds_at_the_same_time_do_not_disturb_each_other_or_readers(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    VtThread *thread[BUILDERS];
    Builder builder[BUILDERS];
    gint n_running = BUILDERS;

    run(&shop, FALSE);
    for (int i = 0; i < BUILDERS; i++) {
        builder[i] = (Builder){open_shop(0), shop.folder, 0, &n_running};
        thread[i] = vt_thread_new("builder", build_often, &builder[i]);
    }
    while (g_atomic_int_get(&n_running) > 0)
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "none");
    for (int i = 0; i < BUILDERS; i++) {
        vt_thread_join(thread[i]);
        assert_int_equal(builder[i].n_failed, 0);
        shop_clear(&builder[i].shop);
    }
}

/* "channel/locale asset" of what a store answers for a category, "none" without a set, "-" without
 * a row. */
static void
assert_category(const Shop *shop,
    const char *database,
    const char *code,
    const char *locale,
    const char *category,
    const char *expected)
{
    g_autofree char *path = g_strdup_printf("%s/acme/%s.db", shop->folder, database);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, NULL);
    g_autoptr(VtReadstoreCategory) row = NULL;
    g_autofree char *got = NULL;

    assert_non_null(read);
    row = vt_readstore_find_category(read, code, locale, category, NULL);
    if (row == NULL)
        got = g_strdup("-");
    else if (row->source_channel == NULL)
        got = g_strdup("none");
    else
        got = g_strdup_printf("%s/%s %d", row->source_channel, row->source_locale, (int)row->asset);
    assert_string_equal(got, expected);
}

static void
assign_category(
    Shop *shop, const char *category, const char *code, const char *locale, gint64 asset)
{
    vt_test_assign_category(shop->db, shop->tenant, category, channel(shop, code), locale, asset);
}

/* `men` belongs to OUN001 only, `tees` to every channel. */
static void
a_category_answers_in_its_own_channel_only(void **state)
{
    static const struct {
        const char *database, *channel, *locale, *category, *expected;
    } row[] = {
        {"main", "OUN001", "de-de", "tees", "OUN001/de-de 2"},
        {"main", "OUN001", "en-us", "tees", "OUN001/system_neutral 1"},
        {"main", "OUN001", "xx", "tees", "OUN001/system_neutral 1"},
        {"main", "OUN001", "system_neutral", "tees", "OUN001/system_neutral 1"},
        {"main", "OUN001", "pl-pl", "tees", "OUN001/pl-pl 0"},
        {"tills", "OUN002", "fr-fr", "tees", "OUN002/fr-fr 2"},
        {"tills", "OUN002", "de-de", "tees", "none"},
        {"main", "OUN001", "en-us", "men", "none"},
        {"main", "OUN002", "fr-fr", "tees", "-"},
        {"tills", "OUN001", "de-de", "tees", "-"},
        {"tills", "OUN002", "fr-fr", "men", "-"},
        {"main", "OUN001", "en-us", "hats", "-"},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        for (int anew = 0; anew < 2; anew++) { /* grown batch by batch, then built whole */
            g_auto(Shop) shop = open_shop(kind);
            gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
            gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");

            run(&shop, FALSE);
            assert_category(&shop, "main", "OUN001", "de-de", "tees", "none");
            assign_category(&shop, "tees", "OUN001", VT_LOCALE_NEUTRAL, a);
            assign_category(&shop, "tees", "OUN001", "de-de", b);
            publish_all(&shop);
            run(&shop, FALSE);
            assign_category(&shop, "tees", "OUN002", "fr-fr", b);
            assign_category(&shop, "tees", "OUN001", "pl-pl", 0);
            assign_category(&shop, "men", "OUN002", "fr-fr", a);
            publish_all(&shop);
            run(&shop, anew);
            for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
                assert_category(&shop, row[i].database, row[i].channel, row[i].locale,
                    row[i].category, row[i].expected);
        }
    }
}

static void
a_category_changes_only_its_own_rows(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtCatalogReport) renamed = {0};
        g_auto(VtCatalogReport) moved = {0};
        g_auto(VtCatalogReport) added = {0};
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");

        assign_category(&shop, "tees", "OUN001", "en-us", a);
        publish_all(&shop);
        run(&shop, FALSE);
        assign_category(&shop, "tees", "OUN001", "de-de", a);
        publish_all(&shop);
        assert_int_equal(run(&shop, FALSE).n_changed, 1);
        vt_test_import(shop.db, shop.tenant,
            "{\"categories\":[{\"id\":\"tees\",\"name\":\"Tops\",\"parent\":\"men\"}]}", &renamed);
        assert_int_equal(run(&shop, FALSE).n_changed, 4); /* three rows in main, one in tills */
        vt_test_import(shop.db, shop.tenant,
            "{\"categories\":[{\"id\":\"tees\",\"name\":\"Tops\",\"parent\":\"men\","
            "\"channels\":[\"OUN002\"]}]}",
            &moved);
        assert_int_equal(run(&shop, FALSE).n_changed, 3);
        assert_category(&shop, "main", "OUN001", "en-us", "tees", "-");
        assert_category(&shop, "main", "OUN001", "xx", "tees", "-");
        assert_category(&shop, "tills", "OUN002", "xx", "tees", "none");
        vt_test_import(
            shop.db, shop.tenant, "{\"categories\":[{\"id\":\"hats\",\"name\":\"Hats\"}]}", &added);
        assert_int_equal(run(&shop, FALSE).n_changed, 2);
        assert_category(&shop, "main", "OUN001", "en-us", "hats", "none");
    }
}

/* The file a store is in now: another one after it was built anew. */
static char *
file_of(const Shop *shop, const char *database)
{
    g_autofree char *path = vt_sync_store_path(shop->folder, "acme", database);

    return g_file_read_link(path, NULL);
}

static void
a_channel_that_changes_builds_its_own_store_only(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtCatalogReport) report = {0};
        g_autofree char *main_before = NULL, *tills_before = NULL, *main_after = NULL,
                        *tills_after = NULL, *main_asked = NULL;

        run(&shop, FALSE);
        main_before = file_of(&shop, "main");
        tills_before = file_of(&shop, "tills");
        vt_test_import(shop.db, shop.tenant,
            "{\"channels\":[{\"code\":\"OUN002\",\"name\":\"Other tills\",\"type\":\"retail\","
            "\"locales\":[\"fr-fr\"],\"database\":\"tills\"}]}",
            &report);
        run(&shop, FALSE);
        main_after = file_of(&shop, "main");
        tills_after = file_of(&shop, "tills");
        assert_string_equal(main_after, main_before);
        assert_string_not_equal(tills_after, tills_before);
        assert_true(vt_sync_request_rebuild(shop.db, shop.tenant, &vt_test_actor, NULL));
        run(&shop, FALSE);
        main_asked = file_of(&shop, "main");
        assert_string_not_equal(main_asked, main_before);
    }
}

/* MH01 alone has colours: its rows in three locales of OUN001 and two of OUN002, and the records of
 * both channels. */
static void
a_dimension_that_changes_touches_its_products_only(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtCatalogReport) report = {0};

        run(&shop, FALSE);
        vt_test_import(shop.db, shop.tenant,
            "{\"dimensions\":[{\"name\":\"Color\",\"values\":[{\"value\":\"Red\","
            "\"swatch\":\"#f00\"}]}]}",
            &report);
        assert_int_equal(run(&shop, FALSE).n_changed, 3 + 2 + 2);
    }
}

/* What the row of a product in OUN001/en-us says. */
static gboolean
severs_by_scope(const Shop *shop, const char *product)
{
    g_autofree char *path = vt_sync_store_path(shop->folder, "acme", "main");
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, NULL);
    g_autoptr(VtReadstoreProduct) row =
        vt_readstore_find_product(read, "OUN001", "en-us", product, NULL, NULL);

    assert_non_null(row);
    return row->sever_by_scope;
}

static void
rules_of_fallback_alter_answers_without_a_publish(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 a = vt_test_add_asset(shop.db, shop.tenant, "a", VT_LOCALE_NEUTRAL, "A");
        gint64 b = vt_test_add_asset(shop.db, shop.tenant, "b", VT_LOCALE_NEUTRAL, "B");

        assign(&shop, "MUG", NULL, VT_LOCALE_NEUTRAL, a, 0);
        assign(&shop, "MUG", NULL, "en", b, 0);
        assign(&shop, "MH01", NULL, VT_LOCALE_NEUTRAL, a, 0);
        assign(&shop, "MH01", "OUN001", VT_LOCALE_NEUTRAL, b, 0);
        publish_all(&shop);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "Omnichannel/system_neutral 1");
        set_setting(&shop, "language_parent_fallback", NULL, "true", 1);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/en 2");
        assert_answer(&shop, "main", "OUN001", "de-de", "MUG", "Omnichannel/system_neutral 1");
        set_setting(&shop, "channel_neutral_level", NULL, "true", 1);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "OUN001/system_neutral 2");
        assert_answer(&shop, "main", "OUN001", "xx", "MH01", "OUN001/system_neutral 2");
        assert_answer(&shop, "tills", "OUN002", "fr-fr", "MH01", "Omnichannel/system_neutral 1");
        assert_false(severs_by_scope(&shop, "MUG"));
        set_setting(&shop, "severance", NULL, "scope", 1);
        run(&shop, FALSE);
        assert_true(severs_by_scope(&shop, "MUG"));
        set_setting(&shop, "severance", NULL, "default", 1);
        set_setting(&shop, "language_parent_fallback", NULL, "default", 1);
        set_setting(&shop, "channel_neutral_level", NULL, "default", 1);
        run(&shop, FALSE);
        assert_answer(&shop, "main", "OUN001", "en-us", "MUG", "Omnichannel/system_neutral 1");
        assert_answer(&shop, "main", "OUN001", "en-us", "MH01", "Omnichannel/system_neutral 1");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_context_answers_where_it_should),
        cmocka_unit_test(a_channel_database_holds_its_own_channels_and_assortments_only),
        cmocka_unit_test(running_again_changes_nothing_and_consumers_say_how_far),
        cmocka_unit_test(one_publish_changes_only_the_keys_it_affects),
        cmocka_unit_test(a_store_built_anew_answers_as_one_that_grew),
        cmocka_unit_test(every_level_of_fallback_is_one_look_up),
        cmocka_unit_test(a_new_channel_is_answered_without_a_publish),
        cmocka_unit_test(asset_records_follow_their_locale),
        cmocka_unit_test(a_category_answers_in_its_own_channel_only),
        cmocka_unit_test(a_category_changes_only_its_own_rows),
        cmocka_unit_test(a_locale_without_any_picture_is_not_shown),
        cmocka_unit_test(a_damaged_store_is_built_anew),
        cmocka_unit_test(a_channel_that_moves_is_never_without_a_store),
        cmocka_unit_test(a_channel_that_moves_during_a_run_is_left_to_the_next),
        cmocka_unit_test(builds_at_the_same_time_do_not_disturb_each_other_or_readers),
        cmocka_unit_test(a_channel_that_changes_builds_its_own_store_only),
        cmocka_unit_test(a_dimension_that_changes_touches_its_products_only),
        cmocka_unit_test(rules_of_fallback_alter_answers_without_a_publish),
    };
    return vt_test_run("sync/sync", tests);
}
