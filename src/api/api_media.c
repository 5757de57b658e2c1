/* Editing the media of a product or a category in one context, by HTTP: each handler finds the
 * context, makes one call of `assignment/` and answers with the context as it is then. */
#include "api/api.h"

#include "api/api_private.h"
#include "assignment/describe.h"
#include "assignment/edit.h"
#include "document/revision.h"

#include <string.h>

enum { DEFAULT_PAGE = 50 };

/* One request in hand. */
typedef struct {
    VtRequest *request;
    VtDb *db;
    VtSetPlace place; /* owned */
    json_t *body;     /* owned; the empty object when none was sent */
    VtActor actor;
} Call;

static void
call_clear(Call *self)
{
    vt_set_place_clear(&self->place);
    g_clear_pointer(&self->body, json_decref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Call, call_clear)

/* What a route does once the context is found; a JSON answer, or NULL. */
typedef json_t *(*Act)(Call *self, GError **error);

static gboolean
prepare(Call *self, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(self->request, &length);
    VtSetWords words = {.product = vt_request_path_value(self->request, "product"),
        .category = vt_request_path_value(self->request, "category"),
        .channel = vt_request_query_value(self->request, "channel"),
        .locale = vt_request_query_value(self->request, "locale"),
        .catalog = vt_request_query_value(self->request, "catalog")};

    self->body = length > 0 ? vt_json_parse(text, length, error) : json_object();
    if (self->body == NULL)
        return FALSE;
    return vt_set_place_find(
        self->db, vt_api_user(self->request)->tenant_id, &words, &self->place, error);
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
state_of(Call *self, GError **error)
{
    return vt_set_describe(self->db, &self->place, &self->actor, error);
}

void
vt_api_media_show(VtRequest *request, gpointer data)
{
    answer(request, data, state_of);
}

static json_t *
edit(Call *self, GError **error)
{
    gboolean empty = FALSE;

    if (!vt_api_read_option(self->body, "empty", &empty, error) ||
        !vt_edit_begin(self->db, &self->place, empty, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_media_edit(VtRequest *request, gpointer data)
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
    if (!vt_edit_save(self->db, &self->place, version, self->body, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_media_save(VtRequest *request, gpointer data)
{
    answer(request, data, save);
}

static json_t *
finish(Call *self, GError **error)
{
    static const char *const none[] = {NULL};
    gint64 version = 0;

    if (!vt_api_check_members(self->body, none, error) ||
        !vt_api_read_version(self->request, &version, error) ||
        !vt_edit_finish(self->db, &self->place, version, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_media_finish(VtRequest *request, gpointer data)
{
    answer(request, data, finish);
}

static json_t *
discard(Call *self, GError **error)
{
    gboolean force = FALSE;

    if (!vt_api_read_option(self->body, "force", &force, error) ||
        (force && !vt_api_check_administrator(self->db, self->request, error)) ||
        !vt_edit_discard(self->db, &self->place, force, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_media_discard(VtRequest *request, gpointer data)
{
    answer(request, data, discard);
}

static json_t *
reset(Call *self, GError **error)
{
    gboolean finished = FALSE;
    VtResetOutcome outcome;
    json_t *state;

    if (!vt_api_read_option(self->body, "finish", &finished, error) ||
        !vt_edit_reset(self->db, &self->place, finished, &self->actor, &outcome, error))
        return NULL;
    state = state_of(self, error);
    if (state == NULL)
        return NULL;
    return json_pack("{s:s,s:o}", "outcome", vt_reset_outcome_names[outcome], "state", state);
}

void
vt_api_media_reset(VtRequest *request, gpointer data)
{
    answer(request, data, reset);
}

static json_t *
list_versions(Call *self, GError **error)
{
    const VtRequest *request = self->request;
    gint64 before = 0, limit = DEFAULT_PAGE;

    if (!vt_api_read_number("before", vt_request_query_value(request, "before"), &before, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_set_describe_versions(
        self->db, &self->place, before, (guint)MIN(limit, VT_REVISION_PAGE_MAX), error);
}

void
vt_api_media_versions(VtRequest *request, gpointer data)
{
    answer(request, data, list_versions);
}

static json_t *
show_version(Call *self, GError **error)
{
    gint64 number = 0;

    if (!vt_api_read_number(
            "version", vt_request_path_value(self->request, "version"), &number, error))
        return NULL;
    return vt_set_describe_version(self->db, &self->place, number, error);
}

void
vt_api_media_version(VtRequest *request, gpointer data)
{
    answer(request, data, show_version);
}

static json_t *
restore(Call *self, GError **error)
{
    static const char *const none[] = {NULL};
    gint64 number = 0;

    if (!vt_api_read_number(
            "version", vt_request_path_value(self->request, "version"), &number, error) ||
        !vt_api_check_members(self->body, none, error) ||
        !vt_edit_restore(self->db, &self->place, number, &self->actor, error))
        return NULL;
    return state_of(self, error);
}

void
vt_api_media_restore(VtRequest *request, gpointer data)
{
    answer(request, data, restore);
}
