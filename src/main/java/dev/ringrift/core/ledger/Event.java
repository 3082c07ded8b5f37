package dev.ringrift.core.ledger;

/// One line of the cluster's story.
///
/// @param seq from 1, without gaps
/// @param kind what it is about: `leader`, `node`, `job`, `task`, `attempt`, `voters`, `trust`,
///     `data`
/// @param subject which one, for example a node's id or `7.0.1`
/// @param text what happened and why
public record Event(long seq, long atMillis, String kind, String subject, String text) {}
