#include <sqlite3.h>

// SQLITE_TRANSIENT is a cast macro, which Swift does not import. It has SQLite copy a value; one
// that stays where it is until the statement has run need not be copied.
static inline int ombord_bind_text(
    sqlite3_stmt *s, int i, const void *text, int length, int stays) {
    return sqlite3_bind_text(s, i, text, length, stays ? SQLITE_STATIC : SQLITE_TRANSIENT);
}

static inline int ombord_bind_blob(
    sqlite3_stmt *s, int i, const void *bytes, int length, int stays) {
    // An empty blob is a value, a null pointer would bind NULL.
    if (length == 0) return sqlite3_bind_blob(s, i, "", 0, SQLITE_STATIC);
    return sqlite3_bind_blob(s, i, bytes, length, stays ? SQLITE_STATIC : SQLITE_TRANSIENT);
}
