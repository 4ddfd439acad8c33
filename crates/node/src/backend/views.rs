//! From the ledger's own types to what the interface shows.

use crate::machine::Tip;
use crate::services::Services;
use chancery_api::backend::{EventPlace, PlacedEvent};
use chancery_api::view;
use chancery_archive::ArchivedBlock;
use chancery_consensus::Proved;
use chancery_consensus::Standing;
use chancery_kernel::identity::record::Region;
use chancery_readmodel::{
    BlockRow, KeyRow, MemberRow, Placed, ReadModelError, RecordRow, RegisterRow, RoleRow, TransactionRow, VersionRow,
};
use chancery_statistics::record::{Aggregate, AggregateId, Collection, RunningSum, Structure};
use chancery_types::encoding::to_bytes;
use chancery_types::figure::Figure;
use chancery_types::ids::{StateKey, TransactionId};
use chancery_types::record::Assurance;

pub(super) fn network(services: &Services, tip: Tip) -> view::Network {
    let identity = &services.identity;
    view::Network {
        id: services.network,
        name: identity.name.clone(),
        identity: hex::encode(to_bytes(&**identity)),
        founded: identity.founded.into(),
        finality_key: identity.finality_key,
        validators: identity.validators.clone(),
        faults_max: u32::try_from(identity.faults_max()).unwrap_or(u32::MAX),
        clock_factor: identity.clock_factor,
        dealt: identity.dealt,
        node: services.node_key(),
        software: env!("CARGO_PKG_VERSION").to_owned(),
        height: tip.height,
        time: tip.time.into(),
        applications: services
            .applications
            .iter()
            .map(|(number, name)| view::Application { number: *number, name: (*name).to_owned() })
            .collect(),
        observes: match services.engine.standing() {
            Standing::Voter => None,
            Standing::Observer(reason) => Some(reason.to_string()),
        },
        // A database that fails here fails where something is asked of it.
        kept_from: services.archive.kept_from().ok().flatten().unwrap_or_default(),
        archives: services.archives.to_vec(),
    }
}

pub(super) fn state_proof(key: StateKey, proved: &Proved) -> Option<view::StateProof> {
    let value = proved.proof.verify(&proved.header.state_root, &key).ok()?;
    Some(view::StateProof {
        key,
        height: proved.header.height,
        header: hex::encode(to_bytes(&proved.header)),
        present: value.is_some(),
        value: value.map(hex::encode),
        proof: hex::encode(proved.proof.to_bytes()),
    })
}

pub(super) fn block_summary(row: &BlockRow) -> view::BlockSummary {
    view::BlockSummary {
        height: row.height,
        time: row.time.into(),
        hash: row.hash,
        proposer: row.header.as_ref().map_or(chancery_types::key::PublicKey([0; 32]), |header| header.proposer),
        transactions: row.transactions,
    }
}

/// A block with its transactions; none for block 0, which has no header of the validators.
pub(super) fn block(row: &BlockRow, transactions: &[TransactionRow], limit: usize) -> Option<view::Block> {
    let header = row.header.as_ref()?;
    let shown = transactions.get(..limit).unwrap_or(transactions);
    let next = if transactions.len() > shown.len() { shown.last().map(|last| last.entry) } else { None };
    Some(view::Block {
        summary: block_summary(row),
        epoch: header.epoch,
        view: header.view,
        parent: header.parent,
        state_root: header.state_root,
        outcomes_root: header.outcomes_root,
        history_root: header.history_root,
        header: hex::encode(to_bytes(header)),
        entries: shown
            .iter()
            .map(|row| view::BlockTransaction {
                index: row.entry,
                id: row.id,
                application: row.application,
                sender: row.sender,
                code: row.refusal,
            })
            .collect(),
        next,
    })
}

pub(super) fn member_summary(row: &MemberRow) -> view::MemberSummary {
    view::MemberSummary {
        id: row.member.id,
        kind: row.member.kind,
        name: row.member.name.clone(),
        region: row.member.region.clone(),
        vouched_by: row.member.vouched_by,
        revoked: row.revoked.as_ref().map(|(height, ..)| *height),
    }
}

pub(super) fn member(row: &MemberRow, keys: &[KeyRow], roles: &[RoleRow]) -> view::Member {
    view::Member {
        summary: member_summary(row),
        owner: row.member.owner,
        registered: row.registered.0,
        jurisdiction: jurisdiction(row),
        keys: keys.iter().map(key).collect(),
        roles: roles.iter().map(role).collect(),
    }
}

pub(super) fn authority(row: &MemberRow) -> Option<view::Authority> {
    Some(view::Authority { member: member_summary(row), jurisdiction: jurisdiction(row)? })
}

fn jurisdiction(row: &MemberRow) -> Option<view::Jurisdiction> {
    row.jurisdiction.as_ref().map(|jurisdiction| view::Jurisdiction {
        domains: jurisdiction.domains.clone(),
        region: jurisdiction.region.clone(),
        sealing_key: jurisdiction.sealing_key,
    })
}

pub(super) fn role(row: &RoleRow) -> view::RoleGrant {
    view::RoleGrant {
        role: row.scope.role,
        domain: row.scope.domain.clone(),
        region: row.scope.region.clone(),
        granted_by: row.grant.granted_by,
        from: row.granted.0,
        expires: row.grant.expires.into(),
        revoked: row.revoked.map(|(height, _)| height),
    }
}

pub(super) fn key(row: &KeyRow) -> view::Key {
    view::Key {
        key: row.key,
        member: row.binding.member,
        purpose: row.binding.purpose,
        from: row.bound.0,
        expires: row.binding.expires.map(Into::into),
        revoked: row.revoked.map(|(height, _)| height),
    }
}

pub(super) fn region(region: Region) -> view::Region {
    view::Region { code: region.code, parent: region.parent, name: region.name }
}

pub(super) fn register(row: &RegisterRow) -> view::Register {
    let register = &row.register;
    view::Register {
        id: register.id.clone(),
        class: register.class,
        domain: register.domain.clone(),
        region: register.region.clone(),
        authority: register.authority,
        legal_basis: register.legal_basis.clone(),
        title: register.title.clone(),
        opened: row.opened.0,
    }
}

pub(super) fn register_detail(row: &RegisterRow, periods: &[Collection]) -> view::RegisterDetail {
    view::RegisterDetail {
        register: register(row),
        structure: row.structure.as_ref().map(structure),
        periods: periods.iter().map(collection).collect(),
    }
}

fn structure(structure: &Structure) -> view::Structure {
    let cells = structure.cells.iter().map(|cell| view::CellSpecification {
        id: cell.id.clone(),
        label: cell.label.clone(),
        unit: cell.unit.clone(),
        scale: cell.scale,
        low: cell.low,
        high: cell.high,
        additive: cell.additive,
    });
    let identities = structure.identities.iter().map(|identity| {
        let terms = identity.terms.iter();
        terms.map(|term| view::IdentityTerm { coefficient: term.coefficient, cell: term.cell.clone() }).collect()
    });
    let ratios = structure.ratios.iter().map(|ratio| view::RatioSpecification {
        id: ratio.id.clone(),
        label: ratio.label.clone(),
        numerator: ratio.numerator.clone(),
        denominator: ratio.denominator.clone(),
        decimals: ratio.decimals,
    });
    view::Structure { cells: cells.collect(), identities: identities.collect(), ratios: ratios.collect() }
}

fn collection(period: &Collection) -> view::Collection {
    view::Collection {
        period: period.period,
        due: period.due.into(),
        closes: period.closes.into(),
        release: period.release.into(),
        decision_term_ms: period.decision_term_ms,
        respondents_min: period.respondents_min,
        dominance_max_percent: period.dominance_max_percent,
    }
}

pub(super) fn record_summary(row: &RecordRow) -> view::RecordSummary {
    view::RecordSummary {
        id: row.id,
        register: row.register.clone(),
        period: row.period,
        region: row.region.clone(),
        subject: row.subject,
        latest: row.latest,
        assurance: row.assurance,
        counted: row.counted,
    }
}

pub(super) fn record_version(row: &VersionRow, transaction: TransactionId) -> view::RecordVersion {
    let version = &row.filed.value;
    view::RecordVersion {
        version: version.version,
        filer: version.filer,
        filed: version.filed.into(),
        height: row.filed.place.height,
        transaction,
        cells: version.cells.iter().cloned().map(Into::into).collect(),
        sealed: version.sealed,
        reason: version.reason.clone(),
        assurance: row.decision.as_ref().map_or(Assurance::Filed, |_| row.assurance),
        decided_by: row.decision.as_ref().map(|decision| decision.authority),
        decided: row.decision.as_ref().map(|decision| decision.place.height),
        code: row.decision.as_ref().and_then(|decision| decision.code),
    }
}

pub(super) fn figures(services: &Services, figures: &[Placed<Figure>]) -> Result<Vec<view::Figure>, ReadModelError> {
    let mut shown = Vec::with_capacity(figures.len());
    for figure in figures {
        let structure = services.model.register(&figure.value.register)?.and_then(|row| row.structure);
        let place = figure.place;
        let Some(carrier) = services.model.transaction_at(place.height, place.entry)? else { continue };
        shown.push(figure_view(figure, structure.as_ref(), carrier.id));
    }
    Ok(shown)
}

fn figure_view(placed: &Placed<Figure>, structure: Option<&Structure>, transaction: TransactionId) -> view::Figure {
    let figure = &placed.value;
    let total = |cell| figure.cells.iter().find(|one| &one.id == cell).map(|one| one.total);
    let ratios = structure.into_iter().flat_map(|structure| &structure.ratios).filter_map(|ratio| {
        Some(view::Ratio {
            id: ratio.id.clone(),
            label: ratio.label.clone(),
            numerator: total(&ratio.numerator)?,
            denominator: total(&ratio.denominator)?,
            decimals: ratio.decimals,
        })
    });
    view::Figure {
        register: figure.register.clone(),
        period: figure.period,
        region: figure.region.clone(),
        sequence: figure.sequence,
        class: figure.class,
        cutoff: figure.cutoff,
        returns: figure.returns,
        respondents: figure.respondents,
        ratios: ratios.collect(),
        cells: figure
            .cells
            .iter()
            .map(|cell| view::FigureCell {
                id: cell.id.clone(),
                total: cell.total,
                sum: cell.sum,
                proof: cell.proof.as_ref().map(hex::encode),
            })
            .collect(),
        authority: figure.authority,
        dominance_max_percent: figure.dominance_max_percent,
        height: placed.place.height,
        published: placed.place.time.into(),
        transaction,
    }
}

pub(super) fn aggregate(id: &AggregateId, aggregate: &Aggregate, structure: &Structure) -> view::Aggregate {
    let additive = structure.cells.iter().filter(|cell| cell.additive);
    let cells = additive.zip(&aggregate.sums).map(|(cell, sum)| view::AggregateCell {
        id: cell.id.clone(),
        sum: match sum {
            RunningSum::Clear(value) => view::RunningSum::Clear { value: *value },
            RunningSum::Committed(value) => view::RunningSum::Committed { value: *value },
        },
    });
    view::Aggregate {
        register: id.register.clone(),
        period: id.period,
        region: id.region.clone(),
        returns: aggregate.returns,
        respondents: aggregate.respondents,
        changed: aggregate.changed,
        refused: aggregate.refused,
        publications: aggregate.publications,
        last_changed: aggregate.last_changed,
        cells: cells.collect(),
    }
}

/// A block's events in order.
pub(super) fn placed_events(block: &ArchivedBlock) -> impl Iterator<Item = PlacedEvent> + '_ {
    let (height, time) = (block.header.height, block.header.time);
    let entries = (0u32..).zip(block.outcomes.entries.iter().zip(&block.outcomes.events));
    entries.flat_map(move |(entry, (outcome, events))| {
        (0u32..).zip(events).map(move |(event, what)| PlacedEvent {
            place: EventPlace { height, entry, event },
            time,
            transaction: outcome.transaction,
            event: what.clone(),
        })
    })
}
