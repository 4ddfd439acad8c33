//! The listening side: connections bounded in number, in time and in what they may ask.
//!
//! HTTP/1.1 in clear. TLS, and addresses of clients behind a proxy, are the business of whatever stands in front; a
//! proxy is one client here, so it should keep limits of its own.

use crate::limits::Limits;
use crate::measure::Measurements;
use crate::patience::Patient;
use crate::problem::Refused;
use crate::rate::{Address, RateLimit};
use crate::rejection::InterfaceRejection;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// How long to wait when the system cannot give another connection now.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown` ends, then gives open requests [`Limits::stop_timeout`] to end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    measurements: Arc<Measurements>,
    shutdown: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let crowd = Arc::new(Crowd::new(limits.connections_per_address_max));
    let server = Arc::new(Server {
        router,
        rate: RateLimit::new(limits.requests_per_second, limits.requests_burst, limits.addresses_max),
        limits,
        measurements,
    });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let next = async {
            // A place is taken before the connection, so that a flood waits in the system's bounded queue.
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        let (place, accepted) = tokio::select! {
            () = &mut shutdown => break,
            _ = connections.join_next(), if !connections.is_empty() => continue,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let address = Address::of(peer.ip());
        let Some(guest) = Crowd::admit(&crowd, address) else {
            server.measurements.turned_away();
            continue;
        };
        let (server, watcher) = (Arc::clone(&server), graceful.watcher());
        let open = Open::count(&server.measurements);
        connections.spawn(async move {
            // Whatever ends a connection early is the client's doing or the network's.
            let _ = watcher.watch(server.connection(stream, address)).await;
            drop((place, guest, open));
        });
    }
    drop(listener);
    if tokio::time::timeout(server.limits.stop_timeout, graceful.shutdown()).await.is_err() {
        tracing::info!("ending connections that are still open");
    }
    connections.shutdown().await;
}

struct Server {
    router: Router,
    rate: RateLimit,
    limits: Limits,
    measurements: Arc<Measurements>,
}

/// Counted as open until dropped, however its task ends.
struct Open(Arc<Measurements>);

impl Open {
    fn count(measurements: &Arc<Measurements>) -> Self {
        measurements.opened();
        Self(Arc::clone(measurements))
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.ended();
    }
}

impl Server {
    fn connection(
        self: Arc<Self>,
        stream: TcpStream,
        address: Address,
    ) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_timeout)
            .max_headers(self.limits.headers_max)
            .max_buf_size(self.limits.head_bytes_max.max(8 * 1024));
        let stream = TokioIo::new(Patient::new(stream, self.limits.read_timeout));
        let service = service_fn(move |request| {
            let server = Arc::clone(&self);
            async move { Ok::<_, Infallible>(server.answer(request, address).await) }
        });
        builder.serve_connection(stream, service)
    }

    async fn answer(&self, request: Request<Incoming>, address: Address) -> Response<Body> {
        if let Err(wait) = self.rate.take(address, Instant::now()) {
            let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            return self.refused(Refused::from(InterfaceRejection::TooManyRequests).retry_after_ms(ms));
        }
        let answer = self.router.clone().oneshot(request.map(Body::new));
        match tokio::time::timeout(self.limits.answer_timeout, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => self.refused(InterfaceRejection::TooSlow.into()),
        }
    }

    /// A refusal that never met the router, which counts its own.
    fn refused(&self, refused: Refused) -> Response<Body> {
        let response = refused.into_response();
        self.measurements.count(&response);
        response
    }
}

/// Who is connected, and how often.
#[derive(Debug)]
struct Crowd {
    guests: Mutex<BTreeMap<Address, usize>>,
    per_address_max: usize,
}

/// A connection of an address; leaves when dropped.
struct Guest {
    crowd: Arc<Crowd>,
    address: Address,
}

impl Crowd {
    fn new(per_address_max: usize) -> Self {
        Self { guests: Mutex::default(), per_address_max }
    }

    fn admit(crowd: &Arc<Self>, address: Address) -> Option<Guest> {
        let mut guests = crowd.guests();
        let count = guests.entry(address).or_default();
        if *count >= crowd.per_address_max {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Guest { crowd: Arc::clone(crowd), address })
    }

    fn guests(&self) -> MutexGuard<'_, BTreeMap<Address, usize>> {
        // Counts are changed in single steps, so they are whole whatever a thread did before it ended.
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut guests = self.crowd.guests();
        if let Some(count) = guests.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                guests.remove(&self.address);
            }
        }
    }
}
