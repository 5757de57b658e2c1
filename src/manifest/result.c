#include "manifest/result.h"

#include "base/error.h"
#include "manifest/row.h"
#include "media/asset.h"

#include <string.h>

/* Columns an import fills in; they stand at the end where the input has none. */
static const VtColumn filled[] = {VT_COLUMN_INTERNAL_MEDIA_ID, VT_COLUMN_RESULT,
    VT_COLUMN_RESULT_TIME, VT_COLUMN_ERROR_CODE, VT_COLUMN_RESULT_DESCRIPTION};

/* The new cell, newly allocated; NULL: as it was. */
static char *
fill(const VtManifestOutcome *outcome, VtColumn column, const char *time)
{
    if (outcome->is_carried)
        return NULL;
    if (column == VT_COLUMN_INTERNAL_MEDIA_ID)
        return outcome->asset_id != 0 ? vt_asset_internal_id(outcome->asset_id) : NULL;
    if (column == VT_COLUMN_RESULT)
        return g_strdup(vt_import_result_names[vt_manifest_outcome_result(outcome)]);
    if (column == VT_COLUMN_RESULT_TIME)
        return g_strdup(time);
    if (column == VT_COLUMN_ERROR_CODE)
        return g_strdup(vt_manifest_outcome_code(outcome));
    return vt_manifest_outcome_text(outcome);
}

/* The filled column that stands at place @at of the header, or VT_N_COLUMNS. */
static VtColumn
filled_at(const VtManifestHeader *header, guint at)
{
    for (gsize i = 0; i < G_N_ELEMENTS(filled); i++)
        if (header->at[filled[i]] == (int)at)
            return filled[i];
    return VT_N_COLUMNS;
}

static void
add_header(const VtTsv *table, const VtManifestHeader *header, GString *text)
{
    for (guint i = 0; i < header->n_cells; i++)
        vt_tsv_add(text, vt_tsv_cell(table, 0, i), i == 0);
    for (gsize i = 0; i < G_N_ELEMENTS(filled); i++)
        if (header->at[filled[i]] < 0)
            vt_tsv_add(text, vt_column_rows[filled[i]].name, FALSE);
    vt_tsv_end_row(text);
}

static void
add_row(const VtTsv *table,
    const VtManifestHeader *header,
    guint row,
    const VtManifestOutcome *outcome,
    const char *time,
    GString *text)
{
    for (guint i = 0; i < header->n_cells; i++) {
        VtColumn column = filled_at(header, i);
        g_autofree char *cell = column != VT_N_COLUMNS ? fill(outcome, column, time) : NULL;

        vt_tsv_add(text, cell != NULL ? cell : vt_tsv_cell(table, row, i), i == 0);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(filled); i++) {
        g_autofree char *cell = header->at[filled[i]] < 0 ? fill(outcome, filled[i], time) : NULL;

        if (header->at[filled[i]] < 0)
            vt_tsv_add(text, cell != NULL ? cell : "", FALSE);
    }
    vt_tsv_end_row(text);
}

gboolean
vt_manifest_result_is_done(const VtTsv *table, const VtManifestHeader *header, guint row)
{
    static const VtImportResult done[] = {
        VT_IMPORT_RESULT_SUCCESS, VT_IMPORT_RESULT_SUCCESSWITHWARNINGS};
    const char *before = vt_manifest_cell(table, header, row, VT_COLUMN_RESULT);

    for (gsize i = 0; i < G_N_ELEMENTS(done); i++)
        if (strcmp(before, vt_import_result_names[done[i]]) == 0)
            return TRUE;
    return FALSE;
}

gboolean
vt_manifest_result_write(const VtTsv *table,
    const VtManifestHeader *header,
    const VtManifestOutcome *outcomes,
    gint64 now_us,
    const char *path,
    GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(now_us / G_USEC_PER_SEC);
    g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");
    g_autoptr(GError) local = NULL;

    vt_tsv_begin(text);
    add_header(table, header, text);
    for (guint row = 1; row < vt_tsv_n_rows(table); row++)
        add_row(table, header, row, &outcomes[row], time, text);
    if (!g_file_set_contents_full(path, text->str, (gssize)text->len,
            G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &local))
        return vt_throw(error, VT_ERROR_STORAGE, "the result: %s", local->message);
    return TRUE;
}
