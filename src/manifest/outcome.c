#include "manifest/outcome.h"

#include <string.h>

void
vt_manifest_outcome_clear(VtManifestOutcome *self)
{
    for (int i = 0; i < VT_OUTCOME_N_PARTS; i++)
        g_clear_pointer(&self->part[i].text, g_free);
    if (self->warnings != NULL)
        g_string_free(g_steal_pointer(&self->warnings), TRUE);
}

void
vt_manifest_outcome_set(
    VtManifestOutcome *self, VtOutcomePart part, VtOutcomeState state, const char *text)
{
    g_free(self->part[part].text);
    self->part[part].text = g_strdup(text);
    self->part[part].state = state;
}

void
vt_manifest_outcome_refuse(
    VtManifestOutcome *self, VtOutcomePart part, VtOutcomeState state, const GError *error)
{
    vt_manifest_outcome_set(self, part, state, error->message);
    self->part[part].code = vt_error_code(error);
}

void
vt_manifest_outcome_warn(VtManifestOutcome *self, VtImportWarning warning, const char *text)
{
    if (self->warnings == NULL) {
        self->warning = warning;
        self->warnings = g_string_new(text);
        return;
    }
    if (strstr(self->warnings->str, text) == NULL) /* a row may be done twice */
        g_string_append_printf(self->warnings, "; %s", text);
}

static gboolean
has(const VtManifestOutcome *self, VtOutcomeState state)
{
    for (int i = 0; i < VT_OUTCOME_N_PARTS; i++)
        if (self->part[i].state == state)
            return TRUE;
    return FALSE;
}

VtImportResult
vt_manifest_outcome_result(const VtManifestOutcome *self)
{
    if (has(self, VT_OUTCOME_FAILED))
        return has(self, VT_OUTCOME_DONE) ? VT_IMPORT_RESULT_PARTIALSUCCESS
                                          : VT_IMPORT_RESULT_FAILED;
    if (has(self, VT_OUTCOME_SKIPPED))
        return VT_IMPORT_RESULT_SKIPPED;
    return self->warnings != NULL ? VT_IMPORT_RESULT_SUCCESSWITHWARNINGS : VT_IMPORT_RESULT_SUCCESS;
}

const char *
vt_manifest_outcome_code(const VtManifestOutcome *self)
{
    static const VtOutcomeState worst_first[] = {VT_OUTCOME_FAILED, VT_OUTCOME_SKIPPED};

    for (gsize s = 0; s < G_N_ELEMENTS(worst_first); s++)
        for (int i = 0; i < VT_OUTCOME_N_PARTS; i++)
            if (self->part[i].state == worst_first[s]) {
                const char *word = vt_error_rows[self->part[i].code].manifest;

                return word != NULL ? word : vt_error_rows[VT_ERROR_INTERNAL].manifest;
            }
    return self->warnings != NULL ? vt_import_warning_names[self->warning] : "";
}

char *
vt_manifest_outcome_text(const VtManifestOutcome *self)
{
    static const char *const said[VT_OUTCOME_N_PARTS] = {[VT_OUTCOME_MEDIA] = "media",
        [VT_OUTCOME_ENTITY] = "assignment",
        [VT_OUTCOME_PUBLISH] = "publish"};
    GString *text = g_string_new(NULL);

    for (int i = 0; i < VT_OUTCOME_N_PARTS; i++)
        if (self->part[i].text != NULL)
            g_string_append_printf(
                text, "%s%s: %s", text->len > 0 ? "; " : "", said[i], self->part[i].text);
    if (self->warnings != NULL)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", self->warnings->str);
    return g_string_free(text, FALSE);
}
