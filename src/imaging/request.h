/* What an image address asks for, as typed values.
 *
 *     raw query --parse--> VtImageRequest --plan--> VtImagePlan --render--> bytes
 *
 * Commands are rows of one table: name, kind of value, range. A query is split at raw `&`, `=` and
 * `,` before each piece is percent-decoded once; `+` is a space. The last of several equal commands
 * wins and an empty value withdraws the command. Unknown commands, bare words, comments (`.x`) and
 * presets nobody defined are ignored, so that addresses with tracking parameters keep working.
 */
#pragma once

#include "imaging/colour.h"

/* Longer queries are refused before they are read. */
#define VT_IMAGE_QUERY_MAX_BYTES 16384

typedef struct {
    int width, height;
} VtImageSize;

/* Catalogue attributes a request falls back to. */
typedef struct {
    VtImageSize default_pix; /* limit when neither size nor scale is asked; a 0 side is free */
    VtImageSize max_pix;     /* largest reply; a 0 side is free */
    gint64 max_pixels;       /* largest reply, width times height */
    VtColour background;     /* BkgColor */
    int quality;             /* JpegQuality, 1..100 */
    gboolean full_chroma;    /* JpegQuality's second value: 4:4:4 */
    double resolution_dpi;   /* PrintResolution written into files; 0: none */
} VtImageDefaults;

/* DefaultPix 1280, MaxPix 3000, 16 million pixels, white, quality 80 with 4:2:0, 72 dpi. */
extern const VtImageDefaults vt_image_defaults;

typedef enum {
    VT_IMAGE_FIT,
    VT_IMAGE_CONSTRAIN,
    VT_IMAGE_CROP,
    VT_IMAGE_WRAP,
    VT_IMAGE_STRETCH,
    VT_IMAGE_HFIT,
    VT_IMAGE_VFIT,
} VtImageFit;

typedef enum {
    VT_IMAGE_JPEG,
    VT_IMAGE_PNG,
    VT_IMAGE_WEBP,
    VT_IMAGE_AVIF,
    VT_IMAGE_GIF,
    VT_IMAGE_TIFF,
} VtImageEncoding;
#define VT_IMAGE_N_ENCODINGS (VT_IMAGE_TIFF + 1)

typedef enum {
    VT_IMAGE_PLAIN,
    VT_IMAGE_LOSSLESS,
    VT_IMAGE_LZW,
    VT_IMAGE_ZIP,
    VT_IMAGE_JPEG_INSIDE,
} VtImageCompression;

/* How the reply is written: fmt= and qlt=. */
typedef struct {
    VtImageEncoding encoding;
    VtImageCompression compression;
    gboolean alpha;       /* kept; else flattened over the background */
    gboolean gray;        /* one channel of colour */
    gboolean progressive; /* JPEG */
    gboolean palette;     /* PNG of 256 colours */
    int quality;          /* 1..100 */
    gboolean full_chroma; /* JPEG: 4:4:4 instead of 4:2:0 */
} VtImageOutput;

typedef enum {
    VT_IMAGE_AREA_NONE,
    VT_IMAGE_AREA_PIXELS,
    VT_IMAGE_AREA_FRACTIONS,
} VtImageAreaUnit;

typedef struct {
    VtImageAreaUnit unit;
    double x, y, width, height;
} VtImageArea;

typedef struct {
    int width, height;  /* wid, hei; 0: not asked */
    VtImageFit fit;     /* fit */
    gboolean fit_asked; /* fit was written */
    gboolean enlarge;   /* fit's second value */
    double scale;       /* scl, the divisor; 0: not asked */
    double align_x;     /* align, -1..1 */
    double align_y;
    VtImageArea crop;   /* crop, cropN: of the master, 0,0 sizes already read as NONE */
    VtImageArea region; /* rgn, pixels of the cropped picture */
    VtImageArea window; /* rect, pixels of the finished view */
    double window_zoom; /* rect's fifth value, 1 unless asked */
    double dpr;         /* device pixel ratio, 1 unless asked */
    VtColour background;
    VtImageOutput output;
} VtImageRequest;

/**
 * vt_image_request_parse:
 * @queries: NULL-terminated, lowest priority first (record modifier, query of the address,
 *   postmodifier); each undecoded, without `?`
 * @defaults: (borrowed): what is not asked
 *
 * Returns: FALSE with VT_ERROR_IMAGE_VALUE (a documented range is violated), VT_ERROR_IMAGE_FORMAT
 *   (fmt), VT_ERROR_IMAGE_REQUEST (brackets, second `?`, kind of request, too long) or
 *   VT_ERROR_BAD_REQUEST (percent escapes). The first three carry a sentence fit for the client.
 */
gboolean vt_image_request_parse(const char *const *queries,
    const VtImageDefaults *defaults,
    VtImageRequest *ret_request,
    GError **error);

/* `image/jpeg` and so on; static. */
const char *vt_image_encoding_type(VtImageEncoding encoding);
