//! Follows a registered item to its end, and does on the way what only its publisher can do.

use super::{has_ended, stages::Stages, RESUME_HINT};
use crate::{
	chain::{calls::Call, transactions::Signer, Chain},
	errors::Error,
	output::Output,
};
use codec::Encode;
use indicatif::ProgressBar;
use popnet_content_net::Host;
use popnet_media_codec::{cid::cid_text, sealed};
use popnet_primitives::{
	content::{ContentId, ContentState, ItemView, SealedKey, SEALED_KEY_BYTES},
	AccountId,
};
use rand::rngs::OsRng;
use std::time::{Duration, Instant};

/// Time between two looks at the chain.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// An item on its way.
pub struct Following<'a> {
	/// Where to look.
	pub chain: &'a Chain,
	/// Its publisher.
	pub signer: &'a Signer,
	/// The item.
	pub id: ContentId,
	/// Its content key.
	pub key: [u8; 32],
	/// Who serves its blocks; `None` when nobody needs them.
	pub host: Option<&'a Host>,
	/// Where to report.
	pub output: Output,
}

/// What is looked at to see that something happens.
#[derive(Clone, PartialEq)]
struct Progress {
	state: ContentState,
	panel: Vec<AccountId>,
	keys_sealed: bool,
	votes: (u32, u32),
	acknowledged: usize,
	slots: usize,
	bytes_served: u64,
}

impl Following<'_> {
	/// Returns when the item is available, rejected or expired.
	///
	/// # Errors
	/// When the node stays unreachable or nothing happens for too long.
	pub async fn run(&self, stages: &mut Stages) -> Result<ItemView, Error> {
		let spinner = if stages.is_bare() { ProgressBar::hidden() } else { self.output.spinner() };
		let result = self.follow(stages, &spinner).await;
		spinner.finish_and_clear();
		result
	}

	async fn follow(&self, stages: &mut Stages, spinner: &ProgressBar) -> Result<ItemView, Error> {
		let mut last: Option<Progress> = None;
		let mut changed = Instant::now();
		loop {
			match self.look().await {
				Ok((view, progress)) => {
					spinner.suspend(|| report(stages, &progress));
					if has_ended(&view.state) {
						return Ok(view);
					}
					if last.as_ref() != Some(&progress) {
						changed = Instant::now();
						self.tell(&progress, last.as_ref(), spinner);
					}
					if must_seal(&view) && self.seal(&view).await? {
						changed = Instant::now();
						spinner.suspend(|| stages.reached("sealed", ""));
					}
					last = Some(progress);
				}
				Err(error @ Error::Unreachable { .. }) => {
					spinner.set_message("the node cannot be reached");
					if changed.elapsed() > self.chain.patience() {
						return Err(error);
					}
				}
				Err(error) => return Err(error),
			}
			if changed.elapsed() > self.chain.patience() {
				let waiting = last.as_ref().map_or("waiting for the chain", waiting_for);
				return Err(Error::Timeout {
					what: format!("{waiting} ({})", cid_text(&self.id.0)),
					seconds: self.chain.patience().as_secs(),
					hint: format!("{RESUME_HINT}; --timeout makes it wait longer"),
				});
			}
			tokio::time::sleep(LOOK_EVERY).await;
		}
	}

	async fn look(&self) -> Result<(ItemView, Progress), Error> {
		let snapshot = self.chain.snapshot().await?;
		let view = snapshot.item(self.id).await?.ok_or_else(|| Error::Unknown {
			what: format!("{} is not registered any more", cid_text(&self.id.0)),
			hint: "the chain was started anew, or the item was forgotten; publish it again".into(),
		})?;
		let slots = match view.state {
			ContentState::Placing | ContentState::Available => {
				snapshot.placement(self.id).await?.unwrap_or_default()
			}
			_ => Vec::new(),
		};
		let progress = Progress {
			state: view.state.clone(),
			panel: view.panel.iter().map(|(member, _)| member.clone()).collect(),
			keys_sealed: view.keys_sealed,
			votes: view.votes,
			acknowledged: slots.iter().filter(|slot| slot.acknowledged).count(),
			slots: slots.len(),
			bytes_served: self.host.map_or(0, |host| host.metrics().bytes_served),
		};
		Ok((view, progress))
	}

	/// Seals the content key to the panel; `false` when the panel does not wait for it any more, or
	/// the next look has to tell.
	async fn seal(&self, view: &ItemView) -> Result<bool, Error> {
		let keys: Vec<SealedKey> = view
			.panel
			.iter()
			.map(|(member, screening_key)| {
				sealed::seal(&self.key, screening_key, &mut OsRng).unwrap_or_else(|error| {
					// The others can decide without this member, who cannot be served.
					self.output.note(&format!("no key can be sealed to {member}: {error}"));
					[0; SEALED_KEY_BYTES]
				})
			})
			.collect();
		let call = Call::new("Moderation", "seal_keys", (self.id, keys).encode());
		match self.chain.submit(&call, self.signer).await {
			Ok(_) => Ok(true),
			// The panel was replaced, or has decided, meanwhile.
			Err(Error::Transaction { name, .. })
				if ["NotSealing", "WrongKeyCount", "NoScreening"]
					.iter()
					.any(|late| name.ends_with(late)) =>
			{
				Ok(false)
			}
			// It may have gone through all the same.
			Err(Error::Unreachable { .. }) => Ok(false),
			Err(error) => Err(error),
		}
	}

	fn tell(&self, progress: &Progress, last: Option<&Progress>, spinner: &ProgressBar) {
		let Progress { votes: (committed, revealed), acknowledged, slots, .. } = progress;
		let members = progress.panel.len();
		let counts = match progress.state {
			ContentState::Screening if progress.keys_sealed => {
				format!(": {committed} committed and {revealed} revealed of {members}")
			}
			ContentState::Placing => format!(": {acknowledged} of {slots}"),
			_ => String::new(),
		};
		spinner.set_message(format!("{}{counts}", waiting_for(progress)));
		let replaced = last.is_some_and(|last| {
			!last.panel.is_empty() && progress.panel != last.panel && !progress.keys_sealed
		});
		if replaced && !progress.panel.is_empty() {
			spinner.suspend(|| self.output.note("the panel was replaced; sealing the key again"));
		}
	}
}

/// Whether the panel waits for the content key.
fn must_seal(view: &ItemView) -> bool {
	view.state == ContentState::Screening && !view.panel.is_empty() && !view.keys_sealed
}

fn waiting_for(progress: &Progress) -> &'static str {
	match progress.state {
		ContentState::Screening if progress.panel.is_empty() => "waiting for the draw of a panel",
		ContentState::Screening if progress.keys_sealed => "waiting for the panel's verdict",
		ContentState::Screening => "waiting for the panel to receive the key",
		ContentState::Approved => "waiting for the key to be published",
		_ => "waiting for Masternodes to store the item",
	}
}

/// Reports every stage that the item has passed.
fn report(stages: &mut Stages, progress: &Progress) {
	let passed = match progress.state {
		ContentState::Screening => usize::from(progress.keys_sealed),
		ContentState::Approved => 2,
		ContentState::Placing => 3,
		ContentState::Available => 4,
		ContentState::Rejected(_) => {
			if progress.keys_sealed {
				stages.reached("sealed", "");
			}
			return stages.reached("rejected", "");
		}
		ContentState::Expired => return stages.reached("expired", ""),
	};
	for stage in ["sealed", "screened", "placed", "available"].into_iter().take(passed) {
		let detail = match stage {
			"placed" if progress.slots > 0 => format!("{} Masternodes", progress.slots),
			_ => String::new(),
		};
		stages.reached(stage, &detail);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::fake::{self, says, Node},
		publish::tests::item,
	};
	use popnet_primitives::moderation::{Defect, RejectReason};

	fn progress(state: ContentState, keys_sealed: bool) -> Progress {
		Progress {
			state,
			panel: vec![AccountId::new([1; 32])],
			keys_sealed,
			votes: (0, 0),
			acknowledged: 0,
			slots: 0,
			bytes_served: 0,
		}
	}

	fn reached(state: ContentState, keys_sealed: bool) -> Vec<String> {
		let mut stages = Stages::new(Output { json: true }, true);
		report(&mut stages, &progress(state, keys_sealed));
		let seconds = stages.seconds();
		let mut names: Vec<String> = seconds.as_object().unwrap().keys().cloned().collect();
		names.sort();
		names
	}

	#[test]
	fn each_state_implies_the_stages_before_it() {
		assert!(reached(ContentState::Screening, false).is_empty());
		assert_eq!(reached(ContentState::Screening, true), ["sealed"]);
		assert_eq!(reached(ContentState::Approved, true), ["screened", "sealed"]);
		assert_eq!(reached(ContentState::Placing, true), ["placed", "screened", "sealed"]);
		assert_eq!(reached(ContentState::Available, true).len(), 4);
		let rejected = ContentState::Rejected(RejectReason::Defective(Defect::NotMedia));
		assert_eq!(reached(rejected, true), ["rejected", "sealed"]);
		assert_eq!(reached(ContentState::Expired, false), ["expired"]);
	}

	#[tokio::test]
	async fn following_times_out_when_nothing_happens() {
		let view = item(ContentState::Screening);
		let node =
			Node::start(|module| fake::runtime(module, vec![says("item", Some(&view))])).await;
		let chain = node.chain(1).await;
		let signer = Signer::new(Some("//Alice"), None).unwrap();
		let output = Output { json: true };
		let id = view.registration.id;
		let following =
			Following { chain: &chain, signer: &signer, id, key: [1; 32], host: None, output };

		let error = following.run(&mut Stages::new(output, false)).await.unwrap_err();

		assert_eq!(error.exit_code(), 10);
		assert!(error.message().contains("draw of a panel"), "{}", error.message());
		assert!(error.hint().contains("run the same command again"));
	}

	#[tokio::test]
	async fn following_ends_when_the_item_is_gone() {
		let node = Node::start(|module| {
			fake::runtime(module, vec![says("item", None::<ItemView>)]);
		})
		.await;
		let chain = node.chain(1).await;
		let signer = Signer::new(Some("//Alice"), None).unwrap();
		let output = Output { json: true };
		let id = ContentId([7; 32]);
		let following =
			Following { chain: &chain, signer: &signer, id, key: [1; 32], host: None, output };

		let error = following.run(&mut Stages::new(output, false)).await.unwrap_err();

		assert_eq!(error.exit_code(), 4);
	}
}
