//! Creators and their viewers, and the Superdelegates who screen in between.

use crate::{
	nodes::addresses,
	world::{Draft, World},
};
use pallet_moderation::{Panel, Phase};
use popnet_primitives::{
	content::{stored_size, ContentId, ContentState, MediaKind, Registration},
	moderation::{Defect, Finding, Seat, Verdict},
	placement::coding_for,
	traits::ScreeningSet,
};
use popnet_runtime::{constants::LIT, Runtime, Superdelegates};
use sp_runtime::BoundedVec;

type Call = pallet_content::Call<Runtime>;
type Panels = pallet_moderation::Call<Runtime>;

/// Most items that are under way at a time.
const DRAFTS_MAX: usize = 12;

impl World {
	/// Those who have something to do for an item do it, in some block.
	pub fn work(&mut self) {
		for _ in 0..2 {
			let Some(place) = self.random.index(self.drafts.len()) else { return };
			let draft = self.drafts[place].clone();
			let Some(item) = pallet_content::Items::<Runtime>::get(draft.id) else {
				self.drafts.swap_remove(place);
				continue;
			};
			match item.state {
				ContentState::Screening => self.screen(&draft),
				ContentState::Approved => {
					if draft.diligent {
						let who = self.person();
						let call = Call::publish_key { id: draft.id, key: draft.key };
						let _ = self.send("publish a key", who, call);
					}
				}
				ContentState::Placing => self.acknowledge(draft.id),
				ContentState::Available => {}
				ContentState::Rejected(_) | ContentState::Expired => self.tidy(&draft),
			}
		}
	}

	/// An ended item is forgotten; one that is locked makes room for others first.
	fn tidy(&mut self, draft: &Draft) {
		let id = draft.id;
		if self.leaps() && self.random.chance(50) {
			let call = Call::reclaim_deposit { id };
			let _ = self.send("reclaim a deposit", draft.owner, call);
			return;
		}
		let who = if self.random.chance(20) { self.person() } else { draft.owner };
		let patience = if self.leaps() { 100 } else { 20 };
		let forgotten = self.send("forget an item", who, Call::forget { id });
		if forgotten.is_err() && self.random.once_in(patience) {
			self.drafts.retain(|draft| draft.id != id);
		}
	}

	fn screen(&mut self, draft: &Draft) {
		let Some(panel) = pallet_moderation::Panels::<Runtime>::get(draft.id) else { return };
		if panel.is_forming() && !panel.is_sealed() && draft.diligent {
			let keys = BoundedVec::truncate_from(vec![[9; 80]; panel.members.len()]);
			let call = Panels::seal_keys { id: draft.id, keys };
			let _ = self.send("seal a key", draft.owner, call);
			return;
		}
		for (place, member) in panel.members.iter().enumerate() {
			let Some(who) = self.index.get(&member.account).copied() else { continue };
			let mood = self.digest((b"mood", &draft.id, &member.account))[0];
			let late = mood < 40 && !self.random.once_in(30);
			if late || mood < 6 {
				continue;
			}
			if panel.may_commit(place) && member.commitment.is_none() {
				let model = Superdelegates::model_of(&member.account);
				let (hash, _) = self.vote(draft, &panel, who, model.unwrap_or_default());
				let _ = self.send("commit", who, Panels::commit { id: draft.id, hash });
			} else if let (Phase::Revealing, Some(committed), None) =
				(panel.phase, &member.commitment, &member.verdict)
			{
				// Some commit and do not reveal.
				if mood > 246 {
					continue;
				}
				let (_, (verdict, salt)) = self.vote(draft, &panel, who, committed.model);
				let call = Panels::reveal { id: draft.id, verdict, salt };
				let _ = self.send("reveal", who, call);
			}
		}
	}

	/// The commitment of `who` to its verdict, and the verdict with its salt.
	fn vote(
		&self,
		draft: &Draft,
		panel: &Panel,
		who: usize,
		model: [u8; 32],
	) -> ([u8; 32], (Verdict, [u8; 32])) {
		let member = &self.actors[who].account;
		let digest = self.digest((b"verdict", &draft.id, panel.round, member));
		let noise = u16::from(digest[0]);
		// One in many sees something else than the others.
		let score = if digest[1] < 8 { Some(noise * 30) } else { draft.score };
		let categories = pallet_moderation::Policies::<Runtime>::get(panel.policy)
			.map_or(1, |policy| policy.len());
		let finding = match score {
			Some(score) => {
				let risk = vec![score.saturating_add(noise).min(10_000); categories];
				Finding::Scored(risk.try_into().unwrap())
			}
			None => Finding::Defective(Defect::NotMedia),
		};
		let verdict = Verdict { finding, model };
		let seat = Seat { id: draft.id, round: panel.round, member };
		(seat.commitment(&verdict, &digest), (verdict, digest))
	}

	/// Something that a creator or a viewer does.
	pub fn act_content(&mut self) {
		let who = self.person();
		let available: Vec<Draft> = self
			.drafts
			.iter()
			.filter(|draft| {
				pallet_content::Items::<Runtime>::get(draft.id)
					.is_some_and(|item| item.state == ContentState::Available)
			})
			.cloned()
			.collect();
		let choice = self.random.below(20);
		if choice < 7 {
			return self.register(who);
		}
		if choice == 7 {
			let Some(draft) = self.random.pick(&self.drafts.clone()) else { return };
			if self.random.once_in(6) {
				let call = Call::withdraw { id: draft.id };
				let _ = self.send("withdraw an item", draft.owner, call);
			}
			return;
		}
		let Some(draft) = self.random.pick(&available) else { return };
		let id = draft.id;
		match choice {
			8..=13 => {
				let amount = LIT / 100_000 + self.random.amount(LIT / 100);
				let _ = self.send("tip", who, Call::tip { id, amount });
			}
			14 | 15 => {
				let text = BoundedVec::truncate_from("Wonderful – thanks".as_bytes().to_vec());
				let _ = self.send("comment", who, Call::comment { id, text });
			}
			16 | 17 => {
				let _ = self.send("play", who, Call::play { id });
			}
			_ => {
				if available.len() > 2 || self.random.once_in(4) {
					let _ = self.send("retire an item", draft.owner, Call::retire { id });
				}
			}
		}
	}

	fn register(&mut self, owner: usize) {
		if self.drafts.len() >= DRAFTS_MAX {
			return;
		}
		let active = pallet_masternodes::Active::<Runtime>::get().len();
		let Some(coding) = coding_for(u32::try_from(active).unwrap()) else { return };
		let (id, key) = (ContentId(self.random.bytes()), self.random.bytes());
		let size = u64::from(self.random.range(1_000, 60_000_000));
		let registration = Registration {
			id,
			media: MediaKind::Video,
			size,
			plaintext_root: [1; 32],
			key_commitment: pallet_content::key_commitment(&key),
			coding,
			stripes: 8,
			manifest_size: 9_000,
			stored_size: stored_size(size, coding, 8).unwrap(),
			sources: addresses("12D3KooWpublisher"),
		};
		let score = match self.random.below(10) {
			0 => None,
			1 => Some(9_000),
			_ => Some(u16::try_from(self.random.below(3_000)).unwrap()),
		};
		let diligent = !self.random.once_in(if self.leaps() { 3 } else { 10 });
		if self.send("register an item", owner, Call::register { registration }).is_ok() {
			self.drafts.push(Draft { id, owner, key, score, diligent });
		}
	}
}
