#include "assignment/edit.h"

#include "assignment/body.h"
#include "assignment/category_media.h"
#include "assignment/describe.h"
#include "document/revision.h"

#define BLANK "{}"

static gboolean
find(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    const VtSetPlace *place = edit->place;

    return vt_set_find(edit->db, &place->key, ret_document_id, error);
}

static gboolean
ensure(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    const VtSetPlace *place = edit->place;

    return vt_set_ensure(
        edit->db, place->tenant_id, &place->key, edit->actor, ret_document_id, error);
}

/* What the place shows by inheritance: the set itself is left out. */
static char *
begin(const VtEdit *edit, gint64 document_id, GError **error)
{
    const VtSetPlace *place = edit->place;
    g_autoptr(GPtrArray) published = vt_set_place_shown(place, edit->db, edit->group_id, error);
    const VtSetPublished *answer;

    if (published == NULL)
        return NULL;
    answer = vt_set_place_answer(place, published, document_id);
    return answer != NULL ? vt_assignment_format(answer->assignment) : g_strdup(BLANK);
}

static char *
apply(const VtEdit *edit, const char *draft, const json_t *sent, GError **error)
{
    const VtSetPlace *place = edit->place;
    g_autoptr(VtAssignment) before = vt_assignment_parse(draft, error);
    g_autoptr(VtAssignment) after =
        before != NULL ? vt_set_body_parse(place->names, sent, before, error) : NULL;

    if (after == NULL ||
        (place->category != NULL && !vt_category_media_check(edit->db, after, error)))
        return NULL;
    return vt_assignment_format(after);
}

static gboolean
check_in(const VtEdit *edit, VtDocumentState *state, const char *body, GError **error)
{
    const VtRevisionSpec tombstone = {.comment = "reset"};
    g_autoptr(VtAssignment) set = NULL;
    gint64 number = 0;
    gboolean changed = FALSE;

    if (body == NULL)
        return vt_revision_check_in(
            edit->db, state, state->group_id, &tombstone, edit->actor, &number, &changed, error);
    set = vt_assignment_parse(body, error);
    return set != NULL &&
           vt_set_check_in(edit->db, state, set, edit->actor, &number, &changed, error);
}

static gboolean
forget(const VtEdit *edit, gint64 document_id, GError **error)
{
    return vt_set_delete(edit->db, document_id, error);
}

const VtEditKind vt_set_edit_kind = {
    find, ensure, begin, apply, check_in, forget, vt_set_describe, vt_set_describe_body, BLANK};
