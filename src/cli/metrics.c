#include "cli/metrics.h"

#include "changelog/change.h"
#include "changelog/consumer.h"
#include "jobs/job.h"
#include "jobs/state.h"
#include "sync/edge.h"
#include "tenant/tenant.h"

#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    const char *type;
    const char *help;
} Metric;

static void
write_head(GString *text, const Metric *metric)
{
    g_string_append_printf(text, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
        metric->name, metric->type);
}

static void
write_number(GString *text, const Metric *metric, guint64 value)
{
    write_head(text, metric);
    g_string_append_printf(text, "%s %" G_GUINT64_FORMAT "\n", metric->name, value);
}

static void
write_delivery(const VtMetrics *self, GString *text)
{
    VtDeliveryCounts counts = vt_delivery_counts(self->delivery);
    const struct {
        Metric metric;
        guint64 value;
    } row[] = {
        {{"vitrine_renditions_total", "counter", "Renditions computed."}, counts.n_rendered},
        {{"vitrine_renditions_waiting", "gauge", "Renditions that wait for a thread."},
            counts.n_waiting},
        {{"vitrine_image_memory_hits_total", "counter", "Pictures answered from memory."},
            counts.n_memory_hits},
        {{"vitrine_image_disk_hits_total", "counter", "Pictures answered from the disk."},
            counts.n_disk_hits},
        {{"vitrine_channel_memory_hits_total", "counter", "Channel answers from memory."},
            counts.n_channel_hits},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        write_number(text, &row[i].metric, row[i].value);
}

/* Resident pages of this process, from the kernel; 0 when it does not say. */
static guint64
resident_bytes(void)
{
    g_autofree char *text = NULL;
    const char *second;
    guint64 resident;

    if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
        return 0;
    second = strchr(text, ' ');
    resident = second != NULL ? g_ascii_strtoull(second + 1, NULL, 10) : 0;
    return resident * (guint64)sysconf(_SC_PAGESIZE);
}

static void
write_consumers(const VtMetrics *self, VtDb *db, gint64 tenant_id, gint64 head, GString *text)
{
    g_autoptr(GPtrArray) consumers = vt_consumer_list(db, tenant_id, self->node, NULL);

    for (guint i = 0; consumers != NULL && i < consumers->len; i++) {
        const VtConsumer *consumer = g_ptr_array_index(consumers, i);

        /* names are made of codes: nothing in them needs an escape */
        g_string_append_printf(text,
            "vitrine_consumer_lag{consumer=\"%s\"} %" G_GINT64_FORMAT "\n"
            "vitrine_consumer_failing{consumer=\"%s\"} %d\n",
            consumer->name, MAX(head - consumer->seq, 0), consumer->name,
            consumer->problem != NULL);
    }
}

static gboolean
write_log(const VtMetrics *self, VtDb *db, GString *text, GError **error)
{
    static const Metric head_metric = {"vitrine_log_head", "gauge", "Newest number of the log."};
    static const Metric lag = {
        "vitrine_consumer_lag", "gauge", "Log numbers a channel database is behind."};
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);
    gint64 head = 0;

    if (tenants == NULL || !vt_changelog_head(db, &head, error))
        return FALSE;
    write_number(text, &head_metric, (guint64)head);
    write_head(text, &lag);
    for (guint i = 0; i < tenants->len; i++)
        write_consumers(
            self, db, ((const VtTenant *)g_ptr_array_index(tenants, i))->tenant_id, head, text);
    return TRUE;
}

static gboolean
write_jobs(VtDb *db, GString *text, GError **error)
{
    static const Metric jobs = {"vitrine_jobs", "gauge", "Jobs that have not ended, by state."};
    guint64 counts[VT_JOB_STATE_COUNT];

    if (!vt_job_count(db, counts, error))
        return FALSE;
    write_head(text, &jobs);
    for (int state = 0; state < VT_JOB_STATE_COUNT; state++)
        if (!vt_job_state_is_end((VtJobState)state))
            g_string_append_printf(text, "vitrine_jobs{state=\"%s\"} %" G_GUINT64_FORMAT "\n",
                vt_job_state_names[state], counts[state]);
    return TRUE;
}

static gboolean
write_edges(const VtMetrics *self, VtDb *db, GString *text, GError **error)
{
    static const Metric waiting = {
        "vitrine_edge_waiting", "gauge", "Requests an edge has not confirmed."};
    g_autoptr(GPtrArray) loads = vt_edge_loads(db, self->node, error);

    if (loads == NULL)
        return FALSE;
    write_head(text, &waiting);
    for (guint i = 0; i < loads->len; i++) {
        const VtEdgeLoad *load = g_ptr_array_index(loads, i);

        /* names have no quotes */
        g_string_append_printf(text,
            "vitrine_edge_waiting{edge=\"%s\"} %" G_GINT64_FORMAT "\n"
            "vitrine_edge_failing{edge=\"%s\"} %d\n",
            load->name, load->n_waiting, load->name, load->problem != NULL);
    }
    return TRUE;
}

/* A database that does not answer is a metric, not a reason to show none. */
static void
write_database(const VtMetrics *self, GString *text)
{
    static const Metric up = {"vitrine_database_up", "gauge", "Whether the database answers."};
    g_autoptr(GString) part = g_string_new("");
    VtDb *db = vt_db_pool_take(self->pool, NULL);
    gboolean done = db != NULL && write_log(self, db, part, NULL) && write_jobs(db, part, NULL) &&
                    write_edges(self, db, part, NULL);

    if (db != NULL)
        vt_db_pool_give(self->pool, db);
    write_number(text, &up, done);
    if (done)
        g_string_append(text, part->str);
}

static void
show(VtRequest *request, gpointer data)
{
    static const Metric memory = {
        "process_resident_memory_bytes", "gauge", "Resident memory of the process."};
    const VtMetrics *self = data;
    GString *text = g_string_new("");
    g_autoptr(GBytes) body = NULL;
    VtReply *reply;

    vt_http_metrics_write(self->http, text);
    write_delivery(self, text);
    write_database(self, text);
    write_number(text, &memory, resident_bytes());
    body = g_string_free_to_bytes(text);
    reply = vt_reply_new_bytes(200, "text/plain; version=0.0.4; charset=utf-8", body);
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_request_reply(request, reply);
}

void
vt_metrics_add_routes(VtMetrics *self, GArray *routes)
{
    VtRoute route = {&vt_route_rows[VT_ROUTE_METRICS], show, self, VT_ROUTE_ON_WORKER, 0};

    g_array_append_val(routes, route);
}
