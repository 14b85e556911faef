extension Schema {
    /// The first release. Days are ISO 8601 texts, instants milliseconds since 1970 (UTC).
    static let first = """
        CREATE TABLE person (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            email TEXT,
            private_email TEXT,
            language TEXT NOT NULL DEFAULT 'nb',
            unit TEXT,
            digest TEXT NOT NULL DEFAULT 'auto' CHECK (digest IN ('auto', 'daily', 'never'))
        ) {strict};
        CREATE UNIQUE INDEX person_email ON person (email) WHERE email IS NOT NULL;
        CREATE INDEX person_unit ON person (unit);

        CREATE TABLE org_unit (
            id TEXT PRIMARY KEY,
            parent TEXT REFERENCES org_unit (id),
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            manager TEXT REFERENCES person (id)
        ) {strict};
        CREATE INDEX org_unit_parent ON org_unit (parent);
        CREATE INDEX org_unit_manager ON org_unit (manager);

        CREATE TABLE unit_function (
            unit TEXT NOT NULL REFERENCES org_unit (id),
            function TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES person (id),
            PRIMARY KEY (unit, function)
        ) {strict, without rowid};

        CREATE TABLE programme_version (
            hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
            programme TEXT NOT NULL,
            number {integer} NOT NULL CHECK (number > 0),
            files TEXT NOT NULL,
            published_at {integer} NOT NULL,
            UNIQUE (programme, number)
        ) {strict};

        CREATE TABLE enrolment (
            id TEXT PRIMARY KEY,
            version TEXT NOT NULL REFERENCES programme_version (hash),
            programme TEXT NOT NULL,
            participant TEXT NOT NULL REFERENCES person (id),
            unit TEXT,
            status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'stopped')),
            started_on TEXT NOT NULL CHECK (length(started_on) = 10),
            state TEXT NOT NULL,
            event_count {integer} NOT NULL CHECK (event_count > 0),
            last_hash {bytes} NOT NULL CHECK (length(last_hash) = 32),
            wake_at {integer}
        ) {strict};
        CREATE INDEX enrolment_due ON enrolment (wake_at) WHERE wake_at IS NOT NULL;
        CREATE INDEX enrolment_participant ON enrolment (participant);
        CREATE INDEX enrolment_unit ON enrolment (unit);
        CREATE UNIQUE INDEX enrolment_once ON enrolment (participant, programme)
            WHERE status IN ('running', 'paused');

        CREATE TABLE event (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            number {integer} NOT NULL CHECK (number > 0),
            recorded_at {integer} NOT NULL,
            actor TEXT NOT NULL,
            type TEXT NOT NULL,
            body TEXT NOT NULL,
            hash {bytes} NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (enrolment, number)
        ) {strict, without rowid};

        CREATE TABLE step (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            step TEXT NOT NULL,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            module TEXT,
            opens_on TEXT,
            due_on TEXT,
            window_from TEXT,
            window_to TEXT,
            settled_on TEXT,
            PRIMARY KEY (enrolment, step)
        ) {strict, without rowid};

        CREATE INDEX step_open_due ON step (due_on) WHERE status IN ('open', 'waiting');

        CREATE TABLE role_holder (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            role TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES person (id),
            PRIMARY KEY (enrolment, role)
        ) {strict, without rowid};
        CREATE INDEX role_holder_person ON role_holder (person, role);

        CREATE TABLE unfilled_role (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            role TEXT NOT NULL,
            needed_by TEXT,
            PRIMARY KEY (enrolment, role)
        ) {strict, without rowid};

        CREATE TABLE message (
            id TEXT PRIMARY KEY CHECK (length(id) = 32),
            identity TEXT NOT NULL UNIQUE,
            channel TEXT NOT NULL CHECK (channel IN ('mail', 'digest', 'webhook')),
            kind TEXT NOT NULL,
            enrolment TEXT REFERENCES enrolment (id),
            recipient TEXT NOT NULL,
            body TEXT NOT NULL,
            status TEXT NOT NULL
                CHECK (status IN ('queued', 'sending', 'sent', 'bundled', 'withdrawn', 'dead')),
            available_at {integer} NOT NULL,
            queued_at {integer} NOT NULL,
            attempts {integer} NOT NULL DEFAULT 0,
            leased_until {integer},
            finished_at {integer},
            bundle TEXT,
            detail TEXT
        ) {strict};
        CREATE INDEX message_ready ON message (available_at) WHERE status = 'queued';
        CREATE INDEX message_leased ON message (leased_until) WHERE status = 'sending';
        CREATE INDEX message_recipient ON message (recipient, queued_at);
        CREATE INDEX message_bundle ON message (bundle) WHERE bundle IS NOT NULL;
        CREATE INDEX message_shown ON message (coalesce(finished_at, available_at));
        CREATE INDEX message_dead ON message (finished_at) WHERE status = 'dead';

        CREATE TABLE attempt (
            message TEXT NOT NULL REFERENCES message (id),
            number {integer} NOT NULL CHECK (number > 0),
            at {integer} NOT NULL,
            outcome TEXT NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY (message, number)
        ) {strict, without rowid};

        CREATE TABLE command_log (
            key TEXT PRIMARY KEY,
            fingerprint {bytes} NOT NULL CHECK (length(fingerprint) = 32),
            response TEXT NOT NULL,
            at {integer} NOT NULL
        ) {strict, without rowid};

        CREATE TABLE competence_entry (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES person (id),
            competence TEXT NOT NULL,
            title TEXT NOT NULL,
            level TEXT,
            achieved_on TEXT NOT NULL,
            valid_until TEXT,
            attested_by TEXT NOT NULL,
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            event {integer} NOT NULL,
            step TEXT NOT NULL,
            version TEXT NOT NULL REFERENCES programme_version (hash),
            recorded_at {integer} NOT NULL,
            UNIQUE (enrolment, step, competence)
        ) {strict};
        CREATE INDEX competence_entry_person ON competence_entry (person, achieved_on);

        CREATE TABLE module_step_done (
            person TEXT NOT NULL REFERENCES person (id),
            step TEXT NOT NULL,
            done_on TEXT NOT NULL,
            programme TEXT NOT NULL,
            PRIMARY KEY (person, step)
        ) {strict, without rowid};

        CREATE TABLE answer (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            step TEXT NOT NULL,
            question TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES person (id),
            text TEXT NOT NULL,
            at {integer} NOT NULL,
            PRIMARY KEY (enrolment, step, question, person)
        ) {strict, without rowid};

        CREATE TABLE webhook_endpoint (
            id TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            secrets TEXT NOT NULL,
            kinds TEXT NOT NULL,
            owner TEXT NOT NULL REFERENCES person (id),
            status TEXT NOT NULL CHECK (status IN ('on', 'off')),
            failing_since {integer},
            detail TEXT
        ) {strict};

        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) {strict, without rowid};

        {append-only event}
        {append-only competence_entry}
        """
}
