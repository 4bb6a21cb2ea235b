//! The key by which a Superdelegate's off-chain worker signs. Its account is the key itself.

use frame_system::offchain::AppCrypto;
use popnet_primitives::services::crypto::superdelegate;
use sp_runtime::{MultiSignature, MultiSigner};

/// sr25519 keys of type `sdlg` in the node's keystore.
pub struct SuperdelegateAuthId;

impl AppCrypto<MultiSigner, MultiSignature> for SuperdelegateAuthId {
	type GenericPublic = sp_core::sr25519::Public;
	type GenericSignature = sp_core::sr25519::Signature;
	type RuntimeAppPublic = superdelegate::Public;
}
