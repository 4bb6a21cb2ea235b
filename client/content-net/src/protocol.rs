//! The wire format of `/popnet/block/1`: one SCALE-encoded request, one SCALE-encoded response, each
//! with an unsigned-varint length before it.
#![allow(clippy::cast_possible_truncation)] // what derives `Encode` casts the number of a variant

use codec::{Decode, DecodeAll, Encode};
use popnet_media_codec::Digest;

/// Name of the protocol.
pub const PROTOCOL: &str = "/popnet/block/1";
/// Largest block in bytes.
pub const BLOCK_BYTES_MAX: usize = 1024 * 1024;
/// Largest message: a block and what surrounds it.
pub const MESSAGE_BYTES_MAX: usize = BLOCK_BYTES_MAX + 1024;

/// What one peer asks of another.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Request {
	/// The block with this digest.
	Get(Digest),
	/// Whether the peer has it.
	Has(Digest),
	/// Store this block; only from peers that the receiver has named.
	Put(Digest, Vec<u8>),
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Response {
	/// The block.
	Block(Vec<u8>),
	/// The peer does not have it.
	Missing,
	/// The peer has it.
	Present,
	/// The block is stored durably.
	Stored,
	/// The peer has too much to do; ask again later or elsewhere.
	Busy,
	/// The peer does not take blocks from this one, or has no room for them.
	Refused,
}

/// Reads a request; `None` when it is malformed.
pub fn read_request(bytes: &[u8]) -> Option<Request> {
	Request::decode_all(&mut &bytes[..]).ok()
}

/// Reads a response; `None` when it is malformed.
pub fn read_response(bytes: &[u8]) -> Option<Response> {
	Response::decode_all(&mut &bytes[..]).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn messages_are_read_completely_or_not_at_all() {
		let request = Request::Put([7; 32], vec![1, 2, 3]);
		let mut bytes = request.encode();
		assert_eq!(read_request(&bytes), Some(request));
		bytes.push(0);
		assert_eq!(read_request(&bytes), None);
		assert_eq!(read_request(&[]), None);
		assert_eq!(read_response(&[99]), None);
		// A length that promises more than there is must not be believed.
		assert_eq!(read_response(&[0, 0xfe, 0xff, 0xff, 0xff]), None);
	}
}
