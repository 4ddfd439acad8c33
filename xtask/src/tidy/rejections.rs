//! A rejection's number, once given, is never given to another reason.
//!
//! The numbers stand in `rejections! { pub enum … of APPLICATION => { Name = 7, "cause", "remedy"; } }`; the list that
//! was ever given out stands in `formats/rejections.txt`, a line each: `16-007 statistics Name`, and `retired` at the
//! end of a line whose reason is no longer used. `cargo xtask formats --update` adds to that list and never takes away.

use super::Finding;
use crate::repository::{Repository, SourceFile};
use std::collections::BTreeMap;

pub(crate) const COMMITTED_LIST: &str = "formats/rejections.txt";

/// Application number and the reason's number within it.
type Code = (u32, u32);

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    application: String,
    name: String,
    retired: bool,
}

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let updated = match updated_list(repository) {
        Ok(updated) => updated,
        Err(findings) => return findings,
    };
    match repository.file(COMMITTED_LIST) {
        Some(committed) if committed.text == updated => Vec::new(),
        Some(_) => vec![Finding::new(
            COMMITTED_LIST,
            0,
            "is not what the sources say: `cargo xtask formats --update rejections`",
        )],
        None => {
            vec![Finding::new(COMMITTED_LIST, 0, "is missing: write it with `cargo xtask formats --update rejections`")]
        }
    }
}

/// The committed list with what the sources add, or what is wrong with either.
pub(crate) fn updated_list(repository: &Repository) -> Result<String, Vec<Finding>> {
    let committed = repository.file(COMMITTED_LIST).map_or("", |file| file.text.as_str());
    let (mut list, mut findings) = read_list(committed);
    let mut given: BTreeMap<Code, String> = BTreeMap::new();
    for file in repository.rust_files().filter(|file| file.stem() == "rejection") {
        for (code, entry, line) in read_source(repository, file, &mut findings) {
            if let Some(twice) = given.insert(code, entry.name.clone()) {
                let message = format!("{} is `{twice}` already: take the next free number", spelled(code));
                findings.push(Finding::new(&file.path, line, message));
            }
            match list.insert(code, entry.clone()) {
                Some(earlier) if earlier != entry => {
                    let message = format!(
                        "{} was given to `{}` before ({COMMITTED_LIST}); a number is never given again: take the next \
                         free one",
                        spelled(code),
                        earlier.name
                    );
                    findings.push(Finding::new(&file.path, line, message));
                }
                _ => {}
            }
        }
    }
    for (_, entry) in list.iter_mut().filter(|(code, _)| !given.contains_key(code)) {
        entry.retired = true;
    }
    if findings.is_empty() { Ok(written(&list)) } else { Err(findings) }
}

fn read_list(text: &str) -> (BTreeMap<Code, Entry>, Vec<Finding>) {
    let mut list = BTreeMap::new();
    let mut findings = Vec::new();
    for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let (code, application, name, retired) = match words.as_slice() {
            [code, application, name] => (code, application, name, false),
            [code, application, name, "retired"] => (code, application, name, true),
            _ => {
                findings.push(Finding::new(COMMITTED_LIST, number, "write `16-007 application Name`"));
                continue;
            }
        };
        let parsed = code.split_once('-').and_then(|(a, n)| Some((a.parse().ok()?, n.parse().ok()?)));
        let entry = Entry { application: (*application).to_owned(), name: (*name).to_owned(), retired };
        if parsed.is_none_or(|code| list.insert(code, entry).is_some()) {
            findings.push(Finding::new(COMMITTED_LIST, number, format!("`{code}` is no number, or stands here twice")));
        }
    }
    (list, findings)
}

fn read_source(repository: &Repository, file: &SourceFile, findings: &mut Vec<Finding>) -> Vec<(Code, Entry, usize)> {
    let mut found = Vec::new();
    let mut application = None;
    for (number, line) in file.shipped_lines() {
        let line = line.trim();
        if let Some((_, rest)) = line.strip_prefix("pub enum ").and_then(|rest| rest.split_once(" of ")) {
            let constant = rest.split(" =>").next().unwrap_or_default();
            application = application_number(repository, file, constant);
            if application.is_none() && !constant.starts_with('$') {
                let message =
                    format!("`{constant}` is not declared as `const …: ApplicationId = ApplicationId(number)`");
                findings.push(Finding::new(&file.path, number, message));
            }
        } else if line == "}" {
            application = None;
        }
        let Some(application) = application else { continue };
        let Some((name, rest)) = line.split_once(" = ") else { continue };
        let Some(Ok(reason)) = rest.split_once(',').map(|(digits, _)| digits.parse()) else { continue };
        let entry = Entry { application: application_name(file), name: name.to_owned(), retired: false };
        found.push(((application, reason), entry, number));
    }
    found
}

/// The application's folder without the path: `ledger`, `identity`, `statistics`.
fn application_name(file: &SourceFile) -> String {
    let folder = file.path.rsplit_once("/src/").map_or("", |(folder, _)| folder);
    let inside = file.path.rsplit_once("/src/").map_or("", |(_, inside)| inside);
    let module = inside.split_once('/').map(|(module, _)| module);
    module.unwrap_or_else(|| folder.rsplit('/').next().unwrap_or_default()).to_owned()
}

/// The number behind the constant, declared in the application's own folder or, failing that, in one place elsewhere.
fn application_number(repository: &Repository, file: &SourceFile, constant: &str) -> Option<u32> {
    let name = constant.rsplit("::").next()?.trim();
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut elsewhere = Vec::new();
    for candidate in repository.rust_files() {
        for (_, line) in candidate.shipped_lines() {
            let Some(number) = declared_number(line, name) else { continue };
            if candidate.path.starts_with(&format!("{folder}/")) || candidate.path == format!("{folder}.rs") {
                return Some(number);
            }
            elsewhere.push(number);
        }
    }
    if let [only] = elsewhere.as_slice() { Some(*only) } else { None }
}

fn declared_number(line: &str, constant: &str) -> Option<u32> {
    let (declaration, value) = line.split_once(" = ")?;
    let (declared, kind) = declaration.split_once("const ")?.1.split_once(": ")?;
    let digits = value.trim_end_matches([';', ' ', ')']).rsplit('(').next()?;
    (declared == constant && (kind == "ApplicationId" || kind.ends_with("::ApplicationId")))
        .then(|| digits.parse().ok())
        .flatten()
}

fn spelled((application, number): Code) -> String {
    format!("{application}-{number:03}")
}

fn written(list: &BTreeMap<Code, Entry>) -> String {
    let mut text =
        "# Every rejection number ever given: number, application, name. Kept by `cargo xtask formats --update`.\n"
            .to_owned();
    for (code, entry) in list {
        let retired = if entry.retired { " retired" } else { "" };
        text.push_str(&format!("{} {} {}{retired}\n", spelled(*code), entry.application, entry.name));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{COMMITTED_LIST, check, updated_list};
    use crate::repository::{Repository, SourceFile};

    const SOURCE: &str = "rejections! {\n    pub enum CreditRejection of super::ID => {\n        NoGrant = 1, \"c\",\n            \"r\";\n        \
                          Expired = 2, \"c = 3,\", \"r\";\n    }\n}\n";
    const OTHER_ID: &str = "pub const ID: ApplicationId = ApplicationId(16);\n";
    const OWN_ID: &str = "pub const ID: ApplicationId = ApplicationId(17);\n";

    fn repository(source: &str, list: &str) -> Repository {
        let files = vec![
            SourceFile::new("apps/statistics/src/lib.rs", OTHER_ID),
            SourceFile::new("apps/credit/src/lib.rs", OWN_ID),
            SourceFile::new("apps/credit/src/rejection.rs", source),
            SourceFile::new(COMMITTED_LIST, list),
        ];
        Repository { files, ..Repository::default() }
    }

    fn lines(source: &str, list: &str) -> Vec<String> {
        let text = updated_list(&repository(source, list)).unwrap();
        text.lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn the_sources_make_the_list() {
        assert_eq!(lines(SOURCE, ""), ["17-001 credit NoGrant", "17-002 credit Expired"]);
        let committed = updated_list(&repository(SOURCE, "")).unwrap();
        assert!(check(&repository(SOURCE, &committed)).is_empty());
        assert_eq!(check(&repository(SOURCE, "17-001 credit NoGrant\n")).len(), 1);
    }

    #[test]
    fn a_number_that_is_no_longer_used_is_retired_and_stays() {
        let list = "17-001 credit NoGrant\n17-002 credit Expired\n17-003 credit Gone\n";
        assert_eq!(lines(SOURCE, list).last().unwrap(), "17-003 credit Gone retired");
    }

    #[test]
    fn a_number_is_never_given_again() {
        assert!(updated_list(&repository(SOURCE, "17-001 credit SomethingElse\n")).is_err());
        assert!(updated_list(&repository(SOURCE, "17-001 credit NoGrant retired\n")).is_err());
        let twice = SOURCE.replace("Expired = 2", "Expired = 1");
        assert!(updated_list(&repository(&twice, "")).is_err());
    }

    #[test]
    fn an_unknown_application_or_a_broken_list_is_found() {
        assert!(updated_list(&repository(&SOURCE.replace("super::ID", "NOWHERE"), "")).is_err());
        assert!(updated_list(&repository(SOURCE, "17-001 credit\n")).is_err());
        assert!(updated_list(&repository(SOURCE, "17-x credit NoGrant\n")).is_err());
    }
}
