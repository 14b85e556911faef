#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast macro, which Swift does not import.
static inline int ombord_bind_text(sqlite3_stmt *s, int i, const char *text, int length) {
    return sqlite3_bind_text(s, i, text, length, SQLITE_TRANSIENT);
}

static inline int ombord_bind_blob(sqlite3_stmt *s, int i, const void *bytes, int length) {
    // An empty blob is a value, a null pointer would bind NULL.
    return sqlite3_bind_blob(s, i, length == 0 ? "" : bytes, length, SQLITE_TRANSIENT);
}
