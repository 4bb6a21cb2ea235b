//! What kind of media a file is: by its first bytes, else by its extension.

use crate::errors::Error;
use popnet_media_codec::manifest::TEXT_BYTES_MAX;
use popnet_primitives::content::{MediaKind, CONTENT_SIZE_MAX};
use std::{
	fs::{self, File},
	io::Read,
	path::{Path, PathBuf},
	time::UNIX_EPOCH,
};

/// Bytes at the beginning of a file that are looked at.
const HEAD_BYTES: u64 = 512;

/// Extensions and what they stand for.
const EXTENSIONS: &[(&str, MediaKind, &str)] = &[
	("mp4", MediaKind::Video, "video/mp4"),
	("m4v", MediaKind::Video, "video/mp4"),
	("mov", MediaKind::Video, "video/quicktime"),
	("webm", MediaKind::Video, "video/webm"),
	("mkv", MediaKind::Video, "video/x-matroska"),
	("avi", MediaKind::Video, "video/x-msvideo"),
	("flv", MediaKind::Video, "video/x-flv"),
	("ogv", MediaKind::Video, "video/ogg"),
	("mpg", MediaKind::Video, "video/mpeg"),
	("mpeg", MediaKind::Video, "video/mpeg"),
	("ts", MediaKind::Video, "video/mp2t"),
	("m2ts", MediaKind::Video, "video/mp2t"),
	("3gp", MediaKind::Video, "video/3gpp"),
	("mp3", MediaKind::Audio, "audio/mpeg"),
	("m4a", MediaKind::Audio, "audio/mp4"),
	("aac", MediaKind::Audio, "audio/aac"),
	("flac", MediaKind::Audio, "audio/flac"),
	("wav", MediaKind::Audio, "audio/wav"),
	("ogg", MediaKind::Audio, "audio/ogg"),
	("oga", MediaKind::Audio, "audio/ogg"),
	("opus", MediaKind::Audio, "audio/ogg"),
	("weba", MediaKind::Audio, "audio/webm"),
	("mka", MediaKind::Audio, "audio/x-matroska"),
	("jpg", MediaKind::Image, "image/jpeg"),
	("jpeg", MediaKind::Image, "image/jpeg"),
	("png", MediaKind::Image, "image/png"),
	("gif", MediaKind::Image, "image/gif"),
	("webp", MediaKind::Image, "image/webp"),
	("avif", MediaKind::Image, "image/avif"),
	("heic", MediaKind::Image, "image/heic"),
	("bmp", MediaKind::Image, "image/bmp"),
	("tif", MediaKind::Image, "image/tiff"),
	("tiff", MediaKind::Image, "image/tiff"),
];

/// A file that can be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
	/// Its absolute path.
	pub path: PathBuf,
	/// Bytes.
	pub size: u64,
	/// Time of its last change, in nanoseconds since 1970; 0 where that is unknown.
	pub modified: u128,
	/// Kind of media.
	pub kind: MediaKind,
	/// Media type.
	pub mime: String,
	/// Name that viewers see.
	pub name: String,
}

/// What the user says about the file.
#[derive(Clone, Debug, Default)]
pub struct Claims {
	/// Kind of media.
	pub kind: Option<MediaKind>,
	/// Media type.
	pub mime: Option<String>,
	/// Name that viewers see.
	pub name: Option<String>,
}

/// Checks a file before anything is done with it.
///
/// # Errors
/// When it is no file, empty, too large, or of an unknown kind.
pub fn inspect(file: &Path, claims: &Claims) -> Result<Source, Error> {
	let bad = |what: &str, hint: &str| Error::BadFile {
		path: file.to_owned(),
		what: what.to_owned(),
		hint: hint.to_owned(),
	};
	let path = fs::canonicalize(file)
		.map_err(|error| bad(&format!("cannot be opened: {error}"), "check the path"))?;
	let (size, modified) = stamp(&path).map_err(|what| bad(&what, "name a regular file"))?;
	if size == 0 {
		return Err(bad("is empty", "name a file with media in it"));
	}
	if size > CONTENT_SIZE_MAX {
		return Err(bad("is larger than 256 GiB", "cut it into parts"));
	}
	let mut head = Vec::new();
	File::open(&path)
		.and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head))
		.map_err(|error| bad(&format!("cannot be read: {error}"), "check its permissions"))?;
	let extension = path.extension().map(|text| text.to_string_lossy().to_lowercase());
	let guess = guess(&head, extension.as_deref());
	let (kind, mime) = settle(claims, guess).map_err(|what| {
		bad(what, "pass --kind video, audio or image, and --mime, for example --mime video/mp4")
	})?;
	let name = claims.name.clone().unwrap_or_else(|| {
		path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
	});
	Ok(Source { path, size, modified, kind, mime, name: shortened(name) })
}

/// Size and time of the last change of a regular file.
///
/// # Errors
/// What is wrong with it.
pub fn stamp(path: &Path) -> Result<(u64, u128), String> {
	let metadata = fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
	if metadata.is_dir() {
		return Err("is a folder".into());
	}
	if !metadata.is_file() {
		return Err("is not a regular file".into());
	}
	let modified = metadata
		.modified()
		.ok()
		.and_then(|time| time.duration_since(UNIX_EPOCH).ok())
		.map_or(0, |time| time.as_nanos());
	Ok((metadata.len(), modified))
}

/// Kind and media type from what the user says and what the file looks like.
fn settle(
	claims: &Claims,
	guess: Option<(MediaKind, &'static str)>,
) -> Result<(MediaKind, String), &'static str> {
	let of_mime = |mime: &str| match mime.split('/').next() {
		Some("video") => Some(MediaKind::Video),
		Some("audio") => Some(MediaKind::Audio),
		Some("image") => Some(MediaKind::Image),
		_ => None,
	};
	let kind = claims
		.kind
		.or_else(|| claims.mime.as_deref().and_then(of_mime))
		.or(guess.map(|(kind, _)| kind))
		.ok_or("is of an unknown kind")?;
	if let Some(mime) = &claims.mime {
		return Ok((kind, mime.clone()));
	}
	let (guessed, mime) = guess.ok_or("is of an unknown media type")?;
	// Containers such as MP4 and WebM hold sound alone as well.
	let mime = match (guessed, kind) {
		(MediaKind::Video, MediaKind::Audio) => mime.replacen("video/", "audio/", 1),
		(MediaKind::Audio, MediaKind::Video) => mime.replacen("audio/", "video/", 1),
		_ => mime.to_owned(),
	};
	Ok((kind, mime))
}

/// What a file with these first bytes and this extension is.
fn guess(head: &[u8], extension: Option<&str>) -> Option<(MediaKind, &'static str)> {
	let by_extension = EXTENSIONS
		.iter()
		.find(|(known, _, _)| Some(*known) == extension)
		.map(|(_, kind, mime)| (*kind, *mime));
	let by_content = by_content(head);
	match (by_content, by_extension) {
		// The same container; the extension knows more.
		(Some((_, content)), Some((kind, mime))) if subtype(content) == subtype(mime) => {
			Some((kind, mime))
		}
		(Some(found), _) => Some(found),
		(None, found) => found,
	}
}

fn subtype(mime: &str) -> &str {
	let subtype = mime.split_once('/').map_or(mime, |(_, subtype)| subtype);
	match subtype {
		"x-matroska" => "webm",
		"quicktime" | "3gpp" => "mp4",
		other => other,
	}
}

fn by_content(head: &[u8]) -> Option<(MediaKind, &'static str)> {
	use MediaKind::{Audio, Image, Video};
	let contains = |text: &[u8]| head.windows(text.len()).any(|window| window == text);
	let at =
		|start: usize, text: &[u8]| head.get(start..).is_some_and(|rest| rest.starts_with(text));
	let found = if at(4, b"ftyp") {
		match head.get(8..12) {
			Some(b"M4A " | b"M4B ") => (Audio, "audio/mp4"),
			Some(b"avif" | b"avis") => (Image, "image/avif"),
			Some(b"heic" | b"heix" | b"mif1") => (Image, "image/heic"),
			Some(b"qt  ") => (Video, "video/quicktime"),
			_ => (Video, "video/mp4"),
		}
	} else if at(0, b"\x1a\x45\xdf\xa3") {
		if contains(b"webm") {
			(Video, "video/webm")
		} else {
			(Video, "video/x-matroska")
		}
	} else if at(0, b"RIFF") {
		match head.get(8..12) {
			Some(b"WAVE") => (Audio, "audio/wav"),
			Some(b"AVI ") => (Video, "video/x-msvideo"),
			Some(b"WEBP") => (Image, "image/webp"),
			_ => return None,
		}
	} else if at(0, b"OggS") {
		if contains(b"theora") {
			(Video, "video/ogg")
		} else {
			(Audio, "audio/ogg")
		}
	} else if at(0, b"\x89PNG\r\n\x1a\n") {
		(Image, "image/png")
	} else if at(0, b"\xff\xd8\xff") {
		(Image, "image/jpeg")
	} else if at(0, b"GIF87a") || at(0, b"GIF89a") {
		(Image, "image/gif")
	} else if at(0, b"fLaC") {
		(Audio, "audio/flac")
	} else if at(0, b"ID3") || at(0, b"\xff\xfb") || at(0, b"\xff\xf3") {
		(Audio, "audio/mpeg")
	} else if at(0, b"\xff\xf1") || at(0, b"\xff\xf9") {
		(Audio, "audio/aac")
	} else if at(0, b"FLV\x01") {
		(Video, "video/x-flv")
	} else if at(0, b"\x47") && at(188, b"\x47") {
		(Video, "video/mp2t")
	} else {
		return None;
	};
	Some(found)
}

/// `name` cut to what a manifest takes.
fn shortened(mut name: String) -> String {
	let mut end = name.len().min(TEXT_BYTES_MAX);
	while !name.is_char_boundary(end) {
		end -= 1;
	}
	name.truncate(end);
	name
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn content_goes_before_extension() {
		let png = b"\x89PNG\r\n\x1a\n rest";
		assert_eq!(guess(png, Some("mp4")), Some((MediaKind::Image, "image/png")));
		assert_eq!(guess(b"plain", Some("mp4")), Some((MediaKind::Video, "video/mp4")));
		assert_eq!(guess(b"plain", Some("txt")), None);
		assert_eq!(guess(b"", None), None);
	}

	#[test]
	fn containers_take_the_kind_from_the_extension() {
		let mp4 = b"\0\0\0\x18ftypisom....";
		assert_eq!(guess(mp4, Some("m4a")), Some((MediaKind::Audio, "audio/mp4")));
		assert_eq!(guess(mp4, Some("mp4")), Some((MediaKind::Video, "video/mp4")));
		assert_eq!(guess(mp4, None), Some((MediaKind::Video, "video/mp4")));
		assert_eq!(guess(mp4, Some("png")), Some((MediaKind::Video, "video/mp4")));
		let webm = b"\x1a\x45\xdf\xa3....webm";
		assert_eq!(guess(webm, Some("weba")), Some((MediaKind::Audio, "audio/webm")));
		let matroska = b"\x1a\x45\xdf\xa3....matroska";
		assert_eq!(guess(matroska, None), Some((MediaKind::Video, "video/x-matroska")));
		let ogg = b"OggS....theora";
		assert_eq!(guess(ogg, None), Some((MediaKind::Video, "video/ogg")));
		assert_eq!(guess(b"OggS", Some("ogv")), Some((MediaKind::Video, "video/ogg")));
	}

	#[test]
	fn what_the_user_says_counts() {
		let mp4 = Some((MediaKind::Video, "video/mp4"));
		let claims = Claims { kind: Some(MediaKind::Audio), ..Default::default() };
		assert_eq!(settle(&claims, mp4), Ok((MediaKind::Audio, "audio/mp4".into())));
		assert!(settle(&claims, None).is_err());
		let claims = Claims { mime: Some("image/jxl".into()), ..Default::default() };
		assert_eq!(settle(&claims, None), Ok((MediaKind::Image, "image/jxl".into())));
		let claims = Claims { mime: Some("application/mp4".into()), ..Default::default() };
		assert!(settle(&claims, None).is_err());
		assert_eq!(settle(&claims, mp4), Ok((MediaKind::Video, "application/mp4".into())));
	}

	#[test]
	fn bad_files_are_refused_with_a_reason() {
		let folder = tempfile::tempdir().unwrap();
		let none = Claims::default();
		let reason = |name: &str| {
			let error = inspect(&folder.path().join(name), &none).unwrap_err();
			assert_eq!(error.exit_code(), 7);
			error.message()
		};
		std::fs::write(folder.path().join("empty.mp4"), b"").unwrap();
		std::fs::write(folder.path().join("text.txt"), b"hello").unwrap();
		assert!(reason("missing.mp4").contains("cannot be opened"));
		assert!(reason("empty.mp4").ends_with("is empty"));
		assert!(reason("text.txt").contains("unknown kind"));
		assert!(reason("").contains("is a folder"));
	}

	#[test]
	fn a_file_is_described() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("Clip.MP4");
		std::fs::write(&file, b"bytes").unwrap();
		let source = inspect(&file, &Claims::default()).unwrap();
		assert_eq!((source.size, source.kind), (5, MediaKind::Video));
		assert_eq!((source.mime.as_str(), source.name.as_str()), ("video/mp4", "Clip.MP4"));
		assert!(source.modified > 0);
	}

	#[test]
	fn long_names_are_cut_between_characters() {
		assert_eq!(shortened("ü".repeat(200)).len(), 254);
		assert_eq!(shortened("short".into()), "short");
	}
}
