//! What goes into answers: errors as JSON, and the header fields of an item.

use crate::library::Refusal;
use axum::{
	http::{
		header::{self, HeaderName},
		HeaderMap, HeaderValue, StatusCode,
	},
	response::{IntoResponse, Response},
};
use popnet_media_codec::{
	cid::{cid_text, CidError},
	Digest, Manifest,
};
use serde_json::json;

/// Media type of everything that is not plainly media.
const OPAQUE: &str = "application/octet-stream";
/// Seconds after which a client may try again.
const RETRY_AFTER_SECONDS: &str = "5";
/// Longest time in seconds that a browser keeps what a preflight told it.
const PREFLIGHT_SECONDS: &str = "86400";
/// An item never changes under its id.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// What a browser may do with an item opened as a page of its own: show it, nothing else.
const ITEM_POLICY: &str = "default-src 'none'; media-src 'self'; img-src 'self'; \
	style-src 'unsafe-inline'; frame-ancestors *; sandbox";

/// Why a request is answered by an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
	/// The path names no content id.
	#[error(transparent)]
	Cid(#[from] CidError),
	/// The item cannot be streamed.
	#[error(transparent)]
	Refused(#[from] Refusal),
	/// Too many connections or streams.
	#[error("this gateway is serving as much as it can; try again in a few seconds")]
	Overloaded,
	/// Another version was asked for than the only one there is.
	#[error("an item never changes, so it has no other entity tag than its content id")]
	Precondition,
	/// The range starts beyond the end; holds the size.
	#[error("the range starts beyond the item's {0} bytes")]
	Range(u64),
	/// There is no such path.
	#[error("there is nothing here; items are at /content/ and a content id")]
	Path,
	/// The path exists, for other methods.
	#[error("this gateway only reads: use GET or HEAD")]
	Method,
}

impl Failure {
	/// Status code of the answer.
	pub(crate) fn status(&self) -> StatusCode {
		match self {
			Self::Cid(_) => StatusCode::BAD_REQUEST,
			Self::Refused(Refusal::Unavailable(_)) | Self::Overloaded => {
				StatusCode::SERVICE_UNAVAILABLE
			}
			Self::Refused(_) | Self::Path => StatusCode::NOT_FOUND,
			Self::Precondition => StatusCode::PRECONDITION_FAILED,
			Self::Range(_) => StatusCode::RANGE_NOT_SATISFIABLE,
			Self::Method => StatusCode::METHOD_NOT_ALLOWED,
		}
	}

	/// The word by which programs tell the causes apart.
	pub(crate) fn word(&self) -> &'static str {
		match self {
			Self::Cid(_) => "malformed_cid",
			Self::Refused(Refusal::Unknown) => "unknown",
			Self::Refused(Refusal::NotYet(_)) => "not_yet",
			Self::Refused(Refusal::Rejected(_)) => "rejected",
			Self::Refused(Refusal::Expired) => "expired",
			Self::Refused(Refusal::Unavailable(_)) => "unavailable",
			Self::Overloaded => "overloaded",
			Self::Precondition => "precondition_failed",
			Self::Range(_) => "range_not_satisfiable",
			Self::Path => "no_such_path",
			Self::Method => "method_not_allowed",
		}
	}

	/// The header fields that explain the error, whatever the body.
	pub(crate) fn headers(&self) -> HeaderMap {
		let mut headers = fixed(&[(header::CACHE_CONTROL, "no-store")]);
		match self {
			Self::Refused(Refusal::Unavailable(_)) => {
				headers.extend(fixed(&[(header::RETRY_AFTER, RETRY_AFTER_SECONDS)]));
			}
			Self::Overloaded => headers.extend(fixed(&[
				(header::RETRY_AFTER, RETRY_AFTER_SECONDS),
				(header::CONNECTION, "close"),
			])),
			Self::Method => headers.extend(fixed(&[(header::ALLOW, "GET, HEAD, OPTIONS")])),
			Self::Range(size) => {
				insert(&mut headers, header::CONTENT_RANGE, format!("bytes */{size}"))
			}
			_ => {}
		}
		headers
	}
}

impl IntoResponse for Failure {
	fn into_response(self) -> Response {
		let body = json!({ "error": self.word(), "message": self.to_string() });
		let json = fixed(&[(header::CONTENT_TYPE, "application/json")]);
		(self.status(), self.headers(), json, body.to_string()).into_response()
	}
}

/// Header fields with constant values.
pub(crate) fn fixed(fields: &[(HeaderName, &'static str)]) -> HeaderMap {
	let fields = fields.iter().cloned();
	fields.map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// Sets a field to a text that was made to fit; a text that does not is left out.
fn insert(headers: &mut HeaderMap, name: HeaderName, text: String) {
	match HeaderValue::try_from(text) {
		Ok(value) => {
			headers.insert(name, value);
		}
		Err(error) => tracing::error!(%name, %error, "header field left out"),
	}
}

/// The entity tag of an item: its content id.
pub(crate) fn etag(id: &Digest) -> String {
	format!("\"{}\"", cid_text(id))
}

/// The fields that an item's answers share, 304 included.
pub(crate) fn validators(id: &Digest) -> HeaderMap {
	let mut headers = fixed(&[(header::CACHE_CONTROL, FOREVER), (header::ACCEPT_RANGES, "bytes")]);
	insert(&mut headers, header::ETAG, etag(id));
	headers
}

/// The fields of a 200 or 206 with these bytes of the item.
pub(crate) fn of_item(id: &Digest, manifest: &Manifest, range: &std::ops::Range<u64>) -> HeaderMap {
	let mut headers = validators(id);
	headers.extend(fixed(&[(header::CONTENT_SECURITY_POLICY, ITEM_POLICY)]));
	insert(&mut headers, header::CONTENT_TYPE, content_type(&manifest.mime));
	insert(&mut headers, header::CONTENT_LENGTH, (range.end - range.start).to_string());
	insert(&mut headers, header::CONTENT_DISPOSITION, disposition(&manifest.name, id));
	headers
}

/// The field that says which part of the item follows; `range` is not empty.
pub(crate) fn content_range(range: &std::ops::Range<u64>, size: u64) -> HeaderMap {
	let mut headers = HeaderMap::new();
	let last = range.end.saturating_sub(1);
	insert(&mut headers, header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start));
	headers
}

/// Lets pages of any origin read the answer: items are public and no answer depends on who asks.
pub(crate) fn cross_origin() -> HeaderMap {
	fixed(&[
		(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
		(
			header::ACCESS_CONTROL_EXPOSE_HEADERS,
			"Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After",
		),
		(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
	])
}

/// What a preflight asks for.
pub(crate) fn preflight() -> HeaderMap {
	fixed(&[
		(header::ALLOW, "GET, HEAD, OPTIONS"),
		(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, OPTIONS"),
		(header::ACCESS_CONTROL_ALLOW_HEADERS, "If-Match, If-None-Match, If-Range, Range"),
		(header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
	])
}

/// The media type as far as it is harmless: video, sound or picture, nothing that carries scripts.
pub(crate) fn content_type(mime: &str) -> String {
	let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
	let Some((kind, subtype)) = essence.split_once('/') else { return OPAQUE.into() };
	let is_token = !subtype.is_empty()
		&& subtype.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte));
	let may_script = ["svg", "xml", "html", "script"].iter().any(|word| subtype.contains(word));
	if matches!(kind, "video" | "audio" | "image") && is_token && !may_script {
		essence
	} else {
		OPAQUE.into()
	}
}

/// `Content-Disposition` with the name twice: in plain ASCII for old clients, and after RFC 5987.
fn disposition(name: &str, id: &Digest) -> String {
	let name: String = name.chars().map(|c| if is_unsafe_in_name(c) { '_' } else { c }).collect();
	let name = match name.trim_matches([' ', '.']) {
		"" => cid_text(id),
		trimmed => trimmed.to_owned(),
	};
	let is_plain = |c: char| c.is_ascii_alphanumeric() || " ._-()".contains(c);
	let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
	let mut encoded = String::new();
	for byte in name.bytes() {
		if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
			encoded.push(char::from(byte));
		} else {
			encoded.push_str(&format!("%{byte:02X}"));
		}
	}
	format!("inline; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Characters that no file name should have: controls, separators, and marks that turn the direction
/// of writing so that a name looks like another.
fn is_unsafe_in_name(c: char) -> bool {
	c.is_control()
		|| matches!(c, '/' | '\\' | '"' | '<' | '>' | ':' | '|' | '?' | '*')
		|| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
		|| matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_media_types_without_scripts_are_passed_on() {
		for mime in
			["video/mp4", "audio/mpeg", "image/png", "image/vnd.microsoft.icon", "audio/x-wav"]
		{
			assert_eq!(content_type(mime), mime);
		}
		assert_eq!(content_type("Video/MP4; codecs=\"avc1\""), "video/mp4");
		for mime in [
			"image/svg+xml",
			"IMAGE/SVG+XML",
			"image/svg",
			"video/x+xml",
			"text/html",
			"",
			"video",
			"video/",
			"video/mp4\r\nX-Evil: 1",
			"video/m p4",
			"application/javascript",
			"video/é",
		] {
			assert_eq!(content_type(mime), OPAQUE, "{mime}");
		}
	}

	#[test]
	fn a_file_name_cannot_leave_its_field() {
		let id = [1; 32];
		assert_eq!(
			disposition("Füchse \"1\"\r\nSet-Cookie: a=b.mp4", &id),
			"inline; filename=\"F_chse _1___Set-Cookie_ a_b.mp4\"; \
			 filename*=UTF-8''F%C3%BCchse%20_1___Set-Cookie_%20a%3Db.mp4"
		);
		assert!(disposition("../..", &id).contains("filename=\"_\""));
		assert!(disposition("a\u{202e}4pm.exe", &id).contains("filename=\"a_4pm.exe\""));
		assert!(disposition("", &id).contains(&cid_text(&id)));
	}
}
