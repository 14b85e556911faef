#pragma once

/// A text of the source tree as it was when the program was built, ended by a zero.
///
/// The C compiler takes a file in as it is (C23's #embed) and sees when it has changed. As an array
/// in Swift half a megabyte of texts took longer to compile than all the code of its target.
struct embedded_file {
    /// The file's name, without `.yaml` or `.mustache`.
    const char *name;
    const unsigned char *text;
};

/// The languages' files; the last has no name.
const struct embedded_file *embedded_languages(void);

/// The pages' templates and the stylesheet; the last has no name.
const struct embedded_file *embedded_templates(void);
