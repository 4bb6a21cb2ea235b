//! What cannot be looked at safely is refused, with the right reason and in time.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

mod media;

use media::{card, Media, PATTERN, TONE, X264};
use popnet_screening::{Limit, Limits, MediaKind, ScreenError, Screener, ToolError, Tools};
use std::{
	path::Path,
	time::{Duration, Instant},
};

fn screener(limits: Limits) -> Screener {
	Screener::bundled(limits).unwrap()
}

async fn refusal(file: &Path, kind: MediaKind) -> ScreenError {
	screener(Limits::default()).screen(file, kind).await.unwrap_err()
}

#[track_caller]
fn assert_not_media(error: &ScreenError, what: &str) {
	assert!(
		matches!(error, ScreenError::NotMedia(reason) if !reason.is_empty()),
		"{what}: {error:?}"
	);
}

/// A PNG that says it is of the given size, and holds next to nothing.
fn png_header(width: u32, height: u32) -> Vec<u8> {
	let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
	png.extend(width.to_be_bytes());
	png.extend(height.to_be_bytes());
	png.extend(b"\x08\x02\0\0\0\0\0\0\0"); // 8 bits, RGB; a checksum that nobody checks
	png.extend(b"\0\0\0\x08IDAT\x78\x9c\x63\0\0\0\x01\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
	png
}

#[tokio::test]
async fn file_is_not_media_when_it_is_text_or_noise_or_empty() {
	let media = Media::new();
	let text = media.write("a.mp4", "It was a dark and stormy night. ".repeat(500));
	let noise: Vec<u8> =
		(0..50_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
	let noise = media.write("b.mp4", noise);
	let empty = media.write("c.mp4", "");

	for file in [&text, &noise, &empty, &media.path("")] {
		for kind in [MediaKind::Video, MediaKind::Audio, MediaKind::Image] {
			assert_not_media(&refusal(file, kind).await, &file.display().to_string());
		}
	}
}

#[tokio::test]
async fn file_is_not_media_when_its_end_is_missing() {
	let media = Media::new();
	let index_last = media.make("a.mp4", &[&PATTERN, &X264]);
	let index_first = media.make("b.mp4", &[&PATTERN, &X264, &["-movflags", "+faststart"]]);
	let matroska = media.make("c.mkv", &[&PATTERN, &X264]);

	for file in [index_last, index_first, matroska] {
		let truncated = media.head(&file, "truncated", 50);

		assert_not_media(&refusal(&truncated, MediaKind::Video).await, &file.display().to_string());
	}
}

#[tokio::test]
async fn other_files_stay_unread_when_a_file_refers_to_them() {
	let media = Media::new();
	media.make("secret.ts", &[&PATTERN, &X264]);
	let secret = media.path("secret.ts");
	let secret = secret.display();
	let playlists = [
		format!("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n"),
		format!("ffconcat version 1.0\nfile '{secret}'\n"),
		"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n".into(),
		format!("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period><AdaptationSet><Representation id=\"1\"><BaseURL>file://{secret}</BaseURL></Representation></AdaptationSet></Period></MPD>"),
		format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><image href=\"file://{secret}\"/></svg>"),
	];

	for playlist in playlists {
		for name in ["a.m3u8", "a.mp4"] {
			let file = media.write(name, &playlist);

			assert_not_media(&refusal(&file, MediaKind::Video).await, &playlist);
		}
	}
}

#[tokio::test]
async fn kind_is_wrong_when_the_file_is_something_else() {
	let media = Media::new();
	let video = media.make("a.mp4", &[&PATTERN, &TONE, &X264]);
	let sound = media.make("a.mp3", &[&TONE]);
	let moving = media.make("a.gif", &[&PATTERN, &["-frames:v", "5"]]);
	let covered =
		media.make("b.mp3", &[&TONE, &["-i", card(), "-map", "0", "-map", "1", "-c:v", "mjpeg"]]);
	let files = [
		(video.as_path(), MediaKind::Video),
		(&sound, MediaKind::Audio),
		(Path::new(card()), MediaKind::Image),
		(&moving, MediaKind::Video),
		(&covered, MediaKind::Audio),
	];

	for (file, is) in files {
		for claim in [MediaKind::Video, MediaKind::Audio, MediaKind::Image] {
			let outcome = screener(Limits::default()).screen(file, claim).await;

			match outcome {
				Ok(_) => assert_eq!(claim, is, "{}", file.display()),
				Err(ScreenError::WrongKind { claimed, found }) => {
					assert_eq!((claimed, found), (claim, is));
					assert_ne!(claim, is);
				}
				Err(error) => panic!("{}: {error:?}", file.display()),
			}
		}
	}
}

#[tokio::test]
async fn picture_is_too_complex_when_it_is_a_bomb() {
	let media = Media::new();
	let claimed = media.write("a.png", png_header(30_000, 30_000));
	let source = ["-f", "lavfi", "-i", "color=s=12000x12000,format=monob", "-frames:v", "1"];
	let real = media.make("b.png", &[&source]);
	assert!(std::fs::metadata(&real).unwrap().len() < 100_000);

	for file in [claimed, real] {
		let began = Instant::now();

		let error = refusal(&file, MediaKind::Image).await;

		assert!(matches!(error, ScreenError::TooComplex(Limit::Pixels)), "{error:?}");
		assert!(began.elapsed() < Duration::from_secs(10));
	}
}

#[tokio::test]
async fn picture_is_too_complex_when_decoding_needs_too_much_memory() {
	let media = Media::new();
	let source = ["-f", "lavfi", "-i", "color=s=5700x5700,format=rgb48be", "-frames:v", "1"];
	let file = media.make("a.png", &[&source]);
	let limits = Limits { memory_bytes_max: 380 * 1024 * 1024, ..Limits::default() };

	let error = screener(limits).screen(&file, MediaKind::Image).await.unwrap_err();

	assert!(matches!(error, ScreenError::TooComplex(Limit::Memory)), "{error:?}");
}

#[tokio::test]
async fn item_is_too_complex_when_it_is_longer_than_allowed() {
	let media = Media::new();
	let sound = media.make("a.mp3", &[&TONE]);
	let limits = Limits { duration_max: Duration::from_secs(1), ..Limits::default() };

	let error = screener(limits).screen(&sound, MediaKind::Audio).await.unwrap_err();

	assert!(matches!(error, ScreenError::TooComplex(Limit::Duration)), "{error:?}");
}

#[tokio::test]
async fn item_is_too_complex_when_it_has_too_many_pictures() {
	let media = Media::new();
	let maps = ["-map", "0"].repeat(3);
	let file = media.make("a.mkv", &[&PATTERN, &maps, &X264]);
	let limits = Limits { pictures_max: 2, ..Limits::default() };

	let error = screener(limits).screen(&file, MediaKind::Video).await.unwrap_err();

	assert!(matches!(error, ScreenError::TooComplex(Limit::Pictures)), "{error:?}");
}

/// Whether a process runs whose command line contains the words.
fn is_running(words: &str) -> bool {
	let processes = std::fs::read_dir("/proc").unwrap().flatten();
	processes
		.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
		.any(|line| String::from_utf8_lossy(&line).replace('\0', " ").contains(words))
}

#[tokio::test]
async fn decoder_is_killed_when_it_hangs() {
	let media = Media::new();
	let marker = format!("sleep 6{:05}", std::process::id() % 100_000);
	let hanging = media.script("hanging", &format!("exec {marker}"));
	let video = media.make("a.mp4", &[&PATTERN, &X264]);
	let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
	let tools = [
		Tools { ffprobe: hanging.clone(), ..Tools::default() },
		Tools { ffmpeg: hanging, ..Tools::default() },
	];

	for tools in tools {
		let began = Instant::now();
		let screener = screener(limits.clone()).with_tools(tools);

		let error = screener.screen(&video, MediaKind::Video).await.unwrap_err();

		assert!(matches!(error, ScreenError::TooComplex(Limit::Time)), "{error:?}");
		assert!(began.elapsed() < Duration::from_secs(5));
		let patience = Instant::now() + Duration::from_secs(5);
		while is_running(&marker) {
			assert!(Instant::now() < patience, "the decoder is still running");
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}
}

#[tokio::test]
async fn children_of_a_decoder_are_killed_when_it_hangs_or_leaves_them_behind() {
	let media = Media::new();
	let marker = format!("sleep 7{:05}", std::process::id() % 100_000);
	let video = media.make("a.mp4", &[&PATTERN, &X264]);
	let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
	let families = [
		("waiting", format!("{marker} & wait")),
		("leaving", format!("{marker} >/dev/null & exit 0")),
	];

	for (name, body) in families {
		let tools = Tools { ffprobe: media.script(name, &body), ..Tools::default() };
		let screener = screener(limits.clone()).with_tools(tools);

		let error = screener.screen(&video, MediaKind::Video).await.unwrap_err();

		assert!(matches!(error, ScreenError::TooComplex(Limit::Time)), "{name}: {error:?}");
		let patience = Instant::now() + Duration::from_secs(5);
		while is_running(&marker) {
			assert!(Instant::now() < patience, "{name}: a child is still running");
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
	}
}

#[tokio::test]
async fn decoder_is_killed_when_it_burns_processor_time() {
	let media = Media::new();
	let busy = media.script("busy", "while :; do :; done");
	let video = media.make("a.mp4", &[&PATTERN, &X264]);
	let limits = Limits { time: Duration::from_secs(1), ..Limits::default() };
	let tools = Tools { ffprobe: busy, ..Tools::default() };

	let error =
		screener(limits).with_tools(tools).screen(&video, MediaKind::Video).await.unwrap_err();

	assert!(matches!(error, ScreenError::TooComplex(Limit::Time)), "{error:?}");
}

#[tokio::test]
async fn answer_is_cut_off_when_it_never_ends() {
	let media = Media::new();
	let endless = media.script("endless", "exec cat /dev/zero");
	let video = media.make("a.mp4", &[&PATTERN, &X264]);
	let tools = Tools { ffprobe: endless, ..Tools::default() };

	let error = screener(Limits::default())
		.with_tools(tools)
		.screen(&video, MediaKind::Video)
		.await
		.unwrap_err();

	assert!(matches!(error, ScreenError::TooComplex(Limit::Description)), "{error:?}");
}

#[tokio::test]
async fn decoder_has_neither_files_nor_secrets_when_it_is_taken_over() {
	let media = Media::new();
	let loot = media.path("loot");
	let video = media.make("a.mp4", &[&PATTERN, &X264]);
	let look = "env | grep -q ^CARGO && echo leaked >&2 || echo clean >&2";
	let script = format!("(echo x > {}); {look}; exit 3", loot.display());
	let tools = Tools { ffprobe: media.script("taken", &script), ..Tools::default() };

	let error = screener(Limits::default())
		.with_tools(tools)
		.screen(&video, MediaKind::Video)
		.await
		.unwrap_err();

	assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
	assert!(matches!(&error, ScreenError::NotMedia(reason) if reason == "clean"), "{error:?}");
	assert_eq!(std::fs::read(loot).unwrap_or_default(), b"");
}

#[tokio::test]
async fn machine_is_to_blame_when_a_program_or_the_file_is_missing() {
	let media = Media::new();
	let missing = || media.path("missing");
	let tools = [
		Tools { ffprobe: missing(), ..Tools::default() },
		Tools { ffmpeg: missing(), ..Tools::default() },
		Tools { prlimit: missing(), ..Tools::default() },
	];

	for tools in tools {
		let screener = screener(Limits::default()).with_tools(tools);

		let error = screener.screen(Path::new(card()), MediaKind::Image).await.unwrap_err();

		let expected =
			matches!(error, ScreenError::Tool(ToolError::Start { .. } | ToolError::Confine { .. }));
		assert!(expected, "{error:?}");
	}
	let error = refusal(&missing(), MediaKind::Image).await;
	assert!(matches!(error, ScreenError::Tool(ToolError::Io { .. })), "{error:?}");
}
