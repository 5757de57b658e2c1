/* Editing by HTTP, the same for every kind of document: each function finds the place, makes one
 * call of document/edit.h and answers with the place as it is then. */
#include "api/api.h"

#include "api/api_private.h"
#include "assignment/edit.h"
#include "document/revision.h"

enum { DEFAULT_PAGE = 50 };

static gpointer
find_set(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    const VtSetWords words = {.product = vt_request_path_value(request, "product"),
        .category = vt_request_path_value(request, "category"),
        .channel = vt_request_query_value(request, "channel"),
        .locale = vt_request_query_value(request, "locale"),
        .catalog = vt_request_query_value(request, "catalog")};

    return vt_set_place_find(call->db, call->tenant_id, &words, error);
}

static void
free_set(gpointer place)
{
    vt_set_place_free(place);
}

VtAssetPlace *
vt_api_find_asset(const VtApiCall *call, GError **error)
{
    return vt_asset_place_find(call->db, call->tenant_id,
        vt_request_path_value(call->request, "asset"),
        vt_request_query_value(call->request, "locale"), error);
}

static gpointer
find_asset(const VtApiCall *call, GError **error)
{
    return vt_api_find_asset(call, error);
}

/* Which kind of document an address means. */
typedef struct {
    const char *noun; /* what the path names */
    const VtEditKind *kind;
    gpointer (*find)(const VtApiCall *call, GError **error);
    GDestroyNotify free_place;
} KindRow;

static const KindRow kind_row[] = {
    {"product", &vt_set_edit_kind, find_set, free_set},
    {"category", &vt_set_edit_kind, find_set, free_set},
    {"asset", &vt_asset_edit_kind, find_asset, g_free},
};

/* One request in hand. */
typedef struct {
    const KindRow *row;
    gpointer place; /* owned */
    json_t *sent;   /* owned: the empty object when nothing was sent */
    VtEdit edit;
} Work;

static void
work_clear(Work *self)
{
    if (self->place != NULL)
        self->row->free_place(self->place);
    json_decref(self->sent);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean
begin(Work *self, const VtApiCall *call, GError **error)
{
    gint64 group_id = VT_GROUP_LIVE;
    gsize length = 0;
    const char *text = vt_request_body(call->request, &length);

    self->sent = length > 0 ? vt_json_parse(text, length, error) : json_object();
    if (self->sent == NULL)
        return FALSE;
    self->row = kind_row;
    while (vt_request_path_value(call->request, self->row->noun) == NULL)
        self->row++;
    if (!vt_group_context(call->db, call->tenant_id, vt_request_query_value(call->request, "group"),
            &group_id, error))
        return FALSE;
    self->place = self->row->find(call, error);
    self->edit = (VtEdit){call->db, self->row->kind, self->place, &call->actor, group_id};
    return self->place != NULL;
}

static gboolean
check_nothing_sent(const Work *self, GError **error)
{
    static const char *const none[] = {NULL};

    return vt_api_check_members(self->sent, none, error);
}

json_t *
vt_api_edit_show(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};

    return begin(&work, call, error) ? vt_edit_describe(&work.edit, error) : NULL;
}

json_t *
vt_api_edit_begin(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gboolean empty = FALSE;

    if (!begin(&work, call, error) || !vt_api_read_option(work.sent, "empty", &empty, error) ||
        !vt_edit_begin(&work.edit, empty, error))
        return NULL;
    return vt_edit_describe(&work.edit, error);
}

json_t *
vt_api_edit_save(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gint64 version = 0;

    if (!begin(&work, call, error) || !vt_api_read_version(call->request, &version, error))
        return NULL;
    if (version == VT_DOCUMENT_ANY_VERSION)
        return vt_throw_null(
            error, VT_ERROR_VERSION_MISSING, "send If-Match with the version you started from");
    if (!vt_edit_save(&work.edit, version, work.sent, error))
        return NULL;
    return vt_edit_describe(&work.edit, error);
}

json_t *
vt_api_edit_finish(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gint64 version = 0;

    if (!begin(&work, call, error) || !check_nothing_sent(&work, error) ||
        !vt_api_read_version(call->request, &version, error) ||
        !vt_edit_finish(&work.edit, version, error))
        return NULL;
    return vt_edit_describe(&work.edit, error);
}

json_t *
vt_api_edit_discard(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gboolean force = FALSE;

    if (!begin(&work, call, error) || !vt_api_read_option(work.sent, "force", &force, error) ||
        (force && !vt_api_check_administrator(call->db, call->request, error)) ||
        !vt_edit_discard(&work.edit, force, error))
        return NULL;
    return vt_edit_describe(&work.edit, error);
}

json_t *
vt_api_edit_reset(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gboolean finish = FALSE;
    VtResetOutcome outcome;
    json_t *state;

    if (!begin(&work, call, error) || !vt_api_read_option(work.sent, "finish", &finish, error) ||
        !vt_edit_reset(&work.edit, finish, &outcome, error))
        return NULL;
    state = vt_edit_describe(&work.edit, error);
    if (state == NULL)
        return NULL;
    return json_pack("{s:s,s:o}", "outcome", vt_reset_outcome_names[outcome], "state", state);
}

json_t *
vt_api_edit_versions(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    g_auto(Work) work = {0};
    gint64 before = 0, limit = DEFAULT_PAGE;

    if (!begin(&work, call, error) ||
        !vt_api_read_number("before", vt_request_query_value(request, "before"), &before, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_edit_describe_versions(
        &work.edit, before, (guint)MIN(limit, VT_REVISION_PAGE_MAX), error);
}

/* The number of a revision in the path. */
static gboolean
read_number(const VtApiCall *call, gint64 *ret_number, GError **error)
{
    return vt_api_read_number(
        "version", vt_request_path_value(call->request, "version"), ret_number, error);
}

json_t *
vt_api_edit_version(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gint64 number = 0;

    if (!begin(&work, call, error) || !read_number(call, &number, error))
        return NULL;
    return vt_edit_describe_version(&work.edit, number, error);
}

json_t *
vt_api_edit_restore(const VtApiCall *call, GError **error)
{
    g_auto(Work) work = {0};
    gint64 number = 0;

    if (!begin(&work, call, error) || !check_nothing_sent(&work, error) ||
        !read_number(call, &number, error) || !vt_edit_restore(&work.edit, number, error))
        return NULL;
    return vt_edit_describe(&work.edit, error);
}
