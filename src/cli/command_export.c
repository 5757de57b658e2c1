/* `export`: the library and what is shown where as a manifest, from the data directory or from a
 * running server. The file appears under its name when it is whole. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "manifest/export.h"
#include "tenant/tenant.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS_PER_LINE = 10000, COPY_BYTES = 65536 };

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
    const char *media;  /* folder of originals, or NULL */
    VtBlobStore *blobs; /* of them */
    guint64 n_told;     /* rows the last line of progress named */
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

/* Copies an original into the folder, unless it is there: its name is its content. */
static gboolean
take_original(gpointer data, const char *hash, const char *path, GError **error)
{
    Draft *self = data;
    g_autofree char *to = g_build_filename(self->media, path, NULL);
    g_autofree char *part = g_strconcat(to, ".part", NULL);
    gboolean done;
    int from, into;

    if (g_file_test(to, G_FILE_TEST_EXISTS))
        return TRUE;
    from = vt_blob_open_original(self->blobs, hash, error);
    if (from < 0)
        return FALSE;
    into = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    done = into >= 0 ? copy(from, into, error) : vt_throw_errno(error, "cannot write '%s'", part);
    close(from);
    if (into >= 0)
        close(into);
    return done && (g_rename(part, to) == 0 || vt_throw_errno(error, "cannot write '%s'", to));
}

/* How many there will be is not known before. */
static void
tell(gpointer data, guint64 n_rows)
{
    Draft *self = data;

    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%" G_GUINT64_FORMAT " rows ", n_rows);
        return;
    }
    if (n_rows < self->n_told + ROWS_PER_LINE)
        return;
    self->n_told = n_rows;
    fprintf(stderr, "%" G_GUINT64_FORMAT " rows\n", n_rows);
}

static gboolean
export_here(const VtSettings *settings, const Options *options, Draft *draft, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_auto(GStrv) products =
        options->products != NULL ? g_strsplit(options->products, ",", -1) : NULL;
    const VtExportSink sink = {take_text, take_original, tell, draft};
    VtExportOptions wanted = {.products = (const char *const *)products,
        .assets = options->assets || products == NULL,
        .assignments = !options->assets || products != NULL,
        .all_locales = options->all_locales,
        .portable = options->media != NULL};
    guint64 n_rows = 0;

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &wanted.tenant_id, &code, error))
        return FALSE;
    if (options->media != NULL && g_mkdir_with_parents(options->media, 0755) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", options->media);
    wanted.db = data.db;
    wanted.tenant = code;
    draft->media = options->media;
    draft->blobs = data.blobs;
    if (!vt_manifest_export(&wanted, &sink, &n_rows, error))
        return FALSE;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\n");
    return TRUE;
}

static gboolean
export_there(const VtSettings *settings, const Options *options, Draft *draft, GError **error)
{
    g_autofree char *products =
        options->products != NULL ? vt_text_escape(options->products, FALSE) : NULL;
    g_autofree char *rest = g_strdup_printf("export?all_locales=%s%s%s%s",
        options->all_locales ? "true" : "false", options->assets ? "&assets=true" : "",
        products != NULL ? "&products=" : "", products != NULL ? products : "");
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL && vt_client_download(settings, path, draft->fd, error);
}

static gboolean
export_to(const VtSettings *settings, const Options *options, GError **error)
{
    g_auto(Draft) draft = {.fd = -1};

    return draft_init(&draft, options->out, error) &&
           (settings->server != NULL ? export_there(settings, options, &draft, error)
                                     : export_here(settings, options, &draft, error)) &&
           draft_commit(&draft, options->out, error);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};
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
    if (options.out == NULL || (options.media != NULL && settings.server != NULL)) {
        vt_complain("%s\n", options.out == NULL ? "say where the manifest goes with --out FILE.tsv"
                                                : "--media works on a data directory only");
        return VT_EXIT_USAGE;
    }
    return export_to(&settings, &options, &error) ? VT_EXIT_DONE : vt_command_fail(error);
}

const VtCommand vt_command_export = {
    .name = "export",
    .arguments = "[--products ID,…] [--assets] [--all-locales] [--media DIR] --out FILE.tsv",
    .summary = "Writes the library and what is shown where as a manifest that can be changed and "
               "imported again",
    .options = "data database storage tenant server token config",
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
