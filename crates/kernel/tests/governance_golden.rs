//! `formats/governance.golden`: every transaction, event and value of the governance application in canonical encoding,
//! with the numbers of state keys.
//!
//! `UPDATE_FORMATS=1 cargo test -p chancery-kernel --test governance_golden` writes it anew; that is an approval.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use chancery_kernel::governance::event::GovernanceEvent;
use chancery_kernel::governance::params::{
    Parameter, Parameters, ProposalKind, Setting, Threshold, ThresholdOf, Thresholds,
};
use chancery_kernel::governance::record::{
    Agenda, Answer, Choice, Committee, Due, Hearing, Pause, PlannedRules, Proposal, Readiness, Root, Rules, Seat,
    Stage, Standing, Tally, Tenure, Vote,
};
use chancery_kernel::governance::state;
use chancery_kernel::governance::transaction::{
    Action, Announcement, Evidence, GovernanceTransaction, NewAnswer, NewProposal, NewRoot, NewVote, SignedHeader,
};
use chancery_types::block::{Header, SyncTarget};
use chancery_types::encoding::{from_bytes, to_bytes};
use chancery_types::hash::Digest;
use chancery_types::ids::{ApplicationId, Epoch, Height, MemberId, NetworkId, View};
use chancery_types::key::{PublicKey, Signature};
use chancery_types::rejection::RejectionCode;
use chancery_types::time::BlockTime;
use std::fmt::{Debug, Write as _};
use std::path::Path;

const MEMBER: MemberId = MemberId([0x11; 16]);
const OTHER: MemberId = MemberId([0x22; 16]);
const SEAT: Seat = Seat { key: PublicKey([0x33; 32]), member: MEMBER };
const DIGEST: Digest = Digest([0x44; 32]);
const TIME: BlockTime = BlockTime(1_767_225_600_000);
const TWO_THIRDS: Threshold = Threshold { numerator: 2, denominator: 3 };

fn actions() -> Vec<Action> {
    let root = NewRoot { certificate: DIGEST, name: "Root 1".to_owned(), expires: TIME };
    vec![
        Action::AdmitValidator(SEAT),
        Action::RemoveValidator(MEMBER),
        Action::ReplaceValidator(OTHER, SEAT),
        Action::ChangeParameter(Parameter::RespondentsMin, 5),
        Action::ChangeThreshold(ProposalKind::Suspend, TWO_THIRDS),
        Action::AdmitRoot(root),
        Action::RetireRoot(DIGEST),
        Action::AdoptVersion(2, Height(9_000)),
        Action::BackOutVersion(2),
        Action::Suspend(MEMBER, 7),
        Action::LiftSuspension(MEMBER),
        Action::Emergency(ApplicationId(16), 3_600_000),
        Action::SeatConstituent(MEMBER),
        Action::UnseatConstituent(MEMBER),
    ]
}

fn header() -> Header {
    Header {
        network: NetworkId([7; 32]),
        height: Height(40),
        epoch: Epoch(1),
        view: View(7),
        parent: DIGEST,
        parent_view: View(6),
        time: TIME,
        proposer: SEAT.key,
        state_root: DIGEST,
        sync: SyncTarget { root: DIGEST, start: 0, end: 1 },
        outcomes_root: DIGEST,
        history_root: DIGEST,
        body: DIGEST,
        transactions: 0,
        reshare: None,
    }
}

fn evidence() -> Box<Evidence> {
    let signed =
        |transactions| SignedHeader { header: Header { transactions, ..header() }, signature: Signature([0x66; 64]) };
    Box::new(Evidence { first: signed(0), second: signed(1) })
}

fn transactions() -> Vec<GovernanceTransaction> {
    let reason = || "Act 7 第三条".to_owned();
    let mut all: Vec<_> = actions()
        .into_iter()
        .map(|action| GovernanceTransaction::Propose(NewProposal { action, reason: reason() }))
        .collect();
    all.push(GovernanceTransaction::Vote(NewVote { proposal: 5, choice: Choice::Against, reason: reason() }));
    all.push(GovernanceTransaction::AnnounceReadiness(Announcement {
        height: Height(8),
        version: 1,
        disk_free_mib: 4_096,
        clock_difference_ms: -5,
    }));
    all.push(GovernanceTransaction::ReportDoubleProposal(evidence()));
    all.push(GovernanceTransaction::AnswerHearing(NewAnswer { hearing: 7, statement: reason() }));
    all
}

fn proposal(stage: Stage) -> Proposal {
    Proposal {
        number: 5,
        action: Action::RemoveValidator(MEMBER),
        reason: "Act 7".to_owned(),
        proposer: OTHER,
        made: Height(9),
        deadline: TIME,
        electors: vec![MEMBER, OTHER],
        needed: 2,
        rests_on: Some(TIME),
        tally: tally(),
        stage,
    }
}

const fn tally() -> Tally {
    Tally { in_favour: 1, against: 0, abstained: 1 }
}

fn vote() -> Vote {
    Vote { proposal: 5, elector: OTHER, choice: Choice::For, reason: "Needed.".to_owned(), height: Height(10) }
}

fn committee() -> Committee {
    Committee { number: 1, from: Epoch(3), decided: Height(31), seats: vec![SEAT] }
}

const fn readiness() -> Readiness {
    Readiness {
        announced: Height(9),
        time: TIME,
        height: Height(8),
        version: 1,
        disk_free_mib: 4_096,
        clock_difference_ms: -5,
    }
}

fn hearing() -> Hearing {
    let answer = Answer { by: MEMBER, statement: "An old copy.".to_owned(), height: Height(12) };
    Hearing {
        number: 7,
        accused: MEMBER,
        epoch: Epoch(1),
        view: View(7),
        reporter: OTHER,
        opened: Height(11),
        until: TIME,
        answer: Some(answer),
    }
}

const PLANNED: PlannedRules = PlannedRules { version: 2, height: Height(9_000), proposal: 5 };
const PAUSE: Pause = Pause { application: ApplicationId(16), until: TIME, proposal: 5 };

fn root() -> Root {
    Root { certificate: DIGEST, name: "Root 1".to_owned(), expires: TIME, retired: Some(Height(31)) }
}

fn stages() -> [Stage; 6] {
    let code = RejectionCode { application: ApplicationId(3), number: 13 };
    [
        Stage::Open,
        Stage::Decided { decided: Height(10), boundary: Height(31) },
        Stage::Refused(Height(10)),
        Stage::Lapsed(Height(10)),
        Stage::Executed(Height(31)),
        Stage::Void(Height(31), code),
    ]
}

fn events() -> Vec<GovernanceEvent> {
    let mut events = vec![
        GovernanceEvent::Proposed(proposal(Stage::Open)),
        GovernanceEvent::Voted(vote(), tally()),
        GovernanceEvent::CommitteeDecided(committee()),
        GovernanceEvent::CommitteeEffective(1, Height(96)),
        GovernanceEvent::Constituted(vec![MEMBER, OTHER]),
        GovernanceEvent::ParameterSet(Parameter::RespondentsMin, 5),
        GovernanceEvent::ThresholdSet(ThresholdOf { kind: ProposalKind::Suspend, threshold: TWO_THIRDS }),
        GovernanceEvent::RootChanged(root()),
        GovernanceEvent::RulesPlanned(PLANNED),
        GovernanceEvent::RulesDropped { planned: PLANNED, ready: Some(2), needed: 3 },
        GovernanceEvent::RulesInForce(2, Height(9_000)),
        GovernanceEvent::Paused(PAUSE),
        GovernanceEvent::ReadinessAnnounced(MEMBER, readiness()),
        GovernanceEvent::HearingOpened(hearing(), evidence()),
        GovernanceEvent::HearingAnswered(hearing()),
        GovernanceEvent::HearingTermOver(7),
        GovernanceEvent::SuspensionChanged(MEMBER, Some(7)),
    ];
    events.extend(stages().map(|stage| GovernanceEvent::StageReached(5, stage)));
    events
}

fn line<T>(text: &mut String, name: &str, value: &T)
where
    T: minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()> + PartialEq + Debug,
{
    let bytes = to_bytes(value);
    assert_eq!(from_bytes::<T>(&bytes).as_ref(), Ok(value), "{name} reads back");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    writeln!(text, "{name} {hex}").unwrap();
}

fn values(text: &mut String) {
    line(text, "value.committee", &committee());
    line(text, "value.standing", &Standing { epoch_blocks: 1_024, effective: 0, decided: 1 });
    line(text, "value.tenure", &Tenure { since: 0, until: Some(1), suspended: Some(7) });
    line(text, "value.readiness", &readiness());
    line(text, "value.agenda", &Agenda { made: 5, open: vec![5], waiting: vec![3, 4] });
    for stage in stages() {
        line(text, "value.proposal", &proposal(stage));
    }
    line(text, "value.vote", &vote());
    line(text, "value.rules", &Rules { version: 1, since: Height(0), planned: Some(PLANNED) });
    line(text, "value.root", &root());
    line(text, "value.pause", &PAUSE);
    line(text, "value.hearing", &hearing());
    line(text, "value.due.voting", &Due::Voting(5));
    line(text, "value.due.hearing", &Due::Hearing(7));
    let setting = Setting { parameter: Parameter::RespondentsMin, value: 5 };
    line(text, "value.parameters", &Parameters(vec![setting]));
    line(
        text,
        "value.thresholds",
        &Thresholds(vec![ThresholdOf { kind: ProposalKind::Suspend, threshold: TWO_THIRDS }]),
    );
}

fn golden() -> String {
    let mut text = String::from("# Made by crates/kernel/tests/governance_golden.rs.\n");
    for transaction in transactions() {
        let name = match &transaction {
            GovernanceTransaction::Propose(new) => format!("transaction.propose.{:?}", new.action.kind()),
            GovernanceTransaction::Vote(_) => "transaction.vote".to_owned(),
            GovernanceTransaction::AnnounceReadiness(_) => "transaction.announce-readiness".to_owned(),
            GovernanceTransaction::ReportDoubleProposal(_) => "transaction.report-double-proposal".to_owned(),
            GovernanceTransaction::AnswerHearing(_) => "transaction.answer-hearing".to_owned(),
        };
        assert!(GovernanceTransaction::decode(&to_bytes(&transaction)).is_ok(), "{name} is well-formed");
        line(&mut text, &name, &transaction);
    }
    for event in events() {
        assert_eq!(GovernanceEvent::from_event(&event.to_event()), Some(event.clone()));
        line(&mut text, &format!("event.{}", event.kind()), &event);
    }
    values(&mut text);
    let keys = [
        ("constituents", *state::constituents().raw()),
        ("parameters", *state::parameters().raw()),
        ("thresholds", *state::thresholds().raw()),
        ("standing", *state::standing().raw()),
        ("committee", *state::committee(1).raw()),
        ("tenure", *state::tenure(&MEMBER).raw()),
        ("readiness", *state::readiness(&MEMBER).raw()),
        ("agenda", *state::agenda().raw()),
        ("proposal", *state::proposal(5).raw()),
        ("vote", *state::vote(5, &MEMBER).raw()),
        ("rules", *state::rules().raw()),
        ("roots", *state::roots().raw()),
        ("pauses", *state::pauses().raw()),
        ("hearings", *state::hearings().raw()),
        ("hearing", *state::hearing(7).raw()),
        ("evidence", *state::evidence(7).raw()),
        ("hearing-about", *state::hearing_about(&MEMBER, Epoch(1), View(7)).raw()),
    ];
    for (name, key) in keys {
        writeln!(text, "key.{name} {key}").unwrap();
    }
    text
}

#[test]
fn encodings_are_what_the_golden_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../formats/governance.golden");
    let made = golden();
    if std::env::var_os("UPDATE_FORMATS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    for (made, kept) in made.lines().zip(kept.lines()) {
        assert_eq!(made, kept, "formats/governance.golden: UPDATE_FORMATS=1 writes it anew, if the change is meant");
    }
    assert_eq!(made, kept);
}

/// What is read at every block's end, or for every transaction, is one chunk of the state: 128 bytes at most.
#[test]
fn what_is_read_all_the_time_is_short() {
    let standing = Standing { epoch_blocks: 1_000_000, effective: u32::MAX, decided: u32::MAX };
    let rules = Rules { version: u32::MAX, since: Height(u64::MAX), planned: Some(PLANNED) };
    let all: Vec<Setting> = Parameter::EVERY
        .iter()
        .map(|parameter| Setting { parameter: *parameter, value: parameter.limits().max })
        .collect();
    for length in [to_bytes(&standing).len(), to_bytes(&rules).len(), to_bytes(&Parameters(all)).len()] {
        assert!(length <= 120, "{length} bytes");
    }
}
