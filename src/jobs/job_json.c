/* Jobs and what they reported as the API and `--json` tell them: Job and JobItemList of
 * contract/schemas.json. */
#include "base/hash.h"
#include "base/text.h"
#include "jobs/job.h"
#include "jobs/state.h"
#include "jobs_sql.h"

#include <string.h>

enum { VERSION_DIGITS = 16 };

/* 0 is null. */
static json_t *
time_json(gint64 time_us)
{
    g_autofree char *text = time_us != 0 ? vt_text_time(time_us) : NULL;

    return text != NULL ? json_string(text) : json_null();
}

static json_t *
text_json(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

/* What may be shown of it: the secret is not. */
static json_t *
notice_json(const json_t *notice)
{
    json_t *shown = notice != NULL ? json_deep_copy(notice) : json_null();

    json_object_del(shown, "secret");
    return shown;
}

static json_t *
schedule_json(const VtJob *self)
{
    if (!self->is_booked)
        return json_null();
    return json_pack("{s:o,s:s,s:o,s:o,s:I}", "rule", text_json(self->rule), "zone", self->zone,
        "next", time_json(self->state == VT_JOB_STATE_PAUSED ? 0 : self->next_fire_us), "last",
        time_json(self->last_fire_us), "missed", (json_int_t)self->n_missed);
}

static void
add_state(const VtJob *self, json_t *json)
{
    VtJobOutcome outcome = VT_JOB_OUTCOME_COMPLETED;
    gboolean is_ended = vt_job_outcome(self->state, self->n_warning, self->n_error, &outcome);

    json_object_set_new(json, "state", json_string(vt_job_state_names[self->state]));
    json_object_set_new(
        json, "outcome", text_json(is_ended ? vt_job_outcome_names[outcome] : NULL));
    json_object_set_new(json, "created", time_json(self->created_us));
    json_object_set_new(json, "started", time_json(self->started_us));
    json_object_set_new(json, "ended", time_json(self->ended_us));
    json_object_set_new(json, "error",
        self->error_code != NULL
            ? json_pack("{s:s,s:s?}", "code", self->error_code, "text", self->error_text)
            : json_null());
}

static void
add_counters(const VtJob *self, json_t *json)
{
    const struct {
        const char *key;
        gint64 number;
    } counter_row[] = {
        {"total", self->n_total},
        {"done", self->n_done},
        {"success", self->n_success},
        {"warnings", self->n_warning},
        {"errors", self->n_error},
        {"items", MIN(self->n_items, VT_JOB_MAX_ITEMS)},
        {"percent", vt_job_percent(self)},
        {"attempt", self->attempt},
        {"priority", self->priority},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(counter_row); i++)
        json_object_set_new(json, counter_row[i].key, json_integer(counter_row[i].number));
}

/* Another one whenever anything else is told. */
static void
add_version(json_t *json)
{
    g_autofree char *text = json_dumps(json, JSON_COMPACT);
    VtHash hash = vt_hash_bytes(text, strlen(text));

    json_object_set_new(json, "version", json_stringn(hash.hex, VERSION_DIGITS));
}

json_t *
vt_job_json(const VtJob *self, const char *submitted_by, const char *run_as)
{
    json_t *json = json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s?,s:s?,s:s?,s:O,s:o,s:O?,s:O?,s:o}",
        "id", (json_int_t)self->job_id, "type", self->kind, "name", self->name, "original_name",
        self->original_name, "description", self->description, "locale", self->locale, "email",
        vt_job_email_names[self->email], "submitted_by", submitted_by, "run_as", run_as, "message",
        self->message, "parameters", self->parameters, "notification", notice_json(self->notice),
        "follow", self->follow, "result", self->result, "schedule", schedule_json(self));

    json_object_set_new(
        json, "parent", self->parent_id != 0 ? json_integer(self->parent_id) : json_null());
    json_object_set_new(json, "notification_due", json_boolean(self->has_notice_due));
    add_state(self, json);
    add_counters(self, json);
    add_version(json);
    return json;
}

static gboolean
check_page(const char *level, guint limit, GError **error)
{
    if (level != NULL && vt_text_index(vt_job_level_names, VT_JOB_LEVEL_COUNT, level) < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no level '%s'", level);
    return (limit >= 1 && limit <= VT_JOB_MAX_PAGE) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a page has 1 to %d reports", VT_JOB_MAX_PAGE);
}

json_t *
vt_job_items_json(
    VtDb *db, gint64 job_id, const char *level, gint64 after, guint limit, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    g_autoptr(json_t) items = json_array();

    if (!check_page(level, limit, error))
        return NULL;
    stmt = vt_db_stmt(db, &vt_sql_job_item_page, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "level", level);
    vt_stmt_bind_int(stmt, "after", after);
    vt_stmt_bind_int(stmt, "page", limit);
    while (vt_stmt_next(stmt))
        json_array_append_new(
            items, json_pack("{s:I,s:o,s:s,s:s,s:s?,s:s}", "n", (json_int_t)vt_stmt_int(stmt, "n"),
                       "at", time_json(vt_stmt_int(stmt, "at_us")), "level",
                       vt_stmt_text(stmt, "level"), "code", vt_stmt_text(stmt, "code"), "subject",
                       vt_stmt_text(stmt, "subject"), "text", vt_stmt_text(stmt, "text")));
    return vt_stmt_end(stmt, error) ? json_pack("{s:O}", "items", items) : NULL;
}
