//! What the build refuses in message files, and that every refusal has its Chinese sentences.

#[path = "../build/message.rs"]
mod message;
#[path = "../build/refusal.rs"]
mod refusal;

use message::{Notes, compare, parse};

fn check(english: &str, chinese: &str, expected: Result<(), &str>) {
    let read = || {
        let english = parse(english, Notes::Required)?;
        let chinese = parse(chinese, Notes::Elsewhere)?;
        compare(&english, &chinese)
    };
    assert_eq!(read(), expected.map_err(str::to_owned), "{english} / {chinese}");
}

#[test]
fn both_languages_say_everything() {
    check("# n\na = one", "a = 一", Ok(()));
    check("# n\na = one\n# n\nb = two", "a = 一", Err("messages/zh.txt lacks b"));
    check("# n\na = one", "a = 一\nb = 二", Err("messages/en.txt lacks b"));
    check("a = one", "a = 一", Err("a has no note for the translator"));
    check("# n\na = one\n# n\na = two", "a = 一", Err("a stands twice"));
    check("# n\na = ", "a = 一", Err("line 2 is not `key = words`"));
    check("# n\n\na = one", "a = 一", Err("a has no note for the translator"));
}

#[test]
fn both_languages_take_the_same_arguments() {
    check("# n\na = {x} of {y}", "a = {y} {x}", Ok(()));
    check("# n\na = {x}", "a = 一", Err("a: the two languages take different arguments"));
    check("# n\na = [{x}](to)", "a = [{x}](to)", Ok(()));
    check("# n\na = [x](to)", "a = x", Err("a: the two languages take different arguments"));
}

#[test]
fn plurals_follow_the_rules_of_the_language() {
    check("# n\na = {n: one = {n} day | other = {n} days}", "a = {n: other = {n} 天}", Ok(()));
    check(
        "# n\na = {n: other = {n} days}",
        "a = {n: other = {n} 天}",
        Err("a: plural categories are [\"other\"], not [\"one\", \"other\"]"),
    );
    check(
        "# n\na = {n: one = {n} day | other = {n} days}",
        "a = {n: one = {n} 天 | other = {n} 天}",
        Err("a: plural categories are [\"one\", \"other\"], not [\"other\"]"),
    );
    check("# n\na = {n: one = a | one = b}", "a = 一", Err("a: one stands twice"));
}

#[test]
fn the_notation_is_closed() {
    check("# n\na = {x", "a = 一", Err("a: `:` is missing"));
    check("# n\na = x}", "a = 一", Err("a: `}` without its beginning"));
    check("# n\na = *x", "a = 一", Err("a: `*` is missing"));
    check("# n\na = [x]", "a = 一", Err("a: `(` is missing"));
    check("# n\na = {}", "a = 一", Err("a: an argument has no name"));
}

#[test]
fn continued_lines_join() {
    let parsed = parse("# n\na = one\n  two", Notes::Required).unwrap();
    assert_eq!(parsed[0].note, "n");
    assert_eq!(parsed[0].pieces, [message::Piece::Words("one two".to_owned())]);
}

#[test]
fn refusals_have_both_sentences() {
    let error = |text: &str| refusal::parse(text).map(|_| ()).unwrap_err();
    assert_eq!(error("[1-001]\ncause = 原因"), "refusal 1-001 lacks its cause or remedy");
    assert_eq!(error("cause = 原因"), "line 1 is not `field = words` under a number");
    assert_eq!(error("[1-001]\n[1-001]"), "refusal 1-001 stands twice");
    assert_eq!(error("[1-001]\nhelp = x"), "line 2: no field is called help");
    let table = refusal::table(&refusal::parse("[1-001]\ncause = 原因\nremedy = 办法").unwrap());
    assert!(table.contains("(\"1-001\", \"原因\", \"办法\")"), "{table}");
}

/// `formats/rejections.txt` lists every number that was ever given out.
#[test]
fn every_refusal_is_said_in_chinese() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let said = refusal::parse(&std::fs::read_to_string(root.join("messages/refusals.zh.txt")).unwrap()).unwrap();
    let Ok(list) = std::fs::read_to_string(root.join("../../formats/rejections.txt")) else {
        println!("skipped: formats/rejections.txt is not there");
        return;
    };
    let given = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let missing: Vec<&str> =
        given.filter(|line| !line.split_whitespace().next().is_some_and(|number| said.contains_key(number))).collect();
    assert!(missing.is_empty(), "messages/refusals.zh.txt lacks {missing:#?}");
}

/// The pages keep to the words of the project.
#[test]
fn no_message_uses_a_word_that_the_project_avoids() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let english = std::fs::read_to_string(root.join("messages/en.txt")).unwrap().to_lowercase();
    let avoided = [
        "blockchain",
        "smart contract",
        "on-chain",
        "trustless",
        "immutable",
        "leverage",
        "seamless",
        "please",
        "sorry",
        "oops",
    ];
    for line in english.lines().filter(|line| !line.starts_with('#')) {
        assert!(!line.ends_with('!'), "{line}");
        for word in avoided {
            assert!(!line.contains(word), "{word}: {line}");
        }
    }
}
