//! `/network`, `/network/identity`: is it well, and what is it.

use crate::desk::Desk;
use crate::frame::{Frame, Section};
use crate::number;
use crate::view::{Network, Reach, Validator};
use askama::Template;
use axum::response::Response;

#[derive(Template)]
#[template(path = "network.html")]
struct NetworkPage {
    frame: Frame,
    view: Network,
}

impl NetworkPage {
    fn answering(&self) -> usize {
        self.view.answering()
    }

    fn answers(&self, validator: &Validator) -> bool {
        matches!(validator.reach, Reach::Here | Reach::Reached)
    }

    fn idle_seconds(&self, milliseconds: &u64) -> u64 {
        milliseconds.div_ceil(1000)
    }
}

pub(crate) async fn network(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Network);
    let network = desk.source.network().await;
    desk.list(network, |frame, view| NetworkPage { frame, view })
}

#[derive(Template)]
#[template(path = "identity.html")]
struct IdentityPage {
    frame: Frame,
    view: Network,
}

impl IdentityPage {
    fn fours(&self, id: &str) -> String {
        number::fours(id)
    }
}

pub(crate) async fn identity(desk: Desk) -> Response {
    let desk = desk.in_section(Section::Network);
    let network = desk.source.network().await;
    desk.list(network, |frame, view| IdentityPage { frame, view })
}
