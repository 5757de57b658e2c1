#include "imaging/engine.h"

#include "imaging/autovips.h"

#define MAX_MESSAGE 300

gboolean
vt_imaging_init(GError **error)
{
    if (VIPS_INIT("vitrine") != 0)
        return vt_imaging_throw(error, VT_ERROR_INTERNAL, "cannot start the image library");
    vips_concurrency_set(1);
    vips_cache_set_max(0);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    return TRUE;
}

void
vt_imaging_shutdown(void)
{
    vips_shutdown();
}

gboolean
vt_imaging_throw(GError **error, VtErrorCode code, const char *what)
{
    g_autofree char *text = vips_error_buffer_copy();
    g_autofree char *valid = NULL;

    g_strdelimit(g_strstrip(text), "\r\n\t", ' ');
    if (strlen(text) > MAX_MESSAGE)
        text[MAX_MESSAGE] = '\0';
    valid = g_utf8_make_valid(text, -1);
    return vt_throw(error, code, "%s: %s", what, *valid != '\0' ? valid : "no reason given");
}
