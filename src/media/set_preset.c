#include "media/set_preset.h"

#include "changelog/audit.h"
#include "media/set_rule.h"
#include "set_preset_sql.h"

#include <string.h>

/* Appends what the row in @stmt says. */
static gboolean
append_preset(VtStmt *stmt, json_t *list, GError **error)
{
    const char *body = vt_stmt_text(stmt, "body");
    json_t *preset = vt_json_parse(body, strlen(body), error);

    if (preset == NULL)
        return FALSE;
    json_object_set_new(preset, "name", json_string(vt_stmt_text(stmt, "name")));
    json_object_set_new(preset, "active", json_boolean(vt_stmt_int(stmt, "is_active") != 0));
    json_array_append_new(list, preset);
    return TRUE;
}

json_t *
vt_set_preset_list(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_set_preset_list, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt))
        if (!append_preset(stmt, list, error))
            return NULL;
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

json_t *
vt_set_preset_rule(const json_t *preset)
{
    json_t *rule = json_copy((json_t *)(gsize)preset);

    json_object_del(rule, "name");
    json_object_del(rule, "active");
    return rule;
}

static json_t *
find(const json_t *list, const char *name)
{
    for (gsize i = 0; i < json_array_size(list); i++) {
        json_t *preset = json_array_get(list, i);

        if (strcmp(json_string_value(json_object_get(preset, "name")), name) == 0)
            return preset;
    }
    return NULL;
}

static gboolean
check_name(const char *name, GError **error)
{
    return (*name != '\0' && strlen(name) <= VT_SET_PRESET_MAX_NAME &&
               g_utf8_validate(name, -1, NULL)) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a preset's name has 1 to %d bytes of UTF-8",
               VT_SET_PRESET_MAX_NAME);
}

static gboolean
check(const char *name, const json_t *body, GError **error)
{
    const json_t *active = json_object_get(body, "active");
    g_autoptr(json_t) said = vt_set_preset_rule(body);
    g_autoptr(VtSetRule) rule = NULL;

    if (!check_name(name, error) || (rule = vt_set_rule_new(said, error)) == NULL)
        return FALSE;
    return active == NULL || json_is_boolean(active) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"active\" is true or false");
}

static gboolean
write_preset(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const json_t *body,
    gboolean is_active,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_set_preset_put, error);
    g_autoptr(json_t) rule = vt_set_preset_rule(body);
    g_autofree char *text = json_dumps(rule, JSON_COMPACT | JSON_SORT_KEYS);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "is_active", is_active);
    vt_stmt_bind_text(stmt, "body", text);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_set_preset_put(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const json_t *body,
    const VtActor *actor,
    GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = "set preset", .subject = name};
    const json_t *active = json_object_get(body, "active");
    g_autoptr(json_t) list = NULL;
    g_autoptr(VtTx) tx = NULL;
    const json_t *before;

    if (!check(name, body, error) || (tx = vt_tx_begin(db, VT_TX_WRITE, error)) == NULL ||
        (list = vt_set_preset_list(db, tenant_id, error)) == NULL)
        return FALSE;
    before = find(list, name);
    if (before == NULL && json_array_size(list) >= VT_SET_PRESET_MAX)
        return vt_throw(
            error, VT_ERROR_TOO_LARGE, "a tenant has at most %d set presets", VT_SET_PRESET_MAX);
    if (active == NULL)
        active = json_object_get(before, "active");
    return write_preset(db, tenant_id, name, body, json_is_true(active), error) &&
           vt_audit_write(db, &audit, actor, error) && vt_tx_commit(tx, error);
}

gboolean
vt_set_preset_delete(
    VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = "set preset delete", .subject = name};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_set_preset_delete, error) : NULL;
    guint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    if (!vt_stmt_exec(stmt, &n, error))
        return FALSE;
    if (n == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no set preset '%s'", name);
    return vt_audit_write(db, &audit, actor, error) && vt_tx_commit(tx, error);
}
