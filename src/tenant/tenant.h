/* Tenants: separate shops in one installation. A tenant's code is the first segment of its
 * addresses. */
#pragma once

#include "db/db.h"
#include "db/migrate.h"

/* @code: 1 to 64 of [A-Za-z0-9_-], case-sensitive. Makes the channel database `main` as well.
 * Errors: VT_ERROR_BAD_VALUE, VT_ERROR_DUPLICATE_NAME, those of db.h. The caller owns the
 * transaction. */
gboolean vt_tenant_create(
    VtDb *db, const char *code, gint64 now_us, gint64 *ret_tenant_id, GError **error);

/* VT_ERROR_NOT_FOUND when there is none of this code. */
gboolean vt_tenant_find(VtDb *db, const char *code, gint64 *ret_tenant_id, GError **error);

/* The tenant meant by a command: @code, or with NULL the only one there is. VT_ERROR_USAGE when
 * there are several.
 * @ret_code is newly allocated. */
gboolean vt_tenant_choose(
    VtDb *db, const char *code, gint64 *ret_tenant_id, char **ret_code, GError **error);

typedef struct {
    gint64 tenant_id;
    char *code;
} VtTenant;

void vt_tenant_free(VtTenant *self); /* NULL is allowed */

/* All tenants by code, as owned VtTenant*. */
GPtrArray *vt_tenant_list(VtDb *db, GError **error);

extern const VtMigration vt_tenant_migrations[];
extern const gsize vt_tenant_n_migrations;
