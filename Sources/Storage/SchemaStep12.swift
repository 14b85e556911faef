extension Schema {
    /// What a completed step would have recorded, had enough people vouched for it: the claim that
    /// waits for the others.
    static let twelfth = """
        CREATE TABLE step_claim (
            enrolment TEXT NOT NULL REFERENCES enrolment (id),
            step TEXT NOT NULL,
            competence TEXT NOT NULL,
            event {integer} NOT NULL,
            version TEXT NOT NULL REFERENCES programme_version (hash),
            valid_until TEXT CHECK (length(valid_until) = 10),
            claim TEXT NOT NULL REFERENCES competence_claim (id),
            PRIMARY KEY (enrolment, step, competence)
        ) {strict, without rowid};
        CREATE INDEX step_claim_claim ON step_claim (claim);
        """
}
