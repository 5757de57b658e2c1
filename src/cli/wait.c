#include "cli/wait.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "sync/status.h"
#include "tenant/tenant.h"

#include <string.h>

enum {
    DEFAULT_WAIT_SECONDS = 60,
    MAX_WAIT_SECONDS = 24 * 3600,
    POLL_FIRST_US = 5000,
    POLL_LAST_US = 200000
};

void
vt_complain_names(const json_t *result, const char *key, const char *why)
{
    const json_t *names = json_object_get(result, key);

    for (gsize i = 0; i < json_array_size(names); i++)
        vt_complain("%s: %s\n", why, json_string_value(json_array_get(names, i)));
}

json_t *
vt_json_words(const char *text)
{
    g_auto(GStrv) words = text != NULL ? g_strsplit(text, ",", -1) : g_new0(char *, 1);
    json_t *list = json_array();

    for (char **word = words; *word != NULL; word++)
        json_array_append_new(list, json_string(*word));
    return list;
}

/* How the stores stand, told by a server or by the database itself. */
static json_t *
ask(const VtSettings *settings, VtData *data, gint64 seq, GError **error)
{
    g_autofree char *rest = g_strdup_printf("sync?seq=%" G_GINT64_FORMAT, seq);
    g_autofree char *path = NULL, *code = NULL;
    VtSyncQuestion question = {.node = data->node, .seq = seq, .now_us = g_get_real_time()};

    if (settings->server != NULL) {
        path = vt_client_path(settings, rest, error);
        return path != NULL ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error) : NULL;
    }
    if (!vt_tenant_choose(data->db, settings->tenant, &question.tenant_id, &code, error))
        return NULL;
    question.tenant = code;
    return vt_sync_status_json(data->db, &question, error);
}

/* @seq 0: nothing was left to do, so what was done before counts. */
static VtExit
wait_for(const VtSettings *settings, VtData *data, gint64 seq, gint64 wait_seconds)
{
    gint64 until = g_get_monotonic_time() + wait_seconds * G_USEC_PER_SEC;
    gulong pause = POLL_FIRST_US;

    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) status = ask(settings, data, seq, &error);
        g_autofree char *who = status != NULL ? vt_sync_status_behind(status) : NULL;

        if (status == NULL)
            return vt_command_fail(error);
        if (who == NULL)
            return VT_EXIT_DONE;
        seq = json_integer_value(json_object_get(status, "seq"));
        if (vt_sync_status_waits(status)) {
            vt_complain("done, but not shown yet by: %s\n", who);
            return VT_EXIT_REFUSED;
        }
        if (g_get_monotonic_time() >= until) {
            vt_complain("done, but not confirmed within %" G_GINT64_FORMAT " s by: %s\n",
                wait_seconds, who);
            return VT_EXIT_REFUSED;
        }
        g_usleep(pause);
        pause = MIN(pause * 2, POLL_LAST_US);
    }
}

VtExit
vt_wait_confirmed(const VtSettings *settings, const VtWait *self, gint64 seq)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autoptr(GError) error = NULL;

    if (!self->is_wanted)
        return VT_EXIT_DONE;
    if (settings->server == NULL && !vt_data_open(settings, FALSE, &data, &error))
        return vt_command_fail(error);
    return wait_for(settings, &data, seq, self->seconds);
}

static gboolean
parse_seconds(VtWait *self, const char *value, GError **error)
{
    self->is_wanted = TRUE;
    self->seconds = DEFAULT_WAIT_SECONDS;
    return value == NULL ||
           g_ascii_string_to_signed(value, 10, 0, MAX_WAIT_SECONDS, &self->seconds, error);
}

gboolean
vt_wait_parse(VtWait *self, int argc, char **argv, char **rest, int *ret_n)
{
    int n = 0;

    for (int i = 0; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        gboolean is_wait = g_str_has_prefix(argv[i], "--wait=") || strcmp(argv[i], "--wait") == 0;

        if (!is_wait)
            rest[n++] = argv[i];
        else if (!parse_seconds(self, argv[i][6] == '=' ? argv[i] + 7 : NULL, &error)) {
            vt_complain("--wait takes seconds: %s\n", error->message);
            return FALSE;
        }
    }
    *ret_n = n;
    return TRUE;
}
