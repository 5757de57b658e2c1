/* Where everything is put together: database, consumers, authoring API and delivery in one process.
 */
#include "cli/command.h"

#include "api/api.h"
#include "base/error.h"
#include "base/random.h"
#include "base/thread.h"
#include "cli/data.h"
#include "cli/demo.h"
#include "cli/kinds.h"
#include "cli/metrics.h"
#include "cli/output.h"
#include "cli/previews.h"
#include "delivery/delivery.h"
#include "imaging/pyramid.h"
#include "jobs/files.h"
#include "tenant/setup.h"

enum { DB_SESSIONS = 8, INGEST_WORKERS = 2, FIRST_RUN_DIGITS = 64, MAX_WORKERS = 64 };
enum { TEST_CACHE_BYTES = 1 << 20 };
#define TEST_DISK_BYTES (G_GUINT64_CONSTANT(256) << 20)

/* In the order of making; freed in reverse. */
typedef struct {
    VtData data;
    VtDbPool *pool;
    VtPreviews previews;
    VtDelivery *delivery;
    VtCage *cage;
    VtIngest *ingest;
    char *uploads;
    char *job_files;
    VtHttpAllowed *allowed; /* private networks imports may fetch from */
    VtEdgeLoop *edges;
    VtSyncLoop *sync;
    VtKindData kind_data;
    VtJobKinds kinds;
    VtMailServer *mail; /* NULL: nobody is told by e-mail */
    VtJobWorkers *workers;
    VtApi *api;
    VtServer *server;
    VtServer *public_server; /* of delivery alone; NULL: @server has its routes */
    VtDelivery *test;        /* the test context, as the next two; NULL: there is none */
    VtServer *test_server;
    VtHttpAllowed *testers; /* who may ask there */
    VtMetrics metrics;
    char *first_run; /* token of the set-up link; NULL: there is a tenant */
} Node;

static void
node_clear(Node *self)
{
    if (self->api != NULL)
        vt_api_stop(self->api);
    vt_server_free(self->server);
    vt_server_free(self->public_server);
    vt_server_free(self->test_server);
    vt_job_workers_free(self->workers);
    vt_mail_server_free(self->mail);
    vt_sync_loop_free(self->sync);
    vt_edge_loop_free(self->edges);
    vt_api_free(self->api);
    vt_ingest_free(self->ingest);
    vt_cage_free(self->cage);
    g_free(self->uploads);
    g_free(self->job_files);
    vt_http_allowed_free(self->allowed);
    vt_http_metrics_free(self->metrics.http);
    g_free(self->first_run);
    vt_delivery_free(self->delivery);
    vt_delivery_free(self->test);
    vt_http_allowed_free(self->testers);
    vt_db_pool_free(self->pool);
    vt_data_clear(&self->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Node, node_clear)

/* What works on pictures: delivery, and the cage where new ones are decoded. */
static gboolean
open_pictures(Node *self, GError **error)
{
    VtDeliveryOptions options = {.data = self->data.directory,
        .blobs = self->data.blobs,
        .pyramid_version = VT_PYRAMID_VERSION,
        .make_preview = vt_previews_make,
        .preview_data = &self->previews};

    self->previews.database_url = self->data.database_url;
    self->delivery = vt_delivery_new(&options, error);
    if (self->delivery == NULL)
        return FALSE;
    self->cage = vt_data_cage(INGEST_WORKERS);
    self->ingest = vt_data_ingest(&self->data, self->cage);
    return TRUE;
}

static void
store_changed(gpointer data)
{
    vt_delivery_refresh(((Node *)data)->delivery);
}

static void
ring_edges(gpointer data)
{
    vt_edge_loop_ring(((Node *)data)->edges);
}

/* The edges come first: what the first batch changes is for them too. */
static gboolean
start_consumers(Node *self, const VtSettings *settings, GError **error)
{
    VtEdgeLoopOptions edges = {.database_url = self->data.database_url,
        .node = self->data.node,
        .names = settings->edges,
        .secret = settings->edge_secret,
        .before = store_changed,
        .data = self};
    VtSyncLoopOptions options = {.database_url = self->data.database_url,
        .directory = self->data.readstore,
        .node = self->data.node,
        .applied = store_changed,
        .requested = ring_edges,
        .data = self};

    self->edges = vt_edge_loop_new(&edges, self->data.db, error);
    if (self->edges == NULL)
        return FALSE;
    self->sync = vt_sync_loop_new(&options);
    return TRUE;
}

static gboolean
open_mail(Node *self, const VtSettings *settings, GError **error)
{
    if ((settings->mail == NULL) != (settings->mail_from == NULL))
        return vt_throw(error, VT_ERROR_USAGE, "--mail and --mail-from go together");
    if (settings->mail != NULL)
        self->mail = vt_mail_server_new(settings->mail, settings->mail_from, error);
    return settings->mail == NULL || self->mail != NULL;
}

static gboolean
start_jobs(Node *self, const VtSettings *settings, GError **error)
{
    VtJobWorkersOptions options = {.database_url = self->data.database_url,
        .kinds = &self->kinds,
        .name = self->data.node,
        .is_alone = vt_data_take_node(&self->data),
        .allowed = self->allowed};
    guint64 n = 0;

    if (!g_ascii_string_to_unsigned(settings->workers, 10, 0, MAX_WORKERS, &n, NULL))
        return vt_throw(error, VT_ERROR_USAGE, "--workers is a number from 0 to %d", MAX_WORKERS);
    self->job_files = g_build_filename(self->data.directory, "jobs", NULL);
    self->kind_data = (VtKindData){.sync = self->sync,
        .edges = self->edges,
        .ingest = self->ingest,
        .allowed = self->allowed,
        .files = self->job_files};
    if (!open_mail(self, settings, error))
        return FALSE;
    self->kinds = (VtJobKinds){.table = vt_kind_table,
        .data = &self->kind_data,
        .files = self->job_files,
        .add_addresses = self->mail != NULL ? vt_kinds_add_addresses : NULL};
    vt_job_folders_tidy(self->data.db, self->job_files, g_get_real_time());
    options.n_workers = (guint)n;
    options.mail = self->mail;
    if (!vt_kinds_book_standing(self->data.db, &self->kinds, g_get_real_time(), error))
        return FALSE;
    self->workers = vt_job_workers_new(&options);
    return TRUE;
}

static VtServer *
listen_on(const VtServerOptions *options, const GArray *routes, GError **error)
{
    VtRouteTable *table =
        vt_route_table_new((const VtRoute *)(gconstpointer)routes->data, routes->len, error);

    return table != NULL ? vt_server_new(options, table, error) : NULL;
}

/* What is public on a listener of its own: foreign bytes then never share an origin with people's
 * sessions. */
static gboolean
listen_publicly(Node *self, const char *address, gboolean log_requests, GError **error)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(VtRoute));
    VtServerOptions options = {
        .listen = address, .log_requests = log_requests, .metrics = self->metrics.http};

    vt_delivery_add_health_routes(self->delivery, routes);
    vt_delivery_add_routes(self->delivery, routes);
    vt_delivery_add_preview_routes(self->delivery, routes);
    self->public_server = listen_on(&options, routes, error);
    return self->public_server != NULL;
}

/* Drafts are for few: a small cache beside that of delivery. */
static VtDelivery *
open_test(Node *self, GError **error)
{
    g_autofree char *folder = g_build_filename(self->data.directory, "test", NULL);
    const VtDeliveryOptions options = {.data = folder,
        .blobs = self->data.blobs,
        .pyramid_version = VT_PYRAMID_VERSION,
        .n_renderers = 1,
        .answer_bytes = TEST_CACHE_BYTES,
        .picture_bytes = TEST_CACHE_BYTES,
        .rendition_bytes = TEST_DISK_BYTES,
        .is_test = TRUE,
        .make_preview = vt_previews_make_finished,
        .preview_data = &self->previews};

    return vt_delivery_new(&options, error);
}

/* All that is finished, published or not, for the addresses that may see it. */
static gboolean
listen_for_tests(Node *self, const VtSettings *settings, gboolean log_requests, GError **error)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(VtRoute));
    VtServerOptions options = {.listen = settings->test_listen, .log_requests = log_requests};

    if (settings->test_listen == NULL)
        return TRUE;
    self->testers = vt_http_allowed_parse(settings->test_allow, error);
    self->test = self->testers != NULL ? open_test(self, error) : NULL;
    if (self->test == NULL)
        return FALSE;
    if (!vt_http_allowed_is_empty(self->testers))
        options.clients = self->testers;
    vt_delivery_add_health_routes(self->test, routes);
    vt_delivery_add_routes(self->test, routes);
    self->test_server = listen_on(&options, routes, error);
    return self->test_server != NULL;
}

static gboolean
listen_for_all(Node *self, const VtSettings *settings, gboolean log_requests, GError **error)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, FALSE, sizeof(VtRoute));
    VtServerOptions options = {.listen = settings->listen,
        .log_requests = log_requests,
        .spool_directory = self->uploads,
        .authorize = vt_api_authorize,
        .authorize_data = self->api};

    self->metrics = (VtMetrics){.pool = self->pool,
        .delivery = self->delivery,
        .http = vt_http_metrics_new(),
        .node = self->data.node};
    options.metrics = self->metrics.http;
    vt_metrics_add_routes(&self->metrics, routes);
    vt_api_add_routes(self->api, routes);
    vt_delivery_add_health_routes(self->delivery, routes);
    if (settings->delivery_listen == NULL) {
        vt_delivery_add_routes(self->delivery, routes);
        vt_delivery_add_preview_routes(self->delivery, routes);
    } else if (!listen_publicly(self, settings->delivery_listen, log_requests, error)) {
        return FALSE;
    }
    self->server = listen_on(&options, routes, error);
    return self->server != NULL;
}

/* Without a tenant the server can only be set up; each start makes a link of its own. */
static gboolean
prepare_first_run(Node *self, GError **error)
{
    gboolean needed = FALSE;

    if (!vt_setup_is_needed(self->data.db, &needed, error))
        return FALSE;
    if (needed) {
        self->first_run = g_malloc0(FIRST_RUN_DIGITS + 1);
        vt_random_hex(self->first_run, FIRST_RUN_DIGITS);
    }
    return TRUE;
}

static gboolean
start(Node *self, const VtSettings *settings, gboolean log_requests, GError **error)
{
    VtApiOptions options;

    self->allowed =
        vt_http_allowed_parse(settings->import_allow != NULL ? settings->import_allow : "", error);
    if (self->allowed == NULL || !prepare_first_run(self, error))
        return FALSE;
    self->pool = vt_db_pool_new(self->data.database_url, DB_SESSIONS);
    if (!start_consumers(self, settings, error) || !start_jobs(self, settings, error))
        return FALSE;
    self->uploads = g_build_filename(self->data.directory, "uploads", NULL);
    options = (VtApiOptions){.pool = self->pool,
        .sync = self->sync,
        .edges = self->edges,
        .ingest = self->ingest,
        .blobs = self->data.blobs,
        .workers = self->workers,
        .kinds = &self->kinds,
        .uploads = self->uploads,
        .first_run = self->first_run,
        .behind_tls =
            settings->public_url != NULL && g_str_has_prefix(settings->public_url, "https:")};
    self->api = vt_api_new(&options);
    return listen_for_tests(self, settings, log_requests, error) &&
           listen_for_all(self, settings, log_requests, error);
}

static void
print_sign_in(const VtDemoSignIn *sign_in)
{
    if (sign_in->user != NULL)
        vt_print("sign in as '%s' with the password '%s'\nAPI token %s\n", sign_in->user,
            sign_in->password, sign_in->token);
}

/* The token stands behind the #, so that no log of a proxy gets it. */
static void
print_first_run(const Node *node, const VtSettings *settings)
{
    g_autofree char *local = g_strdup_printf("http://%s", vt_server_address(node->server));

    if (node->first_run != NULL)
        vt_print("there is no tenant yet; set the server up within 30 minutes at\n"
                 "%s/#first-run=%s\n",
            settings->public_url != NULL ? settings->public_url : local, node->first_run);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    gboolean demo = FALSE, log_requests = FALSE;
    const GOptionEntry own[] = {
        {"demo", 0, 0, G_OPTION_ARG_NONE, &demo, "make and serve a sample shop", NULL},
        {"log-requests", 0, 0, G_OPTION_ARG_NONE, &log_requests, "log a line for each request",
            NULL},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_auto(VtDemoSignIn) sign_in = {0};
    g_auto(Node) node = {.data.lock_fd = -1};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    vt_stop_signals_block();
    if (!vt_data_open(&settings, TRUE, &node.data, &error) || !open_pictures(&node, &error) ||
        (demo && !vt_demo_prepare(&node.data, node.ingest, &sign_in, &error)) ||
        !start(&node, &settings, log_requests, &error))
        return vt_command_fail(error);
    print_sign_in(&sign_in);
    print_first_run(&node, &settings);
    if (node.test_server != NULL)
        vt_print("testing on http://%s\n", vt_server_address(node.test_server));
    if (node.public_server != NULL)
        vt_print("delivering on http://%s\n", vt_server_address(node.public_server));
    vt_print("listening on http://%s\n", vt_server_address(node.server));
    vt_stop_signals_wait();
    return VT_EXIT_DONE;
}

const VtCommand vt_command_serve = {
    .name = "serve",
    .arguments = "[--demo]",
    .summary = "Serves the authoring API, the channel API and pictures until SIGTERM or SIGINT",
    .options = "data listen delivery-listen test-listen test-allow database storage public-url "
               "import-allow edges "
               "edge-secret mail mail-from workers config",
    .examples = "  vitrine serve --data /srv/vitrine --listen 127.0.0.1:8080\n"
                "  vitrine serve --demo --data /tmp/sample-shop\n"
                "  vitrine serve --data /srv/vitrine --database postgresql:///vitrine\n",
    .run = run,
};
