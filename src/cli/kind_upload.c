#include "cli/kind_upload.h"

#include "api/api.h"
#include "base/text.h"
#include "base/tsv.h"
#include "cli/kind_import.h"
#include "jobs/files.h"
#include "manifest/columns.h"
#include "media/asset.h"
#include "media/asset_set.h"

#include <glib/gstdio.h>
#include <string.h>

enum {
    MAX_ATTEMPTS = 20,
    MAX_ADDRESSES = 1000,
    MAX_TAGS = 100,
    MAX_ROWS = 10000,
    MAX_FIELDS = 64,
    MAX_CELL = 64 << 10
};

/* Writes the manifest of a job into @text, with a report for each wish that cannot be one. */
typedef gboolean (*Write)(VtJobRun *run, GString *text, GError **error);

static gboolean
check_keys(const json_t *parameters, const char *const *known, GError **error)
{
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)parameters, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "it has no parameter \"%s\"", key);
    }
    return TRUE;
}

static gboolean
check_flag(const json_t *parameters, const char *key, GError **error)
{
    const json_t *value = json_object_get(parameters, key);

    return value == NULL || json_is_boolean(value) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is true or false", key);
}

static void
add_row(GString *text, const char *const *cells, gsize n)
{
    for (gsize i = 0; i < n; i++)
        vt_tsv_add(text, cells[i] != NULL ? cells[i] : "", i == 0);
    vt_tsv_end_row(text);
}

static void
add_header(GString *text, const VtColumn *columns, gsize n)
{
    vt_tsv_begin(text);
    for (gsize i = 0; i < n; i++)
        vt_tsv_add(text, vt_column_rows[columns[i]].name, i == 0);
    vt_tsv_end_row(text);
}

/* An import wants the folder of files it was given, also when there are none. */
static gboolean
make_files(const char *folder, GError **error)
{
    g_autofree char *files = g_build_filename(folder, VT_API_UPLOAD_FILES, NULL);

    return g_mkdir_with_parents(files, 0750) == 0 ||
           vt_throw_errno(error, "cannot make '%s'", files);
}

/* The manifest is written once: a run that goes on after a kill finds it. */
static gboolean
have_manifest(VtJobRun *run, const VtKindData *kinds, Write write, GError **error)
{
    g_autofree char *folder = vt_job_folder_make(kinds->files, vt_job_run_job(run)->job_id, error);
    g_autofree char *path =
        folder != NULL ? g_build_filename(folder, VT_API_UPLOAD_MANIFEST, NULL) : NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (path == NULL || !make_files(folder, error))
        return FALSE;
    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (!write(run, text, error))
        return FALSE;
    return g_file_set_contents(path, text->str, (gssize)text->len, NULL) ||
           vt_throw(error, VT_ERROR_STORAGE, "cannot write '%s'", path);
}

static gboolean
go(VtJobRun *run, const VtKindData *kinds, Write write, GError **error)
{
    const VtKindImport wish = {.role = VT_ROLE_PRODUCER};

    return have_manifest(run, kinds, write, error) && vt_kind_import_go(run, kinds, &wish, error);
}

/* Files by address. */

static const struct {
    const char *word, *action;
} exists_row[] = {
    {"overwrite", "Overwrite"}, {"keep_both", "KeepBoth"}, {"use_existing", "UseExisting"}};

static const char *
exists_action(const json_t *parameters)
{
    const json_t *value = json_object_get(parameters, "if_exists");
    const char *word = value != NULL ? json_string_value(value) : exists_row[0].word;

    for (gsize i = 0; i < G_N_ELEMENTS(exists_row); i++)
        if (g_strcmp0(word, exists_row[i].word) == 0)
            return exists_row[i].action;
    return NULL;
}

static gboolean
check_texts(const json_t *list, gsize most, gboolean (*is_good)(const char *text))
{
    if (!json_is_array(list) || json_array_size(list) > most)
        return FALSE;
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL || !is_good(text))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_tag(const char *text)
{
    return *text != '\0' && strpbrk(text, ",\t\r\n\"") == NULL;
}

static gboolean
check_upload(const json_t *parameters, GError **error)
{
    static const char *const known[] = {"urls", "publish", "if_exists", "tags", NULL};
    const json_t *urls = json_object_get(parameters, "urls");
    const json_t *tags = json_object_get(parameters, "tags");

    if (!check_keys(parameters, known, error) || !check_flag(parameters, "publish", error))
        return FALSE;
    if (!check_texts(urls, MAX_ADDRESSES, vt_http_is_address) || json_array_size(urls) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"urls\" are 1 to %d http or https addresses",
            MAX_ADDRESSES);
    if (tags != NULL && !check_texts(tags, MAX_TAGS, is_tag))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"tags\" are at most %d texts without commas", MAX_TAGS);
    return exists_action(parameters) != NULL ||
           vt_throw(
               error, VT_ERROR_BAD_ENUM, "\"if_exists\" is overwrite, keep_both or use_existing");
}

/* What a file is by the end of its name; anything else is a file. */
static const char *
type_of(const char *file)
{
    static const char *const images[] = {
        ".jpg", ".jpeg", ".png", ".gif", ".tif", ".tiff", ".webp", ".avif", ".bmp", NULL};
    static const char *const videos[] = {
        ".mp4", ".m4v", ".mov", ".webm", ".avi", ".mpg", ".mpeg", ".mkv", NULL};
    const char *dot = strrchr(file, '.');
    g_autofree char *end = g_ascii_strdown(dot != NULL ? dot : "", -1);

    if (g_strv_contains(images, end))
        return "Image";
    return g_strv_contains(videos, end) ? "Video" : "File";
}

/* The last piece of the address's path, decoded; newly allocated. */
static char *
file_of(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    const char *path = host + strcspn(host, "/?#");
    gsize length = strcspn(path, "?#");
    const char *slash = g_strrstr_len(path, (gssize)length, "/");
    const char *last = slash != NULL ? slash + 1 : path;
    char *file = vt_text_unescape(last, (gsize)(path + length - last), FALSE, NULL);

    if (file != NULL && *file != '\0')
        return file;
    g_free(file);
    return g_strdup("file");
}

static char *
tags_of(const json_t *parameters)
{
    const json_t *tags = json_object_get(parameters, "tags");
    g_autoptr(GString) text = g_string_new(NULL);

    for (gsize i = 0; i < json_array_size(tags); i++)
        g_string_append_printf(
            text, "%s%s", i > 0 ? "," : "", json_string_value(json_array_get(tags, i)));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
write_upload(VtJobRun *run, GString *text, GError **error)
{
    static const VtColumn columns[] = {VT_COLUMN_MEDIA_LOCALE, VT_COLUMN_MEDIA_TYPE,
        VT_COLUMN_MEDIA_DISPLAY_NAME, VT_COLUMN_MEDIA_IMPORT_PATH, VT_COLUMN_IMAGE_ALT_TEXT,
        VT_COLUMN_MEDIA_TITLE, VT_COLUMN_MEDIA_SEARCH_TAGS, VT_COLUMN_MEDIA_SOURCE_IF_EXISTS_ACTION,
        VT_COLUMN_MEDIA_ACTION};
    const json_t *parameters = vt_job_run_job(run)->parameters;
    const json_t *urls = json_object_get(parameters, "urls");
    g_autofree char *tags = tags_of(parameters);
    gboolean publish = !json_is_false(json_object_get(parameters, "publish"));

    add_header(text, columns, G_N_ELEMENTS(columns));
    for (gsize i = 0; i < json_array_size(urls); i++) {
        const char *url = json_string_value(json_array_get(urls, i));
        g_autofree char *file = file_of(url);
        gboolean is_renamed = FALSE;
        g_autofree char *name = vt_asset_name_from_file(file, &is_renamed);
        const char *type = type_of(file);
        const char *const cells[] = {"system_neutral", type, name, url,
            strcmp(type, "Image") == 0 ? name : "", strcmp(type, "Image") != 0 ? name : "", tags,
            exists_action(parameters), publish ? "PublishNow" : "Draft"};

        add_row(text, cells, G_N_ELEMENTS(cells));
    }
    return TRUE;
}

static gboolean
run_upload(VtJobRun *run, gpointer data, GError **error)
{
    return go(run, data, write_upload, error);
}

/* Texts by table. */

static const VtTsvLimits limits = {
    .max_bytes = VT_JOB_MAX_PARAMETERS,
    .max_cell_bytes = MAX_CELL,
    .max_rows = MAX_ROWS,
    .max_columns = MAX_FIELDS,
};

/* Fields of a table and the columns they stand for, which are those of the manifest that is made,
 * in order; several names may mean one. */
static const struct {
    const char *name;
    VtColumn column;
} field_row[] = {
    {"newipsid", VT_COLUMN_MEDIA_DISPLAY_NAME},
    {"locale", VT_COLUMN_MEDIA_LOCALE},
    {"title", VT_COLUMN_MEDIA_TITLE},
    {"alt", VT_COLUMN_IMAGE_ALT_TEXT},
    {"caption", VT_COLUMN_MEDIA_CAPTION},
    {"description", VT_COLUMN_MEDIA_DESCRIPTION},
    {"keywords", VT_COLUMN_MEDIA_SEARCH_TAGS},
    {"tags", VT_COLUMN_MEDIA_SEARCH_TAGS},
    {"category", VT_COLUMN_MEDIA_CATEGORY},
};

static int
find_field(const char *name)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(field_row); i++)
        if (g_ascii_strcasecmp(field_row[i].name, name) == 0)
            return i;
    return -1;
}

static VtTsv *
read_table(const json_t *parameters, GError **error)
{
    const char *text = json_string_value(json_object_get(parameters, "table"));

    return text != NULL ? vt_tsv_parse(text, strlen(text), &limits, error)
                        : vt_throw_null(error, VT_ERROR_MISSING_FIELD, "\"table\" is missing");
}

static gboolean
check_metadata(const json_t *parameters, GError **error)
{
    static const char *const known[] = {"table", "publish", NULL};
    g_autoptr(VtTsv) table = NULL;

    if (!check_keys(parameters, known, error) || !check_flag(parameters, "publish", error))
        return FALSE;
    table = read_table(parameters, error);
    if (table == NULL)
        return FALSE;
    if (vt_tsv_n_rows(table) == 0 || vt_tsv_n_cells(table, 0) < 2)
        return vt_throw(error, VT_ERROR_MANIFEST_HEADER,
            "the first row names the fields: the asset's id, then at least one more");
    for (guint i = 1; i < vt_tsv_n_cells(table, 0); i++)
        if (find_field(vt_tsv_cell(table, 0, i)) < 0)
            return vt_throw(error, VT_ERROR_MANIFEST_HEADER, "there is no field '%s'",
                vt_tsv_cell(table, 0, i));
    return TRUE;
}

/* Keywords by commas, in which `\,` is a comma and `\\` a backslash; NULL when one holds a comma,
 * which a tag cannot. */
static char *
plain_keywords(const char *cell)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (const char *at = cell; *at != '\0'; at++) {
        if (*at == '\\' && at[1] == ',')
            return NULL;
        if (*at == '\\' && at[1] == '\\')
            at++;
        g_string_append_c(text, *at);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* A row that cannot be done; the others are. */
static void
refuse_row(VtJobRun *run, const VtTsv *table, guint row, VtErrorCode code, const char *why)
{
    g_autofree char *text = g_strdup_printf("line %u: %s", vt_tsv_line(table, row), why);
    const VtJobReport report = {
        VT_JOB_LEVEL_ERROR, vt_error_rows[code].code, vt_tsv_cell(table, row, 0), text};

    vt_job_run_report(run, &report);
}

/* One row, whose asset is there. FALSE: its keywords cannot be tags. */
static gboolean
add_texts(GString *text, const VtTsv *table, guint row, const VtAsset *asset, const char *action)
{
    static const char *const type_words[VT_ASSET_TYPE_COUNT] = {[VT_ASSET_TYPE_IMAGE] = "Image",
        [VT_ASSET_TYPE_VIDEO] = "Video",
        [VT_ASSET_TYPE_FILE] = "File"};
    const char *cells[G_N_ELEMENTS(field_row) + 3] = {0};
    g_autofree char *keywords = NULL;
    g_autofree char *id = vt_asset_internal_id(asset->asset_id);

    cells[find_field("locale")] = "system_neutral";
    for (guint i = 1; i < vt_tsv_n_cells(table, 0); i++) {
        int field = find_field(vt_tsv_cell(table, 0, i));
        const char *cell = vt_tsv_cell(table, row, i);

        if (*cell == '\0')
            continue;
        if (field_row[field].column == VT_COLUMN_MEDIA_SEARCH_TAGS) {
            g_free(keywords);
            keywords = plain_keywords(cell);
            if (keywords == NULL)
                return FALSE;
            field = find_field("keywords");
            cell = keywords;
        }
        cells[field] = cell;
    }
    cells[G_N_ELEMENTS(field_row)] = id;
    cells[G_N_ELEMENTS(field_row) + 1] = type_words[asset->type];
    cells[G_N_ELEMENTS(field_row) + 2] = action;
    add_row(text, cells, G_N_ELEMENTS(cells));
    return TRUE;
}

static gboolean
write_row(VtJobRun *run, GString *text, const VtTsv *table, guint row, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const char *action =
        json_is_true(json_object_get(job->parameters, "publish")) ? "PublishNow" : "Draft";
    VtAsset asset = {0};
    gboolean found = FALSE;

    if (!vt_asset_by_name(
            vt_job_run_db(run), job->tenant_id, vt_tsv_cell(table, row, 0), &asset, &found, error))
        return FALSE;
    if (!found)
        refuse_row(run, table, row, VT_ERROR_UNKNOWN_ASSET, "there is no asset of this id");
    else if (vt_asset_type_is_set(asset.type))
        refuse_row(run, table, row, VT_ERROR_BAD_VALUE, "it is a set of assets");
    else if (!add_texts(text, table, row, &asset, action))
        refuse_row(run, table, row, VT_ERROR_BAD_VALUE, "a keyword holds a comma");
    return TRUE;
}

/* The second name of the tags has a column of its own in the table of fields, never filled. */
static void
add_metadata_header(GString *text)
{
    vt_tsv_begin(text);
    for (gsize i = 0; i < G_N_ELEMENTS(field_row); i++)
        vt_tsv_add(text,
            strcmp(field_row[i].name, "tags") == 0 ? "Tags"
                                                   : vt_column_rows[field_row[i].column].name,
            i == 0);
    vt_tsv_add(text, vt_column_rows[VT_COLUMN_INTERNAL_MEDIA_ID].name, FALSE);
    vt_tsv_add(text, vt_column_rows[VT_COLUMN_MEDIA_TYPE].name, FALSE);
    vt_tsv_add(text, vt_column_rows[VT_COLUMN_MEDIA_ACTION].name, FALSE);
    vt_tsv_end_row(text);
}

static gboolean
write_metadata(VtJobRun *run, GString *text, GError **error)
{
    g_autoptr(VtTsv) table = read_table(vt_job_run_job(run)->parameters, error);

    if (table == NULL)
        return FALSE;
    add_metadata_header(text);
    for (guint row = 1; row < vt_tsv_n_rows(table); row++)
        if (!write_row(run, text, table, row, error))
            return FALSE;
    return TRUE;
}

static gboolean
run_metadata(VtJobRun *run, gpointer data, GError **error)
{
    return go(run, data, write_metadata, error);
}

const VtJobKind vt_kind_upload = {.name = "upload",
    .label = "Upload",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .files = VT_JOB_FILES_MADE,
    .max_attempts = MAX_ATTEMPTS,
    .check = check_upload,
    .run = run_upload};

const VtJobKind vt_kind_metadata = {.name = "metadata",
    .label = "Metadata",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .files = VT_JOB_FILES_MADE,
    .max_attempts = MAX_ATTEMPTS,
    .check = check_metadata,
    .run = run_metadata};
