/* Bulk import by HTTP: an upload is a folder that fills with files, then a manifest comes and a job
 * imports it.
 *
 *     POST uploads -> id;  PUT uploads/id/path …;  POST uploads/id/import (the manifest) -> job
 *
 * The folder becomes that of the job; what nobody imports goes after a day. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/directory.h"
#include "base/random.h"
#include "manifest/import.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_HOLE_BYTES ((guint64)1 << 43) /* within what file systems let a file claim */

enum { ID_LENGTH = 32, MAX_DEPTH = 16, MAX_NAME_BYTES = 255, FORGET_SECONDS = 24 * 3600 };

void
vt_api_forget_uploads(const char *directory, gint64 now_us)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);
        GStatBuf about;

        if (g_stat(path, &about) == 0 && about.st_mtime < now_us / G_USEC_PER_SEC - FORGET_SECONDS)
            vt_directory_remove(path);
    }
}

/* The folder of an upload of this tenant; NULL when its id is none. Its name holds the tenant, so
 * ids are of no use to others. */
static char *
folder_of(const VtApi *api, const VtRequest *request, const char *id, GError **error)
{
    g_autofree char *name =
        g_strdup_printf("%" G_GINT64_FORMAT "-%s", vt_api_user(request)->tenant_id, id);
    char *path;

    if (strlen(id) != ID_LENGTH || strspn(id, "0123456789abcdef") != ID_LENGTH)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no upload '%s'", id);
    path = g_build_filename(api->uploads, name, NULL);
    return path;
}

static char *
existing_folder(const VtApi *api, const VtRequest *request, GError **error)
{
    const char *id = vt_request_path_value(request, "upload");
    g_autofree char *path = folder_of(api, request, id, error);

    if (path != NULL && !g_file_test(path, G_FILE_TEST_IS_DIR))
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no upload '%s'", id);
    return g_steal_pointer(&path);
}

static json_t *
begin_upload(const VtApi *api, const VtRequest *request, GError **error)
{
    char id[ID_LENGTH + 1];
    g_autofree char *path = NULL;

    vt_api_forget_uploads(api->uploads, g_get_real_time());
    vt_random_hex(id, ID_LENGTH);
    path = folder_of(api, request, id, error);
    if (g_mkdir_with_parents(path, 0700) != 0)
        return vt_throw_null(error, VT_ERROR_STORAGE, "cannot make the folder '%s'", path);
    return json_pack("{s:s}", "upload", id);
}

static void
answer(VtRequest *request, json_t *value, const GError *error)
{
    if (value != NULL)
        vt_api_reply_json(request, value);
    else
        vt_request_fail(request, error);
}

void
vt_api_upload_begin(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    json_t *done = begin_upload(data, request, &error);

    answer(request, done, error);
}

/* A path below the folder: no empty part, no `.` or `..`, no control characters, bounded. */
static gboolean
check_path(char **parts, GError **error)
{
    guint n = g_strv_length(parts);

    for (guint i = 0; i < n; i++) {
        const char *part = parts[i];

        if (*part == '\0' || strcmp(part, ".") == 0 || strcmp(part, "..") == 0 ||
            strlen(part) > MAX_NAME_BYTES)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "this cannot be the path of an upload");
        for (const char *at = part; *at != '\0'; at++)
            if ((unsigned char)*at < 0x20)
                return vt_throw(error, VT_ERROR_BAD_VALUE, "this cannot be the path of an upload");
    }
    return n <= MAX_DEPTH ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "more than %d folders deep", MAX_DEPTH);
}

/* Where the file goes; its folder is there. NULL on error. */
static char *
place_of(const VtApi *api, const VtRequest *request, const char *path, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    g_autofree char *folder = NULL;
    g_autofree char *file = NULL;
    g_autofree char *parent = NULL;

    if (!check_path(parts, error))
        return NULL;
    folder = existing_folder(api, request, error);
    if (folder == NULL)
        return NULL;
    file = g_build_filename(folder, VT_API_UPLOAD_FILES, path, NULL);
    parent = g_path_get_dirname(file);
    if (g_mkdir_with_parents(parent, 0700) != 0) {
        vt_throw_errno(error, "cannot keep '%s'", path);
        return NULL;
    }
    return g_steal_pointer(&file);
}

static gboolean
store_body(const VtRequest *request, const char *file, guint64 *ret_bytes, GError **error)
{
    g_autoptr(GError) local = NULL;
    gsize length = 0;
    const char *body = vt_request_body(request, &length);

    *ret_bytes = length;
    return g_file_set_contents_full(
               file, body, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, &local) ||
           vt_throw(error, VT_ERROR_STORAGE, "cannot keep a file: %s", local->message);
}

/* A file that is too large to be sent: a hole of its size, which takes no room, so that the import
 * refuses its rows for what is wrong with them. */
static gboolean
store_hole(const char *words, const char *file, guint64 *ret_bytes, GError **error)
{
    int fd;
    gboolean done;

    if (!g_ascii_string_to_unsigned(
            words, 10, VT_INGEST_MAX_BYTES + 1, MAX_HOLE_BYTES, ret_bytes, NULL))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "bytes is the size of a file that is too large to be sent, not '%s'", words);
    fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    done = fd >= 0 && ftruncate(fd, (off_t)*ret_bytes) == 0;
    if (!done)
        vt_throw_errno(error, "cannot keep a file");
    if (fd >= 0)
        close(fd);
    return done;
}

static json_t *
store_file(const VtApi *api, const VtRequest *request, GError **error)
{
    const char *bytes = vt_request_query_value(request, "bytes");
    g_autofree char *file = place_of(api, request, vt_request_path_value(request, "path"), error);
    guint64 n_bytes = 0;

    if (file == NULL || !(bytes != NULL ? store_hole(bytes, file, &n_bytes, error)
                                        : store_body(request, file, &n_bytes, error)))
        return NULL;
    return json_pack("{s:I}", "bytes", (json_int_t)n_bytes);
}

void
vt_api_upload_file(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    json_t *done = store_file(data, request, &error);

    answer(request, done, error);
}

/* What the query asks for, as parameters of the job. NULL on error. */
static json_t *
read_options(VtDb *db, const VtRequest *request, GError **error)
{
    const char *rerun = vt_request_query_value(request, "rerun");
    const char *force = vt_request_query_value(request, "force");
    gboolean is_forced = g_strcmp0(force, "true") == 0;

    if (rerun != NULL && strcmp(rerun, "all") != 0 && strcmp(rerun, "failed") != 0)
        return vt_throw_null(error, VT_ERROR_BAD_ENUM, "rerun is failed or all, not '%s'", rerun);
    if (force != NULL && !is_forced && strcmp(force, "false") != 0)
        return vt_throw_null(error, VT_ERROR_BAD_ENUM, "force is true or false, not '%s'", force);
    if (is_forced && !vt_api_check_administrator(db, request, error))
        return NULL;
    return json_pack("{s:s,s:b}", "rerun", rerun != NULL ? rerun : "failed", "force", is_forced);
}

/* Puts the manifest into the upload, and a place for files where none was sent; not into one that a
 * job has taken meanwhile. After a manifest that is none another may be sent. */
static gboolean
put_manifest(const VtRequest *request, const char *folder, GError **error)
{
    g_autofree char *manifest = g_build_filename(folder, VT_API_UPLOAD_MANIFEST, NULL);
    g_autofree char *files = g_build_filename(folder, VT_API_UPLOAD_FILES, NULL);
    g_autoptr(GError) local = NULL;
    gsize length = 0;
    const char *body = vt_request_body(request, &length);

    if (g_mkdir(files, 0700) != 0 && errno != EEXIST)
        return vt_throw_errno(error, "cannot make '%s'", files);
    if (!g_file_set_contents_full(manifest, body, (gssize)length,
            G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local))
        return vt_throw(error, VT_ERROR_STORAGE, "%s", local->message);
    return vt_manifest_check(manifest, error);
}

static gboolean
begin_import(const VtApiCall *call, GError **error)
{
    g_autofree char *folder = existing_folder(call->api, call->request, error);
    g_autoptr(json_t) parameters =
        folder != NULL ? read_options(call->db, call->request, error) : NULL;
    VtJobSpec spec = {.kind = "import",
        .parameters = parameters,
        .name = vt_request_query_value(call->request, "name"),
        .description = vt_request_query_value(call->request, "description")};

    return parameters != NULL && put_manifest(call->request, folder, error) &&
           vt_api_job_take_on(call, &spec, folder, error);
}

void
vt_api_upload_import(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    const VtApiCall call = vt_api_call(data, request, session.db);

    if (call.db == NULL || !begin_import(&call, &error))
        vt_request_fail(request, error);
}
