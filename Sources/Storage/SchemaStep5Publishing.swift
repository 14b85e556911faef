extension Schema {
    /// What is published of placements, as one act that goes on after a stop, and what comes after:
    /// swaps, and what each person is told.
    static let placementPublishing = """
        CREATE TABLE placement_tutor (
            round TEXT NOT NULL,
            school TEXT NOT NULL,
            profession TEXT NOT NULL,
            year {integer} NOT NULL CHECK (year BETWEEN 1 AND 10),
            person TEXT NOT NULL REFERENCES person (id),
            PRIMARY KEY (round, school, profession, year),
            FOREIGN KEY (round, school) REFERENCES placement_school (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_publication (
            id TEXT PRIMARY KEY,
            round TEXT NOT NULL REFERENCES placement_round (id),
            draft TEXT REFERENCES placement_draft (id),
            reason TEXT NOT NULL,
            actor TEXT NOT NULL REFERENCES person (id),
            status TEXT NOT NULL CHECK (status IN ('running', 'done')),
            total {integer} NOT NULL,
            started_at {integer} NOT NULL,
            finished_at {integer}
        ) {strict};
        CREATE INDEX placement_publication_round ON placement_publication (round, started_at);
        CREATE UNIQUE INDEX placement_publication_running ON placement_publication (round)
            WHERE status = 'running';

        CREATE TABLE placement_publication_item (
            publication TEXT NOT NULL REFERENCES placement_publication (id),
            student TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('start', 'move', 'supervisor', 'end')),
            why TEXT CHECK (why IN ('moved', 'withdrawn', 'dropped', 'swapped')),
            ward TEXT,
            period TEXT,
            supervisor TEXT,
            status TEXT NOT NULL CHECK (status IN ('waiting', 'done', 'refused')),
            detail TEXT,
            PRIMARY KEY (publication, student),
            CHECK ((ward IS NULL) = (period IS NULL)),
            CHECK ((kind = 'end') = (ward IS NULL))
        ) {strict, without rowid};
        CREATE INDEX placement_publication_waiting
            ON placement_publication_item (publication, student) WHERE status = 'waiting';

        CREATE TABLE placement_news (
            publication TEXT NOT NULL REFERENCES placement_publication (id),
            person TEXT NOT NULL REFERENCES person (id),
            student TEXT NOT NULL,
            news TEXT NOT NULL CHECK (news IN ('own', 'comes', 'stays', 'leaves')),
            ward TEXT NOT NULL,
            period TEXT NOT NULL,
            PRIMARY KEY (publication, person, student)
        ) {strict, without rowid};

        CREATE TABLE placement_wishing (
            round TEXT PRIMARY KEY REFERENCES placement_round (id),
            until TEXT NOT NULL CHECK (length(until) = 10),
            most {integer} NOT NULL CHECK (most BETWEEN 1 AND 10)
        ) {strict, without rowid};

        CREATE TABLE placement_swap (
            id TEXT PRIMARY KEY,
            round TEXT NOT NULL,
            first TEXT NOT NULL,
            second TEXT,
            status TEXT NOT NULL CHECK (status IN
                ('asked', 'agreed', 'declined', 'withdrawn', 'done', 'refused')),
            asked_at {integer} NOT NULL,
            agreed_at {integer},
            decided_at {integer},
            decided_by TEXT REFERENCES person (id),
            reason TEXT,
            CHECK (first <> second),
            CHECK (status NOT IN ('agreed', 'done') OR second IS NOT NULL),
            FOREIGN KEY (round, first) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, second) REFERENCES placement_student (round, id)
        ) {strict};
        CREATE INDEX placement_swap_round ON placement_swap (round, asked_at);
        CREATE UNIQUE INDEX placement_swap_first ON placement_swap (round, first)
            WHERE status IN ('asked', 'agreed');

        CREATE TABLE placement_cover (
            round TEXT NOT NULL,
            supervisor TEXT NOT NULL,
            first_week TEXT NOT NULL,
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            step TEXT NOT NULL,
            PRIMARY KEY (round, supervisor, first_week, enrolment),
            FOREIGN KEY (round, supervisor, first_week)
                REFERENCES placement_absence (round, supervisor, first_week)
        ) {strict, without rowid};
        CREATE INDEX placement_cover_enrolment ON placement_cover (enrolment);

        """
}
