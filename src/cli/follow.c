#include "cli/follow.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/output.h"

#include <signal.h>
#include <string.h>

enum { WAIT_SECONDS = 2, PATIENCE_SECONDS = 20, RETRY_US = 300000 };

static volatile sig_atomic_t interrupted;

static void
interrupt(int number)
{
    interrupted = 1;
}

/* Of an interrupt; the second one ends the program. */
static void
set_handler(void (*handler)(int number))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)SA_RESETHAND};

    interrupted = 0;
    sigaction(SIGINT, &action, NULL);
}

static const char *
text_of(const json_t *job, const char *key)
{
    const char *text = json_string_value(json_object_get(job, key));

    return text != NULL ? text : "";
}

static gint64
number_of(const json_t *job, const char *key)
{
    return json_integer_value(json_object_get(job, key));
}

static gboolean
has_ended(const json_t *job)
{
    return json_is_string(json_object_get(job, "outcome"));
}

/* The job once it is another than @job, or after a while. */
static json_t *
look(const VtSettings *settings, const json_t *job, GError **error)
{
    g_autofree char *rest = g_strdup_printf("jobs/%" G_GINT64_FORMAT "?wait=%d&after=%s",
        number_of(job, "id"), WAIT_SECONDS, text_of(job, "version"));
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error) : NULL;
}

/* The same from a server that may be gone for a while, or busy. */
static json_t *
look_patiently(const VtSettings *settings, const json_t *job, GError **error)
{
    gint64 until_us = g_get_monotonic_time() + PATIENCE_SECONDS * G_USEC_PER_SEC;

    for (;;) {
        g_autoptr(GError) local = NULL;
        json_t *now = look(settings, job, &local);

        if (now != NULL)
            return now;
        if ((!vt_error_is(local, VT_ERROR_FETCH) && !vt_error_is(local, VT_ERROR_BUSY)) ||
            g_get_monotonic_time() > until_us) {
            g_propagate_prefixed_error(error, g_steal_pointer(&local),
                "job %" G_GINT64_FORMAT " goes on without us: ", number_of(job, "id"));
            return NULL;
        }
        g_usleep(RETRY_US);
    }
}

/* One that has ended meanwhile is none to stop. */
static void
ask_to_stop(const VtSettings *settings, const json_t *job)
{
    g_autofree char *rest =
        g_strdup_printf("jobs/%" G_GINT64_FORMAT "/cancel", number_of(job, "id"));
    g_autofree char *path = vt_client_path(settings, rest, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) told =
        path != NULL ? vt_client_call(settings, "POST", path, "{}", 2, NULL, &error) : NULL;

    if (told != NULL)
        vt_complain("job %" G_GINT64_FORMAT " is to stop; again, and it is left to the server\n",
            number_of(job, "id"));
    else if (error != NULL)
        vt_complain("the job could not be stopped: %s\n", error->message);
}

static void
show(VtProgress *progress, const json_t *job)
{
    gint64 n_done = number_of(job, "done"), n_total = number_of(job, "total");

    if (n_total > 0)
        vt_progress_show(progress, (guint64)n_done, (guint64)n_total);
    else if (n_done > 0)
        vt_progress_count(progress, (guint64)n_done);
}

static gboolean
check_failure(const json_t *job, GError **error)
{
    const json_t *failure = json_object_get(job, "error");
    VtErrorCode code = VT_ERROR_INTERNAL;

    if (strcmp(text_of(job, "outcome"), vt_job_outcome_names[VT_JOB_OUTCOME_FAILED]) != 0)
        return TRUE;
    vt_error_code_find(text_of(failure, "code"), &code);
    return vt_throw(error, code, "%s", text_of(failure, "text"));
}

json_t *
vt_follow_job(const VtSettings *settings, const json_t *job, const char *what, GError **error)
{
    VtProgress progress = {.what = what};
    g_autoptr(json_t) now = json_incref((json_t *)(gsize)job);
    gboolean asked = FALSE;

    set_handler(interrupt);
    while (!has_ended(now)) {
        json_t *next = look_patiently(settings, now, error);

        if (next == NULL)
            return NULL;
        json_decref(now);
        now = next;
        show(&progress, now);
        if (interrupted && !asked) {
            ask_to_stop(settings, now);
            asked = TRUE;
        }
    }
    vt_progress_end(&progress);
    set_handler(SIG_DFL);
    return check_failure(now, error) ? g_steal_pointer(&now) : NULL;
}

gboolean
vt_follow_fetch(const VtSettings *settings, const json_t *job, int fd, GError **error)
{
    g_autofree char *rest =
        g_strdup_printf("jobs/%" G_GINT64_FORMAT "/result", number_of(job, "id"));
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL && vt_client_download(settings, path, fd, error);
}
