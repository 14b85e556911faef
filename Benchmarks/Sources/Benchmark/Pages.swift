import CivilCalendar
import Engine
import Foundation
import Operations
import Storage
import Web

/// Figure 9: how fast the pages come that people open first, from a database with 100 000
/// enrolments.
///
/// 64 leaders with 61 people each are enrolled through the stack; the others are copies of one
/// enrolment with all its steps, each of a person of its own. The real router answers over loopback
/// in a process of its own on one core; another process asks from the other core, fifty at a time,
/// each time as somebody else.
struct Pages {
    static let wards = 64
    static let peopleOfOne = 61
    static let enrolments = 100_000
    static let callers = 50
    static let seconds = 10

    let stage: Stage

    struct Result {
        let name: String
        let perSecond: Double
        /// In milliseconds.
        let p50: Double
        let p99: Double
        let bytes: Int
        /// The least rate that will do, and in how many milliseconds 99 of 100 have their page.
        let threshold: (perSecond: Double, p99: Double?)

        var isMet: Bool {
            perSecond >= threshold.perSecond && threshold.p99.map { p99 < $0 } ?? true
        }
    }

    /// The empty page first.
    func run() async throws -> (empty: Result, pages: [Result]) {
        try await prepare()
        let server = try PageServer.start(stage)
        defer { server.stop() }
        let leaders = (0..<Self.wards).map { "leader\($0)" }
        let newcomers = (0..<Self.wards * Self.peopleOfOne).map { "p\($0)" }
        // As many as are kept, and more than are.
        let few = stride(from: 0, to: newcomers.count, by: Self.peopleOfOne).map { newcomers[$0] }
        return (
            try measure("an empty page", "/healthz", leaders, server, (0, nil)),
            [
                try measure("the newcomer's page", "/me", few, server, (500, 20)),
                try measure("the same, each made anew", "/me", newcomers, server, (500, nil)),
                try measure("the board of 61", "/board", leaders, server, (500, 20)),
            ]
        )
    }

    private func measure(
        _ name: String, _ path: String, _ people: [String], _ server: PageServer,
        _ threshold: (Double, Double?)
    ) throws -> Result {
        let web = WebContext(
            installation: try stage.installation(
                try stage.open(stage.path("pages-people")), clock: try stage.clock()),
            logger: PageServer.logger)
        let cookies = people.map { web.signedInCookie(for: PersonID($0)) }
        let file = stage.folder + "/cookies"
        try cookies.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        let page = try PageLoad.page(server.port, path, cookies[0])
        // Once around first, as in a service that has run for a while.
        _ = try PageLoad.start(server.port, path, file, seconds: 2)
        let load = try PageLoad.start(server.port, path, file, seconds: Self.seconds)
        return Result(
            name: name, perSecond: load.perSecond, p50: load.p50, p99: load.p99,
            bytes: page.utf8.count, threshold: threshold)
    }

    // MARK: - The database

    private func prepare() async throws {
        try await stage.makeWards("pages", wards: Self.wards, peopleOfEach: Self.peopleOfOne)
        try stage.copy("pages", to: "pages-people")
        try stage.script("pages", copies(Self.enrolments - Self.wards * Self.peopleOfOne))
    }

    private func copies(_ count: Int) -> String {
        """
        CREATE TEMP TABLE model AS SELECT * FROM enrolment LIMIT 1;
        CREATE TEMP TABLE model_step AS
            SELECT s.* FROM step s JOIN model m ON m.id = s.enrolment;
        CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
        WITH RECURSIVE counter (n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < \(count))
        INSERT INTO number SELECT n FROM counter;
        BEGIN;
        INSERT INTO person (id, name) VALUES ('elsewhere', 'Elsewhere');
        INSERT INTO person (id, name, unit)
        SELECT printf('s%07d', n), 'Somebody ' || n, 'elsewhere' FROM number;
        INSERT INTO enrolment
        SELECT printf('e-s%07d', n), version, programme, printf('s%07d', n), 'elsewhere', status,
            started_on, state, event_count, last_hash, wake_at FROM number, model;
        INSERT INTO step (enrolment, \(Self.columns))
        SELECT printf('e-s%07d', n), \(Self.columns) FROM number, model_step;
        INSERT INTO role_holder
        SELECT printf('e-s%07d', n), 'participant', printf('s%07d', n) FROM number;
        INSERT INTO role_holder
        SELECT printf('e-s%07d', n), 'line-manager', 'elsewhere' FROM number;
        COMMIT;
        """
    }

    private static let columns = """
        step, kind, status, module, opens_on, due_on, window_from, window_to, settled_on, record
        """
}
