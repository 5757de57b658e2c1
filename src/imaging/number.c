#include "imaging/number.h"

#include <math.h>
#include <string.h>

#define MAX_DIGITS 15
#define MAX_MAGNITUDE 1e8
#define DIGITS "0123456789"

static const char *
skip_digits(const char *at, gsize *n_digits)
{
    gsize n = strspn(at, DIGITS);

    *n_digits += n;
    return at + n;
}

static const char *
skip_sign(const char *at)
{
    return *at == '+' || *at == '-' ? at + 1 : at;
}

/* Whether all of @text is one real number of the protocol's grammar. */
static gboolean
is_real(const char *text)
{
    gsize n_mantissa = 0, n_exponent = 0;
    const char *at = skip_digits(skip_sign(text), &n_mantissa);

    if (*at == '.')
        at = skip_digits(at + 1, &n_mantissa);
    if (n_mantissa == 0 || n_mantissa > MAX_DIGITS)
        return FALSE;
    if (*at != 'e' && *at != 'E')
        return *at == '\0';
    at = skip_digits(skip_sign(at + 1), &n_exponent);
    return n_exponent > 0 && n_exponent <= 3 && *at == '\0';
}

guint
vt_numbers_parse(const char *text, double *ret_numbers, guint max)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", (int)max + 1);
    guint n = g_strv_length(parts);

    if (n == 0 || n > max)
        return 0;
    for (guint i = 0; i < n; i++) {
        if (!is_real(g_strstrip(parts[i])))
            return 0;
        ret_numbers[i] = g_ascii_strtod(parts[i], NULL);
        if (fabs(ret_numbers[i]) > MAX_MAGNITUDE)
            return 0;
    }
    return n;
}

int
vt_number_round(double value)
{
    return (int)floor(value + 0.5);
}
