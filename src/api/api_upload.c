/* Files sent to the library by a form: each becomes an asset, whatever happens to the others. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/error.h"
#include "base/text.h"
#include "http/multipart.h"
#include "publish/set_generate.h"
#include "publish/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_TAGS_BYTES 65536

/* One form in hand. */
typedef struct {
    VtApi *api;
    VtDb *db;
    VtActor actor;
    VtUploadSpec spec; /* but for the file */
    char **tags;       /* owned */
    char *file_name;   /* owned: of the part that arrives; NULL between parts */
    int fd;            /* owned: its bytes; -1 between parts */
    json_t *files;     /* owned: what became of each */
    gint64 n_duplicates;
} Form;

static void
end_part(Form *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
    g_clear_pointer(&self->file_name, g_free);
}

static void
form_clear(Form *self)
{
    end_part(self);
    g_strfreev(self->tags);
    json_decref(self->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Form, form_clear)

static gboolean
part_begins(const VtMultipartPart *part, gpointer data, GError **error)
{
    Form *self = data;

    if (part->filename == NULL)
        return vt_throw(error, VT_ERROR_BAD_REQUEST,
            "'%s' is no file; what is not a file goes into the query", part->name);
    if (g_mkdir_with_parents(self->api->uploads, 0700) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", self->api->uploads);
    self->file_name = g_path_get_basename(part->filename);
    self->fd = open(self->api->uploads, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return self->fd >= 0 || vt_throw_errno(error, "cannot make a file in '%s'", self->api->uploads);
}

static gboolean
part_goes_on(const guint8 *bytes, gsize length, gpointer data, GError **error)
{
    const Form *self = data;

    while (length > 0) {
        ssize_t n = write(self->fd, bytes, length);

        if (n < 0 && errno != EINTR)
            return vt_throw_errno(error, "cannot write what was sent");
        bytes += MAX(n, 0);
        length -= (gsize)MAX(n, 0);
    }
    return TRUE;
}

static json_t *
describe_done(const char *file, const VtUploadResult *result)
{
    return json_pack("{s:s,s:s,s:s,s:b,s:b,s:I,s:b,s:n,s:n}", "file", file, "asset", result->name,
        "type", vt_asset_type_names[result->type], "new", result->is_new, "renamed",
        result->is_renamed, "seq", (json_int_t)result->seq, "marked", result->is_marked, "code",
        "detail");
}

static json_t *
describe_refused(const char *file, const GError *error)
{
    return json_pack("{s:s,s:n,s:n,s:b,s:b,s:i,s:b,s:s,s:s}", "file", file, "asset", "type", "new",
        FALSE, "renamed", FALSE, "seq", 0, "marked", FALSE, "code",
        vt_error_rows[vt_error_code(error)].code, "detail", error->message);
}

/* What is wrong with one file is told in its row; the form goes on. */
static gboolean
part_ends(gpointer data, GError **error)
{
    Form *self = data;
    VtUploadSpec spec = self->spec;
    VtUploadResult result;
    g_autoptr(GError) problem = NULL;
    gboolean done;

    spec.file_name = self->file_name;
    spec.tags = (const char *const *)self->tags;
    done = vt_upload(self->db, self->api->ingest, self->fd, &spec, &self->actor, &result, &problem);
    json_array_append_new(self->files, done ? describe_done(self->file_name, &result)
                                            : describe_refused(self->file_name, problem));
    self->n_duplicates += !done && vt_error_is(problem, VT_ERROR_DUPLICATE_SKIPPED);
    end_part(self);
    return TRUE;
}

/* true, false, or nothing: as the setting says. */
static gboolean
read_flag(const VtRequest *request, const char *name, int *ret_flag, GError **error)
{
    const char *word = vt_request_query_value(request, name);

    *ret_flag = word == NULL ? VT_UPLOAD_AS_SET : strcmp(word, "true") == 0;
    return *ret_flag != FALSE || strcmp(word, "false") == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be true or false", name);
}

static gboolean
read_if_exists(const char *word, int *ret_action, GError **error)
{
    *ret_action = word != NULL ? vt_text_index(vt_if_exists_names, VT_IF_EXISTS_COUNT, word)
                               : VT_UPLOAD_AS_SET;
    return word == NULL || *ret_action >= 0 ||
           vt_throw(error, VT_ERROR_BAD_ENUM, "\"if_exists\" cannot be '%s'", word);
}

static gboolean
read_query(Form *self, const VtRequest *request, GError **error)
{
    const char *tags = vt_request_query_value(request, "tags");

    self->spec = (VtUploadSpec){.tenant_id = vt_api_user(request)->tenant_id,
        .type = vt_request_query_value(request, "type"),
        .folder = vt_request_query_value(request, "folder"),
        .locale = vt_request_query_value(request, "locale"),
        .alt = vt_request_query_value(request, "alt")};
    if (tags != NULL && strlen(tags) > MAX_TAGS_BYTES)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "too many tags");
    self->tags = tags != NULL ? vt_asset_tags_split(tags) : NULL;
    return read_flag(request, "publish", &self->spec.publish, error) &&
           read_flag(request, "retain_publish", &self->spec.retain_publish, error) &&
           read_if_exists(
               vt_request_query_value(request, "if_exists"), &self->spec.if_exists, error);
}

static gboolean
read_form(Form *self, const VtRequest *request, GError **error)
{
    static const VtMultipartSink sink = {part_begins, part_goes_on, part_ends};
    const char *type = vt_request_header(request, "Content-Type");
    g_autoptr(VtMultipart) reader =
        vt_multipart_new(type, &(VtMultipartLimits){0}, &sink, self, error);
    gsize length = 0;
    const char *body = vt_request_body(request, &length);

    return reader != NULL && vt_multipart_push(reader, (const guint8 *)body, length, error) &&
           vt_multipart_finish(reader, error);
}

/* Has a job make the sets that active presets see in the pictures that came in; @ret_job_id 0:
 * there is nothing to do. */
static gboolean
make_sets(const Form *self, VtRequest *request, gint64 *ret_job_id, GError **error)
{
    const VtApiCall call = vt_api_call(self->api, request, self->db);
    g_autoptr(json_t) names = json_array();
    g_autoptr(json_t) parameters = NULL;
    VtJobSpec spec = {.kind = "sets"};
    gboolean wanted = FALSE;

    *ret_job_id = 0;
    for (gsize i = 0; i < json_array_size(self->files); i++) {
        const json_t *file = json_array_get(self->files, i);
        const char *type = json_string_value(json_object_get(file, "type"));

        if (g_strcmp0(type, vt_asset_type_names[VT_ASSET_TYPE_IMAGE]) == 0 &&
            json_array_size(names) < VT_SET_GENERATE_MAX)
            json_array_append(names, json_object_get(file, "asset"));
    }
    if (!vt_set_generate_is_wanted(self->db, call.tenant_id, &wanted, error))
        return FALSE;
    if (!wanted || json_array_size(names) == 0)
        return TRUE;
    parameters = json_pack("{s:O,s:b}", "assets", names, "publish", self->spec.publish);
    spec.parameters = parameters;
    return vt_api_job_start(&call, &spec, ret_job_id, error);
}

static json_t *
describe_form(const Form *self, gint64 sets_job)
{
    return json_pack("{s:O,s:o,s:I}", "files", self->files, "sets_job",
        sets_job != 0 ? json_integer(sets_job) : json_null(), "duplicates",
        (json_int_t)self->n_duplicates);
}

void
vt_api_asset_upload(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    g_auto(Form) form = {.api = data,
        .db = session.db,
        .actor = vt_api_actor(request),
        .fd = -1,
        .files = json_array()};
    gint64 sets_job = 0;

    if (session.db == NULL || !read_query(&form, request, &error) ||
        !read_form(&form, request, &error)) {
        vt_api_refuse(request, error, json_pack("{s:O}", "files", form.files));
        return;
    }
    vt_sync_loop_ring(form.api->sync);
    if (!make_sets(&form, request, &sets_job, &error)) {
        vt_api_refuse(request, error, json_pack("{s:O}", "files", form.files));
        return;
    }
    vt_api_reply_json(request, describe_form(&form, sets_job));
}
