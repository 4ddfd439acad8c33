//! Every refusal has one number, one cause and one remedy.

use chancery_registry::Registry;
use std::collections::BTreeSet;

#[test]
fn refusals_are_in_order_and_no_number_stands_twice() {
    let refusals = Registry.refusals();
    let codes: Vec<_> = refusals.iter().map(|text| text.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let applications: BTreeSet<u16> = codes.iter().map(|code| code.application.0).collect();
    let installed = Registry.applications().into_iter().map(|(id, _)| id.0);
    assert_eq!(applications, std::iter::once(0).chain(installed).collect());
}

#[test]
fn every_refusal_says_what_was_wrong_and_what_to_do() {
    for text in Registry.refusals() {
        for words in [text.cause, text.remedy] {
            assert!(words.ends_with('.') && words.len() > 10, "{}: {words:?}", text.code);
            assert!(!words.contains("  "), "{}: a gap in {words:?}", text.code);
        }
    }
}
