/* Real videos, made by ffmpeg outside the cage, looked at inside it. */
#include "base/error.h"
#include "base/tool.h"
#include "tests/unit/support.h"
#include "video/poster.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PICTURE "-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=2"
#define SOUND "-f", "lavfi", "-i", "sine=duration=3"

/* A file of @name in @folder made by ffmpeg; open for reading. */
static int
make(const char *folder, const char *name, const char *const *arguments)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autoptr(GPtrArray) command = g_ptr_array_new();
    static const char *const first[] = {"/usr/bin/ffmpeg", "-v", "error", "-nostdin", "-y"};
    int status = -1, fd;

    for (gsize i = 0; i < G_N_ELEMENTS(first); i++)
        g_ptr_array_add(command, (gpointer)(gsize)first[i]);
    for (gsize i = 0; arguments[i] != NULL; i++)
        g_ptr_array_add(command, (gpointer)(gsize)arguments[i]);
    g_ptr_array_add(command, path);
    g_ptr_array_add(command, NULL);
    assert_true(g_spawn_sync(folder, (char **)command->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL,
        NULL, NULL, &status, NULL));
    assert_int_equal(status, 0);
    assert_int_equal(chmod(path, 0444), 0);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

static const struct {
    const char *name;
    const char *arguments[24];
    VtVideoFacts facts;
} video_row[] = {
    {"plain.mp4", {PICTURE, "-c:v", "mpeg4"}, {64, 48, 2, "mpeg4", ""}},
    {"sound.mkv", {PICTURE, SOUND, "-c:v", "mpeg4", "-c:a", "flac"}, {64, 48, 3, "mpeg4", "flac"}},
    {"wide.mp4", {PICTURE, "-c:v", "mpeg4", "-vf", "setsar=2"}, {128, 48, 2, "mpeg4", ""}},
    {"tall.mov", {"-i", "plain.mp4", "-c", "copy", "-metadata:s:v", "rotate=90"},
        {48, 64, 2, "mpeg4", ""}},
    {"sound.wav", {SOUND}, {0, 0, 3, "", "pcm_s16le"}},
};

static void
a_video_has_a_size_a_time_and_codecs(void **state)
{
    g_autofree char *folder = vt_test_directory();

    for (gsize i = 0; i < G_N_ELEMENTS(video_row); i++) {
        const VtVideoFacts *expected = &video_row[i].facts;
        int fd = make(folder, video_row[i].name, video_row[i].arguments);
        g_autoptr(GError) error = NULL;
        VtVideoFacts facts;

        assert_ok(vt_video_probe(fd, &facts, &error), error);
        close(fd);
        assert_string_equal(facts.video_codec, expected->video_codec);
        assert_string_equal(facts.audio_codec, expected->audio_codec);
        if (facts.width != expected->width || facts.height != expected->height ||
            facts.playtime_s != expected->playtime_s)
            fail_msg("%s: %d x %d, %d s", video_row[i].name, facts.width, facts.height,
                facts.playtime_s);
    }
}

static void
a_frame_stands_for_a_video(void **state)
{
    g_autofree char *folder = vt_test_directory();

    for (gsize i = 0; i < G_N_ELEMENTS(video_row); i++) {
        int fd = make(folder, video_row[i].name, video_row[i].arguments);
        int out = memfd_create("poster", MFD_CLOEXEC);
        g_autoptr(GError) error = NULL;
        VtVideoFacts facts;
        guint8 head[2] = {0};

        assert_true(vt_video_probe(fd, &facts, NULL));
        if (facts.width > 0)
            assert_ok(vt_video_poster(fd, &facts, out, &error), error);
        else
            assert_false(vt_video_poster(fd, &(VtVideoFacts){64, 48, 1, "", ""}, out, NULL));
        assert_int_equal(pread(out, head, sizeof head, 0), facts.width > 0 ? 2 : 0);
        if (facts.width > 0)
            assert_true(head[0] == 0xff && head[1] == 0xd8);
        close(fd);
        close(out);
    }
}

static const char *const refused_row[] = {
    "This is no video.\n",
    "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "ffconcat version 1.0\nfile /etc/passwd\n",
    "\x1a\x45\xdf\xa3 half a header",
    "\x89PNG\r\n\x1a\n",
};

static void
what_is_no_video_or_names_other_files_is_refused(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autofree char *path = g_build_filename(folder, "bad", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        g_autoptr(GError) error = NULL;
        VtVideoFacts facts;
        int fd;

        assert_true(g_file_set_contents_full(
            path, refused_row[i], -1, G_FILE_SET_CONTENTS_NONE, 0444, NULL));
        fd = open(path, O_RDONLY | O_CLOEXEC);
        assert_false(vt_video_probe(fd, &facts, &error));
        assert_true(vt_error_is(error, VT_ERROR_MEDIA_TYPE));
        close(fd);
    }
}

#define STREAM(rest) "{\"streams\":[{\"codec_type\":\"video\",\"codec_name\":\"x\"," rest "}]}"

static const struct {
    const char *text;
    VtErrorCode code;
} printed_row[] = {
    {"", VT_ERROR_MEDIA_TYPE},
    {"[]", VT_ERROR_MEDIA_TYPE},
    {"{\"streams\":[{\"codec_type\":\"subtitle\"}]}", VT_ERROR_MEDIA_TYPE},
    {STREAM("\"width\":0,\"height\":5"), VT_ERROR_MEDIA_TYPE},
    {STREAM("\"width\":-7,\"height\":5"), VT_ERROR_MEDIA_TYPE},
    {STREAM("\"width\":20000,\"height\":5"), VT_ERROR_TOO_LARGE},
    {STREAM("\"width\":9,\"height\":5,\"duration\":\"1e300\""), VT_ERROR_TOO_LARGE},
    {STREAM("\"width\":9,\"height\":5,\"disposition\":{\"attached_pic\":1}"), VT_ERROR_MEDIA_TYPE},
};

static void
nothing_a_tool_prints_is_believed(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(printed_row); i++) {
        const char *text = printed_row[i].text;
        g_autoptr(GError) error = NULL;
        VtVideoFacts facts;

        assert_false(vt_video_facts_parse(text, strlen(text), &facts, &error));
        assert_int_equal(vt_error_code(error), printed_row[i].code);
    }
}

static gboolean
is_video(const char *name)
{
    static const char *const suffixes[] = {".mp4", ".mov", ".webm", ".3gp"};

    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (g_str_has_suffix(name, suffixes[i]))
            return TRUE;
    }
    return FALSE;
}

static void
videos_of_cameras_are_taken_in(void **state)
{
    g_autofree char *folder =
        vt_test_data() != NULL ? g_build_filename(vt_test_data(), "video", NULL) : NULL;
    g_autoptr(GDir) dir = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;

    if (dir == NULL)
        skip();
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        int out = memfd_create("poster", MFD_CLOEXEC);
        g_autoptr(GError) error = NULL;
        VtVideoFacts facts;

        if (is_video(name)) {
            assert_ok(vt_video_probe(fd, &facts, &error), error);
            assert_ok(vt_video_poster(fd, &facts, out, &error), error);
        }
        close(fd);
        close(out);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_video_has_a_size_a_time_and_codecs),
        cmocka_unit_test(a_frame_stands_for_a_video),
        cmocka_unit_test(what_is_no_video_or_names_other_files_is_refused),
        cmocka_unit_test(nothing_a_tool_prints_is_believed),
        cmocka_unit_test(videos_of_cameras_are_taken_in),
    };

    if (argc > 1 && strcmp(argv[1], "tool-worker") == 0)
        return vt_tool_worker_main(argc - 2, argv + 2);
    return vt_test_run("video/video", tests);
}
