#include "base/directory.h"

#include <ftw.h>
#include <stdio.h>

enum { MAX_OPEN = 16 };

static int
remove_entry(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    remove(path);
    return 0;
}

void
vt_directory_remove(const char *path)
{
    nftw(path, remove_entry, MAX_OPEN, FTW_DEPTH | FTW_PHYS);
}
