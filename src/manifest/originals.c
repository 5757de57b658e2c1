#include "manifest/originals.h"

#include "base/error.h"
#include "base/hash.h"
#include "manifest/import.h"
#include "manifest/row.h"

#include <string.h>

static void
original_free(gpointer data)
{
    VtManifestOriginal *self = data;

    g_free(self->hash);
    g_free(self->path);
    g_free(self->asset);
    g_free(self->locale);
    g_free(self);
}

/* The table that is read, and what was found in it. */
typedef struct {
    VtTsv *table;
    VtManifestHeader header;
    GHashTable *seen; /* paths, borrowed from list */
    GPtrArray *list;  /* VtManifestOriginal, owned */
} Reading;

static const char *
cell_of(const Reading *self, guint row, VtColumn column)
{
    return vt_manifest_cell(self->table, &self->header, row, column);
}

/* The name of a file begins with the hash of its bytes. */
static gboolean
note(Reading *self, guint row, VtColumn column, int role, GError **error)
{
    const char *path = cell_of(self, row, column);
    VtManifestOriginal *one;

    if (*path == '\0' || g_hash_table_contains(self->seen, path))
        return TRUE;
    if (strspn(path, "0123456789abcdef") != VT_HASH_LENGTH || strchr(path, '/') != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is not what an export calls a file", path);
    one = g_new0(VtManifestOriginal, 1);
    one->hash = g_strndup(path, VT_HASH_LENGTH);
    one->path = g_strdup(path);
    one->asset = g_strdup(cell_of(self, row, VT_COLUMN_MEDIA_DISPLAY_NAME));
    one->locale = g_strdup(cell_of(self, row, VT_COLUMN_MEDIA_LOCALE));
    one->is_track = role >= 0;
    one->role = (VtTrackRole)MAX(role, 0);
    g_ptr_array_add(self->list, one);
    g_hash_table_add(self->seen, one->path);
    return TRUE;
}

static gboolean
note_row(Reading *self, guint row, GError **error)
{
    if (!note(self, row, VT_COLUMN_MEDIA_IMPORT_PATH, -1, error))
        return FALSE;
    for (int role = 0; role < VT_TRACK_ROLE_COUNT; role++)
        if (!note(self, row, vt_column_of_track[role], role, error))
            return FALSE;
    return TRUE;
}

GPtrArray *
vt_manifest_originals(const char *path, GError **error)
{
    g_autoptr(VtTsv) table = vt_tsv_load(path, &vt_manifest_limits, error);
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(original_free);
    Reading reading = {.table = table, .seen = seen, .list = list};

    if (table == NULL || !vt_manifest_header_read(table, &reading.header, error))
        return NULL;
    for (guint row = 1; row < vt_tsv_n_rows(table); row++)
        if (!note_row(&reading, row, error))
            return NULL;
    return g_steal_pointer(&list);
}
