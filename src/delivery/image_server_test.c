/* The image server from outside, on a read store and pyramids the test makes: `photo` (600x400,
 * red; in de-de another binary, blue), `shoes/red`, `doc` (no picture), `lost` (its pyramid is not
 * there).
 */
#include "base/thread.h"
#include "delivery/image_server.h"
#include "delivery/testing.h"
#include "imaging/pyramid_writer.h"

#define IS "/is/image/acme"
#define WIDTH 600
#define HEIGHT 400
#define N_CLIENTS 60

static const VtPyramidFacts facts = {WIDTH, HEIGHT, 3, TRUE, 0, "jpeg", ""};

static void
make_pyramid(Shop *shop, const char *original, guint8 red, guint8 blue)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtBlobDraft) draft = vt_blob_draft_new(shop->blobs, &error);
    g_autoptr(VtPyramidWriter) writer =
        vt_pyramid_writer_new(vt_blob_draft_fd(draft), &facts, &error);
    guint8 row[WIDTH * 3];

    assert_ok(writer != NULL, error);
    for (guint i = 0; i < WIDTH; i++) {
        row[3 * i] = red;
        row[3 * i + 1] = (guint8)i;
        row[3 * i + 2] = blue;
    }
    for (guint i = 0; i < HEIGHT; i++)
        assert_ok(vt_pyramid_writer_push(writer, row, &error), error);
    assert_ok(vt_pyramid_writer_finish(writer, &error), error);
    assert_ok(
        vt_blob_keep_pyramid(shop->blobs, draft, original, TEST_PYRAMID_VERSION, &error), error);
}

/* @content: what the hash is taken of; NULL: no picture. */
static void
put_asset(Shop *shop, gint64 id, const char *locale, const char *content)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *writable = g_strdup(locale);
    char name[] = "any";
    char media_type[] = "image/jpeg";
    char attributes[] = "{\"modified_s\":784111777}";
    VtHash hash = vt_hash_bytes(content == NULL ? "" : content, content == NULL ? 0 : 1);
    const VtReadstoreAsset asset = {.asset = id,
        .locale = writable,
        .name = name,
        .type = content == NULL ? VT_ASSET_TYPE_FILE : VT_ASSET_TYPE_IMAGE,
        .hash = hash.hex,
        .media_type = media_type,
        .width = content == NULL ? 0 : WIDTH,
        .height = content == NULL ? 0 : HEIGHT,
        .attributes = attributes};

    assert_ok(vt_readstore_put_asset(shop->writer, &asset, &error), error);
}

static void
put_image(Shop *shop, const char *code, gint64 asset, const char *modifier, gboolean crop)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *writable_code = g_strdup(code);
    g_autofree char *writable_modifier = g_strdup(modifier);
    const VtReadstoreImage image = {.code = writable_code,
        .asset = asset,
        .modifier = writable_modifier,
        .crop = crop,
        .rectangle = {0.25, 0.25, 0.5, 0.5}};

    assert_ok(vt_readstore_put_image(shop->writer, &image, &error), error);
}

static void
fill(Shop *shop)
{
    VtHash red = vt_hash_bytes("r", 1);
    VtHash blue = vt_hash_bytes("b", 1);

    make_pyramid(shop, red.hex, 200, 20);
    make_pyramid(shop, blue.hex, 20, 200);
    shop_begin(shop);
    put_asset(shop, 1, "system_neutral", "r");
    put_asset(shop, 1, "de-de", "b");
    put_asset(shop, 2, "system_neutral", NULL);
    put_asset(shop, 3, "system_neutral", "l");
    put_image(shop, "photo", 1, NULL, FALSE);
    put_image(shop, "photo:Square", 1, "fmt=png", TRUE);
    put_image(shop, "shoes/red", 1, NULL, FALSE);
    put_image(shop, "doc", 2, NULL, FALSE);
    put_image(shop, "lost", 3, NULL, FALSE);
    put_image(shop, "unpublished", 4, NULL, FALSE);
    shop_commit(shop);
}

static const struct {
    const char *target;
    int status;
    const char *type;
    const char *body; /* NULL: not compared */
} answer_row[] = {
    {IS "/photo?wid=100", 200, "image/jpeg", NULL},
    {IS "/photo", 200, "image/jpeg", NULL},
    {IS "/photo/?wid=100", 200, "image/jpeg", NULL},
    {IS "/photo?wid=50&fmt=png", 200, "image/png", NULL},
    {IS "/photo:Square?wid=40", 200, "image/png", NULL},
    {IS "/shoes%2Fred?wid=50", 200, "image/jpeg", NULL},
    {IS "/shoes/red?wid=50&utm_source=x", 200, "image/jpeg", NULL},
    {IS "/none", 403, "text/plain;charset=UTF-8", "Image not found."},
    {IS "/unpublished", 403, "text/plain;charset=UTF-8", "Image not found."},
    {IS "/doc", 403, "text/plain;charset=UTF-8", "Image not found."},
    {IS "/lost", 403, "text/plain;charset=UTF-8", "Image cannot be read."},
    {IS "/PHOTO", 403, "text/plain;charset=UTF-8", "Image not found."},
    {"/is/image/ACME/photo", 403, "text/plain;charset=UTF-8", "Image not found."},
    {"/is/image/nobody/photo", 403, "text/plain;charset=UTF-8", "Image not found."},
    {IS "/photo?wid=many", 403, "text/plain;charset=UTF-8", "Invalid value for 'wid'."},
    {IS "/photo?wid=9000", 403, "text/plain;charset=UTF-8", "Image size limit exceeded."},
    {IS "/photo%00", 400, "application/problem+json", NULL},
};

static void
addresses_get_pictures_or_refusals(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(answer_row); i++) {
        g_auto(Heard) heard = ask(&shop, answer_row[i].target, "");
        g_autofree char *type = header_of(&heard, "Content-Type");

        if (heard.status != answer_row[i].status || g_strcmp0(type, answer_row[i].type) != 0)
            fail_msg("%s: %d %s %s", answer_row[i].target, heard.status, type, heard.body);
        if (answer_row[i].body != NULL)
            assert_string_equal(heard.body, answer_row[i].body);
        assert_true(heard.length > 0);
    }
    shop_close(&shop);
}

/* The head without its date, and the body. */
static char *
whole_reply(const Shop *shop, const char *target)
{
    g_auto(Heard) heard = ask(shop, target, "");
    g_autoptr(GRegex) date = g_regex_new("\r\nDate: [^\r]*", 0, 0, NULL);
    g_autofree char *head = g_regex_replace_literal(date, heard.head, -1, 0, "", 0, NULL);

    return g_strconcat(head, heard.body, NULL);
}

static void
unknown_and_unpublished_are_the_same_bytes(void **state)
{
    static const char *const other[] = {
        IS "/unpublished", IS "/doc", IS "/unpublished?wid=10", "/is/image/nobody/x"};
    g_autofree char *expected = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    expected = whole_reply(&shop, IS "/unknown");
    assert_non_null(strstr(expected, "Cache-Control: no-store"));
    for (gsize i = 0; i < G_N_ELEMENTS(other); i++) {
        g_autofree char *reply = whole_reply(&shop, other[i]);

        assert_string_equal(reply, expected);
    }
    shop_close(&shop);
}

static const struct {
    const char *name;
    const char *value;
} header_row[] = {
    {"Cache-Control", "max-age=36000"},
    {"Access-Control-Allow-Origin", "*"},
    {"Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT"},
    {"Surrogate-Key", "i/acme/shoes%2Fred s/acme"},
    {"Accept-Ranges", "bytes"},
};

static void
pictures_carry_what_caches_need(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint repeat = 0; repeat < 2; repeat++) {
        g_auto(Heard) heard = ask(&shop, IS "/shoes/red?wid=80", "");
        g_autofree char *etag = header_of(&heard, "ETag");
        g_autofree char *expires = header_of(&heard, "Expires");
        g_autofree char *condition = g_strdup_printf("If-None-Match: %s\r\n", etag);
        g_auto(Heard) same = ask(&shop, IS "/shoes/red?wid=80", condition);
        g_auto(Heard) part = ask(&shop, IS "/shoes/red?wid=80", "Range: bytes=0-1\r\n");

        for (gsize i = 0; i < G_N_ELEMENTS(header_row); i++) {
            g_autofree char *value = header_of(&heard, header_row[i].name);

            assert_string_equal(value, header_row[i].value);
        }
        assert_int_equal(strlen(etag), 2 + VT_HASH_LENGTH);
        assert_non_null(expires);
        assert_int_equal(same.status, 304);
        assert_int_equal(part.status, 206);
        assert_memory_equal(part.body, "\xff\xd8", 2);
    }
    shop_close(&shop);
}

static void
a_locale_shows_its_own_binary(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    {
        g_auto(Heard) neutral = ask(&shop, IS "/photo?wid=80", "");
        g_auto(Heard) german = ask(&shop, IS "/photo?wid=80&locale=DE_de", "");
        g_auto(Heard) french = ask(&shop, IS "/photo?wid=80&locale=fr-fr", "");

        assert_int_equal(german.status, 200);
        assert_true(german.length != neutral.length ||
                    memcmp(german.body, neutral.body, neutral.length) != 0);
        assert_int_equal(french.length, neutral.length);
        assert_memory_equal(french.body, neutral.body, neutral.length);
    }
    shop_close(&shop);
}

static void
one_render_answers_all_who_wait(void **state)
{
    int fds[N_CLIENTS];
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint i = 0; i < N_CLIENTS; i++) {
        g_autofree char *target = g_strdup_printf(IS "/photo?wid=500&client=%u", i);

        fds[i] = dial(shop.server);
        say(fds[i], "GET", target, "");
    }
    for (guint i = 0; i < N_CLIENTS; i++) {
        g_auto(Heard) heard = hear(fds[i]);

        assert_int_equal(heard.status, 200);
        close(fds[i]);
    }
    assert_int_equal(vt_delivery_n_rendered(shop.delivery), 1);
    shop_close(&shop);
}

static void
a_rendition_outlives_the_process(void **state)
{
    Shop shop;
    g_auto(Heard) before = {0};
    g_auto(Heard) after = {0};

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    before = ask(&shop, IS "/photo?wid=90", "");
    shop_stop(&shop);
    shop_serve(&shop, (VtDeliveryOptions){0});
    after = ask(&shop, IS "/photo?wid=90", "");
    assert_int_equal(vt_delivery_n_rendered(shop.delivery), 0);
    assert_int_equal(after.length, before.length);
    assert_memory_equal(after.body, before.body, before.length);
    shop_close(&shop);
}

static void
a_changed_picture_shows_at_once(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint round = 0; round < 6; round++) {
        g_auto(Heard) before = ask(&shop, IS "/photo?wid=70", "");
        g_auto(Heard) after = {0};
        g_autofree char *etag_before = header_of(&before, "ETag");
        g_autofree char *etag_after = NULL;

        shop_begin(&shop);
        put_asset(&shop, 1, "system_neutral", round % 2 == 0 ? "b" : "r");
        shop_commit(&shop);
        after = ask(&shop, IS "/photo?wid=70", "");
        etag_after = header_of(&after, "ETag");
        assert_string_not_equal(etag_before, etag_after);
    }
    assert_int_equal(vt_delivery_n_rendered(shop.delivery), 2);
    shop_close(&shop);
}

static void
an_unpublished_picture_is_gone_at_once(void **state)
{
    g_autoptr(GError) error = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    {
        g_auto(Heard) before = ask(&shop, IS "/photo?wid=70", "");

        assert_int_equal(before.status, 200);
    }
    shop_begin(&shop);
    assert_ok(vt_readstore_delete_asset(shop.writer, 1, "system_neutral", &error), error);
    shop_commit(&shop);
    {
        g_auto(Heard) after = ask(&shop, IS "/photo?wid=70", "");

        assert_int_equal(after.status, 403);
        assert_string_equal(after.body, "Image not found.");
    }
    shop_close(&shop);
}

/* The one renderer is busy with a picture of six million pixels while the small ones come. */
static void
too_many_renditions_are_refused_not_queued(void **state)
{
    int fds[N_CLIENTS];
    guint n_served = 0;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){.n_renderers = 1, .max_waiting = 2});
    fill(&shop);
    fds[0] = dial(shop.server);
    say(fds[0], "GET", IS "/photo?wid=3000&hei=2000&fit=stretch,1&fmt=png", "");
    while (vt_delivery_n_rendered(shop.delivery) == 0)
        g_usleep(100);
    for (guint i = 1; i < N_CLIENTS; i++) {
        g_autofree char *target = g_strdup_printf(IS "/photo?wid=%u", i);

        fds[i] = dial(shop.server);
        say(fds[i], "GET", target, "");
    }
    for (guint i = 0; i < N_CLIENTS; i++) {
        g_auto(Heard) heard = hear(fds[i]);
        g_autofree char *retry = header_of(&heard, "Retry-After");

        assert_true(heard.status == 200 || heard.status == 503);
        assert_int_equal(heard.status == 503, retry != NULL);
        n_served += heard.status == 200;
        close(fds[i]);
    }
    assert_in_range(n_served, 1, N_CLIENTS - 1);
    assert_int_equal(vt_delivery_n_rendered(shop.delivery), n_served);
    shop_close(&shop);
}

typedef struct {
    const Shop *shop;
    guint number;
} Client;

static void
browse(gpointer data)
{
    const Client *client = data;

    for (guint i = 0; i < 25; i++) {
        g_autofree char *target =
            g_strdup_printf(IS "/photo?wid=%u", 100 + (i + client->number) % 10);
        g_auto(Heard) heard = ask(client->shop, target, "");

        assert_int_equal(heard.status, 200);
    }
}

/* For ThreadSanitizer above all: memory, disk, flights and changes of the store at once. */
static void
many_browse_while_the_store_changes(void **state)
{
    Client clients[6];
    VtThread *threads[G_N_ELEMENTS(clients)];
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        clients[i] = (Client){&shop, i};
        threads[i] = vt_thread_new("browse", browse, &clients[i]);
    }
    for (guint i = 0; i < 20; i++) {
        shop_begin(&shop);
        put_asset(&shop, 1, "system_neutral", i % 2 == 0 ? "b" : "r");
        shop_commit(&shop);
    }
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++)
        vt_thread_join(threads[i]);
    assert_in_range(vt_delivery_n_rendered(shop.delivery), 10, 20);
    shop_close(&shop);
}

/* The picture was applied a moment ago, and nobody was told; another store was further before. */
static void
a_picture_is_served_by_the_store_that_is_furthest_now(void **state)
{
    g_autofree char *path = NULL;
    g_autoptr(VtReadstoreWriter) tills = NULL;
    g_autoptr(GError) error = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    path = store_path(shop.data, "acme", "tills");
    tills = vt_readstore_writer_open(path, "acme", "tills", &error);
    assert_ok(tills != NULL, error);
    assert_ok(vt_readstore_batch_begin(tills, 5, &error), error);
    assert_ok(vt_readstore_batch_commit(tills, NULL, &error), error);
    vt_delivery_refresh(shop.delivery);
    shop.seq = 8;
    shop_begin(&shop);
    put_image(&shop, "new", 1, NULL, FALSE);
    assert_ok(vt_readstore_batch_commit(shop.writer, NULL, &error), error);
    {
        g_auto(Heard) heard = ask(&shop, IS "/new?wid=10", "");

        assert_int_equal(heard.status, 200);
    }
    shop_close(&shop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_get_pictures_or_refusals),
        cmocka_unit_test(unknown_and_unpublished_are_the_same_bytes),
        cmocka_unit_test(pictures_carry_what_caches_need),
        cmocka_unit_test(a_locale_shows_its_own_binary),
        cmocka_unit_test(one_render_answers_all_who_wait),
        cmocka_unit_test(a_rendition_outlives_the_process),
        cmocka_unit_test(a_changed_picture_shows_at_once),
        cmocka_unit_test(an_unpublished_picture_is_gone_at_once),
        cmocka_unit_test(too_many_renditions_are_refused_not_queued),
        cmocka_unit_test(many_browse_while_the_store_changes),
        cmocka_unit_test(a_picture_is_served_by_the_store_that_is_furthest_now),
    };
    return vt_test_run("delivery/image_server", tests);
}
