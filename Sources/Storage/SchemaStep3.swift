extension Schema {
    /// Acts on many enrolments at once, and what is different in single plans.
    static let third = """
        CREATE TABLE bulk_act (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            arguments TEXT NOT NULL,
            actor TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('running', 'done', 'cancelled')),
            undoes TEXT REFERENCES bulk_act (id),
            total {integer} NOT NULL,
            started_at {integer} NOT NULL,
            finished_at {integer}
        ) {strict};
        CREATE INDEX bulk_act_running ON bulk_act (started_at) WHERE status = 'running';
        CREATE UNIQUE INDEX bulk_act_undone_once ON bulk_act (undoes)
            WHERE undoes IS NOT NULL AND status <> 'cancelled';

        CREATE TABLE bulk_item (
            act TEXT NOT NULL REFERENCES bulk_act (id),
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            status TEXT NOT NULL CHECK (status IN ('waiting', 'done', 'unchanged', 'refused')),
            event {integer},
            detail TEXT,
            PRIMARY KEY (act, enrolment)
        ) {strict, without rowid};
        CREATE INDEX bulk_item_waiting ON bulk_item (act, enrolment) WHERE status = 'waiting';

        CREATE TABLE plan_edit (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            number {integer} NOT NULL,
            programme TEXT NOT NULL,
            change TEXT NOT NULL,
            step TEXT,
            summary TEXT NOT NULL,
            PRIMARY KEY (enrolment, number)
        ) {strict, without rowid};
        CREATE INDEX plan_edit_programme ON plan_edit (programme, change, step);

        CREATE INDEX enrolment_version ON enrolment (version, status);
        """
}
