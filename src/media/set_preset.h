/* Presets of set generation: the rules (set_rule.h) a tenant has, by name. A new one is inactive:
 * active ones make sets of whatever is uploaded.
 *
 * A preset is told as SetPreset of contract/schemas.json: `name`, `active` and what set_rule.h
 * takes.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

enum {
    VT_SET_PRESET_MAX = 100,     /* of a tenant */
    VT_SET_PRESET_MAX_NAME = 100 /* bytes */
};

/* All presets by name, an array owned by the caller. NULL on an error of db.h. */
json_t *vt_set_preset_list(VtDb *db, gint64 tenant_id, GError **error);

/* Makes the preset or replaces it by @body, which may say "active", else that stays as it is. A
 * transaction of its own. VT_ERROR_TOO_LARGE for one too many, VT_ERROR_BAD_VALUE for a name that
 * cannot be, or an error of vt_set_rule_new. */
gboolean vt_set_preset_put(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const json_t *body,
    const VtActor *actor,
    GError **error);

/* Sets stay as they are. A transaction of its own. VT_ERROR_NOT_FOUND. */
gboolean vt_set_preset_delete(
    VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error);

/* What of a preset set_rule.h takes; owned by the caller. */
json_t *vt_set_preset_rule(const json_t *preset);
