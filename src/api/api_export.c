/* The library and what is shown where, as a manifest. It is written to a file without a name and
 * sent from there, so that no export is held in memory. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/error.h"
#include "manifest/export.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
take_text(gpointer data, const char *text, gsize length, GError **error)
{
    const int *fd = data;

    while (length > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(write(*fd, text, length));

        if (n < 0)
            return vt_throw_errno(error, "cannot write the manifest");
        text += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static gboolean
read_flag(const VtRequest *request, const char *name, gboolean *ret_is_set, GError **error)
{
    const char *text = vt_request_query_value(request, name);

    *ret_is_set = g_strcmp0(text, "true") == 0;
    if (text == NULL || *ret_is_set || strcmp(text, "false") == 0)
        return TRUE;
    return vt_throw(error, VT_ERROR_BAD_ENUM, "%s is true or false, not '%s'", name, text);
}

static gboolean
read_options(const VtRequest *request, char **products, VtExportOptions *options, GError **error)
{
    gboolean assets;

    if (!read_flag(request, "assets", &assets, error) ||
        !read_flag(request, "all_locales", &options->all_locales, error) ||
        !read_flag(request, "portable", &options->portable, error))
        return FALSE;
    options->products = (const char *const *)products;
    options->assets = assets || products == NULL;
    options->assignments = !assets || products != NULL;
    options->tenant = vt_request_path_value(request, "tenant");
    options->tenant_id = vt_api_user(request)->tenant_id;
    return TRUE;
}

static gboolean
write_manifest(VtApi *api, const VtRequest *request, int *fd, GError **error)
{
    const char *words = vt_request_query_value(request, "products");
    g_auto(GStrv) products = words != NULL ? g_strsplit(words, ",", -1) : NULL;
    const VtExportSink sink = {.text = take_text, .data = fd};
    g_auto(VtApiSession) session = vt_api_session(api, error);
    VtExportOptions options = {.db = session.db};
    guint64 n_rows;

    return session.db != NULL && read_options(request, products, &options, error) &&
           vt_manifest_export(&options, &sink, &n_rows, error);
}

/* Takes @fd. */
static VtReply *
reply_with(int fd, GError **error)
{
    struct stat facts;
    VtReply *reply;

    if (fstat(fd, &facts) != 0) {
        vt_throw_errno(error, "cannot look at the manifest");
        close(fd);
        return NULL;
    }
    reply = vt_reply_new_file(
        "text/tab-separated-values; charset=utf-8", fd, 0, (guint64)facts.st_size);
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_reply_add_header(reply, "Content-Disposition", "attachment; filename=\"manifest.tsv\"");
    return reply;
}

static VtReply *
export_manifest(VtApi *api, const VtRequest *request, GError **error)
{
    int fd;

    if (g_mkdir_with_parents(api->uploads, 0700) != 0 ||
        (fd = open(api->uploads, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) < 0) {
        vt_throw_errno(error, "cannot make a file in '%s'", api->uploads);
        return NULL;
    }
    if (!write_manifest(api, request, &fd, error)) {
        close(fd);
        return NULL;
    }
    return reply_with(fd, error);
}

void
vt_api_export(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    VtReply *reply = export_manifest(data, request, &error);

    if (reply != NULL)
        vt_request_reply(request, reply);
    else
        vt_request_fail(request, error);
}
