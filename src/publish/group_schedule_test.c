#include "publish/group_schedule.h"

#include "jobs/run.h"
#include "publish/testing.h"
#include "tenant/setting.h"

#define MINUTE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define NOON_US (G_GINT64_CONSTANT(1000000) * MINUTE_US)

static gboolean
do_nothing(VtJobRun *run, gpointer data, GError **error)
{
    return TRUE;
}

static gboolean
take_any(const json_t *parameters, GError **error)
{
    return TRUE;
}

static const VtJobKind checked_kind = {.name = VT_GROUP_JOB_KIND,
    .label = "Publish group",
    .is_single = TRUE,
    .max_attempts = 3,
    .check = take_any,
    .run = do_nothing};
static const VtJobKind *const kind_table[] = {&checked_kind, NULL};
static const VtJobKinds kinds = {kind_table, NULL};
static const VtActor anna = {.account_id = 0, .now_us = NOON_US};

static VtTestGroupShop
open_shop(gsize kind)
{
    VtTestGroupShop shop = vt_test_open_group_shop(kind);
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(shop.db, vt_jobs_migrations, vt_jobs_n_migrations, &error), error);
    return shop;
}

static int
schedule(VtTestGroupShop *shop, const VtGroup *group, gint64 when_us, char **ret_text)
{
    g_auto(VtGroupReport) report = {0};
    g_autoptr(GError) error = NULL;

    vt_group_report_init(&report);
    if (vt_group_schedule(shop->db, &kinds, group->group_id, when_us, &anna, &report, &error))
        return VT_TEST_DONE;
    if (ret_text != NULL)
        *ret_text = g_strdup(error->message);
    return (int)vt_error_code(error);
}

/* With the documented five minutes: seconds from a group at noon and an hour, and whether that may
 * be. */
static const struct {
    gint64 after_s;
    int code;
} spacing_row[] = {{-300, VT_TEST_DONE}, {-299, VT_ERROR_GROUP_TIME}, {0, VT_ERROR_GROUP_TIME},
    {299, VT_ERROR_GROUP_TIME}, {300, VT_TEST_DONE}, {3600, VT_TEST_DONE}};

static void
two_groups_lie_as_far_apart_as_the_setting_says(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(VtGroup) first = vt_test_group(&shop, "first");
        g_autoptr(VtGroup) second = vt_test_group(&shop, "second");
        gint64 hour_us = NOON_US + 60 * MINUTE_US;

        assert_int_equal(schedule(&shop, first, hour_us, NULL), VT_TEST_DONE);
        assert_int_equal(schedule(&shop, second, hour_us, NULL), VT_TEST_DONE);
        assert_true(vt_setting_put(
            shop.db, shop.tenant, "group_spacing_minutes", NULL, "5", &anna, NULL, NULL));
        for (gsize i = 0; i < G_N_ELEMENTS(spacing_row); i++) {
            g_autofree char *text = NULL;
            int code =
                schedule(&shop, second, hour_us + spacing_row[i].after_s * G_USEC_PER_SEC, &text);

            if (code != spacing_row[i].code)
                fail_msg("%d s after: %s", (int)spacing_row[i].after_s, text);
            if (code == VT_ERROR_GROUP_TIME)
                assert_non_null(strstr(text, "'first' goes live at 1971-11-26T11:40:00Z"));
        }
        /* its own time does not stand in its way */
        assert_int_equal(schedule(&shop, first, hour_us + MINUTE_US, NULL), VT_TEST_DONE);
    }
}

static void
the_nearest_free_time_is_named(void **state)
{
    const gint64 taken[] = {100, 105, 120}; /* minutes */
    const struct {
        gint64 when, spacing, free;
    } row[] = {{100, 5, 95}, {104, 5, 110}, {103, 5, 110}, {101, 5, 95}, {118, 5, 115},
        {121, 5, 125}, {110, 5, 110}, {112, 10, 130}, {100, 0, 100}};
    g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (gsize i = 0; i < G_N_ELEMENTS(taken); i++) {
        gint64 at_us = taken[i] * MINUTE_US;

        g_array_append_val(times, at_us);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        gint64 free_us =
            vt_group_free_time(times, row[i].spacing * MINUTE_US, row[i].when * MINUTE_US, 0);

        if (free_us != row[i].free * MINUTE_US)
            fail_msg("row %zu: %d", i, (int)(free_us / MINUTE_US));
    }
    /* never in the past */
    assert_int_equal(
        vt_group_free_time(times, 5 * MINUTE_US, 100 * MINUTE_US, 99 * MINUTE_US), 110 * MINUTE_US);
}

static void
only_a_time_to_come_and_only_what_could_go_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_autoptr(VtGroup) now = NULL;
        gint64 document = vt_test_assign_in(&shop, group, "MUG", shop.mug);

        assert_int_equal(schedule(&shop, group, NOON_US, NULL), VT_ERROR_BAD_VALUE);
        assert_true(
            vt_document_check_out(shop.db, document, group->group_id, "{}", &vt_test_actor, NULL));
        assert_int_equal(schedule(&shop, group, NOON_US + MINUTE_US, NULL), VT_ERROR_GROUP_INVALID);
        now = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(now->state, VT_GROUP_STATE_OPEN);
        assert_int_equal(now->job_id, 0);
    }
}

static guint
n_jobs(VtTestGroupShop *shop)
{
    const VtJobQuery query = {.tenant_id = shop->tenant, .to_us = G_MAXINT64, .limit = 10};
    g_autoptr(GPtrArray) jobs = vt_job_list(shop->db, &query, NULL);

    return jobs->len;
}

static void
a_time_is_one_job_that_goes_with_it(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_autoptr(VtGroup) set = NULL, open = NULL;
        g_autoptr(VtJob) job = NULL;
        gint64 later_us = NOON_US + 10 * MINUTE_US;

        assert_int_equal(schedule(&shop, group, NOON_US + MINUTE_US, NULL), VT_TEST_DONE);
        assert_int_equal(schedule(&shop, group, later_us, NULL), VT_TEST_DONE);
        assert_int_equal(n_jobs(&shop), 1);
        set = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(set->when_us, later_us);
        job = vt_job_read(shop.db, set->job_id, NULL);
        assert_int_equal(job->next_fire_us, later_us);
        assert_true(vt_group_unschedule(shop.db, group->group_id, &anna, NULL));
        assert_int_equal(n_jobs(&shop), 0);
        open = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(open->state, VT_GROUP_STATE_OPEN);
        assert_int_equal(open->when_us, 0);
        assert_false(vt_group_unschedule(shop.db, group->group_id, &anna, NULL));
    }
}

static void
who_publishes_at_once_takes_the_time_with_him(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = open_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_auto(VtGroupPublishResult) result = {0};

        vt_test_assign_in(&shop, group, "MUG", shop.mug);
        assert_int_equal(schedule(&shop, group, NOON_US + MINUTE_US, NULL), VT_TEST_DONE);
        assert_int_equal(vt_test_go_live(&shop, group, &result), VT_TEST_DONE);
        assert_int_equal(n_jobs(&shop), 0);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_groups_lie_as_far_apart_as_the_setting_says),
        cmocka_unit_test(the_nearest_free_time_is_named),
        cmocka_unit_test(only_a_time_to_come_and_only_what_could_go_live),
        cmocka_unit_test(a_time_is_one_job_that_goes_with_it),
        cmocka_unit_test(who_publishes_at_once_takes_the_time_with_him),
    };

    return vt_test_run("publish/group_schedule", tests);
}
