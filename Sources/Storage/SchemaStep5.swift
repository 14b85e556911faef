extension Schema {
    /// Student placements. A round belongs to a unit, and all else to its round: whoever may not
    /// see the unit's round sees nothing of it. The ids of places, supervisors and students are the
    /// coordinator's own and hold within the round; lists are JSON arrays.
    static let fifth = placementRounds + placementPlaces + placementStudents + placementResults

    private static let placementRounds = """
        CREATE TABLE placement_round (
            id TEXT PRIMARY KEY,
            unit TEXT NOT NULL REFERENCES org_unit (id),
            name TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('collecting', 'allocating', 'published')),
            seed {integer} NOT NULL CHECK (seed >= 0),
            rules TEXT NOT NULL,
            need_by TEXT NOT NULL CHECK (length(need_by) = 10),
            offer_by TEXT NOT NULL CHECK (length(offer_by) = 10),
            adjust_by TEXT NOT NULL CHECK (length(adjust_by) = 10),
            created_at {integer} NOT NULL,
            created_by TEXT NOT NULL,
            published_draft TEXT,
            published_at {integer}
        ) {strict};
        CREATE INDEX placement_round_unit ON placement_round (unit, created_at);

        CREATE TABLE placement_period (
            round TEXT NOT NULL REFERENCES placement_round (id),
            id TEXT NOT NULL,
            position {integer} NOT NULL,
            first_week TEXT NOT NULL CHECK (length(first_week) = 8),
            last_week TEXT NOT NULL CHECK (length(last_week) = 8),
            season TEXT NOT NULL CHECK (season IN ('autumn', 'spring')),
            PRIMARY KEY (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_school (
            round TEXT NOT NULL REFERENCES placement_round (id),
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            contact TEXT REFERENCES person (id),
            answered_at {integer},
            answered_by TEXT REFERENCES person (id),
            PRIMARY KEY (round, id)
        ) {strict, without rowid};
        CREATE INDEX placement_school_contact ON placement_school (contact);

        CREATE TABLE placement_need (
            round TEXT NOT NULL,
            school TEXT NOT NULL,
            profession TEXT NOT NULL,
            year {integer} NOT NULL CHECK (year BETWEEN 1 AND 10),
            period TEXT NOT NULL,
            count {integer} NOT NULL CHECK (count >= 0),
            PRIMARY KEY (round, school, profession, year, period),
            FOREIGN KEY (round, school) REFERENCES placement_school (round, id),
            FOREIGN KEY (round, period) REFERENCES placement_period (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_ask (
            round TEXT NOT NULL REFERENCES placement_round (id),
            kind TEXT NOT NULL CHECK (kind IN ('needs', 'offers')),
            person TEXT NOT NULL REFERENCES person (id),
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            asked_at {integer} NOT NULL,
            answered_at {integer},
            PRIMARY KEY (round, kind, person)
        ) {strict, without rowid};
        CREATE INDEX placement_ask_enrolment ON placement_ask (enrolment);

        """

    private static let placementPlaces = """
        CREATE TABLE placement_institution (
            round TEXT NOT NULL REFERENCES placement_round (id),
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            unit TEXT REFERENCES org_unit (id),
            contact TEXT REFERENCES person (id),
            PRIMARY KEY (round, id)
        ) {strict, without rowid};
        CREATE INDEX placement_institution_contact ON placement_institution (contact);

        CREATE TABLE placement_ward (
            round TEXT NOT NULL,
            id TEXT NOT NULL,
            institution TEXT NOT NULL,
            name TEXT NOT NULL,
            unit TEXT REFERENCES org_unit (id),
            contact TEXT REFERENCES person (id),
            field TEXT NOT NULL,
            needs_car {integer} NOT NULL CHECK (needs_car IN (0, 1)),
            features TEXT NOT NULL,
            model TEXT NOT NULL CHECK (model IN ('single', 'tospann', 'dense')),
            students_per_supervisor {integer}
                CHECK (students_per_supervisor BETWEEN 1 AND 20),
            third_years_co_supervise {integer} NOT NULL
                CHECK (third_years_co_supervise IN (0, 1)),
            obstacle TEXT
                CHECK (obstacle IN ('supervisor-role', 'cooperation', 'conditions')),
            obstacle_text TEXT,
            answered_at {integer},
            answered_by TEXT REFERENCES person (id),
            PRIMARY KEY (round, id),
            FOREIGN KEY (round, institution) REFERENCES placement_institution (round, id),
            CHECK (model <> 'dense' OR students_per_supervisor IS NOT NULL)
        ) {strict, without rowid};
        CREATE INDEX placement_ward_institution ON placement_ward (round, institution);
        CREATE INDEX placement_ward_contact ON placement_ward (contact);

        CREATE TABLE placement_limit (
            round TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('institution', 'ward')),
            place TEXT NOT NULL,
            period TEXT NOT NULL,
            most {integer} NOT NULL CHECK (most >= 0),
            PRIMARY KEY (round, kind, place, period),
            FOREIGN KEY (round, period) REFERENCES placement_period (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_offer (
            round TEXT NOT NULL,
            ward TEXT NOT NULL,
            profession TEXT NOT NULL,
            year {integer} NOT NULL CHECK (year BETWEEN 1 AND 10),
            period TEXT NOT NULL,
            places {integer} NOT NULL CHECK (places >= 0),
            answered_at {integer} NOT NULL,
            answered_by TEXT,
            PRIMARY KEY (round, ward, profession, year, period),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id),
            FOREIGN KEY (round, period) REFERENCES placement_period (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_supervisor (
            round TEXT NOT NULL,
            id TEXT NOT NULL,
            person TEXT REFERENCES person (id),
            name TEXT NOT NULL,
            ward TEXT NOT NULL,
            profession TEXT NOT NULL,
            qualified {integer} NOT NULL CHECK (qualified IN (0, 1)),
            trained {integer} NOT NULL CHECK (trained IN (0, 1)),
            years TEXT NOT NULL,
            periods TEXT NOT NULL,
            percentage {integer} NOT NULL CHECK (percentage BETWEEN 0 AND 100),
            pair {integer} NOT NULL CHECK (pair IN (0, 1)),
            max_weeks {integer} CHECK (max_weeks >= 0),
            max_students {integer} CHECK (max_students >= 0),
            PRIMARY KEY (round, id),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id)
        ) {strict, without rowid};
        CREATE INDEX placement_supervisor_ward ON placement_supervisor (round, ward);
        CREATE INDEX placement_supervisor_person ON placement_supervisor (person);

        CREATE TABLE placement_absence (
            round TEXT NOT NULL,
            supervisor TEXT NOT NULL,
            first_week TEXT NOT NULL CHECK (length(first_week) = 8),
            last_week TEXT NOT NULL CHECK (length(last_week) = 8),
            recorded_at {integer} NOT NULL,
            recorded_by TEXT NOT NULL,
            PRIMARY KEY (round, supervisor, first_week),
            FOREIGN KEY (round, supervisor) REFERENCES placement_supervisor (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_agreement (
            round TEXT NOT NULL,
            school TEXT NOT NULL,
            institution TEXT NOT NULL,
            profession TEXT NOT NULL,
            max_per_period {integer} NOT NULL CHECK (max_per_period >= 0),
            max_total {integer} CHECK (max_total >= 0),
            tier {integer} NOT NULL CHECK (tier >= 1),
            PRIMARY KEY (round, school, institution, profession),
            FOREIGN KEY (round, school) REFERENCES placement_school (round, id),
            FOREIGN KEY (round, institution) REFERENCES placement_institution (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_share (
            round TEXT NOT NULL,
            school TEXT NOT NULL,
            profession TEXT NOT NULL,
            weight {integer} NOT NULL CHECK (weight >= 0),
            PRIMARY KEY (round, school, profession),
            FOREIGN KEY (round, school) REFERENCES placement_school (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_split (
            round TEXT PRIMARY KEY REFERENCES placement_round (id),
            result TEXT NOT NULL,
            made_at {integer} NOT NULL,
            made_by TEXT NOT NULL
        ) {strict, without rowid};

        CREATE TABLE placement_travel (
            round TEXT NOT NULL,
            zone TEXT NOT NULL,
            institution TEXT NOT NULL,
            transit {integer} NOT NULL CHECK (transit >= 0),
            car {integer} CHECK (car >= 0),
            PRIMARY KEY (round, zone, institution),
            FOREIGN KEY (round, institution) REFERENCES placement_institution (round, id)
        ) {strict, without rowid};

        """

    private static let placementStudents = """
        CREATE TABLE placement_student (
            round TEXT NOT NULL,
            id TEXT NOT NULL,
            person TEXT REFERENCES person (id),
            name TEXT NOT NULL,
            school TEXT NOT NULL,
            profession TEXT NOT NULL,
            year {integer} NOT NULL CHECK (year BETWEEN 1 AND 10),
            periods TEXT NOT NULL,
            zone TEXT NOT NULL,
            car {integer} NOT NULL CHECK (car IN (0, 1)),
            needs TEXT NOT NULL,
            priority {integer} NOT NULL CHECK (priority IN (0, 1)),
            grounds TEXT,
            fields TEXT NOT NULL,
            previous TEXT NOT NULL,
            lottery {integer} NOT NULL CHECK (lottery >= 0),
            withdrawn_at {integer},
            PRIMARY KEY (round, id),
            FOREIGN KEY (round, school) REFERENCES placement_school (round, id)
        ) {strict, without rowid};
        CREATE INDEX placement_student_person ON placement_student (person);
        CREATE INDEX placement_student_school ON placement_student (round, school);

        CREATE TABLE placement_wish (
            round TEXT NOT NULL,
            student TEXT NOT NULL,
            rank {integer} NOT NULL CHECK (rank >= 1),
            ward TEXT,
            institution TEXT,
            PRIMARY KEY (round, student, rank),
            FOREIGN KEY (round, student) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id),
            FOREIGN KEY (round, institution) REFERENCES placement_institution (round, id),
            CHECK ((ward IS NULL) <> (institution IS NULL))
        ) {strict, without rowid};

        CREATE TABLE placement_relation (
            round TEXT NOT NULL,
            student TEXT NOT NULL,
            institution TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('employment', 'relative', 'other')),
            declared_at {integer} NOT NULL,
            declared_by TEXT NOT NULL,
            PRIMARY KEY (round, student, institution),
            FOREIGN KEY (round, student) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, institution) REFERENCES placement_institution (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_lock (
            round TEXT NOT NULL,
            student TEXT NOT NULL,
            ward TEXT NOT NULL,
            period TEXT NOT NULL,
            made_at {integer} NOT NULL,
            made_by TEXT NOT NULL,
            PRIMARY KEY (round, student),
            FOREIGN KEY (round, student) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id),
            FOREIGN KEY (round, period) REFERENCES placement_period (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_ban (
            round TEXT NOT NULL,
            student TEXT NOT NULL,
            ward TEXT NOT NULL,
            made_at {integer} NOT NULL,
            made_by TEXT NOT NULL,
            PRIMARY KEY (round, student, ward),
            FOREIGN KEY (round, student) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id)
        ) {strict, without rowid};

        CREATE TABLE placement_upload (
            id TEXT PRIMARY KEY,
            round TEXT NOT NULL REFERENCES placement_round (id),
            person TEXT NOT NULL REFERENCES person (id),
            files TEXT NOT NULL,
            report TEXT NOT NULL,
            uploaded_at {integer} NOT NULL,
            done_at {integer}
        ) {strict};
        CREATE INDEX placement_upload_round ON placement_upload (round, uploaded_at);

        """

    private static let placementResults = """
        CREATE TABLE placement_input (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            document TEXT NOT NULL
        ) {strict, without rowid};

        CREATE TABLE placement_draft (
            id TEXT PRIMARY KEY,
            round TEXT NOT NULL REFERENCES placement_round (id),
            number {integer} NOT NULL CHECK (number > 0),
            status TEXT NOT NULL
                CHECK (status IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
            method TEXT NOT NULL CHECK (method IN ('optimal', 'stable', 'serial')),
            profile TEXT NOT NULL CHECK (profile IN ('A', 'B')),
            seed {integer} NOT NULL,
            time_limit {integer} NOT NULL CHECK (time_limit > 0),
            input TEXT NOT NULL REFERENCES placement_input (hash),
            base TEXT REFERENCES placement_draft (id),
            disruption TEXT,
            result TEXT,
            placed {integer},
            students {integer} NOT NULL,
            parts_done {integer} NOT NULL DEFAULT 0,
            parts {integer} NOT NULL DEFAULT 0,
            fault TEXT,
            started_at {integer} NOT NULL,
            started_by TEXT NOT NULL REFERENCES person (id),
            beat_at {integer},
            finished_at {integer},
            UNIQUE (round, number)
        ) {strict};
        CREATE INDEX placement_draft_open ON placement_draft (started_at)
            WHERE status IN ('waiting', 'running');

        CREATE TABLE placement_assignment (
            id TEXT PRIMARY KEY,
            round TEXT NOT NULL REFERENCES placement_round (id),
            student TEXT NOT NULL,
            ward TEXT NOT NULL,
            period TEXT NOT NULL,
            supervisor TEXT,
            draft TEXT REFERENCES placement_draft (id),
            enrolment TEXT REFERENCES enrolment (id),
            published_at {integer} NOT NULL,
            published_by TEXT NOT NULL,
            ended_at {integer},
            ended_why TEXT CHECK (ended_why IN ('moved', 'withdrawn', 'dropped', 'swapped')),
            FOREIGN KEY (round, student) REFERENCES placement_student (round, id),
            FOREIGN KEY (round, ward) REFERENCES placement_ward (round, id),
            FOREIGN KEY (round, period) REFERENCES placement_period (round, id)
        ) {strict};
        CREATE UNIQUE INDEX placement_assignment_once ON placement_assignment (round, student)
            WHERE ended_at IS NULL;
        CREATE INDEX placement_assignment_supervisor ON placement_assignment (round, supervisor);
        CREATE INDEX placement_assignment_enrolment ON placement_assignment (enrolment);
        """
}
