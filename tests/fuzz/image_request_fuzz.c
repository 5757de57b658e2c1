/* Any lines as the queries of an image address, lowest priority first: refused, or a plan within
 * the limits that comes out the same a second time.
 */
#include "base/error.h"
#include "imaging/plan.h"
#include "tests/fuzz/fuzz.h"

#include <math.h>
#include <string.h>

enum { MAX_QUERIES = 3 };

static void
check_plan(const VtImageRequest *request, VtImageSize master)
{
    const VtImageDefaults *defaults = &vt_image_defaults;
    VtImagePlan plan, again;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL, *text_again = NULL;

    if (!vt_image_plan_make(request, defaults, master, &plan, &error)) {
        g_assert_true(vt_error_is(error, VT_ERROR_IMAGE_SIZE));
        return;
    }
    g_assert_true(plan.reply.width >= 1 && plan.reply.width <= defaults->max_pix.width);
    g_assert_true(plan.reply.height >= 1 && plan.reply.height <= defaults->max_pix.height);
    g_assert_true((gint64)plan.reply.width * plan.reply.height <= defaults->max_pixels);
    g_assert_true(plan.drawn.left >= 0 && plan.drawn.right <= plan.reply.width);
    g_assert_true(plan.drawn.top >= 0 && plan.drawn.bottom <= plan.reply.height);
    g_assert_true(isfinite(plan.origin_x) && isfinite(plan.origin_y));
    g_assert_true(isfinite(plan.step_x) && plan.step_x > 0);
    g_assert_true(isfinite(plan.step_y) && plan.step_y > 0);
    g_assert_true(vt_image_plan_make(request, defaults, master, &again, NULL));
    text = vt_image_plan_text(&plan);
    text_again = vt_image_plan_text(&again);
    g_assert_cmpstr(text, ==, text_again);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const VtImageSize master[] = {{1, 1}, {640, 480}, {3, 30000}, {30000, 20000}};
    g_autofree char *text = vt_fuzz_text(data, size);
    g_auto(GStrv) queries = g_strsplit(text, "\n", MAX_QUERIES);
    g_autoptr(GError) error = NULL;
    VtImageRequest request;

    if (!vt_image_request_parse(
            (const char *const *)queries, &vt_image_defaults, &request, &error)) {
        g_assert_true(
            vt_error_is(error, VT_ERROR_IMAGE_VALUE) || vt_error_is(error, VT_ERROR_IMAGE_FORMAT) ||
            vt_error_is(error, VT_ERROR_IMAGE_REQUEST) || vt_error_is(error, VT_ERROR_BAD_REQUEST));
        return 0;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(master); i++)
        check_plan(&request, master[i]);
    return 0;
}
