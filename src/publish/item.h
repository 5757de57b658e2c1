/* One document in one state: what plans are made of. */
#pragma once

#include <glib.h>

typedef struct {
    gint64 document_id;
    gint64 number; /* a revision; 0: the head when publishing, taken back in a finished plan */
    int places;    /* where it is to show; 0: where it does already, or everywhere */
} VtPublishItem;
