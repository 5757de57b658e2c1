/* The library by HTTP: lists, and one asset in one locale. Each handler makes one call of `media/`;
 * what changes an asset answers with it as it is then. */
#include "api/api.h"

#include "api/api_private.h"
#include "assignment/reference.h"
#include "document/revision.h"
#include "media/library.h"

/* One request in hand. */
typedef struct {
    VtRequest *request;
    VtDb *db;
    VtAssetPlace place;
    json_t *body; /* owned; the empty object when none was sent */
    VtActor actor;
} Call;

static void
call_clear(Call *self)
{
    g_clear_pointer(&self->body, json_decref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Call, call_clear)

/* What a route does once the asset is found; a JSON answer, or NULL. */
typedef json_t *(*Act)(Call *self, GError **error);

static gboolean
prepare(Call *self, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(self->request, &length);

    self->body = length > 0 ? vt_json_parse(text, length, error) : json_object();
    return self->body != NULL &&
           vt_asset_place_find(self->db, vt_api_user(self->request)->tenant_id,
               vt_request_path_value(self->request, "asset"),
               vt_request_query_value(self->request, "locale"), &self->place, error);
}

static void
answer(VtRequest *request, gpointer data, Act act)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    g_auto(Call) call = {.request = request, .db = session.db, .actor = vt_api_actor(request)};
    json_t *told = NULL;

    if (call.db != NULL && prepare(&call, &error))
        told = act(&call, &error);
    if (told != NULL)
        vt_api_reply_json(request, told);
    else
        vt_request_fail(request, error);
}

static json_t *
list_assets(VtDb *db, const VtRequest *request, GError **error)
{
    gint64 limit = VT_LIBRARY_PAGE;
    VtLibraryQuery query = {.tenant_id = vt_api_user(request)->tenant_id,
        .text = vt_request_query_value(request, "q"),
        .type = vt_request_query_value(request, "type"),
        .category = vt_request_query_value(request, "category"),
        .folder = vt_request_query_value(request, "folder"),
        .state = vt_request_query_value(request, "state"),
        .locale = vt_request_query_value(request, "locale"),
        .tag = vt_request_query_value(request, "tag"),
        .after = vt_request_query_value(request, "after")};

    if (!vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    query.limit = (guint)MIN(limit, VT_LIBRARY_PAGE_MAX);
    return vt_library_list(db, &query, error);
}

void
vt_api_asset_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *list = session.db != NULL ? list_assets(session.db, request, &error) : NULL;

    if (list != NULL)
        vt_api_reply_json(request, list);
    else
        vt_request_fail(request, error);
}

static json_t *
state_of(Call *self, GError **error)
{
    return vt_library_describe(self->db, &self->place, &self->actor, error);
}

void
vt_api_asset_show(VtRequest *request, gpointer data)
{
    answer(request, data, state_of);
}

/* Refuses a body that says anything. */
static gboolean
check_no_options(const Call *self, GError **error)
{
    static const char *const none[] = {NULL};

    return vt_api_check_members(self->body, none, error);
}

static json_t *
edit(Call *self, GError **error)
{
    return check_no_options(self, error) &&
                   vt_asset_edit_begin(self->db, &self->place, &self->actor, error)
               ? state_of(self, error)
               : NULL;
}

void
vt_api_asset_edit(VtRequest *request, gpointer data)
{
    answer(request, data, edit);
}

static json_t *
save(Call *self, GError **error)
{
    gint64 version = 0;

    if (!vt_api_read_version(self->request, &version, error))
        return NULL;
    if (version == VT_DOCUMENT_ANY_VERSION)
        return vt_throw_null(
            error, VT_ERROR_VERSION_MISSING, "send If-Match with the version you started from");
    if (!vt_asset_edit_save(self->db, &self->place, version, self->body, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_asset_save(VtRequest *request, gpointer data)
{
    answer(request, data, save);
}

static json_t *
finish(Call *self, GError **error)
{
    gint64 version = 0;

    if (!check_no_options(self, error) || !vt_api_read_version(self->request, &version, error) ||
        !vt_asset_edit_finish(self->db, &self->place, version, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_asset_finish(VtRequest *request, gpointer data)
{
    answer(request, data, finish);
}

static json_t *
discard(Call *self, GError **error)
{
    gboolean force = FALSE;

    if (!vt_api_read_option(self->body, "force", &force, error) ||
        (force && !vt_api_check_administrator(self->db, self->request, error)) ||
        !vt_asset_edit_discard(self->db, &self->place, force, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_asset_discard(VtRequest *request, gpointer data)
{
    answer(request, data, discard);
}

static json_t *
list_versions(Call *self, GError **error)
{
    const VtRequest *request = self->request;
    gint64 before = 0, limit = VT_LIBRARY_PAGE;

    if (!vt_api_read_number("before", vt_request_query_value(request, "before"), &before, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_library_describe_versions(
        self->db, &self->place, before, (guint)MIN(limit, VT_REVISION_PAGE_MAX), error);
}

void
vt_api_asset_versions(VtRequest *request, gpointer data)
{
    answer(request, data, list_versions);
}

static json_t *
restore(Call *self, GError **error)
{
    const char *text = vt_request_path_value(self->request, "version");
    gint64 number = 0;

    if (!check_no_options(self, error) || !vt_api_read_number("version", text, &number, error) ||
        !vt_asset_edit_restore(self->db, &self->place, number, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_asset_restore(VtRequest *request, gpointer data)
{
    answer(request, data, restore);
}

static json_t *
set_folder(Call *self, GError **error)
{
    static const char *const known[] = {"path", NULL};
    const char *path;

    if (!vt_api_check_members(self->body, known, error))
        return NULL;
    path = vt_api_text(self->body, "path", error);
    if (path == NULL || !vt_library_set_folder(self->db, &self->place, path, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_asset_folder(VtRequest *request, gpointer data)
{
    answer(request, data, set_folder);
}

static json_t *
list_references(Call *self, GError **error)
{
    const VtRequest *request = self->request;
    gint64 after = 0, limit = VT_LIBRARY_PAGE;

    if (!vt_api_read_number("after", vt_request_query_value(request, "after"), &after, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_reference_list(self->db, self->place.asset.asset_id, after,
        (guint)MIN(limit, VT_REFERENCE_PAGE_MAX), error);
}

void
vt_api_asset_references(VtRequest *request, gpointer data)
{
    answer(request, data, list_references);
}
