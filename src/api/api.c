#include "api/api.h"

#include "api/api_private.h"
#include "base/hash.h"
#include "tenant/account.h"
#include "tenant/session.h"
#include "tenant/tenant.h"
#include "tenant/token.h"

#include <string.h>

enum {
    MAX_FORM_BYTES = 16 << 10,
    MAX_JSON_BYTES = 1 << 20,
    MAX_SET_BYTES = 4 << 20,
    MAX_CATALOG_BYTES = 256 << 20,
    MAX_UPLOAD_BYTES = 256 << 20
};

/* The least role for a permission. */
static const VtRole needed_role[VT_PERMISSION_COUNT] = {
    [VT_PERMISSION_READ] = VT_ROLE_READER,
    [VT_PERMISSION_EDIT] = VT_ROLE_PRODUCER,
    [VT_PERMISSION_PUBLISH] = VT_ROLE_PRODUCER,
    [VT_PERMISSION_ADMINISTER] = VT_ROLE_ADMINISTRATOR,
};

VtApi *
vt_api_new(const VtApiOptions *options)
{
    VtApi *self = g_new0(VtApi, 1);

    self->pool = options->pool;
    self->sync = options->sync;
    self->edges = options->edges;
    self->ingest = options->ingest;
    self->blobs = options->blobs;
    self->workers = options->workers;
    self->kinds = options->kinds;
    self->uploads = g_strdup(options->uploads);
    self->throttle = vt_throttle_new();
    self->waiters = vt_waiters_new(self->pool, vt_api_job_tell, vt_api_reply_json);
    self->behind_tls = options->behind_tls;
    if (options->first_run != NULL) {
        self->first_run_hash =
            g_strdup(vt_hash_bytes(options->first_run, strlen(options->first_run)).hex);
        self->first_run_until_us = g_get_monotonic_time() + VT_API_FIRST_RUN_US;
    }
    vt_api_forget_uploads(self->uploads, g_get_real_time());
    return self;
}

void
vt_api_stop(VtApi *self)
{
    vt_waiters_stop(self->waiters);
}

void
vt_api_free(VtApi *self)
{
    if (self == NULL)
        return;
    vt_waiters_free(self->waiters);
    vt_throttle_free(self->throttle);
    g_free(self->first_run_hash);
    g_free(self->uploads);
    g_free(self->routes);
    g_free(self);
}

const VtApiUser *
vt_api_user(const VtRequest *request)
{
    return vt_request_user(request);
}

VtActor
vt_api_actor(const VtRequest *request)
{
    const VtApiUser *user = vt_api_user(request);

    return (VtActor){
        .account_id = user->account_id, .now_us = g_get_real_time(), .origin = user->origin};
}

VtApiSession
vt_api_session(VtApi *api, GError **error)
{
    return (VtApiSession){api->pool, vt_db_pool_take(api->pool, error)};
}

void
vt_api_session_clear(VtApiSession *self)
{
    if (self->db != NULL)
        vt_db_pool_give(self->pool, self->db);
    self->db = NULL;
}

json_t *
vt_api_body(const VtRequest *request, const char *const *known, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(request, &length);
    g_autoptr(json_t) body = vt_json_parse(text, length, error);

    if (body == NULL || !vt_api_check_members(body, known, error))
        return NULL;
    return g_steal_pointer(&body);
}

gboolean
vt_api_flag(const json_t *body, const char *key, gboolean *ret_flag, GError **error)
{
    const json_t *value = json_object_get(body, key);

    if (value != NULL && !json_is_boolean(value))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be true or false", key);
    *ret_flag = json_is_true(value);
    return TRUE;
}

/* Takes @value. */
static VtReply *
reply_of(int status, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);
    g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));
    VtReply *reply = vt_reply_new_bytes(status, "application/json", body);

    json_decref(value);
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    return reply;
}

void
vt_api_reply_json(VtRequest *request, json_t *value)
{
    vt_request_reply(request, reply_of(200, value));
}

void
vt_api_accept(VtRequest *request, json_t *value, const char *address)
{
    VtReply *reply = reply_of(202, value);

    vt_reply_add_header(reply, "Location", address);
    vt_request_reply(request, reply);
}

void
vt_api_refuse(VtRequest *request, const GError *error, json_t *extra)
{
    const VtErrorRow *row = &vt_error_rows[vt_error_code(error)];
    g_autoptr(json_t) problem = NULL;
    g_autoptr(GBytes) body = NULL;
    char *text;

    if (extra == NULL || row->status >= 500) {
        json_decref(extra);
        vt_request_fail(request, error);
        return;
    }
    problem = json_pack("{s:s,s:s,s:s,s:i}", "code", row->code, "title", row->text, "detail",
        error->message, "status", row->status);
    json_object_update(problem, extra);
    json_decref(extra);
    text = json_dumps(problem, JSON_COMPACT);
    body = g_bytes_new_take(text, strlen(text));
    vt_request_reply(request, vt_reply_new_bytes(row->status, "application/problem+json", body));
}

gboolean
vt_api_check_members(const json_t *body, const char *const *known, GError **error)
{
    const char *key;
    json_t *value;

    if (!json_is_object(body))
        return vt_throw(error, VT_ERROR_BAD_JSON, "the body must be an object");
    json_object_foreach((json_t *)(gsize)body, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

static const char *
bearer_token(const VtRequest *request)
{
    const char *header = vt_request_header(request, "Authorization");

    return header != NULL && g_ascii_strncasecmp(header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

static gboolean
check_role(
    VtDb *db, const VtRequest *request, VtPermission permission, VtApiUser *user, GError **error)
{
    VtRole role = VT_ROLE_READER;
    g_autoptr(GError) local = NULL;

    if (permission == VT_PERMISSION_SIGNED_IN)
        return TRUE;
    if (!vt_tenant_find(db, vt_request_path_value(request, "tenant"), &user->tenant_id, &local)) {
        if (vt_error_is(local, VT_ERROR_NOT_FOUND))
            return vt_throw(error, VT_ERROR_FORBIDDEN, "you have no role in this tenant");
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (!vt_account_role(db, user->account_id, user->tenant_id, &role, error))
        return FALSE;
    if (role < needed_role[permission])
        return vt_throw(error, VT_ERROR_FORBIDDEN, "this takes the role '%s'; yours is '%s'",
            vt_role_names[needed_role[permission]], vt_role_names[role]);
    return TRUE;
}

static void
free_user(gpointer data)
{
    VtApiUser *user = data;

    g_free(user->origin);
    g_free(user->name);
    g_free(user->cookie);
    g_free(user);
}

gboolean
vt_api_check_administrator(VtDb *db, const VtRequest *request, GError **error)
{
    VtApiUser user = *vt_api_user(request);

    return check_role(db, request, VT_PERMISSION_ADMINISTER, &user, error);
}

char *
vt_api_origin(const VtApi *api, const VtRequest *request)
{
    g_autofree char *remote = vt_request_remote(request);
    const char *forwarded = vt_request_header(request, "X-Forwarded-For");
    const char *last = forwarded != NULL ? strrchr(forwarded, ',') : NULL;
    g_autofree char *client =
        forwarded != NULL ? g_strstrip(g_strdup(last != NULL ? last + 1 : forwarded)) : NULL;
    gboolean by_proxy = strcmp(remote, "127.0.0.1") == 0 || strcmp(remote, "::1") == 0;

    if (api->behind_tls && by_proxy && client != NULL && g_hostname_is_ip_address(client))
        return g_steal_pointer(&client);
    return g_steal_pointer(&remote);
}

static gboolean
is_writing(const VtRequest *request)
{
    const char *method = vt_request_method(request);

    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

static gboolean
identify(VtDb *db, const VtRequest *request, const char *token, VtApiUser *user, GError **error)
{
    gint64 now_us = g_get_real_time();
    g_autoptr(VtIdentity) identity = token != NULL
                                         ? vt_token_identify(db, token, now_us, error)
                                         : vt_session_identify(db, user->cookie, now_us, error);

    if (identity == NULL)
        return FALSE;
    if (token == NULL && is_writing(request) &&
        !vt_session_check_csrf(user->cookie, vt_request_header(request, "X-CSRF-Token")))
        return vt_throw(
            error, VT_ERROR_CSRF, "send the session's csrf_token in the header X-CSRF-Token");
    user->account_id = identity->account_id;
    user->name = g_steal_pointer(&identity->name);
    return TRUE;
}

/* An API token counts before a cookie: no other site can make a browser send it. */
gboolean
vt_api_authorize(VtRequest *request, VtPermission permission, gpointer data, GError **error)
{
    const char *token = bearer_token(request);
    VtApiUser *user = g_new0(VtApiUser, 1);
    g_auto(VtApiSession) session = {0};

    vt_request_set_user(request, user, free_user);
    user->origin = vt_api_origin(data, request);
    user->cookie = token == NULL ? vt_api_cookie(request) : NULL;
    if (token == NULL && user->cookie == NULL)
        return vt_throw(
            error, VT_ERROR_UNAUTHORIZED, "sign in, or send `Authorization: Bearer TOKEN`");
    session = vt_api_session(data, error);
    return session.db != NULL && identify(session.db, request, token, user, error) &&
           check_role(session.db, request, permission, user, error);
}

static void
show_openapi(VtRequest *request, gpointer data)
{
    g_autoptr(GBytes) body = g_bytes_new_static(vt_openapi_json, strlen(vt_openapi_json));

    vt_request_reply(request, vt_reply_new_bytes(200, "application/json", body));
}

static json_t *
show_me(const VtApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(call->db, error);
    json_t *list;

    if (tenants == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);
        VtRole role;

        if (vt_account_role(call->db, call->actor.account_id, tenant->tenant_id, &role, NULL))
            json_array_append_new(
                list, json_pack("{s:s,s:s}", "code", tenant->code, "role", vt_role_names[role]));
    }
    return json_pack("{s:o}", "tenants", list);
}

/* Routes that answer with JSON, on a worker. */
static const struct {
    VtRouteId route;
    VtApiAnswer answer;
    gsize max_body_bytes;
} answer_row[] = {
    {VT_ROUTE_ME, show_me, 0},
    {VT_ROUTE_USER_LIST, vt_api_user_list, 0},
    {VT_ROUTE_USER_ADD, vt_api_user_add, MAX_FORM_BYTES},
    {VT_ROUTE_USER_ROLE, vt_api_user_role, MAX_FORM_BYTES},
    {VT_ROUTE_USER_PASSWORD, vt_api_user_password, MAX_FORM_BYTES},
    {VT_ROUTE_USER_DISABLED, vt_api_user_disabled, MAX_FORM_BYTES},
    {VT_ROUTE_USER_EMAIL, vt_api_user_email, MAX_FORM_BYTES},
    {VT_ROUTE_MAIL_SHOW, vt_api_mail_show, 0},
    {VT_ROUTE_MAIL_PUT, vt_api_mail_put, MAX_FORM_BYTES},
    {VT_ROUTE_TOKEN_LIST, vt_api_token_list, 0},
    {VT_ROUTE_TOKEN_CREATE, vt_api_token_create, MAX_FORM_BYTES},
    {VT_ROUTE_TOKEN_REVOKE, vt_api_token_revoke, 0},
    {VT_ROUTE_PREVIEW_LIST, vt_api_preview_list, 0},
    {VT_ROUTE_PREVIEW_CREATE, vt_api_preview_create, MAX_FORM_BYTES},
    {VT_ROUTE_PREVIEW_REVOKE, vt_api_preview_revoke, 0},
    {VT_ROUTE_CATALOG_IMPORT, vt_api_catalog_import, MAX_CATALOG_BYTES},
    {VT_ROUTE_PRODUCT_PAST, vt_api_product_past, 0},
    {VT_ROUTE_PRODUCT_FIND, vt_api_product_find, 0},
    {VT_ROUTE_PRODUCT_MEDIA_SHOW, vt_api_edit_show, 0},
    {VT_ROUTE_PRODUCT_MEDIA_EDIT, vt_api_edit_begin, MAX_JSON_BYTES},
    {VT_ROUTE_PRODUCT_MEDIA_SAVE, vt_api_edit_save, MAX_SET_BYTES},
    {VT_ROUTE_PRODUCT_MEDIA_FINISH, vt_api_edit_finish, MAX_JSON_BYTES},
    {VT_ROUTE_PRODUCT_MEDIA_DISCARD, vt_api_edit_discard, MAX_JSON_BYTES},
    {VT_ROUTE_PRODUCT_MEDIA_RESET, vt_api_edit_reset, MAX_JSON_BYTES},
    {VT_ROUTE_PRODUCT_MEDIA_VERSIONS, vt_api_edit_versions, 0},
    {VT_ROUTE_PRODUCT_MEDIA_VERSION, vt_api_edit_version, 0},
    {VT_ROUTE_PRODUCT_MEDIA_RESTORE, vt_api_edit_restore, MAX_JSON_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_SHOW, vt_api_edit_show, 0},
    {VT_ROUTE_CATEGORY_MEDIA_EDIT, vt_api_edit_begin, MAX_JSON_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_SAVE, vt_api_edit_save, MAX_SET_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_FINISH, vt_api_edit_finish, MAX_JSON_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_DISCARD, vt_api_edit_discard, MAX_JSON_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_RESET, vt_api_edit_reset, MAX_JSON_BYTES},
    {VT_ROUTE_CATEGORY_MEDIA_VERSIONS, vt_api_edit_versions, 0},
    {VT_ROUTE_CATEGORY_MEDIA_VERSION, vt_api_edit_version, 0},
    {VT_ROUTE_CATEGORY_MEDIA_RESTORE, vt_api_edit_restore, MAX_JSON_BYTES},
    {VT_ROUTE_ASSET_LIST, vt_api_asset_list, 0},
    {VT_ROUTE_ASSET_SHOW, vt_api_edit_show, 0},
    {VT_ROUTE_ASSET_EDIT, vt_api_edit_begin, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_SAVE, vt_api_edit_save, MAX_JSON_BYTES},
    {VT_ROUTE_ASSET_FINISH, vt_api_edit_finish, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_DISCARD, vt_api_edit_discard, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_VERSIONS, vt_api_edit_versions, 0},
    {VT_ROUTE_ASSET_RESTORE, vt_api_edit_restore, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_FOLDER, vt_api_asset_folder, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_ACTIVATION, vt_api_asset_activation, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_PUBLISHES, vt_api_asset_publishes, 0},
    {VT_ROUTE_ASSET_REFERENCES, vt_api_asset_references, 0},
    {VT_ROUTE_ASSET_RENAME, vt_api_asset_rename, MAX_FORM_BYTES},
    {VT_ROUTE_ASSET_DELETE, vt_api_asset_delete, 0},
    {VT_ROUTE_TRASH_LIST, vt_api_trash_list, 0},
    {VT_ROUTE_TRASH_RESTORE, vt_api_trash_restore, MAX_FORM_BYTES},
    {VT_ROUTE_TRASH_PURGE, vt_api_trash_purge, 0},
    {VT_ROUTE_TRASH_EMPTY, vt_api_trash_empty, 0},
    {VT_ROUTE_SET_CREATE, vt_api_set_create, MAX_JSON_BYTES},
    {VT_ROUTE_SET_SAVE, vt_api_set_save, MAX_JSON_BYTES},
    {VT_ROUTE_SET_PRESET_LIST, vt_api_set_preset_list, 0},
    {VT_ROUTE_SET_PRESET_PUT, vt_api_set_preset_put, MAX_JSON_BYTES},
    {VT_ROUTE_SET_PRESET_DELETE, vt_api_set_preset_delete, 0},
    {VT_ROUTE_CONTEXT_LIST, vt_api_context_list, 0},
    {VT_ROUTE_FOLDER_LIST, vt_api_folder_list, 0},
    {VT_ROUTE_FOLDER_ADD, vt_api_folder_add, MAX_FORM_BYTES},
    {VT_ROUTE_FOLDER_MOVE, vt_api_folder_move, MAX_FORM_BYTES},
    {VT_ROUTE_FOLDER_PUBLISH_MODE, vt_api_folder_publish_mode, MAX_FORM_BYTES},
    {VT_ROUTE_FOLDER_REMOVE, vt_api_folder_remove, 0},
    {VT_ROUTE_GROUP_LIST, vt_api_group_list, 0},
    {VT_ROUTE_GROUP_CREATE, vt_api_group_create, MAX_FORM_BYTES},
    {VT_ROUTE_GROUP_SHOW, vt_api_group_show, 0},
    {VT_ROUTE_GROUP_DELETE, vt_api_group_delete, 0},
    {VT_ROUTE_GROUP_ITEMS, vt_api_group_items, 0},
    {VT_ROUTE_GROUP_ADD, vt_api_group_add, MAX_JSON_BYTES},
    {VT_ROUTE_GROUP_REMOVE, vt_api_group_remove, MAX_JSON_BYTES},
    {VT_ROUTE_GROUP_VALIDATE, vt_api_group_validate, MAX_FORM_BYTES},
    {VT_ROUTE_GROUP_UNSCHEDULE, vt_api_group_unschedule, 0},
    {VT_ROUTE_JOB_LIST, vt_api_job_list, 0},
    {VT_ROUTE_JOB_SUBMIT, vt_api_job_submit, MAX_JSON_BYTES},
    {VT_ROUTE_JOB_NEXT_FIRES, vt_api_job_next_fires, 0},
    {VT_ROUTE_JOB_SHOW, vt_api_job_show, 0},
    {VT_ROUTE_JOB_ITEMS, vt_api_job_items, 0},
    {VT_ROUTE_JOB_EDIT, vt_api_job_edit, MAX_JSON_BYTES},
    {VT_ROUTE_JOB_DELETE, vt_api_job_delete, 0},
    {VT_ROUTE_JOB_CANCEL, vt_api_job_cancel, MAX_FORM_BYTES},
    {VT_ROUTE_JOB_RUN, vt_api_job_run, MAX_FORM_BYTES},
    {VT_ROUTE_JOB_PAUSE, vt_api_job_pause, MAX_FORM_BYTES},
    {VT_ROUTE_JOB_RESUME, vt_api_job_resume, MAX_FORM_BYTES},
    {VT_ROUTE_SYNC_STATUS, vt_api_sync_status, 0},
    {VT_ROUTE_SYNC_RUN, vt_api_sync_run, MAX_FORM_BYTES},
    {VT_ROUTE_PREFERENCE_LIST, vt_api_preference_list, 0},
    {VT_ROUTE_PREFERENCE_PUT, vt_api_preference_put, MAX_FORM_BYTES},
    {VT_ROUTE_EDGE_LIST, vt_api_edge_list, 0},
    {VT_ROUTE_PURGE_ADD, vt_api_purge_add, MAX_JSON_BYTES},
    {VT_ROUTE_SETTING_LIST, vt_api_setting_list, 0},
    {VT_ROUTE_SETTING_PUT, vt_api_setting_put, MAX_FORM_BYTES},
};

/* Routes that answer in their own way. */
static const struct {
    VtRouteId route;
    VtHandler handle;
    VtRoutePlace place;
    gsize max_body_bytes;
} handler_row[] = {
    {VT_ROUTE_OPENAPI, show_openapi, VT_ROUTE_ON_EVENT_THREAD, 0},
    {VT_ROUTE_SESSION_CREATE, vt_api_session_create, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
    {VT_ROUTE_SESSION_SHOW, vt_api_session_show, VT_ROUTE_ON_WORKER, 0},
    {VT_ROUTE_SESSION_END, vt_api_session_end, VT_ROUTE_ON_WORKER, 0},
    {VT_ROUTE_FIRST_RUN, vt_api_first_run, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
    {VT_ROUTE_AUDIT_LIST, vt_api_audit_list, VT_ROUTE_ON_WORKER, 0},
    {VT_ROUTE_ASSET_UPLOAD, vt_api_asset_upload, VT_ROUTE_ON_WORKER, MAX_UPLOAD_BYTES},
    {VT_ROUTE_ASSET_CONTENT, vt_api_asset_content, VT_ROUTE_ON_WORKER, 0},
    {VT_ROUTE_UPLOAD_BEGIN, vt_api_upload_begin, VT_ROUTE_ON_WORKER, MAX_JSON_BYTES},
    {VT_ROUTE_UPLOAD_FILE, vt_api_upload_file, VT_ROUTE_ON_WORKER, VT_INGEST_MAX_BYTES},
    {VT_ROUTE_EXPORT, vt_api_export, VT_ROUTE_ON_WORKER, MAX_JSON_BYTES},
    {VT_ROUTE_JOB_RESULT, vt_api_job_result, VT_ROUTE_ON_WORKER, 0},
    {VT_ROUTE_UPLOAD_IMPORT, vt_api_upload_import, VT_ROUTE_ON_WORKER, MAX_UPLOAD_BYTES},
    {VT_ROUTE_PUBLISH, vt_api_publish, VT_ROUTE_ON_WORKER, MAX_JSON_BYTES},
    {VT_ROUTE_UNPUBLISH, vt_api_unpublish, VT_ROUTE_ON_WORKER, MAX_JSON_BYTES},
    {VT_ROUTE_GROUP_SCHEDULE, vt_api_group_schedule, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
    {VT_ROUTE_GROUP_PUBLISH, vt_api_group_publish, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
    {VT_ROUTE_GROUP_UNDO, vt_api_group_undo, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
    {VT_ROUTE_PUBLISH_UNDO, vt_api_publish_undo, VT_ROUTE_ON_WORKER, MAX_FORM_BYTES},
};

/* What a route of answer_row points to. */
struct _VtApiRoute {
    VtApi *api;
    VtApiAnswer answer;
};

VtApiCall
vt_api_call(VtApi *api, VtRequest *request, VtDb *db)
{
    return (VtApiCall){.api = api,
        .request = request,
        .db = db,
        .tenant_id = vt_api_user(request)->tenant_id,
        .actor = vt_api_actor(request)};
}

static void
answer(VtRequest *request, gpointer data)
{
    const VtApiRoute *route = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(route->api, &error);
    const VtApiCall call = vt_api_call(route->api, request, session.db);
    json_t *told = call.db != NULL ? route->answer(&call, &error) : NULL;

    if (told != NULL)
        vt_api_reply_json(request, told);
    else if (error != NULL)
        vt_request_fail(request, error);
}

void
vt_api_add_routes(VtApi *self, GArray *routes)
{
    self->routes = g_new0(VtApiRoute, G_N_ELEMENTS(answer_row));
    for (gsize i = 0; i < G_N_ELEMENTS(answer_row); i++) {
        VtRoute route = {.row = &vt_route_rows[answer_row[i].route],
            .handle = answer,
            .data = &self->routes[i],
            .place = VT_ROUTE_ON_WORKER,
            .max_body_bytes = answer_row[i].max_body_bytes};

        self->routes[i] = (VtApiRoute){self, answer_row[i].answer};
        g_array_append_val(routes, route);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(handler_row); i++) {
        VtRoute route = {.row = &vt_route_rows[handler_row[i].route],
            .handle = handler_row[i].handle,
            .data = self,
            .place = handler_row[i].place,
            .max_body_bytes = handler_row[i].max_body_bytes};

        g_array_append_val(routes, route);
    }
}
