/* A delivery node with one product and one picture, for bench/delivery_bench.py to measure: prints
 * one line of JSON (address, targets), serves until its standard input ends.
 */
#include "base/error.h"
#include "base/json.h"
#include "delivery/delivery.h"
#include "http/server.h"
#include "imaging/pyramid_writer.h"
#include "readstore/row.h"
#include "readstore/writer.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 1600
#define HEIGHT 1200
#define N_ASSETS 8
#define PYRAMID_VERSION 1
#define PRODUCT "/channel/v1/acme/OUN001/products/81323/media?locale=de-de&Color=Blue"
#define PICTURE "/is/image/acme/photo-1?wid=560&qlt=82"

static const VtPyramidFacts facts = {WIDTH, HEIGHT, 3, TRUE, 0, "jpeg", ""};

static void
check(gboolean ok, const GError *error)
{
    if (!ok)
        g_error("%s", error == NULL ? "failed" : error->message);
}

/* A soft pattern with some noise, so that a picture has the bytes a photograph has. */
static void
make_pyramid(VtBlobStore *blobs, const char *original)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtBlobDraft) draft = vt_blob_draft_new(blobs, &error);
    g_autoptr(VtPyramidWriter) writer =
        vt_pyramid_writer_new(vt_blob_draft_fd(draft), &facts, &error);
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    g_autofree guint8 *row = g_malloc(WIDTH * 3);

    check(writer != NULL, error);
    for (int y = 0; y < HEIGHT; y++) {
        for (int i = 0; i < WIDTH * 3; i++)
            row[i] = (guint8)(60 + (y + i / 6) % 100 + g_rand_int_range(random, 0, 70));
        check(vt_pyramid_writer_push(writer, row, &error), error);
    }
    check(vt_pyramid_writer_finish(writer, &error), error);
    check(vt_blob_keep_pyramid(blobs, draft, original, PYRAMID_VERSION, &error), error);
}

static void
put_asset(VtReadstoreWriter *writer, gint64 id, const char *hash)
{
    g_autofree char *name = g_strdup_printf("photo-%" G_GINT64_FORMAT, id);
    g_autofree char *own_hash = g_strdup(hash);
    char locale[] = "system_neutral";
    char alt[] = "A T-shirt in deep blue, seen from the front";
    char media_type[] = "image/jpeg";
    const VtReadstoreAsset asset = {.asset = id,
        .locale = locale,
        .name = name,
        .type = VT_ASSET_TYPE_IMAGE,
        .alt = alt,
        .hash = own_hash,
        .media_type = media_type,
        .width = WIDTH,
        .height = HEIGHT};
    const VtReadstoreImage image = {.code = name, .asset = id};
    g_autoptr(GError) error = NULL;

    check(vt_readstore_put_asset(writer, &asset, &error) &&
              vt_readstore_put_image(writer, &image, &error),
        error);
}

static void
put_product(VtReadstoreWriter *writer)
{
    static const VtResolveValue colors[] = {{"Blue", "blue"}, {"Red", "red"}};
    static const gint64 primary[N_ASSETS] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const VtResolveNode node = {
        VT_SCOPE_MASTER, -1, VT_RESOLVE_NO_CHOICE, primary, N_ASSETS, NULL, 0};
    static const VtResolveSet set = {{"Omnichannel", "system_neutral", NULL}, &node, 1, NULL, 0};
    const VtReadstoreProduct row = {
        .product = {.dimensions = {{"Color", "color", 8, colors, 2}}, .n_dimensions = 1},
        .sets = &set,
        .n_sets = 1};
    g_autofree char *body = vt_readstore_product_encode(&row);
    char code[] = "OUN001";
    char locale[] = "en-us";
    char config[] = "{}";
    const VtReadstoreChannel channel = {code, locale, config};
    g_autoptr(GError) error = NULL;

    check(vt_readstore_put_channel(writer, &channel, &error) &&
              vt_readstore_put_product(writer, "OUN001", "", "81323", body, &error),
        error);
}

static void
fill(const char *data, VtBlobStore *blobs)
{
    g_autofree char *folder = g_build_filename(data, "readstore", "acme", NULL);
    g_autofree char *path = g_build_filename(folder, "main.db", NULL);
    VtHash original = vt_hash_bytes("photo", 5);
    g_autoptr(VtReadstoreWriter) writer = NULL;
    g_autoptr(GError) error = NULL;

    make_pyramid(blobs, original.hex);
    check(g_mkdir_with_parents(folder, 0755) == 0, NULL);
    writer = vt_readstore_writer_open(path, "acme", "main", &error);
    check(writer != NULL && vt_readstore_batch_begin(writer, 1, &error), error);
    for (gint64 id = 1; id <= N_ASSETS; id++)
        put_asset(writer, id, original.hex);
    put_product(writer);
    check(vt_readstore_batch_commit(writer, NULL, &error), error);
}

static void
announce(const VtServer *server)
{
    g_auto(VtJson) json = {0};
    g_autofree char *text = NULL;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member(&json, "address", vt_server_address(server));
    vt_json_member(&json, "json", PRODUCT);
    vt_json_member(&json, "picture", PICTURE);
    vt_json_end_object(&json);
    text = vt_json_steal(&json);
    printf("%s\n", text);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(VtRoute));
    g_autoptr(GError) error = NULL;
    g_autofree char *blob_directory = NULL;
    VtDeliveryOptions options = {.pyramid_version = PYRAMID_VERSION};
    VtServerOptions listen = {.listen = "127.0.0.1:0"};
    VtBlobStore *blobs;
    VtDelivery *delivery;
    VtServer *server;
    char byte;

    if (argc != 2) {
        fprintf(stderr, "usage: delivery-bench EMPTY-DIRECTORY\n");
        return 2;
    }
    blob_directory = g_build_filename(argv[1], "blobs", NULL);
    blobs = vt_blob_store_open(blob_directory, 0, &error);
    check(blobs != NULL, error);
    fill(argv[1], blobs);
    options.data = argv[1];
    options.blobs = blobs;
    delivery = vt_delivery_new(&options, &error);
    check(delivery != NULL, error);
    vt_delivery_add_routes(delivery, routes);
    vt_delivery_add_health_routes(delivery, routes);
    server = vt_server_new(&listen,
        vt_route_table_new((const VtRoute *)(gpointer)routes->data, routes->len, NULL), &error);
    check(server != NULL, error);
    announce(server);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    vt_server_free(server);
    vt_delivery_free(delivery);
    vt_blob_store_free(blobs);
    return 0;
}
