#include "cli/settings.h"

#include "base/error.h"

#include <stddef.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *environment;
    const char *fallback; /* or NULL */
    gsize offset;
    const char *argument;
    const char *about;
} Setting;

static const Setting setting_row[] = {
    {"data", "VITRINE_DATA", "vitrine-data", offsetof(VtSettings, data), "DIR",
        "data directory (default: vitrine-data)"},
    {"listen", "VITRINE_LISTEN", "127.0.0.1:8080", offsetof(VtSettings, listen), "HOST:PORT",
        "address to serve (default: 127.0.0.1:8080; port 0: any free one)"},
    {"delivery-listen", "VITRINE_DELIVERY_LISTEN", NULL, offsetof(VtSettings, delivery_listen),
        "HOST:PORT", "address of its own for /is/ and /channel/ (default: they are on --listen)"},
    {"test-listen", "VITRINE_TEST_LISTEN", NULL, offsetof(VtSettings, test_listen), "HOST:PORT",
        "address where all that is finished answers as if it were live (default: none)"},
    {"test-allow", "VITRINE_TEST_ALLOW", "127.0.0.1", offsetof(VtSettings, test_allow), "NETWORK,…",
        "who may ask on --test-listen (default: 127.0.0.1; empty: everybody)"},
    {"database", "VITRINE_DATABASE", NULL, offsetof(VtSettings, database), "URL",
        "sqlite:PATH or postgresql://… (default: in the data directory)"},
    {"storage", "VITRINE_STORAGE", NULL, offsetof(VtSettings, storage), "URL",
        "file:DIR for the bytes of media (default: in the data directory)"},
    {"public-url", "VITRINE_PUBLIC_URL", NULL, offsetof(VtSettings, public_url), "URL",
        "how people reach the server, when through a proxy; https: cookies are Secure"},
    {"import-allow", "VITRINE_IMPORT_ALLOW", NULL, offsetof(VtSettings, import_allow), "NETWORK,…",
        "private networks that imports may fetch from, and jobs tell (default: none)"},
    {"edges", "VITRINE_EDGES", NULL, offsetof(VtSettings, edges), "EDGE,…",
        "caches in front of the server, told what changed: varnish:URL or http:URL"},
    {"edge-secret", "VITRINE_EDGE_SECRET", NULL, offsetof(VtSettings, edge_secret), "TEXT",
        "signs what http: edges are sent; better in the environment than on a command line"},
    {"mail", "VITRINE_MAIL", NULL, offsetof(VtSettings, mail), "URL",
        "server that sends e-mail: smtp://, smtp+starttls:// or smtps://HOST[:PORT]; with a "
        "password better in the environment"},
    {"mail-from", "VITRINE_MAIL_FROM", NULL, offsetof(VtSettings, mail_from), "ADDRESS",
        "whom e-mail comes from"},
    {"workers", "VITRINE_WORKERS", "2", offsetof(VtSettings, workers), "N",
        "threads that work on jobs (default: 2; 0 to 64)"},
    {"tenant", "VITRINE_TENANT", NULL, offsetof(VtSettings, tenant), "CODE",
        "tenant (optional while there is one)"},
    {"server", "VITRINE_SERVER", NULL, offsetof(VtSettings, server), "URL",
        "a running server to act on, instead of the data directory"},
    {"token", "VITRINE_TOKEN", NULL, offsetof(VtSettings, token), "TOKEN",
        "API token for --server"},
    {"config", "VITRINE_CONFIG", NULL, offsetof(VtSettings, config), "FILE",
        "configuration file (INI)"},
};

static char **
member(VtSettings *self, const Setting *setting)
{
    return (char **)(gpointer)((char *)self + setting->offset);
}

void
vt_settings_clear(VtSettings *self)
{
    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++)
        g_clear_pointer(member(self, &setting_row[i]), g_free);
}

void
vt_settings_add_options(VtSettings *self, GOptionContext *context, const char *names)
{
    g_auto(GStrv) wanted = g_strsplit(names, " ", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++) {
        const Setting *setting = &setting_row[i];
        GOptionEntry entry[] = {
            {setting->name, 0, 0, G_OPTION_ARG_STRING, member(self, setting), setting->about,
                setting->argument},
            {0},
        };

        if (g_strv_contains((const char *const *)wanted, setting->name))
            g_option_context_add_main_entries(context, entry, NULL);
    }
    if (g_strv_contains((const char *const *)wanted, "json")) {
        GOptionEntry entry[] = {
            {"json", 0, 0, G_OPTION_ARG_NONE, &self->json, "results as JSON", NULL},
            {0},
        };

        g_option_context_add_main_entries(context, entry, NULL);
    }
}

static const Setting *
find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++)
        if (strcmp(setting_row[i].name, name) == 0)
            return &setting_row[i];
    return NULL;
}

static gboolean
load_file(VtSettings *self, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) local = NULL;
    g_auto(GStrv) keys = NULL;

    if (!g_key_file_load_from_file(file, self->config, G_KEY_FILE_NONE, &local) ||
        (keys = g_key_file_get_keys(file, "vitrine", NULL, &local)) == NULL)
        return vt_throw(
            error, VT_ERROR_USAGE, "configuration file '%s': %s", self->config, local->message);
    for (char **key = keys; *key != NULL; key++) {
        const Setting *setting = find(*key);
        char **value;

        if (setting == NULL)
            return vt_throw(error, VT_ERROR_USAGE,
                "configuration file '%s': there is no setting '%s'", self->config, *key);
        value = member(self, setting);
        if (*value == NULL)
            *value = g_key_file_get_string(file, "vitrine", *key, NULL);
    }
    return TRUE;
}

gboolean
vt_settings_complete(VtSettings *self, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++) {
        char **value = member(self, &setting_row[i]);
        const char *text = g_getenv(setting_row[i].environment);

        if (*value == NULL && text != NULL && *text != '\0')
            *value = g_strdup(text);
    }
    if (self->config != NULL && !load_file(self, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++) {
        char **value = member(self, &setting_row[i]);

        if (*value == NULL)
            *value = g_strdup(setting_row[i].fallback);
    }
    return TRUE;
}

char *
vt_settings_help(void)
{
    GString *text = g_string_new("");

    for (gsize i = 0; i < G_N_ELEMENTS(setting_row); i++)
        g_string_append_printf(
            text, "  %-18s %s\n", setting_row[i].environment, setting_row[i].about);
    return g_string_free(text, FALSE);
}
