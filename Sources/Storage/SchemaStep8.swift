extension Schema {
    /// Evaluation: with each answer the version and the step's name when it was given, and the
    /// role that it was given in, so that it counts once, wherever its enrolment moves and whoever
    /// takes over. Answers from before were given to versions that evaluate nothing.
    static let eighth = """
        ALTER TABLE answer ADD COLUMN version TEXT REFERENCES programme_version (hash);
        ALTER TABLE answer ADD COLUMN asked_as TEXT;
        ALTER TABLE answer ADD COLUMN role TEXT;
        CREATE INDEX answer_of_version ON answer (version);
        """
}
