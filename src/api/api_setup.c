/* An installation without a tenant is set up here, by whoever has the link that `serve` printed. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/hash.h"
#include "base/log.h"
#include "jobs/book.h"
#include "tenant/setup.h"
#include "tenant/tenant.h"

#include <string.h>

static gboolean
check_token(const VtApi *api, const char *token, gint64 now_us, GError **error)
{
    if (api->first_run_hash == NULL ||
        strcmp(vt_hash_bytes(token, strlen(token)).hex, api->first_run_hash) != 0)
        return vt_throw(error, VT_ERROR_FORBIDDEN, "this is not the set-up link of this server");
    if (now_us >= api->first_run_until_us)
        return vt_throw(error, VT_ERROR_FORBIDDEN,
            "the set-up link is too old; restart the server, which prints a new one");
    return TRUE;
}

static gboolean
book(VtApi *api, VtDb *db, const char *tenant, gint64 now_us, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gint64 tenant_id = 0;

    return tx != NULL && vt_tenant_find(db, tenant, &tenant_id, error) &&
           vt_job_book_standing(db, api->kinds, tenant_id, now_us, error) &&
           vt_tx_commit(tx, error);
}

/* What every tenant has in its book of jobs. Without it the tenant is there all the same, and the
 * next start of a server makes up for it. */
static void
book_standing(VtApi *api, VtDb *db, const char *tenant, gint64 now_us)
{
    g_autoptr(GError) error = NULL;

    if (!book(api, db, tenant, now_us, &error))
        vt_log(VT_LOG_WARNING, "jobs.failed", "%s", error->message);
}

static json_t *
set_up(VtApi *api, VtRequest *request, GError **error)
{
    static const char *const known[] = {"token", "tenant", "name", "password", NULL};
    g_autofree char *origin = vt_api_origin(api, request);
    VtActor actor = {.now_us = g_get_real_time(), .origin = origin};
    g_autoptr(json_t) body =
        vt_api_check_json_type(request, error) ? vt_api_body(request, known, error) : NULL;
    const char *token = body != NULL ? vt_json_text(body, "token", error) : NULL;
    g_auto(VtApiSession) session = {0};
    VtSetup setup = {0};

    if (token == NULL || !check_token(api, token, g_get_monotonic_time(), error) ||
        (setup.tenant = vt_json_text(body, "tenant", error)) == NULL ||
        (setup.name = vt_json_text(body, "name", error)) == NULL ||
        (setup.password = vt_json_text(body, "password", error)) == NULL)
        return NULL;
    session = vt_api_session(api, error);
    if (session.db == NULL || !vt_setup_run(session.db, &setup, &actor, NULL, error))
        return NULL;
    book_standing(api, session.db, setup.tenant, actor.now_us);
    vt_sync_loop_ring(api->sync);
    return json_pack("{s:s,s:s}", "tenant", setup.tenant, "user", setup.name);
}

void
vt_api_first_run(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    json_t *done = set_up(data, request, &error);

    if (done != NULL)
        vt_api_reply_json(request, done);
    else
        vt_request_fail(request, error);
}
