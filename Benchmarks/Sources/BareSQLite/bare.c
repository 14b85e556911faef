#include "bare.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int kind;
    int64_t integer;
    size_t start;
    int length;
} value;

typedef struct {
    int statement;
    int first_value;
    int values;
} operation;

typedef struct {
    int first_operation;
    int operations;
} step;

struct bare_program {
    sqlite3 *database;
    sqlite3_stmt *begin, *commit;
    sqlite3_stmt *statements[256];
    int statement_count;
    value *values;
    int value_count, value_room;
    operation *operations;
    int operation_count, operation_room;
    step *steps;
    int step_count, step_room;
    char *bytes;
    size_t byte_count, byte_room;
};

static void *grown(void *old, size_t size) {
    void *new = realloc(old, size);
    if (new == NULL) abort();
    return new;
}

bare_program *bare_open(const char *path, int cache_kib) {
    bare_program *p = calloc(1, sizeof(bare_program));
    if (p == NULL) abort();
    char settings[256];
    snprintf(
        settings, sizeof settings,
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY;"
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;",
        cache_kib);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &p->database, flags, NULL) != SQLITE_OK
        || sqlite3_exec(p->database, settings, NULL, NULL, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(p->database, "BEGIN IMMEDIATE", -1, &p->begin, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(p->database, "COMMIT", -1, &p->commit, NULL) != SQLITE_OK) {
        bare_close(p);
        return NULL;
    }
    return p;
}

void bare_close(bare_program *p) {
    for (int i = 0; i < p->statement_count; i++) sqlite3_finalize(p->statements[i]);
    sqlite3_finalize(p->begin);
    sqlite3_finalize(p->commit);
    sqlite3_close(p->database);
    free(p->values);
    free(p->operations);
    free(p->steps);
    free(p->bytes);
    free(p);
}

int bare_prepare(bare_program *p, const char *sql) {
    if (p->statement_count == 256) return -1;
    sqlite3_stmt **statement = &p->statements[p->statement_count];
    int code = sqlite3_prepare_v3(p->database, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    return code == SQLITE_OK ? p->statement_count++ : -1;
}

void bare_add_step(bare_program *p) {
    if (p->step_count == p->step_room) {
        p->step_room = p->step_room * 2 + 64;
        p->steps = grown(p->steps, p->step_room * sizeof(step));
    }
    p->steps[p->step_count++] = (step){p->operation_count, 0};
}

void bare_add_statement(bare_program *p, int statement) {
    if (p->operation_count == p->operation_room) {
        p->operation_room = p->operation_room * 2 + 256;
        p->operations = grown(p->operations, p->operation_room * sizeof(operation));
    }
    p->operations[p->operation_count++] = (operation){statement, p->value_count, 0};
    p->steps[p->step_count - 1].operations++;
}

static void add(bare_program *p, value v) {
    if (p->value_count == p->value_room) {
        p->value_room = p->value_room * 2 + 1024;
        p->values = grown(p->values, p->value_room * sizeof(value));
    }
    p->values[p->value_count++] = v;
    p->operations[p->operation_count - 1].values++;
}

static void add_bytes(bare_program *p, int kind, const void *bytes, int length) {
    if (p->byte_count + length + 1 > p->byte_room) {
        p->byte_room = (p->byte_count + length) * 2 + 65536;
        p->bytes = grown(p->bytes, p->byte_room);
    }
    memcpy(p->bytes + p->byte_count, bytes, length);
    add(p, (value){kind, 0, p->byte_count, length});
    p->byte_count += length;
}

void bare_add_null(bare_program *p) { add(p, (value){SQLITE_NULL, 0, 0, 0}); }

void bare_add_integer(bare_program *p, int64_t integer) {
    add(p, (value){SQLITE_INTEGER, integer, 0, 0});
}

void bare_add_text(bare_program *p, const char *bytes, int length) {
    add_bytes(p, SQLITE_TEXT, bytes, length);
}

void bare_add_blob(bare_program *p, const void *bytes, int length) {
    add_bytes(p, SQLITE_BLOB, bytes, length);
}

static int done(sqlite3_stmt *statement) {
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int run(bare_program *p, const operation *o) {
    sqlite3_stmt *s = p->statements[o->statement];
    for (int i = 0; i < o->values; i++) {
        const value *v = &p->values[o->first_value + i];
        // The values stay where they are, so SQLite need not copy them.
        switch (v->kind) {
        case SQLITE_NULL: sqlite3_bind_null(s, i + 1); break;
        case SQLITE_INTEGER: sqlite3_bind_int64(s, i + 1, v->integer); break;
        case SQLITE_TEXT:
            sqlite3_bind_text(s, i + 1, p->bytes + v->start, v->length, SQLITE_STATIC);
            break;
        default: sqlite3_bind_blob(s, i + 1, p->bytes + v->start, v->length, SQLITE_STATIC);
        }
    }
    return done(s);
}

int bare_run(bare_program *p, int first, int count, int steps_per_commit) {
    int end = first + count;
    for (int next = first; next < end;) {
        int code = done(p->begin);
        if (code != SQLITE_OK) return code;
        for (int i = 0; i < steps_per_commit && next < end; i++, next++) {
            const step *s = &p->steps[next];
            for (int j = 0; j < s->operations; j++) {
                code = run(p, &p->operations[s->first_operation + j]);
                if (code != SQLITE_OK) return code;
            }
        }
        code = done(p->commit);
        if (code != SQLITE_OK) return code;
    }
    return SQLITE_OK;
}

int bare_script(const char *path, const char *sql) {
    sqlite3 *database = NULL;
    int code = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL);
    const char *settings =
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
        "PRAGMA cache_size = -262144;";
    if (code == SQLITE_OK) code = sqlite3_exec(database, settings, NULL, NULL, NULL);
    if (code == SQLITE_OK) code = sqlite3_exec(database, sql, NULL, NULL, NULL);
    sqlite3_close(database);
    return code;
}

const char *bare_sqlite_version(void) { return sqlite3_libversion(); }
