#include "imaging/plan.h"

#include "base/error.h"
#include "imaging/number.h"

#include <math.h>
#include <string.h>

/* No view may become larger than this, seen or not: coordinates stay exact. */
#define MAX_VIEW_SIDE 1e8

/* One axis of the way from the master to the reply. */
typedef struct {
    double composite_start, composite_size; /* master pixels */
    double region_start, region_size;       /* composite pixels */
    double scale;                           /* view pixels per composite pixel */
    double scaled;                          /* the region's size in the view */
    double out;                             /* the view's size */
    double offset;                          /* of the region in the view */
    double reply_start, reply_size;         /* window: view pixels times zoom */
} Axis;

/* The same names as in the protocol's table: what is asked, in device pixels. */
typedef struct {
    double width, height; /* 0: not asked */
    double dpr;
} Wanted;

static double
size_round(double value)
{
    return MAX(1, floor(value + 0.5));
}

static void
set_composite(const VtImageArea *crop, double start, double size, double master, Axis *axis)
{
    axis->composite_start = 0;
    axis->composite_size = master;
    if (crop->unit == VT_IMAGE_AREA_PIXELS) {
        axis->composite_start = start;
        axis->composite_size = size;
    } else if (crop->unit == VT_IMAGE_AREA_FRACTIONS) {
        axis->composite_start = floor(start * master + 0.5);
        axis->composite_size = MAX(1, floor((start + size) * master + 0.5) - axis->composite_start);
    }
}

static void
set_region(const VtImageArea *region, double start, double size, Axis *axis)
{
    axis->region_start = region->unit == VT_IMAGE_AREA_NONE ? 0 : start;
    axis->region_size = region->unit == VT_IMAGE_AREA_NONE ? axis->composite_size : size;
}

static double
limited(const VtImageRequest *request, double scale, double dpr)
{
    return request->enlarge ? scale : MIN(scale, dpr);
}

/* No scl, neither wid nor hei: as large as the default allows, never enlarged. */
static void
scale_to_default(const VtImageDefaults *defaults, double dpr, Axis *x, Axis *y)
{
    double scale = 1;

    if (defaults->default_pix.width > 0)
        scale = MIN(scale, defaults->default_pix.width / x->region_size);
    if (defaults->default_pix.height > 0)
        scale = MIN(scale, defaults->default_pix.height / y->region_size);
    x->scale = y->scale = scale * dpr;
}

static void
scale_to_both(const VtImageRequest *request, const Wanted *wanted, Axis *x, Axis *y)
{
    double fit_x = wanted->width / x->region_size, fit_y = wanted->height / y->region_size;
    const double choice[][2] = {
        [VT_IMAGE_FIT] = {MIN(fit_x, fit_y), MIN(fit_x, fit_y)},
        [VT_IMAGE_CONSTRAIN] = {MIN(fit_x, fit_y), MIN(fit_x, fit_y)},
        [VT_IMAGE_CROP] = {MAX(fit_x, fit_y), MAX(fit_x, fit_y)},
        [VT_IMAGE_WRAP] = {MAX(fit_x, fit_y), MAX(fit_x, fit_y)},
        [VT_IMAGE_STRETCH] = {fit_x, fit_y},
        [VT_IMAGE_HFIT] = {fit_x, fit_x},
        [VT_IMAGE_VFIT] = {fit_y, fit_y},
    };

    x->scale = limited(request, choice[request->fit][0], wanted->dpr);
    y->scale = limited(request, choice[request->fit][1], wanted->dpr);
}

/* Chooses the scales and the size of the view. */
static void
set_view(const VtImageRequest *request,
    const VtImageDefaults *defaults,
    const Wanted *wanted,
    Axis *x,
    Axis *y)
{
    gboolean shrink_wrap = request->fit == VT_IMAGE_CONSTRAIN || request->fit == VT_IMAGE_WRAP;

    if (request->scale > 0) {
        x->scale = y->scale = wanted->dpr / request->scale;
        shrink_wrap = FALSE;
    } else if (wanted->width == 0 && wanted->height == 0) {
        scale_to_default(defaults, wanted->dpr, x, y);
    } else if (wanted->height == 0) {
        x->scale = y->scale = limited(request, wanted->width / x->region_size, wanted->dpr);
    } else if (wanted->width == 0) {
        x->scale = y->scale = limited(request, wanted->height / y->region_size, wanted->dpr);
    } else {
        scale_to_both(request, wanted, x, y);
    }
    x->scaled = size_round(x->region_size * x->scale);
    y->scaled = size_round(y->region_size * y->scale);
    x->out = wanted->width > 0 && !shrink_wrap ? wanted->width : x->scaled;
    y->out = wanted->height > 0 && !shrink_wrap ? wanted->height : y->scaled;
}

static void
set_reply(const VtImageArea *window, double start, double size, double dpr, Axis *axis)
{
    axis->reply_start = 0;
    axis->reply_size = axis->out;
    if (window->unit == VT_IMAGE_AREA_NONE)
        return;
    axis->reply_start = floor(start * dpr + 0.5);
    axis->reply_size = size_round(size * dpr);
}

/* Both axes for one device pixel ratio. */
static void
lay_out(const VtImageRequest *request,
    const VtImageDefaults *defaults,
    VtImageSize master,
    double dpr,
    Axis *x,
    Axis *y)
{
    Wanted wanted = {
        .width = request->width > 0 ? size_round(request->width * dpr) : 0,
        .height = request->height > 0 ? size_round(request->height * dpr) : 0,
        .dpr = dpr,
    };
    gboolean both = request->width > 0 && request->height > 0;
    double align_x = both ? request->align_x : 0, align_y = both ? request->align_y : 0;

    set_composite(&request->crop, request->crop.x, request->crop.width, master.width, x);
    set_composite(&request->crop, request->crop.y, request->crop.height, master.height, y);
    set_region(&request->region, request->region.x, request->region.width, x);
    set_region(&request->region, request->region.y, request->region.height, y);
    set_view(request, defaults, &wanted, x, y);
    x->offset = floor((x->out - x->scaled) * (align_x + 1) / 2);
    y->offset = floor((y->out - y->scaled) * (align_y + 1) / 2);
    set_reply(&request->window, request->window.x, request->window.width, dpr, x);
    set_reply(&request->window, request->window.y, request->window.height, dpr, y);
}

static gboolean
within(const VtImageDefaults *defaults, const Axis *x, const Axis *y)
{
    return (defaults->max_pix.width == 0 || x->reply_size <= defaults->max_pix.width) &&
           (defaults->max_pix.height == 0 || y->reply_size <= defaults->max_pix.height) &&
           x->reply_size * y->reply_size <= (double)defaults->max_pixels &&
           MAX(x->scaled, y->scaled) <= MAX_VIEW_SIDE;
}

/* The factor that brings a reply down to the limits; 1 when it is within them. */
static double
clamp_of(const VtImageDefaults *defaults, const Axis *x, const Axis *y)
{
    double clamp = 1;

    if (defaults->max_pix.width > 0)
        clamp = MIN(clamp, defaults->max_pix.width / x->reply_size);
    if (defaults->max_pix.height > 0)
        clamp = MIN(clamp, defaults->max_pix.height / y->reply_size);
    return clamp;
}

/* Fills one axis of the plan: @reply pixel r shows master position origin + r * step. */
static void
set_mapping(const Axis *axis,
    double zoom,
    int master,
    double *origin,
    double *step,
    int drawn[2],
    int bound[2])
{
    double per_pixel = axis->region_size / (axis->scaled * zoom);
    double start = axis->composite_start + axis->region_start - axis->offset * zoom * per_pixel +
                   axis->reply_start * per_pixel;
    double first = MAX(axis->composite_start, 0);
    double last = MIN(axis->composite_start + axis->composite_size, master);

    *origin = start;
    *step = per_pixel;
    bound[0] = (int)first;
    bound[1] = (int)MAX(first, last);
    drawn[0] = (int)CLAMP(floor((first - start) / per_pixel + 0.5), 0, axis->reply_size);
    drawn[1] = (int)CLAMP(floor((last - start) / per_pixel + 0.5), 0, axis->reply_size);
    if (first >= last || drawn[0] > drawn[1])
        drawn[1] = drawn[0];
}

gboolean
vt_image_plan_make(const VtImageRequest *request,
    const VtImageDefaults *defaults,
    VtImageSize master,
    VtImagePlan *ret_plan,
    GError **error)
{
    Axis x, y;
    VtImagePlan plan = {.background = request->background,
        .output = request->output,
        .resolution_dpi = defaults->resolution_dpi};
    int drawn_x[2], drawn_y[2], bound_x[2], bound_y[2];

    g_return_val_if_fail(master.width > 0 && master.height > 0, FALSE);

    lay_out(request, defaults, master, request->dpr, &x, &y);
    if (request->dpr > 1 && !within(defaults, &x, &y)) {
        double clamp = clamp_of(defaults, &x, &y);

        lay_out(request, defaults, master, 1, &x, &y);
        if (within(defaults, &x, &y))
            lay_out(request, defaults, master, MAX(1, request->dpr * clamp), &x, &y);
    }
    if (!within(defaults, &x, &y))
        return vt_throw(error, VT_ERROR_IMAGE_SIZE, "Image size limit exceeded.");

    set_mapping(
        &x, request->window_zoom, master.width, &plan.origin_x, &plan.step_x, drawn_x, bound_x);
    set_mapping(
        &y, request->window_zoom, master.height, &plan.origin_y, &plan.step_y, drawn_y, bound_y);
    plan.reply = (VtImageSize){(int)x.reply_size, (int)y.reply_size};
    plan.drawn = (VtImageRect){drawn_x[0], drawn_y[0], drawn_x[1], drawn_y[1]};
    plan.bound = (VtImageRect){bound_x[0], bound_y[0], bound_x[1], bound_y[1]};
    *ret_plan = plan;
    return TRUE;
}

char *
vt_image_plan_text(const VtImagePlan *plan)
{
    const double numbers[] = {
        plan->origin_x, plan->origin_y, plan->step_x, plan->step_y, plan->resolution_dpi};
    const VtImageOutput *output = &plan->output;
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "reply %d %d drawn %d %d %d %d bound %d %d %d %d map",
        plan->reply.width, plan->reply.height, plan->drawn.left, plan->drawn.top, plan->drawn.right,
        plan->drawn.bottom, plan->bound.left, plan->bound.top, plan->bound.right,
        plan->bound.bottom);
    for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
        char number[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append_printf(
            text, " %s", g_ascii_formatd(number, sizeof number, "%.9g", numbers[i]));
    }
    g_string_append_printf(text, " background %02x%02x%02x as %s %d %d %d %d %d",
        plan->background.red, plan->background.green, plan->background.blue,
        vt_image_encoding_type(output->encoding), output->compression, output->alpha, output->gray,
        output->progressive, output->palette);
    g_string_append_printf(text, " quality %d %d", output->quality, output->full_chroma);
    return g_string_free(text, FALSE);
}

VtHash
vt_image_plan_key(const VtImagePlan *plan, const VtHash *blob)
{
    g_autofree char *text = vt_image_plan_text(plan);
    g_autofree char *cause =
        g_strdup_printf("%s\n%s\n%d", text, blob->hex, VT_IMAGE_RENDER_VERSION);

    return vt_hash_bytes(cause, strlen(cause));
}
