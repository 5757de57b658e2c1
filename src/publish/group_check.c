#include "publish/group_check.h"

#include "assignment/assignment.h"
#include "base/text.h"
#include "group_items_sql.h"
#include "media/content.h"
#include "publish/warning.h"
#include "tenant/setting.h"

#include <string.h>

enum { PAGE = 500 };

/* What each finding means, and whether it keeps the group from going live. */
static const struct {
    gboolean is_error;
    const char *text;
} finding_row[VT_GROUP_FINDING_COUNT] = {
    [VT_GROUP_FINDING_CHECKED_OUT] = {TRUE, "somebody is editing it in the group"},
    [VT_GROUP_FINDING_MISSING_MEDIA] = {TRUE, "is shown, but neither live nor in the group"},
    [VT_GROUP_FINDING_TRASHED] = {TRUE, "is in the trash"},
    [VT_GROUP_FINDING_ORPHAN_CELL] = {TRUE,
        "has media for values or variants the product has no more"},
    [VT_GROUP_FINDING_MISSING_FIELD] = {TRUE, "lacks the text that has to be there"},
    [VT_GROUP_FINDING_TOO_MANY_ITEMS] = {TRUE, "holds more items than are allowed"},
    [VT_GROUP_FINDING_LIVE_MOVED] = {FALSE,
        "the live site has moved on since; that will be overwritten"},
    [VT_GROUP_FINDING_LIVE_EDITED] = {FALSE, "somebody is editing it in the live site"},
    [VT_GROUP_FINDING_OTHER_GROUP] = {FALSE,
        "another group holds it too; the last to go live wins"},
    [VT_GROUP_FINDING_NO_ASSORTMENT] = {FALSE, "no channel sells the product"},
};

const char *
vt_group_finding_text(VtGroupFinding code)
{
    return finding_row[code].text;
}

static void
clear_note(gpointer data)
{
    VtGroupNote *self = data;

    g_free(self->subject);
    g_free(self->other);
}

void
vt_group_report_init(VtGroupReport *self)
{
    *self = (VtGroupReport){.errors = g_array_new(FALSE, FALSE, sizeof(VtGroupNote)),
        .warnings = g_array_new(FALSE, FALSE, sizeof(VtGroupNote)),
        .advice = vt_publish_advice_new()};
    g_array_set_clear_func(self->errors, clear_note);
    g_array_set_clear_func(self->warnings, clear_note);
}

void
vt_group_report_clear(VtGroupReport *self)
{
    g_clear_pointer(&self->errors, g_array_unref);
    g_clear_pointer(&self->warnings, g_array_unref);
    g_clear_pointer(&self->advice, g_array_unref);
}

/* Counts it, and keeps a copy unless there are too many. */
static void
note(VtGroupReport *self, const VtGroupNote *note)
{
    gboolean is_error = finding_row[note->code].is_error;
    GArray *list = is_error ? self->errors : self->warnings;
    VtGroupNote kept = *note;

    ++*(is_error ? &self->n_errors : &self->n_warnings);
    if (list->len >= VT_GROUP_MAX_NOTES)
        return;
    kept.subject = g_strdup(note->subject);
    kept.other = g_strdup(note->other);
    g_array_append_val(list, kept);
}

static json_t *
number_or_null(gint64 number)
{
    return number != 0 ? json_integer(number) : json_null();
}

static json_t *
notes_json(const GArray *notes)
{
    json_t *list = json_array();

    for (guint i = 0; i < notes->len; i++) {
        const VtGroupNote *one = &g_array_index(notes, VtGroupNote, i);
        g_autofree char *at = one->at_us != 0 ? vt_text_time(one->at_us) : NULL;

        json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:o,s:s?,s:s?}", "code",
                      vt_group_finding_names[one->code], "subject", one->subject, "text",
                      finding_row[one->code].text, "document", number_or_null(one->document_id),
                      "base", number_or_null(one->base), "theirs", number_or_null(one->theirs),
                      "head", number_or_null(one->head), "other", one->other, "at", at));
    }
    return list;
}

json_t *
vt_group_report_json(const VtGroupReport *self)
{
    return json_pack("{s:b,s:I,s:o,s:I,s:o,s:o}", "ok", self->n_errors == 0, "n_errors",
        (json_int_t)self->n_errors, "errors", notes_json(self->errors), "n_warnings",
        (json_int_t)(self->n_warnings + self->advice->len), "warnings", notes_json(self->warnings),
        "advice", vt_publish_advice_json(self->advice));
}

gboolean
vt_group_report_refuse(const VtGroupReport *self, const VtGroup *group, GError **error)
{
    const VtGroupNote *first;

    if (self->n_errors == 0)
        return TRUE;
    first = &g_array_index(self->errors, VtGroupNote, 0);
    return vt_throw(error, VT_ERROR_GROUP_INVALID,
        "publish group '%s' has %" G_GUINT64_FORMAT " errors, the first: %s: %s", group->name,
        self->n_errors, first->subject, finding_row[first->code].text);
}

static gboolean
has_value(const VtProduct *product, const VtAssignmentValue *value)
{
    for (guint d = 0; d < product->n_dimensions; d++) {
        const VtProductDimension *dimension = &product->dimensions[d];

        for (guint i = 0;
             dimension->dimension_id == value->dimension_id && i < dimension->values->len; i++)
            if (((VtProductValue *)g_ptr_array_index(dimension->values, i))->value_id ==
                value->value_id)
                return TRUE;
    }
    return FALSE;
}

static gboolean
has_variant(const VtProduct *product, gint64 variant_id)
{
    for (guint i = 0; i < product->variants->len; i++)
        if (((VtProductVariant *)g_ptr_array_index(product->variants, i))->product_id == variant_id)
            return TRUE;
    return FALSE;
}

static gboolean
is_orphan(const VtProduct *product, const VtAssignmentKey *key)
{
    if (key->scope == VT_SCOPE_VARIANT)
        return !has_variant(product, key->variant_id);
    for (guint i = 0; i < key->n_values; i++)
        if (!has_value(product, &key->values[i]))
            return TRUE;
    return FALSE;
}

/* The product is loaded only for a set that has more than the master's media. */
static gboolean
check_set(VtDb *db, gint64 product_id, const char *body, gboolean *ret_is_orphaned, GError **error)
{
    g_autoptr(VtAssignment) set = vt_assignment_parse(body, error);
    g_autoptr(VtProduct) product = NULL;

    *ret_is_orphaned = FALSE;
    if (set == NULL)
        return FALSE;
    for (guint i = 0; i < set->nodes->len && !*ret_is_orphaned; i++) {
        const VtAssignmentNode *node = g_ptr_array_index(set->nodes, i);

        if (node->key.scope == VT_SCOPE_MASTER)
            continue;
        if (product == NULL && (product = vt_product_load(db, product_id, error)) == NULL)
            return FALSE;
        *ret_is_orphaned = is_orphan(product, &node->key);
    }
    return TRUE;
}

static gboolean
has_text(const char *text)
{
    return text != NULL && *text != '\0';
}

/* As of manifests: a picture has an alternative text, a video a title; a title is enough. */
static gboolean
check_texts(const char *type, const char *body, gboolean *ret_is_missing, GError **error)
{
    gboolean is_picture = strcmp(type, vt_asset_type_names[VT_ASSET_TYPE_IMAGE]) == 0;
    gboolean is_video = strcmp(type, vt_asset_type_names[VT_ASSET_TYPE_VIDEO]) == 0;
    g_auto(VtAssetContent) content = {0};

    if (!vt_asset_content_parse(body, &content, error))
        return FALSE;
    *ret_is_missing = (is_picture || is_video) && !has_text(content.title) &&
                      !(is_picture && has_text(content.alt));
    return TRUE;
}

/* One item of the group, as read. */
typedef struct {
    VtGroupNote note; /* owned strings */
    gint64 product_id;
    char *type; /* of an asset, or NULL */
    char *body; /* NULL: a tombstone */
} Item;

static void
clear_item(gpointer data)
{
    Item *self = data;

    clear_note(&self->note);
    g_free(self->type);
    g_free(self->body);
}

static gboolean
read_page(VtDb *db, gint64 group_id, gint64 after, GArray *items, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_group_bodies, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", PAGE);
    while (vt_stmt_next(stmt)) {
        Item one = {.note = {.document_id = vt_stmt_int(stmt, "document_id"),
                        .subject = g_strdup(vt_stmt_text(stmt, "name")),
                        .base = vt_stmt_int(stmt, "base"),
                        .head = vt_stmt_int(stmt, "head")},
            .product_id = vt_stmt_int(stmt, "product_id"),
            .type = g_strdup(vt_stmt_text(stmt, "type")),
            .body = g_strdup(vt_stmt_text(stmt, "body"))};

        g_array_append_val(items, one);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
check_item(VtDb *db, Item *item, VtGroupReport *report, GError **error)
{
    gboolean is_wrong = FALSE;

    if (item->body == NULL)
        return TRUE;
    item->note.code =
        item->type != NULL ? VT_GROUP_FINDING_MISSING_FIELD : VT_GROUP_FINDING_ORPHAN_CELL;
    if (item->type != NULL ? !check_texts(item->type, item->body, &is_wrong, error)
                           : item->product_id != 0 &&
                                 !check_set(db, item->product_id, item->body, &is_wrong, error))
        return FALSE;
    if (is_wrong)
        note(report, &item->note);
    return TRUE;
}

/* Pages are snapshots of their own: nobody waits for a large group. */
gboolean
vt_group_check_bodies(VtDb *db, const VtGroup *group, VtGroupReport *report, GError **error)
{
    gint64 after = 0;
    guint n = PAGE;

    while (n == PAGE) {
        g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(Item));

        g_array_set_clear_func(items, clear_item);
        if (!read_page(db, group->group_id, after, items, error))
            return FALSE;
        n = items->len;
        for (guint i = 0; i < n; i++) {
            Item *item = &g_array_index(items, Item, i);

            after = item->note.document_id;
            if (!check_item(db, item, report, error))
                return FALSE;
        }
    }
    return TRUE;
}

/* Rows of one of the statements that note things. */
static gboolean
note_rows(VtDb *db,
    const VtSql *sql,
    gint64 group_id,
    VtGroupFinding code,
    VtGroupReport *report,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    while (vt_stmt_next(stmt)) {
        const VtGroupNote one = {.code = code,
            .subject = (char *)(gsize)vt_stmt_text(stmt, "name"),
            .document_id = vt_stmt_int(stmt, "document_id"),
            .base = vt_stmt_int(stmt, "base"),
            .theirs = vt_stmt_int(stmt, "theirs"),
            .head = vt_stmt_int(stmt, "head"),
            .other = (char *)(gsize)vt_stmt_text(stmt, "other"),
            .at_us = vt_stmt_int(stmt, "at_us")};

        note(report, &one);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
note_size(VtDb *db, const VtGroup *group, VtGroupReport *report, GError **error)
{
    const VtGroupNote one = {.code = VT_GROUP_FINDING_TOO_MANY_ITEMS, .subject = group->name};
    gint64 most = 0;

    if (!vt_setting_read_number(db, group->tenant_id, VT_SETTING_GROUP_ITEMS, &most, error))
        return FALSE;
    if (group->n_items > most)
        note(report, &one);
    return TRUE;
}

static gboolean
note_bereft(VtPublishPlan *plan, VtGroupReport *report, GError **error)
{
    g_autoptr(GArray) bereft = vt_publish_plan_bereft(plan, error);

    for (guint i = 0; bereft != NULL && i < bereft->len; i++) {
        const VtPublishBereft *one = &g_array_index(bereft, VtPublishBereft, i);
        const VtGroupNote missing = {.code = VT_GROUP_FINDING_MISSING_MEDIA,
            .subject = one->name,
            .document_id = one->document_id,
            .other = one->by};

        note(report, &missing);
    }
    return bereft != NULL;
}

gboolean
vt_group_check_plan(
    VtPublishPlan *plan, const VtGroup *group, VtGroupReport *report, GError **error)
{
    const struct {
        const VtSql *sql;
        VtGroupFinding code;
    } row[] = {{&vt_sql_group_note_checked_out, VT_GROUP_FINDING_CHECKED_OUT},
        {&vt_sql_group_note_trashed, VT_GROUP_FINDING_TRASHED},
        {&vt_sql_group_note_live_moved, VT_GROUP_FINDING_LIVE_MOVED},
        {&vt_sql_group_note_live_edited, VT_GROUP_FINDING_LIVE_EDITED},
        {&vt_sql_group_note_other_group, VT_GROUP_FINDING_OTHER_GROUP},
        {&vt_sql_group_note_no_assortment, VT_GROUP_FINDING_NO_ASSORTMENT}};

    if (!vt_publish_plan_drop_live(plan, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        if (!note_rows(plan->db, row[i].sql, group->group_id, row[i].code, report, error))
            return FALSE;
    return note_bereft(plan, report, error) && note_size(plan->db, group, report, error) &&
           vt_publish_advise(plan, report->advice, error);
}

gboolean
vt_group_validate(VtDb *db, const VtGroup *group, VtGroupReport *report, GError **error)
{
    VtPublishPlan plan = {.db = db, .tenant_id = group->tenant_id};
    g_autoptr(VtTx) tx = NULL;

    if (!vt_group_check_bodies(db, group, report, error))
        return FALSE;
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL && vt_changelog_lock(db, &plan.seq, error) &&
           vt_publish_plan_add_group(&plan, group->group_id, error) &&
           vt_group_check_plan(&plan, group, report, error);
}
