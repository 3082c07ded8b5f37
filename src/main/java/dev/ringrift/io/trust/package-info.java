/// Keys, credentials and tokens on disk and on the wire: Ed25519 and EdDSA JWTs (RFC 8037, RFC
/// 7519).
@NullMarked
package dev.ringrift.io.trust;

import org.jspecify.annotations.NullMarked;
