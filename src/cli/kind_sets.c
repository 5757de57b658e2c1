#include "cli/kind_sets.h"

#include "cli/kinds.h"
#include "publish/set_generate.h"

static gboolean
check_sets(const json_t *parameters, GError **error)
{
    VtSetGenerateOrder order;

    return vt_set_generate_parse(parameters, &order, error);
}

/* One run, and what it did. */
typedef struct {
    VtJobRun *run;
    gint64 n_made;
} Sets;

static void
report_made(gpointer data, const char *set, guint n_members, gboolean is_new)
{
    Sets *self = data;
    g_autofree char *text =
        g_strdup_printf("%s with %u pictures", is_new ? "is made" : "is kept", n_members);
    const VtJobReport report = {VT_JOB_LEVEL_SUCCESS, is_new ? "set_made" : "set_kept", set, text};

    self->n_made++;
    vt_job_run_report(self->run, &report);
}

static void
report_refused(gpointer data, const char *subject, const GError *error)
{
    Sets *self = data;
    const VtJobReport report = {
        VT_JOB_LEVEL_ERROR, vt_error_rows[vt_error_code(error)].code, subject, error->message};

    vt_job_run_report(self->run, &report);
}

static gboolean
should_stop(gpointer data)
{
    Sets *self = data;

    return vt_job_run_should_stop(self->run);
}

static gboolean
generate(Sets *self, const VtSetGenerateOrder *order, gint64 *ret_seq, GError **error)
{
    const VtSetGenerateWatch watch = {report_made, report_refused, should_stop, self};
    const VtActor actor = vt_kind_actor(self->run);

    return vt_set_generate(vt_job_run_db(self->run), vt_job_run_job(self->run)->tenant_id, order,
        &actor, &watch, ret_seq, error);
}

static gboolean
run_sets(VtJobRun *run, gpointer data, GError **error)
{
    Sets self = {.run = run};
    VtSetGenerateOrder order;
    gint64 seq = 0;

    if (!vt_set_generate_parse(vt_job_run_job(run)->parameters, &order, error) ||
        !vt_kind_check_runner(run, vt_kind_sets.role, error) ||
        !generate(&self, &order, &seq, error))
        return FALSE;
    vt_job_run_progress(run, self.n_made, self.n_made, NULL);
    vt_job_run_set_result(
        run, json_pack("{s:I,s:I}", "seq", (json_int_t)seq, "sets", (json_int_t)self.n_made));
    vt_kind_ring(data);
    return TRUE;
}

gboolean
vt_kind_sets_behind(VtJobRun *run, const json_t *names, GError **error)
{
    Sets self = {.run = run};
    gint64 seq = 0;

    for (gsize at = 0; at < json_array_size(names); at += VT_SET_GENERATE_MAX) {
        g_autoptr(json_t) some = json_array();
        const VtSetGenerateOrder order = {.assets = some, .passes_over = TRUE, .waits = TRUE};

        for (gsize i = at; i < MIN(at + VT_SET_GENERATE_MAX, json_array_size(names)); i++)
            json_array_append(some, json_array_get(names, i));
        if (!generate(&self, &order, &seq, error))
            return FALSE;
    }
    return TRUE;
}

const VtJobKind vt_kind_sets = {.name = "sets",
    .label = "Generate sets",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .max_attempts = 3,
    .check = check_sets,
    .run = run_sets};
