//! The stream of events, resumed where it broke.

use super::{Client, plain_cause, problem};
use crate::error::ClientError;
use chancery_api::view;
use reqwest::{Response, header};
use std::time::Duration;

/// The most bytes of one event on the wire.
const EVENT_BYTES_MAX: usize = 1024 * 1024;
/// How often a stream that broke is taken up again without an event in between.
const RESUMED_MAX: u32 = 10;

/// Final events, in order, each once.
#[derive(Debug)]
pub struct EventStream<'a> {
    client: &'a Client,
    response: Option<Response>,
    /// Bytes of an event that has not come to its end.
    buffer: Vec<u8>,
    /// The last event that was given.
    last: Option<String>,
    resumed: u32,
}

impl Client {
    /// The events after a place (`None`: from the first block on). Nothing is sent before the first is asked for.
    pub const fn events(&self, after: Option<String>) -> EventStream<'_> {
        EventStream { client: self, response: None, buffer: Vec::new(), last: after, resumed: 0 }
    }
}

impl EventStream<'_> {
    /// The next event; waits for it. A connection that breaks is taken up again after the last event, at whichever
    /// node answers.
    ///
    /// # Errors
    /// If no node can be reached, one refuses, or an event cannot be read.
    pub async fn next(&mut self) -> Result<view::Event, ClientError> {
        loop {
            if let Some(text) = self.block()? {
                if let Some(event) = parse(&text)? {
                    self.last = Some(event.id.clone());
                    self.resumed = 0;
                    return Ok(event);
                }
                continue;
            }
            let chunk = match self.response.as_mut() {
                Some(response) => response.chunk().await,
                None => {
                    self.open().await?;
                    continue;
                }
            };
            match chunk {
                Ok(Some(bytes)) => self.buffer.extend(bytes.iter().filter(|byte| **byte != b'\r')),
                Ok(None) | Err(_) => self.response = None,
            }
        }
    }

    /// Takes a whole block of lines from the buffer.
    fn block(&mut self) -> Result<Option<String>, ClientError> {
        let Some(end) = self.buffer.windows(2).position(|two| two == b"\n\n") else {
            return if self.buffer.len() > EVENT_BYTES_MAX { Err(unreadable("too long")) } else { Ok(None) };
        };
        let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
        String::from_utf8(block).map(Some).map_err(|_| unreadable("not UTF-8"))
    }

    async fn open(&mut self) -> Result<(), ClientError> {
        self.buffer.clear();
        let mut cause = String::new();
        while self.resumed < RESUMED_MAX {
            self.resumed += 1;
            for node in &self.client.nodes {
                let mut request = self.client.http.get(format!("{node}/api/v1/events"));
                if let Some(last) = &self.last {
                    request = request.header("Last-Event-ID", last);
                }
                match request.header(header::ACCEPT, "text/event-stream").send().await {
                    Ok(response) if response.status().is_success() => {
                        self.response = Some(response);
                        return Ok(());
                    }
                    Ok(response) if response.status().is_client_error() => {
                        return Err(problem("/api/v1/events", response).await);
                    }
                    Ok(response) => cause = response.status().to_string(),
                    Err(error) => cause = plain_cause(&error),
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(ClientError::Unreachable { nodes: self.client.nodes.join(", "), cause })
    }
}

fn unreadable(cause: &str) -> ClientError {
    ClientError::Answer { request: "/api/v1/events".to_owned(), cause: cause.to_owned() }
}

/// The event of a block of lines; a comment that keeps the connection alive has none.
fn parse(block: &str) -> Result<Option<view::Event>, ClientError> {
    let data: Vec<&str> =
        block.lines().filter_map(|line| line.strip_prefix("data:")).map(|line| line.trim_start_matches(' ')).collect();
    if data.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(&data.join("\n")).map(Some).map_err(|error| unreadable(&error.to_string()))
}
