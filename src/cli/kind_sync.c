#include "cli/kind_sync.h"

#include "base/text.h"
#include "changelog/change.h"
#include "sync/quarantine.h"
#include "sync/status.h"
#include "sync/sync.h"

/* Between two looks at what the stores have confirmed. */
#define LOOK_US (G_GINT64_CONSTANT(1) * G_USEC_PER_SEC)

static gboolean
check_sync(const json_t *parameters, GError **error)
{
    static const char *const known[] = {"full", "retry", NULL};
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)parameters, key, value)
    {
        if (!g_strv_contains(known, key) || !json_is_boolean(value))
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "a sync has the parameters \"full\" and \"retry\", true or false");
    }
    return TRUE;
}

/* The log number to reach: what has to be asked for once is marked in the checkpoint. */
static gboolean
ask(VtJobRun *run, const VtSyncStage *stage, gint64 *ret_seq, GError **error)
{
    const json_t *asked = json_object_get(vt_job_run_job(run)->checkpoint, "seq");
    g_autoptr(json_t) checkpoint = NULL;

    *ret_seq = json_integer_value(asked);
    if (asked != NULL)
        return TRUE;
    if (!stage->request(run, ret_seq, error))
        return FALSE;
    checkpoint = json_pack("{s:I}", "seq", (json_int_t)*ret_seq);
    return vt_job_run_save(run, checkpoint, error);
}

static json_t *
look(VtJobRun *run, const VtKindData *data, const char *tenant, gint64 seq, GError **error)
{
    VtSyncQuestion question = {.tenant = tenant,
        .tenant_id = vt_job_run_job(run)->tenant_id,
        .node = vt_sync_loop_node(data->sync),
        .seq = seq,
        .now_us = vt_job_run_now(run)};

    return vt_sync_status_json(vt_job_run_db(run), &question, error);
}

static VtSyncState
state_of(const json_t *stage)
{
    const char *word = json_string_value(json_object_get(stage, "state"));

    return (VtSyncState)MAX(vt_text_index(vt_sync_state_names, VT_SYNC_STATE_COUNT, word), 0);
}

/* How many stores will not move by themselves any more, or have arrived. */
static gsize
count_settled(const json_t *stores, const VtSyncStage *stage)
{
    gsize n = 0;

    for (gsize i = 0; i < json_array_size(stores); i++)
        n += state_of(stage->of(json_array_get(stores, i))) != VT_SYNC_STATE_RUNNING;
    return n;
}

static void
report_stores(VtJobRun *run, const json_t *stores, const VtSyncStage *stage)
{
    static const struct {
        VtJobLevel level;
        const char *text;
    } state_row[VT_SYNC_STATE_COUNT] = {
        [VT_SYNC_STATE_RUNNING] = {VT_JOB_LEVEL_WARNING, "is on its way"},
        [VT_SYNC_STATE_WAITING] = {VT_JOB_LEVEL_WARNING, "waits for its schedule"},
        [VT_SYNC_STATE_FAILED] = {VT_JOB_LEVEL_ERROR, "is stuck"},
        [VT_SYNC_STATE_ENDED] = {VT_JOB_LEVEL_SUCCESS, "is up to date"},
    };

    for (gsize i = 0; i < json_array_size(stores); i++) {
        const json_t *store = json_array_get(stores, i);
        const char *problem = json_string_value(json_object_get(stage->of(store), "problem"));
        VtSyncState state = state_of(stage->of(store));
        const VtJobReport report = {state_row[state].level, vt_sync_state_names[state],
            json_string_value(json_object_get(store, "name")),
            problem != NULL ? problem : state_row[state].text};

        vt_job_run_report(run, &report);
    }
}

gboolean
vt_kind_wait_for_stores(
    VtJobRun *run, const VtKindData *data, const VtSyncStage *stage, GError **error)
{
    g_autofree char *tenant = vt_kind_tenant(run, error);
    gsize n_settled = 0, n_stores = 1;
    gint64 seq = 0;

    if (tenant == NULL || !ask(run, stage, &seq, error))
        return FALSE;
    while (n_settled < n_stores && !vt_job_run_should_stop(run)) {
        g_autoptr(json_t) status = NULL;
        const json_t *stores;

        vt_sync_loop_wait(data->sync, LOOK_US);
        status = look(run, data, tenant, seq, error);
        if (status == NULL)
            return FALSE;
        stores = json_object_get(status, "databases");
        n_stores = json_array_size(stores);
        n_settled = count_settled(stores, stage);
        vt_job_run_progress(run, (gint64)n_settled, (gint64)n_stores, stage->message);
        if (n_settled == n_stores)
            report_stores(run, stores, stage);
    }
    vt_job_run_set_result(run, json_pack("{s:I}", "seq", (json_int_t)seq));
    return TRUE;
}

static gboolean
request(VtJobRun *run, gint64 *ret_seq, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    VtActor actor = vt_kind_actor(run);
    VtDb *db = vt_job_run_db(run);
    guint n_retried = 0;

    return (!json_is_true(json_object_get(job->parameters, "retry")) ||
               vt_quarantine_retry(db, job->tenant_id, &actor, &n_retried, error)) &&
           (!json_is_true(json_object_get(job->parameters, "full")) ||
               vt_sync_request_rebuild(db, job->tenant_id, &actor, error)) &&
           vt_changelog_head(db, ret_seq, error);
}

static const json_t *
stage_of(const json_t *store)
{
    return store;
}

static gboolean
run_sync(VtJobRun *run, gpointer data, GError **error)
{
    static const VtSyncStage stage = {request, stage_of, "waiting for read stores"};

    return vt_kind_check_runner(run, vt_kind_sync.role, error) &&
           vt_kind_wait_for_stores(run, data, &stage, error);
}

const VtJobKind vt_kind_sync = {.name = "sync",
    .label = "Sync",
    .role = VT_ROLE_ADMINISTRATOR,
    .is_single = TRUE,
    .max_attempts = 3,
    .check = check_sync,
    .run = run_sync};
