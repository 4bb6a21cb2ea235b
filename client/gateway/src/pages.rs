//! The pages: a list of items, a player, and the reason why there is none.
//!
//! Pages load nothing from elsewhere, run one script, and work without it. Names and media types come
//! from strangers; everything that is put into a page goes through [`escape`].

use crate::{
	answers::{content_type, Failure},
	library::{Listed, LISTED_MAX},
};
use popnet_media_codec::{cid::cid_text, Digest, Manifest};

/// What a page may load: its own style, script and item.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
	img-src 'self'; media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
	frame-ancestors 'none'";

/// A file that pages load, with its media type.
pub(crate) fn asset(name: &str) -> Option<(&'static str, &'static str)> {
	match name {
		"page.css" => Some(("text/css; charset=utf-8", include_str!("assets/page.css"))),
		"player.js" => Some(("text/javascript; charset=utf-8", include_str!("assets/player.js"))),
		"icon.svg" => Some(("image/svg+xml", include_str!("assets/icon.svg"))),
		_ => None,
	}
}

/// The front page.
pub(crate) fn home(items: &[Listed]) -> String {
	let rows: String = items.iter().take(LISTED_MAX).map(row).collect();
	let list = if rows.is_empty() {
		"<p class=\"empty\">No public item is known here yet. An item appears once the network has \
		 approved it.</p>"
			.to_owned()
	} else {
		format!("<ul class=\"items\">{rows}</ul>")
	};
	let main = format!(
		"<h1>Watch and listen</h1>\
		 <form action=\"/play\" method=\"get\" role=\"search\">\
		 <label for=\"cid\">Content id</label>\
		 <div class=\"field\"><input id=\"cid\" name=\"cid\" required autocomplete=\"off\" \
		 spellcheck=\"false\" maxlength=\"128\" placeholder=\"bafkr4i…\">\
		 <button>Open</button></div></form>\
		 <h2>Newest items</h2>{list}"
	);
	document("POP Network gateway", &main, false)
}

fn row(item: &Listed) -> String {
	let cid = cid_text(&item.id);
	format!(
		"<li><a href=\"/play/{cid}\"><span class=\"name\" dir=\"auto\">{}</span>\
		 <span class=\"facts\">{} · {}</span></a></li>",
		escape(shown_name(&item.name)),
		escape(&content_type(&item.mime)),
		size_text(item.size),
	)
}

/// The page that plays an item.
pub(crate) fn player(id: &Digest, manifest: &Manifest) -> String {
	let cid = cid_text(id);
	let name = escape(shown_name(&manifest.name));
	let mime = content_type(&manifest.mime);
	let source = format!("/content/{cid}");
	let shown = match mime.split('/').next() {
		Some("video") => format!(
			"<video data-player src=\"{source}\" controls playsinline preload=\"metadata\" \
			 aria-label=\"{name}\"></video>"
		),
		Some("audio") => format!(
			"<audio data-player src=\"{source}\" controls preload=\"metadata\" \
			 aria-label=\"{name}\"></audio>"
		),
		Some("image") => format!("<img data-player src=\"{source}\" alt=\"{name}\">"),
		_ => "<p class=\"empty\">This item is of a kind that a browser does not show. You can \
		      download it.</p>"
			.to_owned(),
	};
	let main = format!(
		"<h1 dir=\"auto\">{name}</h1><div class=\"stage\">{shown}</div>\
		 <p id=\"notice\" class=\"notice\" role=\"alert\" hidden></p>\
		 <dl><dt>Type</dt><dd>{}</dd><dt>Size</dt><dd>{}</dd>\
		 <dt>Content id</dt><dd><code>{cid}</code></dd></dl>\
		 <p class=\"actions\"><a href=\"{source}\">Address for other players</a>\
		 <a href=\"{source}\" download>Download</a></p>",
		escape(&mime),
		size_text(manifest.size),
	);
	document(&name, &main, true)
}

/// The page that says why an item cannot be played.
pub(crate) fn refused(id: Option<&Digest>, failure: &Failure) -> String {
	let cid = id.map_or_else(String::new, |id| {
		format!("<dl><dt>Content id</dt><dd><code>{}</code></dd></dl>", cid_text(id))
	});
	let reason = escape(&failure.to_string());
	let main = format!(
		"<h1>This cannot be played</h1><p class=\"notice\" role=\"alert\" data-reason=\"{}\" \
		 dir=\"auto\">{reason}</p>{cid}",
		failure.word(),
	);
	document("This cannot be played", &main, false)
}

/// A whole page; `title` and `main` are escaped already.
fn document(title: &str, main: &str, has_script: bool) -> String {
	let script = if has_script { "<script src=\"/assets/player.js\" defer></script>" } else { "" };
	format!(
		"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
		 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
		 <meta name=\"color-scheme\" content=\"dark light\"><title>{title}</title>\
		 <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\
		 <link rel=\"stylesheet\" href=\"/assets/page.css\">{script}</head><body>\
		 <header><a href=\"/\">POP Network</a><span>gateway</span></header>\
		 <main>{main}</main></body></html>\n"
	)
}

fn shown_name(name: &str) -> &str {
	match name.trim() {
		"" => "Untitled",
		name => name,
	}
}

/// Text for HTML, in elements and in quoted attributes. Characters that turn the direction of writing
/// are shown as a space, so that a name cannot dress up as another.
fn escape(text: &str) -> String {
	let mut safe = String::with_capacity(text.len());
	for c in text.chars() {
		match c {
			'&' => safe.push_str("&amp;"),
			'<' => safe.push_str("&lt;"),
			'>' => safe.push_str("&gt;"),
			'"' => safe.push_str("&quot;"),
			'\'' => safe.push_str("&#39;"),
			'`' => safe.push_str("&#96;"),
			'\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push(' '),
			c if c.is_control() => safe.push(' '),
			c => safe.push(c),
		}
	}
	safe
}

/// A size for people, in binary units with one decimal, rounded down.
fn size_text(bytes: u64) -> String {
	let mut unit = ("bytes", 1u64);
	for (step, name) in (1u32..).zip(["KiB", "MiB", "GiB", "TiB"]) {
		let divisor = 1u64 << (10 * step);
		if bytes >= divisor {
			unit = (name, divisor);
		}
	}
	match unit {
		(name, 1) => format!("{bytes} {name}"),
		(name, divisor) => {
			format!("{}.{} {name}", bytes / divisor, bytes % divisor * 10 / divisor)
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_of_strangers_cannot_become_markup() {
		assert_eq!(
			escape("<b a='x' c=\"y\">&`"),
			"&lt;b a=&#39;x&#39; c=&quot;y&quot;&gt;&amp;&#96;"
		);
		assert_eq!(escape("a\u{202e}b\r\nc\0"), "a b  c ");
	}

	#[test]
	fn sizes_are_readable() {
		for (bytes, text) in [
			(1, "1 bytes"),
			(1023, "1023 bytes"),
			(1024, "1.0 KiB"),
			(1_572_864, "1.5 MiB"),
			(u64::MAX, "16777215.9 TiB"),
		] {
			assert_eq!(size_text(bytes), text);
		}
	}
}
