//! The API surface of `kvdb-rocksdb` that the SDK names, without RocksDB behind it.
//!
//! POP Network stores everything in ParityDB (ADR 0002). `Database` has no values: opening one is
//! refused, so nothing behind `open` can run. The refusal contains the words by which
//! `--database auto` recognises that it should use ParityDB.

use kvdb::{DBKeyValue, DBTransaction, DBValue, KeyValueDB};
use std::{collections::HashMap, io, path::Path};

/// Settings of a database; kept because the SDK fills them in before it calls [`Database::open`].
#[derive(Clone, Debug, Default)]
pub struct DatabaseConfig {
	/// Memory budget per column in MiB.
	pub memory_budget: HashMap<u32, usize>,
	/// Whether a missing database may be created.
	pub create_if_missing: bool,
	/// Number of columns.
	pub columns: u32,
}

impl DatabaseConfig {
	/// A configuration with `columns` columns.
	pub fn with_columns(columns: u32) -> Self {
		Self { columns, ..Default::default() }
	}
}

/// A database that cannot exist.
#[derive(Debug)]
pub enum Database {}

impl Database {
	/// Always fails: RocksDB is not part of this build.
	pub fn open(_: &DatabaseConfig, _: impl AsRef<Path>) -> io::Result<Self> {
		Err(io::Error::new(
			io::ErrorKind::Unsupported,
			"RocksDB is not part of this build; use `--database paritydb` (create_if_missing is false)",
		))
	}

	pub fn transaction(&self) -> DBTransaction {
		match *self {}
	}

	pub fn get(&self, _: u32, _: &[u8]) -> io::Result<Option<DBValue>> {
		match *self {}
	}

	pub fn write(&self, _: DBTransaction) -> io::Result<()> {
		match *self {}
	}

	pub fn iter<'a>(&'a self, _: u32) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match *self {}
	}

	pub fn iter_with_prefix<'a>(
		&'a self,
		_: u32,
		_: &'a [u8],
	) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match *self {}
	}

	pub fn force_compact(&self, _: u32) -> io::Result<()> {
		match *self {}
	}

	pub fn add_column(&mut self) -> io::Result<()> {
		match *self {}
	}

	pub fn remove_last_column(&mut self) -> io::Result<()> {
		match *self {}
	}
}

impl KeyValueDB for Database {
	fn get(&self, _: u32, _: &[u8]) -> io::Result<Option<DBValue>> {
		match *self {}
	}

	fn get_by_prefix(&self, _: u32, _: &[u8]) -> io::Result<Option<DBValue>> {
		match *self {}
	}

	fn write(&self, _: DBTransaction) -> io::Result<()> {
		match *self {}
	}

	fn iter<'a>(&'a self, _: u32) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match *self {}
	}

	fn iter_with_prefix<'a>(
		&'a self,
		_: u32,
		_: &'a [u8],
	) -> Box<dyn Iterator<Item = io::Result<DBKeyValue>> + 'a> {
		match *self {}
	}
}
