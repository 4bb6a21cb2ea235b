//! The service with a publisher in the same process.
#![allow(clippy::cast_possible_truncation)]

use super::{super::identity::random_seed, fetching::difference, *};
use popnet_content_net::HostConfig;
use popnet_media_codec::{
	cid::digest,
	encoder::{Description, Encoder},
	manifest::Index,
	sealed, Coding, Digest, Manifest, MediaKind as CodecKind,
};
use popnet_primitives::content::Coding as ChainCoding;
use popnet_screening::{Limits as DecoderLimits, Tools};
use popnet_shard_store::{BlockStore, MemoryStore};
use rand::{rngs::StdRng, SeedableRng};
use std::{
	convert::Infallible,
	fs,
	os::unix::fs::PermissionsExt,
	sync::atomic::{AtomicBool, AtomicUsize},
};
use tempfile::TempDir;

/// The moderation test card, which the bundled model finds.
const CARD: &[u8] = include_bytes!("../../../../../models/moderation-test-card.png");
/// Screening secret of the member.
const MEMBER: [u8; 32] = [7; 32];
const CODING: Coding = Coding { data: 3, total: 5 };
/// Score from which the card counts as found.
const FOUND: u16 = 8_000;

/// An encoded item, as its publisher has it.
struct Item {
	id: Digest,
	manifest: Manifest,
	key: ContentKey,
	blocks: Vec<(Digest, Vec<u8>)>,
}

impl Item {
	/// The test card, coded with shards of `shard_len` bytes under key number `key`.
	fn new(key: u64, coding: Coding, shard_len: u32) -> Self {
		let key = ContentKey::generate(&mut StdRng::seed_from_u64(key));
		let description =
			Description { media: CodecKind::Image, mime: "image/png".into(), name: "card".into() };
		let mut blocks = Vec::new();
		let mut sink = |name, bytes: &[u8]| -> Result<(), Infallible> {
			blocks.push((name, bytes.to_vec()));
			Ok(())
		};
		let mut encoder = Encoder::new(&key, coding, shard_len, description).unwrap();
		encoder.push(CARD, &mut sink).unwrap();
		let encoded = encoder.finish(&mut sink).unwrap();
		Self { id: encoded.id, manifest: encoded.manifest, key, blocks }
	}

	/// The test card in `stripes` stripes of a code without parity.
	fn in_stripes(key: u64, stripes: usize) -> Self {
		let shard_len = (CARD.len() / stripes + 16).next_multiple_of(2) as u32 + 2;
		let item = Self::new(key, Coding { data: 1, total: 1 }, shard_len);
		assert_eq!(item.manifest.stripes(), stripes as u64);
		item
	}

	/// The same shards under another manifest.
	fn with_manifest(mut self, change: impl FnOnce(&mut Manifest)) -> Self {
		change(&mut self.manifest);
		let bytes = self.manifest.encode();
		self.id = digest(&bytes);
		self.blocks.push((self.id, bytes));
		self
	}

	/// The order to screen it, with a registration that is true to the manifest.
	fn task(&self, publisher: &Publisher) -> ScreeningTask {
		let mut rng = StdRng::seed_from_u64(1);
		let recipient = sealed::public_key(&MEMBER);
		let manifest = &self.manifest;
		ScreeningTask {
			id: ContentId(self.id),
			round: 1,
			media: MediaKind::Image,
			size: manifest.size,
			plaintext_root: manifest.plaintext_root,
			key_commitment: manifest.key_commitment,
			sealed_key: sealed::seal(self.key.expose(), &recipient, &mut rng).unwrap(),
			sources: publisher.host.addresses().into_iter().map(String::into_bytes).collect(),
			categories: vec![b"moderation-test-card".to_vec()],
			coding: ChainCoding { data: manifest.coding.data, total: manifest.coding.total },
			stripes: manifest.stripes() as u32,
			stored_size: manifest.stored_size(),
			manifest_size: manifest.encoded_size() as u32,
		}
	}
}

/// What a publisher does with a block before it sends it.
type Answer = dyn Fn(&Digest, Vec<u8>) -> Option<Vec<u8>> + Send + Sync;

/// Blocks that are answered as a test wants it.
struct Answering {
	blocks: MemoryStore,
	answer: Box<Answer>,
}

impl BlockStore for Answering {
	fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		self.blocks.put_many(blocks)
	}
	fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		let block = self.blocks.get(digest)?;
		Ok(block.and_then(|block| (self.answer)(digest, block)))
	}
	fn length(&self, digest: &Digest) -> Option<u64> {
		self.blocks.length(digest)
	}
	fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
		self.blocks.remove(digest)
	}
	fn digests(&self) -> Vec<Digest> {
		self.blocks.digests()
	}
	fn count(&self) -> usize {
		self.blocks.count()
	}
	fn damaged(&self) -> u64 {
		self.blocks.damaged()
	}
	fn used(&self) -> u64 {
		self.blocks.used()
	}
	fn quota(&self) -> u64 {
		self.blocks.quota()
	}
}

struct Publisher {
	host: Host,
}

impl Publisher {
	/// Serves the items as they are.
	async fn honest(items: &[&Item]) -> Self {
		Self::answering(items, |_, block| Some(block)).await
	}

	/// Serves the items, and does to each block what `answer` does.
	async fn answering(
		items: &[&Item],
		answer: impl Fn(&Digest, Vec<u8>) -> Option<Vec<u8>> + Send + Sync + 'static,
	) -> Self {
		let store = Answering { blocks: MemoryStore::new(1 << 30), answer: Box::new(answer) };
		for (name, bytes) in items.iter().flat_map(|item| &item.blocks) {
			store.put(*name, bytes).unwrap();
		}
		let config = HostConfig {
			secret: random_seed(),
			listen: vec!["/ip4/127.0.0.1/tcp/0".into()],
			..Default::default()
		};
		Self { host: Host::start(config, Arc::new(store)).await.unwrap() }
	}

	/// Has every block only a while after it is first asked for it.
	async fn hesitant(item: &Item, hesitation: Duration) -> Self {
		let asked: Mutex<HashMap<Digest, Instant>> = Mutex::default();
		let answer = move |name: &Digest, block| {
			let first = *asked.lock().entry(*name).or_insert_with(Instant::now);
			(first.elapsed() > hesitation).then_some(block)
		};
		Self::answering(&[item], answer).await
	}
}

/// Holds requests up until it is opened, and counts those that it has held.
#[derive(Default)]
struct Gate {
	open: AtomicBool,
	held: AtomicUsize,
}

impl Gate {
	fn pass(&self) {
		self.held.fetch_add(1, Ordering::Relaxed);
		while !self.open.load(Ordering::Relaxed) {
			std::thread::sleep(Duration::from_millis(10));
		}
	}

	fn held(&self) -> usize {
		self.held.load(Ordering::Relaxed)
	}
}

/// Opens a gate when it is dropped: the runtime waits for held requests, also after a failed test.
struct Opener(Arc<Gate>);

impl Drop for Opener {
	fn drop(&mut self) {
		self.0.open.store(true, Ordering::Relaxed);
	}
}

fn quick() -> Limits {
	Limits {
		items_at_a_time: 1,
		patience: Duration::from_millis(1_500),
		fetch_time: Duration::from_secs(20),
		retry_after: Duration::from_millis(50),
		disk_reserve: 0,
	}
}

/// A member of a panel.
struct Member {
	folder: TempDir,
	screener: Screener,
	limits: Limits,
	turns: Arc<Semaphore>,
}

impl Member {
	fn new(limits: Limits) -> Self {
		Self {
			folder: TempDir::new().unwrap(),
			screener: Screener::bundled(DecoderLimits::default()).unwrap(),
			limits,
			turns: Arc::new(Semaphore::new(1)),
		}
	}

	/// Starts its service, or starts it again.
	async fn start(&self) -> Arc<ScreeningService> {
		let config = HostConfig { secret: random_seed(), ..Default::default() };
		let host = Host::start(config, Arc::new(MemoryStore::new(0))).await.unwrap();
		let folder = self.folder();
		let screener = self.screener.clone();
		let mut service =
			ScreeningService::open(folder.clone(), MEMBER, screener, host, self.turns.clone())
				.unwrap();
		let limits = self.limits.clone();
		service.places = Semaphore::new(limits.items_at_a_time);
		service.disk = Disk::open(folder.join("plaintext"), limits.disk_reserve).unwrap();
		service.limits = limits;
		Arc::new(service)
	}

	fn folder(&self) -> PathBuf {
		self.folder.path().join("service")
	}

	/// Files with plaintext.
	fn plaintexts(&self) -> Vec<PathBuf> {
		let files = fs::read_dir(self.folder().join("plaintext")).unwrap();
		files.map(|file| file.unwrap().path()).collect()
	}
}

async fn until(what: &str, holds: impl Fn() -> bool) {
	let patience = Instant::now() + Duration::from_secs(60);
	while !holds() {
		assert!(Instant::now() < patience, "never: {what}");
		tokio::time::sleep(Duration::from_millis(10)).await;
	}
}

async fn result(service: &Arc<ScreeningService>, task: &ScreeningTask) -> ScreeningResult {
	service.screen(task.clone());
	until("a result", || service.result(task.id, task.round).is_some()).await;
	service.result(task.id, task.round).unwrap()
}

/// Screens an item with quick limits.
async fn finding(task: &ScreeningTask) -> Finding {
	let member = Member::new(quick());
	let service = member.start().await;
	let finding = result(&service, task).await.verdict.finding;
	assert!(member.plaintexts().is_empty());
	finding
}

#[track_caller]
fn assert_found(finding: &Finding) {
	assert!(matches!(finding, Finding::Scored(risk) if risk[0] > FOUND), "{finding:?}");
}

const CORRUPT: Finding = Finding::Defective(Defect::Corrupt);
const UNREACHABLE: Finding = Finding::Defective(Defect::Unreachable);

#[tokio::test(flavor = "multi_thread")]
async fn item_is_scored_when_everything_fits() {
	let inline = Item::new(1, CODING, 1_024);
	let segmented = Item::new(2, CODING, 64);
	assert!(inline.manifest.segments() == 0 && segmented.manifest.segments() > 0);

	for item in [inline, segmented] {
		let publisher = Publisher::honest(&[&item]).await;
		let member = Member::new(quick());
		let result = result(&member.start().await, &item.task(&publisher)).await;

		assert_found(&result.verdict.finding);
		assert_eq!(result.key, Some(*item.key.expose()));
		assert_eq!(result.verdict.model, member.screener.model_hash());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn key_is_wrong_when_it_does_not_open_or_is_not_the_committed_one() {
	let item = Item::new(1, CODING, 64 * 1024);
	let publisher = Publisher::honest(&[&item]).await;
	let good = item.task(&publisher);
	let mut rng = StdRng::seed_from_u64(2);
	let to_another =
		sealed::seal(item.key.expose(), &sealed::public_key(&[8; 32]), &mut rng).unwrap();
	let other_key = sealed::seal(&[9; 32], &sealed::public_key(&MEMBER), &mut rng).unwrap();

	for sealed_key in [to_another, other_key] {
		let member = Member::new(quick());
		let task = ScreeningTask { sealed_key, ..good.clone() };
		let result = result(&member.start().await, &task).await;

		assert_eq!(result.verdict.finding, Finding::Defective(Defect::WrongKey));
		assert_eq!(result.key, None);
	}
	assert_eq!(publisher.host.metrics().blocks_served, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn item_is_corrupt_when_its_code_is_not_the_registered_one() {
	// Registered with a margin, published without one; registered small, published a thousandfold.
	let fragile = Item::new(1, Coding { data: 1, total: 1 }, 64 * 1024);
	let bloated = Item::new(2, Coding { data: 1, total: 1_000 }, 64 * 1024);

	for item in [fragile, bloated] {
		let publisher = Publisher::honest(&[&item]).await;
		let task =
			ScreeningTask { coding: ChainCoding { data: 36, total: 48 }, ..item.task(&publisher) };

		assert_eq!(finding(&task).await, CORRUPT);
		assert_eq!(publisher.host.metrics().blocks_served, 1, "only the manifest is fetched");
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn difference_is_named_when_manifest_and_registration_disagree() {
	let item = Item::new(1, CODING, 1_024);
	let publisher = Publisher::honest(&[&item]).await;
	let good = item.task(&publisher);
	let with = |change: &dyn Fn(&mut ScreeningTask)| {
		let mut task = good.clone();
		change(&mut task);
		difference(&item.manifest, &task)
	};

	assert_eq!(with(&|_| {}), None);
	assert_eq!(with(&|task| task.media = MediaKind::Video), Some("the kind of media"));
	assert_eq!(with(&|task| task.size += 1), Some("the size"));
	assert_eq!(with(&|task| task.plaintext_root[0] ^= 1), Some("the plaintext root"));
	assert_eq!(with(&|task| task.key_commitment[0] ^= 1), Some("the key commitment"));
	assert_eq!(with(&|task| task.coding.total += 1), Some("the code"));
	assert_eq!(with(&|task| task.coding.data -= 1), Some("the code"));
	assert_eq!(with(&|task| task.stripes += 1), Some("the number of stripes"));
	assert_eq!(with(&|task| task.stored_size -= 1), Some("the stored size"));
	assert_eq!(with(&|task| task.manifest_size += 1), Some("the length"));
}

#[tokio::test(flavor = "multi_thread")]
async fn item_is_corrupt_when_its_parity_is_junk() {
	let inline = Item::new(1, CODING, 1_024).with_manifest(|manifest| {
		let Index::Inline(rows) = &mut manifest.index else { panic!("segments") };
		rows.last_mut().unwrap()[4] = [1; 32];
	});
	let segmented = Item::new(2, CODING, 64).with_manifest(|manifest| {
		let Index::Segments(segments) = &mut manifest.index else { panic!("no segments") };
		segments.last_mut().unwrap().shards[3] = [1; 32];
	});

	for item in [inline, segmented] {
		let publisher = Publisher::honest(&[&item]).await;

		assert_eq!(finding(&item.task(&publisher)).await, CORRUPT);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn item_is_corrupt_when_another_plaintext_was_registered() {
	let item = Item::new(1, CODING, 1_024).with_manifest(|manifest| {
		manifest.plaintext_root = [1; 32];
	});
	let publisher = Publisher::honest(&[&item]).await;

	assert_eq!(finding(&item.task(&publisher)).await, CORRUPT);
}

/// Altered bytes are no proof against the item, whose digests fit: it is not delivered.
#[tokio::test(flavor = "multi_thread")]
async fn publisher_is_unreachable_when_it_delivers_altered_blocks() {
	let item = Item::new(1, CODING, 64 * 1024);
	let flip = |mut block: Vec<u8>| {
		block[0] ^= 1;
		Some(block)
	};
	let id = item.id;
	let manifest = Publisher::answering(&[&item], move |name, block| match *name == id {
		true => flip(block),
		false => Some(block),
	})
	.await;
	let shards = Publisher::answering(&[&item], move |name, block| match *name == id {
		true => Some(block),
		false => flip(block),
	})
	.await;

	for publisher in [manifest, shards] {
		assert_eq!(finding(&item.task(&publisher)).await, UNREACHABLE);
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn item_is_scored_when_altered_blocks_can_be_restored() {
	let item = Item::new(1, CODING, 64 * 1024);
	let first = item.manifest.inline_row(0).unwrap()[0];
	let publisher = Publisher::answering(&[&item], move |name, mut block| {
		block[0] ^= u8::from(*name == first);
		Some(block)
	})
	.await;

	assert_found(&finding(&item.task(&publisher)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn publisher_is_unreachable_when_it_is_gone_and_patience_is_over() {
	let item = Item::new(1, CODING, 64 * 1024);
	let publisher = Publisher::honest(&[&item]).await;
	let task = item.task(&publisher);
	publisher.host.stop().await;
	let began = Instant::now();

	assert_eq!(finding(&task).await, UNREACHABLE);

	assert!(began.elapsed() >= quick().patience);
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_begins_anew_when_a_stripe_has_arrived() {
	let item = Item::in_stripes(1, 6);
	let hesitation = quick().patience / 3;
	let publisher = Publisher::hesitant(&item, hesitation).await;
	let began = Instant::now();

	assert_found(&finding(&item.task(&publisher)).await);

	assert!(began.elapsed() > 2 * quick().patience);
}

#[tokio::test(flavor = "multi_thread")]
async fn publisher_is_unreachable_when_it_dribbles() {
	let item = Item::in_stripes(1, 6);
	let publisher = Publisher::hesitant(&item, quick().patience / 3).await;
	let limits = Limits { fetch_time: quick().patience, ..quick() };
	let member = Member::new(limits.clone());
	let service = member.start().await;
	let began = Instant::now();

	let result = result(&service, &item.task(&publisher)).await;

	assert_eq!(result.verdict.finding, UNREACHABLE);
	assert!(began.elapsed() >= limits.fetch_time);
	assert!(began.elapsed() < 2 * limits.fetch_time, "{:?}", began.elapsed());
}

#[test]
fn fetching_and_scoring_end_before_the_commit_period() {
	use popnet_runtime::constants::{content::COMMIT_BLOCKS, time::MINUTES};
	let limits = Limits::default();
	let scoring = DecoderLimits::default().time * (limits.items_at_a_time as u32 + 1);
	let commit = Duration::from_secs(u64::from(COMMIT_BLOCKS / MINUTES) * 60);

	assert!(limits.fetch_time + scoring < commit);
	assert!(limits.patience < limits.fetch_time);
}

#[tokio::test(flavor = "multi_thread")]
async fn place_is_given_back_when_a_publisher_hangs() {
	let (stuck, item) = (Item::new(1, CODING, 64 * 1024), Item::new(2, CODING, 64 * 1024));
	let gate = Arc::new(Gate::default());
	let _opener = Opener(gate.clone());
	let hanging = Publisher::answering(&[&stuck], move |_, block| {
		gate.pass();
		Some(block)
	})
	.await;
	let honest = Publisher::honest(&[&item]).await;
	let member = Member::new(quick());
	let service = member.start().await;
	let (first, second) = (stuck.task(&hanging), item.task(&honest));

	service.screen(first.clone());

	assert_found(&result(&service, &second).await.verdict.finding);
	assert_eq!(result(&service, &first).await.verdict.finding, UNREACHABLE);
	assert_eq!(service.places.available_permits(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn turn_is_given_back_when_a_decoder_hangs() {
	let items = [Item::new(1, CODING, 64 * 1024), Item::new(2, CODING, 64 * 1024)];
	let publisher = Publisher::honest(&items.each_ref()).await;
	let mut member = Member::new(quick());
	let hanging = member.folder.path().join("hanging");
	fs::write(&hanging, "#!/bin/sh\nexec sleep 600\n").unwrap();
	fs::set_permissions(&hanging, fs::Permissions::from_mode(0o700)).unwrap();
	let limits = DecoderLimits { time: Duration::from_secs(1), ..Default::default() };
	let tools = Tools { ffprobe: hanging, ..Default::default() };
	member.screener = Screener::bundled(limits).unwrap().with_tools(tools);
	let service = member.start().await;

	for item in &items {
		let result = result(&service, &item.task(&publisher)).await;

		assert_eq!(result.verdict.finding, Finding::Defective(Defect::TooComplex));
		assert_eq!(member.turns.available_permits(), 1);
		assert!(member.plaintexts().is_empty());
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn items_wait_when_all_places_are_taken() {
	let items: Vec<Item> = (0..5).map(|key| Item::new(key, CODING, 64 * 1024)).collect();
	let gate = Arc::new(Gate::default());
	let opener = Opener(gate.clone());
	let manifests: Vec<Digest> = items.iter().map(|item| item.id).collect();
	let passing = gate.clone();
	let references: Vec<&Item> = items.iter().collect();
	let publisher = Publisher::answering(&references, move |name, block| {
		if manifests.contains(name) {
			passing.pass();
		}
		Some(block)
	})
	.await;
	let limits = Limits { items_at_a_time: 2, patience: Duration::from_secs(15), ..quick() };
	let member = Member::new(limits);
	let service = member.start().await;

	// The first request to a peer keeps the others waiting until it is answered.
	service.host.ping(&publisher.host.addresses()[0]).await.unwrap();

	for item in &items {
		service.screen(item.task(&publisher));
	}
	until("two are fetched", || gate.held() >= 2).await;
	tokio::time::sleep(Duration::from_millis(300)).await;

	assert_eq!(gate.held(), 2);
	assert_eq!(service.counts(), (5, 0, 0));
	drop(opener);
	until("all are finished", || service.counts() == (0, 5, 5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn item_is_not_fetched_and_nobody_blamed_when_the_disk_has_no_room() {
	let item = Item::new(1, CODING, 64 * 1024);
	let publisher = Publisher::honest(&[&item]).await;
	let task = item.task(&publisher);
	let member = Member::new(Limits { disk_reserve: u64::MAX / 2, ..quick() });
	let service = member.start().await;

	service.screen(task.clone());
	until("the order ends", || service.counts().0 == 0).await;

	assert_eq!(service.result(task.id, task.round), None);
	assert!(service.work.lock().failed_at.contains_key(&(task.id, task.round)));
	assert_eq!(publisher.host.metrics().blocks_served, 0);
	// Not before a while has passed.
	service.screen(task);
	assert_eq!(service.counts(), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn result_and_salt_are_kept_when_the_service_starts_again() {
	let item = Item::new(1, CODING, 64 * 1024);
	let publisher = Publisher::honest(&[&item]).await;
	let task = item.task(&publisher);
	let member = Member::new(quick());
	let before = result(&member.start().await, &task).await;
	publisher.host.stop().await;
	fs::write(member.folder().join("plaintext").join("left by a crash"), CARD).unwrap();

	let service = member.start().await;
	service.screen(task.clone());

	assert_eq!(service.result(task.id, task.round), Some(before));
	assert_eq!(service.counts(), (0, 1, 0));
	assert!(member.plaintexts().is_empty());
	service.forget(task.id, task.round);
	assert_eq!(member.start().await.result(task.id, task.round), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_round_has_a_result_and_a_salt_of_its_own() {
	let item = Item::new(1, CODING, 64 * 1024);
	let publisher = Publisher::honest(&[&item]).await;
	let member = Member::new(Limits { items_at_a_time: 2, ..quick() });
	let service = member.start().await;
	let first = item.task(&publisher);
	let second = ScreeningTask { round: 2, ..first.clone() };

	service.screen(first.clone());
	let second = result(&service, &second).await;
	let first = result(&service, &first).await;

	assert_eq!((first.round, second.round), (1, 2));
	assert_eq!(first.verdict, second.verdict);
	assert_ne!(first.salt, second.salt);
	service.forget(first.id, 1);
	assert_eq!(service.result(first.id, 1), None);
	let service = member.start().await;
	assert_eq!(service.result(first.id, 1), None);
	assert_eq!(service.result(first.id, 2), Some(second));
}

#[tokio::test(flavor = "multi_thread")]
async fn screening_ends_when_the_item_is_forgotten() {
	let item = Item::in_stripes(1, 6);
	let gate = Arc::new(Gate::default());
	let _opener = Opener(gate.clone());
	let last = item.manifest.inline_row(5).unwrap()[0];
	let passing = gate.clone();
	let publisher = Publisher::answering(&[&item], move |name, block| {
		if *name == last {
			passing.pass();
		}
		Some(block)
	})
	.await;
	let task = item.task(&publisher);
	let forever = Duration::from_secs(300);
	let member = Member::new(Limits { patience: forever, fetch_time: forever, ..quick() });
	fs::create_dir_all(member.folder()).unwrap();
	fs::set_permissions(member.folder(), fs::Permissions::from_mode(0o755)).unwrap();
	let service = member.start().await;

	service.screen(task.clone());
	until("most is fetched", || gate.held() == 1).await;

	let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
	let plaintexts = member.plaintexts();
	assert_eq!(plaintexts.len(), 1);
	assert_eq!(mode(&plaintexts[0]), 0o600);
	for folder in ["", "plaintext"] {
		assert_eq!(mode(&member.folder().join(folder)), 0o700, "{folder}");
	}

	service.forget(task.id, task.round);

	until("the plaintext is gone", || member.plaintexts().is_empty()).await;
	until("the place is free", || service.places.available_permits() == 1).await;
	assert_eq!(service.counts(), (0, 0, 0));
}

#[test]
fn the_development_networks_superdelegates_declare_the_model_that_nodes_carry() {
	let carried = Screener::bundled(DecoderLimits::default()).unwrap().model_hash();

	assert_eq!(carried, popnet_runtime::genesis_config_presets::DEV_MODEL);
}
