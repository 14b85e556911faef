extension Schema {
    /// Competence: frameworks, a record that is a chain of its own for each person and takes
    /// entries from elsewhere than steps too, claims that wait for somebody's word, and where
    /// people work.
    ///
    /// Entries from before the chain have no hash; the first that is written after them covers
    /// them.
    static let sixth = """
        ALTER TABLE person ADD COLUMN born_on TEXT;

        CREATE TABLE framework_version (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            framework TEXT NOT NULL,
            number {integer} NOT NULL CHECK (number > 0),
            name TEXT NOT NULL,
            file TEXT NOT NULL,
            published_at {integer} NOT NULL,
            published_by TEXT NOT NULL,
            UNIQUE (framework, number)
        ) {strict};

        CREATE TABLE competence_record (
            person TEXT NOT NULL REFERENCES person (id),
            number {integer} NOT NULL CHECK (number > 0),
            kind TEXT NOT NULL
                CHECK (kind IN ('step', 'attested', 'prior-learning', 'imported', 'revoked')),
            competence TEXT NOT NULL,
            title TEXT NOT NULL,
            level TEXT,
            form TEXT CHECK (form IN ('formal', 'informal', 'real')),
            achieved_on TEXT NOT NULL CHECK (length(achieved_on) = 10),
            valid_until TEXT CHECK (valid_until >= achieved_on),
            attested_by TEXT NOT NULL,
            evidence {bytes} CHECK (length(evidence) = 32),
            enrolment TEXT REFERENCES enrolment (id),
            event {integer},
            step TEXT,
            version TEXT REFERENCES programme_version (hash),
            framework TEXT REFERENCES framework_version (hash),
            revokes {integer} CHECK (revokes < number),
            recorded_at {integer} NOT NULL,
            recorded_by TEXT NOT NULL,
            hash {bytes} CHECK (length(hash) = 32),
            PRIMARY KEY (person, number),
            UNIQUE (enrolment, step, competence),
            CHECK ((kind = 'revoked') = (revokes IS NOT NULL)),
            CHECK (kind <> 'step' OR (enrolment IS NOT NULL AND event IS NOT NULL
                AND step IS NOT NULL AND version IS NOT NULL))
        ) {strict, without rowid};

        INSERT INTO competence_record (person, number, kind, competence, title, level, achieved_on,
            valid_until, attested_by, enrolment, event, step, version, recorded_at, recorded_by)
        SELECT person, row_number() OVER (PARTITION BY person ORDER BY recorded_at, id), 'step',
            competence, title, level, achieved_on, valid_until, attested_by, enrolment, event, step,
            version, recorded_at, 'clock'
        FROM competence_entry;
        DROP TABLE competence_entry;
        ALTER TABLE competence_record RENAME TO competence_entry;
        CREATE INDEX competence_entry_held ON competence_entry (person, competence, number, level,
            achieved_on, valid_until, revokes, recorded_at);
        CREATE UNIQUE INDEX competence_entry_revoked ON competence_entry (person, revokes)
            WHERE revokes IS NOT NULL;
        CREATE INDEX competence_entry_expiry ON competence_entry (valid_until)
            WHERE valid_until IS NOT NULL;

        CREATE TABLE competence_evidence (
            person TEXT NOT NULL,
            entry {integer} NOT NULL,
            text TEXT NOT NULL,
            salt {bytes} NOT NULL,
            PRIMARY KEY (person, entry),
            FOREIGN KEY (person, entry) REFERENCES competence_entry (person, number)
        ) {strict, without rowid};

        CREATE TABLE competence_head (
            person TEXT PRIMARY KEY REFERENCES person (id),
            number {integer} NOT NULL,
            hash {bytes} NOT NULL CHECK (length(hash) = 32)
        ) {strict, without rowid};

        CREATE TABLE competence_claim (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('attested', 'prior-learning')),
            competence TEXT NOT NULL,
            level TEXT NOT NULL,
            form TEXT NOT NULL CHECK (form IN ('formal', 'informal', 'real')),
            achieved_on TEXT NOT NULL CHECK (length(achieved_on) = 10),
            evidence TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('open', 'recorded', 'refused', 'withdrawn')),
            opened_by TEXT NOT NULL REFERENCES person (id),
            opened_at {integer} NOT NULL,
            settled_by TEXT REFERENCES person (id),
            settled_at {integer},
            reason TEXT,
            entry {integer},
            CHECK ((status = 'recorded') = (entry IS NOT NULL))
        ) {strict};
        CREATE UNIQUE INDEX competence_claim_once ON competence_claim (person, competence, level)
            WHERE status = 'open';

        CREATE TABLE competence_voice (
            claim TEXT NOT NULL REFERENCES competence_claim (id),
            person TEXT NOT NULL REFERENCES person (id),
            capacities TEXT NOT NULL,
            at {integer} NOT NULL,
            PRIMARY KEY (claim, person)
        ) {strict, without rowid};

        CREATE TABLE employment (
            person TEXT NOT NULL REFERENCES person (id),
            from_on TEXT NOT NULL CHECK (length(from_on) = 10),
            unit TEXT NOT NULL REFERENCES org_unit (id),
            position TEXT NOT NULL,
            percentage {integer} NOT NULL CHECK (percentage BETWEEN 1 AND 100),
            until_on TEXT CHECK (until_on >= from_on),
            PRIMARY KEY (person, from_on, unit, position)
        ) {strict, without rowid};
        CREATE INDEX employment_unit ON employment (unit, person);

        CREATE TABLE competence_renewal (
            person TEXT NOT NULL,
            entry {integer} NOT NULL,
            enrolment TEXT REFERENCES enrolment (id),
            at {integer} NOT NULL,
            PRIMARY KEY (person, entry),
            FOREIGN KEY (person, entry) REFERENCES competence_entry (person, number)
        ) {strict, without rowid};

        CREATE TABLE credential_key (
            id TEXT PRIMARY KEY,
            sealed {bytes} NOT NULL,
            public_key {bytes} NOT NULL,
            made_at {integer} NOT NULL,
            retired_at {integer}
        ) {strict};

        CREATE TABLE credential (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL,
            entry {integer} NOT NULL,
            place {integer} NOT NULL UNIQUE,
            issued_at {integer} NOT NULL,
            UNIQUE (person, entry),
            FOREIGN KEY (person, entry) REFERENCES competence_entry (person, number)
        ) {strict};

        {append-only competence_entry}
        """
}
