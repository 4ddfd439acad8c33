//! Every decision record is listed in `docs/adr/README.md`, and everything listed there exists.

use super::Finding;
use crate::repository::Repository;

const INDEX: &str = "docs/adr/README.md";
const FOLDER: &str = "docs/adr/";
const SECTIONS: &[&str] = &["## Context", "## Decision", "## Consequences"];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let Some(index) = repository.file(INDEX) else {
        return vec![Finding::new(INDEX, 0, "is missing; it lists the decision records")];
    };
    let mut findings = Vec::new();
    let mut numbers = std::collections::BTreeMap::new();
    for file in repository.files.iter().filter(|file| file.path.starts_with(FOLDER)) {
        let name = file.path.trim_start_matches(FOLDER);
        let Some((number, _)) = name.split_once('-').filter(|(number, _)| is_number(number)) else { continue };
        if !index.text.contains(&format!("({name})")) {
            findings.push(Finding::new(INDEX, 0, format!("does not list {name}")));
        }
        if let Some(earlier) = numbers.insert(number, name) {
            findings.push(Finding::new(&file.path, 0, format!("has the number of {earlier}: take the next free one")));
        }
        for section in SECTIONS.iter().filter(|section| !file.text.lines().any(|line| line == **section)) {
            findings.push(Finding::new(&file.path, 0, format!("has no section `{section}`")));
        }
    }
    for (line, number) in index.text.lines().zip(1..) {
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let record = target.split_once('-').is_some_and(|(digits, _)| is_number(digits));
            if record && repository.file(&format!("{FOLDER}{target}")).is_none() {
                findings.push(Finding::new(INDEX, number, format!("lists {target}, which does not exist")));
            }
        }
    }
    findings
}

fn is_number(text: &str) -> bool {
    text.len() == 4 && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{INDEX, check};
    use crate::repository::{Repository, SourceFile};

    const WHOLE: &str = "# X\n## Context\n## Decision\n## Consequences\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files = files.iter().map(|(path, text)| SourceFile::new(path, text)).collect();
        check(&Repository { files, ..Repository::default() }).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_index_and_the_records_agree() {
        let record = ("docs/adr/0001-engine.md", WHOLE);
        let template = ("docs/adr/template.md", "");
        assert_eq!(found(&[(INDEX, "[1](0001-engine.md)"), record, template]), Vec::<String>::new());
        assert_eq!(found(&[(INDEX, ""), record]).len(), 1);
        assert_eq!(found(&[(INDEX, "[1](0001-engine.md)")]).len(), 1);
        assert_eq!(found(&[]).len(), 1);
    }

    #[test]
    fn a_record_has_its_sections_and_its_own_number() {
        let index = (INDEX, "[1](0001-a.md) [1](0001-b.md)");
        assert_eq!(found(&[index, ("docs/adr/0001-a.md", WHOLE), ("docs/adr/0001-b.md", WHOLE)]).len(), 1);
        assert_eq!(found(&[(INDEX, "(0001-a.md)"), ("docs/adr/0001-a.md", "# X\n")]).len(), 3);
    }
}
