extension Schema {
    /// Placements: how far a publication has come without its students being counted anew, and what
    /// took long to find out about a round.
    static let seventh = """
        ALTER TABLE placement_publication ADD COLUMN done {integer} NOT NULL DEFAULT 0;
        ALTER TABLE placement_publication ADD COLUMN refused {integer} NOT NULL DEFAULT 0;
        UPDATE placement_publication SET
            done = (SELECT count(*) FROM placement_publication_item i
                WHERE i.publication = placement_publication.id AND i.status = 'done'),
            refused = (SELECT count(*) FROM placement_publication_item i
                WHERE i.publication = placement_publication.id AND i.status = 'refused');
        CREATE INDEX placement_publication_refused
            ON placement_publication_item (publication, student) WHERE status = 'refused';

        CREATE TABLE placement_answer (
            round TEXT NOT NULL REFERENCES placement_round (id),
            question TEXT NOT NULL CHECK (length(question) = 64),
            answer TEXT NOT NULL,
            made_at {integer} NOT NULL,
            PRIMARY KEY (round, question)
        ) {strict, without rowid};

        """
}
