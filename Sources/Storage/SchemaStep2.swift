extension Schema {
    /// What has happened to a step stands in the step's own row, so that an act writes what it
    /// changed and not the whole state. A state written before keeps its records until it is
    /// written next.
    static let second = """
        ALTER TABLE step ADD COLUMN record TEXT;
        """
}
