/* The members of a set: the assets it holds, in order, each with what stands for it in a list of
 * choices.
 *
 * In the body of a revision they are
 *     [{"asset": 17, "swatch": 18, "label": "Red"}, {"asset": 19, "color": "#0000ff"}]
 * by ids; people send and get names instead (asset_set.h). Absent keys are empty.
 */
#pragma once

#include "base/json.h"

enum {
    VT_SET_MAX_MEMBERS = 1000,
    VT_SET_MAX_REPEATS = 20, /* of one asset in a set */
    VT_SET_MAX_ROWS = 1000,
    VT_SET_MAX_LABEL = 255 /* bytes */
};

typedef struct {
    gint64 asset_id;
    gint64 swatch_id; /* a picture; 0: none */
    char color[8];    /* `#rrggbb`, a plain swatch; "": none */
    char *label;      /* or NULL */
} VtMember;

/* An empty list of owned VtMember*. */
GPtrArray *vt_members_new(void);

/* Appends an empty one; borrowed. */
VtMember *vt_members_add(GPtrArray *members);

void vt_members_format(const GPtrArray *members, VtJson *json);

/* Owned. NULL when @list is not of the form or too long. */
GPtrArray *vt_members_parse(const json_t *list);

/* The ids of all assets and swatches, repeats too, as gint64; owned. @members: NULL is none. */
GArray *vt_members_assets(const GPtrArray *members);
