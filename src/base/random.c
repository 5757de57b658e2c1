#include "base/random.h"

#include <sys/random.h>

void
vt_random_hex(char *text, gsize n)
{
    static const char digits[] = "0123456789abcdef";

    for (gsize i = 0; i < n; i++) {
        unsigned char byte;

        if (getrandom(&byte, 1, 0) != 1)
            g_error("no source of random numbers");
        text[i] = digits[byte & 15];
    }
    text[n] = '\0';
}
