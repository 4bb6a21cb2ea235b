//! The policy and its versions.

use crate::{
	check_policy, is_admitted, AdmittedModels, Config, CurrentPolicy, Error, Event, ModelHash,
	ModelList, Pallet, Policies, PolicyFlaw, PolicyVersion,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::ensure;
use popnet_primitives::moderation::{Category, Policy};
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

	/// Whether a policy admits `model`.
	pub fn admits(version: PolicyVersion, model: &ModelHash) -> bool {
		is_admitted(&AdmittedModels::<T>::get(version), model)
	}

	pub(crate) fn do_set_policy(policy: Policy) -> DispatchResult {
		let current = CurrentPolicy::<T>::get();
		let models = current.map(AdmittedModels::<T>::get).unwrap_or_default();
		Self::make_policy(current, policy, models)?;
		Ok(())
	}

	pub(crate) fn do_admit_models(models: ModelList) -> DispatchResult {
		let current = CurrentPolicy::<T>::get().ok_or(Error::<T>::NoPolicy)?;
		let policy = Self::policy_of(current);
		let version = Self::make_policy(Some(current), policy, models.clone())?;
		Self::deposit_event(Event::ModelsAdmitted { version, models });
		Ok(())
	}

	/// Puts the policy of the genesis into force.
	pub(crate) fn make_first_policy(
		categories: Vec<Category>,
		models: Vec<ModelHash>,
	) -> DispatchResult {
		let policy = Policy::try_from(categories).map_err(|_| "too many categories")?;
		let models = ModelList::try_from(models).map_err(|_| "too many models")?;
		Self::make_policy(None, policy, models)?;
		Ok(())
	}

	/// Puts a policy into force that follows `current`. Returns its number.
	fn make_policy(
		current: Option<PolicyVersion>,
		policy: Policy,
		models: ModelList,
	) -> Result<PolicyVersion, Error<T>> {
		check_policy(&policy)?;
		let distinct: BTreeSet<_> = models.iter().collect();
		ensure!(distinct.len() == models.len(), Error::<T>::InvalidModelList);
		ensure!(!models.contains(&ModelHash::default()), Error::<T>::InvalidModelList);
		let version = match current {
			Some(version) => version.checked_add(1).ok_or(Error::<T>::TooManyPolicies)?,
			None => 0,
		};

		Policies::<T>::insert(version, policy);
		if !models.is_empty() {
			AdmittedModels::<T>::insert(version, models);
		}
		CurrentPolicy::<T>::put(version);
		Self::deposit_event(Event::PolicySet { version });
		Ok(version)
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
