/* Where every value of a command comes from: flags, then environment, then configuration file (INI,
 * group `vitrine`), then defaults. One table: see settings.c.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *data;            /* data directory */
    char *listen;          /* HOST:PORT */
    char *mail;            /* URL of the server that sends e-mail; NULL: nobody is told */
    char *mail_from;       /* address */
    char *test_listen;     /* HOST:PORT of the test context; NULL: there is none */
    char *test_allow;      /* networks that may ask there; empty: everybody */
    char *delivery_listen; /* HOST:PORT of what is public; NULL: on @listen too */
    char *database;        /* sqlite:PATH or postgresql://…; NULL: in the data directory */
    char *storage;         /* file:DIR; NULL: in the data directory */
    char *public_url;      /* how people reach the server; NULL: where it listens */
    char *import_allow;    /* private networks imports may fetch from, or NULL */
    char *edges;           /* caches in front of the server, see sync/edge_call.h, or NULL */
    char *edge_secret;     /* signs what `http:` edges are sent, or NULL */
    char *workers;         /* threads that work on jobs, a number */
    char *tenant;          /* code; NULL: the only one */
    char *server;          /* http://HOST:PORT of a running server, or NULL */
    char *token;           /* for that server, or NULL */
    char *config;          /* configuration file, or NULL */
    gboolean json;         /* results as JSON */
} VtSettings;

void vt_settings_clear(VtSettings *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtSettings, vt_settings_clear)

/* Adds the options named in @names (separated by blanks) to @context; they write into @self. */
void vt_settings_add_options(VtSettings *self, GOptionContext *context, const char *names);

/* Fills what the flags left open. VT_ERROR_USAGE for a configuration file that cannot be read or
 * has a key that is not in the table. */
gboolean vt_settings_complete(VtSettings *self, GError **error);

/* The settings that have an environment variable, one line each, for --help. Newly allocated. */
char *vt_settings_help(void);
