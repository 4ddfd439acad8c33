//! The listening side: connections bounded in number, in time and in what they may ask.
//!
//! HTTP/1.1 in clear. TLS, and addresses of clients behind a proxy, are the business of whatever stands in front; a
//! proxy is one client here, so it should keep limits of its own.

use crate::crowd::{Crowd, Guest};
use crate::limits::Limits;
use crate::measure::Measurements;
use crate::patience::Patient;
use crate::problem::Refused;
use crate::rate::{Address, Cost, RateLimit};
use crate::rejection::InterfaceRejection;
use crate::weight;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use axum::response::IntoResponse;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
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
    let crowd = Arc::new(Crowd::new(limits.connections_max, limits.connections_per_address_max));
    let server = Arc::new(Server {
        router,
        held: Arc::new(Crowd::new(
            weight::places_max(limits.held_bytes_max),
            weight::places_max(limits.held_bytes_per_address_max),
        )),
        rate: RateLimit::new(limits.requests_per_second, limits.requests_burst, limits.addresses_max),
        limits,
        measurements,
    });
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            _ = connections.join_next(), if !connections.is_empty() => continue,
            accepted = listener.accept() => accepted,
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
        let leave = Arc::new(Notify::new());
        let Some(guest) = Crowd::admit(&crowd, address, 1, &leave) else {
            server.measurements.turned_away();
            continue;
        };
        let (server, watcher) = (Arc::clone(&server), graceful.watcher());
        let open = Open::count(&server.measurements);
        connections.spawn(async move {
            tokio::select! {
                // Whatever ends a connection early is the client's doing or the network's.
                _ = watcher.watch(server.connection(stream, address, Arc::clone(&leave))) => {}
                () = leave.notified() => {}
            }
            drop((guest, open));
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
    /// What large bodies and answers hold of the memory.
    held: Arc<Crowd>,
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
        leave: Arc<Notify>,
    ) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_timeout)
            .max_headers(self.limits.headers_max)
            .max_buf_size(self.limits.head_bytes_max.max(8 * 1024));
        let stream = TokioIo::new(Patient::new(stream, self.limits.read_timeout));
        let service = service_fn(move |request| {
            let (server, leave) = (Arc::clone(&self), Arc::clone(&leave));
            async move { Ok::<_, Infallible>(server.answer(request, address, &leave).await) }
        });
        builder.serve_connection(stream, service)
    }

    async fn answer(&self, mut request: Request<Incoming>, address: Address, leave: &Arc<Notify>) -> Response<Body> {
        if let Err(wait) = self.rate.take(address, Instant::now()) {
            let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
            return self.refused(Refused::from(InterfaceRejection::TooManyRequests).retry_after_ms(ms));
        }
        request.extensions_mut().insert(address);
        let places = weight::of_request(request.headers(), !request.body().is_end_stream());
        let Some(carried) = self.hold(address, places, leave) else {
            return self.refused(Refused::from(InterfaceRejection::Unavailable));
        };
        let answer = self.router.clone().oneshot(request.map(Body::new));
        let answer = match tokio::time::timeout(self.limits.answer_timeout, answer).await {
            Ok(Ok(response)) => response,
            Ok(Err(never)) => match never {},
            Err(_) => return self.refused(Refused::from(InterfaceRejection::TooSlow)),
        };
        drop(carried);
        if let Some(cost) = answer.extensions().get::<Cost>() {
            self.rate.charge(address, Instant::now(), *cost);
        }
        match self.hold(address, weight::of_answer(&answer), leave) {
            Some(None) => answer,
            Some(Some(guest)) => weight::held(answer, guest).await,
            None => self.refused(Refused::from(InterfaceRejection::Unavailable)),
        }
    }

    /// Holds places for what is large. Nothing if there are none; no guest if none are needed.
    fn hold(&self, address: Address, places: usize, leave: &Arc<Notify>) -> Option<Option<Guest>> {
        if places == 0 { Some(None) } else { Crowd::admit(&self.held, address, places, leave).map(Some) }
    }

    /// A refusal that never met the router, which counts its own.
    fn refused(&self, refused: Refused) -> Response<Body> {
        let response = refused.into_response();
        self.measurements.count(&response);
        response
    }
}
