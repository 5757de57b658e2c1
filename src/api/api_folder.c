/* Folders of the library, by HTTP. Each writing route answers with the tree as it is then. */
#include "api/api.h"

#include "api/api_private.h"
#include "media/folder.h"
#include "media/folder_mode.h"

json_t *
vt_api_folder_list(const VtApiCall *call, GError **error)
{
    return vt_folder_list(call->db, call->tenant_id, error);
}

/* What a route does in the transaction. */
typedef gboolean (*Act)(const VtApiCall *call, GError **error);

static json_t *
change(const VtApiCall *call, Act act, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(call->db, VT_TX_WRITE, error);

    if (tx == NULL || !act(call, error) || !vt_tx_commit(tx, error))
        return NULL;
    return vt_api_folder_list(call, error);
}

/* The "path" of the body, newly allocated. */
static char *
path_of_body(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"path", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);

    return body != NULL ? g_strdup(vt_json_text(body, "path", error)) : NULL;
}

static gboolean
add(const VtApiCall *call, GError **error)
{
    g_autofree char *path = path_of_body(call, error);
    gint64 folder_id = 0;

    return path != NULL &&
           vt_folder_ensure(call->db, call->tenant_id, path, &call->actor, &folder_id, error);
}

json_t *
vt_api_folder_add(const VtApiCall *call, GError **error)
{
    return change(call, add, error);
}

static gboolean
move(const VtApiCall *call, GError **error)
{
    const char *from = vt_request_path_value(call->request, "path");
    g_autofree char *to = path_of_body(call, error);

    return to != NULL && vt_folder_move(call->db, call->tenant_id, from, to, &call->actor, error);
}

json_t *
vt_api_folder_move(const VtApiCall *call, GError **error)
{
    return change(call, move, error);
}

static gboolean
remove_one(const VtApiCall *call, GError **error)
{
    return vt_folder_remove(call->db, call->tenant_id, vt_request_path_value(call->request, "path"),
        &call->actor, error);
}

json_t *
vt_api_folder_remove(const VtApiCall *call, GError **error)
{
    return change(call, remove_one, error);
}

static gboolean
set_mode(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"publish_mode", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *word = NULL;

    if (body == NULL)
        return FALSE;
    if (!json_is_null(json_object_get(body, "publish_mode")) &&
        (word = vt_json_text(body, "publish_mode", error)) == NULL)
        return FALSE;
    return vt_folder_mode_set(call->db, call->tenant_id,
        vt_request_path_value(call->request, "path"), word, &call->actor, error);
}

json_t *
vt_api_folder_publish_mode(const VtApiCall *call, GError **error)
{
    return change(call, set_mode, error);
}
