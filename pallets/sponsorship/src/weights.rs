//! Weights of the calls and of what transactions do beside them. The runtime uses measured ones; `()`,
//! for tests, is counted by hand.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and of what transactions do beside them.
pub trait WeightInfo {
	/// Weight of `open`.
	fn open() -> Weight;
	/// Weight of `fund`.
	fn fund() -> Weight;
	/// Weight of `change`.
	fn change() -> Weight;
	/// Weight of `close` that removes `users` user records.
	fn close(users: u32) -> Weight;
	/// Weight of `admit`.
	fn admit() -> Weight;
	/// Weight of `dismiss`.
	fn dismiss() -> Weight;
	/// Weight of `forget`.
	fn forget() -> Weight;
	/// Weight of `bind`.
	fn bind() -> Weight;
	/// Weight of `unbind`.
	fn unbind() -> Weight;
	/// Weight of `sponsored` without the call inside.
	fn sponsored() -> Weight;
	/// Weight of paying a fee: asking the plan, setting the fee aside, settling it.
	fn pay() -> Weight;
	/// Weight of making an account exist.
	fn introduce() -> Weight;
	/// Weight of finding out whether a contract is bound and its plan pays.
	fn look_up() -> Weight;
}

/// Bytes that one storage access adds to the proof: a path through the trie and the value.
const PROOF_PER_ACCESS: u64 = 2_700;

/// Database accesses as ParityDB prices them, `compute` picoseconds, and the proof of the reads.
fn cost(compute: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(compute, PROOF_PER_ACCESS.saturating_mul(reads))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// Counted by hand from the code. *Holding* stands for LIT account, its holds and the system account,
/// each read and written. Compute is a bound for decoding, checks and events.
impl WeightInfo for () {
	fn open() -> Weight {
		// Reads and writes the next number and the holding, writes the plan; three events.
		cost(40_000_000, 4, 5)
	}

	fn fund() -> Weight {
		// Reads and writes the plan and the holding; two events.
		cost(30_000_000, 4, 4)
	}

	fn change() -> Weight {
		// Reads and writes the plan; one event.
		cost(20_000_000, 1, 1)
	}

	fn close(users: u32) -> Weight {
		// Reads and writes the plan and the holding, finds that there are no more records; three events.
		// Each record is found, read and removed.
		let users = u64::from(users);
		cost(
			users.saturating_mul(5_000_000).saturating_add(40_000_000),
			users.saturating_mul(2).saturating_add(5),
			users.saturating_add(4),
		)
	}

	fn admit() -> Weight {
		// Reads and writes plan, record and holding; one event.
		cost(30_000_000, 5, 5)
	}

	fn dismiss() -> Weight {
		// As `admit`.
		cost(30_000_000, 5, 5)
	}

	fn forget() -> Weight {
		// As `admit`, and the plan goes with the last record; four events.
		cost(40_000_000, 5, 5)
	}

	fn bind() -> Weight {
		// Reads the plan, reads and writes the binding and the holdings of both owners; one Keccak digest
		// (below 5 µs), three events.
		cost(45_000_000, 8, 7)
	}

	fn unbind() -> Weight {
		// Reads whether the plan exists, reads and writes the binding and the holding; two events.
		cost(30_000_000, 5, 4)
	}

	fn sponsored() -> Weight {
		// Reads the payment, which this transaction has written; reads and writes the record.
		cost(15_000_000, 1, 1)
	}

	fn pay() -> Weight {
		// Reads and writes plan, record, holding, issuance and payment, once each however often; four
		// events, and the call's first bytes are looked at against 16 entries.
		cost(60_000_000, 7, 7)
	}

	fn introduce() -> Weight {
		// As `pay`, with the system account and the Ethereum address of the new account in place of the
		// payment; three events.
		cost(60_000_000, 8, 8)
	}

	fn look_up() -> Weight {
		// Reads binding, plan, record.
		cost(10_000_000, 3, 0)
	}
}
