//! What the parts of a transfer cost by themselves, in our runtime and in the plain one.
//!
//! Each part runs for one account after the other, in a block that has begun, with the senders'
//! accounts in the overlay, where the parts before it leave them. The parts do not add up to a
//! transfer: events, extensions that are the same in both, and decoding are left out.

use crate::{
	networks::{Network, Ours, Plain},
	plain,
	stats::Spread,
};
use anyhow::anyhow;
use frame_support::dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo};
use pallet_lit::ChargeLit;
use pallet_sponsorship::CheckNonceOrSponsored;
use pallet_transaction_payment::{Config as Payment, FungibleAdapter, OnChargeTransaction};
use popnet_primitives::{AccountId, Balance};
use popnet_runtime::{constants::POP, Lit};
use serde::Serialize;
use sp_io::TestExternalities;
use sp_runtime::{
	generic::Era,
	traits::{DispatchTransaction, Dispatchable, TransactionExtension},
};
use std::{hint::black_box, time::Instant};

/// A fee, in units of either token.
const FEE: Balance = POP / 1_000;
/// Bytes of a signed transfer.
const LENGTH: u32 = 141;

/// A part of a transfer.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
	/// Which one.
	pub name: &'static str,
	/// Microseconds in the plain runtime; none if it has no such part.
	pub plain: Option<Spread>,
	/// Microseconds in ours, for an account with a LIT balance.
	pub ours: Spread,
}

/// Measures all parts for these accounts.
pub(crate) fn measure(accounts: &[AccountId], idle: u32, rounds: u32) -> anyhow::Result<Vec<Part>> {
	let mut plain = Bench::<Plain>::new(accounts, idle, rounds)?;
	let mut ours = Bench::<Ours<false>>::new(accounts, idle, rounds)?;
	Ok(vec![
		Part {
			name: "nonce",
			plain: Some(plain.run(|who, call| {
				nonce::<plain::Runtime, _>(
					frame_system::CheckNonce::<plain::Runtime>::from(1),
					who,
					call,
				)
			})?),
			ours: ours.run(|who, call| {
				nonce::<OurRuntime, _>(CheckNonceOrSponsored::<OurRuntime>::from(1), who, call)
			})?,
		},
		Part {
			name: "weights of call and extensions",
			plain: Some(plain.run(|_, call| {
				Ok((call.get_dispatch_info(), plain::extension(1).weight(&call)))
			})?),
			ours: ours.run(|_, call| {
				let extension = popnet_runtime::native_extension(1, 0, Era::Immortal);
				Ok((call.get_dispatch_info(), extension.weight(&call)))
			})?,
		},
		Part {
			name: "computing the fee",
			plain: Some(plain.run(|_, call| computed::<plain::Runtime>(call))?),
			ours: ours.run(|_, call| computed::<OurRuntime>(call))?,
		},
		Part {
			name: "taking the fee and returning a part",
			plain: Some(plain.run(charge::<plain::Runtime, FungibleAdapter<plain::Balances, ()>>)?),
			ours: ours.run(charge::<OurRuntime, <OurRuntime as Payment>::OnChargeTransaction>)?,
		},
		Part {
			name: "… without plans",
			plain: None,
			ours: ours.run(charge::<OurRuntime, ChargeLit<LitFees>>)?,
		},
		Part {
			name: "… without plans and settlement",
			plain: None,
			ours: ours.run(charge::<OurRuntime, LitFees>)?,
		},
		Part {
			name: "the transfer itself",
			plain: Some(plain.run(dispatch::<plain::Runtime>)?),
			ours: ours.run(dispatch::<OurRuntime>)?,
		},
	])
}

type OurRuntime = popnet_runtime::Runtime;
type LitFees = FungibleAdapter<Lit, ()>;
type CallOf<T> = <T as frame_system::Config>::RuntimeCall;

/// Where a part is measured.
struct Bench<N: Network> {
	externalities: TestExternalities,
	network: N,
	/// Senders, and the calls that they make.
	calls: Vec<(AccountId, N::Call)>,
	rounds: u32,
}

impl<N: Network> Bench<N> {
	fn new(accounts: &[AccountId], idle: u32, rounds: u32) -> anyhow::Result<Self> {
		let (externalities, network) = N::genesis(accounts, idle)?;
		let receivers = accounts.iter().cycle().skip(1);
		let calls =
			accounts.iter().cloned().zip(receivers.map(|to| N::transfer(to, POP))).collect();
		Ok(Self { externalities, network, calls, rounds })
	}

	/// Microseconds that `part` takes for an account.
	fn run<R>(
		&mut self,
		part: impl Fn(&AccountId, N::Call) -> anyhow::Result<R>,
	) -> anyhow::Result<Spread> {
		let mut samples = Vec::new();
		for _ in 0..self.rounds {
			let mut network = self.network.clone();
			let calls = self.calls.clone();
			let count = calls.len() as f64;
			self.externalities.reset_overlay();
			let time = self.externalities.execute_with(|| {
				network.begin()?;
				calls.iter().for_each(|(who, _)| N::count_transaction(who));
				let start = Instant::now();
				for (who, call) in calls {
					black_box(part(&who, call)?);
				}
				anyhow::Ok(start.elapsed())
			})?;
			samples.push(time.as_secs_f64() * 1e6 / count);
		}
		Ok(Spread::of(&samples))
	}
}

fn nonce<T, E>(extension: E, who: &AccountId, call: CallOf<T>) -> anyhow::Result<()>
where
	T: frame_system::Config<AccountId = AccountId>,
	CallOf<T>: Dispatchable<Info = DispatchInfo, RuntimeOrigin = T::RuntimeOrigin>
		+ GetDispatchInfo
		+ codec::Encode,
	E: TransactionExtension<CallOf<T>>,
{
	let info = call.get_dispatch_info();
	let origin = frame_system::RawOrigin::Signed(who.clone()).into();
	extension
		.validate_and_prepare(origin, &call, &info, LENGTH as usize, 0)
		.map(|_| ())
		.map_err(|error| anyhow!("{error:?}"))
}

fn computed<T>(call: CallOf<T>) -> anyhow::Result<()>
where
	T: Payment,
	CallOf<T>: Dispatchable<Info = DispatchInfo> + GetDispatchInfo,
{
	let info = call.get_dispatch_info();
	black_box(pallet_transaction_payment::Pallet::<T>::compute_fee(LENGTH, &info, 0u32.into()));
	Ok(())
}

/// Takes a fee and returns a tenth of it, as where a call has used less than its weight.
fn charge<T, C>(who: &AccountId, call: CallOf<T>) -> anyhow::Result<()>
where
	T: Payment + frame_system::Config<AccountId = AccountId>,
	CallOf<T>: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo> + GetDispatchInfo,
	C: OnChargeTransaction<T, Balance = Balance>,
{
	let info = call.get_dispatch_info();
	let post = PostDispatchInfo::from(());
	C::withdraw_fee(who, &call, &info, FEE, 0)
		.and_then(|taken| C::correct_and_deposit_fee(who, &info, &post, FEE / 10 * 9, 0, taken))
		.map_err(|error| anyhow!("{error:?}"))
}

fn dispatch<T>(who: &AccountId, call: CallOf<T>) -> anyhow::Result<()>
where
	T: frame_system::Config<AccountId = AccountId>,
	CallOf<T>: Dispatchable<RuntimeOrigin = T::RuntimeOrigin>,
{
	let origin = frame_system::RawOrigin::Signed(who.clone()).into();
	call.dispatch(origin).map(|_| ()).map_err(|_| anyhow!("a transfer failed"))
}
