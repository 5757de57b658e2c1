/* The image library with the cleanup this code base is written with. Private to the room. */
#pragma once

#include <vips/vips.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VipsImage, g_object_unref)
