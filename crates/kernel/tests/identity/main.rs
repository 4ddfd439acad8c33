//! Stories of authorities, members, keys and roles.

mod delegation;
mod ending;
mod invitations;
mod keys;
mod refused_access;
mod registering;
mod roles;
mod world;
