//! A validator: configuration, wiring, mempool, telemetry, graceful stop.
