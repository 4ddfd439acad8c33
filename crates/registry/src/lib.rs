//! The one list of installed applications; dispatch; genesis assembly.
