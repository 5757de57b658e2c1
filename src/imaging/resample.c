#include "imaging/resample.h"

#include <math.h>
#include <string.h>

#define LOBES 3
#define NEGLIGIBLE 1e-5

/* Four floats the compiler keeps in one register: red, green, blue, alpha. */
typedef float Pixel __attribute__((vector_size(16)));

/* Output pixel: sum of weight[k] * source[first + k]. */
typedef struct {
    int first, n;
    const float *weight; /* into Filter.weights */
} Tap;

typedef struct {
    Tap *taps;       /* owned, one per output pixel */
    float *weights;  /* owned */
    int first, last; /* source span of all taps */
} Filter;

struct _VtResampler {
    Filter x, y;
    int width, height; /* of the output */
    int bands;
    VtRowFunc emit;
    gpointer data;
    Pixel *source; /* owned, one row of the source */
    Pixel *across; /* owned, one row between the two passes */
    /* Shrinking, a source row is added to the few output rows it belongs to; enlarging, an output
     * row is summed up from the few source rows it needs. Either way the ring stays short. */
    gboolean enlarges;
    Pixel *ring; /* owned, n_ring rows: output rows in the making, or source rows */
    int n_ring;
    guint8 *finished; /* owned, one output row */
    int next_source;  /* source row the next push brings */
    int begun, done;  /* output rows begun and emitted */
};

static double
lanczos(double x)
{
    if (fabs(x) < 1e-9)
        return 1;
    if (fabs(x) >= LOBES)
        return 0;
    return LOBES * sin(G_PI * x) * sin(G_PI * x / LOBES) / (G_PI * G_PI * x * x);
}

/* Whole pixels at the size they have. */
static gboolean
copies(const VtResampleAxis *axis)
{
    return fabs(axis->step - 1) < 1e-9 && fabs(axis->origin - floor(axis->origin + 0.5)) < 1e-6;
}

/* The source pixels under output pixel @i, at least one. */
static void
tap_range(const VtResampleAxis *axis, int i, int *ret_first, int *ret_last)
{
    double centre = axis->origin + (i + 0.5) * axis->step;
    double reach = copies(axis) ? 0.25 : LOBES * MAX(1, axis->step);
    double low = ceil(centre - reach - 0.5), high = floor(centre + reach - 0.5) + 1;

    *ret_first = (int)CLAMP(low, axis->first, axis->last - 1);
    *ret_last = (int)CLAMP(high, *ret_first + 1, axis->last);
}

/* Weights of output pixel @i, normalised; negligible ones at both ends are dropped. */
static Tap
make_tap(const VtResampleAxis *axis, int i, float *weight)
{
    double centre = axis->origin + (i + 0.5) * axis->step, scale = MAX(1, axis->step), sum = 0;
    int first, last, skip = 0;
    Tap tap;

    tap_range(axis, i, &first, &last);
    for (int p = first; p < last; p++) {
        weight[p - first] = (float)lanczos((p + 0.5 - centre) / scale);
        sum += weight[p - first];
    }
    if (fabs(sum) < NEGLIGIBLE) {
        weight[0] = 1;
        return (Tap){first, 1, weight};
    }
    for (int p = first; p < last; p++)
        weight[p - first] = (float)(weight[p - first] / sum);
    tap = (Tap){first, last - first, weight};
    while (tap.n > 1 && fabsf(weight[tap.n - 1]) < (float)NEGLIGIBLE)
        tap.n--;
    while (skip < tap.n - 1 && fabsf(weight[skip]) < (float)NEGLIGIBLE)
        skip++;
    return (Tap){first + skip, tap.n - skip, weight + skip};
}

static void
filter_init(Filter *filter, const VtResampleAxis *axis)
{
    gsize n_weights = 0;
    float *weight;

    vt_resample_axis_span(axis, &filter->first, &filter->last);
    for (int i = 0; i < axis->size; i++) {
        int first, last;

        tap_range(axis, i, &first, &last);
        n_weights += (gsize)(last - first);
    }
    filter->taps = g_new(Tap, axis->size);
    filter->weights = weight = g_new(float, n_weights);
    for (int i = 0; i < axis->size; i++) {
        int first, last;

        tap_range(axis, i, &first, &last);
        filter->taps[i] = make_tap(axis, i, weight);
        weight += last - first;
    }
}

static void
filter_clear(Filter *filter)
{
    g_free(filter->taps);
    g_free(filter->weights);
}

void
vt_resample_axis_span(const VtResampleAxis *axis, int *ret_first, int *ret_last)
{
    int unused;

    tap_range(axis, 0, ret_first, &unused);
    tap_range(axis, axis->size - 1, &unused, ret_last);
}

static int
tap_end(const Tap *tap)
{
    return tap->first + tap->n;
}

/* The most output rows that are in the making at one time. */
static int
most_begun(const Filter *filter, int size)
{
    int most = 1, oldest = 0;

    for (int i = 0; i < size; i++) {
        while (tap_end(&filter->taps[oldest]) <= filter->taps[i].first)
            oldest++;
        most = MAX(most, i - oldest + 1);
    }
    return most;
}

/* The most source rows between the first an output row needs and the last any up to it needs. */
static int
most_needed(const Filter *filter, int size)
{
    int most = 1, end = 0;

    for (int i = 0; i < size; i++) {
        end = MAX(end, tap_end(&filter->taps[i]));
        most = MAX(most, end - filter->taps[i].first);
    }
    return most;
}

VtResampler *
vt_resampler_new(
    const VtResampleAxis *x, const VtResampleAxis *y, int bands, VtRowFunc emit, gpointer data)
{
    VtResampler *self = g_new0(VtResampler, 1);

    filter_init(&self->x, x);
    filter_init(&self->y, y);
    self->width = x->size;
    self->height = y->size;
    self->bands = bands;
    self->emit = emit;
    self->data = data;
    self->enlarges = y->step < 1;
    self->n_ring = self->enlarges ? most_needed(&self->y, y->size) : most_begun(&self->y, y->size);
    self->source = g_aligned_alloc(self->x.last - self->x.first, sizeof(Pixel), sizeof(Pixel));
    self->across = g_aligned_alloc(x->size, sizeof(Pixel), sizeof(Pixel));
    self->ring = g_aligned_alloc((gsize)self->n_ring * x->size, sizeof(Pixel), sizeof(Pixel));
    self->finished = g_malloc((gsize)x->size * bands);
    self->next_source = self->y.first;
    return self;
}

/* Bytes to floats, colours premultiplied. */
static void
load_row(VtResampler *self, const guint8 *row)
{
    int n = self->x.last - self->x.first;

    if (self->bands == 1) {
        for (int i = 0; i < n; i++)
            self->source[i] = (Pixel){row[i], 0, 0, 0};
    } else if (self->bands == 3) {
        for (int i = 0; i < n; i++, row += 3)
            self->source[i] = (Pixel){row[0], row[1], row[2], 0};
    } else {
        for (int i = 0; i < n; i++, row += 4) {
            Pixel colour = {row[0], row[1], row[2], 255};

            self->source[i] = colour * ((float)row[3] / 255.0f);
        }
    }
}

static void
filter_across(const VtResampler *self, Pixel *out)
{
    for (int i = 0; i < self->width; i++) {
        const Tap *tap = &self->x.taps[i];
        const Pixel *source = self->source + (tap->first - self->x.first);
        Pixel sum = {0, 0, 0, 0};

        for (int k = 0; k < tap->n; k++)
            sum += source[k] * tap->weight[k];
        out[i] = sum;
    }
}

static Pixel *
ring_row(const VtResampler *self, int y)
{
    return self->ring + (gsize)(y % self->n_ring) * self->width;
}

static void
add_row(const VtResampler *self, Pixel *sum, const Pixel *row, float weight)
{
    for (int i = 0; i < self->width; i++)
        sum[i] += row[i] * weight;
}

static void
clear_row(const VtResampler *self, Pixel *row)
{
    memset(row, 0, (gsize)self->width * sizeof(Pixel));
}

/* Adds the present source row to every output row it belongs to. */
static void
spread(VtResampler *self)
{
    const Tap *taps = self->y.taps;

    filter_across(self, self->across);
    for (; self->begun < self->height && taps[self->begun].first <= self->next_source;
         self->begun++)
        clear_row(self, ring_row(self, self->begun));
    for (int y = self->done; y < self->begun; y++) {
        int k = self->next_source - taps[y].first;

        if (k < taps[y].n)
            add_row(self, ring_row(self, y), self->across, taps[y].weight[k]);
    }
}

/* Sums up the output row that is next from the source rows in the ring. */
static const Pixel *
gather(VtResampler *self)
{
    const Tap *tap = &self->y.taps[self->done];

    clear_row(self, self->across);
    for (int k = 0; k < tap->n; k++)
        add_row(self, self->across, ring_row(self, tap->first + k), tap->weight[k]);
    return self->across;
}

static guint8
to_byte(float value)
{
    return (guint8)(CLAMP(value, 0.0f, 255.0f) + 0.5f);
}

/* Floats to bytes, colours straight again. */
static void
store_row(VtResampler *self, const Pixel *sum)
{
    guint8 *out = self->finished;

    for (int i = 0; i < self->width; i++, out += self->bands) {
        Pixel pixel = sum[i];

        if (self->bands == 4) {
            float alpha = CLAMP(pixel[3], 0.0f, 255.0f);

            out[3] = to_byte(alpha);
            pixel *= out[3] > 0 ? 255.0f / alpha : 0.0f;
        }
        for (int band = 0; band < MIN(self->bands, 3); band++)
            out[band] = to_byte(pixel[band]);
    }
}

gboolean
vt_resampler_push(VtResampler *self, const guint8 *row, GError **error)
{
    const Tap *taps = self->y.taps;

    load_row(self, row);
    if (self->enlarges)
        filter_across(self, ring_row(self, self->next_source));
    else
        spread(self);
    self->next_source++;
    while (self->done < self->height && tap_end(&taps[self->done]) <= self->next_source) {
        store_row(self, self->enlarges ? gather(self) : ring_row(self, self->done));
        if (!self->emit(self->data, self->done, self->finished, error))
            return FALSE;
        self->done++;
    }
    return TRUE;
}

void
vt_resampler_free(VtResampler *self)
{
    if (self == NULL)
        return;
    filter_clear(&self->x);
    filter_clear(&self->y);
    g_aligned_free(self->source);
    g_aligned_free(self->across);
    g_aligned_free(self->ring);
    g_free(self->finished);
    g_free(self);
}
