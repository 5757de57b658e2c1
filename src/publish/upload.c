#include "publish/upload.h"

#include "base/locale.h"
#include "base/text.h"
#include "media/folder.h"
#include "media/library.h"
#include "media/variant.h"

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
find_free_name(Upload *self, GError **error)
{
    g_autofree char *name =
        vt_asset_free_name(self->db, self->spec->tenant_id, self->result.name, error);

    if (name == NULL)
        return FALSE;
    g_strlcpy(self->result.name, name, sizeof self->result.name);
    self->result.is_renamed = TRUE;
    return TRUE;
}

static gboolean
make_asset(Upload *self, GError **error)
{
    const VtAssetSpec spec = {.name = self->result.name, .type = self->result.type};

    self->result.is_new = TRUE;
    return vt_asset_create(
        self->db, self->spec->tenant_id, &spec, self->actor, &self->result.asset_id, error);
}

/* The asset the bytes belong to: one that is there, or a new one. */
static gboolean
find_asset(Upload *self, GError **error)
{
    gboolean found = FALSE;
    VtAsset asset;

    if (!vt_asset_by_name(
            self->db, self->spec->tenant_id, self->result.name, &asset, &found, error))
        return FALSE;
    if (found && self->spec->if_exists == VT_IF_EXISTS_REFUSE)
        return vt_throw(
            error, VT_ERROR_DUPLICATE_NAME, "there is an asset '%s' already", self->result.name);
    if (!found || self->spec->if_exists == VT_IF_EXISTS_KEEP_BOTH)
        return (!found || find_free_name(self, error)) && make_asset(self, error);
    if (asset.type != self->result.type)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "the asset '%s' is of type %s, not %s",
            asset.name, vt_asset_type_names[asset.type], vt_asset_type_names[self->result.type]);
    self->result.asset_id = asset.asset_id;
    return TRUE;
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
put_in_folder(Upload *self, GError **error)
{
    gint64 folder_id = 0;

    return self->spec->folder == NULL ||
           (vt_folder_ensure(self->db, self->spec->tenant_id, self->spec->folder, self->actor,
                &folder_id, error) &&
               vt_folder_put_asset(self->db, self->result.asset_id, folder_id, error));
}

static gboolean
write_asset(Upload *self, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);

    return tx != NULL && vt_binary_put(self->db, &self->binary, self->actor->now_us, error) &&
           find_asset(self, error) && put_content(self, error) && put_in_folder(self, error) &&
           vt_tx_commit(tx, error);
}

static gboolean
publish(Upload *self, GError **error)
{
    const VtPublishItem item = {.document_id = self->document_id};
    const VtPublishRequest request = {
        .tenant_id = self->spec->tenant_id, .items = &item, .n_items = 1};
    g_auto(VtPublishResult) result = {0};

    if (!vt_publish(self->db, &request, self->actor, &result, error))
        return FALSE;
    self->result.seq = result.seq;
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
    if (!write_asset(&upload, error) || (spec->publish && !publish(&upload, error)))
        return FALSE;
    *ret_result = upload.result;
    return TRUE;
}
