#include "cli/client.h"

#include "base/error.h"
#include "base/http_client.h"
#include "base/text.h"

#include <string.h>
#include <unistd.h>

enum { MAX_ANSWER_BYTES = 512 << 20, MAX_PROBLEM_BYTES = 16384 };

static gboolean
receive(gpointer data, const char *bytes, gsize length, GError **error)
{
    GString *answer = data;

    if (answer->len + length > MAX_ANSWER_BYTES)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "the server's answer is too long");
    g_string_append_len(answer, bytes, (gssize)length);
    return TRUE;
}

/* One exchange; FALSE only when there was no answer. */
static gboolean
exchange(const VtSettings *settings,
    VtHttpCall *call,
    const char *path,
    VtHttpAnswer *ret_answer,
    GError **error)
{
    g_autofree char *url = g_strconcat(settings->server, path, NULL);
    g_autofree char *authorization = g_strdup_printf("Authorization: Bearer %s", settings->token);
    const char *headers[] = {
        authorization, call->body != NULL ? "Content-Type: application/octet-stream" : NULL, NULL};

    if (settings->token == NULL)
        return vt_throw(error, VT_ERROR_UNAUTHORIZED, "--server needs --token (or VITRINE_TOKEN)");
    call->url = url;
    call->headers = headers;
    return vt_http_call(call, ret_answer, error);
}

static json_t *
refuse(json_t *problem, long status, json_t **ret_problem, GError **error)
{
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    const char *title = json_string_value(json_object_get(problem, "title"));
    g_autofree char *unknown = g_strdup_printf("the server answered %ld", status);
    VtErrorCode code = VT_ERROR_INTERNAL;

    vt_error_code_find(json_string_value(json_object_get(problem, "code")), &code);
    vt_throw(error, code, "%s", detail != NULL ? detail : title != NULL ? title : unknown);
    if (ret_problem != NULL)
        *ret_problem = json_incref(problem);
    return NULL;
}

json_t *
vt_client_call(const VtSettings *settings,
    const char *method,
    const char *path,
    const char *body,
    gsize length,
    json_t **ret_problem,
    GError **error)
{
    g_autoptr(GString) text = g_string_new("");
    g_autoptr(json_t) value = NULL;
    VtHttpCall call = {
        .method = method, .body = body, .body_length = length, .take = receive, .data = text};
    VtHttpAnswer answer = {0};

    if (!exchange(settings, &call, path, &answer, error))
        return NULL;
    value = vt_json_parse(text->str, text->len, answer.status < 300 ? error : NULL);
    if (answer.status >= 300)
        return refuse(value, answer.status, ret_problem, error);
    return g_steal_pointer(&value);
}

static gboolean
write_bytes(gpointer data, const char *bytes, gsize length, GError **error)
{
    const int *fd = data;

    while (length > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(write(*fd, bytes, length));

        if (n < 0)
            return vt_throw_errno(error, "cannot write");
        bytes += n;
        length -= (gsize)n;
    }
    return TRUE;
}

gboolean
vt_client_download(const VtSettings *settings, const char *path, int fd, GError **error)
{
    VtHttpCall call = {.take = write_bytes, .data = &fd};
    VtHttpAnswer answer = {0};
    g_autoptr(json_t) problem = NULL;
    char text[MAX_PROBLEM_BYTES];
    ssize_t length;

    if (!exchange(settings, &call, path, &answer, error))
        return FALSE;
    if (answer.status < 300)
        return TRUE;
    length = TEMP_FAILURE_RETRY(pread(fd, text, sizeof text, 0));
    problem = vt_json_parse(text, (gsize)MAX(length, 0), NULL);
    refuse(problem, answer.status, NULL, error);
    return FALSE;
}

static char *
only_tenant(const VtSettings *settings, GError **error)
{
    g_autoptr(json_t) me = vt_client_call(settings, "GET", "/api/v1/me", NULL, 0, NULL, error);
    const json_t *tenants = json_object_get(me, "tenants");

    if (me == NULL)
        return NULL;
    if (json_array_size(tenants) != 1)
        return vt_throw_null(error, VT_ERROR_USAGE, "say which tenant with --tenant CODE");
    return g_strdup(json_string_value(json_object_get(json_array_get(tenants, 0), "code")));
}

char *
vt_client_path(const VtSettings *settings, const char *rest, GError **error)
{
    g_autofree char *tenant =
        settings->tenant != NULL ? g_strdup(settings->tenant) : only_tenant(settings, error);
    g_autofree char *escaped = tenant != NULL ? vt_text_escape(tenant, FALSE) : NULL;

    return escaped != NULL ? g_strdup_printf("/api/v1/%s/%s", escaped, rest) : NULL;
}
