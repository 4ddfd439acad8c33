//! Envelopes, possession of keys, sessions: everything that a member signs.

use chancery_crypto::digest::transaction_id;
use chancery_crypto::signature::{Purpose, SigningKey};
use chancery_kernel::identity::ids::IDENTITY;
use chancery_kernel::identity::transaction::{Acceptance, IdentityTransaction, NewKey};
use chancery_types::encoding::to_bytes;
use chancery_types::ids::{ApplicationId, MemberId, NetworkId, TransactionId};
use chancery_types::key::PublicKey;
use chancery_types::session::{SESSION_MS_MAX, SessionStatement, SignedSession};
use chancery_types::time::{BlockTime, MINUTE_MS};
use chancery_types::transaction::{Body, Envelope};
use minicbor::Encode;
use rand_core::CryptoRng;

/// How long a transaction stays valid unless said otherwise.
pub const EXPIRY_AHEAD_MS: u64 = 10 * MINUTE_MS;

/// A member with a key in hand, on one network.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The network.
    pub network: NetworkId,
    /// Who signs.
    pub member: MemberId,
    /// With what.
    pub key: SigningKey,
}

/// A signed transaction, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransaction {
    /// Its id.
    pub id: TransactionId,
    /// Until when it may be ordered.
    pub expires: BlockTime,
    /// The encoded envelope.
    pub bytes: Vec<u8>,
}

impl Signer {
    /// Signs a message to an application. `now` is the network's time; the salt makes two equal messages two
    /// transactions.
    pub fn sign<T: Encode<()>>(
        &self,
        application: ApplicationId,
        message: &T,
        now: BlockTime,
        rng: &mut impl CryptoRng,
    ) -> SignedTransaction {
        self.sign_until(application, message, now.plus_ms(EXPIRY_AHEAD_MS), rng)
    }

    /// The same with another expiry, at most [`EXPIRY_AHEAD_MS_MAX`](chancery_types::transaction::EXPIRY_AHEAD_MS_MAX)
    /// ahead of the network's time when it is ordered.
    pub fn sign_until<T: Encode<()>>(
        &self,
        application: ApplicationId,
        message: &T,
        expires: BlockTime,
        rng: &mut impl CryptoRng,
    ) -> SignedTransaction {
        let body = Body {
            network: self.network,
            application,
            sender: self.member,
            expires,
            salt: rng.next_u64(),
            payload: to_bytes(message),
        };
        let id = transaction_id(&body);
        let signature = self.key.sign(Purpose::Transaction, &self.network, id.as_bytes());
        let envelope = Envelope { body, key: self.key.public_key(), signature };
        SignedTransaction { id, expires, bytes: to_bytes(&envelope) }
    }

    /// Opens a session for reading at one node, for half the longest time, so that clocks may differ.
    pub fn session(&self, node: PublicKey, now: BlockTime, rng: &mut impl CryptoRng) -> SignedSession {
        let statement = SessionStatement {
            network: self.network,
            node,
            member: self.member,
            expires: now.plus_ms(SESSION_MS_MAX / 2),
            nonce: rng.next_u64(),
        };
        let signature = self.key.sign(Purpose::Session, &self.network, &to_bytes(&statement));
        SignedSession { statement, key: self.key.public_key(), signature }
    }
}

/// A key to be bound to a member, with the proof that it is in hand.
pub fn new_key(network: &NetworkId, member: MemberId, key: &SigningKey, expires: Option<BlockTime>) -> NewKey {
    let possession = key.sign(Purpose::KeyPossession, network, member.as_bytes());
    NewKey { member, key: key.public_key(), expires, possession }
}

/// Accepts an invitation: binds a first key to every invited member, in the invitation's order. It is signed with the
/// invitation's own key, in the name of the first invited member.
pub fn accept_invitation(
    network: NetworkId,
    invitation: &SigningKey,
    keys: Vec<NewKey>,
    now: BlockTime,
    rng: &mut impl CryptoRng,
) -> Option<SignedTransaction> {
    let first = keys.first()?.member;
    let signer = Signer { network, member: first, key: invitation.clone() };
    Some(signer.sign(IDENTITY, &IdentityTransaction::AcceptInvitation(Acceptance { keys }), now, rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_crypto::signature::verify;
    use chancery_types::encoding::from_bytes;
    use rand_core::SeedableRng;

    fn signer() -> Signer {
        let key = SigningKey::from_seed(&[7; 32]);
        Signer { network: NetworkId([1; 32]), member: MemberId([2; 16]), key }
    }

    #[test]
    fn an_envelope_is_canonical_signed_and_expires() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let signed = signer().sign(ApplicationId(16), &5u8, BlockTime(1_000), &mut rng);
        let envelope: Envelope = from_bytes(&signed.bytes).unwrap();
        assert_eq!(envelope.body.expires, BlockTime(1_000 + EXPIRY_AHEAD_MS));
        assert_eq!(transaction_id(&envelope.body), signed.id);
        let good = verify(
            Purpose::Transaction,
            &envelope.body.network,
            signed.id.as_bytes(),
            &envelope.key,
            &envelope.signature,
        );
        assert_eq!(good, Ok(()));
        let again = signer().sign(ApplicationId(16), &5u8, BlockTime(1_000), &mut rng);
        assert_ne!(again.id, signed.id, "the salt differs");
    }

    #[test]
    fn an_acceptance_is_in_the_name_of_the_first_invited() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let invitation = SigningKey::from_seed(&[9; 32]);
        let Signer { network, member, key } = signer();
        let keys = vec![new_key(&network, member, &key, None)];
        let signed = accept_invitation(network, &invitation, keys, BlockTime(0), &mut rng).unwrap();
        let envelope: Envelope = from_bytes(&signed.bytes).unwrap();
        assert_eq!((envelope.body.sender, envelope.key), (member, invitation.public_key()));
        assert!(accept_invitation(network, &invitation, Vec::new(), BlockTime(0), &mut rng).is_none());
    }
}
