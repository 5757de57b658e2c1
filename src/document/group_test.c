#include "document/group.h"

#include "document/revision.h"
#include "tenant/setting.h"
#include "tenant/testing.h"

static const VtActor anna = {.account_id = 5, .now_us = 10};

static VtDb *
open_with_group(gsize kind, gint64 *ret_tenant, gint64 *ret_group)
{
    VtDb *db = vt_test_open_tenant(kind, ret_tenant);
    g_autoptr(VtGroup) group = NULL;
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, &error), error);
    group = vt_group_create(db, *ret_tenant, "spring", &anna, &error);
    assert_ok(group != NULL, error);
    *ret_group = group->group_id;
    return db;
}

/* A document of which @n revisions have been finished in the live site. */
static gint64
add_document(VtDb *db, gint64 tenant, int n)
{
    g_autoptr(GError) error = NULL;
    gint64 document = 0, number;
    gboolean changed;

    assert_ok(vt_document_create(db, tenant, VT_DOCUMENT_KIND_PRODUCT_MEDIA,
                  VT_PUBLISH_CONTEXT_CHANNEL, &anna, &document, &error),
        error);
    for (int i = 1; i <= n; i++) {
        g_auto(VtDocumentState) now = {0};
        g_autofree char *body = g_strdup_printf("live %d", i);
        const VtRevisionSpec spec = {.body = body};

        assert_ok(vt_document_state(db, document, VT_GROUP_LIVE, &now, &error) &&
                      vt_revision_check_in(
                          db, &now, VT_GROUP_LIVE, &spec, &anna, &number, &changed, &error),
            error);
    }
    return document;
}

static void
names_are_unique_in_the_tenant_and_mean_nothing_else(void **state)
{
    const struct {
        const char *name;
        int code;
    } row[] = {{"summer", VT_N_ERRORS}, {"spring", VT_ERROR_DUPLICATE_NAME},
        {"Spring", VT_N_ERRORS}, {"", VT_ERROR_BAD_VALUE}, {"2026", VT_ERROR_BAD_VALUE},
        {"2026 sale", VT_N_ERRORS}, {"Live", VT_ERROR_BAD_VALUE}, {" x", VT_ERROR_BAD_VALUE},
        {"x ", VT_ERROR_BAD_VALUE}, {"a\nb", VT_ERROR_BAD_VALUE}, {"\xff", VT_ERROR_BAD_VALUE},
        {"Frühling", VT_N_ERRORS}};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, group;
        g_autoptr(VtDb) db = open_with_group(kind, &tenant, &group);
        g_autoptr(GPtrArray) all = NULL;

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(VtGroup) made = vt_group_create(db, tenant, row[i].name, &anna, &error);
            int code = made != NULL ? (int)VT_N_ERRORS : (int)vt_error_code(error);

            if (code != row[i].code)
                fail_msg("'%s': %s", row[i].name, error != NULL ? error->message : "made");
        }
        all = vt_group_list(db, tenant, "open", 0, 100, NULL);
        assert_int_equal(all->len, 5);
        assert_string_equal(((VtGroup *)g_ptr_array_index(all, 4))->name, "spring");
        assert_null(vt_group_find(db, tenant + 1, "spring", NULL));
    }
}

static VtDocumentState
state_in(VtDb *db, gint64 document, gint64 group)
{
    VtDocumentState now = {0};

    assert_true(vt_document_state(db, document, group, &now, NULL));
    return now;
}

static void
a_fork_begins_as_the_live_head_and_counts_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, group;
        g_autoptr(VtDb) db = open_with_group(kind, &tenant, &group);
        gint64 document = add_document(db, tenant, 2);
        g_autoptr(VtGroup) now = NULL;

        assert_false(state_in(db, document, group).is_held);
        assert_int_equal(state_in(db, document, group).head, 2);
        for (int i = 0; i < 3; i++)
            assert_true(vt_group_fork(db, group, document, &anna, NULL));
        assert_true(state_in(db, document, group).is_held);
        assert_int_equal(state_in(db, document, group).base, 2);
        now = vt_group_read(db, group, NULL);
        assert_int_equal(now->n_items, 1);
    }
}

static void
each_context_sees_its_own_revisions(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, group, number;
        g_autoptr(VtDb) db = open_with_group(kind, &tenant, &group);
        gint64 document = add_document(db, tenant, 2);
        const VtRevisionSpec here = {.body = "here"}, there = {.body = "there"};
        g_auto(VtDocumentState) mine = {0};
        g_auto(VtDocumentState) live = {0};
        gboolean changed;

        assert_true(vt_group_fork(db, group, document, &anna, NULL));
        mine = state_in(db, document, group);
        live = state_in(db, document, VT_GROUP_LIVE);
        assert_true(vt_revision_check_in(db, &mine, group, &here, &anna, &number, &changed, NULL));
        assert_int_equal(number, 3);
        assert_true(
            vt_revision_check_in(db, &live, VT_GROUP_LIVE, &there, &anna, &number, &changed, NULL));
        assert_int_equal(number, 4);
        assert_int_equal(state_in(db, document, group).head, 3);
        for (gint64 n = 1; n <= 5; n++) {
            gboolean in_group = n <= 3, in_live = n <= 4 && n != 3;

            assert_int_equal(vt_revision_check_seen(db, &mine, n, NULL), in_group);
            assert_int_equal(vt_revision_check_seen(db, &live, n, NULL), in_live);
        }
    }
}

static void
a_full_group_refuses_one_more_and_says_how_many(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, group;
        g_autoptr(VtDb) db = open_with_group(kind, &tenant, &group);
        g_autoptr(GError) error = NULL;

        assert_true(vt_setting_put(db, tenant, "group_items", NULL, "2", &anna, NULL, NULL));
        for (int i = 0; i < 2; i++)
            assert_true(vt_group_fork(db, group, add_document(db, tenant, 1), &anna, NULL));
        assert_false(vt_group_fork(db, group, add_document(db, tenant, 1), &anna, &error));
        assert_true(vt_error_is(error, VT_ERROR_GROUP_FULL));
        assert_non_null(strstr(error->message, "2 items, 2 are allowed"));
        assert_true(vt_group_touch(db, group, -1, &anna, NULL));
        assert_true(vt_group_fork(db, group, add_document(db, tenant, 1), &anna, NULL));
    }
}

/* Which state may follow which, and whether items may change in it. */
static const struct {
    VtGroupState state;
    gint64 when_us; /* of the state: now is 10 */
    gboolean takes_edits;
    const char *next; /* first letters but that published is `P` */
} state_row[] = {
    {VT_GROUP_STATE_OPEN, 0, TRUE, "sp"},
    {VT_GROUP_STATE_SCHEDULED, 11 + VT_GROUP_FREEZE_US, TRUE, "ospf"},
    {VT_GROUP_STATE_SCHEDULED, 10 + VT_GROUP_FREEZE_US, FALSE, "ospf"},
    {VT_GROUP_STATE_PUBLISHING, 0, FALSE, "opPf"},
    {VT_GROUP_STATE_FAILED, 0, TRUE, "sp"},
    {VT_GROUP_STATE_PUBLISHED, 0, FALSE, ""},
};

/* The states that lead to the row's. */
static void
walk_to(VtDb *db, VtGroup *group, gsize row)
{
    const VtGroupState wanted = state_row[row].state;
    gboolean far = wanted == VT_GROUP_STATE_FAILED || wanted == VT_GROUP_STATE_PUBLISHED;

    group->state = VT_GROUP_STATE_PUBLISHING;
    if (far)
        assert_true(vt_group_move(db, group, VT_GROUP_STATE_OPEN, &anna, NULL));
    group->state = wanted;
    group->when_us = state_row[row].when_us;
    if (wanted != VT_GROUP_STATE_OPEN)
        assert_true(vt_group_move(
            db, group, far ? VT_GROUP_STATE_PUBLISHING : VT_GROUP_STATE_OPEN, &anna, NULL));
}

/* Every step from the row's state: those of its letters can be taken. */
static void
try_each_step(VtDb *db, gint64 tenant, gsize row)
{
    static const char letter[VT_GROUP_STATE_COUNT] = {'o', 's', 'p', 'P', 'f'};

    for (int next = 0; next < VT_GROUP_STATE_COUNT; next++) {
        g_autofree char *name = g_strdup_printf("group %zu to %d", row, next);
        g_autoptr(VtGroup) group = vt_group_create(db, tenant, name, &anna, NULL);
        gboolean allowed = strchr(state_row[row].next, letter[next]) != NULL;

        walk_to(db, group, row);
        assert_int_equal(
            vt_group_touch(db, group->group_id, 0, &anna, NULL), state_row[row].takes_edits);
        group->state = (VtGroupState)next;
        if (vt_group_move(db, group, state_row[row].state, &anna, NULL) != allowed)
            fail_msg("row %zu to %s", row, vt_group_state_names[next]);
    }
}

static void
states_follow_each_other_by_the_table(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, ignored;
        g_autoptr(VtDb) db = open_with_group(kind, &tenant, &ignored);

        for (gsize i = 0; i < G_N_ELEMENTS(state_row); i++)
            try_each_step(db, tenant, i);
    }
}

static void
a_group_that_moved_meanwhile_is_not_moved_again(void **state)
{
    gint64 tenant, id;
    g_autoptr(VtDb) db = open_with_group(0, &tenant, &id);
    g_autoptr(VtGroup) first = vt_group_read(db, id, NULL);
    g_autoptr(VtGroup) second = vt_group_read(db, id, NULL);
    g_autoptr(GError) error = NULL;

    first->state = second->state = VT_GROUP_STATE_PUBLISHING;
    assert_true(vt_group_move(db, first, VT_GROUP_STATE_OPEN, &anna, NULL));
    assert_false(vt_group_move(db, second, VT_GROUP_STATE_OPEN, &anna, &error));
    assert_true(vt_error_is(error, VT_ERROR_GROUP_STATE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_in_the_tenant_and_mean_nothing_else),
        cmocka_unit_test(a_fork_begins_as_the_live_head_and_counts_once),
        cmocka_unit_test(each_context_sees_its_own_revisions),
        cmocka_unit_test(a_full_group_refuses_one_more_and_says_how_many),
        cmocka_unit_test(states_follow_each_other_by_the_table),
        cmocka_unit_test(a_group_that_moved_meanwhile_is_not_moved_again),
    };

    return vt_test_run("document/group", tests);
}
