//! The key by which a Masternode's off-chain worker signs. Its account is the key itself.

use frame_system::offchain::AppCrypto;
use popnet_primitives::services::crypto::masternode;
use sp_runtime::{MultiSignature, MultiSigner};

/// sr25519 keys of type `mstr` in the node's keystore.
pub struct MasternodeAuthId;

impl AppCrypto<MultiSigner, MultiSignature> for MasternodeAuthId {
	type GenericPublic = sp_core::sr25519::Public;
	type GenericSignature = sp_core::sr25519::Signature;
	type RuntimeAppPublic = masternode::Public;
}
