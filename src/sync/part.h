/* A read store that holds what one request asks for and nothing else: for sessions that see as live
 * what is not (publish/shadow.h), whose answers nobody keeps.
 */
#pragma once

#include "db/db.h"

/* What is not there is left out: whoever reads the store finds that it is not. */
typedef struct {
    gint64 tenant_id;
    const char *tenant;          /* its code */
    const char *channel;         /* with its record; NULL: none */
    const char *const *products; /* ids of products or variants, with the media they show;
                                    NULL-terminated, or NULL */
    const char *category;        /* with its picture; NULL: none */
    const char *image;           /* an id of the image server, with its asset; NULL: none */
} VtPart;

/* Writes the store at @path, where nothing is yet. @db: a transaction that reads is open. Errors:
 * those of readstore/writer.h and db.h, VT_ERROR_DAMAGED. */
gboolean vt_part_write(VtDb *db, const VtPart *part, const char *path, GError **error);
