#ifndef OMBORD_CMALLOC_SHIM_H
#define OMBORD_CMALLOC_SHIM_H

#include <malloc.h>

/* Swift's Glibc has no mallopt(3). */
static inline void ombord_limit_arenas(int count) { mallopt(M_ARENA_MAX, count); }

#endif
