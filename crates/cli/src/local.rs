//! A network whose validators all run on this machine, each its own process with its own keys and folder: what the
//! demonstration and the measurements share.
//!
//! One party deals all keys and keeps them beside the data. Nothing here is secret from whoever reads the folder.

mod children;
mod site;

pub(crate) use children::Children;
pub(crate) use site::{Founding, Site};
