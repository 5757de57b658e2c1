/* The library and what is shown where, as a manifest: an export is a job, its result the manifest.
 */
#include "api/api.h"

#include "api/api_private.h"

/* What is asked for is the parameters of the job, which its kind checks. */
void
vt_api_export(VtRequest *request, gpointer data)
{
    static const char *const known[] = {"products", "assets", "all_locales", "portable", NULL};
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    const VtApiCall call = vt_api_call(data, request, session.db);
    g_autoptr(json_t) body = call.db != NULL ? vt_api_body(request, known, &error) : NULL;
    VtJobSpec spec = {.kind = "export", .parameters = body};

    if (body != NULL)
        vt_api_job_take_on(&call, &spec, NULL, &error);
    if (error != NULL)
        vt_request_fail(request, error);
}
