#include "manifest/files.h"

#include "base/error.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_WAITING = 64, FETCH_SECONDS = 60 };
#define MAX_FETCH_BYTES ((guint64)4 << 30)

typedef struct {
    VtManifestFile file;    /* written by one worker, read after the wait */
    VtManifestFiles *files; /* borrowed */
    VtFileKind kind;
    char *path; /* owned */
    char *key;  /* owned */
} Job;

struct _VtManifestFiles {
    VtIngest *ingest;
    const VtHttpAllowed *allowed;
    int folder;         /* -1: none */
    GHashTable *by_key; /* key of the job -> Job, owned */
    VtPool *pool;       /* owned: of the folder */
    VtPool *fetchers;   /* owned: of the web */
};

static void
job_free(gpointer data)
{
    Job *self = data;

    g_clear_error(&self->file.error);
    g_free(self->path);
    g_free(self->key);
    g_free(self);
}

static int
open_below(int folder, const char *path, GError **error)
{
    struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    int fd = folder >= 0 ? (int)syscall(SYS_openat2, folder, path, &how, sizeof how) : -1;

    if (folder < 0)
        vt_throw(error, VT_ERROR_FILE_MISSING,
            "'%s': name the media folder to import files from it", path);
    else if (fd < 0 && errno == EXDEV)
        vt_throw(error, VT_ERROR_FILE_MISSING, "'%s' is outside the media folder", path);
    else if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
                           errno == ENAMETOOLONG || errno == EACCES || errno == ENXIO))
        vt_throw(
            error, VT_ERROR_FILE_MISSING, "'%s' is not in the media folder, or not readable", path);
    else if (fd < 0)
        vt_throw_errno(error, "cannot open '%s'", path);
    return fd;
}

int
vt_manifest_file_open(int folder, const char *path, GError **error)
{
    int fd = open_below(folder, path, error);
    struct stat facts;

    if (fd >= 0 && (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode))) {
        close(fd);
        vt_throw(error, VT_ERROR_FILE_MISSING, "'%s' is no file", path);
        return -1;
    }
    return fd;
}

/* What is fetched, while it comes. */
typedef struct {
    int fd;
    guint64 bytes;
} Fetch;

static gboolean
take_piece(gpointer data, const char *bytes, gsize length, GError **error)
{
    Fetch *self = data;

    self->bytes += length;
    if (self->bytes > MAX_FETCH_BYTES)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "it is larger than may be fetched");
    while (length > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(write(self->fd, bytes, length));

        if (n < 0)
            return vt_throw_errno(error, "cannot keep what is fetched");
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

/* A nameless file with what the address answers, at its start. -1 on error. */
static int
fetch(const VtManifestFiles *self, const char *url, gint64 *ret_changed_us, GError **error)
{
    Fetch into = {.fd = open(g_get_tmp_dir(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
    const VtHttpCall call = {.url = url,
        .is_foreign = TRUE,
        .allowed = self->allowed,
        .seconds = FETCH_SECONDS,
        .take = take_piece,
        .data = &into};
    VtHttpAnswer answer = {0};
    gboolean done;

    if (into.fd < 0) {
        vt_throw_errno(error, "cannot make a file in '%s'", g_get_tmp_dir());
        return -1;
    }
    done = vt_http_call(&call, &answer, error);
    if (done && answer.status != 200)
        done = vt_throw(error, VT_ERROR_FETCH, "%s answered %ld", url, answer.status);
    if (!done || lseek(into.fd, 0, SEEK_SET) != 0) {
        close(into.fd);
        return -1;
    }
    *ret_changed_us = answer.modified_us;
    return into.fd;
}

static int
open_job(Job *job)
{
    struct stat facts;
    int fd;

    if (vt_http_is_address(job->path))
        return fetch(job->files, job->path, &job->file.changed_us, &job->file.error);
    fd = vt_manifest_file_open(job->files->folder, job->path, &job->file.error);
    if (fd >= 0 && fstat(fd, &facts) == 0)
        job->file.changed_us = facts.st_mtim.tv_sec * G_USEC_PER_SEC + facts.st_mtim.tv_nsec / 1000;
    return fd;
}

static void
run(gpointer data)
{
    Job *job = data;
    VtIngest *ingest = job->files->ingest;
    VtManifestFile *file = &job->file;
    int fd = open_job(job);
    gboolean done;

    if (fd < 0)
        return;
    done = job->kind.is_track
               ? vt_ingest_track(ingest, job->kind.role, fd, &file->binary, &file->error)
               : vt_ingest_file(ingest, job->kind.type, fd, &file->binary, &file->error);
    if (!done)
        g_prefix_error(&file->error, "'%s': ", job->path);
    close(fd);
}

VtManifestFiles *
vt_manifest_files_new(VtIngest *ingest,
    const char *media_dir,
    const VtHttpAllowed *allowed,
    guint n_workers,
    GError **error)
{
    int folder = media_dir != NULL ? open(media_dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    VtManifestFiles *self;

    if (media_dir != NULL && folder < 0)
        return vt_throw_null(error, VT_ERROR_FILE_MISSING, "the media folder '%s': %s", media_dir,
            g_strerror(errno));
    self = g_new0(VtManifestFiles, 1);
    self->ingest = ingest;
    self->allowed = allowed;
    self->folder = folder;
    self->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
    self->pool = vt_pool_new("import", MAX(n_workers, 1), MAX_WAITING, run);
    self->fetchers = vt_pool_new("fetch", VT_MANIFEST_FETCHERS, MAX_WAITING, run);
    return self;
}

void
vt_manifest_files_free(VtManifestFiles *self)
{
    if (self == NULL)
        return;
    vt_pool_free(self->pool);
    vt_pool_free(self->fetchers);
    g_hash_table_unref(self->by_key);
    if (self->folder >= 0)
        close(self->folder);
    g_free(self);
}

static char *
key_of(const VtFileKind *kind, const char *path)
{
    return g_strdup_printf(
        "%d%d\t%s", kind->is_track, kind->is_track ? (int)kind->role : (int)kind->type, path);
}

void
vt_manifest_files_want(VtManifestFiles *self, const VtFileKind *kind, const char *path)
{
    g_autofree char *key = key_of(kind, path);
    Job *job;

    if (g_hash_table_contains(self->by_key, key))
        return;
    job = g_new0(Job, 1);
    job->files = self;
    job->kind = *kind;
    job->path = g_strdup(path);
    job->key = g_steal_pointer(&key);
    g_hash_table_insert(self->by_key, job->key, job);
    vt_pool_push_wait(vt_http_is_address(path) ? self->fetchers : self->pool, job);
}

void
vt_manifest_files_wait(VtManifestFiles *self)
{
    vt_pool_drain(self->pool);
    vt_pool_drain(self->fetchers);
}

const VtManifestFile *
vt_manifest_files_find(const VtManifestFiles *self, const VtFileKind *kind, const char *path)
{
    g_autofree char *key = key_of(kind, path);
    const Job *job = g_hash_table_lookup(self->by_key, key);

    return job != NULL ? &job->file : NULL;
}
