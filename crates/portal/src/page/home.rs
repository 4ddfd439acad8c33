//! `/`: the record now.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::source::{Answer, Source};
use crate::view::{BlockSummary, FigureSummary, Outcome, Proof, RegisterSummary, TransactionSummary};
use crate::words::Markup;
use askama::Template;
use axum::response::Response;

/// How many blocks the chart shows.
const CHART_BLOCKS: usize = 32;
/// How many refused publications the page lists.
const REFUSED_MAX: usize = 3;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    registers: Vec<RegisterSummary>,
    figures: Vec<FigureSummary>,
    blocks: Vec<BlockSummary>,
    refused: Vec<TransactionSummary>,
}

type Data = (Vec<RegisterSummary>, Vec<FigureSummary>, Vec<BlockSummary>, Vec<TransactionSummary>);

async fn read(source: &dyn Source) -> Answer<Data> {
    Ok((
        source.registers().await?,
        source.figures().await?,
        source.blocks(None, CHART_BLOCKS).await?,
        source.refused_publications(REFUSED_MAX).await?,
    ))
}

pub(crate) async fn home(desk: Desk) -> Response {
    let data = read(desk.source.as_ref()).await;
    desk.list(data, |frame, (registers, figures, blocks, refused)| Home { frame, registers, figures, blocks, refused })
}

impl Home {
    fn proven(&self) -> usize {
        self.figures.iter().filter(|figure| figure.proof == Proof::Proven).count()
    }

    /// Periods whose date has passed by the network's clock and of which somebody said how many returns are expected.
    fn due(&self) -> impl Iterator<Item = &crate::view::Season> {
        let now = self.frame.state.as_ref().map_or(i64::MIN, |state| state.head.time_ms);
        self.seasons().filter(move |season| season.expected.is_some() && season.due_ms.is_some_and(|due| due <= now))
    }

    fn seasons(&self) -> impl Iterator<Item = &crate::view::Season> {
        self.registers.iter().flat_map(|register| &register.seasons)
    }

    fn has_season(&self) -> bool {
        self.seasons().next().is_some()
    }

    fn filed(&self) -> u64 {
        self.due().map(|season| season.filed).sum()
    }

    fn expected(&self) -> u64 {
        self.due().filter_map(|season| season.expected).sum()
    }

    fn late(&self) -> u64 {
        self.seasons().map(|season| season.late).sum()
    }

    /// Bars of the transactions in the latest blocks, from zero, with the figures in a sentence.
    fn chart(&self) -> Markup {
        const HEIGHT: u32 = 54;
        let mut out = Markup::default();
        let most = self.blocks.iter().map(|block| block.transactions).max().unwrap_or(0);
        let least = self.blocks.iter().map(|block| block.transactions).min().unwrap_or(0);
        if most == 0 {
            return out;
        }
        let words = &self.frame.words;
        let label = words.chart_label(self.blocks.len(), least, most);
        out.raw(&format!(
            "<figure><svg class=\"chart\" viewBox=\"0 0 306 62\" role=\"img\" aria-label=\"{}\">",
            label.plain()
        ));
        // The newest stands at the right edge, whatever the number of blocks.
        for (slot, block) in (0..CHART_BLOCKS).rev().zip(&self.blocks) {
            let height = (u64::from(block.transactions) * u64::from(HEIGHT)).div_ceil(u64::from(most));
            let tenths = slot * 96;
            let class = if slot + 1 == CHART_BLOCKS { "bar-latest" } else { "bar-block" };
            let y = 60_u64.saturating_sub(height);
            let x = format!("{}.{}", tenths / 10, tenths % 10);
            out.raw(&format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"7.2\" height=\"{height}\"/>"));
        }
        out.raw("<path class=\"baseline\" d=\"M0 61h306\"/></svg>");
        out.raw(&format!(
            "<figcaption class=\"tiny\">{}</figcaption></figure>",
            words.chart_caption(self.blocks.len())
        ));
        out
    }
}
