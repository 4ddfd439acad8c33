//! The published figures, and whether they are what was loaded.

use crate::number::{grouped, per_cent, table};
use chancery_api::view;
use chancery_client::county::RefusedRow;
use chancery_client::{Client, ClientError};
use chancery_types::code::{CellId, RegisterId};
use chancery_types::ids::NetworkId;
use chancery_types::period::Period;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a loader has done.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Registers and periods that were published.
    pub(super) published: Vec<(RegisterId, Period)>,
    /// Totals by register and cell for the whole country, summed here from what was filed.
    pub(super) expected: BTreeMap<(RegisterId, CellId), i64>,
    /// How many returns should count, by register.
    pub(super) expected_returns: BTreeMap<RegisterId, u64>,
    /// What was refused by design, with the number that was given.
    pub(super) refusals: Vec<Refusal>,
    /// Rows of a file that stay out.
    pub(super) rows: Option<RowReport>,
}

/// Something that had to be refused, and was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Refusal {
    /// What was tried.
    pub(super) what: String,
    /// The stable number.
    pub(super) code: String,
    /// The transaction that stands as rejected, or the record that was refused.
    pub(super) reference: String,
}

/// What became of a file's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RowReport {
    /// Rows after the header.
    pub(crate) rows: u64,
    /// Rows whose returns stand on the ledger.
    pub(crate) filed: u64,
    /// Of these, how many stood there before.
    pub(crate) filed_before: u64,
    /// How many stay out.
    pub(crate) refused: u64,
    /// The first of those that stay out, each with its line, number and remedy.
    pub(crate) refusals: Vec<RefusedRow>,
}

/// What the command prints.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    network: NetworkId,
    name: String,
    figures: Vec<Shown>,
    refusals: Vec<Refusal>,
    rows: Option<RowReport>,
    pub(super) checks: Vec<Check>,
}

/// A published figure with its ratios worked out.
#[derive(Debug, Serialize)]
struct Shown {
    region_name: String,
    #[serde(flatten)]
    figure: view::Figure,
    /// Ratios in per cent, derived from the totals.
    per_cent: BTreeMap<CellId, Option<String>>,
}

/// A published total beside what was loaded.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    what: String,
    published: Option<i64>,
    loaded: i64,
    pub(super) holds: bool,
}

pub(super) async fn read(client: &Client, report: &Report) -> Result<Figures, ClientError> {
    let regions = client.regions().await?;
    let names: BTreeMap<_, _> = regions.iter().map(|region| (&region.code, &region.name)).collect();
    let whole = regions.iter().find(|region| region.parent.is_none()).map(|region| region.code.clone());
    let mut shown = Vec::new();
    for (register, period) in &report.published {
        for figure in client.figures(register, *period).await? {
            let per_cent = figure.ratios.iter().map(|ratio| (ratio.id.clone(), derived(ratio))).collect();
            let region_name = names.get(&figure.region).map(|name| (*name).clone()).unwrap_or_default();
            shown.push(Shown { region_name, figure, per_cent });
        }
    }
    let mut checks = Vec::new();
    let of_whole = |register: &RegisterId| {
        shown
            .iter()
            .map(|one| &one.figure)
            .find(|figure| figure.register == *register && Some(&figure.region) == whole.as_ref())
    };
    for (register, returns) in &report.expected_returns {
        let published = of_whole(register).and_then(|figure| i64::try_from(figure.returns).ok());
        checks.push(check(format!("{register}: returns"), published, i64::try_from(*returns).unwrap_or(i64::MAX)));
    }
    for ((register, cell), loaded) in &report.expected {
        let total = of_whole(register).and_then(|figure| figure.cells.iter().find(|total| total.id == *cell));
        checks.push(check(format!("{register}: {cell}"), total.map(|total| total.total.0), *loaded));
    }
    Ok(Figures {
        network: client.network_id(),
        name: client.founded_network().name.clone(),
        figures: shown,
        refusals: report.refusals.clone(),
        rows: report.rows.clone(),
        checks,
    })
}

fn check(what: String, published: Option<i64>, loaded: i64) -> Check {
    Check { what, published, loaded, holds: published == Some(loaded) }
}

fn derived(ratio: &view::Ratio) -> Option<String> {
    per_cent(ratio.numerator.0, ratio.denominator.0, ratio.decimals)
}

pub(super) fn words(figures: &Figures) -> String {
    let mut text = String::new();
    let mut rows = Vec::new();
    let mut head = None;
    for shown in &figures.figures {
        let figure = &shown.figure;
        let title = format!("{} {}", figure.register, figure.period);
        if head.as_ref() != Some(&title) {
            flush(&mut text, &mut rows);
            text.push_str(&format!("\nPublished: {title}\n"));
            let cells = figure.cells.iter().map(|cell| cell.id.to_string());
            let ratios = figure.ratios.iter().map(|ratio| format!("{} %", ratio.id));
            let columns = ["region", "", "returns"].map(str::to_owned).into_iter();
            rows.push(columns.chain(cells).chain(ratios).collect());
            head = Some(title);
        }
        let cells = figure.cells.iter().map(|cell| grouped(cell.total.0));
        let ratios = figure.ratios.iter().map(|ratio| derived(ratio).unwrap_or_else(|| "–".to_owned()));
        let columns = [figure.region.to_string(), shown.region_name.clone(), figure.returns.to_string()].into_iter();
        rows.push(columns.chain(cells).chain(ratios).collect());
    }
    flush(&mut text, &mut rows);
    if let Some(report) = &figures.rows {
        text.push_str(&row_words(report));
    }
    if !figures.refusals.is_empty() {
        text.push_str("\nRefused, as it must be:\n");
        for refusal in &figures.refusals {
            text.push_str(&format!("  {} {} ({})\n", refusal.code, refusal.what, refusal.reference));
        }
    }
    text.push_str("\nChecked against what was filed:\n");
    for check in &figures.checks {
        let verdict = if check.holds { "equal" } else { "NOT EQUAL" };
        let published = check.published.map_or_else(|| "nothing".to_owned(), grouped);
        text.push_str(&format!(
            "  {}: published {published}, filed {}: {verdict}\n",
            check.what,
            grouped(check.loaded)
        ));
    }
    text
}

/// What became of a file's rows, in words.
pub(crate) fn row_words(report: &RowReport) -> String {
    let mut text = format!(
        "\nRows: {}, filed: {} (of which before: {}), refused: {}\n",
        report.rows, report.filed, report.filed_before, report.refused
    );
    for refused in &report.refusals {
        text.push_str(&format!("  line {}: {}\n", refused.line, refused.refusal));
    }
    text
}

fn flush(text: &mut String, rows: &mut Vec<Vec<String>>) {
    text.push_str(&table(rows));
    rows.clear();
}
