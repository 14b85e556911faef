extension Schema {
    /// Imports in the pages of where people work and what they can do.
    static let ninth = """
        CREATE TABLE import_upload (
            id TEXT PRIMARY KEY,
            person TEXT NOT NULL REFERENCES person (id),
            kind TEXT NOT NULL
                CHECK (kind IN ('units', 'people', 'employments', 'competences', 'starts')),
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
        CREATE TABLE import_line (
            job TEXT NOT NULL REFERENCES import_upload (id),
            line {integer} NOT NULL,
            subject TEXT NOT NULL,
            outcome TEXT NOT NULL
                CHECK (outcome IN ('new', 'changed', 'unchanged', 'error')),
            message TEXT NOT NULL,
            PRIMARY KEY (job, line)
        ) {strict, without rowid};
        INSERT INTO import_upload (id, person, kind, file, contents, language, status, total, done,
            started_at, finished_at)
        SELECT id, person, kind, file, contents, language, status, total, done, started_at,
            finished_at
        FROM import_job;
        INSERT INTO import_line (job, line, subject, outcome, message)
        SELECT job, line, subject, outcome, message FROM import_row;
        DROP TABLE import_row;
        DROP TABLE import_job;
        ALTER TABLE import_upload RENAME TO import_job;
        ALTER TABLE import_line RENAME TO import_row;
        CREATE INDEX import_job_open ON import_job (started_at)
            WHERE status IN ('checking', 'running');
        CREATE INDEX import_job_person ON import_job (person, started_at);
        """
}
