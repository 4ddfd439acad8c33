//! Validators and clients that do not keep to the rules, one file for each way.
//!
//! A validator misbehaves in one of three ways: by its [`Machine`], which decides what it proposes, executes and keeps; by
//! what becomes of the messages that it sends ([`Adversary::link`]); or by running twice under one key ([`Adversary::twins`]).
//! Its votes and signatures are made by the engine and are always well-formed; what the engine refuses to do whatever its
//! machine says is named in the files.

mod censor;
mod colluders;
mod equivocator;
mod flooder;
mod forger;
mod forked;
mod ignorer;
mod malformed;
mod replayer;
mod withholder;

pub use censor::Censor;
pub use equivocator::Contrary;
pub(crate) use flooder::flood;
pub use forger::Forger;
pub use forked::Forked;
pub use ignorer::Ignorer;
pub(crate) use malformed::{malformed, senseless};

use crate::draw::Draw;
use chancery_consensus::links::Weather;
use chancery_consensus::machine::Machine;
use chancery_node::machine::LedgerMachine;
use chancery_types::ids::MemberId;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Who does not keep to the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adversary {
    /// A validator that proposes and votes for one thing before some and another before others.
    Equivocator(usize),
    /// A validator that shows its blocks to one other only.
    Withholder(usize),
    /// A validator that leaves out whatever one member sends.
    Censor(usize),
    /// A validator that repeats old messages, of others too, and garbles some.
    Replayer(usize),
    /// A validator whose state is another.
    Forked(usize),
    /// A validator that proposes transactions that nobody signed.
    Forger(usize),
    /// A validator that ignores all transactions.
    Ignorer(usize),
    /// A client that sends far more than its share.
    Flooder,
    /// A client that sends every malformed thing.
    Malformed,
    /// Two validators that equivocate together.
    Colluders(usize, usize),
}

impl Adversary {
    pub(crate) fn draw(draw: &mut Draw, nodes: usize) -> Self {
        let node = draw.place(nodes);
        match draw.between(0, 9) {
            0 => Self::Equivocator(node),
            1 => Self::Withholder(node),
            2 => Self::Censor(node),
            3 => Self::Replayer(node),
            4 => Self::Forked(node),
            5 => Self::Forger(node),
            6 => Self::Ignorer(node),
            7 => Self::Flooder,
            8 => Self::Malformed,
            _ if nodes >= 7 => Self::Colluders(node, (node + 1 + draw.place(nodes - 1)) % nodes),
            _ => Self::Equivocator(node),
        }
    }

    /// The validators among them.
    pub fn validators(&self) -> Vec<usize> {
        match self {
            Self::Equivocator(node)
            | Self::Withholder(node)
            | Self::Censor(node)
            | Self::Replayer(node)
            | Self::Forked(node)
            | Self::Forger(node)
            | Self::Ignorer(node) => vec![*node],
            Self::Colluders(one, other) => vec![*one, *other],
            Self::Flooder | Self::Malformed => Vec::new(),
        }
    }

    /// The machine of a validator: the honest one, or what stands before it.
    pub(crate) fn machine(&self, node: usize, honest: &Arc<LedgerMachine>, victim: MemberId) -> Arc<dyn Machine> {
        let honest = honest.clone();
        match self {
            Self::Censor(bad) if *bad == node => Arc::new(Censor { honest, victim }),
            Self::Forked(bad) if *bad == node => Arc::new(Forked(honest)),
            Self::Forger(bad) if *bad == node => Arc::new(Forger::new(honest)),
            Self::Ignorer(bad) if *bad == node => Arc::new(Ignorer(honest)),
            _ => honest,
        }
    }

    /// What becomes of messages from one validator to another because of it.
    pub(crate) const fn link(&self, from: usize, to: usize) -> Option<Weather> {
        match self {
            Self::Withholder(bad) if *bad == from => withholder::link(from, to),
            Self::Replayer(bad) if *bad == from => Some(replayer::LINK),
            _ => None,
        }
    }

    /// Validators that run twice, each with those who hear its second self.
    pub(crate) fn twins(&self, nodes: usize) -> BTreeMap<usize, Vec<usize>> {
        match self {
            Self::Equivocator(bad) => equivocator::twins(*bad, nodes),
            Self::Colluders(one, other) => colluders::twins(*one, *other, nodes),
            _ => BTreeMap::new(),
        }
    }
}

impl fmt::Display for Adversary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Equivocator(node) => write!(f, "node {node} runs twice under one key"),
            Self::Withholder(node) => write!(f, "node {node} shows its blocks to one other only"),
            Self::Censor(node) => write!(f, "node {node} leaves out what one member sends"),
            Self::Replayer(node) => write!(f, "node {node} repeats and garbles old messages"),
            Self::Forked(node) => write!(f, "node {node} has another state"),
            Self::Forger(node) => write!(f, "node {node} proposes what nobody signed"),
            Self::Ignorer(node) => write!(f, "node {node} ignores all transactions"),
            Self::Flooder => f.write_str("a client sends far more than its share"),
            Self::Malformed => f.write_str("a client sends every malformed thing"),
            Self::Colluders(one, other) => write!(f, "nodes {one} and {other} run twice under their keys, together"),
        }
    }
}

/// Methods of a machine that an adversary leaves to the honest one behind it.
macro_rules! honestly {
    ($($method:ident),+ by $honest:tt) => { $($crate::adversary::honestly!(@ $method $honest);)+ };
    (@ genesis $honest:tt) => {
        fn genesis(&self) -> chancery_consensus::machine::Genesis {
            self.$honest.genesis()
        }
    };
    (@ has_work $honest:tt) => {
        fn has_work(&self) -> bool {
            self.$honest.has_work()
        }
    };
    (@ select $honest:tt) => {
        fn select(&self, selection: &chancery_consensus::machine::Selection) -> Vec<Vec<u8>> {
            self.$honest.select(selection)
        }
    };
    (@ check $honest:tt) => {
        fn check(&self, transactions: &[Vec<u8>]) -> bool {
            self.$honest.check(transactions)
        }
    };
    (@ begin $honest:tt) => {
        fn begin(
            self: std::sync::Arc<Self>,
            input: chancery_consensus::machine::BlockInput,
            transactions: chancery_consensus::machine::Transactions,
        ) -> Box<dyn chancery_consensus::machine::Work> {
            self.$honest.clone().begin(input, transactions)
        }
    };
    (@ keep $honest:tt) => {
        fn has_executed(
            &self,
            header: &chancery_types::block::Header,
        ) -> Result<bool, chancery_consensus::machine::Fault> {
            self.$honest.has_executed(header)
        }

        fn finalized(
            &self,
            block: chancery_consensus::machine::FinalizedBlock,
        ) -> Result<(), chancery_consensus::machine::Fault> {
            self.$honest.finalized(block)
        }
    };
    (@ admit $honest:tt) => {
        fn admit(
            &self,
            from: &chancery_types::key::PublicKey,
            transactions: Vec<Vec<u8>>,
            now: chancery_types::time::BlockTime,
        ) -> bool {
            self.$honest.admit(from, transactions, now)
        }
    };
}
pub(crate) use honestly;
