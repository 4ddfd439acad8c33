//! `/registers`, `/registers/{id}`: what is asked, of whom, under which law, by when.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::number;
use crate::view::{Class, Field, Register, RegisterSummary};
use crate::words::Markup;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "registers.html")]
struct Registers {
    frame: Frame,
    registers: Vec<RegisterSummary>,
}

pub(crate) async fn list(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Registers);
    let registers = desk.source.registers().await;
    desk.list(registers, |frame, registers| Registers { frame, registers })
}

#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage {
    frame: Frame,
    view: Register,
}

impl RegisterPage {
    fn is_confidential(&self) -> bool {
        self.view.summary.class == Class::Confidential
    }

    /// On a register's own page its title would stand in every row.
    const fn shows_register(&self) -> bool {
        false
    }

    fn range(&self, field: &Field) -> Markup {
        let words = &self.frame.words;
        let shown = |value: i128| number::decimal(value, field.scale);
        match (field.least, field.most) {
            (Some(least), Some(most)) => words.range_between(shown(least), shown(most)),
            (Some(least), None) => words.range_least(shown(least)),
            (None, Some(most)) => words.range_most(shown(most)),
            (None, None) => words.range_any(),
        }
    }

    /// The fields that add up to this one, by name, joined by plus signs.
    fn addends(&self, field: &Field) -> Markup {
        let mut out = Markup::default();
        for (index, code) in field.sum_of.iter().enumerate() {
            if index > 0 {
                out.raw(" + ");
            }
            match self.view.fields.iter().find(|other| other.code == *code) {
                Some(other) => out.raw(&self.frame.words.name(&other.name).to_string()),
                None => out.text(code),
            }
        }
        out
    }
}

pub(crate) async fn register(desk: Desk, Path(id): Path<String>) -> Response {
    let desk = desk.in_section(Section::Registers);
    let register = desk.source.register(&id).await;
    desk.one(register, |frame, view| RegisterPage { frame, view })
}
