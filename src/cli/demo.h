/* The sample shop of `serve --demo`: drawn, loaded and published by the program itself through the
 * same doors a shop uses: catalogue file, manifest, publish.
 */
#pragma once

#include "cli/data.h"
#include "media/ingest.h"

#define VT_DEMO_TENANT "demo"

/* How to get in. */
typedef struct {
    char *user;
    char *password;
    char *token;
} VtDemoSignIn;

void vt_demo_sign_in_clear(VtDemoSignIn *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtDemoSignIn, vt_demo_sign_in_clear)

/* Makes the shop in an empty data directory, completes one that was cut short, or finds it ready.
 * Tells on standard error what it does, for it takes seconds. Needs vt_imaging_init().
 * VT_ERROR_DATA_USED when the directory holds another shop. */
gboolean vt_demo_prepare(VtData *data, VtIngest *ingest, VtDemoSignIn *ret_sign_in, GError **error);
