/* Published bytes from outside: `clip` (a video of 1,000 bytes with captions; in de-de captions of
 * its own), `page` (HTML), `drawing` (SVG), `sheet` (a PDF that must be saved), `photo` (a
 * picture), `lost` (its bytes are not there).
 */
#include "delivery/testing.h"
#include "readstore/attributes.h"

#include <fcntl.h>

#define CONTENT "/is/content/acme"
#define CLIP_BYTES 1000

static VtHash
put_original(Shop *shop, const char *bytes, gsize length)
{
    g_autofree char *path = g_build_filename(shop->data, "source", NULL);
    g_autoptr(GError) error = NULL;
    guint64 n_bytes = 0;
    VtHash hash;
    int fd;

    assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_ok(vt_blob_put_original(shop->blobs, fd, length, &hash, &n_bytes, &error), error);
    close(fd);
    return hash;
}

static VtHash
put_text(Shop *shop, const char *text)
{
    return put_original(shop, text, strlen(text));
}

static VtHash
put_clip(Shop *shop)
{
    char bytes[CLIP_BYTES];

    for (guint i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)('a' + i % 26);
    return put_original(shop, bytes, sizeof bytes);
}

static void
put_asset(Shop *shop,
    gint64 id,
    const char *code,
    const char *locale,
    const char *type,
    const VtHash *hash,
    const VtReadstoreAttributes *attributes)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *name = g_strdup(code);
    g_autofree char *tag = g_strdup(locale);
    g_autofree char *media_type = g_strdup(type);
    g_autofree char *written = vt_readstore_attributes_format(attributes);
    g_autofree char *hex = g_strdup(hash->hex);
    const VtReadstoreImage image = {.code = name, .asset = id};
    const VtReadstoreAsset asset = {.asset = id,
        .locale = tag,
        .name = name,
        .type = g_str_has_prefix(type, "video/")   ? VT_ASSET_TYPE_VIDEO
                : g_str_has_prefix(type, "image/") ? VT_ASSET_TYPE_IMAGE
                                                   : VT_ASSET_TYPE_FILE,
        .hash = hex,
        .media_type = media_type,
        .attributes = written};

    assert_ok(vt_readstore_put_asset(shop->writer, &asset, &error), error);
    assert_ok(vt_readstore_put_image(shop->writer, &image, &error), error);
}

static void
put_clips(Shop *shop)
{
    VtHash clip = put_clip(shop);

    for (guint i = 0; i < 2; i++) {
        g_auto(VtReadstoreAttributes) attributes = {0};
        VtHash captions = put_text(shop, i == 0 ? "WEBVTT\nneutral" : "WEBVTT\ndeutsch");
        char language[] = "de", type[] = "text/vtt";

        vt_readstore_attributes_init(&attributes);
        attributes.modified_s = 784111777;
        vt_readstore_attributes_add_track(&attributes,
            &(VtReadstoreTrack){VT_TRACK_ROLE_CAPTION, language, captions.hex, type, 14});
        put_asset(
            shop, 1, "clip", i == 0 ? "system_neutral" : "de-de", "video/mp4", &clip, &attributes);
    }
}

static void
fill(Shop *shop)
{
    g_auto(VtReadstoreAttributes) plain = {0}, saved = {0};
    VtHash page = put_text(shop, "<script>alert(1)</script>");
    VtHash drawing = put_text(shop, "<svg xmlns='http://www.w3.org/2000/svg'/>");
    VtHash sheet = put_text(shop, "%PDF-1.4");
    VtHash photo = put_text(shop, "jpeg bytes");
    VtHash lost = vt_hash_bytes("lost", 4);

    vt_readstore_attributes_init(&plain);
    vt_readstore_attributes_init(&saved);
    saved.force_download = TRUE;
    shop_begin(shop);
    put_clips(shop);
    put_asset(shop, 2, "page", "system_neutral", "text/html", &page, &plain);
    put_asset(shop, 3, "drawing", "system_neutral", "image/svg+xml", &drawing, &plain);
    put_asset(shop, 4, "size chart", "system_neutral", "application/pdf", &sheet, &saved);
    put_asset(shop, 5, "photo", "system_neutral", "image/jpeg", &photo, &plain);
    put_asset(shop, 6, "lost", "system_neutral", "image/jpeg", &lost, &plain);
    shop_commit(shop);
}

static const struct {
    const char *target;
    int status;
    const char *type, *disposition; /* NULL: no such header */
    const char *body;               /* NULL: not compared */
} answer_row[] = {
    {CONTENT "/clip", 200, "video/mp4", NULL, NULL},
    {CONTENT "/clip?locale=fr-fr&unknown=1", 200, "video/mp4", NULL, NULL},
    {CONTENT "/clip?track=caption&lang=de", 200, "text/vtt", NULL, "WEBVTT\nneutral"},
    {CONTENT "/clip?locale=de-DE&track=caption&lang=DE", 200, "text/vtt", NULL, "WEBVTT\ndeutsch"},
    {CONTENT "/page", 200, "text/html", "attachment; filename*=UTF-8''page.html",
        "<script>alert(1)</script>"},
    {CONTENT "/drawing", 200, "image/svg+xml", "attachment; filename*=UTF-8''drawing.svg", NULL},
    {CONTENT "/size%20chart", 200, "application/pdf",
        "attachment; filename*=UTF-8''size%20chart.pdf", "%PDF-1.4"},
    {CONTENT "/photo", 200, "image/jpeg", NULL, "jpeg bytes"},
    {CONTENT "/clip?track=caption", 403, "text/plain;charset=UTF-8", NULL, "Image not found."},
    {CONTENT "/clip?track=poem&lang=de", 403, "text/plain;charset=UTF-8", NULL, "Image not found."},
    {CONTENT "/clip?track=caption&lang=!", 403, "text/plain;charset=UTF-8", NULL,
        "Image not found."},
    {CONTENT "/none", 403, "text/plain;charset=UTF-8", NULL, "Image not found."},
    {"/is/content/nobody/clip", 403, "text/plain;charset=UTF-8", NULL, "Image not found."},
    {CONTENT "/lost", 503, "text/plain;charset=UTF-8", NULL, "files could not be read or written"},
};

static void
addresses_get_bytes_or_refusals(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(answer_row); i++) {
        g_auto(Heard) heard = ask(&shop, answer_row[i].target, "");
        g_autofree char *type = header_of(&heard, "Content-Type");
        g_autofree char *disposition = header_of(&heard, "Content-Disposition");

        if (heard.status != answer_row[i].status || g_strcmp0(type, answer_row[i].type) != 0 ||
            g_strcmp0(disposition, answer_row[i].disposition) != 0)
            fail_msg("%s: %d %s %s %s", answer_row[i].target, heard.status, type, disposition,
                heard.body);
        if (answer_row[i].body != NULL)
            assert_string_equal(heard.body, answer_row[i].body);
    }
    shop_close(&shop);
}

static void
every_answer_is_boxed_in_and_says_how_long_it_lasts(void **state)
{
    static const char *const targets[] = {CONTENT "/clip", CONTENT "/page", CONTENT "/drawing",
        CONTENT "/clip?track=caption&lang=de"};
    static const struct {
        const char *name, *value;
    } header_row[] = {
        {"Content-Security-Policy", "sandbox"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cache-Control", "max-age=36000"},
        {"Accept-Ranges", "bytes"},
        {"Access-Control-Allow-Origin", "*"},
    };
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(targets); i++) {
        g_auto(Heard) heard = ask(&shop, targets[i], "");
        g_autofree char *tags = header_of(&heard, "Surrogate-Key");

        assert_non_null(tags);
        for (gsize k = 0; k < G_N_ELEMENTS(header_row); k++) {
            g_autofree char *value = header_of(&heard, header_row[k].name);

            if (g_strcmp0(value, header_row[k].value) != 0)
                fail_msg("%s: %s: %s", targets[i], header_row[k].name, value);
        }
    }
    shop_close(&shop);
}

static void
parts_and_conditions_are_answered(void **state)
{
    static const struct {
        const char *headers;
        int status;
        gsize length;
        const char *range; /* NULL: none */
    } row[] = {
        {"Range: bytes=0-99\r\n", 206, 100, "bytes 0-99/1000"},
        {"Range: bytes=990-\r\n", 206, 10, "bytes 990-999/1000"},
        {"Range: bytes=-5\r\n", 206, 5, "bytes 995-999/1000"},
        {"Range: bytes=1000-\r\n", 416, 0, "bytes */1000"},
        {"If-Range: \"other\"\r\nRange: bytes=0-99\r\n", 200, 1000, NULL},
        {"If-Range: \"%s\"\r\nRange: bytes=0-99\r\n", 206, 100, "bytes 0-99/1000"},
        {"If-None-Match: \"%s\"\r\n", 304, 0, NULL},
        {"If-None-Match: \"other\"\r\n", 200, 1000, NULL},
        {"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 304, 0, NULL},
    };
    VtHash hash;
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    hash = put_clip(&shop);
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_auto(GStrv) around = g_strsplit(row[i].headers, "%s", 2);
        g_autofree char *headers = g_strjoinv(hash.hex, around);
        g_auto(Heard) heard = ask(&shop, CONTENT "/clip", headers);
        g_autofree char *range = header_of(&heard, "Content-Range");

        if (heard.status != row[i].status || heard.length != row[i].length ||
            g_strcmp0(range, row[i].range) != 0)
            fail_msg("%s: %d, %zu bytes, %s", headers, heard.status, heard.length, range);
    }
    shop_close(&shop);
}

static void
the_same_refusal_is_given_for_pictures_and_for_contents(void **state)
{
    Shop shop;

    shop_open(&shop, (VtDeliveryOptions){0});
    fill(&shop);
    for (guint i = 0; i < 2; i++) {
        g_auto(Heard) picture = ask(&shop, "/is/image/acme/none", "");
        g_auto(Heard) content = ask(&shop, i == 0 ? CONTENT "/none" : CONTENT "/clip?track=x", "");
        g_auto(GStrv) one = g_regex_split_simple("\r\nDate: [^\r]*", picture.head, 0, 0);
        g_auto(GStrv) other = g_regex_split_simple("\r\nDate: [^\r]*", content.head, 0, 0);
        g_autofree char *one_head = g_strjoinv("", one);
        g_autofree char *other_head = g_strjoinv("", other);

        assert_string_equal(picture.body, content.body);
        assert_string_equal(one_head, other_head);
    }
    shop_close(&shop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_get_bytes_or_refusals),
        cmocka_unit_test(every_answer_is_boxed_in_and_says_how_long_it_lasts),
        cmocka_unit_test(parts_and_conditions_are_answered),
        cmocka_unit_test(the_same_refusal_is_given_for_pictures_and_for_contents),
    };
    return vt_test_run("delivery/content_server", tests);
}
