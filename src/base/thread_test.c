#include "base/thread.h"
#include "tests/unit/support.h"

static VtMutex count_mutex;
static int count;

static void
count_one(gpointer item)
{
    VT_LOCKED(&count_mutex);

    count += GPOINTER_TO_INT(item);
}

static void
a_pool_runs_every_item_once(void **state)
{
    VtPool *pool = vt_pool_new("test", 4, 1000, count_one);

    count = 0;
    for (int i = 0; i < 1000; i++)
        assert_true(vt_pool_push_wait(pool, GINT_TO_POINTER(1)));
    vt_pool_drain(pool);
    assert_int_equal(count, 1000);
    vt_pool_free(pool);
}

static void
a_freed_pool_finishes_its_queue(void **state)
{
    VtPool *pool = vt_pool_new("test", 1, 100, count_one);

    count = 0;
    for (int i = 0; i < 100; i++)
        vt_pool_push_wait(pool, GINT_TO_POINTER(1));
    vt_pool_free(pool);
    assert_int_equal(count, 100);
}

static VtMutex gate;

static void
wait_at_gate(gpointer item)
{
    vt_mutex_lock(&gate);
    vt_mutex_unlock(&gate);
}

static void
a_full_queue_refuses(void **state)
{
    VtPool *pool = vt_pool_new("test", 1, 2, wait_at_gate);
    int taken = 0;

    vt_mutex_lock(&gate);
    for (int i = 0; i < 10; i++)
        taken += vt_pool_push(pool, GINT_TO_POINTER(1));
    assert_in_range(taken, 2, 3);
    vt_mutex_unlock(&gate);
    vt_pool_free(pool);
}

static void
waiting_for_nothing_times_out(void **state)
{
    VtCond cond;

    vt_cond_init(&cond);
    vt_mutex_lock(&gate);
    assert_false(vt_cond_wait_for(&cond, &gate, 1000));
    vt_mutex_unlock(&gate);
    vt_cond_clear(&cond);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pool_runs_every_item_once),
        cmocka_unit_test(a_freed_pool_finishes_its_queue),
        cmocka_unit_test(a_full_queue_refuses),
        cmocka_unit_test(waiting_for_nothing_times_out),
    };

    vt_mutex_init(&count_mutex);
    vt_mutex_init(&gate);
    return vt_test_run("base/thread", tests);
}
