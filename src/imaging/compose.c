#include "imaging/compose.h"

#include <math.h>
#include <string.h>

/* A level may be this much smaller than needed before the next larger one is read. */
#define LEVEL_SLACK 0.999

typedef struct {
    const VtImagePlan *plan;
    VtCanvas canvas;
    int source_bands;
    VtResampler *resampler; /* owned by compose_drawn */
} Compose;

void
vt_canvas_clear(VtCanvas *self)
{
    g_clear_pointer(&self->pixels, g_free);
}

static guint8
gray_of(int red, int green, int blue)
{
    return (guint8)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

/* Places one pixel of the canvas; @alpha is that of the picture. */
static void
store_pixel(const Compose *self, guint8 *out, const guint8 *rgb, int alpha)
{
    const guint8 behind[3] = {
        self->plan->background.red, self->plan->background.green, self->plan->background.blue};
    gboolean keep = self->canvas.bands == 2 || self->canvas.bands == 4;
    int colour[3];

    for (int i = 0; i < 3; i++) {
        int mixed = (rgb[i] * alpha + behind[i] * (255 - alpha) + 127) / 255;

        colour[i] = keep ? rgb[i] : mixed;
    }
    if (self->canvas.bands <= 2) {
        out[0] = gray_of(colour[0], colour[1], colour[2]);
    } else {
        for (int i = 0; i < 3; i++)
            out[i] = (guint8)colour[i];
    }
    if (keep)
        out[self->canvas.bands - 1] = (guint8)alpha;
}

static guint8 *
canvas_at(const Compose *self, int x, int y)
{
    return self->canvas.pixels +
           ((gsize)y * (gsize)self->canvas.size.width + (gsize)x) * (gsize)self->canvas.bands;
}

static void
fill(const Compose *self)
{
    const guint8 nothing[3] = {0, 0, 0};
    gsize row_bytes = (gsize)self->canvas.size.width * (gsize)self->canvas.bands;

    for (int x = 0; x < self->canvas.size.width; x++)
        store_pixel(self, canvas_at(self, x, 0), nothing, 0);
    for (int y = 1; y < self->canvas.size.height; y++)
        memcpy(canvas_at(self, 0, y), self->canvas.pixels, row_bytes);
}

/* VtRowFunc: a finished row of the picture goes to its place. */
static gboolean
store_row(gpointer data, int y, const guint8 *row, GError **error)
{
    const Compose *self = data;
    const VtImageRect *drawn = &self->plan->drawn;
    guint8 *out = canvas_at(self, drawn->left, drawn->top + y);
    int width = drawn->right - drawn->left, bands = self->source_bands;

    if (bands == 3 && self->canvas.bands == 3) {
        memcpy(out, row, (gsize)width * 3);
        return TRUE;
    }
    for (int x = 0; x < width; x++, row += bands, out += self->canvas.bands) {
        const guint8 gray[3] = {row[0], row[0], row[0]};

        store_pixel(self, out, bands == 1 ? gray : row, bands == 4 ? row[3] : 255);
    }
    return TRUE;
}

static gboolean
push_row(gpointer data, int y, const guint8 *row, GError **error)
{
    const Compose *self = data;

    return vt_resampler_push(self->resampler, row, error);
}

static int
choose_level(const VtPyramid *pyramid, const VtImagePlan *plan)
{
    const VtPyramidFacts *facts = vt_pyramid_facts(pyramid);
    int level = 0;

    while (level + 1 < vt_pyramid_levels(pyramid)) {
        VtImageSize next = vt_pyramid_level_size(pyramid, level + 1);

        if (plan->step_x * next.width / facts->width < LEVEL_SLACK ||
            plan->step_y * next.height / facts->height < LEVEL_SLACK)
            break;
        level++;
    }
    return level;
}

/* The plan's mapping in pixels of a level that is @ratio times the master. */
static VtResampleAxis
axis_of(double origin, double step, int from, int to, int first, int last, double ratio, int side)
{
    VtResampleAxis axis = {
        .origin = (origin + from * step) * ratio, .step = step * ratio, .size = to - from};

    axis.first = CLAMP((int)floor(first * ratio + 0.5), 0, side - 1);
    axis.last = CLAMP((int)floor(last * ratio + 0.5), axis.first + 1, side);
    return axis;
}

static gboolean
compose_drawn(Compose *self, const VtPyramid *pyramid, GError **error)
{
    const VtImagePlan *plan = self->plan;
    const VtPyramidFacts *facts = vt_pyramid_facts(pyramid);
    int level = choose_level(pyramid, plan);
    VtImageSize size = vt_pyramid_level_size(pyramid, level);
    const VtResampleAxis x =
        axis_of(plan->origin_x, plan->step_x, plan->drawn.left, plan->drawn.right, plan->bound.left,
            plan->bound.right, (double)size.width / facts->width, size.width);
    const VtResampleAxis y =
        axis_of(plan->origin_y, plan->step_y, plan->drawn.top, plan->drawn.bottom, plan->bound.top,
            plan->bound.bottom, (double)size.height / facts->height, size.height);
    g_autoptr(VtResampler) resampler = vt_resampler_new(&x, &y, facts->bands, store_row, self);
    VtImageRect area;

    vt_resample_axis_span(&x, &area.left, &area.right);
    vt_resample_axis_span(&y, &area.top, &area.bottom);
    self->resampler = resampler;
    return vt_pyramid_read(pyramid, level, &area, push_row, self, error);
}

gboolean
vt_canvas_compose(
    const VtPyramid *pyramid, const VtImagePlan *plan, VtCanvas *ret_canvas, GError **error)
{
    const VtImageRect *drawn = &plan->drawn;
    Compose self = {.plan = plan, .source_bands = vt_pyramid_facts(pyramid)->bands};
    gboolean covers = drawn->left == 0 && drawn->top == 0 && drawn->right == plan->reply.width &&
                      drawn->bottom == plan->reply.height;
    gboolean seen = drawn->left < drawn->right && drawn->top < drawn->bottom;
    gboolean alpha = plan->output.alpha && (!covers || self.source_bands == 4);
    g_auto(VtCanvas) canvas = {.size = plan->reply, .bands = (plan->output.gray ? 1 : 3) + alpha};

    canvas.pixels =
        g_malloc((gsize)canvas.size.width * (gsize)canvas.size.height * (gsize)canvas.bands);
    self.canvas = canvas;
    if (!covers)
        fill(&self);
    if (seen && !compose_drawn(&self, pyramid, error))
        return FALSE;
    *ret_canvas = canvas;
    canvas.pixels = NULL;
    return TRUE;
}
