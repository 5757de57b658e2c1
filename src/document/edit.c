#include "document/edit.h"

#include "document/revision.h"

/* The state of the place's document; nothing but the group when there is none. */
static gboolean
load(const VtEdit *self, VtDocumentState *state, GError **error)
{
    gint64 document_id = 0;

    state->group_id = self->group_id;
    return self->kind->find(self, &document_id, error) &&
           (document_id == 0 ||
               vt_document_state(self->db, document_id, self->group_id, state, error));
}

/* For who is about to change what the group holds: it must take edits. */
static gboolean
touch(const VtEdit *self, GError **error)
{
    return self->group_id == VT_GROUP_LIVE ||
           vt_group_touch(self->db, self->group_id, 0, self->actor, error);
}

/* The same, and the group holds the document afterwards. */
static gboolean
take_in(const VtEdit *self, VtDocumentState *state, GError **error)
{
    if (state->is_held)
        return touch(self, error);
    return vt_group_fork(self->db, self->group_id, state->document_id, self->actor, error) &&
           vt_document_state(self->db, state->document_id, self->group_id, state, error);
}

/* Takes the document out of the context, and forgets what is in no other. */
static gboolean
leave(const VtEdit *self, const VtDocumentState *state, GError **error)
{
    gboolean is_used = FALSE;

    return vt_document_leave(self->db, state, &is_used, error) &&
           (self->group_id == VT_GROUP_LIVE ||
               vt_group_touch(self->db, self->group_id, -1, self->actor, error)) &&
           (is_used || self->kind->forget(self, state->document_id, error));
}

static char *
first_draft(const VtEdit *self, const VtDocumentState *state, gboolean empty, GError **error)
{
    g_autofree char *body = NULL;

    if (empty)
        return g_strdup(self->kind->blank);
    if (state->head != 0 &&
        !vt_revision_body(self->db, state->document_id, state->head, &body, error))
        return NULL;
    return body != NULL ? g_steal_pointer(&body)
                        : self->kind->begin(self, state->document_id, error);
}

gboolean
vt_edit_begin(const VtEdit *self, gboolean empty, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *draft = NULL;
    gint64 document_id = 0;

    if (tx == NULL)
        return FALSE;
    if (empty && self->kind->blank == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "it cannot begin as nothing");
    if (!self->kind->ensure(self, &document_id, error) ||
        !vt_document_state(self->db, document_id, self->group_id, &state, error))
        return FALSE;
    if (vt_document_is_mine(&state, self->actor))
        return TRUE;
    if (!take_in(self, &state, error))
        return FALSE;
    draft = first_draft(self, &state, empty, error);
    return draft != NULL &&
           vt_document_check_out(
               self->db, document_id, self->group_id, draft, self->actor, error) &&
           vt_tx_commit(tx, error);
}

/* The kind reads before the transaction, which holds one statement: whether the version still is
 * the present one is asked by that statement. */
gboolean
vt_edit_save(const VtEdit *self, gint64 version, const json_t *sent, GError **error)
{
    g_auto(VtDocumentState) state = {0};
    g_autofree char *draft = NULL;
    g_autoptr(VtTx) tx = NULL;

    if (!load(self, &state, error) ||
        !vt_document_check_mine(self->db, &state, self->actor, error) ||
        !vt_document_check_version(&state, version, error))
        return FALSE;
    draft = self->kind->apply(self, state.draft, sent, error);
    tx = draft != NULL ? vt_tx_begin(self->db, VT_TX_WRITE, error) : NULL;
    return tx != NULL && touch(self, error) &&
           vt_document_save(self->db, state.document_id, self->group_id, state.version, draft,
               self->actor, error) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_edit_finish(const VtEdit *self, gint64 version, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};

    return tx != NULL && touch(self, error) && load(self, &state, error) &&
           vt_document_check_mine(self->db, &state, self->actor, error) &&
           vt_document_check_version(&state, version, error) &&
           self->kind->check_in(self, &state, state.draft, error) && vt_tx_commit(tx, error);
}

gboolean
vt_edit_discard(const VtEdit *self, gboolean force, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};

    if (tx == NULL || !touch(self, error) || !load(self, &state, error))
        return FALSE;
    if ((!force || state.checked_out_by == 0) &&
        !vt_document_check_mine(self->db, &state, self->actor, error))
        return FALSE;
    return (state.head != 0 ? vt_document_discard(self->db, &state, self->group_id, error)
                            : leave(self, &state, error)) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_edit_restore(const VtEdit *self, gint64 number, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *body = NULL;

    return tx != NULL && load(self, &state, error) &&
           vt_document_check_free(self->db, &state, self->actor, error) &&
           vt_revision_check_seen(self->db, &state, number, error) &&
           vt_revision_body(self->db, state.document_id, number, &body, error) &&
           take_in(self, &state, error) && self->kind->check_in(self, &state, body, error) &&
           vt_tx_commit(tx, error);
}

/* Whether the place already is as a reset leaves it. */
static gboolean
is_reset(const VtEdit *self, const VtDocumentState *state, gboolean *ret_is_reset, GError **error)
{
    g_autofree char *body = NULL;

    *ret_is_reset = state->head == 0 && state->checked_out_by == 0;
    if (state->head == 0 || state->checked_out_by != 0)
        return TRUE;
    if (!vt_revision_body(self->db, state->document_id, state->head, &body, error))
        return FALSE;
    *ret_is_reset = body == NULL;
    return TRUE;
}

/* Whether nothing has to be told to anybody beyond the context: nobody ever saw the document there.
 */
static gboolean
is_private(
    const VtEdit *self, const VtDocumentState *state, gboolean *ret_is_private, GError **error)
{
    gboolean was_published = FALSE;

    if (self->group_id != VT_GROUP_LIVE) {
        *ret_is_private = state->is_held && state->base == 0;
        return TRUE;
    }
    if (!vt_document_was_published(self->db, state->document_id, &was_published, error))
        return FALSE;
    *ret_is_private = !was_published;
    return TRUE;
}

/* Makes a tombstone the working copy of the account. */
static gboolean
stage(const VtEdit *self, const VtDocumentState *state, GError **error)
{
    if (vt_document_is_mine(state, self->actor))
        return vt_document_save(
            self->db, state->document_id, self->group_id, state->version, NULL, self->actor, error);
    return vt_document_check_out(
        self->db, state->document_id, self->group_id, NULL, self->actor, error);
}

static gboolean
reset_seen(const VtEdit *self,
    VtDocumentState *state,
    gboolean finish,
    VtResetOutcome *ret_outcome,
    GError **error)
{
    g_auto(VtDocumentState) staged = {0};

    *ret_outcome = finish ? VT_RESET_OUTCOME_FINISHED : VT_RESET_OUTCOME_STAGED;
    if (!take_in(self, state, error) || !stage(self, state, error))
        return FALSE;
    return !finish ||
           (load(self, &staged, error) && self->kind->check_in(self, &staged, staged.draft, error));
}

gboolean
vt_edit_reset(const VtEdit *self, gboolean finish, VtResetOutcome *ret_outcome, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    VtResetOutcome outcome = VT_RESET_OUTCOME_NOTHING;
    gboolean done = FALSE, alone = FALSE;

    if (tx == NULL || !load(self, &state, error) ||
        !vt_document_check_free_or_mine(self->db, &state, self->actor, error) ||
        !is_reset(self, &state, &done, error) ||
        (!done && !is_private(self, &state, &alone, error)))
        return FALSE;
    if (!done && alone) {
        outcome = VT_RESET_OUTCOME_DELETED;
        if (!touch(self, error) || !leave(self, &state, error))
            return FALSE;
    }
    if (!done && !alone && !reset_seen(self, &state, finish, &outcome, error))
        return FALSE;
    if (!vt_tx_commit(tx, error))
        return FALSE;
    *ret_outcome = outcome;
    return TRUE;
}

/* null for number 0 */
static json_t *
describe_revision(const VtEdit *self, const VtDocumentState *state, gint64 number, GError **error)
{
    g_autofree char *body = NULL;
    json_t *told;

    if (number == 0)
        return json_null();
    if (!vt_revision_body(self->db, state->document_id, number, &body, error))
        return NULL;
    told = self->kind->describe_body(self, body, error);
    if (told != NULL)
        json_object_set_new(told, "number", json_integer(number));
    return told;
}

static json_t *
describe_draft(const VtEdit *self, const VtDocumentState *state, GError **error)
{
    return vt_document_is_mine(state, self->actor)
               ? self->kind->describe_body(self, state->draft, error)
               : json_null();
}

/* null for the live site */
static json_t *
describe_group(const VtEdit *self, const VtDocumentState *state, GError **error)
{
    g_autoptr(VtGroup) group = NULL;
    gboolean is_changed = state->head != state->base || state->checked_out_by != 0;

    if (self->group_id == VT_GROUP_LIVE)
        return json_null();
    group = vt_group_read(self->db, self->group_id, error);
    if (group == NULL)
        return NULL;
    return json_pack("{s:I,s:s,s:s,s:b,s:b}", "id", (json_int_t)group->group_id, "name",
        group->name, "state", vt_group_state_names[group->state], "holds", state->is_held, "draft",
        state->is_held && is_changed);
}

json_t *
vt_edit_describe(const VtEdit *self, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_READ, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *holder = NULL;
    g_autoptr(json_t) told = NULL;

    if (tx == NULL || !load(self, &state, error))
        return NULL;
    if (state.checked_out_by != 0)
        holder = vt_document_holder_name(self->db, state.checked_out_by);
    told = self->kind->describe(self, &state, error);
    if (told == NULL || json_object_set_new(told, "version", json_integer(state.version)) != 0 ||
        json_object_set_new(told, "checked_out", json_boolean(holder != NULL)) != 0 ||
        json_object_set_new(told, "checked_out_by", json_pack("s?", holder)) != 0 ||
        json_object_set_new(told, "head", describe_revision(self, &state, state.head, error)) !=
            0 ||
        json_object_set_new(
            told, "published", describe_revision(self, &state, state.published, error)) != 0 ||
        json_object_set_new(told, "draft", describe_draft(self, &state, error)) != 0 ||
        json_object_set_new(told, "group", describe_group(self, &state, error)) != 0)
        return NULL;
    return g_steal_pointer(&told);
}

json_t *
vt_edit_describe_versions(const VtEdit *self, gint64 before, guint page, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_READ, error);
    g_auto(VtDocumentState) state = {0};

    if (tx == NULL || !load(self, &state, error))
        return NULL;
    return vt_revision_list_json(self->db, &state, before, page, error);
}

json_t *
vt_edit_describe_version(const VtEdit *self, gint64 number, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_READ, error);
    g_auto(VtDocumentState) state = {0};

    if (tx == NULL || !load(self, &state, error) ||
        !vt_revision_check_seen(self->db, &state, number, error))
        return NULL;
    return describe_revision(self, &state, number, error);
}
