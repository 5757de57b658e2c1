/* `jobs list`, `show`, `cancel`, `run`, `pause`, `resume`, `delete`: here on the data directory,
 * where a server will take up what is queued, or there on a running one. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/kinds.h"
#include "cli/output.h"
#include "jobs/book.h"
#include "tenant/account.h"
#include "tenant/tenant.h"

#include <string.h>

enum { SHOWN_ITEMS = 100 };

/* What is wanted: of all jobs, or (job not NULL) of one. */
typedef struct {
    char *state, *type, *sort;
    gint64 limit;
    const char *job;
} Wish;

static void
wish_clear(Wish *self)
{
    g_free(self->state);
    g_free(self->type);
    g_free(self->sort);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wish, wish_clear)

/* A data directory with the tenant meant. */
typedef struct {
    VtData data;
    gint64 tenant_id;
} Place;

static void
place_clear(Place *self)
{
    vt_data_clear(&self->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static gboolean
open_place(const VtSettings *settings, Place *place, GError **error)
{
    g_autofree char *code = NULL;

    return vt_data_open(settings, FALSE, &place->data, error) &&
           vt_tenant_choose(place->data.db, settings->tenant, &place->tenant_id, &code, error);
}

static json_t *
describe(VtDb *db, const VtJob *job)
{
    g_autofree char *by =
        job->submitted_by != 0 ? vt_account_name(db, job->submitted_by, NULL) : NULL;
    g_autofree char *as = job->run_as != 0 ? vt_account_name(db, job->run_as, NULL) : NULL;

    return vt_job_json(job, by, as);
}

static json_t *
list_here(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_auto(Place) place = {.data.lock_fd = -1};
    VtJobQuery query = {.to_us = G_MAXINT64,
        .limit = (guint)CLAMP(wish->limit, 0, G_MAXINT),
        .state = wish->state,
        .kind = wish->type,
        .sort = wish->sort};
    g_autoptr(GPtrArray) jobs = NULL;
    json_t *list;

    if (!open_place(settings, &place, error))
        return NULL;
    query.tenant_id = place.tenant_id;
    query.is_descending = wish->sort != NULL && *wish->sort == '-';
    if (query.is_descending)
        query.sort = wish->sort + 1;
    jobs = vt_job_list(place.data.db, &query, error);
    if (jobs == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < jobs->len; i++)
        json_array_append_new(list, describe(place.data.db, g_ptr_array_index(jobs, i)));
    return json_pack("{s:o}", "jobs", list);
}

static json_t *
get_there(const VtSettings *settings, const char *rest, GError **error)
{
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error) : NULL;
}

static json_t *
list_there(const VtSettings *settings, const Wish *wish, GError **error)
{
    GString *rest = g_string_new(NULL);
    g_autofree char *text = NULL;
    const struct {
        const char *key, *value;
    } query_row[] = {{"state", wish->state}, {"type", wish->type}, {"sort", wish->sort}};

    g_string_append_printf(rest, "jobs?limit=%" G_GINT64_FORMAT, wish->limit);
    for (gsize i = 0; i < G_N_ELEMENTS(query_row); i++) {
        g_autofree char *value =
            query_row[i].value != NULL ? vt_text_escape(query_row[i].value, FALSE) : NULL;

        if (value != NULL)
            g_string_append_printf(rest, "&%s=%s", query_row[i].key, value);
    }
    text = g_string_free(rest, FALSE);
    return get_there(settings, text, error);
}

static VtJob *
find_job(const Place *place, const char *word, GError **error)
{
    g_autoptr(VtJob) job = NULL;
    gint64 job_id = 0;

    if (!g_ascii_string_to_signed(word, 10, 1, G_MAXINT64, &job_id, NULL))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "'%s' is no number of a job", word);
    job = vt_job_read(place->data.db, job_id, error);
    if (job == NULL)
        return NULL;
    if (job->tenant_id != place->tenant_id)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no job %s", word);
    return g_steal_pointer(&job);
}

/* The job with member `reports`: its first warnings and errors, and what went well. */
static json_t *
with_reports(json_t *job, const json_t *page)
{
    json_object_set(job, "reports", json_object_get(page, "items"));
    return job;
}

static json_t *
show_here(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_auto(Place) place = {.data.lock_fd = -1};
    g_autoptr(VtJob) job =
        open_place(settings, &place, error) ? find_job(&place, wish->job, error) : NULL;
    g_autoptr(json_t) page =
        job != NULL ? vt_job_items_json(place.data.db, job->job_id, NULL, 0, SHOWN_ITEMS, error)
                    : NULL;

    return page != NULL ? with_reports(describe(place.data.db, job), page) : NULL;
}

static json_t *
show_there(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_autofree char *word = vt_text_escape(wish->job, FALSE);
    g_autofree char *one = g_strdup_printf("jobs/%s", word);
    g_autofree char *items = g_strdup_printf("jobs/%s/items?limit=%d", word, SHOWN_ITEMS);
    g_autoptr(json_t) job = get_there(settings, one, error);
    g_autoptr(json_t) page = job != NULL ? get_there(settings, items, error) : NULL;

    return page != NULL ? with_reports(g_steal_pointer(&job), page) : NULL;
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "-";
}

static gint64
number_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void
show_line(const json_t *job)
{
    const json_t *schedule = json_object_get(job, "schedule");
    gboolean has_ended = json_is_string(json_object_get(job, "outcome"));

    vt_print("%" G_GINT64_FORMAT "  %s  %s  %s  %" G_GINT64_FORMAT "%%  warnings %" G_GINT64_FORMAT
             ", errors %" G_GINT64_FORMAT "  %s %s\n",
        number_of(job, "id"), text_of(job, has_ended ? "outcome" : "state"), text_of(job, "type"),
        text_of(job, "name"), number_of(job, "percent"), number_of(job, "warnings"),
        number_of(job, "errors"), json_is_object(schedule) ? "next" : "started",
        json_is_object(schedule) ? text_of(schedule, "next") : text_of(job, "started"));
}

static void
show_job(const json_t *job)
{
    const json_t *reports = json_object_get(job, "reports");
    const json_t *error = json_object_get(job, "error");

    show_line(job);
    if (json_is_object(error))
        vt_print("  %s (%s)\n", text_of(error, "text"), text_of(error, "code"));
    for (gsize i = 0; i < json_array_size(reports); i++) {
        const json_t *one = json_array_get(reports, i);

        vt_print("  %s  %s  %s: %s\n", text_of(one, "level"), text_of(one, "code"),
            text_of(one, "subject"), text_of(one, "text"));
    }
    if (number_of(job, "items") > (gint64)json_array_size(reports))
        vt_print("  and %" G_GINT64_FORMAT " more\n",
            number_of(job, "items") - (gint64)json_array_size(reports));
}

static VtExit
tell(const json_t *result, const VtSettings *settings)
{
    const json_t *jobs = json_object_get(result, "jobs");

    if (settings->json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
    } else if (json_object_get(result, "deleted") != NULL) {
        vt_print("deleted job %" G_GINT64_FORMAT "\n", number_of(result, "deleted"));
    } else if (jobs == NULL) {
        show_job(result);
    } else {
        for (gsize i = 0; i < json_array_size(jobs); i++)
            show_line(json_array_get(jobs, i));
    }
    return VT_EXIT_DONE;
}

/* What can be done to one job. */
typedef struct {
    const char *word;   /* of the command, the address and the audit trail */
    const char *method; /* there; the address of DELETE has no word */
    gboolean (*act)(
        VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error);
} Action;

static gboolean
cancel(VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error)
{
    return vt_job_cancel(db, *job_id, now_us, error);
}

static gboolean
fire(VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error)
{
    return vt_job_fire_now(db, kinds, *job_id, now_us, job_id, error);
}

static gboolean
pause_job(VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error)
{
    return vt_job_pause(db, *job_id, error);
}

static gboolean
resume(VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error)
{
    return vt_job_resume(db, *job_id, now_us, error);
}

static gboolean
delete_job(VtDb *db, const VtJobKinds *kinds, gint64 *job_id, gint64 now_us, GError **error)
{
    return vt_job_delete(db, *job_id, error);
}

static const Action action_row[] = {
    {"cancel", "POST", cancel},
    {"run", "POST", fire},
    {"pause", "POST", pause_job},
    {"resume", "POST", resume},
    {"delete", "DELETE", delete_job},
};

static json_t *
act_here(const VtSettings *settings, const Action *action, const char *word, GError **error)
{
    const VtJobKinds kinds = {vt_kind_table, NULL, NULL};
    const VtActor actor = {.now_us = g_get_real_time()};
    g_autofree char *name = g_strdup_printf("job %s", action->word);
    VtAudit audit = {.action = name, .subject = word};
    g_auto(Place) place = {.data.lock_fd = -1};
    g_autoptr(VtJob) job =
        open_place(settings, &place, error) ? find_job(&place, word, error) : NULL;
    g_autoptr(VtTx) tx = job != NULL ? vt_tx_begin(place.data.db, VT_TX_WRITE, error) : NULL;
    gint64 job_id = job != NULL ? job->job_id : 0;

    audit.tenant_id = place.tenant_id;
    if (tx == NULL || !action->act(place.data.db, &kinds, &job_id, actor.now_us, error) ||
        !vt_audit_write(place.data.db, &audit, &actor, error) || !vt_tx_commit(tx, error))
        return NULL;
    if (action->act == delete_job)
        return json_pack("{s:I}", "deleted", (json_int_t)job_id);
    g_clear_pointer(&job, vt_job_free);
    job = vt_job_read(place.data.db, job_id, error);
    return job != NULL ? describe(place.data.db, job) : NULL;
}

static json_t *
act_there(const VtSettings *settings, const Action *action, const char *word, GError **error)
{
    gboolean is_delete = strcmp(action->method, "DELETE") == 0;
    g_autofree char *job = vt_text_escape(word, FALSE);
    g_autofree char *rest =
        g_strdup_printf("jobs/%s%s%s", job, is_delete ? "" : "/", is_delete ? "" : action->word);
    g_autofree char *path = vt_client_path(settings, rest, error);

    if (path == NULL)
        return NULL;
    return vt_client_call(
        settings, action->method, path, is_delete ? NULL : "{}", is_delete ? 0 : 2, NULL, error);
}

static VtExit
run_action(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = NULL;
    const Action *action = action_row;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    while (!g_str_has_suffix(self->name, action->word))
        action++;
    result = settings.server != NULL ? act_there(&settings, action, words[0], &error)
                                     : act_here(&settings, action, words[0], &error);
    return result != NULL ? tell(result, &settings) : vt_command_fail(error);
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Wish) wish = {.limit = 50};
    const GOptionEntry own[] = {
        {"state", 0, 0, G_OPTION_ARG_STRING, &wish.state, "only jobs in this state", "STATE"},
        {"type", 0, 0, G_OPTION_ARG_STRING, &wish.type, "only jobs of this type", "TYPE"},
        {"sort", 0, 0, G_OPTION_ARG_STRING, &wish.sort,
            "name, started, total, warnings, errors, run_as, duration; -errors: most first",
            "WORD"},
        {"limit", 0, 0, G_OPTION_ARG_INT64, &wish.limit, "at most so many (50; 100 at most)", "N"},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    result = settings.server != NULL ? list_there(&settings, &wish, &error)
                                     : list_here(&settings, &wish, &error);
    return result != NULL ? tell(result, &settings) : vt_command_fail(error);
}

static VtExit
run_show(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Wish) wish = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    wish.job = words[0];
    result = settings.server != NULL ? show_there(&settings, &wish, &error)
                                     : show_here(&settings, &wish, &error);
    return result != NULL ? tell(result, &settings) : vt_command_fail(error);
}

#define OPTIONS "data database storage tenant server token config json"

const VtCommand vt_command_jobs_list = {
    .name = "jobs list",
    .arguments = "[--state STATE] [--type TYPE] [--sort WORD] [--limit N]",
    .summary = "Lists jobs, newest first: what runs, what ran, what is to come",
    .options = OPTIONS,
    .examples = "  vitrine jobs list --server http://127.0.0.1:8080 --token \"$TOKEN\"\n"
                "  vitrine jobs list --state scheduled --data /srv/vitrine\n"
                "  vitrine jobs list --sort -errors --limit 10 --data /srv/vitrine --json\n",
    .run = run_list,
};

const VtCommand vt_command_jobs_show = {
    .name = "jobs show",
    .arguments = "NUMBER",
    .summary = "Shows a job and what it reported",
    .options = OPTIONS,
    .examples = "  vitrine jobs show 17 --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run_show,
};

const VtCommand vt_command_jobs_cancel = {
    .name = "jobs cancel",
    .arguments = "NUMBER",
    .summary = "Stops a job at its next safe point; what was done stays",
    .options = OPTIONS,
    .examples = "  vitrine jobs cancel 17 --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run_action,
};

const VtCommand vt_command_jobs_run = {
    .name = "jobs run",
    .arguments = "NUMBER",
    .summary = "Runs a job that is yet to come now",
    .options = OPTIONS,
    .examples = "  vitrine jobs run 17 --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run_action,
};

const VtCommand vt_command_jobs_pause = {
    .name = "jobs pause",
    .arguments = "NUMBER",
    .summary = "Lets the times of a scheduled job pass",
    .options = OPTIONS,
    .examples = "  vitrine jobs pause 17 --data /srv/vitrine\n",
    .run = run_action,
};

const VtCommand vt_command_jobs_resume = {
    .name = "jobs resume",
    .arguments = "NUMBER",
    .summary = "Lets a paused job fire again",
    .options = OPTIONS,
    .examples = "  vitrine jobs resume 17 --data /srv/vitrine\n",
    .run = run_action,
};

const VtCommand vt_command_jobs_delete = {
    .name = "jobs delete",
    .arguments = "NUMBER",
    .summary = "Takes a job that is yet to come out of the book",
    .options = OPTIONS,
    .examples = "  vitrine jobs delete 17 --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run_action,
};
