import Foundation
import Support
import Testing

/// What we declare of libpq, held against the header that comes with it.
@Suite(.enabled(if: PostgresServer.isWanted)) struct LibpqTests {
    @Test func whatWeDeclareIsWhatTheLibraryHas() throws {
        let folder = try TemporaryFolder()
        let file = folder.url.appending(path: "check.c")
        try """
            #include <libpq-fe.h>
            #include "libpq.h"
            #define F(result, name, parameters, arguments) \\
                _Static_assert(_Generic(&name, result (*) parameters: 1, default: 0), #name);
            LIBPQ_FUNCTIONS(F)
            _Static_assert(CONNECTION_OK == 0 && CONNECTION_BAD == 1, "connection");
            _Static_assert(PGRES_COMMAND_OK == 1 && PGRES_TUPLES_OK == 2, "results");
            _Static_assert(PGRES_BAD_RESPONSE == 5 && PGRES_FATAL_ERROR == 7, "failures");
            _Static_assert(PGRES_PIPELINE_SYNC == 10 && PGRES_PIPELINE_ABORTED == 11, "pipeline");
            struct Declared { char *relname; int be_pid; char *extra; struct pgNotify *next; };
            _Static_assert(sizeof(struct Declared) == sizeof(PGnotify), "notes");
            _Static_assert(__builtin_offsetof(struct Declared, extra)
                == __builtin_offsetof(PGnotify, extra), "notes");
            """.write(to: file, atomically: true, encoding: .utf8)
        let ours = Repository.url("Sources/CPostgreSQL/include").path
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = [
            "-c", "exec clang -fsyntax-only $(pkg-config --cflags libpq) -I\"$0\" \"$1\" 2>&1",
            ours, file.path,
        ]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}
