//! Hashing, signatures by named purpose, finality verification, amount commitments, sealing: composed from well-kept libraries.
