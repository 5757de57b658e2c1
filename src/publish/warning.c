#include "publish/warning.h"

#include "assignment/assignment.h"
#include "catalog/dimension.h"
#include "publish_sql.h"

static const char *const texts[VT_PUBLISH_WARNING_COUNT] = {
    [VT_PUBLISH_WARNING_SEVERED] = "this context stops inheriting: its own media answer alone now",
    [VT_PUBLISH_WARNING_NO_CENTRAL_SWATCH] =
        "lists and filters show central swatches only, and this value has none",
    [VT_PUBLISH_WARNING_OTHER_LOCALE] =
        "shown media have a draft in another locale, which stays a draft",
    [VT_PUBLISH_WARNING_DEPENDENCY_EDITED] = "somebody is editing shown media",
};

static void
clear_advice(gpointer data)
{
    g_free(((VtPublishAdvice *)data)->subject);
}

GArray *
vt_publish_advice_new(void)
{
    GArray *advice = g_array_new(FALSE, FALSE, sizeof(VtPublishAdvice));

    g_array_set_clear_func(advice, clear_advice);
    return advice;
}

static void
add(GArray *advice, VtPublishWarning code, char *subject)
{
    const VtPublishAdvice one = {code, subject};

    g_array_append_val(advice, one);
}

static gboolean
advise_by(
    VtPublishPlan *plan, const VtSql *sql, VtPublishWarning code, GArray *advice, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    vt_stmt_bind_int(stmt, "most", VT_PUBLISH_MAX_NAMES);
    while (vt_stmt_next(stmt))
        add(advice, code, g_strdup(vt_stmt_text(stmt, "name")));
    return vt_stmt_end(stmt, error);
}

static const VtDimensionValue *
find_value(const VtDimensions *dimensions, const VtAssignmentValue *key)
{
    for (guint i = 0; i < dimensions->list->len; i++) {
        const VtDimension *dimension = g_ptr_array_index(dimensions->list, i);

        for (guint v = 0;
             dimension->dimension_id == key->dimension_id && v < dimension->values->len; v++) {
            const VtDimensionValue *value = g_ptr_array_index(dimension->values, v);

            if (value->value_id == key->value_id)
                return value;
        }
    }
    return NULL;
}

/* A value that is gone shows nowhere: nothing is said of it. */
static void
advise_swatches(
    const VtAssignment *assignment, const VtDimensions *dimensions, const char *set, GArray *advice)
{
    for (guint i = 0; i < assignment->swatches->len; i++) {
        const VtAssignmentSwatch *swatch =
            &g_array_index(assignment->swatches, VtAssignmentSwatch, i);
        const VtDimensionValue *value = find_value(dimensions, &swatch->value);

        if (value != NULL && value->swatch_hex == NULL)
            add(advice, VT_PUBLISH_WARNING_NO_CENTRAL_SWATCH,
                g_strdup_printf("%s: %s", set, value->value));
    }
}

static gboolean
advise_sets_with_swatches(VtPublishPlan *plan, GArray *advice, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(plan->db, &vt_sql_publish_plan_swatches, error);
    g_autoptr(VtDimensions) dimensions = NULL;

    if (stmt == NULL)
        return FALSE;
    dimensions = vt_dimensions_load(plan->db, plan->tenant_id, error);
    if (dimensions == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", plan->seq);
    vt_stmt_bind_int(stmt, "most", VT_PUBLISH_MAX_NAMES);
    while (vt_stmt_next(stmt)) {
        g_autoptr(VtAssignment) assignment = vt_assignment_parse(vt_stmt_text(stmt, "body"), NULL);

        if (assignment != NULL)
            advise_swatches(assignment, dimensions, vt_stmt_text(stmt, "name"), advice);
    }
    return vt_stmt_end(stmt, error);
}

gboolean
vt_publish_advise(VtPublishPlan *plan, GArray *advice, GError **error)
{
    return advise_by(
               plan, &vt_sql_publish_plan_severed, VT_PUBLISH_WARNING_SEVERED, advice, error) &&
           advise_sets_with_swatches(plan, advice, error) &&
           advise_by(plan, &vt_sql_publish_plan_other_locales, VT_PUBLISH_WARNING_OTHER_LOCALE,
               advice, error) &&
           advise_by(plan, &vt_sql_publish_plan_dependencies_edited,
               VT_PUBLISH_WARNING_DEPENDENCY_EDITED, advice, error);
}

json_t *
vt_publish_advice_json(const GArray *advice)
{
    json_t *list = json_array();

    for (guint i = 0; advice != NULL && i < advice->len; i++) {
        const VtPublishAdvice *one = &g_array_index(advice, VtPublishAdvice, i);

        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s}", "code", vt_publish_warning_names[one->code], "subject",
                      one->subject, "text", texts[one->code]));
    }
    return list;
}
