//! A stream of messages (server-sent events), resumed where it broke.

use super::{Client, plain_cause, problem};
use crate::error::ClientError;
use reqwest::{Response, header};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The most bytes of one message on the wire.
const MESSAGE_BYTES_MAX: usize = 1024 * 1024;
/// How often a stream that broke is taken up again without a message in between.
const RESUMED_MAX: u32 = 10;

/// Messages of one address, in order, each once.
#[derive(Debug)]
pub(super) struct Messages<'a> {
    client: &'a Client,
    path: &'static str,
    response: Option<Response>,
    /// Bytes of a message that has not come to its end.
    buffer: Vec<u8>,
    /// The id of the last message that was given.
    last: Option<String>,
    resumed: u32,
}

impl<'a> Messages<'a> {
    /// The messages after one of this id. Nothing is sent before the first is asked for.
    pub(super) const fn new(client: &'a Client, path: &'static str, after: Option<String>) -> Self {
        Self { client, path, response: None, buffer: Vec::new(), last: after, resumed: 0 }
    }

    /// The next message; waits for it. A connection that breaks is taken up again after the last one, at whichever node
    /// answers.
    ///
    /// # Errors
    /// If no node can be reached, one refuses, or a message cannot be read.
    pub(super) async fn next<T: DeserializeOwned>(&mut self, id: impl Fn(&T) -> String) -> Result<T, ClientError> {
        loop {
            if let Some(text) = self.block()? {
                if let Some(message) = self.parse::<T>(&text)? {
                    self.last = Some(id(&message));
                    self.resumed = 0;
                    return Ok(message);
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
            return if self.buffer.len() > MESSAGE_BYTES_MAX { Err(self.unreadable("too long")) } else { Ok(None) };
        };
        let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
        String::from_utf8(block).map(Some).map_err(|_| self.unreadable("not UTF-8"))
    }

    async fn open(&mut self) -> Result<(), ClientError> {
        self.buffer.clear();
        let mut cause = String::new();
        while self.resumed < RESUMED_MAX {
            self.resumed += 1;
            for node in &self.client.nodes {
                let mut request = self.client.http.get(format!("{node}{}", self.path));
                if let Some(last) = &self.last {
                    request = request.header("Last-Event-ID", last);
                }
                match request.header(header::ACCEPT, "text/event-stream").send().await {
                    Ok(response) if response.status().is_success() => {
                        self.response = Some(response);
                        return Ok(());
                    }
                    Ok(response) if response.status().is_client_error() => {
                        return Err(problem(self.path, response).await);
                    }
                    Ok(response) => cause = response.status().to_string(),
                    Err(error) => cause = plain_cause(&error),
                }
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        Err(ClientError::Unreachable { nodes: self.client.nodes.join(", "), cause })
    }

    fn unreadable(&self, cause: &str) -> ClientError {
        ClientError::Answer { request: self.path.to_owned(), cause: cause.to_owned() }
    }

    /// The message of a block of lines; a comment that keeps the connection alive has none.
    fn parse<T: DeserializeOwned>(&self, block: &str) -> Result<Option<T>, ClientError> {
        let data = block.lines().filter_map(|line| line.strip_prefix("data:"));
        let data: Vec<&str> = data.map(|line| line.trim_start_matches(' ')).collect();
        if data.is_empty() {
            return Ok(None);
        }
        serde_json::from_str(&data.join("\n")).map(Some).map_err(|error| self.unreadable(&error.to_string()))
    }
}
