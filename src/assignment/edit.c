#include "assignment/edit.h"

#include "assignment/body.h"
#include "assignment/category_media.h"
#include "document/revision.h"

/* The set's document and its state; document_id 0 when there is none. */
static gboolean
load(VtDb *db, const VtSetPlace *place, VtDocumentState *ret_state, GError **error)
{
    gint64 document_id = 0;

    return vt_set_find(db, &place->key, &document_id, error) &&
           (document_id == 0 ||
               vt_document_state(db, document_id, VT_GROUP_LIVE, ret_state, error));
}

/* What is live in the place by inheritance, as text; the set of @document_id itself is left out. */
static char *
inherited(VtDb *db, const VtSetPlace *place, gint64 document_id, GError **error)
{
    g_autoptr(GPtrArray) published = vt_set_place_published(place, db, error);
    const VtSetPublished *answer;

    if (published == NULL)
        return NULL;
    answer = vt_set_place_answer(place, published, document_id);
    return answer != NULL ? vt_assignment_format(answer->assignment) : g_strdup("{}");
}

static char *
first_draft(
    VtDb *db, const VtSetPlace *place, const VtDocumentState *state, gboolean empty, GError **error)
{
    g_autofree char *body = NULL;

    if (empty)
        return g_strdup("{}");
    if (state->head != 0 && !vt_revision_body(db, state->document_id, state->head, &body, error))
        return NULL;
    return body != NULL ? g_steal_pointer(&body) : inherited(db, place, state->document_id, error);
}

gboolean
vt_edit_begin(
    VtDb *db, const VtSetPlace *place, gboolean empty, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *draft = NULL;
    gint64 document_id = 0;

    if (tx == NULL ||
        !vt_set_ensure(db, place->tenant_id, &place->key, actor, &document_id, error) ||
        !vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error))
        return FALSE;
    if (vt_document_is_mine(&state, actor))
        return TRUE;
    draft = first_draft(db, place, &state, empty, error);
    return draft != NULL &&
           vt_document_check_out(db, document_id, VT_GROUP_LIVE, draft, actor, error) &&
           vt_tx_commit(tx, error);
}

/* The working copy as a set; a tombstone is an empty one. */
static VtAssignment *
draft_of(const VtDocumentState *state, GError **error)
{
    return state->draft != NULL ? vt_assignment_parse(state->draft, error) : vt_assignment_new();
}

/* The names are looked up before the transaction, which holds one statement: whether the version
 * still is the present one is asked by that statement. */
gboolean
vt_edit_save(VtDb *db,
    const VtSetPlace *place,
    gint64 version,
    const json_t *body,
    const VtActor *actor,
    GError **error)
{
    g_auto(VtDocumentState) state = {0};
    g_autoptr(VtSetNames) names = vt_set_names_new(db, place->tenant_id, place->product);
    g_autoptr(VtAssignment) before = NULL;
    g_autoptr(VtAssignment) after = NULL;
    g_autofree char *draft = NULL;
    g_autoptr(VtTx) tx = NULL;

    if (!load(db, place, &state, error) || !vt_document_check_mine(db, &state, actor, error) ||
        !vt_document_check_version(&state, version, error))
        return FALSE;
    before = draft_of(&state, error);
    if (before == NULL)
        return FALSE;
    after = vt_set_body_parse(names, body, before, error);
    if (after == NULL || (place->category != NULL && !vt_category_media_check(db, after, error)))
        return FALSE;
    draft = vt_assignment_format(after);
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL &&
           vt_document_save(
               db, state.document_id, VT_GROUP_LIVE, state.version, draft, actor, error) &&
           vt_tx_commit(tx, error);
}

/* @body becomes the head; NULL is a tombstone. */
static gboolean
check_in(VtDb *db, VtDocumentState *state, const char *body, const VtActor *actor, GError **error)
{
    g_autoptr(VtAssignment) set = NULL;
    const VtRevisionSpec tombstone = {.comment = "reset"};
    gint64 number = 0;
    gboolean changed = FALSE;

    if (body == NULL)
        return vt_revision_check_in(
            db, state, VT_GROUP_LIVE, &tombstone, actor, &number, &changed, error);
    set = vt_assignment_parse(body, error);
    return set != NULL && vt_set_check_in(db, state, set, actor, &number, &changed, error);
}

gboolean
vt_edit_finish(
    VtDb *db, const VtSetPlace *place, gint64 version, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};

    return tx != NULL && load(db, place, &state, error) &&
           vt_document_check_mine(db, &state, actor, error) &&
           vt_document_check_version(&state, version, error) &&
           check_in(db, &state, state.draft, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_edit_discard(
    VtDb *db, const VtSetPlace *place, gboolean force, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};

    if (tx == NULL || !load(db, place, &state, error))
        return FALSE;
    if ((!force || state.checked_out_by == 0) && !vt_document_check_mine(db, &state, actor, error))
        return FALSE;
    return vt_document_discard(db, &state, VT_GROUP_LIVE, error) &&
           (state.head != 0 || vt_set_delete(db, state.document_id, error)) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_edit_restore(
    VtDb *db, const VtSetPlace *place, gint64 number, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *body = NULL;

    return tx != NULL && load(db, place, &state, error) &&
           vt_document_check_free(db, &state, actor, error) &&
           vt_revision_body(db, state.document_id, number, &body, error) &&
           check_in(db, &state, body, actor, error) && vt_tx_commit(tx, error);
}

/* Whether the set already is as a reset leaves it. */
static gboolean
is_reset(VtDb *db, const VtDocumentState *state, gboolean *ret_is_reset, GError **error)
{
    g_autofree char *body = NULL;

    *ret_is_reset = state->document_id == 0;
    if (state->document_id == 0 || state->head == 0 || state->checked_out_by != 0)
        return TRUE;
    if (!vt_revision_body(db, state->document_id, state->head, &body, error))
        return FALSE;
    *ret_is_reset = body == NULL;
    return TRUE;
}

/* Makes a tombstone the working copy of @actor. */
static gboolean
stage(VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error)
{
    if (vt_document_is_mine(state, actor))
        return vt_document_save(
            db, state->document_id, VT_GROUP_LIVE, state->version, NULL, actor, error);
    return vt_document_check_out(db, state->document_id, VT_GROUP_LIVE, NULL, actor, error);
}

static gboolean
reset_published(VtDb *db,
    VtDocumentState *state,
    gboolean finish,
    const VtActor *actor,
    VtResetOutcome *ret_outcome,
    GError **error)
{
    gint64 document_id = state->document_id;

    *ret_outcome = finish ? VT_RESET_OUTCOME_FINISHED : VT_RESET_OUTCOME_STAGED;
    if (!stage(db, state, actor, error))
        return FALSE;
    if (!finish)
        return TRUE;
    vt_document_state_clear(state);
    return vt_document_state(db, document_id, VT_GROUP_LIVE, state, error) &&
           check_in(db, state, state->draft, actor, error);
}

gboolean
vt_edit_reset(VtDb *db,
    const VtSetPlace *place,
    gboolean finish,
    const VtActor *actor,
    VtResetOutcome *ret_outcome,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    VtResetOutcome outcome = VT_RESET_OUTCOME_NOTHING;
    gboolean done = FALSE, was_published = FALSE;

    if (tx == NULL || !load(db, place, &state, error) ||
        !vt_document_check_free_or_mine(db, &state, actor, error) ||
        !is_reset(db, &state, &done, error) ||
        (!done && !vt_document_was_published(db, state.document_id, &was_published, error)))
        return FALSE;
    if (!done && !was_published) {
        outcome = VT_RESET_OUTCOME_DELETED;
        if (!vt_document_discard(db, &state, VT_GROUP_LIVE, error) ||
            !vt_set_delete(db, state.document_id, error))
            return FALSE;
    }
    if (was_published && !reset_published(db, &state, finish, actor, &outcome, error))
        return FALSE;
    if (!vt_tx_commit(tx, error))
        return FALSE;
    *ret_outcome = outcome;
    return TRUE;
}
