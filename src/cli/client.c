#include "cli/client.h"

#include "base/error.h"
#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

enum { CONNECT_SECONDS = 10, MAX_ANSWER_BYTES = 512 << 20 };

static size_t
receive(char *data, size_t size, size_t n, void *user)
{
    GString *answer = user;

    if (answer->len + size * n > MAX_ANSWER_BYTES)
        return 0;
    g_string_append_len(answer, data, (gssize)(size * n));
    return size * n;
}

static struct curl_slist *
headers_of(const VtSettings *settings, const char *body)
{
    g_autofree char *authorization = g_strdup_printf("Authorization: Bearer %s", settings->token);
    struct curl_slist *headers = curl_slist_append(NULL, authorization);

    if (body != NULL)
        headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
    return curl_slist_append(headers, "Expect:");
}

/* One exchange; FALSE only when there was no answer. */
static gboolean
exchange(const VtSettings *settings,
    const char *method,
    const char *url,
    const char *body,
    gsize length,
    GString *answer,
    long *ret_status,
    GError **error)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = headers_of(settings, body);
    CURLcode code;

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (body != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
    }
    code = curl_easy_perform(curl);
    if (code == CURLE_OK)
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code == CURLE_OK || vt_throw(error, VT_ERROR_FETCH, "cannot reach %s: %s",
                                   settings->server, curl_easy_strerror(code));
}

static VtErrorCode
code_of(const json_t *problem)
{
    const char *word = json_string_value(json_object_get(problem, "code"));

    for (int i = 0; word != NULL && i < VT_N_ERRORS; i++)
        if (strcmp(vt_error_rows[i].code, word) == 0)
            return (VtErrorCode)i;
    return VT_ERROR_INTERNAL;
}

static json_t *
refuse(json_t *problem, long status, json_t **ret_problem, GError **error)
{
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    const char *title = json_string_value(json_object_get(problem, "title"));
    g_autofree char *unknown = g_strdup_printf("the server answered %ld", status);

    vt_throw(error, code_of(problem), "%s",
        detail != NULL  ? detail
        : title != NULL ? title
                        : unknown);
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
    g_autofree char *url = g_strconcat(settings->server, path, NULL);
    g_autoptr(GString) answer = g_string_new("");
    g_autoptr(json_t) value = NULL;
    long status = 0;

    if (settings->token == NULL)
        return vt_throw_null(
            error, VT_ERROR_UNAUTHORIZED, "--server needs --token (or VITRINE_TOKEN)");
    if (!exchange(settings, method, url, body, length, answer, &status, error))
        return NULL;
    value = vt_json_parse(answer->str, answer->len, status < 300 ? error : NULL);
    if (status >= 300)
        return refuse(value, status, ret_problem, error);
    return g_steal_pointer(&value);
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
