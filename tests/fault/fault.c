/* A library for LD_PRELOAD that makes the n-th call of a kind fail, for tests of whole programs.
 *
 *     VITRINE_FAULT=FILE     what shall fail: a Control, shared with the test (tests/lib/faults.py)
 *     VITRINE_FAULT_UNDER=DIR  only files below it count, so that logs and sockets go on working
 *
 * One call fails, or, when `sticky` is set, every later one too, as on a full disk. A failing call
 * has no effect, except that the connection of a failing PostgreSQL call is cut for good.
 */
#undef _FILE_OFFSET_BITS /* else pwrite and pwrite64 were one name */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, FLUSH = 2, NAME = 4, OPEN = 8, DATABASE = 16, WORKER = 32 };

typedef struct {
    _Atomic int32_t kinds; /* which calls count: those above, added */
    int32_t sticky;
    _Atomic int64_t left;  /* calls until one fails; 0 or less: none will */
    _Atomic int64_t calls; /* that counted */
    _Atomic int64_t hits;  /* that failed */
} Control;

static Control *control;
static const char *under;
static _Thread_local int inside; /* sqlite3_exec, whose own calls do not count */

__attribute__((constructor)) static void
begin(void)
{
    const char *path = getenv("VITRINE_FAULT");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd >= 0 ? mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                        : MAP_FAILED;

    if (fd >= 0)
        close(fd);
    under = getenv("VITRINE_FAULT_UNDER");
    if (map != MAP_FAILED && under != NULL)
        control = map;
}

/* Whether this call is the one. */
static int
fails(int kind)
{
    int64_t left;

    if (control == NULL || (atomic_load(&control->kinds) & kind) == 0)
        return 0;
    atomic_fetch_add(&control->calls, 1);
    left = atomic_fetch_sub(&control->left, 1);
    if (left != 1 && !(control->sticky && left < 1))
        return 0;
    atomic_fetch_add(&control->hits, 1);
    return 1;
}

static int
is_ours(const char *path)
{
    return control != NULL && strncmp(path, under, strlen(under)) == 0;
}

static int
is_our_file(int fd)
{
    char link[64];
    char path[4096];
    ssize_t n;

    if (control == NULL || atomic_load(&control->kinds) == 0)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, path, sizeof path - 1);
    if (n < 0)
        return 0;
    path[n] = '\0';
    return is_ours(path);
}

static int
fail_with(int code)
{
    errno = code;
    return -1;
}

#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* A wrapper of a call on an open file. */
#define ON_FILE(kind, code, type, name, parameters, arguments)                                     \
    type name parameters                                                                           \
    {                                                                                              \
        if (is_our_file(fd) && fails(kind))                                                        \
            return fail_with(code);                                                                \
        return REAL(name) arguments;                                                               \
    }

ON_FILE(WRITE, ENOSPC, ssize_t, write, (int fd, const void *data, size_t n), (fd, data, n))
ON_FILE(WRITE,
    ENOSPC,
    ssize_t,
    pwrite,
    (int fd, const void *data, size_t n, off_t at),
    (fd, data, n, at))
ON_FILE(WRITE,
    ENOSPC,
    ssize_t,
    pwrite64,
    (int fd, const void *data, size_t n, off64_t at),
    (fd, data, n, at))
ON_FILE(WRITE, ENOSPC, ssize_t, writev, (int fd, const struct iovec *piece, int n), (fd, piece, n))
ON_FILE(WRITE, ENOSPC, int, ftruncate, (int fd, off_t length), (fd, length))
ON_FILE(WRITE, ENOSPC, int, ftruncate64, (int fd, off64_t length), (fd, length))
ON_FILE(FLUSH, EIO, int, fsync, (int fd), (fd))
ON_FILE(FLUSH, EIO, int, fdatasync, (int fd), (fd))

/* A wrapper of a call that names a file. */
#define ON_PATH(name, parameters, arguments)                                                       \
    int name parameters                                                                            \
    {                                                                                              \
        if (is_ours(path) && fails(NAME))                                                          \
            return fail_with(EIO);                                                                 \
        return REAL(name) arguments;                                                               \
    }

ON_PATH(rename, (const char *path, const char *to), (path, to))
ON_PATH(link, (const char *path, const char *to), (path, to))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))

/* A wrapper of open() or one of its kin, whose last argument may be missing. */
#define ON_OPEN(name, parameters, arguments)                                                       \
    int name parameters                                                                            \
    {                                                                                              \
        va_list more;                                                                              \
        mode_t mode;                                                                               \
                                                                                                   \
        va_start(more, flags);                                                                     \
        mode = (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;                  \
        va_end(more);                                                                              \
        if (is_ours(path) && fails(OPEN))                                                          \
            return fail_with((flags & O_CREAT) != 0 ? ENOSPC : EMFILE);                            \
        return REAL(name) arguments;                                                               \
    }

ON_OPEN(open, (const char *path, int flags, ...), (path, flags, mode))
ON_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode))
ON_OPEN(openat, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))
ON_OPEN(openat64, (int folder, const char *path, int flags, ...), (folder, path, flags, mode))

int
sqlite3_step(sqlite3_stmt *statement)
{
    return inside == 0 && fails(DATABASE) ? SQLITE_IOERR : REAL(sqlite3_step)(statement);
}

int
sqlite3_prepare_v3(sqlite3 *connection,
    const char *text,
    int length,
    unsigned int flags,
    sqlite3_stmt **statement,
    const char **tail)
{
    if (inside == 0 && fails(DATABASE))
        return SQLITE_IOERR;
    return REAL(sqlite3_prepare_v3)(connection, text, length, flags, statement, tail);
}

int
sqlite3_exec(sqlite3 *connection,
    const char *text,
    int (*row)(void *, int, char **, char **),
    void *data,
    char **message)
{
    int code;

    if (strcmp(text, "ROLLBACK") != 0 && fails(DATABASE))
        return SQLITE_IOERR;
    inside++;
    code = REAL(sqlite3_exec)(connection, text, row, data, message);
    inside--;
    return code;
}

static void
cut(PGconn *connection)
{
    if (PQsocket(connection) >= 0 && fails(DATABASE))
        shutdown(PQsocket(connection), SHUT_RDWR);
}

PGresult *
PQexec(PGconn *connection, const char *text)
{
    cut(connection);
    return REAL(PQexec)(connection, text);
}

PGresult *
PQprepare(PGconn *connection, const char *name, const char *text, int n, const Oid *types)
{
    cut(connection);
    return REAL(PQprepare)(connection, name, text, n, types);
}

PGresult *
PQexecPrepared(PGconn *connection,
    const char *name,
    int n,
    const char *const *values,
    const int *lengths,
    const int *formats,
    int result_format)
{
    cut(connection);
    return REAL(PQexecPrepared)(connection, name, n, values, lengths, formats, result_format);
}

int
posix_spawn(pid_t *pid,
    const char *path,
    const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes,
    char *const argv[],
    char *const environment[])
{
    if (fails(WORKER))
        return EAGAIN;
    return REAL(posix_spawn)(pid, path, actions, attributes, argv, environment);
}

/* Jobs go to workers over sockets of the local kind. */
ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
    int domain = 0;
    socklen_t length = sizeof domain;

    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX &&
        fails(WORKER))
        return fail_with(EPIPE);
    return REAL(sendmsg)(fd, message, flags);
}
