/* `export`: the library and what is shown where as a manifest, from the data directory or from a
 * running server. The file appears under its name when it is whole. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/follow.h"
#include "cli/originals.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "manifest/export.h"
#include "tenant/tenant.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 65536 };

typedef struct {
    char *products;
    char *out;
    char *media;
    gboolean assets;
    gboolean all_locales;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->products);
    g_free(self->out);
    g_free(self->media);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* The manifest while it is written, beside where it will be. */
typedef struct {
    char *path;
    int fd;
    VtProgress progress;
    guint64 n_files; /* originals in the folder */
} Draft;

static void
draft_clear(Draft *self)
{
    if (self->fd >= 0)
        close(self->fd);
    if (self->path != NULL)
        g_unlink(self->path);
    g_free(self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

static gboolean
draft_init(Draft *self, const char *out, GError **error)
{
    self->path = g_strconcat(out, ".XXXXXX", NULL);
    self->fd = g_mkstemp_full(self->path, O_RDWR | O_CLOEXEC, 0644);
    if (self->fd >= 0)
        return TRUE;
    g_clear_pointer(&self->path, g_free);
    return vt_throw_errno(error, "cannot write '%s'", out);
}

static gboolean
draft_commit(Draft *self, const char *out, GError **error)
{
    if (fsync(self->fd) != 0 || g_rename(self->path, out) != 0)
        return vt_throw_errno(error, "cannot write '%s'", out);
    g_clear_pointer(&self->path, g_free);
    return TRUE;
}

static gboolean
write_all(int fd, const char *bytes, gsize length, GError **error)
{
    while (length > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(write(fd, bytes, length));

        if (n < 0)
            return vt_throw_errno(error, "cannot write");
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static gboolean
take_text(gpointer data, const char *text, gsize length, GError **error)
{
    const Draft *self = data;

    return write_all(self->fd, text, length, error);
}

/* Rows below the header; a line end within quotes ends none. */
static gboolean
count_rows(const Draft *self, guint64 *ret_rows, GError **error)
{
    g_autofree char *piece = g_malloc(COPY_BYTES);
    gboolean is_quoted = FALSE;
    guint64 n_ends = 0;
    ssize_t n;

    for (off_t at = 0; (n = TEMP_FAILURE_RETRY(pread(self->fd, piece, COPY_BYTES, at))) > 0;
         at += n)
        for (ssize_t i = 0; i < n; i++) {
            is_quoted ^= piece[i] == '"';
            n_ends += piece[i] == '\n' && !is_quoted;
        }
    *ret_rows = n_ends - (n_ends > 0);
    return n == 0 || vt_throw_errno(error, "cannot read the manifest again");
}

/* How many there will be is not known before. */
static void
tell(gpointer data, guint64 n_rows)
{
    Draft *self = data;

    vt_progress_count(&self->progress, n_rows);
}

static gboolean
copy(int from, int to, GError **error)
{
    g_autofree char *piece = g_malloc(COPY_BYTES);
    ssize_t n;

    while ((n = TEMP_FAILURE_RETRY(read(from, piece, COPY_BYTES))) > 0)
        if (!write_all(to, piece, (gsize)n, error))
            return FALSE;
    return n == 0 || vt_throw_errno(error, "cannot read an original");
}

/* @data: the VtBlobStore. */
static gboolean
get_here(gpointer data, const VtManifestOriginal *original, int fd, GError **error)
{
    int from = vt_blob_open_original(data, original->hash, error);
    gboolean done = from >= 0 && copy(from, fd, error);

    if (from >= 0)
        close(from);
    return done;
}

/* A server's tenant. */
typedef struct {
    const VtSettings *settings;
    const char *root; /* what its addresses begin with */
} There;

/* @data: There. */
static gboolean
get_there(gpointer data, const VtManifestOriginal *original, int fd, GError **error)
{
    const There *there = data;
    g_autofree char *asset = vt_text_escape(original->asset, FALSE);
    g_autofree char *locale = vt_text_escape(original->locale, FALSE);
    g_autofree char *path = g_strdup_printf("%sassets/%s/content?locale=%s%s%s", there->root, asset,
        locale, original->is_track ? "&track=" : "",
        original->is_track ? vt_track_role_names[original->role] : "");

    return vt_client_download(there->settings, path, fd, error);
}

static gboolean
bring_originals(
    const Options *options, Draft *draft, VtOriginalGet get, gpointer data, GError **error)
{
    return options->media == NULL ||
           vt_originals_bring(draft->path, options->media, get, data, &draft->n_files, error);
}

static gboolean
export_here(const VtSettings *settings, const Options *options, Draft *draft, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_auto(GStrv) products =
        options->products != NULL ? g_strsplit(options->products, ",", -1) : NULL;
    const VtExportSink sink = {take_text, tell, draft};
    VtExportOptions wanted = {.products = (const char *const *)products,
        .assets = options->assets || products == NULL,
        .assignments = !options->assets || products != NULL,
        .all_locales = options->all_locales,
        .portable = options->media != NULL};
    guint64 n_rows = 0;

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &wanted.tenant_id, &code, error))
        return FALSE;
    wanted.db = data.db;
    wanted.tenant = code;
    if (!vt_manifest_export(&wanted, &sink, &n_rows, error))
        return FALSE;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\n");
    return bring_originals(options, draft, get_here, data.blobs, error);
}

static json_t *
order_of(const Options *options)
{
    json_t *order = json_pack("{s:b,s:b,s:b}", "assets", options->assets, "all_locales",
        options->all_locales, "portable", options->media != NULL);

    if (options->products != NULL)
        json_object_set_new(order, "products", vt_json_words(options->products));
    return order;
}

/* The manifest a job of the server makes. */
static gboolean
fetch_manifest(const VtSettings *settings, const Options *options, Draft *draft, GError **error)
{
    g_autoptr(json_t) order = order_of(options);
    g_autofree char *text = json_dumps(order, JSON_COMPACT);
    g_autofree char *path = vt_client_path(settings, "exports", error);
    g_autoptr(json_t) begun =
        path != NULL ? vt_client_call(settings, "POST", path, text, strlen(text), NULL, error)
                     : NULL;
    g_autoptr(json_t) job = begun != NULL ? vt_follow_job(settings, begun, "rows", error) : NULL;

    if (job == NULL)
        return FALSE;
    if (!json_is_object(json_object_get(job, "result")))
        return vt_throw(error, VT_ERROR_STOPPED, "the export was cancelled");
    return vt_follow_fetch(settings, job, draft->fd, error);
}

static gboolean
export_there(const VtSettings *settings, const Options *options, Draft *draft, GError **error)
{
    g_autofree char *root = vt_client_path(settings, "", error);
    There there = {settings, root};

    return root != NULL && fetch_manifest(settings, options, draft, error) &&
           bring_originals(options, draft, get_there, &there, error);
}

/* The manifest gets its name last: where it is, everything is. */
static gboolean
export_to(const VtSettings *settings,
    const Options *options,
    Draft *draft,
    guint64 *ret_rows,
    GError **error)
{
    return draft_init(draft, options->out, error) &&
           (settings->server != NULL ? export_there(settings, options, draft, error)
                                     : export_here(settings, options, draft, error)) &&
           count_rows(draft, ret_rows, error) && draft_commit(draft, options->out, error);
}

static void
show(const VtSettings *settings, guint64 n_rows, guint64 n_files)
{
    g_autoptr(json_t) report =
        json_pack("{s:I,s:I}", "rows", (json_int_t)n_rows, "originals", (json_int_t)n_files);
    g_autofree char *text = settings->json ? json_dumps(report, JSON_COMPACT) : NULL;

    if (text != NULL)
        vt_print("%s\n", text);
    else
        vt_print("%" G_GUINT64_FORMAT " rows, %" G_GUINT64_FORMAT " originals\n", n_rows, n_files);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};
    g_auto(Draft) draft = {.fd = -1, .progress = {.what = "rows"}};
    guint64 n_rows = 0;
    const GOptionEntry own[] = {
        {"out", 0, 0, G_OPTION_ARG_FILENAME, &options.out, "where the manifest goes", "FILE.tsv"},
        {"products", 0, 0, G_OPTION_ARG_STRING, &options.products,
            "what these products show, by id (default: everything)", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_NONE, &options.assets,
            "the library alone; with --products, what they use as well", NULL},
        {"all-locales", 0, 0, G_OPTION_ARG_NONE, &options.all_locales,
            "every locale, not the neutral one only", NULL},
        {"media", 0, 0, G_OPTION_ARG_FILENAME, &options.media,
            "to be imported elsewhere: write the originals here, leave out ids and versions",
            "DIR"},
        {0},
    };
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if (options.out == NULL) {
        vt_complain("say where the manifest goes with --out FILE.tsv\n");
        return VT_EXIT_USAGE;
    }
    if (!export_to(&settings, &options, &draft, &n_rows, &error))
        return vt_command_fail(error);
    show(&settings, n_rows, draft.n_files);
    return VT_EXIT_DONE;
}

const VtCommand vt_command_export = {
    .name = "export",
    .arguments = "[--products ID,…] [--assets] [--all-locales] [--media DIR] --out FILE.tsv",
    .summary = "Writes the library and what is shown where as a manifest that can be changed and "
               "imported again",
    .options = "data database storage tenant server token config json",
    .examples =
        "  vitrine export --all-locales --out shop.tsv --data /srv/vitrine\n"
        "  vitrine export --assets --out library.tsv --server http://127.0.0.1:8080 --token "
        "\"$TOKEN\"\n"
        "  vitrine export --products 81323,90001 --all-locales --out two.tsv\n"
        "  vitrine export --all-locales --media originals --out move.tsv\n"
        "  vitrine import move.tsv --media originals --data /srv/other    # the same shop "
        "there\n",
    .run = run,
};
