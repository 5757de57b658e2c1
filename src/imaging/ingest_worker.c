#include "imaging/ingest_worker.h"

#include "base/error.h"
#include "base/sandbox.h"
#include "imaging/decode.h"

#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXIT_NOT_SAFE 3
#define ARENAS 2

/* A log line would have to look at standard error, which the filter forbids. */
static GLogWriterOutput
drop_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
    return G_LOG_WRITER_HANDLED;
}

/* TRUE with the job's descriptors open, FALSE when there is no further job. */
static gboolean
receive_job(VtIngestJob *job, int ret_fds[2])
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } control;
    struct iovec part = {job, sizeof *job};
    struct msghdr message = {.msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(VT_INGEST_SOCKET, &message, MSG_CMSG_CLOEXEC);
    struct cmsghdr *passed = n == (ssize_t)sizeof *job ? CMSG_FIRSTHDR(&message) : NULL;
    gsize n_fds = passed != NULL && job->work == VT_INGEST_DECODE ? 2 : 1;

    if (passed == NULL || passed->cmsg_type != SCM_RIGHTS ||
        passed->cmsg_len != CMSG_LEN(n_fds * sizeof(int)))
        return FALSE;
    ret_fds[1] = -1;
    memcpy(ret_fds, CMSG_DATA(passed), n_fds * sizeof(int));
    return TRUE;
}

static gboolean
send_reply(const GError *error, const char *mime)
{
    VtIngestReply reply = {.done = error == NULL};
    struct iovec part = {&reply, sizeof reply};
    const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (mime != NULL)
        g_strlcpy(reply.mime, mime, sizeof reply.mime);
    if (error != NULL) {
        reply.code = vt_error_code(error);
        g_strlcpy(reply.message, error->message, sizeof reply.message);
    }
    return sendmsg(VT_INGEST_SOCKET, &message, MSG_NOSIGNAL) == (ssize_t)sizeof reply;
}

static gboolean
run_job(const VtIngestJob *job, const int fds[2])
{
    g_autoptr(GError) error = NULL;
    char mime[VT_SNIFF_MIME_BYTES] = "";

    if (job->work == VT_INGEST_DECODE) {
        vt_decode_to_pyramid(fds[0], fds[1], job->max_pixels, &error);
        close(fds[1]);
    } else {
        vt_sniff(fds[0], mime, &error);
    }
    close(fds[0]);
    return send_reply(error, mime);
}

static gboolean
prepare(GError **error)
{
    g_log_set_writer_func(drop_log, NULL, NULL);
    vt_sandbox_isolate();
    mallopt(M_ARENA_MAX, ARENAS);
    /* no file on disk to spill large pictures to: the memory limit is the bound */
    g_setenv("VIPS_DISC_THRESHOLD", "16g", TRUE);
    return vt_decode_init(error) && vt_sniff_init(error) && vt_sandbox_lock(error);
}

int
vt_ingest_worker_main(void)
{
    g_autoptr(GError) error = NULL;
    VtIngestJob job;
    int fds[2];

    if (!prepare(&error)) {
        send_reply(error, NULL);
        return EXIT_NOT_SAFE;
    }
    if (!send_reply(NULL, NULL))
        return EXIT_NOT_SAFE;
    while (receive_job(&job, fds)) {
        if (!run_job(&job, fds))
            break;
    }
    _exit(EXIT_SUCCESS); /* libraries' own clean-up asks for rights that are gone */
}
