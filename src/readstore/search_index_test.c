/* What the search index of a store finds, and what it never shows. */
#include "readstore/search_index.h"

#include "base/error.h"
#include "base/locale.h"
#include "readstore/reader.h"
#include "readstore/words.h"
#include "readstore/writer.h"
#include "tests/unit/support.h"

#include <stdio.h>
#include <string.h>

/* A store, its writer and its reader. */
typedef struct {
    char *path;
    VtReadstoreWriter *writer;
    VtReadstore *store;
    gint64 seq;
} Fixture;

static void
fixture_clear(Fixture *self)
{
    vt_readstore_free(self->store);
    vt_readstore_writer_free(self->writer);
    g_free(self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static Fixture
fixture_open(void)
{
    g_autofree char *folder = vt_test_directory();
    Fixture self = {.path = g_build_filename(folder, "main.db", NULL)};
    g_autoptr(GError) error = NULL;

    self.writer = vt_readstore_writer_open(self.path, "acme", "main", &error);
    assert_ok(self.writer != NULL, error);
    self.store = vt_readstore_new(self.path, 1);
    return self;
}

static void
begin(Fixture *self)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_readstore_batch_begin(self->writer, ++self->seq, &error), error);
}

/* @index: with its search index. */
static void
commit(Fixture *self, gboolean index)
{
    g_autoptr(GError) error = NULL;

    if (index)
        assert_ok(vt_readstore_index_search(self->writer, &error), error);
    assert_ok(vt_readstore_batch_commit(self->writer, NULL, &error), error);
}

static void
put_channel(Fixture *self, const char *code)
{
    g_autofree char *copy = g_strdup(code);
    char locale[] = "en-us", body[] = "{}";
    const VtReadstoreChannel channel = {copy, locale, body};

    assert_true(vt_readstore_put_channel(self->writer, &channel, NULL));
}

/* A product in @channel whose master shows @asset. */
static void
put_product(Fixture *self, const char *channel, const char *product, const char *name, gint64 asset)
{
    const gint64 primary[] = {asset, 99};
    const VtResolveNode node = {.scope = VT_SCOPE_MASTER, .primary = primary, .n_primary = 2};
    const VtResolveSet set = {
        .context = {VT_RESOLVE_OMNICHANNEL, VT_LOCALE_NEUTRAL, NULL}, .nodes = &node, .n_nodes = 1};
    const VtReadstoreProduct row = {.sets = &set, .n_sets = 1};
    g_autofree char *body = vt_readstore_product_encode(&row);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_readstore_put_product(self->writer, channel, "", product, body, &error), error);
    assert_ok(vt_readstore_put_product_record(self->writer, product, name, "Blue P-100-X", &error),
        error);
}

static void
put_asset(Fixture *self, gint64 asset, const char *locale, const char *name, const char *alt)
{
    g_autofree char *own_locale = g_strdup(locale);
    g_autofree char *own_name = g_strdup(name);
    g_autofree char *own_alt = g_strdup(alt);
    char words[] = "summer page";
    const VtReadstoreAsset record = {
        .asset = asset, .locale = own_locale, .name = own_name, .alt = own_alt, .words = words};

    assert_true(vt_readstore_put_asset(self->writer, &record, NULL));
}

static VtReadstoreHits
search(const Fixture *self, const VtReadstoreQuestion *question)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(self->store, &error);
    VtReadstoreHits hits = {0};

    assert_ok(read != NULL, error);
    assert_ok(vt_readstore_search(read, question, &hits, &error), error);
    return hits;
}

/* The products a channel finds, with the first picture of each, or assets, with blanks between. */
static void
assert_found(
    const Fixture *self, const char *channel, const char *locale, const char *text, const char *all)
{
    const VtReadstoreQuestion question = {text, channel, locale, 0, 100};
    g_auto(VtReadstoreHits) hits = search(self, &question);
    g_autoptr(GString) found = g_string_new(NULL);

    for (guint i = 0; i < hits.hits->len; i++) {
        const VtReadstoreHit *hit = g_ptr_array_index(hits.hits, i);

        g_string_append_printf(found, "%s%s%s%d", i > 0 ? " " : "",
            channel != NULL ? hit->product : "", channel != NULL ? ":" : "",
            (int)(channel != NULL ? g_array_index(hit->images, gint64, 0) : hit->asset));
    }
    assert_int_equal(hits.n_found, hits.hits->len);
    assert_false(hits.is_cut);
    assert_string_equal(found->str, all);
}

static void
products_are_found_by_what_they_are_called_in_their_channels(void **state)
{
    static const struct {
        const char *channel, *text, *found;
    } row[] = {
        {"OUN1", "tee", "t1:1 t2:2"},
        {"OUN1", "te", "t1:1 t2:2"},
        {"OUN1", "TEE striped", "t2:2"},
        {"OUN1", "t2", "t2:2"},
        {"OUN1", "cafe", "c1:3"},
        {"OUN1", "Café-Tasse", "c1:3"},
        {"OUN1", "p-100", "t1:1 c1:3 t2:2"},
        {"OUN1", "tee mug", ""},
        {"OUN1", "x4f554e31", ""},
        {"OUN2", "tee", "t2:2"},
        {"OUN3", "tee", ""},
        {"oun1", "tee", ""},
    };
    g_auto(Fixture) shop = fixture_open();

    begin(&shop);
    put_channel(&shop, "OUN1");
    put_channel(&shop, "OUN2");
    put_product(&shop, "OUN1", "t1", "Tee", 1);
    put_product(&shop, "OUN1", "t2", "Striped tee", 2);
    put_product(&shop, "OUN2", "t2", "Striped tee", 2);
    put_product(&shop, "OUN1", "c1", "Café Tasse", 3);
    commit(&shop, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        assert_found(&shop, row[i].channel, "en-us", row[i].text, row[i].found);
}

static void
assets_are_found_by_their_texts_in_the_locale_or_neutral_once(void **state)
{
    static const struct {
        const char *locale, *text, *found;
    } row[] = {
        {"de-de", "hemd", "1"},
        {"en-us", "hemd", ""},
        {"de-de", "shirt", "1"},
        {"en-us", "shirt", "1"},
        {"de-de", "front", "1 2"},
        {"en-us", "summer", "1 2"},
        {"en-us", "front shirt", "1"},
    };
    g_auto(Fixture) shop = fixture_open();

    begin(&shop);
    put_asset(&shop, 1, VT_LOCALE_NEUTRAL, "front", "A shirt");
    put_asset(&shop, 1, "de-de", "front", "Ein Hemd");
    put_asset(&shop, 2, VT_LOCALE_NEUTRAL, "mug", "The front of a mug");
    commit(&shop, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        assert_found(&shop, NULL, row[i].locale, row[i].text, row[i].found);
}

static void
pictures_of_lists_change_with_the_index_alone(void **state)
{
    g_auto(Fixture) shop = fixture_open();

    begin(&shop);
    put_channel(&shop, "OUN1");
    put_product(&shop, "OUN1", "t1", "Tee", 1);
    commit(&shop, TRUE);
    begin(&shop);
    put_product(&shop, "OUN1", "t1", "Shirt", 5);
    put_product(&shop, "OUN1", "t3", "New tee", 7);
    commit(&shop, FALSE);
    assert_int_equal(vt_readstore_writer_searched(shop.writer), 1);
    assert_found(&shop, "OUN1", "en-us", "tee", "t1:1");
    begin(&shop);
    commit(&shop, TRUE);
    assert_int_equal(vt_readstore_writer_searched(shop.writer), 3);
    assert_found(&shop, "OUN1", "en-us", "shirt", "t1:5");
    assert_found(&shop, "OUN1", "en-us", "tee", "t3:7");
}

static void
what_was_taken_back_is_not_shown_whatever_the_index_has_seen(void **state)
{
    g_auto(Fixture) shop = fixture_open();

    begin(&shop);
    put_channel(&shop, "OUN1");
    put_product(&shop, "OUN1", "t1", "Tee", 1);
    put_asset(&shop, 1, VT_LOCALE_NEUTRAL, "tee", "Tee");
    commit(&shop, TRUE);
    begin(&shop);
    assert_true(vt_readstore_delete_product(shop.writer, "OUN1", "", "t1", NULL));
    assert_true(vt_readstore_delete_asset(shop.writer, 1, VT_LOCALE_NEUTRAL, NULL));
    commit(&shop, FALSE);
    for (int indexed = 0; indexed < 2; indexed++) {
        assert_found(&shop, "OUN1", "en-us", "tee", "");
        assert_found(&shop, NULL, "en-us", "tee", "");
        begin(&shop);
        commit(&shop, TRUE);
    }
}

static void
pages_hold_each_match_once_up_to_the_bound(void **state)
{
    enum { PRODUCTS = VT_READSTORE_MAX_MATCHES + 20, PAGE = 300 };
    g_auto(Fixture) shop = fixture_open();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    VtReadstoreQuestion question = {"tee", "OUN1", "en-us", 0, PAGE};

    begin(&shop);
    put_channel(&shop, "OUN1");
    for (int i = 0; i < PRODUCTS; i++) {
        g_autofree char *code = g_strdup_printf("t%d", i);

        put_product(&shop, "OUN1", code, i == 0 ? "Tee" : "A tee of many", 1);
    }
    commit(&shop, TRUE);
    for (; question.offset < VT_READSTORE_MAX_MATCHES + PAGE; question.offset += PAGE) {
        g_auto(VtReadstoreHits) hits = search(&shop, &question);

        assert_int_equal(hits.n_found, VT_READSTORE_MAX_MATCHES);
        assert_true(hits.is_cut);
        for (guint i = 0; i < hits.hits->len; i++) {
            const VtReadstoreHit *hit = g_ptr_array_index(hits.hits, i);

            if (question.offset + i == 0)
                assert_string_equal(hit->product, "t0"); /* the shortest name is the best match */
            assert_true(g_hash_table_add(seen, g_strdup(hit->product)));
        }
    }
    assert_int_equal(g_hash_table_size(seen), VT_READSTORE_MAX_MATCHES);
}

/* Characters that mean something to some parser, of many scripts, and of none. */
static char *
text_by_chance(GRand *random)
{
    static const char *const pieces[] = {"\"", "'", "*", "(", ")", "^", ":", "-", "+", "{", "}",
        "NEAR", "AND", "OR", "NOT", "name", "scope", " ", "a", "ab", "9", "ß", "é", "e\xcc\x81",
        "\xcc\x81", "\xe6\x97\xa5\xe6\x9c\xac", "\xd8\xb3\xd9\x84", "\xf0\x9f\x91\x95",
        "\xf0\x9e\xa4\xa2", "\x01", "\xee\x80\x80", "\xf0\x90\x8c\xb0", "\xe2\x85\xa7", "\xc2\xb2",
        "\\", "%", ";", "--", "/*"};
    GString *text = g_string_new(NULL);
    int n = g_rand_int_range(random, 0, 12);

    for (int i = 0; i < n; i++)
        g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    return g_string_free(text, FALSE);
}

static void
no_text_is_an_error_but_one_past_its_bounds(void **state)
{
    enum { TEXTS = 3000 };
    g_auto(Fixture) shop = fixture_open();
    g_autoptr(GRand) random = g_rand_new_with_seed(11);
    guint n_good = 0;

    begin(&shop);
    put_channel(&shop, "OUN1");
    put_product(&shop, "OUN1", "t1", "AND OR NOT \"a", 1);
    put_asset(&shop, 1, VT_LOCALE_NEUTRAL, "ab", "9");
    commit(&shop, TRUE);
    for (int i = 0; i < TEXTS; i++) {
        g_autofree char *text = text_by_chance(random);
        g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(shop.store, NULL);
        const VtReadstoreQuestion question = {text, i % 2 == 0 ? "OUN1" : NULL, text, 0, 10};
        g_auto(VtReadstoreHits) hits = {0};
        g_autoptr(GError) error = NULL;

        if (vt_readstore_search(read, &question, &hits, &error))
            n_good++;
        else if (!vt_error_is(error, VT_ERROR_BAD_VALUE))
            fail_msg("'%s': %s", text, error->message);
    }
    assert_true(n_good > TEXTS / 2);
}

static void
an_index_that_fails_keeps_what_it_has_and_the_batch_goes_on(void **state)
{
    g_auto(Fixture) shop = fixture_open();
    g_autoptr(GError) error = NULL;

    begin(&shop);
    put_channel(&shop, "OUN1");
    put_product(&shop, "OUN1", "t1", "Tee", 1);
    commit(&shop, TRUE);
    begin(&shop);
    put_product(&shop, "OUN1", "t2", "Other tee", 2);
    assert_true(vt_readstore_put_product(shop.writer, "OUN1", "xx", "t2", "damaged", NULL));
    assert_false(vt_readstore_index_search(shop.writer, &error));
    assert_true(vt_error_is(error, VT_ERROR_STORAGE));
    commit(&shop, FALSE);
    assert_int_equal(vt_readstore_writer_cursor(shop.writer), 2);
    assert_int_equal(vt_readstore_writer_searched(shop.writer), 1);
    assert_found(&shop, "OUN1", "en-us", "tee", "t1:1");
    begin(&shop);
    assert_true(vt_readstore_delete_product(shop.writer, "OUN1", "xx", "t2", NULL));
    commit(&shop, TRUE);
    assert_found(&shop, "OUN1", "en-us", "tee", "t1:1 t2:2");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_found_by_what_they_are_called_in_their_channels),
        cmocka_unit_test(assets_are_found_by_their_texts_in_the_locale_or_neutral_once),
        cmocka_unit_test(pictures_of_lists_change_with_the_index_alone),
        cmocka_unit_test(what_was_taken_back_is_not_shown_whatever_the_index_has_seen),
        cmocka_unit_test(pages_hold_each_match_once_up_to_the_bound),
        cmocka_unit_test(no_text_is_an_error_but_one_past_its_bounds),
        cmocka_unit_test(an_index_that_fails_keeps_what_it_has_and_the_batch_goes_on),
    };
    return vt_test_run("readstore/search_index", tests);
}
