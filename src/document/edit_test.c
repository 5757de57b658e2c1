#include "document/edit.h"

#include "document/revision.h"
#include "tenant/testing.h"

/* A kind of document as small as one can be: a note is a text, and each place is a note's. */
typedef struct {
    gint64 tenant;
    gint64 document; /* 0: none yet */
} Note;

static gboolean
find(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    *ret_document_id = ((const Note *)edit->place)->document;
    return TRUE;
}

static gboolean
ensure(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    Note *note = (Note *)(gsize)edit->place;

    if (note->document == 0 &&
        !vt_document_create(edit->db, note->tenant, VT_DOCUMENT_KIND_PRODUCT_MEDIA,
            VT_PUBLISH_CONTEXT_CHANNEL, edit->actor, &note->document, error))
        return FALSE;
    return find(edit, ret_document_id, error);
}

static char *
begin(const VtEdit *edit, gint64 document_id, GError **error)
{
    return g_strdup("first");
}

static char *
apply(const VtEdit *edit, const char *draft, const json_t *sent, GError **error)
{
    if (!json_is_string(sent))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "a note is a text");
    return g_strdup_printf("%s, %s", draft != NULL ? draft : "(reset)", json_string_value(sent));
}

static gboolean
check_in(const VtEdit *edit, VtDocumentState *state, const char *body, GError **error)
{
    const VtRevisionSpec spec = {.body = body};
    gint64 number;
    gboolean changed;

    return vt_revision_check_in(
        edit->db, state, state->group_id, &spec, edit->actor, &number, &changed, error);
}

static gboolean
forget(const VtEdit *edit, gint64 document_id, GError **error)
{
    ((Note *)(gsize)edit->place)->document = 0;
    return vt_document_delete(edit->db, document_id, error);
}

static json_t *
describe(const VtEdit *edit, const VtDocumentState *state, GError **error)
{
    return json_pack("{s:b}", "is_new", state->document_id == 0);
}

static json_t *
describe_body(const VtEdit *edit, const char *body, GError **error)
{
    return json_pack("{s:s?}", "text", body);
}

static const VtEditKind note_kind = {
    find, ensure, begin, apply, check_in, forget, describe, describe_body, .blank = "blank"};

static const VtActor anna = {.account_id = 5, .now_us = 10};
static const VtActor ben = {.account_id = 6, .now_us = 20};

typedef enum { BEGIN, BEGIN_EMPTY, SAVE, FINISH, DISCARD, FORCE, RESTORE_1, RESET, PUBLISH } Step;
enum { DONE = VT_N_ERRORS };

static gboolean
save(const VtEdit *edit, GError **error)
{
    g_autoptr(json_t) sent = json_string("more");

    return vt_edit_save(edit, VT_DOCUMENT_ANY_VERSION, sent, error);
}

/* What the room above does: the newest revision is live. */
static gboolean
publish(const VtEdit *edit, GError **error)
{
    static const char *const parameters[] = {"document_id", NULL};
    static const char *const columns[] = {NULL};
    static const VtSql open = {.name = "open",
        .sqlite = "INSERT INTO publication(document_id, context, from_seq, number)"
                  " SELECT document_id, 'channel', 1, head FROM branch WHERE group_id = 0 AND "
                  "document_id = ?1",
        .postgresql = "INSERT INTO publication(document_id, context, from_seq, number)"
                      " SELECT document_id, 'channel', 1, head FROM branch WHERE group_id = 0 AND "
                      "document_id = $1",
        .parameters = parameters,
        .columns = columns};
    g_autoptr(VtStmt) stmt = vt_db_stmt(edit->db, &open, error);

    vt_stmt_bind_int(stmt, "document_id", ((const Note *)edit->place)->document);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
take(const VtEdit *edit, Step step, GError **error)
{
    VtResetOutcome outcome;

    switch (step) {
    case BEGIN:
        return vt_edit_begin(edit, FALSE, error);
    case BEGIN_EMPTY:
        return vt_edit_begin(edit, TRUE, error);
    case SAVE:
        return save(edit, error);
    case FINISH:
        return vt_edit_finish(edit, VT_DOCUMENT_ANY_VERSION, error);
    case DISCARD:
        return vt_edit_discard(edit, FALSE, error);
    case FORCE:
        return vt_edit_discard(edit, TRUE, error);
    case RESTORE_1:
        return vt_edit_restore(edit, 1, error);
    case RESET:
        return vt_edit_reset(edit, FALSE, &outcome, error);
    case PUBLISH:
        return publish(edit, error);
    }
    return FALSE;
}

/* One life of a note; a row's head and draft are what anna is told afterwards, NULL: null. */
static const struct {
    const VtActor *actor;
    Step step;
    int code;
    const char *head, *draft;
} life_row[] = {
    {&anna, SAVE, VT_ERROR_NOT_CHECKED_OUT, NULL, NULL},
    {&anna, RESET, DONE, NULL, NULL},
    {&anna, BEGIN, DONE, NULL, "first"},
    {&anna, BEGIN_EMPTY, DONE, NULL, "first"},
    {&ben, BEGIN, VT_ERROR_CHECKED_OUT, NULL, "first"},
    {&ben, SAVE, VT_ERROR_CHECKED_OUT, NULL, "first"},
    {&ben, DISCARD, VT_ERROR_CHECKED_OUT, NULL, "first"},
    {&anna, DISCARD, DONE, NULL, NULL},
    {&anna, BEGIN_EMPTY, DONE, NULL, "blank"},
    {&anna, SAVE, DONE, NULL, "blank, more"},
    {&anna, FINISH, DONE, "blank, more", NULL},
    {&anna, RESET, DONE, NULL, NULL},
    {&anna, BEGIN, DONE, NULL, "first"},
    {&anna, FINISH, DONE, "first", NULL},
    {&anna, PUBLISH, DONE, "first", NULL},
    {&anna, BEGIN, DONE, "first", "first"},
    {&anna, SAVE, DONE, "first", "first, more"},
    {&anna, RESTORE_1, VT_ERROR_CHECKED_OUT, "first", "first, more"},
    {&anna, FINISH, DONE, "first, more", NULL},
    {&anna, RESTORE_1, DONE, "first", NULL},
    {&ben, BEGIN, DONE, "first", NULL},
    {&anna, FORCE, DONE, "first", NULL},
    {&anna, RESET, DONE, "first", NULL},
    {&ben, RESET, VT_ERROR_CHECKED_OUT, "first", NULL},
    {&anna, SAVE, DONE, "first", "(reset), more"},
    {&anna, RESET, DONE, "first", NULL},
    {&anna, FINISH, DONE, NULL, NULL},
    {&anna, BEGIN, DONE, NULL, "first"},
};

static void
assert_told(const VtEdit *edit, const char *key, const char *expected, gsize row)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) told = vt_edit_describe(edit, &error);
    const char *text;

    assert_ok(told != NULL, error);
    text = json_string_value(json_object_get(json_object_get(told, key), "text"));
    if (g_strcmp0(text, expected) != 0)
        fail_msg("row %zu: %s is %s, not %s", row, key, text, expected);
}

static void
a_note_lives_by_the_rules_of_every_document(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        Note note = {0};
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &note.tenant);

        assert_true(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, NULL));
        for (gsize i = 0; i < G_N_ELEMENTS(life_row); i++) {
            const VtEdit edit = {db, &note_kind, &note, life_row[i].actor};
            const VtEdit hers = {db, &note_kind, &note, &anna};
            g_autoptr(GError) error = NULL;
            int code =
                take(&edit, life_row[i].step, &error) ? (int)DONE : (int)vt_error_code(error);

            if (code != life_row[i].code)
                fail_msg("row %zu: %s", i, error != NULL ? error->message : "it was done");
            assert_told(&hers, "head", life_row[i].head, i);
            assert_told(&hers, "draft", life_row[i].draft, i);
        }
    }
}

/* Lives of a note in a publish group and in the live site; what anna is told of the row's context,
 * and how many items the group has then. */
static const struct {
    gboolean in_group;
    const VtActor *actor;
    Step step;
    int code;
    const char *head, *draft;
    int n_items;
} group_row[] = {
    /* what only the group has is gone with it, or when it is given up */
    {TRUE, &anna, BEGIN, DONE, NULL, "first", 1},
    {FALSE, &ben, SAVE, VT_ERROR_NOT_CHECKED_OUT, NULL, NULL, 1},
    {TRUE, &anna, DISCARD, DONE, NULL, NULL, 0},
    {TRUE, &anna, RESET, DONE, NULL, NULL, 0},
    {TRUE, &anna, BEGIN, DONE, NULL, "first", 1},
    {TRUE, &anna, FINISH, DONE, "first", NULL, 1},
    {FALSE, &anna, RESET, DONE, NULL, NULL, 1},
    {FALSE, &anna, BEGIN_EMPTY, DONE, NULL, "blank", 1},
    {FALSE, &anna, DISCARD, DONE, NULL, NULL, 1},
    {FALSE, &anna, RESTORE_1, VT_ERROR_NOT_FOUND, NULL, NULL, 1},
    {TRUE, &anna, RESET, DONE, NULL, NULL, 0},
    /* a fork and its origin know nothing of each other */
    {FALSE, &anna, BEGIN, DONE, NULL, "first", 0},
    {FALSE, &anna, FINISH, DONE, "first", NULL, 0},
    {FALSE, &anna, PUBLISH, DONE, "first", NULL, 0},
    {TRUE, &anna, SAVE, VT_ERROR_NOT_CHECKED_OUT, "first", NULL, 0},
    {TRUE, &anna, BEGIN, DONE, "first", "first", 1},
    {FALSE, &ben, BEGIN, DONE, "first", NULL, 1},
    {TRUE, &ben, BEGIN, VT_ERROR_CHECKED_OUT, "first", "first", 1},
    {TRUE, &anna, SAVE, DONE, "first", "first, more", 1},
    {TRUE, &anna, FINISH, DONE, "first, more", NULL, 1},
    {FALSE, &ben, SAVE, DONE, "first", NULL, 1},
    {FALSE, &ben, FINISH, DONE, "first, more", NULL, 1},
    {TRUE, &anna, RESET, DONE, "first, more", NULL, 1},
    {TRUE, &anna, DISCARD, DONE, "first, more", NULL, 1},
    {TRUE, &anna, RESTORE_1, DONE, "first", NULL, 1},
    {TRUE, &anna, RESET, DONE, "first", NULL, 1},
    {TRUE, &anna, FINISH, DONE, NULL, NULL, 1},
    {FALSE, &anna, RESTORE_1, DONE, "first", NULL, 1},
};

static void
a_note_lives_in_a_group_beside_the_live_site(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        Note note = {0};
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &note.tenant);
        g_autoptr(VtGroup) group = NULL;

        assert_true(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, NULL));
        group = vt_group_create(db, note.tenant, "spring", &anna, NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(group_row); i++) {
            gint64 group_id = group_row[i].in_group ? group->group_id : VT_GROUP_LIVE;
            const VtEdit edit = {db, &note_kind, &note, group_row[i].actor, group_id};
            const VtEdit hers = {db, &note_kind, &note, &anna, group_id};
            g_autoptr(VtGroup) now = NULL;
            g_autoptr(GError) error = NULL;
            int code =
                take(&edit, group_row[i].step, &error) ? (int)DONE : (int)vt_error_code(error);

            if (code != group_row[i].code)
                fail_msg("row %zu: %s", i, error != NULL ? error->message : "it was done");
            assert_told(&hers, "head", group_row[i].head, i);
            assert_told(&hers, "draft", group_row[i].draft, i);
            now = vt_group_read(db, group->group_id, NULL);
            if (now->n_items != group_row[i].n_items)
                fail_msg("row %zu: %d items", i, (int)now->n_items);
        }
    }
}

/* Only what was changed there has the flag, not what was only taken in. */
static void
a_document_of_a_group_is_a_draft_once_it_is_edited(void **state)
{
    Note note = {0};
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &note.tenant);
    g_autoptr(VtGroup) group = NULL;
    const struct {
        int step;
        gboolean holds, draft;
    } row[] = {{-1, FALSE, FALSE}, {-2, TRUE, FALSE}, {BEGIN, TRUE, TRUE}, {DISCARD, TRUE, FALSE},
        {BEGIN, TRUE, TRUE}, {SAVE, TRUE, TRUE}, {FINISH, TRUE, TRUE}};
    VtEdit edit = {db, &note_kind, &note, &anna, VT_GROUP_LIVE};

    assert_true(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, NULL));
    group = vt_group_create(db, note.tenant, "spring", &anna, NULL);
    assert_true(vt_edit_begin(&edit, FALSE, NULL) && vt_edit_finish(&edit, -1, NULL));
    edit.group_id = group->group_id;
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(json_t) told = NULL;
        const json_t *of_group;

        if (row[i].step == -2)
            assert_true(vt_group_fork(db, group->group_id, note.document, &anna, NULL));
        if (row[i].step >= 0)
            assert_true(take(&edit, (Step)row[i].step, NULL));
        told = vt_edit_describe(&edit, NULL);
        of_group = json_object_get(told, "group");
        assert_string_equal(json_string_value(json_object_get(of_group, "name")), "spring");
        assert_int_equal(json_is_true(json_object_get(of_group, "holds")), row[i].holds);
        assert_int_equal(json_is_true(json_object_get(of_group, "draft")), row[i].draft);
    }
}

static void
what_a_kind_refuses_leaves_the_working_copy(void **state)
{
    Note note = {0};
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &note.tenant);
    const VtEdit edit = {db, &note_kind, &note, &anna};
    g_autoptr(json_t) sent = json_integer(7), more = json_string("more");
    g_autoptr(GError) refused = NULL, stale = NULL;

    assert_true(vt_db_migrate(db, vt_document_migrations, vt_document_n_migrations, NULL));
    assert_true(vt_edit_begin(&edit, FALSE, NULL));
    assert_false(vt_edit_save(&edit, 1, sent, &refused));
    assert_true(vt_error_is(refused, VT_ERROR_BAD_VALUE));
    assert_false(vt_edit_save(&edit, 7, more, &stale));
    assert_true(vt_error_is(stale, VT_ERROR_STALE_VERSION));
    assert_told(&edit, "draft", "first", 0);
    assert_true(vt_edit_save(&edit, 1, more, NULL));
    assert_told(&edit, "draft", "first, more", 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_lives_by_the_rules_of_every_document),
        cmocka_unit_test(a_note_lives_in_a_group_beside_the_live_site),
        cmocka_unit_test(a_document_of_a_group_is_a_draft_once_it_is_edited),
        cmocka_unit_test(what_a_kind_refuses_leaves_the_working_copy),
    };

    return vt_test_run("document/edit", tests);
}
