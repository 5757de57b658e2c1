/* What edges and browsers may keep of an answer that was made while a publish came in. */
#include "delivery/nodes.h"
#include "delivery/published.h"

#include "base/text.h"
#include "delivery/testing.h"

static void
put_asset(Shop *shop, const char *alt)
{
    VtReadstoreAsset asset = {.asset = 1,
        .locale = (char *)(gsize) "system_neutral",
        .name = (char *)(gsize) "a",
        .alt = (char *)(gsize)alt};
    g_autoptr(GError) error = NULL;

    shop_begin(shop);
    assert_ok(vt_readstore_put_asset(shop->writer, &asset, &error), error);
    shop_commit(shop);
}

static void
a_look_is_current_until_its_store_changes(void **state)
{
    g_autoptr(VtNodes) nodes = NULL;
    g_autofree char *directory = NULL;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    put_asset(&shop, "old");
    directory = g_build_filename(shop.data, "readstore", NULL);
    nodes = vt_nodes_new(&(VtNodesOptions){.directory = directory, .n_readers = 2});
    vt_nodes_refresh(nodes);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *alt = g_strdup_printf("new %u", i);
        g_auto(VtLook) look = {0};
        g_autoptr(GError) error = NULL;

        assert_ok(vt_nodes_look_at_images(nodes, "acme", &look, &error), error);
        assert_true(vt_look_is_current(&look));
        put_asset(&shop, alt);
        vt_nodes_refresh(nodes);
        assert_false(vt_look_is_current(&look));
    }
    shop_close(&shop);
}

static void
add_answer(VtRequest *request, gpointer data)
{
    static const char *const targets[] = {[VT_KEEP_ANYBODY] = "/current",
        [VT_KEEP_NOBODY] = "/passed",
        [VT_KEEP_PRIVATE] = "/private"};
    int keep = vt_text_index(targets, G_N_ELEMENTS(targets), vt_request_raw_target(request));
    VtReply *reply = vt_reply_new_text(200, "x");

    vt_published_dress(reply, "i/acme/a s/acme", 0, (VtKeep)keep);
    vt_request_reply(request, reply);
}

static void
an_answer_that_is_not_current_or_not_public_is_kept_by_nobody(void **state)
{
    static const VtRouteRow row = {"any", "GET", "/{name}", VT_PERMISSION_PUBLIC, ""};
    static const struct {
        const char *target, *control, *tags;
    } answer_row[] = {{"/current", "max-age=36000", "i/acme/a s/acme"},
        {"/passed", "no-store", "i/acme/a s/acme"}, {"/private", "private, no-store", NULL}};
    const VtRoute route = {&row, add_answer, NULL, VT_ROUTE_ON_EVENT_THREAD, 0};
    VtServerOptions options = {.n_event_threads = 2};
    g_autoptr(GError) error = NULL;
    Shop shop = {.server = vt_server_new(&options, vt_route_table_new(&route, 1, NULL), &error)};

    assert_ok(shop.server != NULL, error);
    for (gsize i = 0; i < G_N_ELEMENTS(answer_row); i++) {
        g_auto(Heard) heard = ask(&shop, answer_row[i].target, "");
        g_autofree char *control = header_of(&heard, "Cache-Control");

        g_autofree char *tags = header_of(&heard, "Surrogate-Key");

        assert_string_equal(control, answer_row[i].control);
        assert_int_equal(g_strcmp0(tags, answer_row[i].tags), 0);
    }
    vt_server_free(shop.server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_is_current_until_its_store_changes),
        cmocka_unit_test(an_answer_that_is_not_current_or_not_public_is_kept_by_nobody),
    };
    return vt_test_run("delivery/published", tests);
}
