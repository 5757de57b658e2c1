#include "base/thread.h"
#include "change_sql.h"
#include "changelog/change.h"
#include "changelog/consumer.h"
#include "changelog/node.h"
#include "db/testing.h"
#include "tests/unit/support.h"

static const VtActor actor = {.now_us = 1};

static VtDb *
open_url(const char *url)
{
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);

    assert_ok(db != NULL, error);
    assert_ok(vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error), error);
    return db;
}

/* Begins, adds one entry per subject, writes; the transaction stays open. */
static VtTx *
write_open(VtDb *db, gint64 first, gint64 last, gint64 *ret_seq)
{
    g_autoptr(VtChange) change = vt_change_new(7, "test");
    g_autoptr(GError) error = NULL;
    VtTx *tx = vt_tx_begin(db, VT_TX_WRITE, &error);

    assert_ok(tx != NULL, error);
    for (gint64 subject = first; subject <= last; subject++)
        vt_change_add(change, VT_LOG_KIND_PRODUCT, subject);
    assert_ok(vt_change_write(change, db, &actor, ret_seq, &error), error);
    return tx;
}

static void
numbers_have_no_gaps_even_after_a_rollback(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        gint64 seq = 0, head = 0;
        VtTx *tx = write_open(db, 1, 3, &seq);

        assert_int_equal(seq, 1);
        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        vt_tx_free(write_open(db, 1, 1, &seq));
        assert_int_equal(seq, 2);
        tx = write_open(db, 4, 4, &seq);
        assert_int_equal(seq, 2);
        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        assert_true(vt_changelog_head(db, &head, NULL));
        assert_int_equal(head, 2);
    }
}

static void
entries_are_read_in_order_and_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        g_autoptr(GArray) entries = NULL;
        gint64 seq;
        VtTx *tx = write_open(db, 1, 12000, &seq);

        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        entries = vt_changelog_read(db, 7, 0, seq, NULL);
        assert_int_equal(entries->len, 12000);
        for (guint i = 0; i < entries->len; i++)
            assert_int_equal(g_array_index(entries, VtLogEntry, i).subject, i + 1);
        g_array_unref(g_steal_pointer(&entries));
        entries = vt_changelog_read(db, 7, seq, seq + 5, NULL);
        assert_int_equal(entries->len, 0);
        g_array_unref(g_steal_pointer(&entries));
        entries = vt_changelog_read(db, 8, 0, seq, NULL);
        assert_int_equal(entries->len, 0);
    }
}

static void
a_repeated_subject_is_kept_once_and_nothing_writes_nothing(void **state)
{
    g_autofree char *url = vt_test_database(0);
    g_autoptr(VtDb) db = open_url(url);
    g_autoptr(VtChange) change = vt_change_new(7, "test");
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
    g_autoptr(GArray) entries = NULL;
    gint64 seq = 9;

    assert_non_null(tx);
    assert_true(vt_change_write(change, db, &actor, &seq, NULL));
    assert_int_equal(seq, 0);
    vt_change_add(change, VT_LOG_KIND_ASSET, 5);
    vt_change_add(change, VT_LOG_KIND_ASSET, 5);
    vt_change_add(change, VT_LOG_KIND_PRODUCT, 5);
    assert_true(vt_change_write(change, db, &actor, &seq, NULL));
    assert_int_equal(seq, 1);
    entries = vt_changelog_read(db, 7, 0, 1, NULL);
    assert_int_equal(entries->len, 2);
}

typedef struct {
    const char *url;
    gint64 seq;
    gint started;
    gint done;
} Other;

static void
write_in_another_session(gpointer data)
{
    Other *self = data;
    g_autoptr(VtDb) db = vt_db_open(self->url, VT_DB_DURABLE, NULL);
    VtTx *tx;

    g_atomic_int_set(&self->started, 1);
    tx = write_open(db, 100, 100, &self->seq);
    assert_true(vt_tx_commit(tx, NULL));
    vt_tx_free(tx);
    g_atomic_int_set(&self->done, 1);
}

/* Two transactions overlap: the second gets its number only when the first has committed, so a
 * reader that sees number N has seen every number below it. */
static void
two_overlapping_writers_become_visible_in_order(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) first = open_url(url);
        g_autoptr(VtDb) reader = vt_db_open(url, VT_DB_DURABLE, NULL);
        Other other = {.url = url};
        VtThread *thread;
        VtTx *tx;
        gint64 seq = 0, head = 9;

        tx = write_open(first, 1, 1, &seq);
        assert_int_equal(seq, 1);
        thread = vt_thread_new("other", write_in_another_session, &other);
        while (!g_atomic_int_get(&other.started))
            g_usleep(1000);
        g_usleep(50000);
        assert_int_equal(g_atomic_int_get(&other.done), 0);
        assert_true(vt_changelog_head(reader, &head, NULL));
        assert_int_equal(head, 0);
        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        vt_thread_join(thread);
        assert_int_equal(other.seq, 2);
        assert_true(vt_changelog_head(reader, &head, NULL));
        assert_int_equal(head, 2);
    }
}

enum { WRITERS = 4, CHANGES = 50 };

static void
write_many(gpointer data)
{
    g_autoptr(VtDb) db = vt_db_open(data, VT_DB_DURABLE, NULL);

    for (int i = 0; i < CHANGES; i++) {
        gint64 seq;
        VtTx *tx = write_open(db, i, i, &seq);

        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
    }
}

static void
a_reader_with_a_cursor_misses_nothing_of_many_writers(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) reader = open_url(url);
        VtThread *thread[WRITERS];
        gint64 cursor = 0;
        guint n_read = 0;

        for (int i = 0; i < WRITERS; i++)
            thread[i] = vt_thread_new("writer", write_many, url);
        while (n_read < WRITERS * CHANGES) {
            g_autoptr(GArray) entries = NULL;
            gint64 head = 0;

            assert_true(vt_changelog_head(reader, &head, NULL));
            entries = vt_changelog_read(reader, 7, cursor, head, NULL);
            assert_int_equal(entries->len, head - cursor);
            n_read += entries->len;
            cursor = head;
        }
        for (int i = 0; i < WRITERS; i++)
            vt_thread_join(thread[i]);
        assert_int_equal(cursor, WRITERS * CHANGES);
    }
}

static void
save(VtDb *db, const char *node, gint64 seq, const char *problem, gint64 at_us, gint64 due_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtConsumer) consumer = g_new0(VtConsumer, 1);

    consumer->name = g_strdup("read store acme/main");
    consumer->node = g_strdup(node);
    consumer->problem = g_strdup(problem);
    consumer->schedule = g_strdup("hourly");
    consumer->seq = seq;
    consumer->at_us = at_us;
    consumer->due_us = due_us;
    assert_ok(vt_consumer_save(db, 7, consumer, &error), error);
}

static void
consumers_report_how_far_they_are_in_each_node(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        g_autoptr(GPtrArray) all = NULL, own = NULL, other_tenant = NULL;
        VtConsumer *one;

        save(db, "a", 3, "disk full", 10, 0);
        save(db, "b", 9, NULL, 11, 0);
        save(db, "a", 4, NULL, 20, 30);
        all = vt_consumer_list(db, 7, NULL, NULL);
        own = vt_consumer_list(db, 7, "a", NULL);
        other_tenant = vt_consumer_list(db, 8, NULL, NULL);
        assert_int_equal(all->len, 2);
        assert_int_equal(own->len, 1);
        assert_int_equal(other_tenant->len, 0);
        one = g_ptr_array_index(own, 0);
        assert_int_equal(one->seq, 4);
        assert_int_equal(one->at_us, 20);
        assert_int_equal(one->due_us, 30);
        assert_string_equal(one->schedule, "hourly");
        assert_null(one->problem);
    }
}

/* "name" of each node, a ! behind stale ones. */
static char *
nodes(VtDb *db, gint64 now_us)
{
    g_autoptr(GPtrArray) list = vt_node_list(db, now_us, NULL);
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const VtNode *node = g_ptr_array_index(list, i);

        g_string_append_printf(text, "%s%s", node->name, node->is_stale ? "!" : "");
    }
    return g_string_free(text, FALSE);
}

static void
assert_nodes(VtDb *db, gint64 now_us, const char *expected)
{
    g_autofree char *found = nodes(db, now_us);

    assert_string_equal(found, expected);
}

static void
a_node_is_active_then_stale_then_forgotten_with_its_consumers(void **state)
{
    const gint64 start_us = G_GINT64_CONSTANT(1000) * G_USEC_PER_SEC;

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        g_autoptr(GPtrArray) kept = NULL;
        gint64 late_us = start_us + VT_NODE_FORGET_US;

        assert_true(vt_node_beat(db, "a", start_us, NULL));
        assert_true(vt_node_beat(db, "b", start_us, NULL));
        assert_true(vt_node_beat(db, "c", start_us, NULL));
        assert_true(vt_node_leave(db, "c", NULL));
        save(db, "a", 1, NULL, start_us, 0);
        save(db, "b", 1, NULL, start_us, 0);
        save(db, "c", 1, NULL, start_us, 0);
        assert_nodes(db, start_us, "ab");
        assert_true(vt_node_beat(db, "b", start_us + VT_NODE_BEAT_US, NULL));
        assert_nodes(db, start_us + VT_NODE_STALE_US, "a!b");
        assert_true(vt_node_beat(db, "b", late_us, NULL));
        assert_true(vt_node_forget_lost(db, late_us, NULL));
        assert_nodes(db, late_us, "a!b"); /* seen just not long enough ago */
        assert_true(vt_node_forget_lost(db, late_us + 1, NULL));
        assert_nodes(db, late_us + 1, "b");
        kept = vt_consumer_list(db, 7, NULL, NULL);
        assert_int_equal(kept->len, 1);
        assert_string_equal(((VtConsumer *)g_ptr_array_index(kept, 0))->node, "b");
    }
}

static void
the_log_tells_when_and_why_a_number_was_written(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        g_autofree char *cause = NULL, *none = NULL;
        gint64 seq = 0, at_us = 0;
        VtTx *tx = write_open(db, 1, 1, &seq);

        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        assert_true(vt_changelog_when(db, seq, &at_us, &cause, NULL));
        assert_int_equal(at_us, actor.now_us);
        assert_string_equal(cause, "test");
        assert_true(vt_changelog_when(db, seq + 1, &at_us, &none, NULL));
        assert_null(none);
    }
}

static void
the_log_finds_what_a_job_wrote(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        const VtActor job = {.now_us = 1, .job_id = 17};
        g_autoptr(VtChange) change = vt_change_new(7, "test");
        g_autoptr(VtTx) tx = NULL;
        gint64 seq = 0, found = -1;

        vt_tx_free(write_open(db, 1, 1, &seq));
        tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
        vt_change_add(change, VT_LOG_KIND_PRODUCT, 1);
        assert_true(vt_change_write(change, db, &job, &seq, NULL));
        assert_true(vt_tx_commit(tx, NULL));
        assert_true(vt_changelog_of_job(db, 17, &found, NULL));
        assert_int_equal(found, seq);
        assert_true(vt_changelog_of_job(db, 18, &found, NULL));
        assert_int_equal(found, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_no_gaps_even_after_a_rollback),
        cmocka_unit_test(entries_are_read_in_order_and_once),
        cmocka_unit_test(a_repeated_subject_is_kept_once_and_nothing_writes_nothing),
        cmocka_unit_test(two_overlapping_writers_become_visible_in_order),
        cmocka_unit_test(a_reader_with_a_cursor_misses_nothing_of_many_writers),
        cmocka_unit_test(consumers_report_how_far_they_are_in_each_node),
        cmocka_unit_test(a_node_is_active_then_stale_then_forgotten_with_its_consumers),
        cmocka_unit_test(the_log_tells_when_and_why_a_number_was_written),
        cmocka_unit_test(the_log_finds_what_a_job_wrote),
    };
    return vt_test_run("changelog/change", tests);
}
