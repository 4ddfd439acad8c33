//! What the engine's signatures and handshakes are bound to.

use chancery_types::ids::NetworkId;

const PREFIX: &[u8] = b"chancery/1/";

/// The base namespace of a network (ADR 0002): a vote, a certificate or a handshake of one network is worth nothing in
/// another.
pub fn base(network: &NetworkId) -> Vec<u8> {
    [PREFIX, network.as_bytes()].concat()
}
