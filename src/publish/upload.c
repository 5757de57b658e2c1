#include "publish/upload.h"

#include "base/locale.h"
#include "base/text.h"
#include "media/folder.h"
#include "media/folder_mode.h"
#include "media/library.h"
#include "media/trash.h"
#include "media/variant.h"
#include "publish_sql.h"
#include "tenant/setting.h"

#include <string.h>
#include <unistd.h>

/* One upload in hand. */
typedef struct {
    VtDb *db;
    const VtUploadSpec *spec;
    const VtActor *actor;
    VtBinary binary;
    VtUploadResult result;
    char *locale; /* owned */
    gint64 document_id;
    gint64 folder_id; /* where it was sent to; 0: the root */
    VtIfExists if_exists;
    gboolean publish, retain_publish; /* as decided */
} Upload;

static void
upload_clear(Upload *self)
{
    g_free(self->locale);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Upload, upload_clear)

static gboolean
find_type(VtIngest *ingest, int fd, const char *word, VtAssetType *ret_type, GError **error)
{
    int found;

    if (word == NULL)
        return vt_ingest_guess(ingest, fd, ret_type, error);
    found = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, word);
    if (found < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no type '%s'", word);
    *ret_type = (VtAssetType)found;
    return TRUE;
}

static gboolean
take_name_beside(Upload *self, GError **error)
{
    g_autofree char *name =
        vt_asset_name_beside(self->db, self->spec->tenant_id, self->result.name, error);

    if (name == NULL)
        return FALSE;
    g_strlcpy(self->result.name, name, sizeof self->result.name);
    self->result.is_renamed = TRUE;
    return TRUE;
}

/* One flag: what the upload says, else what the setting does. */
static gboolean
decide_flag(Upload *self, int said, VtSettingId setting, gboolean *ret_flag, GError **error)
{
    *ret_flag = said;
    return said != VT_UPLOAD_AS_SET ||
           vt_setting_read_flag(self->db, self->spec->tenant_id, setting, ret_flag, error);
}

static gboolean
decide(Upload *self, GError **error)
{
    const VtUploadSpec *spec = self->spec;
    g_autofree char *word = NULL;
    int found = spec->if_exists;

    if (!decide_flag(self, spec->publish, VT_SETTING_UPLOAD_PUBLISH, &self->publish, error) ||
        !decide_flag(self, spec->retain_publish, VT_SETTING_UPLOAD_RETAIN_PUBLISH,
            &self->retain_publish, error))
        return FALSE;
    if (found == VT_UPLOAD_AS_SET) {
        word = vt_setting_read(self->db, spec->tenant_id, VT_SETTING_UPLOAD_IF_EXISTS, NULL, error);
        if (word == NULL)
            return FALSE;
        found = vt_text_index(vt_if_exists_names, VT_IF_EXISTS_COUNT, word);
    }
    if (found < 0)
        return vt_throw(error, VT_ERROR_DAMAGED, "a setting says '%s'", word);
    self->if_exists = (VtIfExists)found;
    return TRUE;
}

/* What must be the same for a new file to take the place of an asset of its name. */
typedef struct {
    gboolean is_rule; /* keeps both where it is not met, and where a name lies in the trash */
    gboolean same_folder, same_media_type;
} Rule;

static const Rule rule_row[VT_IF_EXISTS_COUNT] = {
    [VT_IF_EXISTS_OVERWRITE_FULL_NAME] = {TRUE, TRUE, TRUE},
    [VT_IF_EXISTS_OVERWRITE_ANY_EXT] = {TRUE, TRUE, FALSE},
    [VT_IF_EXISTS_OVERWRITE_FULL_NAME_ANY_FOLDER] = {TRUE, FALSE, TRUE},
    [VT_IF_EXISTS_OVERWRITE_ANY_EXT_ANY_FOLDER] = {TRUE, FALSE, FALSE},
};

static gboolean
meets_rule(
    const Upload *self, const Rule *rule, const VtAsset *asset, gboolean *ret_meets, GError **error)
{
    g_auto(VtAssetContent) head = {0};
    gint64 folder_id = 0;

    if (!vt_folder_of_asset(self->db, asset->asset_id, &folder_id, error) ||
        !vt_asset_head_content(self->db, asset->asset_id, self->locale, &head, error))
        return FALSE;
    *ret_meets =
        (!rule->same_folder || folder_id == self->folder_id) &&
        (!rule->same_media_type || head.mime == NULL || strcmp(head.mime, self->binary.mime) == 0);
    return TRUE;
}

/* Whether the file becomes an asset of another name beside what there is. */
static gboolean
is_kept_beside(
    const Upload *self, gboolean found, const VtAsset *asset, gboolean *ret_beside, GError **error)
{
    const Rule *rule = &rule_row[self->if_exists];
    gboolean meets = TRUE;

    *ret_beside = found && self->if_exists == VT_IF_EXISTS_KEEP_BOTH;
    if (!rule->is_rule)
        return TRUE;
    if (!found)
        return vt_trash_has_name(
            self->db, self->spec->tenant_id, self->result.name, ret_beside, error);
    if (!meets_rule(self, rule, asset, &meets, error))
        return FALSE;
    *ret_beside = !meets;
    return TRUE;
}

static gboolean
refuse_taken(const Upload *self, GError **error)
{
    if (self->if_exists == VT_IF_EXISTS_REFUSE)
        return vt_throw(
            error, VT_ERROR_DUPLICATE_NAME, "there is an asset '%s' already", self->result.name);
    return self->if_exists != VT_IF_EXISTS_SKIP ||
           vt_throw(error, VT_ERROR_DUPLICATE_SKIPPED,
               "there is an asset '%s' already; the file was left out", self->result.name);
}

/* What goes live by itself elsewhere waits for people in a folder that says so, unless the upload
 * says that it goes live; of a selective one it never does by an upload. */
static gboolean
mind_mode(Upload *self, VtFolderMode mode)
{
    if (mode == VT_FOLDER_MODE_SELECTIVE ||
        (mode == VT_FOLDER_MODE_UPON_ACTIVATION && self->spec->publish == VT_UPLOAD_AS_SET))
        self->publish = FALSE;
    return TRUE;
}

/* A new version of an asset that is there goes live as was decided, or as the asset is. */
static gboolean
mind_retaining(Upload *self, GError **error)
{
    VtFolderMode mode = VT_FOLDER_MODE_IMMEDIATELY;
    g_autoptr(VtStmt) stmt = NULL;
    gint64 n_live = 0;

    stmt = vt_db_stmt(self->db, &vt_sql_upload_live, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", self->result.asset_id);
    if (!vt_stmt_read_int(stmt, "n", &n_live, error) ||
        !vt_folder_mode_of_asset(self->db, self->result.asset_id, &mode, error))
        return FALSE;
    if (self->retain_publish)
        self->publish = n_live > 0;
    return n_live > 0 || mind_mode(self, mode);
}

static gboolean
make_asset(Upload *self, GError **error)
{
    const VtAssetSpec spec = {.name = self->result.name, .type = self->result.type};
    const gint64 tenant_id = self->spec->tenant_id;
    VtFolderMode mode = VT_FOLDER_MODE_IMMEDIATELY;

    self->result.is_new = TRUE;
    return vt_asset_create(
               self->db, tenant_id, &spec, self->actor, &self->result.asset_id, error) &&
           vt_folder_mode_of(self->db, tenant_id, self->folder_id, &mode, error) &&
           vt_folder_mode_put_asset(self->db, self->result.asset_id, mode, error) &&
           mind_mode(self, mode);
}

/* The asset the bytes belong to: one that is there, or a new one. */
static gboolean
find_asset(Upload *self, GError **error)
{
    gboolean found = FALSE, beside = FALSE;
    VtAsset asset;

    if (!vt_asset_by_name(
            self->db, self->spec->tenant_id, self->result.name, &asset, &found, error) ||
        (found && !refuse_taken(self, error)) ||
        !is_kept_beside(self, found, &asset, &beside, error))
        return FALSE;
    if (!found || beside)
        return (!beside || take_name_beside(self, error)) && make_asset(self, error);
    if (asset.type != self->result.type)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "the asset '%s' is of type %s, not %s",
            asset.name, vt_asset_type_names[asset.type], vt_asset_type_names[self->result.type]);
    self->result.asset_id = asset.asset_id;
    return mind_retaining(self, error);
}

static gboolean
put_content(Upload *self, GError **error)
{
    const VtUploadSpec *spec = self->spec;
    g_auto(VtAssetContent) content = {0};
    VtAsset asset = {.asset_id = self->result.asset_id, .type = self->result.type};
    gboolean changed;

    g_strlcpy(asset.name, self->result.name, sizeof asset.name);
    if (!vt_asset_head_content(self->db, asset.asset_id, self->locale, &content, error))
        return FALSE;
    vt_asset_content_set_binary(&content, &self->binary);
    if (spec->tags != NULL) {
        g_strfreev(content.tags);
        content.tags = g_strdupv((char **)(gsize)spec->tags);
    }
    if (spec->alt != NULL) {
        g_free(content.alt);
        content.alt = g_strdup(spec->alt);
    }
    return vt_asset_check_in(self->db, spec->tenant_id, &asset, self->locale, &content, self->actor,
        &self->document_id, &changed, error);
}

static gboolean
ensure_folder(Upload *self, GError **error)
{
    return self->spec->folder == NULL ||
           vt_folder_ensure(self->db, self->spec->tenant_id, self->spec->folder, self->actor,
               &self->folder_id, error);
}

static gboolean
put_in_folder(Upload *self, GError **error)
{
    return self->spec->folder == NULL ||
           vt_folder_put_asset(self->db, self->result.asset_id, self->folder_id, error);
}

static gboolean
write_asset(Upload *self, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);

    return tx != NULL && vt_binary_put(self->db, &self->binary, self->actor->now_us, error) &&
           decide(self, error) && ensure_folder(self, error) && find_asset(self, error) &&
           put_content(self, error) && put_in_folder(self, error) && vt_tx_commit(tx, error);
}

static gboolean
publish(Upload *self, GError **error)
{
    const VtPublishItem item = {.document_id = self->document_id};
    const VtPublishRequest request = {
        .tenant_id = self->spec->tenant_id, .items = &item, .n_items = 1, .may_wait = TRUE};
    g_auto(VtPublishResult) result = {0};

    if (!vt_publish(self->db, &request, self->actor, &result, error))
        return FALSE;
    self->result.seq = result.seq;
    self->result.is_marked = result.n_marked > 0;
    return TRUE;
}

gboolean
vt_upload(VtDb *db,
    VtIngest *ingest,
    int fd,
    const VtUploadSpec *spec,
    const VtActor *actor,
    VtUploadResult *ret_result,
    GError **error)
{
    g_auto(Upload) upload = {.db = db, .spec = spec, .actor = actor};
    g_autofree char *name = vt_asset_name_from_file(spec->file_name, &upload.result.is_renamed);

    upload.locale = vt_locale_parse(spec->locale != NULL ? spec->locale : VT_LOCALE_NEUTRAL, error);
    if (upload.locale == NULL || !vt_asset_name_check(name, error) ||
        !find_type(ingest, fd, spec->type, &upload.result.type, error) ||
        lseek(fd, 0, SEEK_SET) != 0 ||
        !vt_ingest_file(ingest, upload.result.type, fd, &upload.binary, error))
        return FALSE;
    g_strlcpy(upload.result.name, name, sizeof upload.result.name);
    if (!write_asset(&upload, error) || (upload.publish && !publish(&upload, error)))
        return FALSE;
    *ret_result = upload.result;
    return TRUE;
}
