//! Programs that decode a stranger's file, each in a process of its own.
//!
//! `prlimit` bounds address space and processor time, forbids writing to files and core dumps, and
//! replaces itself with the program. The file is handed over open, as standard input, and the program
//! is told to read `/dev/stdin`: no name of the publisher's choice is ever interpreted, seeking works,
//! and the only other protocol that is allowed is a pipe for the answer. Formats that refer to other
//! files (playlists, sequences of pictures, scripts) are not in [`FORMATS`]. The environment is empty
//! except for `PATH`. Each program leads a process group of its own, and the whole group is killed when
//! its [`Running`] is dropped: a program that is a script, or was taken over, may have children.

use crate::{Limit, Limits, ScreenError, ToolError, Tools};
use rustix::process::{kill_process_group, Pid, Signal};
use std::{
	fs::File,
	os::unix::process::ExitStatusExt,
	path::{Path, PathBuf},
	process::{ExitStatus, Stdio},
};
use tokio::{
	io::{AsyncRead, AsyncReadExt},
	process::{Child, ChildStdout, Command},
	task::JoinSet,
};

/// Containers that are opened: common ones, none of which refers to another file.
const FORMATS: &str =
	"mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,flac,ogg,wav,w64,aiff,aac,mpegts,mpeg,\
	avi,flv,asf,gif,png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe";

/// Decoders that are used: common ones. ffmpeg has hundreds more, and each is a way in.
const CODECS: &str = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg1video,mpeg2video,\
	mpeg4,msmpeg4,msmpeg4v1,msmpeg4v2,h263,flv,theora,vc1,wmv1,wmv2,wmv3,prores,dnxhd,ffv1,rawvideo,\
	mjpeg,png,apng,gif,webp,bmp,tiff,\
	aac,aac_fixed,aac_latm,mp3,mp3float,mp2,mp2float,mp1,mp1float,ac3,eac3,opus,libopus,vorbis,flac,alac,\
	dca,wmav1,wmav2,wmapro,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_u8,pcm_s8,\
	pcm_f32le,pcm_f64le,pcm_alaw,pcm_mulaw";

/// Files that a decoder may have open.
const OPEN_FILES_MAX: u32 = 64;
/// Streams that ffmpeg opens.
const STREAMS_MAX: u32 = 64;
/// Bytes of complaints that are kept; the rest is read and forgotten.
const COMPLAINT_BYTES_MAX: usize = 16 * 1024;
/// Characters of a complaint that go into an error.
const REASON_CHARS_MAX: usize = 200;
/// Signals by which the system ends a process for its processor time.
const TIME_SIGNALS: [i32; 2] = [9, 24];

/// One file, and what is needed to decode it.
pub(crate) struct Decoder<'a> {
	pub(crate) limits: &'a Limits,
	tools: &'a Tools,
	path: PathBuf,
	file: File,
}

/// Which of the programs.
#[derive(Clone, Copy)]
pub(crate) enum Program {
	Ffmpeg,
	Ffprobe,
}

impl<'a> Decoder<'a> {
	/// Opens a file that has something in it.
	pub(crate) async fn open(
		path: &Path,
		tools: &'a Tools,
		limits: &'a Limits,
	) -> Result<Self, ScreenError> {
		let io = |source| ToolError::Io { path: path.to_path_buf(), source };
		// Whatever is not a plain file is refused before it is opened: opening a pipe would wait.
		let metadata = tokio::fs::metadata(path).await.map_err(io)?;
		if !metadata.is_file() {
			return Err(ScreenError::NotMedia("not a plain file".into()));
		}
		if metadata.len() == 0 {
			return Err(ScreenError::NotMedia("the file is empty".into()));
		}
		let file = tokio::fs::File::open(path).await.map_err(io)?.into_std().await;
		Ok(Self { limits, tools, path: path.to_path_buf(), file })
	}

	pub(crate) fn place(&self, program: Program) -> &'a Path {
		match program {
			Program::Ffmpeg => &self.tools.ffmpeg,
			Program::Ffprobe => &self.tools.ffprobe,
		}
	}

	/// Starts a program on the file: `before` goes before the input, `after` behind it.
	pub(crate) fn start(
		&self,
		program: Program,
		before: &[String],
		after: &[String],
	) -> Result<Running<'a>, ScreenError> {
		let place = self.place(program);
		let input = self
			.file
			.try_clone()
			.map_err(|source| ToolError::Io { path: self.path.clone(), source })?;
		let mut command = Command::new(&self.tools.prlimit);
		command
			.arg(format!("--as={}", self.limits.memory_bytes_max))
			.arg(format!("--cpu={}", self.limits.time.as_secs().saturating_add(1)))
			.args(["--core=0", "--fsize=0"])
			.arg(format!("--nofile={OPEN_FILES_MAX}"))
			.arg("--")
			.arg(place)
			.args(self.guards(program))
			.args(before)
			.args(["-i", "file:/dev/stdin"])
			.args(after)
			.env_clear()
			.env("AV_LOG_FORCE_NOCOLOR", "1")
			.current_dir("/")
			.stdin(input)
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.process_group(0)
			.kill_on_drop(true);
		if let Some(path) = std::env::var_os("PATH") {
			command.env("PATH", path);
		}
		let mut group = command
			.spawn()
			.map(Group)
			.map_err(|source| ToolError::Start { program: self.tools.prlimit.clone(), source })?;
		let answer = group.0.stdout.take().ok_or_else(|| unexpected(place))?;
		let mut complaints = JoinSet::new();
		if let Some(pipe) = group.0.stderr.take() {
			complaints.spawn(collect(pipe));
		}
		Ok(Running { group, answer, complaints, place, pixels_max: self.limits.pixels_max })
	}

	/// Options of the input that keep a decoder from reading elsewhere and from growing.
	fn guards(&self, program: Program) -> Vec<String> {
		let pixels_max = i32::try_from(self.limits.pixels_max).unwrap_or(i32::MAX);
		let mut guards = vec![
			"-v".into(),
			"error".into(),
			"-max_alloc".into(),
			(self.limits.memory_bytes_max / 2).to_string(),
			"-protocol_whitelist".into(),
			"file,pipe".into(),
			"-format_whitelist".into(),
			FORMATS.into(),
			"-codec_whitelist".into(),
			CODECS.into(),
			"-max_streams".into(),
			STREAMS_MAX.to_string(),
			"-max_pixels".into(),
			pixels_max.to_string(),
			"-threads".into(),
			"1".into(),
		];
		if matches!(program, Program::Ffmpeg) {
			guards.extend(["-nostdin", "-filter_threads", "1"].map(Into::into));
		}
		guards
	}
}

/// The leader of a process group; dropping it kills all of the group.
struct Group(Child);

impl Drop for Group {
	fn drop(&mut self) {
		// A leader that has been waited for has no number: it may be somebody else's by now.
		let leader = self.0.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
		if let Some(leader) = leader {
			let _ = kill_process_group(leader, Signal::KILL); // nobody may be left
		}
	}
}

/// A program at work; dropping it kills the process and its children.
pub(crate) struct Running<'a> {
	group: Group,
	answer: ChildStdout,
	complaints: JoinSet<String>,
	place: &'a Path,
	pixels_max: u64,
}

impl Running<'_> {
	/// Fills `buffer` from the answer; `false` at its end.
	pub(crate) async fn fill(&mut self, buffer: &mut [u8]) -> Result<bool, ScreenError> {
		match self.answer.read_exact(buffer).await {
			Ok(_) => Ok(true),
			Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
			Err(source) => Err(ToolError::Io { path: self.place.into(), source }.into()),
		}
	}

	/// The whole answer, if it is no longer than `bytes_max`, once the program has ended well.
	pub(crate) async fn answer(mut self, bytes_max: usize) -> Result<Answer, ScreenError> {
		let mut bytes = Vec::new();
		let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
		(&mut self.answer)
			.take(limit.saturating_add(1))
			.read_to_end(&mut bytes)
			.await
			.map_err(|source| ToolError::Io { path: self.place.into(), source })?;
		if bytes.len() > bytes_max {
			return Err(ScreenError::TooComplex(Limit::Description));
		}
		let complaints = self.finish().await?;
		Ok(Answer { bytes, complaints })
	}

	/// Waits for the end and judges it; the complaints of a program that ended well.
	pub(crate) async fn finish(mut self) -> Result<String, ScreenError> {
		drop(self.answer);
		// Before the status: a child that keeps the pipe open is still killed with the group. A panic in
		// the collector would only lose the words, not the judgement.
		let complaints = self.complaints.join_next().await.and_then(Result::ok).unwrap_or_default();
		let status = self
			.group
			.0
			.wait()
			.await
			.map_err(|source| ToolError::Io { path: self.place.into(), source })?;
		judge(status, &complaints, self.place, self.pixels_max)?;
		Ok(complaints)
	}
}

/// What a program answered.
pub(crate) struct Answer {
	pub(crate) bytes: Vec<u8>,
	pub(crate) complaints: String,
}

pub(crate) fn unexpected(program: &Path) -> ToolError {
	ToolError::Answer { program: program.to_path_buf() }
}

/// The last line of a program's complaints, shortened and free of control characters.
pub(crate) fn reason(complaints: &str) -> String {
	let line = complaints.lines().rev().find(|line| !line.trim().is_empty());
	line.unwrap_or("no reason given")
		.trim()
		.chars()
		.filter(|character| !character.is_control())
		.take(REASON_CHARS_MAX)
		.collect()
}

fn judge(
	status: ExitStatus,
	complaints: &str,
	place: &Path,
	pixels_max: u64,
) -> Result<(), ScreenError> {
	let confined = complaints.starts_with("prlimit:") || matches!(status.code(), Some(126 | 127));
	if confined && !status.success() {
		let program = place.to_path_buf();
		return Err(ToolError::Confine { program, reason: reason(complaints) }.into());
	}
	if complaints.contains("Cannot allocate memory") {
		return Err(ScreenError::TooComplex(Limit::Memory));
	}
	if refused_pixels(complaints).is_some_and(|pixels| pixels > pixels_max) {
		return Err(ScreenError::TooComplex(Limit::Pixels));
	}
	match (status.code(), status.signal()) {
		(Some(0), _) => Ok(()),
		(_, Some(signal)) if TIME_SIGNALS.contains(&signal) => {
			Err(ScreenError::TooComplex(Limit::Time))
		}
		(_, Some(signal)) => {
			Err(ScreenError::NotMedia(format!("the decoder died of signal {signal}")))
		}
		_ => Err(ScreenError::NotMedia(reason(complaints))),
	}
}

/// Pixels of a picture that a decoder refused, from `Picture size 30000x30000 is invalid`.
fn refused_pixels(complaints: &str) -> Option<u64> {
	let (_, rest) = complaints.split_once("Picture size ")?;
	let (width, rest) = rest.split_once('x')?;
	let height = rest.split_whitespace().next()?;
	Some(width.parse::<u64>().ok()?.saturating_mul(height.parse().ok()?))
}

/// Reads all complaints so that the program never waits, and keeps the first of them.
async fn collect(mut pipe: impl AsyncRead + Unpin) -> String {
	let mut kept = Vec::new();
	let mut buffer = [0; 1024];
	// An error ends the complaints; the program's status still counts.
	while let Ok(read @ 1..) = pipe.read(&mut buffer).await {
		let room = COMPLAINT_BYTES_MAX.saturating_sub(kept.len());
		kept.extend(buffer.iter().take(read.min(room)));
	}
	String::from_utf8_lossy(&kept).into_owned()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn refused_pixels_are_read_when_a_decoder_names_them() {
		let words = "[png @ 0x1] [IMGUTILS @ 0x2] Picture size 30000x20000 is invalid\n";

		assert_eq!(refused_pixels(words), Some(600_000_000));
		assert_eq!(refused_pixels("Invalid data"), None);
	}

	#[test]
	fn reason_is_short_and_clean_when_complaints_are_not() {
		let complaints = format!("first\n\u{1b}[31m{}\n\n", "x".repeat(1000));

		let reason = reason(&complaints);

		assert_eq!(reason.chars().count(), REASON_CHARS_MAX);
		assert!(!reason.contains('\u{1b}'));
	}
}
