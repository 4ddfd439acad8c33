//! `/statistics` and the figures below it, one level per address.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::number;
use crate::view::{Class, Figure, FigureSummary, Proof, Value};
use crate::words::Markup;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "statistics.html")]
struct Statistics {
    frame: Frame,
    figures: Vec<FigureSummary>,
}

pub(crate) async fn list(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Statistics);
    let figures = desk.source.figures().await;
    desk.list(figures, |frame, figures| Statistics { frame, figures })
}

#[derive(Template)]
#[template(path = "figure.html")]
struct FigurePage {
    frame: Frame,
    view: Figure,
}

impl FigurePage {
    fn title(&self) -> Markup {
        let words = &self.frame.words;
        let summary = &self.view.summary;
        let (name, period) = (words.name(&summary.headline.name), words.period(&summary.period));
        match &self.view.region {
            Some(region) => words.title_region_period(name, period, words.name(&region.name)),
            None => words.title_and_period(name, period),
        }
    }

    fn region_name(&self) -> Markup {
        let name = self.view.region.as_ref().map_or(&self.view.whole, |region| &region.name);
        self.frame.words.name(name)
    }

    /// Whether some part is a single return that may be read.
    fn has_records(&self) -> bool {
        self.view.parts.iter().any(|part| part.record.is_some())
    }

    /// The end of the scale in whole per cent.
    fn scale_percent(&self) -> String {
        number::grouped(self.scale() / 10)
    }

    /// The path of the whole figure.
    fn path(&self) -> String {
        format!("/statistics/{}/{}", self.view.summary.flow, self.view.summary.period)
    }

    fn is_confidential(&self) -> bool {
        self.view.summary.class == Class::Confidential
    }

    /// Whether some part is not published.
    fn is_withholding(&self) -> bool {
        self.view.parts.iter().any(|part| matches!(part.headline.value, Value::Withheld(_)))
    }

    /// Returns that were expected and have not come, if there are any.
    fn missing(&self) -> Option<u64> {
        self.view.expected?.checked_sub(self.view.summary.returns + self.view.refused).filter(|missing| *missing > 0)
    }

    fn vintage(&self) -> usize {
        self.view.vintages.len().max(1)
    }

    /// Where the scale of the bars ends, in thousandths: the largest share, rounded up to five per cent.
    fn scale(&self) -> i128 {
        const STEP: i128 = 50;
        let largest = self.view.largest_share().unwrap_or(0).clamp(1, 1000);
        (largest + STEP - 1) / STEP * STEP
    }
}

pub(crate) async fn whole(desk: Desk, Path((flow, period)): Path<(String, String)>) -> Response {
    show(desk, &flow, &period, None).await
}

pub(crate) async fn part(desk: Desk, Path((flow, period, region)): Path<(String, String, String)>) -> Response {
    show(desk, &flow, &period, Some(&region)).await
}

async fn show(desk: Desk, flow: &str, period: &str, region: Option<&str>) -> Response {
    let desk = desk.in_section(Section::Statistics);
    let figure = desk.source.figure(flow, period, region).await;
    desk.one(figure, |frame, view| FigurePage { frame, view })
}
