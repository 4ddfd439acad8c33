//! `/blocks`, `/blocks/{height}`, `/transactions/{id}`: what was entered when.

use super::LIST_MAX;
use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::number;
use crate::page::failure::Kind;
use crate::view::{Block, BlockSummary, Outcome, Transaction};
use crate::words::Markup;
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

/// How many blocks one page lists.
const BLOCKS_MAX: usize = 40;

#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<u64>,
}

/// A cursor that a list gave out.
#[derive(Deserialize)]
pub(crate) struct After {
    pub(crate) after: Option<String>,
}

#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks {
    frame: Frame,
    blocks: Vec<BlockSummary>,
}

impl Blocks {
    fn largest(&self) -> i128 {
        self.blocks.iter().map(|block| i128::from(block.transactions)).max().unwrap_or(0).max(1)
    }

    fn before(&self) -> Option<u64> {
        let last = self.blocks.last()?.height;
        (self.blocks.len() == BLOCKS_MAX && last > 0).then_some(last)
    }
}

pub(crate) async fn list(desk: Desk, query: Result<Query<Before>, QueryRejection>) -> Response {
    let desk = desk.in_section(Section::Blocks);
    let Ok(Query(Before { before })) = query else { return desk.fail(Kind::BadQuestion) };
    let blocks = desk.source.blocks(before, BLOCKS_MAX).await;
    desk.list(blocks, |frame, blocks| Blocks { frame, blocks })
}

#[derive(Template)]
#[template(path = "block.html")]
struct BlockPage {
    frame: Frame,
    view: Block,
}

impl BlockPage {
    fn has_next(&self) -> bool {
        self.frame.state.as_ref().is_some_and(|state| self.view.summary.height < state.head.height)
    }
}

pub(crate) async fn block(
    desk: Desk,
    Path(height): Path<String>,
    query: Result<Query<After>, QueryRejection>,
) -> Response {
    let desk = desk.in_section(Section::Blocks);
    let Ok(height) = height.parse() else { return desk.fail(Kind::NotFound) };
    let Ok(Query(After { after })) = query else { return desk.fail(Kind::BadQuestion) };
    let block = desk.source.block(height, after.as_deref(), LIST_MAX).await;
    desk.one(block, |frame, view| BlockPage { frame, view })
}

#[derive(Template)]
#[template(path = "transaction.html")]
struct TransactionPage {
    frame: Frame,
    view: Transaction,
}

impl TransactionPage {
    fn title(&self) -> Markup {
        let words = &self.frame.words;
        let summary = &self.view.summary;
        words.transaction_title(words.name(&summary.kind), words.name(&summary.sender.name))
    }

    const fn is_refused(&self) -> bool {
        matches!(self.view.summary.outcome, Outcome::Refused(_))
    }
}

pub(crate) async fn transaction(desk: Desk, Path(id): Path<String>) -> Response {
    let desk = desk.in_section(Section::Blocks);
    let transaction = desk.source.transaction(&id).await;
    desk.one(transaction, |frame, view| TransactionPage { frame, view })
}
