/* How names of pictures tell which set they belong to, and where in it: the rule of a set preset,
 * ready to be asked. No database.
 *
 *     {"type": "spin_set_2d", "match": ["(\\w+)-\\w+-\\w+"], "base_name": [],
 *      "row": "\\w+-R(\\d+)-\\w+", "column": "\\w+-\\w+-C(\\d+)",
 *      "sequence": [], "prefix": "", "suffix": "-spin", "folder": "spins"}
 *
 * Patterns are those of PCRE and must match a whole name. The first of "match" that does says by
 * its first group (else as a whole) what pictures share; the first of "base_name" that matches,
 * where there are any, how the set is called, which otherwise has the shared part for a name. "row"
 * and "column" are of the type spin_set_2d alone: their group is a number. Other types are in the
 * order of "sequence", patterns too, else of the names, in which numbers count as numbers.
 *
 * Patterns come from people: their number and length are bounded, and so is how long one may take
 * to match (VT_SET_RULE_MATCH_LIMIT steps; then the name does not fit).
 */
#pragma once

#include "base/json.h"
#include "contract/contract.h"

enum {
    VT_SET_RULE_MAX_PATTERNS = 20, /* in each list */
    VT_SET_RULE_MAX_PATTERN = 500, /* bytes */
    VT_SET_RULE_MAX_AFFIX = 100    /* bytes of the prefix, and of the suffix */
};

typedef struct _VtSetRule VtSetRule; /* immutable, for any number of threads */

/* VT_ERROR_BAD_VALUE or VT_ERROR_BAD_ENUM naming what of @body is wrong; unknown keys are. */
VtSetRule *vt_set_rule_new(const json_t *body, GError **error);
void vt_set_rule_free(VtSetRule *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtSetRule, vt_set_rule_free)

VtSetPresetType vt_set_rule_type(const VtSetRule *self);

/* Path of the folder new sets go to; NULL: the root. Borrowed. */
const char *vt_set_rule_folder(const VtSetRule *self);

/* @ret_set: the name of the set a picture belongs to, newly allocated; NULL: none of this rule.
 * VT_ERROR_BAD_VALUE for a name that fits but names no set. */
gboolean vt_set_rule_name(
    const VtSetRule *self, const char *picture, char **ret_set, GError **error);

/* A picture in a set. */
typedef struct {
    char *name;         /* owned */
    gint64 row, column; /* of the type spin_set_2d; otherwise row 0 and the place in "sequence" */
    json_t *member;     /* owned: as media/asset_set.h takes it */
} VtSetRuleItem;

/* Owned VtSetRuleItem*. */
GPtrArray *vt_set_rule_items_new(void);

/* Adds a picture where it belongs. @member: taken. VT_ERROR_BAD_VALUE when its place cannot be
 * told; it is left out then. */
gboolean vt_set_rule_add(
    const VtSetRule *self, GPtrArray *items, const char *picture, json_t *member, GError **error);

/* Puts @items in order. @ret_rows: how many rows they make. VT_ERROR_BAD_VALUE when two have the
 * same place, or rows are not of one length. */
gboolean vt_set_rule_arrange(
    const VtSetRule *self, GPtrArray *items, int *ret_rows, GError **error);
