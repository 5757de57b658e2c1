#include "imaging/cage.h"

#include "base/error.h"
#include "base/process.h"
#include "base/thread.h"
#include "imaging/ingest_worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const own_program[] = {"/proc/self/exe", "ingest-worker", NULL};

const VtCageOptions vt_cage_options = {
    .argv = own_program,
    .n_workers = 2,
    .jobs_per_worker = 20,
    .cpu_seconds = 10,
    .wall_seconds = 30,
    .max_pixels = 100000000,
};

typedef struct {
    pid_t pid;
    int socket; /* owned */
    guint n_jobs;
} Worker;

struct _VtCage {
    VtCageOptions options; /* argv and the rest: immutable */
    char **argv;           /* owned, immutable */
    VtMutex mutex;
    VtCond freed;    /* a worker became idle or ended */
    GQueue idle;     /* guarded by mutex; owned Workers */
    guint n_workers; /* guarded by mutex: idle and busy */
    guint n_started; /* guarded by mutex */
};

static char **
copy_arguments(const char *const *arguments)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (guint i = 0; arguments[i] != NULL; i++)
        g_strv_builder_add(builder, arguments[i]);
    return g_strv_builder_end(builder);
}

VtCage *
vt_cage_new(const VtCageOptions *options)
{
    VtCage *self = g_new0(VtCage, 1);

    self->options = *options;
    self->argv = copy_arguments(options->argv);
    self->options.argv = NULL;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->freed);
    g_queue_init(&self->idle);
    return self;
}

/* Ends a worker whatever it does and returns its wait status. */
static int
worker_end(Worker *worker)
{
    int status = 0;

    kill(worker->pid, SIGKILL);
    close(worker->socket);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    g_free(worker);
    return status;
}

void
vt_cage_free(VtCage *self)
{
    Worker *worker;

    if (self == NULL)
        return;
    while ((worker = g_queue_pop_head(&self->idle)) != NULL)
        worker_end(worker);
    vt_cond_clear(&self->freed);
    vt_mutex_clear(&self->mutex);
    g_strfreev(self->argv);
    g_free(self);
}

/* What waiting for a reply came to. */
typedef enum { HEARD, ENDED, SILENT } Outcome;

static Outcome
hear(const Worker *worker, guint wall_seconds, VtIngestReply *ret_reply)
{
    gint64 until = g_get_monotonic_time() + (gint64)wall_seconds * G_USEC_PER_SEC;
    struct pollfd waiting = {.fd = worker->socket, .events = POLLIN};
    ssize_t n;

    for (;;) {
        gint64 left_ms = (until - g_get_monotonic_time()) / 1000;
        int ready = poll(&waiting, 1, (int)MAX(left_ms, 0));

        if (ready == 0)
            return SILENT;
        if (ready > 0)
            break;
        if (errno != EINTR)
            return ENDED;
    }
    do {
        n = recv(worker->socket, ret_reply, sizeof *ret_reply, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof *ret_reply ? HEARD : ENDED;
}

/* What a worker is asked and what it said. */
typedef struct {
    VtIngestWork work;
    int in_fd, out_fd; /* borrowed; out_fd for decoding only */
    VtIngestReply reply;
} Task;

/* The worker's own words, made harmless. Newly allocated. */
static char *
clean_message(VtIngestReply *reply)
{
    char *message;

    reply->message[sizeof reply->message - 1] = '\0';
    message = g_utf8_make_valid(reply->message, -1);
    for (char *c = message; *c != '\0'; c++) {
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    }
    return message;
}

static void
count_start(VtCage *self)
{
    VT_LOCKED(&self->mutex);
    self->n_started++;
}

static gboolean
spawn(const VtCage *self, int socket, pid_t *ret_pid, GError **error)
{
    const int fds[VT_INGEST_SOCKET + 1] = {-1, -1, -1, socket};

    return vt_process_spawn(
        (const char *const *)self->argv, fds, G_N_ELEMENTS(fds), ret_pid, error);
}

static Worker *
worker_start(VtCage *self, GError **error)
{
    Worker *worker = g_new0(Worker, 1);
    VtIngestReply reply;
    int sockets[2];
    gboolean started;
    Outcome outcome;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0) {
        g_free(worker);
        vt_throw_errno(error, "cannot start an ingest worker");
        return NULL;
    }
    count_start(self);
    worker->socket = sockets[0];
    started = spawn(self, sockets[1], &worker->pid, error);
    close(sockets[1]);
    if (!started) {
        close(worker->socket);
        g_free(worker);
        return NULL;
    }
    outcome = hear(worker, self->options.wall_seconds, &reply);
    if (outcome != HEARD || reply.done != 1) {
        g_autofree char *message = outcome == HEARD ? clean_message(&reply) : NULL;

        worker_end(worker);
        return vt_throw_null(error, VT_ERROR_INTERNAL, "the ingest worker does not start: %s",
            message != NULL ? message : "it gave no reason");
    }
    return worker;
}

/* An idle worker, or NULL with the right to start one; waits until either is there. */
static Worker *
claim(VtCage *self)
{
    VT_LOCKED(&self->mutex);

    while (g_queue_is_empty(&self->idle) && self->n_workers >= self->options.n_workers)
        vt_cond_wait(&self->freed, &self->mutex);
    if (!g_queue_is_empty(&self->idle))
        return g_queue_pop_head(&self->idle);
    self->n_workers++;
    return NULL;
}

static void
give_back(VtCage *self, Worker *worker)
{
    gboolean worn = worker != NULL && ++worker->n_jobs >= self->options.jobs_per_worker;

    if (worn)
        worker_end(g_steal_pointer(&worker));
    VT_LOCKED(&self->mutex);
    if (worker != NULL)
        g_queue_push_head(&self->idle, worker);
    else
        self->n_workers--;
    vt_cond_signal(&self->freed);
}

/* Seconds from now on, whatever the worker has used before. */
static void
limit_cpu(const Worker *worker, guint seconds)
{
    struct timespec used = {0};
    struct rlimit limits;
    clockid_t clock;

    if (prlimit(worker->pid, RLIMIT_CPU, NULL, &limits) != 0)
        return;
    if (clock_getcpuclockid(worker->pid, &clock) == 0)
        clock_gettime(clock, &used);
    limits.rlim_cur = (rlim_t)used.tv_sec + 1 + seconds;
    prlimit(worker->pid, RLIMIT_CPU, &limits, NULL);
}

static gboolean
send_job(const VtCage *self, const Worker *worker, const Task *task)
{
    const int fds[2] = {task->in_fd, task->out_fd};
    gsize fds_bytes = (task->work == VT_INGEST_DECODE ? 2 : 1) * sizeof(int);
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof fds)];
    } control = {.bytes = {0}};
    VtIngestJob job = {.work = task->work, .max_pixels = self->options.max_pixels};
    struct iovec part = {&job, sizeof job};
    struct msghdr message = {.msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(fds_bytes)};
    struct cmsghdr *passed = CMSG_FIRSTHDR(&message);

    passed->cmsg_level = SOL_SOCKET;
    passed->cmsg_type = SCM_RIGHTS;
    passed->cmsg_len = CMSG_LEN(fds_bytes);
    memcpy(CMSG_DATA(passed), fds, fds_bytes);
    return sendmsg(worker->socket, &message, MSG_NOSIGNAL) == (ssize_t)sizeof job;
}

/* Why a worker ended before it answered. */
static gboolean
throw_death(const VtCage *self, int status, GError **error)
{
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (signal_number == SIGXCPU)
        return vt_throw(error, VT_ERROR_TIMEOUT,
            "decoding the file needs more than %u s of processor time", self->options.cpu_seconds);
    if (signal_number == SIGSYS)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE,
            "the file made its decoder do something forbidden, it was stopped");
    if (signal_number != 0)
        return vt_throw(
            error, VT_ERROR_MEDIA_TYPE, "the file broke its decoder (signal %d)", signal_number);
    return vt_throw(error, VT_ERROR_MEDIA_TYPE, "the file ended its decoder (exit code %d)",
        WEXITSTATUS(status));
}

static gboolean
throw_refusal(VtIngestReply *reply, GError **error)
{
    static const VtErrorCode believed[] = {VT_ERROR_TOO_LARGE, VT_ERROR_STORAGE};
    g_autofree char *message = clean_message(reply);
    VtErrorCode code = VT_ERROR_MEDIA_TYPE;

    for (guint i = 0; i < G_N_ELEMENTS(believed); i++) {
        if (reply->code == believed[i])
            code = believed[i];
    }
    return vt_throw(error, code, "%s", message);
}

/* Takes *worker away when it is of no further use. */
static gboolean
run_job(VtCage *self, Worker **worker, Task *task, GError **error)
{
    int status;

    limit_cpu(*worker, self->options.cpu_seconds);
    if (send_job(self, *worker, task)) {
        switch (hear(*worker, self->options.wall_seconds, &task->reply)) {
        case HEARD:
            return task->reply.done == 1 || throw_refusal(&task->reply, error);
        case SILENT:
            worker_end(g_steal_pointer(worker));
            return vt_throw(error, VT_ERROR_TIMEOUT, "decoding the file takes longer than %u s",
                self->options.wall_seconds);
        case ENDED:
            break;
        }
    }
    status = worker_end(g_steal_pointer(worker));
    return throw_death(self, status, error);
}

/* A worker that died while idle is no fault of the file: it is replaced before the job. */
static Worker *
replace_dead(Worker *worker)
{
    struct pollfd idle = {.fd = worker->socket, .events = POLLIN};

    if (poll(&idle, 1, 0) <= 0)
        return worker;
    worker_end(worker);
    return NULL;
}

static gboolean
run(VtCage *self, Task *task, GError **error)
{
    Worker *worker = claim(self);
    gboolean done;

    if (worker != NULL)
        worker = replace_dead(worker);
    if (worker == NULL)
        worker = worker_start(self, error);
    done = worker != NULL && run_job(self, &worker, task, error);
    give_back(self, worker);
    return done;
}

gboolean
vt_cage_sniff(VtCage *self, int in_fd, char ret_mime[VT_SNIFF_MIME_BYTES], GError **error)
{
    Task task = {.work = VT_INGEST_SNIFF, .in_fd = in_fd};

    if (!run(self, &task, error))
        return FALSE;
    task.reply.mime[sizeof task.reply.mime - 1] = '\0';
    g_strlcpy(ret_mime,
        vt_sniff_is_mime(task.reply.mime) ? task.reply.mime : "application/octet-stream",
        VT_SNIFF_MIME_BYTES);
    return TRUE;
}

gboolean
vt_cage_ingest(VtCage *self, int in_fd, int out_fd, VtPyramidFacts *ret_facts, GError **error)
{
    Task task = {.work = VT_INGEST_DECODE, .in_fd = in_fd, .out_fd = out_fd};
    g_autoptr(VtPyramid) pyramid = NULL;

    if (!run(self, &task, error))
        return FALSE;
    pyramid = vt_pyramid_open(out_fd, self->options.max_pixels, error);
    if (pyramid == NULL)
        return FALSE;
    *ret_facts = *vt_pyramid_facts(pyramid);
    return TRUE;
}

guint
vt_cage_started(VtCage *self)
{
    VT_LOCKED(&self->mutex);
    return self->n_started;
}
