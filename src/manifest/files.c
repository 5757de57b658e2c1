#include "manifest/files.h"

#include "base/error.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_WAITING = 64 };

typedef struct {
    VtManifestFile file;    /* written by one worker, read after the wait */
    VtManifestFiles *files; /* borrowed */
    char *path;             /* owned */
} Job;

struct _VtManifestFiles {
    VtIngest *ingest;
    int folder;          /* -1: none */
    GHashTable *by_path; /* path of the job -> Job, owned */
    VtPool *pool;        /* owned */
};

static void
job_free(gpointer data)
{
    Job *self = data;

    g_clear_error(&self->file.error);
    g_free(self->path);
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

static gboolean
take_in(VtManifestFiles *self, const char *path, int fd, VtManifestFile *file, GError **error)
{
    struct stat facts;

    if (fstat(fd, &facts) != 0)
        return vt_throw_errno(error, "cannot look at '%s'", path);
    file->changed_us = facts.st_mtim.tv_sec * G_USEC_PER_SEC + facts.st_mtim.tv_nsec / 1000;
    if (!vt_ingest_file(self->ingest, VT_ASSET_TYPE_IMAGE, fd, &file->binary, error)) {
        g_prefix_error(error, "'%s': ", path);
        return FALSE;
    }
    return TRUE;
}

static void
run(gpointer data)
{
    Job *job = data;
    int fd = vt_manifest_file_open(job->files->folder, job->path, &job->file.error);

    if (fd < 0)
        return;
    take_in(job->files, job->path, fd, &job->file, &job->file.error);
    close(fd);
}

VtManifestFiles *
vt_manifest_files_new(VtIngest *ingest, const char *media_dir, guint n_workers, GError **error)
{
    int folder = media_dir != NULL ? open(media_dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    VtManifestFiles *self;

    if (media_dir != NULL && folder < 0)
        return vt_throw_null(error, VT_ERROR_FILE_MISSING, "the media folder '%s': %s", media_dir,
            g_strerror(errno));
    self = g_new0(VtManifestFiles, 1);
    self->ingest = ingest;
    self->folder = folder;
    self->by_path = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, job_free);
    self->pool = vt_pool_new("import", MAX(n_workers, 1), MAX_WAITING, run);
    return self;
}

void
vt_manifest_files_free(VtManifestFiles *self)
{
    if (self == NULL)
        return;
    vt_pool_free(self->pool);
    g_hash_table_unref(self->by_path);
    if (self->folder >= 0)
        close(self->folder);
    g_free(self);
}

void
vt_manifest_files_want(VtManifestFiles *self, const char *path)
{
    Job *job;

    if (g_hash_table_contains(self->by_path, path))
        return;
    job = g_new0(Job, 1);
    job->files = self;
    job->path = g_strdup(path);
    g_hash_table_insert(self->by_path, job->path, job);
    vt_pool_push_wait(self->pool, job);
}

void
vt_manifest_files_wait(VtManifestFiles *self)
{
    vt_pool_drain(self->pool);
}

const VtManifestFile *
vt_manifest_files_find(const VtManifestFiles *self, const char *path)
{
    const Job *job = g_hash_table_lookup(self->by_path, path);

    return job != NULL ? &job->file : NULL;
}
