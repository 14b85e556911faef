// The bare program: SQLite through its C API and nothing else.
//
// It is given the rows of each step beforehand, as prepared statements and values to bind, and then
// commits them. It reads nothing, decides nothing, encodes nothing and hashes nothing: it is what
// the same rows cost at the least on this machine.
#ifndef BARE_H
#define BARE_H

#include <stdint.h>

typedef struct bare_program bare_program;

// Opens a database with the settings that Ombord's writer has; NULL where it cannot.
bare_program *bare_open(const char *path, int cache_kib);
void bare_close(bare_program *program);

// Prepares a statement and gives its number, -1 where it cannot.
int bare_prepare(bare_program *program, const char *sql);

// Notes what a step writes: a step, its statements, each statement's values in turn.
void bare_add_step(bare_program *program);
void bare_add_statement(bare_program *program, int statement);
void bare_add_null(bare_program *program);
void bare_add_integer(bare_program *program, int64_t value);
void bare_add_text(bare_program *program, const char *bytes, int length);
void bare_add_blob(bare_program *program, const void *bytes, int length);

// Writes some of the steps, so many in each commit. Gives 0, or SQLite's code for what went wrong.
int bare_run(bare_program *program, int first, int count, int steps_per_commit);

// Runs a script on a database of its own, without durability: for setting the stage.
int bare_script(const char *path, const char *sql);

const char *bare_sqlite_version(void);

#endif
