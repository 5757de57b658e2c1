#include "media/binary.h"
#include "media/testing.h"

static void
facts_of_a_binary_are_found_again(void **state)
{
    static const VtBinary row[] = {
        {.bytes = 5000000000, .format = "jpeg", .mime = "image/jpeg", .width = 10, .height = 20},
        {.bytes = 7, .mime = "video/mp4", .playtime_s = 12, .video_codec = "h264"},
        {.bytes = 7, .mime = "audio/mpeg", .playtime_s = 3, .audio_codec = "mp3"},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant_id = 0;
        g_autoptr(VtDb) db = vt_test_open_media(kind, &tenant_id);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            VtBinary binary = row[i], found = {0};
            g_autoptr(GError) error = NULL;
            gboolean is_there = FALSE;

            binary.hash = vt_hash_bytes(&i, sizeof i);
            found.hash = binary.hash;
            assert_ok(vt_binary_put(db, &binary, 1, &error), error);
            assert_ok(vt_binary_find(db, binary.hash.hex, &found, &is_there, &error), error);
            assert_true(is_there);
            assert_memory_equal(&found, &binary, sizeof binary);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_a_binary_are_found_again),
    };
    return vt_test_run("media/binary", tests);
}
