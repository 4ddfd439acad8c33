//! Who is who in the demonstration: the labels under which keys are derived, and the constituting authority.

use super::home::Home;
use crate::exit::Exit;
use chancery_client::Client;
use chancery_client::keyring::Keyring;
use chancery_client::signing::Signer;
use chancery_crypto::hash::Digest;
use chancery_kernel::identity::genesis::FoundingAuthority;
use chancery_kernel::identity::query::member_id;
use chancery_types::code::Domain;
use chancery_types::ids::{MemberId, NetworkId};

/// The constituting authority.
pub(crate) const CONSTITUTING: &str = "authority/constituting";
/// The ministry that supervises the labour force register.
pub(crate) const STATISTICS_MINISTRY: &str = "authority/statistics";
/// The ministry that supervises the enterprise survey.
pub(super) const INDUSTRY_MINISTRY: &str = "authority/industry";

/// The label of a province's or state's office.
pub(crate) fn office(code: &str) -> String {
    format!("authority/region/{code}")
}

/// The label of a county's office.
pub(crate) fn county(code: &str) -> String {
    format!("county/{code}")
}

/// The constituting authority with its key.
#[derive(Debug)]
pub(super) struct Constituting {
    pub(super) signer: Signer,
}

impl Constituting {
    pub(super) fn of(home: &Home, client: &Client) -> Result<Self, Exit> {
        if client.network_id() != home.genesis.network {
            let cause = "another network answers at the demonstration's addresses";
            return Err(Exit::remedied(cause, "Stop it, or choose other ports with --port and --fresh."));
        }
        let authority = &home.genesis.document.authority;
        let founding = FoundingAuthority {
            name: authority.name.clone(),
            act: authority.act.clone(),
            key: authority.key,
            domains: authority.domains.clone(),
            sealing_key: authority.sealing_key,
        };
        let key = home.keyring.signing_key(CONSTITUTING);
        Ok(Self { signer: Signer { network: home.genesis.network, member: founding.id(), key } })
    }
}

/// A member that a registrar registered under a label of the keyring.
pub(crate) fn derived(keyring: &Keyring, network: NetworkId, registrar: MemberId, label: &str) -> Signer {
    let legal: Digest = keyring.legal_identity(label, label);
    Signer { network, member: member_id(&network, &registrar, &legal), key: keyring.signing_key(label) }
}

/// A domain that is written in this program.
pub(super) fn domain(text: &str) -> Result<Domain, Exit> {
    text.parse().map_err(|error| Exit::remedied(format!("{text}: {error}"), "Report this as a fault."))
}
