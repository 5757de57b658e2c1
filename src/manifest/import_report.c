/* What commands and the API need around an import: its report as JSON, and the files to send. */
#include "manifest/import.h"

#include "base/error.h"
#include "manifest/result.h"
#include "manifest/row.h"

#include <string.h>

json_t *
vt_manifest_report_json(const VtManifestReport *self)
{
    json_t *rows = json_object();

    for (int i = 0; i < VT_IMPORT_RESULT_COUNT; i++)
        json_object_set_new(rows, vt_import_result_names[i], json_integer(self->counts[i]));
    return json_pack("{s:o,s:I,s:I,s:b}", "rows", rows, "published", (json_int_t)self->n_published,
        "seq", (json_int_t)self->seq, "stopped", self->is_stopped);
}

gboolean
vt_manifest_check(const char *path, GError **error)
{
    g_autoptr(VtTsv) table = vt_tsv_load(path, &vt_manifest_limits, error);
    VtManifestHeader header;

    return table != NULL && vt_manifest_header_read(table, &header, error);
}

/* Notes the path in a cell, unless it is none of a file here. */
static void
note_path(const char *cell, GHashTable *seen, GPtrArray *names)
{
    g_autofree char *name = g_strstrip(g_strdup(cell));

    if (*name == '\0' || strcmp(name, VT_MANIFEST_CLEAR) == 0 || strstr(name, "://") != NULL)
        return;
    if (g_hash_table_add(seen, name))
        g_ptr_array_add(names, g_steal_pointer(&name));
}

GPtrArray *
vt_manifest_files_named(const char *path, GError **error)
{
    g_autoptr(VtTsv) table = vt_tsv_load(path, &vt_manifest_limits, error);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    VtManifestHeader header;

    if (table == NULL || !vt_manifest_header_read(table, &header, error))
        return NULL;
    for (guint i = 1; i < vt_tsv_n_rows(table); i++) {
        if (vt_manifest_result_is_done(table, &header, i))
            continue;
        note_path(vt_manifest_cell(table, &header, i, VT_COLUMN_MEDIA_IMPORT_PATH), seen, names);
        for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++)
            note_path(vt_manifest_cell(table, &header, i, vt_column_of_track[role]), seen, names);
    }
    return g_steal_pointer(&names);
}
