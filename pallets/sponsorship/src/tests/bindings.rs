//! Who may have whose contract's Ethereum transactions paid by which plan.

use crate::{mock::*, Bindings, Deployment, Error, HoldReason};
use frame_support::{assert_noop, assert_ok};
use sp_core::{H160, H256};
use std::str::FromStr;

type Refused = Error<Test>;

const FIRST: Option<Deployment> = Some(Deployment::Create { nonce: 0 });

fn address(text: &str) -> H160 {
	H160::from_str(text).unwrap()
}

#[test]
fn a_deployer_binds_its_contract() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::bind(signed(SPONSOR), plan, contract(), FIRST));

		assert_eq!(Bindings::<Test>::get(contract()).map(|binding| binding.plan), Some(plan));
		let deposits = PLAN_DEPOSIT + BINDING_DEPOSIT;
		assert_eq!(held(HoldReason::Deposit, SPONSOR), deposits);
	});
}

#[test]
fn a_contract_binds_itself() {
	with_plan(|plan| {
		let account = account_of(&contract());
		endow_lit(account, BINDING_DEPOSIT);

		assert_ok!(Sponsorship::bind(signed(account), plan, contract(), None));

		assert_eq!(held(HoldReason::Deposit, account), BINDING_DEPOSIT);
	});
}

#[test]
fn strangers_bind_nothing() {
	with_plan(|plan| {
		for (who, proof) in [
			(RICH, FIRST),
			(RICH, None),
			(SPONSOR, None),
			(SPONSOR, Some(Deployment::Create { nonce: 1 })),
			(SPONSOR, Some(Deployment::Create2 { salt: [0; 32], init_code_hash: H256::zero() })),
		] {
			assert_noop!(
				Sponsorship::bind(signed(who), plan, contract(), proof),
				Refused::NotDeployer
			);
		}
	});
}

#[test]
fn bind_fails_when_the_plan_does_not_list_the_contract() {
	with_plan(|plan| {
		let second = Some(Deployment::Create { nonce: 1 });
		let other = Deployment::Create { nonce: 1 }.address(H160::from_low_u64_be(SPONSOR));
		assert_noop!(
			Sponsorship::bind(signed(SPONSOR), plan, other, second),
			Refused::ContractNotInPlan
		);
		assert_noop!(
			Sponsorship::bind(signed(SPONSOR), 9, contract(), FIRST),
			Refused::UnknownPlan
		);
	});
}

#[test]
fn a_later_binding_replaces_an_earlier_one() {
	with_plan(|first| {
		let account = account_of(&contract());
		endow_lit(account, BINDING_DEPOSIT);
		let second = open(terms());
		assert_ok!(Sponsorship::bind(signed(SPONSOR), first, contract(), FIRST));

		assert_ok!(Sponsorship::bind(signed(account), second, contract(), None));
		assert_eq!(held(HoldReason::Deposit, SPONSOR), 2 * PLAN_DEPOSIT);
		assert_ok!(Sponsorship::bind(signed(SPONSOR), first, contract(), FIRST));

		assert_eq!(Bindings::<Test>::get(contract()).map(|binding| binding.plan), Some(first));
		assert_eq!(held(HoldReason::Deposit, account), 0);
	});
}

#[test]
fn owner_and_contract_unbind_and_others_once_the_plan_is_gone() {
	with_plan(|plan| {
		let account = account_of(&contract());
		let bind = || {
			assert_ok!(Sponsorship::bind(signed(SPONSOR), plan, contract(), FIRST));
		};
		bind();
		assert_noop!(Sponsorship::unbind(signed(RICH), contract()), Refused::NotBindingOwner);
		assert_ok!(Sponsorship::unbind(signed(SPONSOR), contract()));
		bind();
		assert_ok!(Sponsorship::unbind(signed(account), contract()));
		bind();
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 1));

		assert_ok!(Sponsorship::unbind(signed(RICH), contract()));

		assert_eq!(held(HoldReason::Deposit, SPONSOR), 0);
		assert_noop!(Sponsorship::unbind(signed(RICH), contract()), Refused::UnknownBinding);
	});
}

#[test]
fn addresses_are_those_of_ethereum() {
	let deployer = address("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
	for (nonce, contract) in [
		(0, "cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"),
		(1, "343c43a37d37dff08ae8c4a11544c718abb4fcf8"),
		(2, "f778b86fa74e846c4f0a1fbd1335fe81c00a0c91"),
		(3, "fffd933a0bc612844eaf0c6fe3e5b8e9b6c1d19c"),
	] {
		assert_eq!(Deployment::Create { nonce }.address(deployer), address(contract));
	}

	// EIP-1014, examples 0 to 2: init code 0x00.
	let init_code_hash = H256::from(sp_io::hashing::keccak_256(&[0]));
	let mut feed = [0; 32];
	feed[12..14].copy_from_slice(&[0xfe, 0xed]);
	let dead = address("deadbeef00000000000000000000000000000000");
	for (deployer, salt, contract) in [
		(H160::zero(), [0; 32], "4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"),
		(dead, [0; 32], "b928f69bb1d91cd65274e3c79d8986362984fda3"),
		(dead, feed, "d04116cdd17bebe565eb2422f2497e06cc1c9833"),
	] {
		let deployment = Deployment::Create2 { salt, init_code_hash };
		assert_eq!(deployment.address(deployer), address(contract));
	}
}

#[test]
fn long_nonces_are_encoded_as_ethereum_does() {
	// keccak(rlp([0x00…00, nonce])), with the list written out by hand.
	fn expected(list: &[u8]) -> H160 {
		H160::from(H256::from(sp_io::hashing::keccak_256(list)))
	}
	let zero = [0u8; 20];
	let list = |head: &[u8], tail: &[u8]| [head, &zero, tail].concat();
	for (nonce, bytes) in [
		(0x7f, list(&[0xd6, 0x94], &[0x7f])),
		(0x80, list(&[0xd7, 0x94], &[0x81, 0x80])),
		(0x0400, list(&[0xd8, 0x94], &[0x82, 0x04, 0x00])),
		(u64::MAX, list(&[0xde, 0x94], &[0x88, 255, 255, 255, 255, 255, 255, 255, 255])),
	] {
		assert_eq!(Deployment::Create { nonce }.address(H160::zero()), expected(&bytes));
	}
}
