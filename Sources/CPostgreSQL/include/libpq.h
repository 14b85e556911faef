// What Storage uses of libpq's stable interface (libpq.so.5), declared here because the library is
// loaded only where a PostgreSQL address is given: a machine that runs on SQLite neither has nor
// maps it. A test holds these declarations against the library's own header.
//
// Each function of the list calls the one of the same name in the library, which `loadLibpq` must
// have found before.
#ifndef OMBORD_LIBPQ_H
#define OMBORD_LIBPQ_H

#ifndef LIBPQ_FE_H
typedef unsigned int Oid;
typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;

typedef enum { CONNECTION_OK = 0, CONNECTION_BAD = 1 } ConnStatusType;

typedef enum {
    PGRES_COMMAND_OK = 1,
    PGRES_TUPLES_OK = 2,
    PGRES_BAD_RESPONSE = 5,
    PGRES_FATAL_ERROR = 7,
    PGRES_PIPELINE_SYNC = 10,
    PGRES_PIPELINE_ABORTED = 11
} ExecStatusType;

typedef struct pgNotify {
    char *relname;
    int be_pid;
    char *extra;
    struct pgNotify *next;
} PGnotify;

typedef void (*PQnoticeProcessor)(void *arg, const char *message);
#endif

#define LIBPQ_FUNCTIONS(F)                                                                        \
    F(PGconn *, PQconnectdbParams,                                                                \
      (const char *const *keywords, const char *const *values, int expand_dbname),                \
      (keywords, values, expand_dbname))                                                          \
    F(void, PQfinish, (PGconn * conn), (conn))                                                    \
    F(ConnStatusType, PQstatus, (const PGconn *conn), (conn))                                     \
    F(char *, PQerrorMessage, (const PGconn *conn), (conn))                                       \
    F(char *, PQhost, (const PGconn *conn), (conn))                                               \
    F(char *, PQport, (const PGconn *conn), (conn))                                               \
    F(char *, PQdb, (const PGconn *conn), (conn))                                                 \
    F(int, PQsocket, (const PGconn *conn), (conn))                                                \
    F(int, PQbackendPID, (const PGconn *conn), (conn))                                            \
    F(int, PQsslInUse, (PGconn * conn), (conn))                                                   \
    F(PQnoticeProcessor, PQsetNoticeProcessor,                                                    \
      (PGconn * conn, PQnoticeProcessor proc, void *arg), (conn, proc, arg))                      \
    F(PGresult *, PQexec, (PGconn * conn, const char *query), (conn, query))                      \
    F(int, PQsendPrepare,                                                                         \
      (PGconn * conn, const char *name, const char *query, int count, const Oid *types),          \
      (conn, name, query, count, types))                                                          \
    F(int, PQsendQueryPrepared,                                                                   \
      (PGconn * conn, const char *name, int count, const char *const *values,                     \
       const int *lengths, const int *formats, int resultFormat),                                 \
      (conn, name, count, values, lengths, formats, resultFormat))                                \
    F(int, PQsendQueryParams,                                                                     \
      (PGconn * conn, const char *query, int count, const Oid *types,                             \
       const char *const *values, const int *lengths, const int *formats, int resultFormat),      \
      (conn, query, count, types, values, lengths, formats, resultFormat))                        \
    F(PGresult *, PQgetResult, (PGconn * conn), (conn))                                           \
    F(int, PQconsumeInput, (PGconn * conn), (conn))                                               \
    F(int, PQenterPipelineMode, (PGconn * conn), (conn))                                          \
    F(int, PQexitPipelineMode, (PGconn * conn), (conn))                                           \
    F(int, PQpipelineSync, (PGconn * conn), (conn))                                               \
    F(PGnotify *, PQnotifies, (PGconn * conn), (conn))                                            \
    F(void, PQfreemem, (void *memory), (memory))                                                  \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result))                         \
    F(char *, PQresultErrorMessage, (const PGresult *result), (result))                           \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))           \
    F(int, PQntuples, (const PGresult *result), (result))                                         \
    F(Oid, PQftype, (const PGresult *result, int column), (result, column))                       \
    F(char *, PQcmdStatus, (PGresult * result), (result))                                         \
    F(char *, PQcmdTuples, (PGresult * result), (result))                                         \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))   \
    F(int, PQgetlength, (const PGresult *result, int row, int column), (result, row, column))     \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))     \
    F(void, PQclear, (PGresult * result), (result))

#ifndef LIBPQ_FE_H
/// Loads the library where it has not been loaded: NULL, or what was wrong, for people.
const char *loadLibpq(void);

/// Where the library's functions are, once it has been loaded.
struct Libpq {
#define F(result, name, parameters, arguments) result(*name) parameters;
    LIBPQ_FUNCTIONS(F)
#undef F
};
extern struct Libpq libpq;

#define F(result, name, parameters, arguments)                                                    \
    static inline result name parameters { return libpq.name arguments; }
LIBPQ_FUNCTIONS(F)
#undef F
#endif

#endif
