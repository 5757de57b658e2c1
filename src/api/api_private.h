/* Inside of the API: what its handlers share. */
#pragma once

#include "api/api.h"
#include "api/throttle.h"
#include "api/waiters.h"
#include "base/json.h"
#include "changelog/change.h"
#include "media/asset_edit.h"

typedef struct _VtApiRoute VtApiRoute;

struct _VtApi {
    VtDbPool *pool;
    VtSyncLoop *sync;
    VtEdgeLoop *edges;
    VtIngest *ingest;
    VtBlobStore *blobs;
    VtJobWorkers *workers;
    const VtJobKinds *kinds;
    char *uploads;             /* owned */
    VtThrottle *throttle;      /* owned */
    VtWaiters *waiters;        /* owned */
    char *first_run_hash;      /* owned; NULL: there is no set-up link */
    gint64 first_run_until_us; /* monotonic clock */
    gboolean behind_tls;
    VtApiRoute *routes; /* owned: what the routes that answer with JSON point to */
};

/* Who sends the request; the slot set by vt_api_authorize. */
typedef struct {
    gint64 account_id;
    gint64 tenant_id; /* 0: the route has no tenant */
    char *origin;     /* owned: the client's address */
    char *name;       /* owned: of the account */
    char *cookie;     /* owned: token of the session; NULL when an API token was sent */
} VtApiUser;

const VtApiUser *vt_api_user(const VtRequest *request);
VtActor vt_api_actor(const VtRequest *request);

/* One handler's session: taken from the pool and given back at the end of the block. */
typedef struct {
    VtDbPool *pool;
    VtDb *db; /* NULL: there is none, see the error */
} VtApiSession;
VtApiSession vt_api_session(VtApi *api, GError **error);
void vt_api_session_clear(VtApiSession *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtApiSession, vt_api_session_clear)

/* One request in the hands of a function that answers with JSON. */
typedef struct {
    VtApi *api;
    VtRequest *request;
    VtDb *db;         /* given back after the answer */
    gint64 tenant_id; /* 0: the route has no tenant */
    VtActor actor;
} VtApiCall;

/* @db: may be NULL, as what was not had. */
VtApiCall vt_api_call(VtApi *api, VtRequest *request, VtDb *db);

/* What a route answers, newly made; NULL with an error, which is told instead, or without one when
 * the request was parked. */
typedef json_t *(*VtApiAnswer)(const VtApiCall *call, GError **error);

/* The client's address, newly allocated. */
char *vt_api_origin(const VtApi *api, const VtRequest *request);

/* The token in the session's cookie, newly allocated; NULL when there is none. */
char *vt_api_cookie(const VtRequest *request);

/* VT_ERROR_BAD_REQUEST unless the body is declared as JSON: no page of another site can send that
 * without asking first. For routes that need no sign-in. */
gboolean vt_api_check_json_type(const VtRequest *request, GError **error);

/* The body: one object that has no keys but @known (NULL at the end). NULL with VT_ERROR_BAD_JSON
 * or VT_ERROR_BAD_VALUE. */
json_t *vt_api_body(const VtRequest *request, const char *const *known, GError **error);

/* true or false of the body; absent is FALSE. FALSE with VT_ERROR_BAD_VALUE for anything else. */
gboolean vt_api_flag(const json_t *body, const char *key, gboolean *ret_flag, GError **error);

/* Takes a job on in the name of who asks, and answers 202 with it and its address. @spec: what to
 * do; who and where is filled in. @folder (nullable) becomes that of the job's files, unless it
 * fails. Errors of vt_job_submit, which the caller tells. */
gboolean vt_api_job_take_on(
    const VtApiCall *call, VtJobSpec *spec, const char *folder, GError **error);

/* The same without an answer: its number. */
gboolean vt_api_job_start(
    const VtApiCall *call, VtJobSpec *spec, gint64 *ret_job_id, GError **error);

/* Answers and frees. */
void vt_api_reply_json(VtRequest *request, json_t *value);

/* The same for what is taken on and will be found at @address. */
void vt_api_accept(VtRequest *request, json_t *value, const char *address);

/* As vt_request_fail, with members of @extra (taken, NULL allowed) in the problem's body. */
void vt_api_refuse(VtRequest *request, const GError *error, json_t *extra);

/* VT_ERROR_FORBIDDEN unless the request comes from an administrator of the tenant. */
gboolean vt_api_check_administrator(VtDb *db, const VtRequest *request, GError **error);

/* VT_ERROR_BAD_JSON when @body is no object, VT_ERROR_BAD_VALUE for a member not in @known
 * (NULL-terminated). */
gboolean vt_api_check_members(const json_t *body, const char *const *known, GError **error);

/* The one option of a body, a truth value, FALSE when absent; anything else in it is
 * VT_ERROR_BAD_VALUE. */
gboolean vt_api_read_option(
    const json_t *body, const char *name, gboolean *ret_value, GError **error);

/* The number of If-Match, in quotes or without; VT_DOCUMENT_ANY_VERSION when it was not sent.
 * VT_ERROR_BAD_VALUE. */
gboolean vt_api_read_version(const VtRequest *request, gint64 *ret_version, GError **error);

/* A number of the query or the path, at least 1; @ret_number is untouched when @text is NULL.
 * VT_ERROR_BAD_VALUE. */
gboolean vt_api_read_number(const char *name, const char *text, gint64 *ret_number, GError **error);

/* A time such as 2026-01-31T12:00:00Z. VT_ERROR_BAD_VALUE. */
gboolean vt_api_parse_time(const char *name, const char *text, gint64 *ret_us, GError **error);

/* The same of the query; @time_us is untouched when it is absent. */
gboolean vt_api_read_time(
    const VtRequest *request, const char *name, gint64 *time_us, GError **error);

/* The asset and locale the address names, for g_free. Errors of vt_asset_place_find. */
VtAssetPlace *vt_api_find_asset(const VtApiCall *call, GError **error);

/* Schema Job. VT_ERROR_NOT_FOUND. */
json_t *vt_api_job_tell(VtDb *db, gint64 job_id, GError **error);

/* Removes uploads nobody imported for a day. */
void vt_api_forget_uploads(const char *directory, gint64 now_us);

json_t *vt_api_catalog_import(const VtApiCall *call, GError **error);
json_t *vt_api_user_list(const VtApiCall *call, GError **error);
json_t *vt_api_user_add(const VtApiCall *call, GError **error);
json_t *vt_api_user_role(const VtApiCall *call, GError **error);
json_t *vt_api_user_password(const VtApiCall *call, GError **error);
json_t *vt_api_user_disabled(const VtApiCall *call, GError **error);
json_t *vt_api_user_email(const VtApiCall *call, GError **error);
json_t *vt_api_mail_show(const VtApiCall *call, GError **error);
json_t *vt_api_mail_put(const VtApiCall *call, GError **error);
json_t *vt_api_token_list(const VtApiCall *call, GError **error);
json_t *vt_api_token_create(const VtApiCall *call, GError **error);
json_t *vt_api_token_revoke(const VtApiCall *call, GError **error);
json_t *vt_api_preview_list(const VtApiCall *call, GError **error);
json_t *vt_api_preview_create(const VtApiCall *call, GError **error);
json_t *vt_api_preview_revoke(const VtApiCall *call, GError **error);
json_t *vt_api_product_past(const VtApiCall *call, GError **error);
json_t *vt_api_product_find(const VtApiCall *call, GError **error);
json_t *vt_api_edit_show(const VtApiCall *call, GError **error);
json_t *vt_api_edit_begin(const VtApiCall *call, GError **error);
json_t *vt_api_edit_save(const VtApiCall *call, GError **error);
json_t *vt_api_edit_finish(const VtApiCall *call, GError **error);
json_t *vt_api_edit_discard(const VtApiCall *call, GError **error);
json_t *vt_api_edit_reset(const VtApiCall *call, GError **error);
json_t *vt_api_edit_versions(const VtApiCall *call, GError **error);
json_t *vt_api_edit_version(const VtApiCall *call, GError **error);
json_t *vt_api_edit_restore(const VtApiCall *call, GError **error);
json_t *vt_api_asset_list(const VtApiCall *call, GError **error);
json_t *vt_api_asset_folder(const VtApiCall *call, GError **error);
json_t *vt_api_asset_activation(const VtApiCall *call, GError **error);
json_t *vt_api_asset_publishes(const VtApiCall *call, GError **error);
json_t *vt_api_asset_references(const VtApiCall *call, GError **error);
json_t *vt_api_asset_rename(const VtApiCall *call, GError **error);
json_t *vt_api_asset_delete(const VtApiCall *call, GError **error);
json_t *vt_api_trash_list(const VtApiCall *call, GError **error);
json_t *vt_api_trash_restore(const VtApiCall *call, GError **error);
json_t *vt_api_trash_purge(const VtApiCall *call, GError **error);
json_t *vt_api_trash_empty(const VtApiCall *call, GError **error);
json_t *vt_api_set_create(const VtApiCall *call, GError **error);
json_t *vt_api_set_save(const VtApiCall *call, GError **error);
json_t *vt_api_set_preset_list(const VtApiCall *call, GError **error);
json_t *vt_api_set_preset_put(const VtApiCall *call, GError **error);
json_t *vt_api_set_preset_delete(const VtApiCall *call, GError **error);
json_t *vt_api_context_list(const VtApiCall *call, GError **error);
json_t *vt_api_folder_list(const VtApiCall *call, GError **error);
json_t *vt_api_folder_add(const VtApiCall *call, GError **error);
json_t *vt_api_folder_move(const VtApiCall *call, GError **error);
json_t *vt_api_folder_publish_mode(const VtApiCall *call, GError **error);
json_t *vt_api_folder_remove(const VtApiCall *call, GError **error);
json_t *vt_api_group_list(const VtApiCall *call, GError **error);
json_t *vt_api_group_create(const VtApiCall *call, GError **error);
json_t *vt_api_group_show(const VtApiCall *call, GError **error);
json_t *vt_api_group_delete(const VtApiCall *call, GError **error);
json_t *vt_api_group_items(const VtApiCall *call, GError **error);
json_t *vt_api_group_add(const VtApiCall *call, GError **error);
json_t *vt_api_group_remove(const VtApiCall *call, GError **error);
json_t *vt_api_group_validate(const VtApiCall *call, GError **error);
json_t *vt_api_group_unschedule(const VtApiCall *call, GError **error);
json_t *vt_api_job_list(const VtApiCall *call, GError **error);
json_t *vt_api_job_submit(const VtApiCall *call, GError **error);
json_t *vt_api_job_next_fires(const VtApiCall *call, GError **error);
json_t *vt_api_job_show(const VtApiCall *call, GError **error);
json_t *vt_api_job_items(const VtApiCall *call, GError **error);
json_t *vt_api_job_edit(const VtApiCall *call, GError **error);
json_t *vt_api_job_delete(const VtApiCall *call, GError **error);
json_t *vt_api_job_cancel(const VtApiCall *call, GError **error);
json_t *vt_api_job_run(const VtApiCall *call, GError **error);
json_t *vt_api_job_pause(const VtApiCall *call, GError **error);
json_t *vt_api_job_resume(const VtApiCall *call, GError **error);
json_t *vt_api_sync_status(const VtApiCall *call, GError **error);
json_t *vt_api_sync_run(const VtApiCall *call, GError **error);
json_t *vt_api_preference_list(const VtApiCall *call, GError **error);
json_t *vt_api_preference_put(const VtApiCall *call, GError **error);
json_t *vt_api_edge_list(const VtApiCall *call, GError **error);
json_t *vt_api_purge_add(const VtApiCall *call, GError **error);
json_t *vt_api_setting_list(const VtApiCall *call, GError **error);
json_t *vt_api_setting_put(const VtApiCall *call, GError **error);

/* Those that answer in their own way. */
void vt_api_first_run(VtRequest *request, gpointer data);
void vt_api_audit_list(VtRequest *request, gpointer data);
void vt_api_session_create(VtRequest *request, gpointer data);
void vt_api_session_show(VtRequest *request, gpointer data);
void vt_api_session_end(VtRequest *request, gpointer data);
void vt_api_asset_upload(VtRequest *request, gpointer data);
void vt_api_publish(VtRequest *request, gpointer data);
void vt_api_unpublish(VtRequest *request, gpointer data);
void vt_api_group_schedule(VtRequest *request, gpointer data);
void vt_api_group_publish(VtRequest *request, gpointer data);
void vt_api_group_undo(VtRequest *request, gpointer data);
void vt_api_publish_undo(VtRequest *request, gpointer data);
void vt_api_upload_begin(VtRequest *request, gpointer data);
void vt_api_upload_file(VtRequest *request, gpointer data);
void vt_api_upload_import(VtRequest *request, gpointer data);
void vt_api_export(VtRequest *request, gpointer data);
void vt_api_job_result(VtRequest *request, gpointer data);
void vt_api_asset_content(VtRequest *request, gpointer data);
