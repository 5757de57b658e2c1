/* What kinds promise beyond what a flow can time: a publish whose worker was lost after its commit
 * is not done again, groups go live at their times, also missed ones, and old jobs are forgotten
 * when their days are over. */
#include "cli/kinds.h"

#include "jobs/book.h"
#include "publish/activation.h"
#include "publish/group_schedule.h"
#include "publish/testing.h"
#include "sync/quarantine.h"

#define DAY_US (G_GINT64_CONSTANT(24 * 3600) * G_USEC_PER_SEC)
#define MINUTE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

typedef struct {
    VtDb *db; /* owned */
    gint64 tenant;
    gint64 now_us;
    VtKindData data;
    VtJobKinds kinds;
    VtJobClock clock;
    VtJobHand hand;
} World;

static gint64
now_of(gpointer data)
{
    return *(gint64 *)data;
}

static World *
world_new(gsize kind)
{
    World *self = g_new0(World, 1);
    g_autoptr(GError) error = NULL;

    self->db = vt_test_open_assignment(kind, &self->tenant);
    assert_ok(
        vt_db_migrate(self->db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    assert_ok(vt_db_migrate(self->db, vt_sync_migrations, vt_sync_n_migrations, &error), error);
    assert_ok(vt_db_migrate(self->db, vt_jobs_migrations, vt_jobs_n_migrations, &error), error);
    self->now_us = 500 * DAY_US;
    self->kinds = (VtJobKinds){.table = vt_kind_table, .data = &self->data};
    self->clock = (VtJobClock){now_of, &self->now_us};
    self->hand = (VtJobHand){self->db, &self->kinds, "here", VT_JOB_LEASE_US, &self->clock};
    return self;
}

static void
world_free(World *self)
{
    vt_db_free(self->db);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

static gint64
submit(World *self, const char *kind)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, &error);
    const VtJobSpec spec = {.tenant_id = self->tenant, .kind = kind};
    gint64 job_id = 0;

    assert_ok(vt_job_submit(self->db, &self->kinds, &spec, self->now_us, &job_id, &error), error);
    assert_ok(vt_tx_commit(tx, &error), error);
    return job_id;
}

static VtJobRun *
claim(World *self)
{
    g_autoptr(GError) error = NULL;
    VtJobRun *run = vt_job_run_claim(&self->hand, &error);

    assert_ok(run != NULL, error);
    return run;
}

static void
go(VtJobRun *run)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_job_run_go(run, &error), error);
}

static void
a_publish_that_was_committed_is_not_done_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        gint64 job_id = submit(world, "publish"), head = 0;
        const VtPublishRequest everything = {.tenant_id = world->tenant, .all = TRUE};
        const VtActor lost = {.job_id = job_id, .now_us = 1};
        g_auto(VtPublishResult) result = {0};
        g_autoptr(GError) error = NULL;
        g_autoptr(VtJobRun) run = NULL;
        g_autoptr(VtJob) job = NULL;

        vt_test_add_asset(world->db, world->tenant, "tee", VT_LOCALE_NEUTRAL, "a tee");
        assert_ok(vt_publish(world->db, &everything, &lost, &result, &error), error);
        vt_test_add_asset(world->db, world->tenant, "mug", VT_LOCALE_NEUTRAL, "a mug");
        run = claim(world);
        go(run);
        job = vt_job_read(world->db, job_id, &error);
        assert_ok(job != NULL, error);
        assert_int_equal(job->state, VT_JOB_STATE_DONE);
        assert_int_equal(json_integer_value(json_object_get(job->result, "seq")), result.seq);
        assert_true(vt_changelog_head(world->db, &head, NULL));
        assert_int_equal(head, result.seq);
    }
}

static gint64
clean_up(World *self)
{
    gint64 job_id = submit(self, "cleanup");
    g_autoptr(VtJobRun) run = claim(self);

    go(run);
    return job_id;
}

static void
jobs_are_forgotten_after_their_days(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        gint64 old = clean_up(world), young, cleaning;
        g_autoptr(VtJob) left = NULL, done = NULL;
        g_autoptr(GError) gone = NULL;

        world->now_us += DAY_US;
        young = clean_up(world);
        world->now_us += 399 * DAY_US + 1;
        cleaning = clean_up(world);
        assert_null(vt_job_read(world->db, old, &gone));
        assert_true(vt_error_is(gone, VT_ERROR_NOT_FOUND));
        left = vt_job_read(world->db, young, NULL);
        assert_non_null(left);
        done = vt_job_read(world->db, cleaning, NULL);
        assert_int_equal(json_integer_value(json_object_get(done->result, "forgotten")), 1);
    }
}

static void
each_tenant_is_cleaned_up_at_night_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        const VtJobQuery query = {.tenant_id = world->tenant, .to_us = G_MAXINT64, .limit = 10};
        g_autoptr(GPtrArray) jobs = NULL;
        g_autoptr(GError) error = NULL;

        for (int start = 0; start < 2; start++)
            assert_ok(
                vt_kinds_book_standing(world->db, &world->kinds, world->now_us, &error), error);
        jobs = vt_job_list(world->db, &query, &error);
        assert_ok(jobs != NULL, error);
        assert_int_equal(jobs->len, 1);
    }
}

/* A shop in a world: what group_testing.h needs. The world owns the session. */
static VtTestGroupShop
shop_of(World *self)
{
    VtTestGroupShop shop = {.db = self->db, .tenant = self->tenant};

    shop.tee = vt_test_add_asset(self->db, self->tenant, "tee", VT_LOCALE_NEUTRAL, "a tee");
    shop.mug = vt_test_add_asset(self->db, self->tenant, "mug", VT_LOCALE_NEUTRAL, "a mug");
    shop.cup = vt_test_add_asset(self->db, self->tenant, "cup", VT_LOCALE_NEUTRAL, "a cup");
    vt_test_assign_live(&shop, "MUG", shop.tee);
    vt_test_publish_all(&shop);
    return shop;
}

/* A group that shows @asset for the mug, @minutes from now; owned by the caller. */
static VtGroup *
scheduled(World *self, VtTestGroupShop *shop, const char *name, gint64 asset, gint64 minutes)
{
    g_autoptr(VtGroup) group = vt_test_group(shop, name);
    const VtActor now = {.now_us = self->now_us};
    g_auto(VtGroupReport) report = {0};
    g_autoptr(GError) error = NULL;

    vt_test_assign_in(shop, group, "MUG", asset);
    vt_group_report_init(&report);
    assert_ok(vt_group_schedule(self->db, &self->kinds, group->group_id,
                  self->now_us + minutes * MINUTE_US, &now, &report, &error),
        error);
    return vt_group_read(self->db, group->group_id, NULL);
}

static VtGroupState
state_of(World *self, const VtGroup *group)
{
    g_autoptr(VtGroup) now = vt_group_read(self->db, group->group_id, NULL);

    return now->state;
}

/* What the clock brings: fires what is due and works until nothing is left. */
static guint
work(World *self)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;

    assert_ok(vt_job_fire_due(self->db, &self->kinds, self->now_us, &n, &error), error);
    for (;;) {
        g_autoptr(VtJobRun) run = vt_job_run_claim(&self->hand, &error);

        assert_null(error);
        if (run == NULL)
            return n;
        go(run);
    }
}

static void
a_group_goes_live_at_its_time_and_not_before(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        VtTestGroupShop shop = shop_of(world);
        g_autoptr(VtGroup) group = scheduled(world, &shop, "spring", shop.mug, 10);
        g_autoptr(VtGroup) never = scheduled(world, &shop, "never", shop.cup, 10);
        const VtActor now = {.now_us = world->now_us};
        g_autoptr(VtJob) job = NULL;

        assert_true(vt_group_unschedule(world->db, never->group_id, &now, NULL));
        world->now_us += 10 * MINUTE_US - 1;
        assert_int_equal(work(world), 0);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.tee);
        world->now_us += 1;
        assert_int_equal(work(world), 1);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
        assert_int_equal(state_of(world, group), VT_GROUP_STATE_PUBLISHED);
        assert_int_equal(state_of(world, never), VT_GROUP_STATE_OPEN);
        job = vt_job_read(world->db, group->job_id, NULL);
        assert_int_equal(job->state, VT_JOB_STATE_DONE);
        assert_int_equal(job->n_success, 1);
    }
}

static gboolean
is_shown(World *self, gint64 asset_id)
{
    g_autoptr(VtAssetPublished) live = vt_asset_published_load(self->db, asset_id, NULL);

    return live->locales->len > 0;
}

/* @minutes from now; 0: at once. */
static void
activate(World *self, const char *name, gint64 minutes)
{
    const VtActor now = {.now_us = self->now_us};
    g_autoptr(GError) error = NULL;
    g_autofree VtAssetPlace *place =
        vt_asset_place_find(self->db, self->tenant, name, NULL, &error);

    assert_ok(
        place != NULL && vt_activation_set(self->db, &self->kinds, place,
                             minutes != 0 ? self->now_us + minutes * MINUTE_US : 0, &now, &error),
        error);
}

static void
an_asset_is_shown_from_its_time_on(gsize kind)
{
    g_autoptr(World) world = world_new(kind);
    VtTestGroupShop shop = shop_of(world);

    activate(world, "mug", 10);
    activate(world, "cup", 10); /* by the same job */
    activate(world, "tee", 20);
    assert_false(
        is_shown(world, shop.mug) || is_shown(world, shop.cup) || is_shown(world, shop.tee));
    world->now_us += 10 * MINUTE_US - 1;
    assert_int_equal(work(world), 0);
    assert_false(is_shown(world, shop.mug));
    world->now_us += 1;
    assert_int_equal(work(world), 1);
    assert_true(is_shown(world, shop.mug) && is_shown(world, shop.cup));
    assert_false(is_shown(world, shop.tee));
    activate(world, "tee", 0);
    assert_true(is_shown(world, shop.tee));
    activate(world, "tee", -5); /* is past */
    assert_true(is_shown(world, shop.tee));
    world->now_us += 10 * MINUTE_US;
    assert_int_equal(work(world), 1); /* the job of a time nobody waits for any more */
    assert_true(is_shown(world, shop.tee));
}

static void
a_time_that_was_missed_is_made_up_for(gsize kind)
{
    g_autoptr(World) world = world_new(kind);
    VtTestGroupShop shop = shop_of(world);
    gint64 before = 0, after = 0;

    activate(world, "mug", 10);
    assert_true(vt_changelog_head(world->db, &before, NULL));
    world->now_us += DAY_US;
    assert_int_equal(work(world), 1);
    assert_true(is_shown(world, shop.mug));
    assert_true(vt_changelog_head(world->db, &after, NULL));
    assert_int_equal(after, before + 1); /* which stores and edges follow */
}

/* The later time was set first. */
static void
missed_times_are_made_up_for_in_the_order_they_were_planned(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        VtTestGroupShop shop = shop_of(world);
        g_autoptr(VtGroup) second = scheduled(world, &shop, "five past nine", shop.cup, 65);
        g_autoptr(VtGroup) first = scheduled(world, &shop, "nine", shop.mug, 60);
        g_autoptr(VtGroup) one = NULL, two = NULL;

        world->now_us += DAY_US;
        assert_int_equal(work(world), 2);
        one = vt_group_read(world->db, first->group_id, NULL);
        two = vt_group_read(world->db, second->group_id, NULL);
        assert_int_equal(one->state, VT_GROUP_STATE_PUBLISHED);
        assert_true(one->seq < two->seq);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.cup);
    }
}

static void
a_group_that_cannot_go_live_at_its_time_fails_with_its_job(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        VtTestGroupShop shop = shop_of(world);
        g_autoptr(VtGroup) group = scheduled(world, &shop, "spring", shop.mug, 10);
        g_autoptr(VtJob) job = NULL;
        gint64 document = vt_test_assign_in(&shop, group, "MUG", shop.cup);

        assert_true(vt_document_check_out(
            world->db, document, group->group_id, "{}", &vt_test_actor, NULL));
        world->now_us += 10 * MINUTE_US;
        work(world);
        assert_int_equal(state_of(world, group), VT_GROUP_STATE_FAILED);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.tee);
        job = vt_job_read(world->db, group->job_id, NULL);
        assert_int_equal(job->state, VT_JOB_STATE_FAILED);
        assert_string_equal(job->error_code, "group_invalid");
        assert_int_equal(job->n_error, 1);
    }
}

static void
a_group_that_was_committed_is_not_done_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(World) world = world_new(kind);
        VtTestGroupShop shop = shop_of(world);
        g_autoptr(VtGroup) group = scheduled(world, &shop, "spring", shop.mug, 10);
        const VtGroupPublishOptions options = {.job_id = group->job_id};
        const VtActor lost = {.job_id = group->job_id, .now_us = 1};
        g_auto(VtGroupPublishResult) result = {0};
        g_autoptr(VtJob) job = NULL;
        gint64 head = 0;

        assert_true(vt_group_publish(world->db, group->group_id, &options, &lost, &result, NULL));
        world->now_us += 10 * MINUTE_US;
        work(world);
        job = vt_job_read(world->db, group->job_id, NULL);
        assert_int_equal(job->state, VT_JOB_STATE_DONE);
        assert_int_equal(json_integer_value(json_object_get(job->result, "seq")), result.seq);
        assert_true(vt_changelog_head(world->db, &head, NULL));
        assert_int_equal(head, result.seq);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_publish_that_was_committed_is_not_done_again),
        cmocka_unit_test(a_group_goes_live_at_its_time_and_not_before),
        VT_TEST_EACH_DATABASE(an_asset_is_shown_from_its_time_on),
        VT_TEST_EACH_DATABASE(a_time_that_was_missed_is_made_up_for),
        cmocka_unit_test(missed_times_are_made_up_for_in_the_order_they_were_planned),
        cmocka_unit_test(a_group_that_cannot_go_live_at_its_time_fails_with_its_job),
        cmocka_unit_test(a_group_that_was_committed_is_not_done_again),
        cmocka_unit_test(jobs_are_forgotten_after_their_days),
        cmocka_unit_test(each_tenant_is_cleaned_up_at_night_once),
    };
    return vt_test_run("cli/kinds", tests);
}
