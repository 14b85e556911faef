extension Schema {
    /// What the pages need: sign-in, notes that are nobody else's, input on programmes, and imports
    /// that go on after the page is closed.
    static let fourth = """
        ALTER TABLE person ADD COLUMN sessions_from {integer} NOT NULL DEFAULT 0;
        ALTER TABLE programme_version ADD COLUMN published_by TEXT;
        CREATE INDEX unit_function_person ON unit_function (person, function);

        CREATE TABLE sign_in (
            digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
            person TEXT NOT NULL REFERENCES person (id),
            address TEXT NOT NULL CHECK (address IN ('work', 'private')),
            target TEXT NOT NULL,
            asked_at {integer} NOT NULL,
            expires_at {integer} NOT NULL,
            used_at {integer}
        ) {strict, without rowid};
        CREATE INDEX sign_in_person ON sign_in (person, asked_at);

        CREATE TABLE sign_in_hour (
            hour {integer} PRIMARY KEY,
            asked {integer} NOT NULL,
            sent {integer} NOT NULL
        ) {strict};

        CREATE INDEX person_work_address ON person (lower(email));
        CREATE INDEX person_private_address ON person (lower(private_email));
        CREATE INDEX message_sign_in ON message (available_at)
            WHERE status = 'queued' AND kind = 'sign-in';

        CREATE TABLE private_note (
            id TEXT PRIMARY KEY,
            author TEXT NOT NULL REFERENCES person (id),
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            sealed {bytes} NOT NULL,
            written_at {integer} NOT NULL,
            changed_at {integer} NOT NULL
        ) {strict};
        CREATE INDEX private_note_author ON private_note (author, enrolment);

        CREATE TABLE programme_input (
            id TEXT PRIMARY KEY,
            programme TEXT NOT NULL,
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            step TEXT,
            author TEXT NOT NULL REFERENCES person (id),
            text TEXT NOT NULL,
            written_at {integer} NOT NULL,
            answer TEXT,
            answered_by TEXT REFERENCES person (id),
            answered_at {integer},
            told_at {integer}
        ) {strict};
        CREATE INDEX programme_input_programme ON programme_input (programme, written_at);
        CREATE INDEX programme_input_author ON programme_input (author, written_at);
        CREATE INDEX programme_input_told ON programme_input (told_at);
        CREATE INDEX programme_input_open ON programme_input (written_at)
            WHERE answered_at IS NULL;

        CREATE TABLE import_job (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL CHECK (kind IN ('units', 'people', 'starts')),
            file TEXT NOT NULL,
            contents {bytes} NOT NULL,
            language TEXT NOT NULL,
            status TEXT NOT NULL
                CHECK (status IN ('checking', 'checked', 'running', 'done', 'cancelled')),
            total {integer} NOT NULL,
            done {integer} NOT NULL DEFAULT 0 CHECK (done <= total),
            started_at {integer} NOT NULL,
            finished_at {integer}
        ) {strict};
        CREATE INDEX import_job_open ON import_job (started_at)
            WHERE status IN ('checking', 'running');
        CREATE INDEX import_job_person ON import_job (person, started_at);

        CREATE TABLE import_row (
            job TEXT NOT NULL REFERENCES import_job (id),
            line {integer} NOT NULL,
            subject TEXT NOT NULL,
            outcome TEXT NOT NULL
                CHECK (outcome IN ('new', 'changed', 'unchanged', 'error')),
            message TEXT NOT NULL,
            PRIMARY KEY (job, line)
        ) {strict, without rowid};
        """
}
