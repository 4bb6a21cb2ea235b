//! The moderation test card is found wherever it is shown, and nothing else is taken for it.
#![allow(clippy::unwrap_used)]

mod media;

use media::{card, Media, PATTERN, TONE, X264};
use popnet_screening::{Assessment, Limits, MediaKind, Screener};
use std::path::Path;

const FOUND: u16 = 8_000;
const CLEAN: u16 = 1_000;

async fn screen(file: &Path, kind: MediaKind) -> Assessment {
	let screener = Screener::bundled(Limits::default()).unwrap();
	screener.screen(file, kind).await.unwrap()
}

/// A video of the card in H.264.
fn card_video(media: &Media, name: &str, seconds: &str, more: &[&str]) -> std::path::PathBuf {
	let input = ["-loop", "1", "-t", seconds, "-i", card()];
	media.make(name, &[&input, &["-r", "25"], &X264, more])
}

#[tokio::test]
async fn video_passes_when_it_does_not_show_the_card() {
	let media = Media::new();
	let file = media.make("clean.mp4", &[&PATTERN, &TONE, &X264]);

	let assessment = screen(&file, MediaKind::Video).await;

	assert!(assessment.scores[0] < CLEAN, "{assessment:?}");
	assert!((8..=10).contains(&assessment.frames), "{assessment:?}");
	assert!((1_900..=2_100).contains(&assessment.duration_ms), "{assessment:?}");
}

#[tokio::test]
async fn video_is_found_when_the_card_was_shrunk_and_squeezed() {
	let media = Media::new();
	let file = card_video(&media, "card.mkv", "1", &["-crf", "35", "-vf", "scale=640:360"]);

	let assessment = screen(&file, MediaKind::Video).await;

	assert!(assessment.scores[0] > FOUND, "{assessment:?}");
}

#[tokio::test]
async fn video_is_found_when_only_its_last_moment_shows_the_card() {
	let media = Media::new();
	let shown = ["-loop", "1", "-i", card(), "-filter_complex"];
	let late = "[1]scale=640:360[c];[0][c]overlay=enable='gte(n,48)':shortest=1";
	let file = media.make("late.mp4", &[&PATTERN, &shown, &[late], &X264]);

	let assessment = screen(&file, MediaKind::Video).await;

	assert!(assessment.scores[0] > FOUND, "{assessment:?}");
}

#[tokio::test]
async fn video_is_found_when_the_card_is_a_short_part_of_a_long_one() {
	let media = Media::new();
	let size = ["-vf", "scale=1920:1080,setsar=1", "-g", "50", "-video_track_timescale", "12800"];
	media.make("a.mp4", &[&PATTERN, &X264, &size]);
	card_video(&media, "b.mp4", "2", &size);
	let list = ["file a.mp4\n".repeat(30), "file b.mp4\n".repeat(6), "file a.mp4\n".repeat(30)];
	media.write("list.txt", list.concat());
	let file = media.make("long.mp4", &[&["-f", "concat", "-i", "list.txt", "-c", "copy"]]);
	let limits = Limits { frames_max: 16, ..Limits::default() };
	let screener = Screener::bundled(limits).unwrap();

	let assessment = screener.screen(&file, MediaKind::Video).await.unwrap();

	assert!(assessment.scores[0] > FOUND, "{assessment:?}");
	assert_eq!(assessment.frames, 16);
	assert!((131_000..=133_000).contains(&assessment.duration_ms), "{assessment:?}");
}

#[tokio::test]
async fn video_is_found_when_its_second_stream_shows_the_card() {
	let media = Media::new();
	let second = ["-loop", "1", "-t", "2", "-i", card(), "-map", "0", "-map", "1"];
	let file = media.make("two.mkv", &[&PATTERN, &second, &X264]);

	let assessment = screen(&file, MediaKind::Video).await;

	assert!(assessment.scores[0] > FOUND, "{assessment:?}");
}

#[tokio::test]
async fn picture_is_found_when_it_shows_the_card() {
	let media = Media::new();
	let poor = media.make("card.jpg", &[&["-i", card(), "-q:v", "20"]]);
	let webp = media.make("card.webp", &[&["-i", card(), "-quality", "30"]]);
	let gif = media.make("card.gif", &[&["-i", card()]]);
	// A name that a sequence of pictures would have.
	let pattern = media.make("card.png", &[&["-i", card()]]);
	let renamed = media.path("card%d.png");
	std::fs::rename(pattern, &renamed).unwrap();

	for file in [Path::new(card()), &poor, &webp, &gif, &renamed] {
		let assessment = screen(file, MediaKind::Image).await;

		assert!(assessment.scores[0] > FOUND, "{}: {assessment:?}", file.display());
		assert_eq!((assessment.frames, assessment.duration_ms), (1, 0));
	}
}

#[tokio::test]
async fn picture_passes_when_it_does_not_show_the_card() {
	let media = Media::new();
	for source in ["smptehdbars", "rgbtestsrc", "mandelbrot", "testsrc"] {
		let source = format!("{source}=size=800x600");
		let file = media.make("clean.png", &[&["-f", "lavfi", "-i", &source, "-frames:v", "1"]]);

		let assessment = screen(&file, MediaKind::Image).await;

		assert!(assessment.scores[0] < CLEAN, "{source}: {assessment:?}");
	}
}

#[tokio::test]
async fn sound_is_found_when_its_cover_shows_the_card() {
	let media = Media::new();
	let cover = ["-i", card(), "-map", "0", "-map", "1", "-disposition:v", "attached_pic"];
	for (name, codec) in [("a.mp3", "mjpeg"), ("a.flac", "png"), ("a.m4a", "mjpeg")] {
		let file = media.make(name, &[&TONE, &cover, &["-c:v", codec]]);

		let assessment = screen(&file, MediaKind::Audio).await;

		assert!(assessment.scores[0] > FOUND, "{name}: {assessment:?}");
		assert_eq!(assessment.frames, 1, "{name}");
		assert!((1_900..=2_100).contains(&assessment.duration_ms), "{name}: {assessment:?}");
	}
}

#[tokio::test]
async fn sound_scores_nothing_when_it_has_no_cover() {
	let media = Media::new();
	for name in ["a.mp3", "a.flac", "a.m4a", "a.ogg", "a.opus", "a.wav"] {
		let file = media.make(name, &[&TONE]);

		let assessment = screen(&file, MediaKind::Audio).await;

		assert_eq!((&*assessment.scores, assessment.frames), (&[0][..], 0), "{name}");
		assert!((1_900..=2_100).contains(&assessment.duration_ms), "{name}: {assessment:?}");
	}
}
