//! Runs the tasks of one host, so that all of them end with it.

use litep2p::executor::Executor;
use parking_lot::Mutex;
use std::{future::Future, pin::Pin};
use tokio::task::JoinSet;

/// The tasks of a host.
#[derive(Default)]
pub(crate) struct HostTasks(Mutex<Option<JoinSet<()>>>);

impl HostTasks {
	/// Tasks that run until [`HostTasks::stop`].
	pub(crate) fn new() -> Self {
		Self(Mutex::new(Some(JoinSet::new())))
	}

	/// Starts a task, unless the host has stopped.
	pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
		if let Some(tasks) = self.0.lock().as_mut() {
			// Finished tasks are let go of here, so that their number stays that of the live ones.
			while tasks.try_join_next().is_some() {}
			tasks.spawn(task);
		}
	}

	/// Ends all tasks and waits until they are gone, and with them their sockets.
	pub(crate) async fn stop(&self) {
		let tasks = self.0.lock().take();
		if let Some(mut tasks) = tasks {
			tasks.shutdown().await;
		}
	}
}

impl Executor for HostTasks {
	fn run(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
		self.spawn(future);
	}

	fn run_with_name(&self, _: &'static str, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
		self.spawn(future);
	}
}
