/* Directories with all that is in them. Any thread. */
#pragma once

/* Removes @path and everything below it; links are removed, not followed. What is not there or
 * cannot be removed is left: the caller has no better answer to that. */
void vt_directory_remove(const char *path);
