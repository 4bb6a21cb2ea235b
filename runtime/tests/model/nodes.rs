//! Masternodes: in and out, at work, silent, and paused.

use crate::world::World;
use popnet_primitives::content::{Addresses, ContentId};
use popnet_runtime::Runtime;
use sp_runtime::BoundedVec;

type Call = pallet_masternodes::Call<Runtime>;

/// One address of the peer of this name.
pub fn addresses(peer: &str) -> Addresses {
	let address = format!("/ip4/192.0.2.7/tcp/30500/p2p/{peer}").into_bytes();
	vec![address.try_into().unwrap()].try_into().unwrap()
}

impl World {
	/// Bonds `who` as a Masternode, if it is none.
	pub fn register_node(&mut self, who: usize) {
		let addresses = addresses(&format!("12D3KooWnode{who}"));
		let _ = self.send("register a Masternode", who, Call::register { addresses });
	}

	/// Something that the operator of a Masternode does.
	pub fn act_nodes(&mut self) {
		let who = self.node();
		let active = pallet_masternodes::Active::<Runtime>::get().len();
		match self.random.below(12) {
			0..=2 => self.register_node(who),
			3 if active > 8 && (self.leaps() || self.random.once_in(8)) => {
				let _ = self.send("leave as a Masternode", who, Call::leave {});
			}
			4..=6 if self.leaps() => {
				let _ = self.send("withdraw a bond", who, Call::withdraw {});
			}
			7 if active > 8 => {
				let _ = self.send("suspend a Masternode", who, Call::suspend {});
			}
			8 | 9 => {
				let _ = self.send("resume a Masternode", who, Call::resume {});
			}
			_ => {
				let port = self.random.below(2);
				let addresses = addresses(&format!("12D3KooWnode{who}x{port}"));
				let call = Call::update_addresses { addresses };
				let _ = self.send("change addresses", who, call);
			}
		}
	}

	/// Some of the Masternodes that have to fetch `id` acknowledge it, unless they are silent, or near
	/// the end decline.
	pub fn acknowledge(&mut self, id: ContentId) {
		let Some(roster) = pallet_masternodes::Rosters::<Runtime>::get(id) else { return };
		for _ in 0..4 {
			let Some(node) = self.random.pick(&roster) else { return };
			let silent = self.digest((b"silent", &id, &node))[0] < 2;
			if silent || !pallet_masternodes::Fetching::<Runtime>::contains_key(&node, id) {
				continue;
			}
			let who = self.index[&node];
			let ids = BoundedVec::truncate_from(vec![id]);
			// Some sources serve few.
			let is_poor = self.digest((b"poor source", &id))[0] < 40;
			if is_poor && self.digest((b"served", &id, &node))[0] > 80 {
				if self.random.once_in(40) {
					let _ = self.send("decline a slot", who, Call::decline { ids });
				}
				continue;
			}
			let _ = self.send("acknowledge a slot", who, Call::acknowledge { ids });
		}
	}
}
