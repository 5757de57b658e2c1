#include "http/metrics.h"

#include <stdatomic.h>
#include <stdint.h>

enum { FIRST_STATUS = 100, N_STATUS = 500, OTHER = VT_N_ROUTES, N_ROUTES = VT_N_ROUTES + 1 };

/* Upper ends of the histogram's buckets. */
static const gint64 bucket_us[] = {1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000,
    1000000, 2500000, 5000000, 10000000};

struct _VtHttpMetrics {
    _Atomic guint64 n_by_status[N_ROUTES][N_STATUS];
    _Atomic guint64 n_by_bucket[N_ROUTES][G_N_ELEMENTS(bucket_us) + 1]; /* not cumulative */
    _Atomic guint64 sum_us[N_ROUTES];
};

VtHttpMetrics *
vt_http_metrics_new(void)
{
    return g_new0(VtHttpMetrics, 1);
}

void
vt_http_metrics_free(VtHttpMetrics *self)
{
    g_free(self);
}

static guint
place_of(const VtRouteRow *row)
{
    uintptr_t at = (uintptr_t)row, first = (uintptr_t)vt_route_rows;

    return at >= first && at < first + sizeof vt_route_rows ? (guint)(row - vt_route_rows) : OTHER;
}

void
vt_http_metrics_count(VtHttpMetrics *self, const VtRouteRow *row, guint status, gint64 took_us)
{
    guint route = place_of(row);
    guint bucket = 0;

    g_return_if_fail(status >= FIRST_STATUS && status < FIRST_STATUS + N_STATUS);
    while (bucket < G_N_ELEMENTS(bucket_us) && took_us > bucket_us[bucket])
        bucket++;
    atomic_fetch_add(&self->n_by_status[route][status - FIRST_STATUS], 1);
    atomic_fetch_add(&self->n_by_bucket[route][bucket], 1);
    atomic_fetch_add(&self->sum_us[route], (guint64)MAX(took_us, 0));
}

static const char *
name_of(guint route)
{
    return route < VT_N_ROUTES ? vt_route_rows[route].id : "other";
}

static void
write_requests(VtHttpMetrics *self, guint route, GString *text)
{
    for (guint i = 0; i < N_STATUS; i++) {
        guint64 n = atomic_load(&self->n_by_status[route][i]);

        if (n > 0)
            g_string_append_printf(text,
                "vitrine_http_requests_total{route=\"%s\",status=\"%u\"} %" G_GUINT64_FORMAT "\n",
                name_of(route), FIRST_STATUS + i, n);
    }
}

static void
write_seconds(VtHttpMetrics *self, guint route, GString *text)
{
    static const char *const name = "vitrine_http_request_seconds";
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    guint64 n = 0, n_all = 0;

    for (guint i = 0; i <= G_N_ELEMENTS(bucket_us); i++)
        n_all += atomic_load(&self->n_by_bucket[route][i]);
    if (n_all == 0)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(bucket_us); i++) {
        n += atomic_load(&self->n_by_bucket[route][i]);
        g_ascii_formatd(number, sizeof number, "%g", (double)bucket_us[i] / 1e6);
        g_string_append_printf(text, "%s_bucket{route=\"%s\",le=\"%s\"} %" G_GUINT64_FORMAT "\n",
            name, name_of(route), number, n);
    }
    g_ascii_formatd(number, sizeof number, "%.6f", (double)atomic_load(&self->sum_us[route]) / 1e6);
    g_string_append_printf(text,
        "%s_bucket{route=\"%s\",le=\"+Inf\"} %" G_GUINT64_FORMAT "\n%s_sum{route=\"%s\"} %s\n"
        "%s_count{route=\"%s\"} %" G_GUINT64_FORMAT "\n",
        name, name_of(route), n_all, name, name_of(route), number, name, name_of(route), n_all);
}

void
vt_http_metrics_write(VtHttpMetrics *self, GString *text)
{
    g_string_append(text, "# HELP vitrine_http_requests_total Requests answered.\n"
                          "# TYPE vitrine_http_requests_total counter\n");
    for (guint route = 0; route < N_ROUTES; route++)
        write_requests(self, route, text);
    g_string_append(text, "# HELP vitrine_http_request_seconds Time from the head of a request to "
                          "the end of its answer.\n"
                          "# TYPE vitrine_http_request_seconds histogram\n");
    for (guint route = 0; route < N_ROUTES; route++)
        write_seconds(self, route, text);
}
