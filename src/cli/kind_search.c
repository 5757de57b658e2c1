#include "cli/kind_search.h"

#include "cli/kind_sync.h"
#include "cli/kinds.h"
#include "sync/search.h"

static gboolean
check_search(const json_t *parameters, GError **error)
{
    return json_object_size(parameters) == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a search refresh has no parameters");
}

/* What is asked for once; the log number to reach. */
static gboolean
request(VtJobRun *run, gint64 *ret_seq, GError **error)
{
    VtActor actor = vt_kind_actor(run);

    return vt_sync_search_request(
        vt_job_run_db(run), vt_job_run_job(run)->tenant_id, &actor, ret_seq, error);
}

static const json_t *
stage_of(const json_t *store)
{
    return json_object_get(store, "search");
}

static gboolean
run_search(VtJobRun *run, gpointer data, GError **error)
{
    static const VtSyncStage stage = {request, stage_of, "waiting for search indexes"};

    return vt_kind_check_runner(run, vt_kind_search.role, error) &&
           vt_kind_wait_for_stores(run, data, &stage, error);
}

const VtJobKind vt_kind_search = {.name = "search",
    .label = "Search",
    .role = VT_ROLE_ADMINISTRATOR,
    .is_single = TRUE,
    .max_attempts = 3,
    .check = check_search,
    .run = run_search};
