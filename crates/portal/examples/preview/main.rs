//! Serves all pages from an invented country, without a node: `cargo run -p chancery-portal --example preview`.
//!
//! An address may follow: `-- 127.0.0.1:8090` is the default.

mod fixture;

use std::net::SocketAddr;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address: SocketAddr = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8090".to_owned()).parse()?;
    let country = Arc::new(fixture::Fixture::new());
    let app = fixture::receipts(Arc::clone(&country)).merge(chancery_portal::router(country));
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
