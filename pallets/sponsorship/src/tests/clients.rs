//! What wallets and the metadata see of the nonce check: nothing new.

use crate::{mock::*, CheckNonceOrSponsored};
use codec::{Decode, Encode};
use frame_support::{assert_noop, assert_ok};
use frame_system::CheckNonce;
use sp_runtime::{
	traits::TransactionExtension,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

type Ours = CheckNonceOrSponsored<Test>;
type Theirs = CheckNonce<Test>;

#[test]
fn identifier_encoding_and_metadata_are_those_of_check_nonce() {
	for nonce in [0, 1, 63, 64, 1 << 14, u32::MAX] {
		let (ours, theirs) = (Ours::from(nonce).encode(), Theirs::from(nonce).encode());
		assert_eq!(ours, theirs);
		assert_eq!(Ours::from_ethereum(nonce).encode(), theirs);
		assert_eq!(Ours::decode(&mut theirs.as_slice()), Ok(Ours::from(nonce)));
		assert_eq!(format!("{:?}", Ours::from(nonce)), format!("{:?}", Theirs::from(nonce)));
	}
	let ours = <Ours as TransactionExtension<RuntimeCall>>::metadata();
	let theirs = <Theirs as TransactionExtension<RuntimeCall>>::metadata();
	assert_eq!((ours.len(), theirs.len()), (1, 1));
	assert_eq!((ours[0].identifier, theirs[0].identifier), ("CheckNonce", "CheckNonce"));
	assert_eq!((ours[0].ty, ours[0].implicit), (theirs[0].ty, theirs[0].implicit));
	assert_eq!(ours[0].ty.type_info(), theirs[0].ty.type_info());
}

#[test]
fn only_the_runtime_says_that_a_transaction_is_ethereums() {
	let ethereum = Ours::from_ethereum(5);

	let decoded = Ours::decode(&mut ethereum.encode().as_slice()).unwrap();

	assert_ne!(decoded, ethereum);
	assert_eq!(decoded, Ours::from(5));
}

#[test]
fn natively_signed_calls_of_ethereum_are_refused() {
	with_plan(|plan| {
		let invalid = TransactionValidityError::from(InvalidTransaction::Call);
		let carried = evm::Call::eth_substrate_call { call: Box::new(sponsored(plan, remark())) };
		for call in [eth_call(Default::default()), carried.into()] {
			assert_eq!(validate(RICH, &call, extension(0, 0)).unwrap_err(), invalid);
			assert_noop!(transact(RICH, call.clone()), invalid);
			assert_ok!(eth_transact(RICH, call, 0).unwrap());
		}
	});
}
