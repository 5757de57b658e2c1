#include "manifest/import.h"

#include "base/error.h"
#include "manifest/result.h"
#include "manifest/sets.h"
#include "publish/publish.h"

#include <string.h>

enum { ROWS_PER_TRANSACTION = 500, ROWS_PER_PROGRESS = 10, DEFAULT_WORKERS = 2 };

static const VtManifestWatch no_watch;

const VtTsvLimits vt_manifest_limits = {.max_bytes = 256 * 1024 * 1024,
    .max_cell_bytes = 64 * 1024,
    .max_rows = 1000000,
    .max_columns = 256};

/* A row while its batch is worked on. */
typedef struct {
    VtManifestRow row;
    VtManifestPlace place;
    gboolean has_place;
    gboolean is_ready; /* the media part may be applied */
    gboolean needs_files;
} Work;

typedef struct {
    const VtManifestOptions *options;
    const VtManifestWatch *watch;
    VtTsv *table;
    VtManifestContext context;
    VtManifestFiles *files;
    VtManifestAssets *assets;
    VtManifestSets *sets;
    VtManifestTakeback *takeback;
    VtManifestOutcome *outcomes; /* by row of the table */
    GArray *publish;             /* VtPublishItem */
    guint n_read;                /* rows that were begun, the header included */
    gboolean is_stopped;
} Run;

static void
run_clear(Run *self)
{
    vt_manifest_takeback_free(self->takeback);
    vt_manifest_sets_free(self->sets);
    vt_manifest_assets_free(self->assets);
    vt_manifest_files_free(self->files);
    for (guint i = 0; self->outcomes != NULL && i < vt_tsv_n_rows(self->table); i++)
        vt_manifest_outcome_clear(&self->outcomes[i]);
    g_free(self->outcomes);
    g_clear_pointer(&self->context.channels, g_ptr_array_unref);
    g_clear_pointer(&self->context.change, vt_change_free);
    vt_manifest_trail_free(self->context.trail);
    g_clear_pointer(&self->publish, g_array_unref);
    vt_tsv_free(self->table);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static void
clear_work(gpointer data)
{
    vt_manifest_row_clear(&((Work *)data)->row);
}

/* What follows the run, and what it did in an earlier attempt. */
static gboolean
take_up(Run *self, GError **error)
{
    const VtManifestWatch *watch = self->watch;

    self->context.should_stop = watch->should_stop;
    self->context.data = watch->data;
    if (watch->keep == NULL)
        return TRUE;
    self->context.trail = vt_manifest_trail_open(watch->trail_path, watch->trail_bytes, watch->keep,
        watch->data, self->outcomes, vt_tsv_n_rows(self->table), error);
    return self->context.trail != NULL;
}

static gboolean
run_init(Run *self, const VtManifestOptions *options, const char *path, GError **error)
{
    self->options = options;
    self->watch = options->watch != NULL ? options->watch : &no_watch;
    self->n_read = 1;
    self->table = vt_tsv_load(path, &vt_manifest_limits, error);
    if (self->table == NULL || !vt_manifest_header_read(self->table, &self->context.header, error))
        return FALSE;
    self->context.db = options->db;
    self->context.tenant_id = options->tenant_id;
    self->context.actor = options->actor;
    self->context.table = self->table;
    self->context.channels = vt_channel_list(options->db, options->tenant_id, error);
    if (self->context.channels == NULL)
        return FALSE;
    self->files = vt_manifest_files_new(options->ingest, options->media_dir, options->allowed,
        options->workers != 0 ? options->workers : DEFAULT_WORKERS, error);
    if (self->files == NULL)
        return FALSE;
    self->context.change = vt_change_new(options->tenant_id, "import");
    self->assets = vt_manifest_assets_new(&self->context);
    self->takeback = vt_manifest_takeback_new(&self->context, options->force);
    self->sets = vt_manifest_sets_new(&self->context, self->assets, error);
    self->outcomes = g_new0(VtManifestOutcome, vt_tsv_n_rows(self->table));
    self->publish = g_array_new(FALSE, FALSE, sizeof(VtPublishItem));
    return self->sets != NULL && take_up(self, error);
}

/* What people call the row. */
static const char *
subject_of(const Run *self, guint row)
{
    static const VtColumn by[] = {VT_COLUMN_MEDIA_DISPLAY_NAME, VT_COLUMN_MEDIA_SOURCE_ID,
        VT_COLUMN_INTERNAL_MEDIA_ID, VT_COLUMN_ENTITY_KEY_VALUE};
    const char *cell = "";

    for (gsize i = 0; i < G_N_ELEMENTS(by) && *cell == '\0'; i++)
        cell = vt_manifest_cell(self->table, &self->context.header, row, by[i]);
    return cell;
}

static void
tell(Run *self, guint row)
{
    VtManifestOutcome *outcome = &self->outcomes[row];
    g_autofree char *text = NULL;
    VtManifestRowReport report = {.line = vt_tsv_line(self->table, row)};

    if (self->watch->report == NULL || outcome->is_carried || outcome->is_told)
        return;
    text = vt_manifest_outcome_text(outcome);
    report.subject = subject_of(self, row);
    report.result = vt_manifest_outcome_result(outcome);
    report.code = vt_manifest_outcome_code(outcome);
    report.text = text;
    self->watch->report(self->watch->data, &report);
    outcome->is_told = TRUE;
}

static void
show_progress(const Run *self, guint n_done, const char *doing)
{
    if (self->watch->progress != NULL)
        self->watch->progress(self->watch->data, n_done, vt_tsv_n_rows(self->table) - 1, doing);
}

static VtFileKind
kind_of_track(int role)
{
    return (VtFileKind){.is_track = TRUE, .role = (VtTrackRole)role};
}

static void
want_files(Run *self, const VtManifestRow *row)
{
    const VtFileKind own = {.type = row->type};

    if (*row->source != '\0')
        vt_manifest_files_want(self->files, &own, row->source);
    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++) {
        const VtFileKind kind = kind_of_track(role);
        const char *path = vt_manifest_row_track(row, (VtTrackRole)role);

        if (*path != '\0')
            vt_manifest_files_want(self->files, &kind, path);
    }
}

static VtRowFiles
find_files(const Run *self, const VtManifestRow *row)
{
    const VtFileKind own = {.type = row->type};
    VtRowFiles files = {0};

    if (*row->source != '\0')
        files.own = vt_manifest_files_find(self->files, &own, row->source);
    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++) {
        const VtFileKind kind = kind_of_track(role);
        const char *path = vt_manifest_row_track(row, (VtTrackRole)role);

        if (*path != '\0')
            files.tracks[role] = vt_manifest_files_find(self->files, &kind, path);
    }
    return files;
}

/* The asset a row names: as an earlier attempt left it, or looked up. */
static gboolean
find_asset(Run *self, Work *work, GError **error)
{
    const VtManifestRow *row = &work->row;
    VtManifestOutcome *outcome = &self->outcomes[row->index];

    if (outcome->is_restored)
        return vt_manifest_assets_restore(self->assets, row, outcome, error);
    return !row->has_media ||
           vt_manifest_assets_look_up(self->assets, row, &work->needs_files, error);
}

/* Everything that is known without writing: the row, the place it names, the asset. */
static void
plan(Run *self, Work *work)
{
    const VtManifestRow *row = &work->row;
    VtManifestOutcome *outcome = &self->outcomes[row->index];
    g_autoptr(GError) no_place = NULL, no_asset = NULL;

    work->has_place = row->entity != VT_MANIFEST_ENTITY_NONE;
    if (work->has_place && !vt_manifest_sets_resolve(self->sets, row, &work->place, &no_place)) {
        vt_manifest_outcome_refuse(outcome, VT_OUTCOME_ENTITY, VT_OUTCOME_FAILED, no_place);
        work->has_place = FALSE;
    }
    work->is_ready = row->has_media && !outcome->is_restored;
    if (!find_asset(self, work, &no_asset)) {
        vt_manifest_outcome_refuse(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_FAILED, no_asset);
        work->is_ready = FALSE;
    }
    if (work->needs_files)
        want_files(self, row);
}

static gboolean
apply(Run *self, const Work *work, GError **error)
{
    const VtRowFiles files = work->needs_files ? find_files(self, &work->row) : (VtRowFiles){0};

    return !work->is_ready || vt_manifest_assets_apply(self->assets, &work->row, &files,
                                  &self->outcomes[work->row.index], error);
}

/* Notes what became of the rows for an import that goes on after a kill. */
static void
leave_trail(Run *self, const Work *work, guint n)
{
    for (guint i = 0; self->context.trail != NULL && i < n; i++) {
        guint row = work[i].row.index;
        VtManifestOutcome *outcome = &self->outcomes[row];
        gboolean is_final = vt_manifest_outcome_result(outcome) == VT_IMPORT_RESULT_FAILED;

        if (outcome->is_restored)
            continue;
        if (is_final)
            tell(self, row);
        vt_manifest_trail_add_row(self->context.trail, row, outcome, is_final);
    }
}

/* The media parts of @n rows in one transaction. */
static gboolean
apply_range(Run *self, const Work *work, guint n, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->context.db, VT_TX_WRITE, error);
    gboolean done = tx != NULL;
    gint64 seq;

    vt_manifest_trail_drop(self->context.trail);
    for (guint i = 0; done && i < n; i++)
        done = apply(self, &work[i], error);
    done = done && vt_change_write(
                       self->context.change, self->context.db, &self->context.actor, &seq, error);
    if (done) {
        leave_trail(self, work, n);
        done = vt_manifest_trail_commit(self->context.trail, tx, error);
    }
    if (done) {
        vt_manifest_assets_commit(self->assets);
        return TRUE;
    }
    vt_change_free(self->context.change);
    self->context.change = vt_change_new(self->context.tenant_id, "import");
    vt_manifest_assets_rollback(self->assets);
    return FALSE;
}

/* One row, looked up anew; tried again when another import was faster. */
static gboolean
apply_one(Run *self, Work *work, GError **error)
{
    for (int attempt = 1; work->is_ready; attempt++) {
        g_autoptr(GError) local = NULL;

        plan(self, work);
        vt_manifest_files_wait(self->files);
        if (apply_range(self, work, 1, &local))
            return TRUE;
        if (attempt < VT_MANIFEST_ATTEMPTS && vt_manifest_may_pass(local))
            continue;
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    return TRUE;
}

/* Each row for itself, so that one that cannot be written fails alone. */
static void
apply_singly(Run *self, Work *work, guint n)
{
    for (guint i = 0; i < n && vt_manifest_trail_check(self->context.trail, NULL); i++) {
        VtManifestOutcome *outcome = &self->outcomes[work[i].row.index];
        g_autoptr(GError) error = NULL;

        if (apply_one(self, &work[i], &error))
            continue;
        outcome->asset_id = outcome->media_document = 0;
        vt_manifest_outcome_refuse(outcome, VT_OUTCOME_MEDIA, VT_OUTCOME_FAILED, error);
    }
}

static void
follow_media(Run *self, const VtManifestRow *row, VtManifestOutcome *outcome)
{
    const VtPublishItem item = {.document_id = outcome->media_document};
    const VtAsset *asset = vt_manifest_assets_of(self->assets, row);

    if (outcome->media_document == 0 || asset == NULL || outcome->is_deleted)
        return;
    if (row->media.action == VT_ACTION_PUBLISH_NOW) {
        g_array_append_val(self->publish, item);
        outcome->goes_live = TRUE;
    }
    if (!vt_manifest_action_takes_back(row->media.action))
        return;
    vt_manifest_takeback_add_asset(self->takeback, row->index, asset, row->media_locale,
        outcome->media_document, row->media.action == VT_ACTION_UNPUBLISH_AND_DELETE);
    outcome->is_taken_back = TRUE;
}

/* Hands what the row assigns, publishes and takes back on to the end of the run. */
static void
follow_up(Run *self, const Work *work)
{
    const VtManifestRow *row = &work->row;
    VtManifestOutcome *outcome = &self->outcomes[row->index];
    VtOutcomeState media = outcome->part[VT_OUTCOME_MEDIA].state;
    gboolean takes_back = vt_manifest_action_takes_back(row->assign.action);
    g_autoptr(GError) error = NULL;

    if (media == VT_OUTCOME_FAILED)
        return;
    if (media != VT_OUTCOME_SKIPPED)
        follow_media(self, row, outcome);
    if (!work->has_place)
        return;
    if (!vt_manifest_sets_add(self->sets, row, &work->place, outcome->asset_id, &error)) {
        vt_manifest_outcome_refuse(outcome, VT_OUTCOME_ENTITY, VT_OUTCOME_FAILED, error);
        return;
    }
    outcome->goes_live |= row->assign.action == VT_ACTION_PUBLISH_NOW || takes_back;
    outcome->is_taken_back |= takes_back;
    if (work->place.lacks_central && row->entity == VT_MANIFEST_ENTITY_SWATCH && !takes_back)
        vt_manifest_outcome_warn(outcome, VT_IMPORT_WARNING_W_NO_CENTRAL_SWATCH,
            "lists show no swatch for this value: the catalogue has none");
}

/* Appends the work of a row, unless nothing of it can be done. */
static void
begin_row(Run *self, guint row, GArray *list)
{
    g_autoptr(GError) error = NULL;
    Work *work;

    g_array_set_size(list, list->len + 1);
    work = &g_array_index(list, Work, list->len - 1);
    if (vt_manifest_row_read(&work->row, self->table, &self->context.header, row, &error)) {
        plan(self, work);
        return;
    }
    vt_manifest_outcome_refuse(&self->outcomes[row], VT_OUTCOME_MEDIA, VT_OUTCOME_FAILED, error);
    g_array_set_size(list, list->len - 1);
}

/* Up to ROWS_PER_TRANSACTION rows of the table. */
static void
run_batch(Run *self)
{
    guint end = MIN(self->n_read + ROWS_PER_TRANSACTION, vt_tsv_n_rows(self->table));
    g_autoptr(GArray) list = g_array_sized_new(FALSE, TRUE, sizeof(Work), end - self->n_read);
    Work *work;

    g_array_set_clear_func(list, clear_work);
    for (; self->n_read < end; self->n_read++) {
        if (vt_manifest_should_stop(&self->context)) {
            self->is_stopped = TRUE;
            break;
        }
        if (!self->outcomes[self->n_read].is_carried)
            begin_row(self, self->n_read, list);
        if (self->n_read % ROWS_PER_PROGRESS == 0)
            show_progress(self, self->n_read, NULL);
    }
    work = (Work *)(gpointer)list->data;
    vt_manifest_files_wait(self->files);
    if (list->len > 0 && !apply_range(self, work, list->len, NULL))
        apply_singly(self, work, list->len);
    for (guint i = 0; i < list->len; i++)
        follow_up(self, &work[i]);
    show_progress(self, self->n_read - 1, NULL);
}

static void
note_carried(Run *self)
{
    for (guint i = 1; !self->options->rerun_all && i < vt_tsv_n_rows(self->table); i++)
        self->outcomes[i].is_carried =
            vt_manifest_result_is_done(self->table, &self->context.header, i);
}

static void
publish(Run *self, VtManifestReport *report)
{
    g_auto(VtPublishResult) result = {0};
    g_autoptr(GError) error = NULL;
    VtPublishRequest request = {.tenant_id = self->context.tenant_id, .with_dependencies = TRUE};

    vt_manifest_sets_to_publish(self->sets, self->publish);
    if (self->publish->len == 0)
        return;
    request.items = (const VtPublishItem *)(gconstpointer)self->publish->data;
    request.n_items = self->publish->len;
    if (vt_publish(self->context.db, &request, &self->context.actor, &result, &error)) {
        report->seq = result.seq;
        report->n_published = result.n_published;
        return;
    }
    for (guint i = 1; i < vt_tsv_n_rows(self->table); i++)
        if (self->outcomes[i].goes_live)
            vt_manifest_outcome_refuse(
                &self->outcomes[i], VT_OUTCOME_PUBLISH, VT_OUTCOME_FAILED, error);
}

static void
take_back(Run *self, VtManifestReport *report)
{
    gint64 seq;

    vt_manifest_sets_to_take_back(self->sets, self->takeback);
    vt_manifest_takeback_apply(self->takeback, self->outcomes, vt_tsv_n_rows(self->table));
    seq = vt_manifest_takeback_seq(self->takeback);
    if (seq != 0)
        report->seq = seq;
}

/* Rows that a stop left undone, or did not let go live. */
static void
leave_out(Run *self)
{
    for (guint i = 1; i < vt_tsv_n_rows(self->table); i++) {
        VtManifestOutcome *outcome = &self->outcomes[i];

        if (i >= self->n_read && !outcome->is_carried)
            vt_manifest_leave_out(outcome, VT_OUTCOME_MEDIA);
        else if ((outcome->goes_live || outcome->is_taken_back) &&
                 outcome->part[VT_OUTCOME_ENTITY].state != VT_OUTCOME_SKIPPED)
            vt_manifest_leave_out(outcome, VT_OUTCOME_PUBLISH);
    }
}

/* What is done once for all rows. */
static void
finish(Run *self, VtManifestReport *report)
{
    show_progress(self, self->n_read - 1, "assigning");
    vt_manifest_sets_apply(self->sets, self->outcomes);
    self->is_stopped = self->is_stopped || vt_manifest_should_stop(&self->context);
    if (self->is_stopped) {
        leave_out(self);
        return;
    }
    show_progress(self, self->n_read - 1, "publishing");
    publish(self, report);
    take_back(self, report);
}

static void
conclude(Run *self, VtManifestReport *report)
{
    report->n_rows = vt_tsv_n_rows(self->table) - 1;
    report->is_stopped = self->is_stopped;
    for (guint i = 1; i < vt_tsv_n_rows(self->table); i++) {
        report->counts[vt_manifest_outcome_result(&self->outcomes[i])]++;
        tell(self, i);
    }
}

gboolean
vt_manifest_import(const VtManifestOptions *options,
    const char *path,
    const char *result_path,
    VtManifestReport *ret_report,
    GError **error)
{
    g_auto(Run) run = {0};
    VtManifestReport report = {0};

    if (!run_init(&run, options, path, error))
        return FALSE;
    note_carried(&run);
    while (run.n_read < vt_tsv_n_rows(run.table) && !run.is_stopped &&
           vt_manifest_trail_check(run.context.trail, NULL))
        run_batch(&run);
    if (vt_manifest_trail_check(run.context.trail, NULL))
        finish(&run, &report);
    if (!vt_manifest_trail_check(run.context.trail, error))
        return FALSE;
    conclude(&run, &report);
    *ret_report = report;
    return result_path == NULL || vt_manifest_result_write(run.table, &run.context.header,
                                      run.outcomes, options->actor.now_us, result_path, error);
}
