#include "cli/demo_draw.h"

#include "base/thread.h"
#include "cli/command.h"
#include "cli/demo_art.h"
#include "cli/output.h"
#include "imaging/draw.h"
#include "imaging/engine.h"

enum { N_THREADS = 2 };

typedef struct {
    guint art; /* its number */
    const char *folder;
    gint *failed;
} Drawing;

static void
draw_one(gpointer item)
{
    Drawing *self = item;
    g_auto(VtDemoArt) art = {0};
    g_autofree char *svg = vt_demo_art_svg(self->art);
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) jpeg = NULL;

    vt_demo_art_get(self->art, &art);
    path = g_build_filename(self->folder, art.file, NULL);
    jpeg = vt_imaging_draw_svg(svg, VT_IMAGE_JPEG, &error);
    if (jpeg == NULL || !g_file_set_contents(path, g_bytes_get_data(jpeg, NULL),
                            (gssize)g_bytes_get_size(jpeg), &error)) {
        vt_complain("%s: %s\n", art.file, error->message);
        g_atomic_int_inc(self->failed);
    }
}

int
vt_demo_draw_main(int n_arguments, char **arguments)
{
    guint n = vt_demo_art_count();
    g_autofree Drawing *drawings = g_new0(Drawing, n);
    g_autoptr(GError) error = NULL;
    gint failed = 0;
    VtPool *pool;

    if (n_arguments != 1 || !vt_imaging_init(&error)) {
        vt_complain("draw-sample FOLDER: %s\n", error != NULL ? error->message : "no folder");
        return VT_EXIT_REFUSED;
    }
    pool = vt_pool_new("draw", N_THREADS, n, draw_one);
    for (guint i = 0; i < n; i++) {
        drawings[i] = (Drawing){i, arguments[0], &failed};
        vt_pool_push_wait(pool, &drawings[i]);
    }
    vt_pool_free(pool);
    vt_imaging_shutdown();
    return failed == 0 ? VT_EXIT_DONE : VT_EXIT_REFUSED;
}

gboolean
vt_demo_draw(const char *folder, GError **error)
{
    const char *const command[] = {"/proc/self/exe", "draw-sample", folder, NULL};
    g_autoptr(GError) local = NULL;
    int status = 0;

    if (!g_spawn_sync(NULL, (char **)(gsize)command, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
            &status, &local) ||
        !g_spawn_check_wait_status(status, &local))
        return vt_throw(
            error, VT_ERROR_STORAGE, "the sample pictures are not drawn: %s", local->message);
    return TRUE;
}
