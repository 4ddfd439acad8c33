//! What carrying out a block promises, whatever the applications are.

mod due_queue;
mod eligibility;
mod history;
mod loading;
mod rejection;
mod toy;
