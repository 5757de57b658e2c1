/* `doctor`: looks at everything a server stands on and says what is wrong and what to do about it.
 *
 * A table of checks, in an order in which each stands on those before it; one that is fatal ends
 * the examination when it fails. Like every command it brings an older schema forward; otherwise it
 * changes nothing.
 */
#include "cli/command.h"

#include "base/error.h"
#include "base/json.h"
#include "base/text.h"
#include "changelog/consumer.h"
#include "cli/data.h"
#include "cli/output.h"
#include "media/binary.h"
#include "sync/edge.h"
#include "sync/quarantine.h"
#include "tenant/tenant.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LEAST_FREE_BYTES (G_GUINT64_CONSTANT(1) << 30)
enum { HASHES_PER_PAGE = 1000, MAX_NAMED = 5 };

/* A grey square of 8 pixels, as PNG. */
static const guint8 sample[] = {
    0x89,
    0x50,
    0x4e,
    0x47,
    0x0d,
    0x0a,
    0x1a,
    0x0a,
    0x00,
    0x00,
    0x00,
    0x0d,
    0x49,
    0x48,
    0x44,
    0x52,
    0x00,
    0x00,
    0x00,
    0x08,
    0x00,
    0x00,
    0x00,
    0x08,
    0x08,
    0x00,
    0x00,
    0x00,
    0x00,
    0xe1,
    0x64,
    0xe1,
    0x57,
    0x00,
    0x00,
    0x00,
    0x0c,
    0x49,
    0x44,
    0x41,
    0x54,
    0x78,
    0xda,
    0x63,
    0x60,
    0xa0,
    0x0e,
    0x00,
    0x00,
    0x00,
    0x48,
    0x00,
    0x01,
    0x10,
    0x45,
    0xef,
    0xd2,
    0x00,
    0x00,
    0x00,
    0x00,
    0x49,
    0x45,
    0x4e,
    0x44,
    0xae,
    0x42,
    0x60,
    0x82,
};

typedef struct {
    const VtSettings *settings;
    VtData data;
    GString *said; /* of the present check: what was found */
} Patient;

static void
patient_clear(Patient *self)
{
    vt_data_clear(&self->data);
    g_string_free(self->said, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Patient, patient_clear)

static gboolean
fails(Patient *patient, const GError *error)
{
    g_string_append_printf(
        patient->said, "%s (%s)", error->message, vt_error_rows[vt_error_code(error)].code);
    return FALSE;
}

static gboolean
check_directory(Patient *patient)
{
    const char *path = patient->settings->data;
    gboolean is_there = g_file_test(path, G_FILE_TEST_IS_DIR);

    g_string_append_printf(patient->said, "'%s' %s", path,
        !is_there                               ? "is no directory"
        : access(path, R_OK | W_OK | X_OK) != 0 ? "cannot be written by this user"
                                                : "can be written");
    return is_there && access(path, R_OK | W_OK | X_OK) == 0;
}

static gboolean
check_space(Patient *patient)
{
    struct statvfs facts;
    guint64 n_free;

    if (statvfs(patient->settings->data, &facts) != 0) {
        g_string_append(patient->said, "the file system does not say");
        return FALSE;
    }
    n_free = (guint64)facts.f_bavail * facts.f_frsize;
    g_string_append_printf(patient->said, "%" G_GUINT64_FORMAT " MiB are free", n_free >> 20);
    return n_free >= LEAST_FREE_BYTES;
}

static gboolean
check_database(Patient *patient)
{
    g_autoptr(GError) error = NULL;

    if (!vt_data_open(patient->settings, FALSE, &patient->data, &error))
        return fails(patient, error);
    g_string_append(patient->said, "opens and has the schema of this program");
    return TRUE;
}

static gboolean
check_tenant(Patient *patient)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tenants = vt_tenant_list(patient->data.db, &error);

    if (tenants == NULL)
        return fails(patient, error);
    g_string_append_printf(patient->said, "%u", tenants->len);
    return tenants->len > 0;
}

/* Names the first few blobs that are missing; *n counts all of them. */
static void
look_for(Patient *patient, const GPtrArray *binaries, guint64 *n)
{
    for (guint i = 0; i < binaries->len; i++) {
        const VtBinary *binary = g_ptr_array_index(binaries, i);
        gboolean has_both =
            vt_blob_has_original(patient->data.blobs, binary->hash.hex) &&
            (binary->pyramid_version == 0 || vt_blob_has_pyramid(patient->data.blobs,
                                                 binary->hash.hex, binary->pyramid_version));

        if (!has_both && (*n)++ < MAX_NAMED)
            g_string_append_printf(patient->said, "%s is missing; ", binary->hash.hex);
    }
}

static gboolean
check_blobs(Patient *patient)
{
    g_autofree char *after = g_strdup("");
    guint64 n_missing = 0, n_all = 0;

    for (;;) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GPtrArray) page =
            vt_binary_page(patient->data.db, after, HASHES_PER_PAGE, &error);

        if (page == NULL)
            return fails(patient, error);
        if (page->len == 0)
            break;
        look_for(patient, page, &n_missing);
        n_all += page->len;
        g_free(after);
        after = g_strdup(((const VtBinary *)g_ptr_array_index(page, page->len - 1))->hash.hex);
    }
    g_string_append_printf(patient->said,
        "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " are missing or lack their pyramid",
        n_missing, n_all);
    return n_missing == 0;
}

/* Being behind a schedule that is not due is well. */
static gboolean
is_waiting(Patient *patient, const VtConsumer *consumer)
{
    g_autofree char *due = NULL;

    if (consumer->due_us <= g_get_real_time())
        return FALSE;
    due = vt_text_time(consumer->due_us);
    g_string_append_printf(patient->said, "%s waits until %s; ", consumer->name, due);
    return TRUE;
}

/* How many consumers of a tenant are behind; each is named. */
static gboolean
look_at_consumers(Patient *patient, gint64 tenant_id, gint64 head, guint *n_behind, GError **error)
{
    g_autoptr(GPtrArray) consumers =
        vt_consumer_list(patient->data.db, tenant_id, patient->data.node, error);

    for (guint i = 0; consumers != NULL && i < consumers->len; i++) {
        const VtConsumer *consumer = g_ptr_array_index(consumers, i);

        if (consumer->problem == NULL && (consumer->seq >= head || is_waiting(patient, consumer)))
            continue;
        (*n_behind)++;
        g_string_append_printf(patient->said, "%s is %" G_GINT64_FORMAT " numbers behind%s%s; ",
            consumer->name, MAX(head - consumer->seq, 0), consumer->problem != NULL ? ": " : "",
            consumer->problem != NULL ? consumer->problem : "");
    }
    return consumers != NULL;
}

/* How many things of a tenant are in quarantine; the first few are named. */
static gboolean
look_at_quarantine(Patient *patient, gint64 tenant_id, guint *n_behind, GError **error)
{
    g_autoptr(json_t) list = vt_quarantine_list_json(patient->data.db, tenant_id, error);

    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);

        (*n_behind)++;
        if (i < MAX_NAMED)
            g_string_append_printf(patient->said, "%s lacks %s %s: %s; ",
                json_string_value(json_object_get(one, "store")),
                json_string_value(json_object_get(one, "kind")),
                json_string_value(json_object_get(one, "name")),
                json_string_value(json_object_get(one, "reason")));
    }
    return list != NULL;
}

static gboolean
check_consumers(Patient *patient)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) tenants = vt_tenant_list(patient->data.db, &error);
    gint64 head = 0;
    guint n_behind = 0;

    if (tenants == NULL || !vt_changelog_head(patient->data.db, &head, &error))
        return fails(patient, error);
    for (guint i = 0; i < tenants->len; i++) {
        gint64 tenant_id = ((const VtTenant *)g_ptr_array_index(tenants, i))->tenant_id;

        if (!look_at_consumers(patient, tenant_id, head, &n_behind, &error) ||
            !look_at_quarantine(patient, tenant_id, &n_behind, &error))
            return fails(patient, error);
    }
    g_string_append_printf(patient->said, "the log is at %" G_GINT64_FORMAT, head);
    return n_behind == 0;
}

static gboolean
check_edges(Patient *patient)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) loads = vt_edge_loads(patient->data.db, patient->data.node, &error);
    guint n_failing = 0;

    if (loads == NULL)
        return fails(patient, error);
    for (guint i = 0; i < loads->len; i++) {
        const VtEdgeLoad *load = g_ptr_array_index(loads, i);

        if (load->problem == NULL)
            continue;
        n_failing++;
        g_string_append_printf(patient->said, "%s: %s, %" G_GINT64_FORMAT " requests wait; ",
            load->name, load->problem, load->n_waiting);
    }
    g_string_append_printf(patient->said, "%u edges", loads->len);
    return n_failing == 0;
}

static gboolean
check_cage(Patient *patient)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtCage) cage = vt_data_cage(1);
    int in_fd = memfd_create("doctor-in", MFD_CLOEXEC);
    int out_fd = memfd_create("doctor-out", MFD_CLOEXEC);
    VtPyramidFacts facts = {0};
    gboolean works = in_fd >= 0 && out_fd >= 0 &&
                     write(in_fd, sample, sizeof sample) == sizeof sample &&
                     lseek(in_fd, 0, SEEK_SET) == 0;

    if (!works)
        vt_throw_errno(&error, "no memory for a picture");
    works = works && vt_cage_ingest(cage, in_fd, out_fd, &facts, &error);
    if (in_fd >= 0)
        close(in_fd);
    if (out_fd >= 0)
        close(out_fd);
    if (!works)
        return fails(patient, error);
    g_string_append(patient->said, "a picture was decoded in it");
    return TRUE;
}

static const struct {
    const char *name;
    gboolean (*check)(Patient *patient); /* FALSE: wrong */
    gboolean fatal;
    const char *advice;
} check_row[] = {
    {"data directory", check_directory, TRUE,
        "name the right one with --data, make one with `vitrine init`, or give it to the user "
        "that runs vitrine"},
    {"disk space", check_space, FALSE,
        "free at least 1 GiB; DATA/cache may be deleted while no server runs"},
    {"database", check_database, TRUE,
        "data_in_use: a server runs here, ask its /readyz or stop it first; newer_schema: install "
        "the version that wrote the data; otherwise see that the database runs, --database names "
        "it and the disk is sound, or restore a backup"},
    {"tenants", check_tenant, FALSE,
        "make the first with the link that `vitrine serve` prints, or with `vitrine init`"},
    {"blobs", check_blobs, FALSE,
        "see that --storage names the right place, restore the files from a backup, or import "
        "those media again"},
    {"read stores", check_consumers, FALSE,
        "a running server catches up by itself, without one `vitrine sync` does it; what a store "
        "lacks keeps its old answer there: mend and publish it, or try again with "
        "`vitrine sync --retry`"},
    {"edges", check_edges, FALSE,
        "see that the edge runs and lets this server purge (edge/origin.vcl); a running server "
        "asks "
        "it again by itself; one that is gone for good is left out of `serve --edges`"},
    {"cage", check_cage, FALSE,
        "see that the kernel allows seccomp and this user has processes and memory left"},
};

/* Prints or collects one finding; whether all is well with it. */
static gboolean
examine(Patient *patient, gsize i, json_t *findings)
{
    gboolean well;

    g_string_truncate(patient->said, 0);
    well = check_row[i].check(patient);
    if (patient->settings->json)
        json_array_append_new(findings,
            json_pack("{s:s,s:b,s:s,s:s?}", "check", check_row[i].name, "well", well, "found",
                patient->said->str, "advice", well ? NULL : check_row[i].advice));
    else
        vt_print("%-5s  %s: %s\n%s%s%s", well ? "ok" : "WRONG", check_row[i].name,
            patient->said->str, well ? "" : "       what to do: ", well ? "" : check_row[i].advice,
            well ? "" : "\n");
    return well;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autoptr(json_t) findings = json_array();
    g_autofree char *text = NULL;
    g_auto(Patient) patient = {.settings = &settings, .data.lock_fd = -1, .said = g_string_new("")};
    gboolean all_well = TRUE;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    for (gsize i = 0; i < G_N_ELEMENTS(check_row); i++) {
        gboolean well = examine(&patient, i, findings);

        all_well = all_well && well;
        if (!well && check_row[i].fatal)
            break;
    }
    text = json_dumps(findings, JSON_COMPACT);
    if (settings.json)
        vt_print("%s\n", text);
    return all_well ? VT_EXIT_DONE : VT_EXIT_REFUSED;
}

const VtCommand vt_command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "Examines the data, the database and the cage; says what is wrong and what to do",
    .options = "data database storage config json",
    .examples = "  vitrine doctor --data /srv/vitrine\n",
    .run = run,
};
