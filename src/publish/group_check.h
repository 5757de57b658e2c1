/* Whether a publish group can go live as it is, and what people should know before it does.
 *
 * Errors keep it from going live, warnings do not. What depends on the group alone (its bodies) is
 * looked at in a snapshot; what others can change is looked at in the transaction that switches, or
 * would.
 */
#pragma once

#include "document/group.h"
#include "publish/plan.h"

enum { VT_GROUP_MAX_NOTES = 1000 /* kept of each of errors and warnings */ };

/* One thing to be told. Strings are owned; numbers of revisions are 0 where there is none. */
typedef struct {
    VtGroupFinding code;
    char *subject;      /* what it is about */
    gint64 document_id; /* the item; 0: the group */
    gint64 base;        /* where the item began */
    gint64 theirs;      /* what the other side has now */
    gint64 head;        /* what the group has now */
    char *other;        /* who edits it, what shows it, or which group holds it too; or NULL */
    gint64 at_us;       /* when that group goes live; 0: no time is set */
} VtGroupNote;

typedef struct {
    GArray *errors;   /* VtGroupNote, owned */
    GArray *warnings; /* VtGroupNote, owned */
    guint64 n_errors, n_warnings;
    GArray *advice; /* VtPublishAdvice, owned: see warning.h */
} VtGroupReport;

void vt_group_report_init(VtGroupReport *self);
void vt_group_report_clear(VtGroupReport *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtGroupReport, vt_group_report_clear)

/* What a finding means, for people. */
const char *vt_group_finding_text(VtGroupFinding code);

/* Schema GroupReport; owned by the caller. */
json_t *vt_group_report_json(const VtGroupReport *self);

/* What the bodies of the group's items tell. No transaction may be open. */
gboolean vt_group_check_bodies(
    VtDb *db, const VtGroup *group, VtGroupReport *report, GError **error);

/* All else, for the items in @plan; takes out what is live already. */
gboolean vt_group_check_plan(
    VtPublishPlan *plan, const VtGroup *group, VtGroupReport *report, GError **error);

/* VT_ERROR_GROUP_INVALID, naming the first error, if there is one. */
gboolean vt_group_report_refuse(const VtGroupReport *self, const VtGroup *group, GError **error);

/* The whole report; nothing changes. @report was initialised. */
gboolean vt_group_validate(VtDb *db, const VtGroup *group, VtGroupReport *report, GError **error);
