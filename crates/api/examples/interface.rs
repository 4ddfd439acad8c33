//! Serves the interface over a node in memory: `cargo run -p chancery-api --example interface [-- 127.0.0.1:8898]`.
//! For looking at the interface and for schemathesis while there is no network.

#[path = "../tests/double/mod.rs"]
mod double;

use chancery_api::{Limits, Measurements, router, serve};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8898".to_owned());
    let listener = TcpListener::bind(&address).await?;
    println!("http://{}/openapi.json", listener.local_addr()?);
    let backend = Arc::new(double::Double::new());
    let growing = Arc::clone(&backend);
    tokio::spawn(async move {
        // Something to follow on the stream of events.
        loop {
            growing.grow(2);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    let limits = Limits { requests_per_second: 5_000, requests_burst: 5_000, ..Limits::default() };
    let stop = async {
        // Without a signal to wait for, it runs until it is killed.
        let _ = tokio::signal::ctrl_c().await;
    };
    let measurements = Arc::<Measurements>::default();
    serve(listener, router(backend, limits.clone(), measurements.clone()), limits, measurements, stop).await;
    Ok(())
}
