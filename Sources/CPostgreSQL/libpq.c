#include "libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct Libpq libpq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char fault[512];

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        snprintf(fault, sizeof fault, "libpq is not installed (Debian's package libpq5): %s",
                 dlerror());
        return;
    }
    // Through memcpy, because C has no conversion between pointers to data and to functions.
    void *found;
#define F(result, name, parameters, arguments)                                                    \
    found = dlsym(library, #name);                                                                \
    if (found == NULL) {                                                                          \
        snprintf(fault, sizeof fault, "libpq is too old, it has no " #name);                      \
        return;                                                                                   \
    }                                                                                             \
    memcpy(&libpq.name, &found, sizeof found);
    LIBPQ_FUNCTIONS(F)
#undef F
}

const char *loadLibpq(void) {
    pthread_once(&once, load);
    return fault[0] == '\0' ? NULL : fault;
}
