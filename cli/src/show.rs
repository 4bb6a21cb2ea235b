//! How what the chain says is shown: JSON for programs, tables for people.

use crate::{
	amounts::{format_amount, format_bytes},
	chain::reads::LocalMasternode,
};
use popnet_media_codec::cid::cid_text;
use popnet_primitives::{
	content::{Addresses, ContentId, ContentState, ItemView, MasternodeView, MediaKind, SlotView},
	moderation::{CategoryName, Defect, Policy, RejectReason},
};
use serde_json::{json, Value};

/// Why items expire; the chain does not keep which it was.
pub const EXPIRED: &str =
	"screening or placing did not finish in time, or the publisher withdrew or retired it";

/// The word for a state.
pub fn state_name(state: &ContentState) -> &'static str {
	match state {
		ContentState::Screening => "screening",
		ContentState::Approved => "approved",
		ContentState::Placing => "placing",
		ContentState::Available => "available",
		ContentState::Rejected(_) => "rejected",
		ContentState::Expired => "expired",
	}
}

/// Why a panel rejected an item; `categories` are those of the panel's policy.
pub fn reject_reason(reason: &RejectReason, categories: &[CategoryName]) -> String {
	match reason {
		RejectReason::Policy { category, score } => {
			let name = categories
				.get(usize::from(*category))
				.map(|name| String::from_utf8_lossy(name).into_owned())
				.unwrap_or_else(|| format!("category {category}"));
			format!("the panel found {name} with a score of {}", percent(*score))
		}
		RejectReason::Defective(defect) => match defect {
			Defect::Unreachable => "its publisher did not deliver it to the panel",
			Defect::WrongKey => "its key does not open it",
			Defect::Corrupt => "its shards do not fit its registration",
			Defect::NotMedia => "it is not the media that it claims to be",
			Defect::TooComplex => "decoding it exceeds the limits of screening",
		}
		.to_owned(),
	}
}

fn percent(basis_points: u16) -> String {
	format!("{}.{:02} %", basis_points / 100, basis_points % 100)
}

fn media_name(media: MediaKind) -> &'static str {
	match media {
		MediaKind::Video => "video",
		MediaKind::Audio => "audio",
		MediaKind::Image => "image",
	}
}

/// Addresses as text.
pub fn addresses(addresses: &Addresses) -> Vec<String> {
	addresses.iter().map(|address| String::from_utf8_lossy(address).into_owned()).collect()
}

/// The result of a publication.
pub fn publication(id: ContentId, view: &ItemView, slots: Option<usize>, seconds: Value) -> Value {
	json!({
		"cid": cid_text(&id.0),
		"state": state_name(&view.state),
		"size": view.registration.size,
		"stripes": view.registration.stripes,
		"n": view.registration.coding.total,
		"k": view.registration.coding.data,
		"slots": slots,
		"seconds": seconds,
	})
}

/// Everything about one item, from several reads of one block.
pub struct ItemStatus {
	/// The item.
	pub id: ContentId,
	/// What the registry says.
	pub view: ItemView,
	/// Its placement.
	pub slots: Option<Vec<SlotView>>,
	/// How many more Masternodes may vanish.
	pub margin: Option<u32>,
}

impl ItemStatus {
	fn reason(&self) -> Option<String> {
		match &self.view.state {
			ContentState::Rejected(reason) => Some(reject_reason(reason, &self.view.categories)),
			ContentState::Expired => Some(EXPIRED.to_owned()),
			_ => None,
		}
	}

	fn acknowledged(&self) -> Option<usize> {
		self.slots.as_ref().map(|slots| slots.iter().filter(|slot| slot.acknowledged).count())
	}

	fn scores(&self) -> Option<Vec<(String, u16)>> {
		let risk = self.view.risk.as_ref()?;
		let named = self.view.categories.iter().zip(risk.iter());
		Some(
			named
				.map(|(name, score)| (String::from_utf8_lossy(name).into_owned(), *score))
				.collect(),
		)
	}

	/// For programs.
	pub fn json(&self) -> Value {
		let view = &self.view;
		let registration = &view.registration;
		let (committed, revealed) = view.votes;
		let slots = self.slots.as_ref().map(|slots| {
			slots
				.iter()
				.map(|slot| {
					json!({
						"node": slot.node.to_string(),
						"addresses": addresses(&slot.addresses),
						"acknowledged": slot.acknowledged,
					})
				})
				.collect::<Vec<_>>()
		});
		let scores = self.scores().map(|scores| {
			scores
				.into_iter()
				.map(|(name, score)| (name, json!(score)))
				.collect::<serde_json::Map<_, _>>()
		});
		json!({
			"cid": cid_text(&self.id.0),
			"state": state_name(&view.state),
			"reason": self.reason(),
			"owner": view.owner.to_string(),
			"media": media_name(registration.media),
			"size": registration.size,
			"storedSize": registration.stored_size,
			"stripes": registration.stripes,
			"n": registration.coding.total,
			"k": registration.coding.data,
			"deposit": format_amount(view.deposit),
			"registeredAt": view.registered_at,
			"sources": addresses(&registration.sources),
			"keyPublished": view.key.is_some(),
			"panel": {
				"members": view.panel.iter().map(|(who, _)| who.to_string()).collect::<Vec<_>>(),
				"keysSealed": view.keys_sealed,
				"committed": committed,
				"revealed": revealed,
			},
			"scores": scores,
			"slots": self.slots.as_ref().map(Vec::len),
			"acknowledged": self.acknowledged(),
			"durabilityMargin": self.margin,
			"placement": slots,
		})
	}

	/// For people.
	pub fn text(&self) -> String {
		let view = &self.view;
		let registration = &view.registration;
		let mut rows =
			vec![row("item", cid_text(&self.id.0)), row("state", state_name(&view.state))];
		rows.extend(self.reason().map(|reason| row("reason", reason)));
		rows.push(row("owner", &view.owner));
		rows.push(row("media", media_name(registration.media)));
		rows.push(row(
			"size",
			format!(
				"{} ({} stored in {} stripes, any {} of {} shards restore one)",
				format_bytes(registration.size),
				format_bytes(registration.stored_size),
				registration.stripes,
				registration.coding.data,
				registration.coding.total,
			),
		));
		rows.push(row("deposit", format!("{} POP", format_amount(view.deposit))));
		rows.push(row("registered", format!("at block {}", view.registered_at)));
		if !view.panel.is_empty() {
			let (committed, revealed) = view.votes;
			let keys = if view.keys_sealed { "have the key" } else { "wait for the key" };
			rows.push(row(
				"panel",
				format!(
					"{} members {keys}, {committed} committed, {revealed} revealed",
					view.panel.len()
				),
			));
		}
		for (name, score) in self.scores().unwrap_or_default() {
			rows.push(row("score", format!("{name} {}", percent(score))));
		}
		if let (Some(slots), Some(acknowledged)) = (&self.slots, self.acknowledged()) {
			rows.push(row(
				"placement",
				format!("{acknowledged} of {} Masternodes hold it", slots.len()),
			));
		}
		rows.extend(self.margin.map(|margin| {
			row("margin", format!("{margin} more Masternodes may vanish without losing it"))
		}));
		table(&rows)
	}
}

/// A line that says one thing: its name, and what it is.
pub fn row(name: &str, value: impl ToString) -> Vec<String> {
	vec![name.to_owned(), value.to_string()]
}

/// One item of a list.
pub fn listed_json(id: ContentId, view: &ItemView) -> Value {
	json!({
		"cid": cid_text(&id.0),
		"state": state_name(&view.state),
		"media": media_name(view.registration.media),
		"size": view.registration.size,
		"deposit": format_amount(view.deposit),
		"registeredAt": view.registered_at,
	})
}

/// One item of a list.
pub fn listed_row(id: ContentId, view: &ItemView) -> Vec<String> {
	vec![
		cid_text(&id.0),
		state_name(&view.state).to_owned(),
		media_name(view.registration.media).to_owned(),
		format_bytes(view.registration.size),
		format!("{} POP", format_amount(view.deposit)),
	]
}

/// A Masternode of the chain, with what the node's own process says about it.
pub fn masternode_json(view: &MasternodeView, local: Option<&LocalMasternode>) -> Value {
	json!({
		"account": view.node.to_string(),
		"state": masternode_state(view),
		"leavingAt": view.leaving_at,
		"suspendedUntil": view.suspended_until,
		"bond": format_amount(view.bond),
		"placements": view.placements,
		"addresses": addresses(&view.addresses),
		"peerId": addresses(&view.addresses)
			.iter()
			.find_map(|address| address.rsplit_once("/p2p/").map(|(_, peer)| peer.to_owned())),
		"local": local.map(|local| json!({
			"number": local.number,
			"running": local.running,
			"peerId": local.peer_id,
			"addresses": local.addresses,
			"blocks": local.blocks,
			"bytes": local.bytes,
		})),
	})
}

/// The heads of [`masternode_row`].
pub fn masternode_heads() -> Vec<String> {
	["NO", "ACCOUNT", "STATE", "ITEMS", "LOCAL", "STORED", "ADDRESS"].map(str::to_owned).to_vec()
}

/// A Masternode as a line.
pub fn masternode_row(view: &MasternodeView, local: Option<&LocalMasternode>) -> Vec<String> {
	let of_local = |show: fn(&LocalMasternode) -> String| local.map_or("-".into(), show);
	vec![
		of_local(|local| local.number.to_string()),
		view.node.to_string(),
		masternode_state(view).to_owned(),
		view.placements.to_string(),
		of_local(|local| if local.running { "running" } else { "stopped" }.into()),
		of_local(|local| format_bytes(local.bytes)),
		addresses(&view.addresses).into_iter().next().unwrap_or_else(|| "-".into()),
	]
}

fn masternode_state(view: &MasternodeView) -> &'static str {
	match (view.leaving_at, view.suspended_until) {
		(Some(_), _) => "leaving",
		(None, Some(_)) => "suspended",
		(None, None) => "active",
	}
}

/// The policy for programs.
pub fn policy_json(policy: &Policy) -> Value {
	let categories: Vec<Value> = policy
		.iter()
		.map(|category| {
			json!({
				"name": String::from_utf8_lossy(&category.name),
				"threshold": category.threshold,
			})
		})
		.collect();
	json!({ "categories": categories })
}

/// The policy for people.
pub fn policy_text(policy: &Policy) -> String {
	let mut rows = vec![vec!["CATEGORY".to_owned(), "REJECTED FROM".to_owned()]];
	rows.extend(policy.iter().map(|category| {
		vec![String::from_utf8_lossy(&category.name).into_owned(), percent(category.threshold)]
	}));
	table(&rows)
}

/// Rows with aligned columns.
pub fn table(rows: &[Vec<String>]) -> String {
	let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
	let width = |column: usize| {
		rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max()
	};
	let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
	rows.iter()
		.map(|row| {
			let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
			cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
		})
		.collect::<Vec<_>>()
		.join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_rejection_names_the_category() {
		let categories = [b"moderation-test-card".to_vec().try_into().unwrap()];
		let reason = RejectReason::Policy { category: 0, score: 9_705 };
		assert_eq!(
			reject_reason(&reason, &categories),
			"the panel found moderation-test-card with a score of 97.05 %"
		);
		let unknown = RejectReason::Policy { category: 7, score: 1 };
		assert!(reject_reason(&unknown, &categories).contains("category 7"));
	}

	#[test]
	fn columns_are_aligned() {
		let rows = [vec!["a".into(), "b".into()], vec!["ccc".into(), "d".into()]];
		assert_eq!(table(&rows), "a    b\nccc  d");
		assert_eq!(table(&[]), "");
	}
}
