package dev.ringrift.core.trust;

import dev.ringrift.core.NodeId;

/// The claims of the operator's leave to one voter: it may issue credentials of the worker role,
/// and no other.
///
/// @param id its own name (`jti`)
/// @param voter who may issue
/// @param key the voter's public key, base64url
public record Delegation(
    String cluster, String id, NodeId voter, String key, long issuedSeconds, long expiresSeconds) {}
