/* Folders of the library, by HTTP. Each writing route answers with the tree as it is then. */
#include "api/api.h"

#include "api/api_private.h"
#include "media/folder.h"

/* What a route does in the transaction. */
typedef gboolean (*Act)(VtDb *db, const VtRequest *request, const VtActor *actor, GError **error);

static json_t *
change(VtDb *db, const VtRequest *request, Act act, GError **error)
{
    const VtActor actor = vt_api_actor(request);
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    if (tx == NULL || !act(db, request, &actor, error) || !vt_tx_commit(tx, error))
        return NULL;
    return vt_folder_list(db, vt_api_user(request)->tenant_id, error);
}

static void
answer(VtRequest *request, gpointer data, Act act)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *told = NULL;

    if (session.db != NULL)
        told = act != NULL ? change(session.db, request, act, &error)
                           : vt_folder_list(session.db, vt_api_user(request)->tenant_id, &error);
    if (told != NULL)
        vt_api_reply_json(request, told);
    else
        vt_request_fail(request, error);
}

void
vt_api_folder_list(VtRequest *request, gpointer data)
{
    answer(request, data, NULL);
}

/* The "path" of the body, newly allocated. */
static char *
path_of_body(const VtRequest *request, GError **error)
{
    static const char *const known[] = {"path", NULL};
    g_autoptr(json_t) body = vt_api_body(request, known, error);

    return body != NULL ? g_strdup(vt_api_text(body, "path", error)) : NULL;
}

static gboolean
add(VtDb *db, const VtRequest *request, const VtActor *actor, GError **error)
{
    g_autofree char *path = path_of_body(request, error);
    gint64 folder_id = 0;

    return path != NULL &&
           vt_folder_ensure(db, vt_api_user(request)->tenant_id, path, actor, &folder_id, error);
}

void
vt_api_folder_add(VtRequest *request, gpointer data)
{
    answer(request, data, add);
}

static gboolean
move(VtDb *db, const VtRequest *request, const VtActor *actor, GError **error)
{
    g_autofree char *path = path_of_body(request, error);

    return path != NULL && vt_folder_move(db, vt_api_user(request)->tenant_id,
                               vt_request_path_value(request, "path"), path, actor, error);
}

void
vt_api_folder_move(VtRequest *request, gpointer data)
{
    answer(request, data, move);
}

static gboolean
remove_one(VtDb *db, const VtRequest *request, const VtActor *actor, GError **error)
{
    return vt_folder_remove(
        db, vt_api_user(request)->tenant_id, vt_request_path_value(request, "path"), actor, error);
}

void
vt_api_folder_remove(VtRequest *request, gpointer data)
{
    answer(request, data, remove_one);
}
