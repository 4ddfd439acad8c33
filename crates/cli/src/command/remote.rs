//! Which node is asked, and asking it.

use crate::exit::Exit;
use chancery_client::Client;
use std::future::Future;

/// Which nodes to ask.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct RemoteArguments {
    /// Address of a node; may be given several times, then the next is asked when one does not answer.
    #[arg(
        long = "node",
        value_name = "URL",
        global = true,
        env = "CHANCERY_NODE",
        value_delimiter = ',',
        default_value = "http://127.0.0.1:8800"
    )]
    pub(crate) nodes: Vec<String>,
}

impl RemoteArguments {
    /// Connects and lets `work` do its work.
    pub(crate) fn with<T, F: Future<Output = Result<T, Exit>>>(
        &self,
        work: impl FnOnce(Client) -> F,
    ) -> Result<T, Exit> {
        wait_for(async {
            let client = Client::connect(&self.nodes).await?;
            work(client).await
        })
    }
}

/// Runs what waits for others.
pub(crate) fn wait_for<T>(work: impl Future<Output = Result<T, Exit>>) -> Result<T, Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|error| Exit::failed(error.to_string()))?.block_on(work)
}
