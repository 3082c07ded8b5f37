package dev.ringrift.core.ledger;

import dev.ringrift.core.data.Content;

/// One content that a name has had.
///
/// @param publisher who said so: a person, or `attempt 7.0.1`
public record DataVersion(Content content, String publisher, long atMillis) {}
