/* Publish groups by HTTP: making them, what they hold, their time, and going live. What cannot go
 * live is refused with the report of why. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/group_items.h"
#include "publish/group_publish.h"
#include "publish/group_schedule.h"
#include "publish/order.h"
#include "publish/undo.h"

enum { DEFAULT_PAGE = 50 };

static VtGroup *
find_group(VtDb *db, const VtRequest *request, GError **error)
{
    return vt_group_find(
        db, vt_api_user(request)->tenant_id, vt_request_path_value(request, "group"), error);
}

/* The group of the address as it is now. */
static json_t *
tell_again(const VtApiCall *call, gint64 group_id, GError **error)
{
    g_autoptr(VtGroup) group = vt_group_read(call->db, group_id, error);

    return group != NULL ? vt_group_json(call->db, group, error) : NULL;
}

json_t *
vt_api_group_list(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    gint64 before = 0, limit = DEFAULT_PAGE;
    g_autoptr(GPtrArray) groups = NULL;
    g_autoptr(json_t) list = json_array();

    if (!vt_api_read_number("before", vt_request_query_value(request, "before"), &before, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error) ||
        (groups = vt_group_list(call->db, call->tenant_id, vt_request_query_value(request, "state"),
             before, (guint)MIN(limit, VT_GROUP_PAGE_MAX), error)) == NULL)
        return NULL;
    for (guint i = 0; i < groups->len; i++) {
        json_t *one = vt_group_json(call->db, g_ptr_array_index(groups, i), error);

        if (one == NULL)
            return NULL;
        json_array_append_new(list, one);
    }
    return json_pack("{s:O}", "groups", list);
}

json_t *
vt_api_group_create(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"name", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *name = body != NULL ? vt_json_text(body, "name", error) : NULL;
    g_autoptr(VtGroup) group =
        name != NULL ? vt_group_create(call->db, call->tenant_id, name, &call->actor, error) : NULL;

    return group != NULL ? vt_group_json(call->db, group, error) : NULL;
}

json_t *
vt_api_group_show(const VtApiCall *call, GError **error)
{
    g_autoptr(VtGroup) group = find_group(call->db, call->request, error);

    return group != NULL ? vt_group_json(call->db, group, error) : NULL;
}

json_t *
vt_api_group_delete(const VtApiCall *call, GError **error)
{
    g_autoptr(VtGroup) group = find_group(call->db, call->request, error);
    const char *confirm = vt_request_query_value(call->request, "confirm");

    if (group == NULL || !vt_group_delete(call->db, group, confirm, &call->actor, error))
        return NULL;
    return json_pack("{s:I}", "deleted", (json_int_t)group->group_id);
}

json_t *
vt_api_group_items(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    g_autoptr(VtGroup) group = find_group(call->db, request, error);
    gint64 after = 0, limit = DEFAULT_PAGE;

    if (group == NULL ||
        !vt_api_read_number("after", vt_request_query_value(request, "after"), &after, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_group_items_json(call->db, group, after, (guint)MIN(limit, VT_GROUP_PAGE_MAX), error);
}

static json_t *
body_of(const VtRequest *request, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(request, &length);

    return vt_json_parse(text, length, error);
}

static json_t *
tell_changed(const VtApiCall *call, gint64 group_id, guint64 n, GError **error)
{
    json_t *group = tell_again(call, group_id, error);

    return group != NULL ? json_pack("{s:I,s:o}", "changed", (json_int_t)n, "group", group) : NULL;
}

json_t *
vt_api_group_add(const VtApiCall *call, GError **error)
{
    g_autoptr(VtGroup) group = find_group(call->db, call->request, error);
    g_autoptr(json_t) body = group != NULL ? body_of(call->request, error) : NULL;
    g_auto(VtGroupOrder) order = {0};
    gint64 from = VT_GROUP_LIVE;
    guint64 n = 0;

    if (body == NULL || !vt_group_order_parse(body, &order, error) ||
        !vt_group_context(call->db, call->tenant_id, order.from, &from, error) ||
        !vt_group_add(call->db, group, from, &order.selection, &call->actor, &n, error))
        return NULL;
    return tell_changed(call, group->group_id, n, error);
}

json_t *
vt_api_group_remove(const VtApiCall *call, GError **error)
{
    g_autoptr(VtGroup) group = find_group(call->db, call->request, error);
    g_autoptr(json_t) body = group != NULL ? body_of(call->request, error) : NULL;
    g_auto(VtGroupOrder) order = {0};
    guint64 n = 0;

    if (body == NULL || !vt_group_order_parse(body, &order, error))
        return NULL;
    if (order.from != NULL)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"from\" is not known here");
    if (!vt_group_remove(call->db, group, &order.selection, &call->actor, &n, error))
        return NULL;
    return tell_changed(call, group->group_id, n, error);
}

json_t *
vt_api_group_validate(const VtApiCall *call, GError **error)
{
    static const char *const none[] = {NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, none, error);
    g_autoptr(VtGroup) group = body != NULL ? find_group(call->db, call->request, error) : NULL;
    g_auto(VtGroupReport) report = {0};

    if (group == NULL)
        return NULL;
    vt_group_report_init(&report);
    return vt_group_validate(call->db, group, &report, error) ? vt_group_report_json(&report)
                                                              : NULL;
}

json_t *
vt_api_group_unschedule(const VtApiCall *call, GError **error)
{
    g_autoptr(VtGroup) group = find_group(call->db, call->request, error);

    if (group == NULL || !vt_group_unschedule(call->db, group->group_id, &call->actor, error))
        return NULL;
    return tell_again(call, group->group_id, error);
}

/* A request that is answered with a report when it is refused. */
typedef struct {
    VtApi *api;
    VtRequest *request;
    VtActor actor;
    VtDb *db;
    json_t *answer; /* owned */
    json_t *extra;  /* owned: what a refusal tells beside its error; NULL: nothing */
} Work;

typedef gboolean (*Act)(Work *self, GError **error);

static void
reply(VtApi *api, VtRequest *request, Act act)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(api, &error);
    Work work = {.api = api, .request = request, .actor = vt_api_actor(request), .db = session.db};

    if (session.db != NULL && act(&work, &error)) {
        json_decref(work.extra);
        vt_api_reply_json(request, work.answer);
        return;
    }
    json_decref(work.answer);
    vt_api_refuse(request, error, work.extra);
}

static gboolean
schedule(Work *self, GError **error)
{
    static const char *const known[] = {"at", NULL};
    g_autoptr(json_t) body = vt_api_body(self->request, known, error);
    const char *at = body != NULL ? vt_json_text(body, "at", error) : NULL;
    g_autoptr(VtGroup) group = at != NULL ? find_group(self->db, self->request, error) : NULL;
    g_autoptr(VtGroup) now = NULL;
    g_auto(VtGroupReport) report = {0};
    gint64 when_us = 0;

    if (group == NULL || !vt_api_parse_time("at", at, &when_us, error))
        return FALSE;
    vt_group_report_init(&report);
    if (!vt_group_schedule(
            self->db, self->api->kinds, group->group_id, when_us, &self->actor, &report, error)) {
        self->extra = json_pack("{s:o}", "report", vt_group_report_json(&report));
        return FALSE;
    }
    vt_job_workers_ring(self->api->workers);
    now = vt_group_read(self->db, group->group_id, error);
    return now != NULL && (self->answer = vt_group_json(self->db, now, error)) != NULL;
}

static gboolean
publish(Work *self, GError **error)
{
    static const char *const known[] = {"dry_run", "tell_changes", NULL};
    g_autoptr(json_t) body = vt_api_body(self->request, known, error);
    g_autoptr(VtGroup) group = body != NULL ? find_group(self->db, self->request, error) : NULL;
    VtGroupPublishOptions options = {0};
    g_auto(VtGroupPublishResult) result = {0};

    if (group == NULL || !vt_api_flag(body, "dry_run", &options.dry_run, error) ||
        !vt_api_flag(body, "tell_changes", &options.tell_changes, error))
        return FALSE;
    if (!vt_group_publish(self->db, group->group_id, &options, &self->actor, &result, error)) {
        self->extra = vt_group_publish_result_json(&result);
        return FALSE;
    }
    vt_sync_loop_ring(self->api->sync);
    self->answer = vt_group_publish_result_json(&result);
    return TRUE;
}

/* What is forced goes over what others published: that takes an administrator. */
static gboolean
undo(Work *self, gint64 seq, const json_t *body, GError **error)
{
    VtUndoRequest request = {.tenant_id = vt_api_user(self->request)->tenant_id, .seq = seq};
    g_auto(VtUndoResult) result = {0};

    if (!vt_api_flag(body, "force", &request.force, error) ||
        !vt_api_flag(body, "dry_run", &request.dry_run, error) ||
        !vt_api_flag(body, "tell_changes", &request.tell_changes, error) ||
        (request.force && !vt_api_check_administrator(self->db, self->request, error)))
        return FALSE;
    if (!vt_undo(self->db, &request, &self->actor, &result, error)) {
        self->extra = vt_undo_result_json(&result);
        return FALSE;
    }
    vt_sync_loop_ring(self->api->sync);
    self->answer = vt_undo_result_json(&result);
    return TRUE;
}

static const char *const undo_keys[] = {"force", "dry_run", "tell_changes", NULL};

static gboolean
undo_group(Work *self, GError **error)
{
    g_autoptr(json_t) body = vt_api_body(self->request, undo_keys, error);
    g_autoptr(VtGroup) group = body != NULL ? find_group(self->db, self->request, error) : NULL;

    if (group == NULL)
        return FALSE;
    if (group->seq == 0)
        return vt_throw(
            error, VT_ERROR_GROUP_STATE, "publish group '%s' has made nothing live", group->name);
    return undo(self, group->seq, body, error);
}

static gboolean
undo_publish(Work *self, GError **error)
{
    g_autoptr(json_t) body = vt_api_body(self->request, undo_keys, error);
    gint64 seq = 0;

    return body != NULL &&
           vt_api_read_number("seq", vt_request_path_value(self->request, "seq"), &seq, error) &&
           undo(self, seq, body, error);
}

void
vt_api_group_schedule(VtRequest *request, gpointer data)
{
    reply(data, request, schedule);
}

void
vt_api_group_publish(VtRequest *request, gpointer data)
{
    reply(data, request, publish);
}

void
vt_api_group_undo(VtRequest *request, gpointer data)
{
    reply(data, request, undo_group);
}

void
vt_api_publish_undo(VtRequest *request, gpointer data)
{
    reply(data, request, undo_publish);
}
