#include "publish/group_publish.h"

#include "media/asset_edit.h"
#include "publish/group_items.h"
#include "publish/testing.h"
#include "tenant/setting.h"

static gint64
log_head(VtTestGroupShop *shop)
{
    gint64 seq = 0;

    assert_true(vt_changelog_head(shop->db, &seq, NULL));
    return seq;
}

static void
a_group_goes_live_as_a_whole_with_one_number(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_auto(VtGroupPublishResult) result = {0};
        g_autoptr(VtGroup) now = NULL;
        g_autoptr(GArray) entries = NULL;
        gint64 document, before;

        document = vt_test_assign_live(&shop, "MH01", shop.tee);
        vt_test_publish_all(&shop);
        vt_test_assign_in(&shop, group, "MH01", shop.mug);
        vt_test_assign_in(&shop, group, "MUG", shop.cup);
        before = log_head(&shop);
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.tee);
        assert_int_equal(vt_test_go_live(&shop, group, &result), VT_TEST_DONE);
        assert_int_equal(result.n_published, 2);
        assert_int_equal(result.seq, before + 1);
        assert_int_equal(vt_test_shown(&shop, "MH01"), shop.mug);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.cup);
        entries = vt_changelog_read(shop.db, shop.tenant, before, G_MAXINT64, NULL);
        assert_int_equal(entries->len, 2);
        now = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(now->state, VT_GROUP_STATE_PUBLISHED);
        assert_int_equal(now->seq, result.seq);
        assert_int_equal(now->n_items, 2);
        assert_false(vt_test_state(&shop, document, group->group_id).is_held);
        assert_int_equal(vt_test_state(&shop, document, VT_GROUP_LIVE).head, 2);
        assert_int_equal(vt_test_publish_all(&shop), 0);
    }
}

/* The ways a group can be kept from going live: what each does to a group of two good sets. */
typedef struct {
    VtTestGroupShop *shop;
    VtGroup *group;
    gint64 document; /* of MH01 */
} Case;

static void
check_out(const Case *self)
{
    assert_true(vt_document_check_out(
        self->shop->db, self->document, self->group->group_id, "{}", &vt_test_actor, NULL));
}

static void
show_unpublished(const Case *self)
{
    gint64 draft = vt_test_add_asset(
        self->shop->db, self->shop->tenant, "draft", VT_LOCALE_NEUTRAL, "A draft");

    vt_test_assign_in(self->shop, self->group, "MUG", draft);
}

/* As a set of assets does. */
static void
hold_unpublished(const Case *self)
{
    gint64 draft = vt_test_add_asset(
        self->shop->db, self->shop->tenant, "draft", VT_LOCALE_NEUTRAL, "A draft");
    const VtRevisionSpec holder = {.body = "{\"alt\":\"x\"}", .asset_ids = &draft, .n_assets = 1};
    g_auto(VtDocumentState) now = {0};
    gint64 document = 0, number;
    gboolean changed;

    assert_true(
        vt_asset_document(self->shop->db, self->shop->cup, VT_LOCALE_NEUTRAL, &document, NULL));
    assert_true(
        vt_group_fork(self->shop->db, self->group->group_id, document, &vt_test_actor, NULL));
    now = vt_test_state(self->shop, document, self->group->group_id);
    assert_true(vt_revision_check_in(self->shop->db, &now, self->group->group_id, &holder,
        &vt_test_actor, &number, &changed, NULL));
}

static void
trash_shown(const Case *self)
{
    gint64 document = 0, number = 0;
    g_auto(VtDocumentState) now = {0};
    g_autoptr(GError) error = NULL;
    const VtRevisionSpec here = {.body = "{\"alt\":\"x\"}"};
    gboolean changed;

    assert_true(
        vt_asset_document(self->shop->db, self->shop->cup, VT_LOCALE_NEUTRAL, &document, NULL));
    assert_true(
        vt_group_fork(self->shop->db, self->group->group_id, document, &vt_test_actor, NULL));
    now = vt_test_state(self->shop, document, self->group->group_id);
    assert_ok(vt_revision_check_in(self->shop->db, &now, self->group->group_id, &here,
                  &vt_test_actor, &number, &changed, &error),
        error);
    vt_document_state_clear(&now);
    now = vt_test_state(self->shop, document, VT_GROUP_LIVE);
    assert_ok(
        vt_revision_trash(self->shop->db, &now, VT_GROUP_LIVE, &vt_test_actor, &error), error);
}

static void
orphan_a_cell(const Case *self)
{
    VtAssignmentKey cell = {.scope = VT_SCOPE_DIMENSIONS};
    g_autoptr(VtAssignment) set = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    gint64 number;
    gboolean changed;

    vt_assignment_key_add(&cell, 999, 999);
    assert_true(
        vt_assignment_put(set, &cell, VT_MEDIA_GROUP_PRIMARY, self->shop->tee, NULL, 1, NULL));
    now = vt_test_state(self->shop, self->document, self->group->group_id);
    assert_true(
        vt_set_check_in(self->shop->db, &now, set, &vt_test_actor, &number, &changed, NULL));
}

static void
drop_alt_text(const Case *self)
{
    g_auto(VtDocumentState) now = {0};
    const VtRevisionSpec bare = {.body = "{\"caption\":\"only a caption\"}"};
    gint64 document = 0, number;
    gboolean changed;

    assert_true(
        vt_asset_document(self->shop->db, self->shop->tee, VT_LOCALE_NEUTRAL, &document, NULL));
    assert_true(
        vt_group_fork(self->shop->db, self->group->group_id, document, &vt_test_actor, NULL));
    now = vt_test_state(self->shop, document, self->group->group_id);
    assert_true(vt_revision_check_in(self->shop->db, &now, self->group->group_id, &bare,
        &vt_test_actor, &number, &changed, NULL));
}

static void
lower_the_limit(const Case *self)
{
    assert_true(vt_setting_put(
        self->shop->db, self->shop->tenant, "group_items", NULL, "1", &vt_test_actor, NULL, NULL));
}

static const struct {
    void (*spoil)(const Case *self);
    VtGroupFinding code;
    const char *subject, *other;
} error_row[] = {
    {check_out, VT_GROUP_FINDING_CHECKED_OUT, "MH01 (Omnichannel, system_neutral)", NULL},
    {show_unpublished, VT_GROUP_FINDING_MISSING_MEDIA, "draft",
        "MUG (Omnichannel, system_neutral)"},
    {hold_unpublished, VT_GROUP_FINDING_MISSING_MEDIA, "draft", "cup (system_neutral)"},
    {trash_shown, VT_GROUP_FINDING_TRASHED, "cup (system_neutral)", NULL},
    {orphan_a_cell, VT_GROUP_FINDING_ORPHAN_CELL, "MH01 (Omnichannel, system_neutral)", NULL},
    {drop_alt_text, VT_GROUP_FINDING_MISSING_FIELD, "tee (system_neutral)", NULL},
    {lower_the_limit, VT_GROUP_FINDING_TOO_MANY_ITEMS, "spring", NULL},
};

static void
one_error_keeps_all_from_going_live_and_the_group_takes_edits_again(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(error_row); i++) {
            g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
            g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
            const Case spoiled = {&shop, group, vt_test_assign_in(&shop, group, "MH01", shop.tee)};
            g_auto(VtGroupPublishResult) result = {0};
            g_autoptr(VtGroup) now = NULL;
            const VtGroupNote *note;
            gint64 before;

            vt_test_assign_in(&shop, group, "MUG", shop.mug);
            error_row[i].spoil(&spoiled);
            before = log_head(&shop);
            assert_int_equal(vt_test_go_live(&shop, group, &result), VT_ERROR_GROUP_INVALID);
            if (result.report.n_errors != 1)
                fail_msg("row %zu: %d errors", i, (int)result.report.n_errors);
            note = &g_array_index(result.report.errors, VtGroupNote, 0);
            assert_int_equal(note->code, error_row[i].code);
            assert_string_equal(note->subject, error_row[i].subject);
            if (error_row[i].other != NULL)
                assert_string_equal(note->other, error_row[i].other);
            assert_int_equal(log_head(&shop), before);
            assert_int_equal(vt_test_shown(&shop, "MUG"), 0);
            now = vt_group_read(shop.db, group->group_id, NULL);
            assert_int_equal(now->state, VT_GROUP_STATE_FAILED);
            assert_non_null(strstr(now->problem, error_row[i].subject));
            assert_true(vt_group_touch(shop.db, group->group_id, 0, &vt_test_actor, NULL));
        }
}

static const VtGroupNote *
find_warning(const VtGroupReport *report, VtGroupFinding code)
{
    for (guint i = 0; i < report->warnings->len; i++)
        if (g_array_index(report->warnings, VtGroupNote, i).code == code)
            return &g_array_index(report->warnings, VtGroupNote, i);
    fail_msg("no warning '%s'", vt_group_finding_names[code]);
    return NULL;
}

/* All three numbers of a conflict, with the live site and with another group. */
static void
conflicts_are_told_with_all_three_numbers(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_autoptr(VtGroup) other = vt_test_group(&shop, "sale");
        g_auto(VtGroupReport) report = {0};
        const VtGroupNote *note;
        gint64 document = vt_test_assign_live(&shop, "MH01", shop.tee);

        vt_test_assign_in(&shop, group, "MH01", shop.mug);                        /* 2, from 1 */
        vt_test_assign_in(&shop, other, "MH01", shop.cup);                        /* 3, from 1 */
        assert_int_equal(vt_test_assign_live(&shop, "MH01", shop.cup), document); /* 4 */
        assert_true(
            vt_document_check_out(shop.db, document, VT_GROUP_LIVE, "{}", &vt_test_actor, NULL));
        vt_group_report_init(&report);
        assert_true(vt_group_validate(shop.db, group, &report, NULL));
        assert_int_equal(report.n_errors, 0);
        note = find_warning(&report, VT_GROUP_FINDING_LIVE_MOVED);
        assert_int_equal(note->base, 1);
        assert_int_equal(note->theirs, 4);
        assert_int_equal(note->head, 2);
        note = find_warning(&report, VT_GROUP_FINDING_OTHER_GROUP);
        assert_string_equal(note->other, "sale");
        assert_int_equal(note->base, 1);
        assert_int_equal(note->theirs, 3);
        find_warning(&report, VT_GROUP_FINDING_LIVE_EDITED);
        assert_int_equal(report.n_warnings, 3);
    }
}

/* Example: the same document in two groups and in the live site; nothing is merged. */
static void
the_last_to_go_live_wins_as_a_whole(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) first = vt_test_group(&shop, "nine");
        g_autoptr(VtGroup) second = vt_test_group(&shop, "five past nine");
        g_auto(VtGroupPublishResult) one = {0};
        g_auto(VtGroupPublishResult) two = {0};
        g_auto(VtGroupPublishResult) again = {0};

        vt_test_assign_live(&shop, "MUG", shop.tee);
        vt_test_publish_all(&shop);
        vt_test_assign_in(&shop, first, "MUG", shop.mug);
        vt_test_assign_in(&shop, second, "MUG", shop.cup);
        vt_test_assign_live(&shop, "MUG", shop.tee);
        assert_int_equal(vt_test_go_live(&shop, first, &one), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
        assert_int_equal(vt_test_go_live(&shop, second, &two), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.cup);
        assert_int_equal(vt_test_publish_all(&shop), 0);
        assert_int_equal(vt_test_go_live(&shop, second, &again), VT_ERROR_GROUP_STATE);
    }
}

static void
a_set_that_was_reset_in_the_group_is_taken_back(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "end of season");
        const VtRevisionSpec tombstone = {.comment = "reset"};
        g_auto(VtGroupPublishResult) result = {0};
        g_auto(VtDocumentState) now = {0};
        gint64 document = vt_test_assign_live(&shop, "MUG", shop.mug), number;
        gboolean changed;

        vt_test_publish_all(&shop);
        assert_true(vt_group_fork(shop.db, group->group_id, document, &vt_test_actor, NULL));
        now = vt_test_state(&shop, document, group->group_id);
        assert_true(vt_revision_check_in(
            shop.db, &now, group->group_id, &tombstone, &vt_test_actor, &number, &changed, NULL));
        assert_int_equal(vt_test_go_live(&shop, group, &result), VT_TEST_DONE);
        assert_int_equal(result.n_published, 1);
        assert_int_equal(vt_test_shown(&shop, "MUG"), 0);
        assert_int_equal(vt_test_state(&shop, document, VT_GROUP_LIVE).published, 0);
    }
}

static void
a_group_left_publishing_by_a_process_that_died_is_taken_up(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        g_auto(VtGroupPublishResult) result = {0};

        vt_test_assign_in(&shop, group, "MUG", shop.mug);
        group->state = VT_GROUP_STATE_PUBLISHING;
        assert_true(vt_group_move(shop.db, group, VT_GROUP_STATE_OPEN, &vt_test_actor, NULL));
        assert_int_equal(vt_test_go_live(&shop, group, &result), VT_TEST_DONE);
        assert_int_equal(vt_test_shown(&shop, "MUG"), shop.mug);
    }
}

static void
a_dry_run_tells_and_changes_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        const VtGroupPublishOptions options = {.dry_run = TRUE, .tell_changes = TRUE};
        g_auto(VtGroupPublishResult) result = {0};
        g_autoptr(VtGroup) now = NULL;
        g_autoptr(GError) error = NULL;
        gint64 before;

        vt_test_assign_in(&shop, group, "MUG", shop.mug);
        before = log_head(&shop);
        assert_ok(
            vt_group_publish(shop.db, group->group_id, &options, &vt_test_actor, &result, &error),
            error);
        assert_int_equal(result.n_published, 1);
        assert_string_equal(
            g_ptr_array_index(result.planned, 0), "MUG (Omnichannel, system_neutral)");
        assert_int_equal(result.changes.n, 3);
        assert_int_equal(log_head(&shop), before);
        now = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(now->state, VT_GROUP_STATE_OPEN);
    }
}

static void
a_group_that_changes_nothing_takes_no_number(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(VtTestGroupShop) shop = vt_test_open_group_shop(kind);
        g_autoptr(VtGroup) group = vt_test_group(&shop, "spring");
        const char *const products[] = {"MUG", NULL};
        const VtGroupSelection mug = {.products = products};
        g_auto(VtGroupPublishResult) result = {0};
        g_autoptr(VtGroup) now = NULL;
        gint64 before;
        guint64 n = 0;

        vt_test_assign_live(&shop, "MUG", shop.mug);
        vt_test_publish_all(&shop);
        assert_true(vt_group_add(shop.db, group, VT_GROUP_LIVE, &mug, &vt_test_actor, &n, NULL));
        assert_int_equal(n, 1);
        before = log_head(&shop);
        assert_int_equal(vt_test_go_live(&shop, group, &result), VT_TEST_DONE);
        assert_int_equal(result.seq, 0);
        assert_int_equal(log_head(&shop), before);
        now = vt_group_read(shop.db, group->group_id, NULL);
        assert_int_equal(now->state, VT_GROUP_STATE_PUBLISHED);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_goes_live_as_a_whole_with_one_number),
        cmocka_unit_test(one_error_keeps_all_from_going_live_and_the_group_takes_edits_again),
        cmocka_unit_test(conflicts_are_told_with_all_three_numbers),
        cmocka_unit_test(the_last_to_go_live_wins_as_a_whole),
        cmocka_unit_test(a_set_that_was_reset_in_the_group_is_taken_back),
        cmocka_unit_test(a_group_left_publishing_by_a_process_that_died_is_taken_up),
        cmocka_unit_test(a_dry_run_tells_and_changes_nothing),
        cmocka_unit_test(a_group_that_changes_nothing_takes_no_number),
    };

    return vt_test_run("publish/group_publish", tests);
}
