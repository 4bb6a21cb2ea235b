//! Shows referenda.

use super::{
	referendum::{carried_out_at, Ongoing, Referendum, Stage, Terms},
	text,
	tracks::{self, Track},
};
use crate::{
	access::Access,
	amounts::{format_amount, pop, rounded, short_percent},
	chain::state::State,
	dates::Clock,
	errors::Error,
	show::{row, table},
};
use serde_json::{json, Value};

/// Ended referenda of a list of which more is looked up than that they ended.
const REMEMBERED_MAX: usize = 10;

/// A referendum and what this program finds out about it.
struct View {
	id: u32,
	referendum: Referendum,
	/// What it is, or was before it ended, and its track.
	details: Option<(Ongoing, Track)>,
	stage: Stage,
	title: String,
	terms: Terms,
	clock: Clock,
	/// When it is carried out, for an approved one.
	carried_out_at: Option<u32>,
}

/// Lists all, or shows one.
pub async fn show(access: Access<'_>, id: Option<u32>) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let viewer = Viewer {
		clock: state.clock().await?,
		tracks: tracks::all(&state)?,
		terms: Terms::read(&state).await?,
		state,
	};
	if let Some(id) = id {
		let referendum = Referendum::read(&viewer.state, id).await?;
		let view = viewer.view(id, referendum, true).await?;
		access.output.result(&view.json(), || view.text());
		return Ok(());
	}
	let mut views = Vec::new();
	for (place, (id, referendum)) in Referendum::all(&viewer.state).await?.into_iter().enumerate() {
		views.push(viewer.view(id, referendum, place < REMEMBERED_MAX).await?);
	}
	let listed: Vec<Value> = views.iter().map(View::json).collect();
	access.output.result(&json!({ "referenda": listed }), || list_text(&views));
	Ok(())
}

/// What is the same for all that is shown.
struct Viewer<'a> {
	state: State<'a>,
	tracks: Vec<Track>,
	terms: Terms,
	clock: Clock,
}

impl Viewer<'_> {
	/// Looks at one; with `remember` also at what it was before it ended.
	async fn view(&self, id: u32, referendum: Referendum, remember: bool) -> Result<View, Error> {
		let known = match &referendum {
			Referendum::Ongoing(ongoing) => Some(ongoing.clone()),
			_ if remember => referendum.before_end(&self.state, id).await,
			_ => None,
		};
		let title = match &known {
			Some(ongoing) => title(&self.state, ongoing).await?,
			None => "the node does not remember".to_owned(),
		};
		let details = known.and_then(|ongoing| {
			tracks::by_id(&self.tracks, ongoing.track).cloned().map(|track| (ongoing, track))
		});
		// The stage of an ended one depends on no track.
		let any = details.as_ref().map(|(_, track)| track).or(self.tracks.first());
		let any = any.ok_or_else(|| {
			Error::internal("the chain has no tracks", "is it a POP Network node? see --url")
		})?;
		let stage = Stage::of(&referendum, any, self.terms, self.clock.block());
		let carried_out_at = match stage {
			Stage::Approved => carried_out_at(&self.state, id).await?,
			_ => None,
		};
		let (terms, clock) = (self.terms, self.clock);
		Ok(View { id, referendum, details, stage, title, terms, clock, carried_out_at })
	}
}

/// What a referendum would do.
async fn title(state: &State<'_>, ongoing: &Ongoing) -> Result<String, Error> {
	let Some(bytes) = ongoing.proposal.call(state).await? else {
		let hash = ongoing.proposal.preimage().unwrap_or_default();
		return Ok(format!("unknown: nobody has noted the call 0x{}", hex::encode(hash)));
	};
	Ok(match state.decode_call(&bytes) {
		Some(call) => text::describe(state, &call),
		None => format!("unknown: {} bytes that are no call of this runtime", bytes.len()),
	})
}

fn list_text(views: &[View]) -> String {
	if views.is_empty() {
		return "there are no referenda: propose one with `popctl propose`".into();
	}
	let heads = ["NO", "TRACK", "STATE", "AYE", "SUPPORT", "NEXT CHANGE", "WHAT"];
	let mut rows = vec![heads.map(str::to_owned).to_vec()];
	rows.extend(views.iter().map(View::row));
	table(&rows)
}

impl View {
	/// Part of the time for the decision that has passed, or had when it ended.
	fn passed(&self) -> u32 {
		let Some((ongoing, track)) = &self.details else { return 0 };
		let now = self.referendum.end().unwrap_or(self.clock.block());
		let since = ongoing.deciding.map_or(now, |deciding| deciding.since);
		track.passed(now.saturating_sub(since))
	}

	fn is_open(&self) -> bool {
		self.referendum.end().is_none()
	}

	fn next(&self) -> String {
		let refund = format!("its deposits return with `popctl refund-deposit {}`", self.id);
		if let Some(block) = self.carried_out_at {
			return format!("it is carried out {}; {refund}", self.clock.at(block));
		}
		match (self.stage, &self.details) {
			(Stage::Approved, _) => format!("nothing: it was carried out; {refund}"),
			(stage, Some((_, track))) => stage.next(self.id, track, self.clock),
			(stage, None) => stage.next(self.id, &NO_TRACK, self.clock),
		}
	}

	fn row(&self) -> Vec<String> {
		let (track, aye, support) = match &self.details {
			Some((ongoing, track)) => (
				track.name.clone(),
				short_percent(ongoing.tally.approval()),
				short_percent(ongoing.tally.support_of(self.terms.turnout)),
			),
			None => ("-".into(), "-".into(), "-".into()),
		};
		let changes = self.carried_out_at.or_else(|| self.stage.changes_at());
		let change = changes.map_or("-".into(), |block| self.clock.at(block).relative());
		vec![
			self.id.to_string(),
			track,
			self.stage.name().to_owned(),
			aye,
			support,
			change,
			self.title.clone(),
		]
	}

	fn json(&self) -> Value {
		let moment = |block: Option<u32>| block.map(|block| self.clock.at(block).json());
		let mut value = json!({
			"id": self.id,
			"state": self.stage.name(),
			"title": self.title,
			"next": self.next(),
			"changesAt": moment(self.stage.changes_at()),
			"carriedOutAt": moment(self.carried_out_at),
			"endedAt": moment(self.referendum.end()),
		});
		let details = self.details_json();
		if let (Some(all), Value::Object(details)) = (value.as_object_mut(), details) {
			all.extend(details);
		}
		value
	}

	fn details_json(&self) -> Value {
		let Some((ongoing, track)) = &self.details else { return json!({}) };
		let tally = &ongoing.tally;
		let passed = self.passed();
		json!({
			"track": track.name,
			"tally": {
				"ayes": format_amount(tally.ayes),
				"nays": format_amount(tally.nays),
				"support": format_amount(tally.support),
			},
			"approval": {
				"present": short_percent(tally.approval()),
				"needed": short_percent(track.approval.needed(passed)),
				"neededAtTheEnd": short_percent(track.approval.needed(u32::MAX)),
			},
			"support": {
				"present": short_percent(tally.support_of(self.terms.turnout)),
				"needed": short_percent(track.support.needed(passed)),
				"neededAtTheEnd": short_percent(track.support.needed(u32::MAX)),
			},
			"proposer": ongoing.submission_deposit.owner().to_string(),
			"decisionDeposit": ongoing.decision_deposit.map(|placed| json!({
				"account": placed.owner().to_string(),
				"amount": format_amount(placed.amount),
			})),
			"submitted": self.clock.at(ongoing.submitted).json(),
		})
	}

	fn text(&self) -> String {
		let mut rows = vec![row("referendum", self.id), row("what", &self.title)];
		rows.push(row("state", self.stage.name()));
		rows.extend(self.referendum.end().map(|end| row("ended", self.clock.at(end))));
		if let Some((ongoing, track)) = &self.details {
			rows.push(row("track", &track.name));
			rows.extend(self.tally_rows(ongoing, track));
			let proposer = ongoing.submission_deposit.owner();
			let submitted = self.clock.at(ongoing.submitted);
			rows.push(row("proposed", format!("{submitted} by {proposer}")));
			if let Some(placed) = &ongoing.decision_deposit {
				rows.push(row("deposit", format!("{} of {}", pop(placed.amount), placed.owner())));
			}
		}
		rows.push(row("next", self.next()));
		if self.is_open() {
			rows.push(row("vote", format!("`popctl vote {} aye|nay|abstain AMOUNT`", self.id)));
		}
		table(&rows)
	}

	fn tally_rows(&self, ongoing: &Ongoing, track: &Track) -> [Vec<String>; 2] {
		let tally = &ongoing.tally;
		let passed = self.passed();
		let needs = |curve: &tracks::Curve| {
			let (now, end) = (curve.needed(passed), curve.needed(u32::MAX));
			match self.is_open() {
				true => {
					format!("needs {} now, {} at the end", short_percent(now), short_percent(end))
				}
				false => format!("needed {}", short_percent(now)),
			}
		};
		[
			row(
				"approval",
				format!(
					"{}: {} votes for it, {} against; {}",
					short_percent(tally.approval()),
					rounded(tally.ayes, 2),
					rounded(tally.nays, 2),
					needs(&track.approval)
				),
			),
			row(
				"support",
				format!(
					"{} of all POP, {}; {}",
					short_percent(tally.support_of(self.terms.turnout)),
					pop(tally.support),
					needs(&track.support)
				),
			),
		]
	}
}

/// Stands in for the track of an ended referendum, of which nothing is said.
const NO_TRACK: Track = Track {
	id: 0,
	name: String::new(),
	max_deciding: 0,
	decision_deposit: 0,
	prepare: 0,
	decision: 0,
	confirm: 0,
	approval: tracks::Curve::LinearDecreasing { length: 1, floor: 0, ceil: 0 },
	support: tracks::Curve::LinearDecreasing { length: 1, floor: 0, ceil: 0 },
};
