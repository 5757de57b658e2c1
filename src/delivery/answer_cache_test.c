#include "base/thread.h"
#include "delivery/answer_cache.h"
#include "tests/unit/support.h"

static VtReply *
reply_of(const char *text)
{
    VtReply *reply = vt_reply_new_text(200, text);

    vt_reply_share(reply);
    return reply;
}

static gboolean
has(VtAnswerCache *cache, const char *target)
{
    g_autoptr(VtReply) found = vt_answer_cache_find(cache, target, 0);

    return found != NULL;
}

static void
an_answer_is_found_until_its_stamp_moves(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(1 << 20);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    g_autoptr(VtStamp) other = vt_stamp_new();
    g_autoptr(VtReply) reply = reply_of("a");
    g_autoptr(VtReply) found = NULL;

    assert_false(has(cache, "/a"));
    vt_answer_cache_put(cache, "/a", reply, 1, stamp, vt_stamp_now(stamp), VT_ANSWER_KEPT);
    vt_answer_cache_put(cache, "/b", reply, 1, other, vt_stamp_now(other), VT_ANSWER_KEPT);
    found = vt_answer_cache_find(cache, "/a", 0);
    assert_ptr_equal(found, reply);
    vt_stamp_advance(stamp);
    assert_false(has(cache, "/a"));
    assert_true(has(cache, "/b"));
}

static void
an_answer_made_before_a_change_is_never_found(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(1 << 20);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    g_autoptr(VtReply) reply = reply_of("a");
    guint64 made_at = vt_stamp_now(stamp);

    vt_stamp_advance(stamp);
    vt_answer_cache_put(cache, "/a", reply, 1, stamp, made_at, VT_ANSWER_KEPT);
    assert_false(has(cache, "/a"));
}

static void
an_answer_ends_at_its_time_however_often_it_is_read(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(1 << 20);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    g_autoptr(VtReply) reply = reply_of("a");

    vt_answer_cache_put(cache, "/a", reply, 1, stamp, vt_stamp_now(stamp), 100);
    for (gint64 now_us = 0; now_us < 100; now_us++) {
        g_autoptr(VtReply) found = vt_answer_cache_find(cache, "/a", now_us);

        assert_ptr_equal(found, reply);
    }
    assert_null(vt_answer_cache_find(cache, "/a", 100));
}

static void
memory_is_bounded_and_the_used_stay(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(16 * 10000);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    g_autoptr(VtReply) reply = reply_of("a");
    guint n_found = 0;

    vt_answer_cache_put(cache, "/kept", reply, 1000, stamp, 0, VT_ANSWER_KEPT);
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *target = g_strdup_printf("/%u", i);

        vt_answer_cache_put(cache, target, reply, 1000, stamp, 0, VT_ANSWER_KEPT);
        assert_true(has(cache, "/kept"));
    }
    for (guint i = 0; i < 1000; i++) {
        g_autofree char *target = g_strdup_printf("/%u", i);

        n_found += has(cache, target);
    }
    assert_in_range(n_found, 16, 16 * 5);
    vt_answer_cache_put(cache, "/large", reply, 10000, stamp, 0, VT_ANSWER_KEPT);
    assert_false(has(cache, "/large"));
}

static void
a_newer_answer_takes_the_place(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(1 << 20);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    g_autoptr(VtReply) first = reply_of("1");
    g_autoptr(VtReply) second = reply_of("2");
    g_autoptr(VtReply) found = NULL;

    vt_answer_cache_put(cache, "/a", first, 1, stamp, 0, VT_ANSWER_KEPT);
    vt_answer_cache_put(cache, "/a", second, 1, stamp, 0, VT_ANSWER_KEPT);
    found = vt_answer_cache_find(cache, "/a", 0);
    assert_ptr_equal(found, second);
}

typedef struct {
    VtAnswerCache *cache;
    VtStamp *stamp;
} Race;

static void
put_and_find(gpointer data)
{
    Race *race = data;
    g_autoptr(VtReply) reply = reply_of("a");

    for (guint i = 0; i < 3000; i++) {
        g_autofree char *target = g_strdup_printf("/%u", i % 50);
        guint64 now = vt_stamp_now(race->stamp);

        if (!has(race->cache, target))
            vt_answer_cache_put(race->cache, target, reply, 1000, race->stamp, now, VT_ANSWER_KEPT);
        if (i % 100 == 0)
            vt_stamp_advance(race->stamp);
    }
}

static void
threads_share_a_cache(void **state)
{
    g_autoptr(VtAnswerCache) cache = vt_answer_cache_new(16 * 5000);
    g_autoptr(VtStamp) stamp = vt_stamp_new();
    Race race = {cache, stamp};
    VtThread *threads[4];

    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = vt_thread_new("race", put_and_find, &race);
    for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
        vt_thread_join(threads[i]);
    assert_int_equal(vt_stamp_now(stamp), 4 * 30);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_found_until_its_stamp_moves),
        cmocka_unit_test(an_answer_made_before_a_change_is_never_found),
        cmocka_unit_test(an_answer_ends_at_its_time_however_often_it_is_read),
        cmocka_unit_test(memory_is_bounded_and_the_used_stay),
        cmocka_unit_test(a_newer_answer_takes_the_place),
        cmocka_unit_test(threads_share_a_cache),
    };
    return vt_test_run("delivery/answer_cache", tests);
}
