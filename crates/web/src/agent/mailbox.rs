//! Where an agent gets what others send it.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{self, Poll, Waker},
};

use boa_engine::{Context, JsResult};

use super::{Group, group::lock};
use crate::{messaging::Side, structured_clone::Text};

/// What an agent is to do: a task for its event loop.
pub type Mail = Box<dyn FnOnce(&mut Context) -> JsResult<()> + Send>;

/// Takes mail for one agent from any thread.
pub struct Mailbox {
    group: Arc<Group>,
    is_main: bool,
    stopped: AtomicBool,
    state: Mutex<State>,
}

/// A worker, for ending it together with its parent.
struct ChildWorker {
    mailbox: Weak<Mailbox>,
    terminate: Box<dyn FnOnce() + Send>,
}

#[derive(Default)]
struct State {
    mail: VecDeque<Mail>,
    /// Whether a worker has something to do; that of the main program is not counted.
    active: bool,
    /// Whether the agent is gone.
    closed: bool,
    /// Whether the agent was ended from outside. It may not know yet, but it does not count any more.
    terminated: bool,
    /// Wakes what takes the mail.
    taker: Option<Waker>,
    /// Wakes what waits for something to happen without taking the mail.
    waiter: Option<Waker>,
    /// The other sides of the channels that the agent has ends of, by the numbers of these.
    channels_elsewhere: HashMap<u64, Weak<Side>>,
    /// The workers that the agent has started.
    workers: Vec<ChildWorker>,
    /// The names of the broadcast channels that the agent has.
    channels: HashSet<Text>,
}

impl State {
    fn take_wakers(&mut self) -> impl Iterator<Item = Waker> + use<> {
        [self.taker.take(), self.waiter.take()]
            .into_iter()
            .flatten()
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.state);
        f.debug_struct("Mailbox")
            .field("mail", &state.mail.len())
            .field("active", &state.active)
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}

impl Mailbox {
    pub(super) fn of_main(group: Arc<Group>) -> Arc<Self> {
        Arc::new(Self {
            group,
            is_main: true,
            stopped: AtomicBool::new(false),
            state: Mutex::default(),
        })
    }

    /// The mailbox of a new worker in this group. It counts as one that has something to do, to begin with.
    #[must_use]
    pub fn of_worker(group: &Arc<Group>) -> Arc<Self> {
        group.activate();
        let mailbox = Arc::new(Self {
            group: Arc::clone(group),
            is_main: false,
            stopped: AtomicBool::new(false),
            state: Mutex::new(State {
                active: true,
                ..State::default()
            }),
        });
        group.add(&mailbox);
        mailbox
    }

    /// The group of the agent.
    #[must_use]
    pub fn group(&self) -> &Arc<Group> {
        &self.group
    }

    /// Whether it is that of the main program.
    #[must_use]
    pub fn is_main(&self) -> bool {
        self.is_main
    }

    /// Has the agent do something; says whether it is still there.
    pub fn send(&self, mail: Mail) -> bool {
        let wakers = {
            let mut state = lock(&self.state);
            if state.closed {
                drop(state);
                // Not under the lock: mail may hold ends of channels, which tell others that they are gone.
                drop(mail);
                return false;
            }
            state.mail.push_back(mail);
            self.set_active(&mut state);
            state.take_wakers()
        };
        wakers.for_each(Waker::wake);
        true
    }

    fn set_active(&self, state: &mut State) {
        if !self.is_main && !state.active && !state.terminated {
            state.active = true;
            self.group.activate();
        }
    }

    fn set_resting(&self, state: &mut State) {
        if std::mem::take(&mut state.active) {
            self.group.rest();
        }
    }

    /// All mail there is.
    pub fn poll_mail(&self, cx: &mut task::Context<'_>) -> Poll<VecDeque<Mail>> {
        let mut state = lock(&self.state);
        if state.mail.is_empty() {
            state.taker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(std::mem::take(&mut state.mail))
    }

    /// Has whoever waits for mail look at everything else, too.
    pub fn wake(&self) {
        let wakers = lock(&self.state).take_wakers();
        wakers.for_each(Waker::wake);
    }

    /// The event loop has nothing to do but to wait: for something of its own if `pending`, or else for mail only.
    /// Whether it is to wait.
    ///
    /// A worker always waits; the main program does not if nothing can come any more.
    pub fn wait(&self, pending: bool) -> bool {
        if self.is_main {
            // In this order: while no worker has something to do nobody sends anything.
            return pending || self.group.is_active() || !lock(&self.state).mail.is_empty();
        }
        let mut state = lock(&self.state);
        if pending || !state.mail.is_empty() {
            self.set_active(&mut state);
        } else {
            self.set_resting(&mut state);
        }
        true
    }

    /// Whether mail may come that nobody here asks for.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        !self.is_main || self.wait(false)
    }

    /// Ready when there is mail, or the event loop is to end.
    pub fn poll_ready(&self, cx: &mut task::Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        state.waiter = Some(cx.waker().clone());
        if self.is_stopped() || !state.mail.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Ready when the event loop is to end; in place of waiting for mail.
    pub fn poll_stopped(&self, cx: &mut task::Context<'_>) -> Poll<()> {
        lock(&self.state).waiter = Some(cx.waker().clone());
        if self.is_stopped() {
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Whether the agent is gone.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    /// Ends the event loop after the task that runs.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        self.wake();
    }

    /// Ends the agent and its workers from outside. What it is doing may go on for a while, or for ever, but nothing waits
    /// for it, and the other ends of its channels learn at once that it is gone.
    pub fn terminate(&self) {
        self.stop();
        let (sides, workers) = {
            let mut state = lock(&self.state);
            state.terminated = true;
            self.set_resting(&mut state);
            (
                std::mem::take(&mut state.channels_elsewhere),
                std::mem::take(&mut state.workers),
            )
        };
        for side in sides.into_values() {
            if let Some(side) = side.upgrade() {
                side.close();
            }
        }
        for worker in workers {
            (worker.terminate)();
        }
    }

    /// Whether the agent was ended from outside.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.is_stopped() && lock(&self.state).terminated
    }

    /// Has `terminate` called when this agent is ended from outside, which ends the worker that has `mailbox`.
    pub fn add_worker(&self, mailbox: &Arc<Self>, terminate: impl FnOnce() + Send + 'static) {
        let mut state = lock(&self.state);
        if state.workers.len() == state.workers.capacity() {
            state
                .workers
                .retain(|worker| worker.mailbox.upgrade().is_some_and(|it| !it.is_closed()));
        }
        state.workers.push(ChildWorker {
            mailbox: Arc::downgrade(mailbox),
            terminate: Box::new(terminate),
        });
    }

    /// Notes the other side of a channel of the agent.
    pub(crate) fn add_channel(&self, id: u64, side: &Arc<Side>) {
        let side = Arc::downgrade(side);
        lock(&self.state).channels_elsewhere.insert(id, side);
    }

    pub(crate) fn remove_channel(&self, id: u64) {
        lock(&self.state).channels_elsewhere.remove(&id);
    }

    /// Whether the event loop is to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Takes no mail from now on: the agent is gone.
    pub fn close(&self) {
        let mail = {
            let mut state = lock(&self.state);
            state.closed = true;
            state.channels.clear();
            state.channels_elsewhere.clear();
            self.set_resting(&mut state);
            (
                std::mem::take(&mut state.mail),
                std::mem::take(&mut state.workers),
            )
        };
        drop(mail);
    }

    /// Notes the names of the broadcast channels that the agent has.
    pub(crate) fn set_channels(&self, names: HashSet<Text>) {
        lock(&self.state).channels = names;
    }

    pub(super) fn listens_to(&self, name: &Text) -> bool {
        lock(&self.state).channels.contains(name)
    }
}
