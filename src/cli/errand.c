#include "cli/errand.h"

#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "tenant/tenant.h"

#include <string.h>

void
vt_errand_clear(VtErrand *self)
{
    g_free(self->rest);
    json_decref(self->body);
}

static json_t *
run_here(const VtSettings *settings, const VtErrand *self, json_t **ret_problem, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_autoptr(json_t) answer = NULL;
    gint64 tenant_id = 0;

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &tenant_id, &code, error) ||
        (answer = self->here(data.db, tenant_id, self, ret_problem, error)) == NULL)
        return NULL;
    if (self->goes_live && !vt_data_sync(&data, error))
        return NULL;
    return g_steal_pointer(&answer);
}

/* The members of @query as one. */
static char *
with_query(const char *path, json_t *query)
{
    GString *text = g_string_new(path);
    char separator = '?';
    const char *key;
    json_t *value;

    json_object_foreach(query, key, value)
    {
        g_autofree char *word = vt_text_escape(json_string_value(value), FALSE);

        g_string_append_printf(text, "%c%s=%s", separator, key, word);
        separator = '&';
    }
    return g_string_free(text, FALSE);
}

static json_t *
run_there(const VtSettings *settings, const VtErrand *self, json_t **ret_problem, GError **error)
{
    gboolean asks = strcmp(self->method, "GET") == 0;
    g_autofree char *path = vt_client_path(settings, self->rest, error);
    g_autofree char *target = path != NULL ? with_query(path, asks ? self->body : NULL) : NULL;
    g_autofree char *body =
        self->body != NULL && !asks ? json_dumps(self->body, JSON_COMPACT) : NULL;

    return target != NULL ? vt_client_call(settings, self->method, target, body,
                                body != NULL ? strlen(body) : 0, ret_problem, error)
                          : NULL;
}

VtExit
vt_errand_run(const VtSettings *settings, const VtErrand *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) problem = NULL;
    g_autoptr(json_t) answer = settings->server != NULL
                                   ? run_there(settings, self, &problem, &error)
                                   : run_here(settings, self, &problem, &error);
    VtExit done;

    if (answer == NULL) {
        if (self->complain != NULL)
            self->complain(problem);
        return vt_command_fail(error);
    }
    if (settings->json) {
        g_autofree char *text = json_dumps(answer, JSON_COMPACT);

        vt_print("%s\n", text);
    } else
        self->show(answer);
    done = self->judge != NULL ? self->judge(answer) : VT_EXIT_DONE;
    return MAX(done, vt_wait_confirmed(settings, &self->wait,
                         json_integer_value(json_object_get(answer, "seq"))));
}
