//! Paths, and what happens at each.

use crate::{
	answers::{self, Failure},
	conditions::{decide, Answer},
	connection::Line,
	library::{Item, Library},
	pages,
	playback::{Playback, Room, Wanted},
	stripes::Stripes,
	Config, Metrics,
};
use axum::{
	body::Body,
	extract::{rejection::PathRejection, ConnectInfo, Path, Query, Request, State},
	http::{
		header::{self, HeaderName},
		HeaderMap, Method, StatusCode,
	},
	middleware::{from_fn_with_state, Next},
	response::{IntoResponse, Redirect, Response},
	routing::get,
	Router,
};
use popnet_media_codec::{
	cid::{cid_text, parse_cid, CidError},
	Digest,
};
use serde_json::json;
use std::{
	collections::HashMap,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
};

type CidPath = Result<Path<String>, PathRejection>;

/// The numbers behind [`Metrics`].
#[derive(Default)]
pub(crate) struct Counters {
	requests: AtomicU64,
	pub(crate) bytes_served: AtomicU64,
	refused: AtomicU64,
	pub(crate) aborted: AtomicU64,
	streams_open: AtomicU64,
}

/// Counts a stream as open until dropped.
pub(crate) struct OpenStream(Arc<Counters>);

impl OpenStream {
	/// One more.
	pub(crate) fn new(counters: Arc<Counters>) -> Self {
		counters.streams_open.fetch_add(1, Ordering::Relaxed);
		Self(counters)
	}
}

impl Drop for OpenStream {
	fn drop(&mut self) {
		self.0.streams_open.fetch_sub(1, Ordering::Relaxed);
	}
}

/// What all requests share.
pub(crate) struct Service {
	library: Arc<dyn Library>,
	stripes: Arc<Stripes>,
	room: Arc<Room>,
	counters: Arc<Counters>,
	read_ahead: usize,
}

impl Service {
	/// Serves the items of `library`.
	pub(crate) fn new(config: &Config, library: Arc<dyn Library>) -> Self {
		Self {
			library,
			stripes: Stripes::new(
				config.cache_bytes_max,
				config.fetches_max,
				config.stripe_timeout,
			),
			room: Arc::new(Room::new(config.streams_bytes_max)),
			counters: Arc::default(),
			read_ahead: config.read_ahead,
		}
	}

	/// A look at the numbers.
	pub(crate) fn metrics(&self) -> Metrics {
		let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
		Metrics {
			requests: read(&self.counters.requests),
			bytes_served: read(&self.counters.bytes_served),
			refused: read(&self.counters.refused),
			aborted: read(&self.counters.aborted),
			streams_open: read(&self.counters.streams_open),
		}
	}
}

/// All paths.
pub(crate) fn router(service: Arc<Service>) -> Router {
	Router::new()
		.route("/", get(home))
		.route("/play", get(find))
		.route("/play/{cid}", get(play))
		.route("/content/{cid}", get(content).options(preflight))
		.route("/health", get(health).options(preflight))
		.route("/assets/{name}", get(asset))
		.fallback(|| async { Failure::Path })
		.method_not_allowed_fallback(|| async { Failure::Method })
		.layer(from_fn_with_state(service.clone(), attend))
		.with_state(service)
}

/// Around every request: counts it, turns surplus connections away, marks the connection busy.
async fn attend(
	State(service): State<Arc<Service>>,
	ConnectInfo(line): ConnectInfo<Line>,
	request: Request,
	next: Next,
) -> Response {
	service.counters.requests.fetch_add(1, Ordering::Relaxed);
	let _busy = line.busy();
	let mut response = if line.is_surplus() {
		Failure::Overloaded.into_response()
	} else {
		next.run(request).await
	};
	let status = response.status();
	if status.is_client_error() || status.is_server_error() {
		service.counters.refused.fetch_add(1, Ordering::Relaxed);
	}
	response.headers_mut().extend(answers::fixed(&[
		(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
		(header::REFERRER_POLICY, "no-referrer"),
	]));
	response
}

async fn content(
	State(service): State<Arc<Service>>,
	ConnectInfo(line): ConnectInfo<Line>,
	path: CidPath,
	method: Method,
	headers: HeaderMap,
) -> Response {
	let answer = match item_of(&service, path).await {
		Ok((id, item)) => stream(&service, &line, id, item, &method, &headers).await,
		Err(failure) => Err(failure),
	};
	let mut response = answer.unwrap_or_else(|failure| {
		tracing::debug!(error = %failure, "request refused");
		failure.into_response()
	});
	response.headers_mut().extend(answers::cross_origin());
	response
}

fn id_of(path: CidPath) -> Result<Digest, CidError> {
	let Path(text) = path.map_err(|_| CidError::Malformed)?;
	parse_cid(&text)
}

async fn item_of(service: &Service, path: CidPath) -> Result<(Digest, Arc<dyn Item>), Failure> {
	let id = id_of(path)?;
	Ok((id, service.library.open(id).await?))
}

/// Answers with the item. HEAD does not fetch a stripe, so it says what the library says, not
/// whether the shards can be reached.
async fn stream(
	service: &Service,
	line: &Line,
	id: Digest,
	item: Arc<dyn Item>,
	method: &Method,
	headers: &HeaderMap,
) -> Result<Response, Failure> {
	let manifest = item.manifest();
	let size = manifest.size;
	let is_get = *method == Method::GET;
	let (status, range) = match decide(headers, is_get, &answers::etag(&id), size) {
		Answer::Whole => (StatusCode::OK, 0..size),
		Answer::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
		Answer::Unchanged => {
			return Ok((StatusCode::NOT_MODIFIED, answers::validators(&id)).into_response())
		}
		Answer::Otherwise => return Err(Failure::Precondition),
		Answer::Beyond => return Err(Failure::Range(size)),
	};
	let mut fields = answers::of_item(&id, manifest, &range);
	if status == StatusCode::PARTIAL_CONTENT {
		fields.extend(answers::content_range(&range, size));
	}
	if !is_get {
		return Ok((status, fields, Body::empty()).into_response());
	}
	let wanted = Wanted { id, item, range, read_ahead: service.read_ahead };
	let parts = (service.stripes.clone(), service.room.clone(), service.counters.clone());
	let playback = Playback::start(wanted, parts.0, parts.1, parts.2).await?;
	let playback = playback.ok_or(Failure::Overloaded)?;
	let body = Body::from_stream(playback.into_stream(line.busy()));
	Ok((status, fields, body).into_response())
}

async fn preflight() -> Response {
	(StatusCode::NO_CONTENT, answers::preflight(), answers::cross_origin()).into_response()
}

async fn health(State(service): State<Arc<Service>>) -> Response {
	let metrics = service.metrics();
	let body = json!({
		"status": "ok",
		"requests": metrics.requests,
		"bytes_served": metrics.bytes_served,
		"refused": metrics.refused,
		"aborted": metrics.aborted,
		"streams_open": metrics.streams_open,
	});
	let fields = answers::fixed(&[
		(header::CONTENT_TYPE, "application/json"),
		(header::CACHE_CONTROL, "no-store"),
	]);
	(fields, answers::cross_origin(), body.to_string()).into_response()
}

async fn home(State(service): State<Arc<Service>>) -> Response {
	page(HeaderMap::new(), StatusCode::OK, pages::home(&service.library.list().await))
}

/// Where the form of the front page leads.
async fn find(Query(fields): Query<HashMap<String, String>>) -> Response {
	let text = fields.get("cid").map(String::as_str).unwrap_or_default();
	match parse_cid(text) {
		Ok(id) => Redirect::to(&format!("/play/{}", cid_text(&id))).into_response(),
		Err(error) => refused_page(None, &error.into()),
	}
}

async fn play(State(service): State<Arc<Service>>, path: CidPath) -> Response {
	let id = match id_of(path) {
		Ok(id) => id,
		Err(error) => return refused_page(None, &error.into()),
	};
	match service.library.open(id).await {
		Ok(item) => page(HeaderMap::new(), StatusCode::OK, pages::player(&id, item.manifest())),
		Err(refusal) => refused_page(Some(&id), &refusal.into()),
	}
}

fn refused_page(id: Option<&Digest>, failure: &Failure) -> Response {
	page(failure.headers(), failure.status(), pages::refused(id, failure))
}

fn page(extra: HeaderMap, status: StatusCode, html: String) -> Response {
	let fields = answers::fixed(&[
		(header::CONTENT_TYPE, "text/html; charset=utf-8"),
		(header::CACHE_CONTROL, "no-store"),
		(header::CONTENT_SECURITY_POLICY, pages::POLICY),
		(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
	]);
	(status, fields, extra, html).into_response()
}

async fn asset(path: CidPath) -> Response {
	let found = path.ok().and_then(|Path(name)| pages::asset(&name));
	let Some((mime, text)) = found else { return Failure::Path.into_response() };
	let fields = answers::fixed(&[
		(header::CONTENT_TYPE, mime),
		(header::CACHE_CONTROL, "public, max-age=3600"),
	]);
	(fields, text).into_response()
}
