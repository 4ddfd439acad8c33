//! The one list of installed applications; dispatch; genesis assembly.
//!
//! A new application is a folder under `apps/` and one word in [`installed!`] below.
#![deny(clippy::float_arithmetic, clippy::cast_possible_truncation)]

pub mod genesis;

use chancery_kernel::governance::rejection::GovernanceRejection;
use chancery_kernel::governance::{self, Governance};
use chancery_kernel::identity::rejection::IdentityRejection;
use chancery_kernel::identity::{self, Identity};
use chancery_kernel::records::Records;
use chancery_kernel::records::rejection::RecordsRejection;
use chancery_ledger::rejection::{LedgerRejection, RejectionText};
use chancery_ledger::{Application, Applications, BlockContext, Changes, Refusal, Sender, View, run};
use chancery_statistics::Statistics;
use chancery_statistics::rejection::StatisticsRejection;
use chancery_types::ids::{ApplicationId, StateKey};
use chancery_types::rejection::RejectionCode;
use chancery_types::transaction::{Body, Envelope};

/// The installed applications.
#[derive(Clone, Copy, Debug, Default)]
pub struct Registry;

/// Writes the dispatch for a list of applications with their refusals, in the order of their numbers.
macro_rules! installed {
    ($($application:ty, $rejection:ty;)+) => {
        impl Registry {
            /// The installed applications, by number.
            pub fn applications(&self) -> Vec<(ApplicationId, &'static str)> {
                vec![$((<$application>::ID, <$application>::NAME)),+]
            }

            /// Every refusal of the ledger and of the installed applications, by number.
            pub fn refusals(&self) -> Vec<RejectionText> {
                [LedgerRejection::ALL, $(<$rejection>::ALL),+].concat()
            }

            fn dispatch(
                view: &View<'_>,
                context: &BlockContext,
                sender: Sender,
                application: ApplicationId,
                payload: &[u8],
            ) -> Result<Changes, RejectionCode> {
                match application {
                    $(id if id == <$application>::ID => run::<$application>(view, context, sender, payload),)+
                    _ => Err(LedgerRejection::UnknownApplication.code()),
                }
            }

            fn foresee_in(body: &Body) -> Vec<StateKey> {
                match body.application {
                    $(id if id == <$application>::ID => <$application>::foresee(&body.sender, &body.payload),)+
                    _ => Vec::new(),
                }
            }

            fn end_all(view: &View<'_>, context: &BlockContext) -> Changes {
                let mut changes = Changes::new();
                $(
                    let ended = view.after(&changes, |view| <$application>::end_block(view, context));
                    changes.append(ended);
                )+
                changes
            }
        }
    };
}

installed! {
    Identity, IdentityRejection;
    Records, RecordsRejection;
    Governance, GovernanceRejection;
    Statistics, StatisticsRejection;
}

impl Applications for Registry {
    fn identify(&self, view: &View<'_>, context: &BlockContext, envelope: &Envelope) -> Result<Sender, RejectionCode> {
        identity::query::identify(view, context, envelope).map_err(|refusal| refusal.code())
    }

    fn run(
        &self,
        view: &View<'_>,
        context: &BlockContext,
        sender: Sender,
        application: ApplicationId,
        payload: &[u8],
    ) -> Result<Changes, RejectionCode> {
        // An invitation's key signs nothing but its acceptance, and whoever stands no longer does no business; the identity
        // application sees to both for its own.
        if application != Identity::ID {
            identity::check_key_purpose(&sender).map_err(|refusal| refusal.code())?;
            identity::check_standing(view, context, &sender).map_err(|refusal| refusal.code())?;
        }
        // An emergency decision pauses an application, but never the two that could end the emergency.
        if ![Identity::ID, Governance::ID].contains(&application) {
            governance::query::check_open(view, context, application).map_err(|refusal| refusal.code())?;
        }
        Self::dispatch(view, context, sender, application, payload)
    }

    fn foresee(&self, envelope: &Envelope) -> Vec<StateKey> {
        let mut keys = identity::query::identification_keys(envelope).to_vec();
        keys.extend(Self::foresee_in(&envelope.body));
        keys.push(governance::query::pauses_key());
        keys
    }

    fn end_block(&self, view: &View<'_>, context: &BlockContext) -> Changes {
        Self::end_all(view, context)
    }
}
