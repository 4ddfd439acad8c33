//! The verifier, run here for those who have only a browser.

use super::words::{as_filed, both};
use super::{Desk, Read};
use chancery_portal::view::{CheckResult, CheckStep, Fact, Step, StepState, Text, Verdict};
use chancery_types::figure::Figure;
use chancery_verify::{Statement, Verified, VerifyError, Words, verify, words};

impl Desk<'_> {
    /// Judges a receipt against this network's identity.
    pub(super) fn check(&self, receipt: &[u8]) -> Read<CheckResult> {
        let size_bytes = u64::try_from(receipt.len()).unwrap_or(u64::MAX);
        match verify(receipt, self.network) {
            Ok(verified) => {
                let path = self.page_of(&verified.statement)?;
                Ok(CheckResult { size_bytes, path, ..proven(&verified) })
            }
            Err(error) => Ok(CheckResult { size_bytes, ..failed(&error) }),
        }
    }

    /// The path of the page of what a receipt is of.
    fn page_of(&self, statement: &Statement) -> Read<Option<String>> {
        Ok(match statement {
            Statement::Transaction { id, .. } => Some(format!("/transactions/{id}")),
            Statement::Record(version) => Some(format!("/records/{}", version.record)),
            Statement::Decision(decision) => Some(format!("/records/{}", decision.record)),
            Statement::Figure(Figure { register, period, region, .. }) => {
                let row = self.model.register(register)?;
                let whole = row.is_some_and(|row| row.register.region == *region);
                let part = if whole { String::new() } else { format!("/{region}") };
                Some(format!("/statistics/{register}/{period}{part}"))
            }
            Statement::Event { .. } => None,
        })
    }
}

fn proven(verified: &Verified) -> CheckResult {
    use StepState::{Absent, Passed};
    let Words { proves, rests_on, does_not_prove } = words(verified);
    CheckResult {
        verdict: Verdict::Proven,
        reason: None,
        facts: facts(verified, proves.first()),
        proves: sentences(proves),
        rests_on: sentences(rests_on),
        does_not_prove: sentences(does_not_prove),
        // This version of the verifier takes no receipt with cosignatures.
        steps: steps(Passed, Passed, Passed, Passed, Absent),
        size_bytes: 0,
        path: None,
    }
}

fn facts(verified: &Verified, stated: Option<&String>) -> Vec<Fact> {
    let fact = |label, value| Fact { label, value };
    let stated = stated.map(|sentence| fact(both("What", "内容"), english(sentence)));
    let around = [
        fact(both("Network", "网络"), as_filed(&verified.network_name)),
        fact(both("Block", "区块"), as_filed(format!("{} · {}", verified.height, verified.block))),
        fact(both("Time of the block", "区块时间"), as_filed(verified.time.to_string())),
    ];
    stated.into_iter().chain(around).collect()
}

fn failed(error: &VerifyError) -> CheckResult {
    let (verdict, steps) = judged(error);
    CheckResult {
        verdict,
        reason: Some(both(sentence(&error.to_string()), chinese(error))),
        facts: Vec::new(),
        proves: Vec::new(),
        rests_on: Vec::new(),
        does_not_prove: Vec::new(),
        steps,
        size_bytes: 0,
        path: None,
    }
}

/// What an error says of each step. The verifier checks what costs little first and the group's signature last, so a
/// step counts as passed only if all of it was checked before the error.
fn judged(error: &VerifyError) -> (Verdict, Vec<CheckStep>) {
    use StepState::{Absent, Failed, NotReached, Passed};
    match error {
        VerifyError::TooLong
        | VerifyError::Malformed
        | VerifyError::UnknownFormat(_)
        | VerifyError::NotSupported(_)
        | VerifyError::OtherNetwork => {
            (Verdict::CannotTell, steps(NotReached, NotReached, NotReached, NotReached, NotReached))
        }
        VerifyError::HeaderNetwork | VerifyError::UnknownProposer => {
            (Verdict::Refused, steps(NotReached, NotReached, NotReached, Failed, Absent))
        }
        VerifyError::Outcome => (Verdict::Refused, steps(NotReached, Failed, NotReached, Passed, Absent)),
        VerifyError::OtherTransaction
        | VerifyError::Event
        | VerifyError::TransactionSignature
        | VerifyError::EventMalformed
        | VerifyError::Total(_) => (Verdict::Refused, steps(Failed, Passed, NotReached, Passed, Absent)),
        VerifyError::History
        | VerifyError::CertificateMalformed
        | VerifyError::CertificateOther
        | VerifyError::ProposerSignature => (Verdict::Refused, steps(NotReached, Passed, Failed, Passed, Absent)),
        VerifyError::CertificateSignature => (Verdict::Refused, steps(Passed, Passed, Failed, Passed, Absent)),
    }
}

fn steps(
    fields: StepState,
    inclusion: StepState,
    finality: StepState,
    identity: StepState,
    witnesses: StepState,
) -> Vec<CheckStep> {
    let step = |step, state| CheckStep { step, state };
    vec![
        step(Step::Fields, fields),
        step(Step::Inclusion, inclusion),
        step(Step::Finality, finality),
        step(Step::Identity, identity),
        step(Step::Witnesses, witnesses),
    ]
}

fn english(sentence: &str) -> Text {
    Text::new("en", sentence)
}

fn sentences(list: Vec<String>) -> Vec<Text> {
    list.iter().map(|sentence| english(sentence)).collect()
}

/// An error's words as a sentence.
fn sentence(words: &str) -> String {
    let mut rest = words.chars();
    let capital = rest.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{capital}{}.", rest.as_str())
}

fn chinese(error: &VerifyError) -> String {
    match error {
        VerifyError::TooLong => "文件比任何回执都长，应是其他文件。",
        VerifyError::Malformed => "这些字节不是规范编码的回执：文件已损坏，或是其他文件。",
        VerifyError::UnknownFormat(format) => {
            return format!("回执格式为 {format}，本版本不认识，请使用较新的验证程序。");
        }
        VerifyError::NotSupported(_) => "回执含有本版本无法核验的内容，请使用较新的验证程序。",
        VerifyError::OtherNetwork => "回执属于另一个网络。",
        VerifyError::HeaderNetwork => "区块头所写的网络与回执不同。",
        VerifyError::UnknownProposer => "提议该区块的不是本网络的任何验证节点。",
        VerifyError::ProposerSignature => "提议节点对区块头的签名不成立。",
        VerifyError::CertificateMalformed => "终局证书无法解读。",
        VerifyError::CertificateOther => "终局证书属于另一个区块。",
        VerifyError::CertificateSignature => "终局证书没有达到法定数的验证节点签名。",
        VerifyError::History => "该区块不在据以终局的后续区块的历史之中。",
        VerifyError::Outcome => "该结果不在区块之中。",
        VerifyError::OtherTransaction => "该交易不是结果所指的交易。",
        VerifyError::TransactionSignature => "发送方对交易的签名不成立。",
        VerifyError::Event => "该事件不在结果所承诺的事件之中。",
        VerifyError::EventMalformed => "该事件与其种类不符。",
        VerifyError::Total(cell) => return format!("单元格 {cell} 的总数证明不成立。"),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_ends_the_check_at_its_step() {
        let check = |error: VerifyError, verdict: Verdict, failed: Option<Step>| {
            let (found, steps) = judged(&error);
            let failing: Vec<Step> =
                steps.iter().filter(|step| step.state == StepState::Failed).map(|step| step.step).collect();
            assert_eq!((found, failing), (verdict, failed.into_iter().collect()), "{error}");
        };
        check(VerifyError::Malformed, Verdict::CannotTell, None);
        check(VerifyError::OtherNetwork, Verdict::CannotTell, None);
        check(VerifyError::UnknownProposer, Verdict::Refused, Some(Step::Identity));
        check(VerifyError::Outcome, Verdict::Refused, Some(Step::Inclusion));
        check(VerifyError::Total("employed".to_owned()), Verdict::Refused, Some(Step::Fields));
        check(VerifyError::CertificateSignature, Verdict::Refused, Some(Step::Finality));
    }

    #[test]
    fn a_reason_is_a_sentence_in_both_languages() {
        let result = failed(&VerifyError::UnknownFormat(9));
        let reason = result.reason.unwrap();
        assert!(reason.text.starts_with("The receipt has format 9") && reason.text.ends_with('.'));
        assert!(reason.in_language("zh").0.contains('9'));
    }
}
