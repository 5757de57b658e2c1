#include "manifest/trail.h"

#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct _VtManifestTrail {
    int fd;
    gint64 n_bytes; /* that count */
    VtManifestKeep keep;
    gpointer data;
    GString *added;   /* owned: lines for the next keep() */
    GError *failure;  /* owned: why the import cannot go on, or NULL */
    GHashTable *sets; /* first row -> VtManifestTrailSet, owned: the key is a member */
};

static guint
hash_set(gconstpointer data)
{
    return ((const VtManifestTrailSet *)data)->first;
}

static gboolean
same_set(gconstpointer a, gconstpointer b)
{
    return hash_set(a) == hash_set(b);
}

/* Takes @line. */
static void
add_line(VtManifestTrail *self, json_t *line)
{
    g_autofree char *text = json_dumps(line, JSON_COMPACT);

    g_string_append_printf(self->added, "%s\n", text);
    json_decref(line);
}

static json_t *
part_json(const VtManifestOutcome *outcome, VtOutcomePart part)
{
    return json_pack("[i,s,s?]", (int)outcome->part[part].state,
        vt_error_rows[outcome->part[part].code].code, outcome->part[part].text);
}

void
vt_manifest_trail_add_row(
    VtManifestTrail *self, guint row, const VtManifestOutcome *outcome, gboolean is_told)
{
    json_t *line;

    if (self == NULL)
        return;
    line = json_pack("{s:I,s:I,s:I,s:b,s:b,s:b,s:o,s:o}", "row", (json_int_t)row, "asset",
        (json_int_t)outcome->asset_id, "document", (json_int_t)outcome->media_document, "made",
        outcome->is_made, "applied", outcome->is_applied, "told", is_told, "media",
        part_json(outcome, VT_OUTCOME_MEDIA), "entity", part_json(outcome, VT_OUTCOME_ENTITY));
    if (outcome->warnings != NULL)
        json_object_set_new(line, "warning",
            json_pack("[s,s]", vt_import_warning_names[outcome->warning], outcome->warnings->str));
    add_line(self, line);
}

void
vt_manifest_trail_add_set(VtManifestTrail *self, const VtManifestTrailSet *set)
{
    if (self != NULL)
        add_line(self,
            json_pack("{s:I,s:I,s:I,s:I,s:I}", "set", (json_int_t)set->first, "document",
                (json_int_t)set->publish.document_id, "number", (json_int_t)set->publish.number,
                "closes", (json_int_t)set->closes, "severed", (json_int_t)set->severed_by));
}

void
vt_manifest_trail_add_entity(VtManifestTrail *self, guint row, const VtManifestOutcome *outcome)
{
    if (self != NULL)
        add_line(self, json_pack("{s:I,s:o}", "of", (json_int_t)row, "entity",
                           part_json(outcome, VT_OUTCOME_ENTITY)));
}

void
vt_manifest_trail_add_deleted(VtManifestTrail *self, guint row)
{
    if (self != NULL)
        add_line(self, json_pack("{s:I}", "deleted", (json_int_t)row));
}

void
vt_manifest_trail_drop(VtManifestTrail *self)
{
    if (self != NULL)
        g_string_truncate(self->added, 0);
}

static void
read_part(const json_t *line, const char *key, VtOutcomePart part, VtManifestOutcome *outcome)
{
    const json_t *value = json_object_get(line, key);
    json_int_t state = json_integer_value(json_array_get(value, 0));

    vt_manifest_outcome_set(outcome, part,
        state > VT_OUTCOME_FAILED ? VT_OUTCOME_NOTHING : (VtOutcomeState)state,
        json_string_value(json_array_get(value, 2)));
    outcome->part[part].code = VT_ERROR_INTERNAL;
    vt_error_code_find(json_string_value(json_array_get(value, 1)), &outcome->part[part].code);
}

static void
read_row(const json_t *line, VtManifestOutcome *outcome)
{
    const json_t *warning = json_object_get(line, "warning");
    const char *name = json_string_value(json_array_get(warning, 0));
    int word =
        name != NULL ? vt_text_index(vt_import_warning_names, VT_IMPORT_WARNING_COUNT, name) : -1;

    outcome->is_restored = TRUE;
    outcome->asset_id = json_integer_value(json_object_get(line, "asset"));
    outcome->media_document = json_integer_value(json_object_get(line, "document"));
    outcome->is_made = json_is_true(json_object_get(line, "made"));
    outcome->is_applied = json_is_true(json_object_get(line, "applied"));
    outcome->is_told = json_is_true(json_object_get(line, "told"));
    read_part(line, "media", VT_OUTCOME_MEDIA, outcome);
    read_part(line, "entity", VT_OUTCOME_ENTITY, outcome);
    if (word >= 0)
        vt_manifest_outcome_warn(
            outcome, (VtImportWarning)word, json_string_value(json_array_get(warning, 1)));
}

static void
read_set(VtManifestTrail *self, const json_t *line, guint first)
{
    VtManifestTrailSet *set = g_new0(VtManifestTrailSet, 1);

    set->first = first;
    set->publish.document_id = json_integer_value(json_object_get(line, "document"));
    set->publish.number = json_integer_value(json_object_get(line, "number"));
    set->closes = json_integer_value(json_object_get(line, "closes"));
    set->severed_by = (guint)json_integer_value(json_object_get(line, "severed"));
    g_hash_table_replace(self->sets, set, set);
}

/* A line that cannot be read tells nothing: what it told of is done again. */
static void
read_line(VtManifestTrail *self, const json_t *line, VtManifestOutcome *outcomes, guint n_rows)
{
    static const char *const name[] = {"row", "set", "of", "deleted"};
    gsize kind = 0;
    json_int_t row;

    while (kind < G_N_ELEMENTS(name) && json_object_get(line, name[kind]) == NULL)
        kind++;
    row = kind < G_N_ELEMENTS(name) ? json_integer_value(json_object_get(line, name[kind])) : -1;
    if (row < 0 || row >= n_rows)
        return;
    if (kind == 0)
        read_row(line, &outcomes[row]);
    else if (kind == 1)
        read_set(self, line, (guint)row);
    else if (kind == 2)
        read_part(line, "entity", VT_OUTCOME_ENTITY, &outcomes[row]);
    else
        outcomes[row].is_deleted = TRUE;
}

static void
read_lines(VtManifestTrail *self, VtManifestOutcome *outcomes, guint n_rows, const char *text)
{
    const char *end;

    for (const char *at = text; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        g_autoptr(json_t) line = vt_json_parse(at, (gsize)(end - at), NULL);

        read_line(self, line, outcomes, n_rows);
    }
}

/* Reads what counts, and cuts the rest off. */
static gboolean
take_up(VtManifestTrail *self,
    const char *path,
    gint64 n_bytes,
    VtManifestOutcome *outcomes,
    guint n_rows,
    GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) local = NULL;
    gsize length = 0;

    if (!g_file_get_contents(path, &text, &length, &local))
        return vt_throw(error, VT_ERROR_STORAGE, "%s", local->message);
    self->n_bytes = (gint64)MIN(length, (gsize)n_bytes);
    text[self->n_bytes] = '\0';
    read_lines(self, outcomes, n_rows, text);
    return ftruncate(self->fd, self->n_bytes) == 0 ||
           vt_throw_errno(error, "cannot go on with '%s'", path);
}

VtManifestTrail *
vt_manifest_trail_open(const char *path,
    gint64 n_bytes,
    VtManifestKeep keep,
    gpointer data,
    VtManifestOutcome *outcomes,
    guint n_rows,
    GError **error)
{
    g_autoptr(VtManifestTrail) self = g_new0(VtManifestTrail, 1);

    self->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    self->keep = keep;
    self->data = data;
    self->added = g_string_new(NULL);
    self->sets = g_hash_table_new_full(hash_set, same_set, NULL, g_free);
    if (self->fd < 0) {
        vt_throw_errno(error, "cannot open '%s'", path);
        return NULL;
    }
    return take_up(self, path, n_bytes, outcomes, n_rows, error) ? g_steal_pointer(&self) : NULL;
}

void
vt_manifest_trail_free(VtManifestTrail *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close(self->fd);
    g_string_free(self->added, TRUE);
    g_clear_error(&self->failure);
    g_hash_table_unref(self->sets);
    g_free(self);
}

const VtManifestTrailSet *
vt_manifest_trail_find_set(const VtManifestTrail *self, guint first)
{
    const VtManifestTrailSet key = {.first = first};

    return self != NULL ? g_hash_table_lookup(self->sets, &key) : NULL;
}

static gboolean
write_added(VtManifestTrail *self, GError **error)
{
    const char *at = self->added->str;
    gsize left = self->added->len;
    off_t to = self->n_bytes;

    while (left > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(pwrite(self->fd, at, left, to));

        if (n < 0)
            return vt_throw_errno(error, "cannot keep how far the import is");
        at += n;
        to += n;
        left -= (gsize)n;
    }
    return fdatasync(self->fd) == 0 || vt_throw_errno(error, "cannot keep how far the import is");
}

static gboolean
keep(VtManifestTrail *self, GError **error)
{
    if (!write_added(self, error))
        return FALSE;
    self->n_bytes += (gint64)self->added->len;
    g_string_truncate(self->added, 0);
    return self->keep(self->data, self->n_bytes, error);
}

gboolean
vt_manifest_trail_commit(VtManifestTrail *self, VtTx *tx, GError **error)
{
    if (self == NULL)
        return vt_tx_commit(tx, error);
    if (self->failure == NULL && (self->added->len == 0 || keep(self, &self->failure)) &&
        vt_tx_commit(tx, &self->failure))
        return TRUE;
    return vt_manifest_trail_check(self, error);
}

gboolean
vt_manifest_trail_check(const VtManifestTrail *self, GError **error)
{
    if (self == NULL || self->failure == NULL)
        return TRUE;
    if (error != NULL)
        *error = g_error_copy(self->failure);
    return FALSE;
}
