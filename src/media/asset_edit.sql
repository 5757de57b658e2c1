-- asset_locale_forget: (document_id)
DELETE FROM asset_locale WHERE document_id = :document_id;
