#include "base/error.h"
#include "cli/settings.h"
#include "tests/unit/support.h"

static char *
config_with(const char *text)
{
    g_autofree char *folder = vt_test_directory();
    char *path = g_build_filename(folder, "vitrine.ini", NULL);

    assert_true(g_file_set_contents(path, text, -1, NULL));
    return path;
}

static void
flags_beat_environment_beats_file_beats_default(void **state)
{
    g_auto(VtSettings) settings = {.data = g_strdup("flag")};
    g_autoptr(GError) error = NULL;

    settings.config = config_with("[vitrine]\ndata=file\nlisten=file:1\ntenant=file\n");
    g_setenv("VITRINE_DATA", "environment", TRUE);
    g_setenv("VITRINE_LISTEN", "environment:1", TRUE);
    assert_ok(vt_settings_complete(&settings, &error), error);
    g_unsetenv("VITRINE_DATA");
    g_unsetenv("VITRINE_LISTEN");
    assert_string_equal(settings.data, "flag");
    assert_string_equal(settings.listen, "environment:1");
    assert_string_equal(settings.tenant, "file");
    assert_null(settings.database);
}

static void
defaults_fill_the_rest(void **state)
{
    g_auto(VtSettings) settings = {0};

    assert_true(vt_settings_complete(&settings, NULL));
    assert_string_equal(settings.listen, "127.0.0.1:8080");
    assert_string_equal(settings.data, "vitrine-data");
}

static void
a_bad_file_is_a_usage_error_that_names_it(void **state)
{
    static const char *const bad[] = {
        "[vitrine]\ncolour=red\n", "not an ini file", "[other]\nx=1\n"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_auto(VtSettings) settings = {.config = config_with(bad[i])};
        g_autoptr(GError) error = NULL;

        assert_false(vt_settings_complete(&settings, &error));
        assert_true(vt_error_is(error, VT_ERROR_USAGE));
        assert_non_null(g_strrstr(error->message, "vitrine.ini"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_beat_environment_beats_file_beats_default),
        cmocka_unit_test(defaults_fill_the_rest),
        cmocka_unit_test(a_bad_file_is_a_usage_error_that_names_it),
    };
    return vt_test_run("cli/settings", tests);
}
