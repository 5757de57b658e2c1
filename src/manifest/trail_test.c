/* Imports that are killed go on where they were, and imports that are stopped leave the rest out.
 */
#include "manifest/testing.h"

#include "base/locale.h"

enum { N_FILLERS = 520, N_OTHERS = 6 };

#define BEFORE                                                                                     \
    "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText|EntityType|EntityKey|"    \
    "EntityKeyValue|EntityChannel|EntityLocale\n"                                                  \
    "system_neutral|Image|gray.pgm|a|A|Product!Master|EntityId|MUG|Omnichannel|system_neutral\n"   \
    "system_neutral|Image|dark.pgm|b|B|||||\n"                                                     \
    "system_neutral|Image|dark.pgm|old|Old|||||\n"
#define HEADER                                                                                     \
    "MediaLocale|MediaType|MediaImportPath|MediaDisplayName|ImageAltText|"                         \
    "MediaSourceIfExistsAction|MediaAction|MediaVersion|EntityType|EntityKey|EntityKeyValue|"      \
    "EntityChannel|EntityLocale|EntityVersion|EntityAssignmentAction\n"
/* What a second time would do otherwise: a copy, versions that were then, a deletion. */
#define FIRST                                                                                      \
    "system_neutral|Image|gray.pgm|a|copy|KeepBoth|||||||||\n"                                     \
    "system_neutral|Image|gray.pgm|b|changed||PublishNow|1|||||||\n"                               \
    "system_neutral|Image|lost.pgm|lost|Lost|||||||||\n"                                           \
    "system_neutral|Image||b|||||Product!Master|EntityId|MUG|Omnichannel|system_neutral|1|"        \
    "PublishNow\n"                                                                                 \
    "system_neutral|||old|||UnpublishAndDelete||||||||\n"
#define LAST "fr-fr|Image|dark.pgm|a|copie|KeepBoth|||||||||\n"

/* Follows an import as a job does: what it is told counts when it is kept. */
typedef struct {
    guint n_keeps;   /* so far, over all attempts */
    guint fail_at;   /* 0: never */
    gint64 n_bytes;  /* kept */
    guint n_pending; /* rows told and not kept yet */
    guint n_told;
    guint stop_at; /* calls of should_stop() from which on it says so; 0: never */
    guint n_asked;
} Follower;

static gboolean
keep(gpointer data, gint64 n_bytes, GError **error)
{
    Follower *self = data;

    if (++self->n_keeps == self->fail_at) {
        self->n_pending = 0;
        return vt_throw(error, VT_ERROR_JOB_LOST, "killed");
    }
    self->n_bytes = n_bytes;
    self->n_told += self->n_pending;
    self->n_pending = 0;
    return TRUE;
}

static void
report(gpointer data, const VtManifestRowReport *row)
{
    Follower *self = data;

    assert_true(row->line > 1 && *row->subject != '\0');
    self->n_pending++;
}

static gboolean
should_stop(gpointer data)
{
    Follower *self = data;

    return ++self->n_asked >= self->stop_at && self->stop_at > 0;
}

static char *
manifest_text(void)
{
    GString *text = g_string_new(HEADER FIRST);

    for (int i = 0; i < N_FILLERS; i++)
        g_string_append_printf(text, "system_neutral|Image|gray.pgm|f%d|F||||||||||\n", i);
    g_string_append(text, LAST);
    g_strdelimit(g_strdelimit(text->str, "|", '\t'), "!", '|');
    return g_string_free(text, FALSE);
}

/* A shop that has been imported into by a run that was killed at its @fail_at'th transaction and
 * went on. @ret_keeps: how many transactions there were in all. */
static void
import_killed(VtTestShop *shop, gsize kind, guint fail_at, guint *ret_keeps)
{
    g_autofree char *text = manifest_text();
    g_autofree char *trail = NULL;
    g_autoptr(GError) error = NULL, killed = NULL;
    Follower follower = {.fail_at = fail_at};
    VtManifestWatch watch = {.report = report, .keep = keep, .data = &follower};

    vt_test_shop_init(shop, kind);
    vt_test_import_text(shop, BEFORE);
    trail = g_build_filename(shop->folder, "trail", NULL);
    watch.trail_path = trail;
    shop->options.watch = &watch;
    if (fail_at > 0) {
        assert_false(vt_test_import_bytes(shop, text, strlen(text), &killed));
        assert_true(vt_error_is(killed, VT_ERROR_JOB_LOST));
        watch.trail_bytes = follower.n_bytes;
        follower.n_pending = 0;
    }
    assert_ok(vt_test_import_bytes(shop, text, strlen(text), &error), error);
    assert_int_equal(follower.n_told + follower.n_pending, N_FILLERS + N_OTHERS);
    *ret_keeps = follower.n_keeps - (fail_at > 0 ? 1 : 0);
    shop->options.watch = NULL;
}

static void
assert_imported(VtTestShop *shop, const VtTestShop *whole)
{
    g_autofree char *set = vt_test_set_text(shop, "MUG", 0, VT_LOCALE_NEUTRAL, TRUE);
    g_autofree char *copy = vt_test_asset_text(shop, "a-1", "fr-fr");

    for (guint row = 0; row < N_FILLERS + N_OTHERS; row++) {
        const char *result = vt_test_result(shop, row, "Result");

        if (strcmp(result, row == 2 ? "Failed" : "Success") != 0)
            fail_msg(
                "row %u is %s: %s", row, result, vt_test_result(shop, row, "ResultDescription"));
    }
    assert_string_equal(set, "{\"master\":{\"primary\":[2]}}");
    assert_non_null(strstr(copy, "copie"));
    assert_int_equal(
        vt_test_count(shop, "SELECT count(*) AS n FROM asset WHERE trashed_us IS NULL"),
        N_FILLERS + 3);
    assert_int_equal(vt_test_n_revisions(shop), vt_test_n_revisions((VtTestShop *)(gsize)whole));
}

static void
an_import_that_is_killed_goes_on_where_it_was(gsize kind)
{
    g_auto(VtTestShop) whole = {0};
    guint n_keeps = 0, n_again = 0;

    import_killed(&whole, kind, 0, &n_keeps);
    assert_imported(&whole, &whole);
    assert_true(n_keeps >= 4);
    for (guint fail_at = 1; fail_at <= n_keeps; fail_at++) {
        g_auto(VtTestShop) shop = {0};

        import_killed(&shop, kind, fail_at, &n_again);
        assert_int_equal(n_again, n_keeps);
        assert_imported(&shop, &whole);
    }
}

/* What is left of the trail tells less than it should: rows are done again. */
static void
a_trail_that_was_lost_is_no_hindrance(gsize kind)
{
    g_auto(VtTestShop) shop = {0};
    g_autofree char *text = manifest_text();
    g_autofree char *trail = NULL;
    g_autoptr(GError) error = NULL;
    Follower follower = {0};
    VtManifestWatch watch = {.keep = keep, .trail_bytes = 123456, .data = &follower};

    vt_test_shop_init(&shop, kind);
    vt_test_import_text(&shop, BEFORE);
    trail = g_build_filename(shop.folder, "trail", NULL);
    assert_true(
        g_file_set_contents(trail, "no\n[]\n{\"row\":999999}\n{\"row\":-1}\n{\"row", -1, NULL));
    watch.trail_path = trail;
    shop.options.watch = &watch;
    assert_ok(vt_test_import_bytes(&shop, text, strlen(text), &error), error);
    assert_imported(&shop, &shop);
}

static void
a_stop_leaves_the_rest_out_and_lets_nothing_go_live(gsize kind)
{
    static const struct {
        guint stop_at;
        const char *first, *last;
    } stop_row[] = {
        {1, "Skipped", "Skipped"},
        {N_FILLERS, "Success", "Skipped"},
        {N_FILLERS + N_OTHERS + 1, "Success", "Success"},
    };
    static const guint waiting[] = {1, 3, 4}; /* to go live, and to be deleted */

    for (gsize i = 0; i < G_N_ELEMENTS(stop_row); i++) {
        g_auto(VtTestShop) shop = {0};
        g_autofree char *text = manifest_text();
        g_autofree char *live = NULL;
        g_autoptr(GError) error = NULL;
        Follower follower = {.stop_at = stop_row[i].stop_at};
        const VtManifestWatch watch = {.should_stop = should_stop, .data = &follower};

        vt_test_shop_init(&shop, kind);
        vt_test_import_text(&shop, BEFORE);
        shop.options.watch = &watch;
        assert_ok(vt_test_import_bytes(&shop, text, strlen(text), &error), error);
        assert_true(shop.report.is_stopped);
        assert_string_equal(vt_test_result(&shop, 0, "Result"), stop_row[i].first);
        assert_string_equal(
            vt_test_result(&shop, N_FILLERS + N_OTHERS - 1, "Result"), stop_row[i].last);
        for (gsize at = 0; at < G_N_ELEMENTS(waiting); at++)
            assert_string_equal(vt_test_result(&shop, waiting[at], "ErrorCode"), "E_STOPPED");
        live = vt_test_set_text(&shop, "MUG", 0, VT_LOCALE_NEUTRAL, TRUE);
        assert_string_equal(live, "");
        assert_int_equal(shop.report.seq, 0);
        vt_test_asset_document(&shop, "old", VT_LOCALE_NEUTRAL);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        VT_TEST_EACH_DATABASE(an_import_that_is_killed_goes_on_where_it_was),
        VT_TEST_EACH_DATABASE(a_trail_that_was_lost_is_no_hindrance),
        VT_TEST_EACH_DATABASE(a_stop_leaves_the_rest_out_and_lets_nothing_go_live),
    };

    if (vt_test_is_worker(argc, argv))
        return vt_ingest_worker_main();
    return vt_test_run("manifest/trail", tests);
}
