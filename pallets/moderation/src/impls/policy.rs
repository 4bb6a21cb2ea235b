//! The policy and its versions.

use crate::{
	check_policy, Config, CurrentPolicy, Error, Event, Pallet, Policies, PolicyFlaw, PolicyVersion,
};
use popnet_primitives::moderation::Policy;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// The policy in force; empty when there is none.
	pub fn policy() -> Policy {
		CurrentPolicy::<T>::get().map(Self::policy_of).unwrap_or_default()
	}

	/// A policy by its number; empty when it does not exist.
	pub fn policy_of(version: PolicyVersion) -> Policy {
		Policies::<T>::get(version).unwrap_or_default()
	}

	pub(crate) fn do_set_policy(policy: Policy) -> DispatchResult {
		check_policy(&policy).map_err(Error::<T>::from)?;
		let version = match CurrentPolicy::<T>::get() {
			Some(version) => version.checked_add(1).ok_or(Error::<T>::TooManyPolicies)?,
			None => 0,
		};

		Policies::<T>::insert(version, policy);
		CurrentPolicy::<T>::put(version);
		Self::deposit_event(Event::PolicySet { version });
		Ok(())
	}
}

impl<T> From<PolicyFlaw> for Error<T> {
	fn from(flaw: PolicyFlaw) -> Self {
		match flaw {
			PolicyFlaw::Empty => Self::EmptyPolicy,
			PolicyFlaw::Threshold => Self::InvalidThreshold,
			PolicyFlaw::Name => Self::InvalidCategoryName,
			PolicyFlaw::Duplicate => Self::DuplicateCategory,
		}
	}
}
