//! Where an agent gets what others send it.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    task::{self, Poll, Waker},
};

use boa_engine::{Context, JsResult};

use super::{Group, group::lock};
use crate::structured_clone::Text;

/// What an agent is to do: a task for its event loop.
pub type Mail = Box<dyn FnOnce(&mut Context) -> JsResult<()> + Send>;

/// Takes mail for one agent from any thread.
pub struct Mailbox {
    group: Arc<Group>,
    is_main: bool,
    stopped: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    mail: VecDeque<Mail>,
    /// Whether a worker has something to do; that of the main program is not counted.
    active: bool,
    /// Whether the agent is gone.
    closed: bool,
    waker: Option<Waker>,
    /// The names of the broadcast channels that the agent has.
    channels: HashSet<Text>,
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
        let waker = {
            let mut state = lock(&self.state);
            if state.closed {
                drop(state);
                // Not under the lock: mail may hold ends of channels, which tell others that they are gone.
                drop(mail);
                return false;
            }
            state.mail.push_back(mail);
            self.set_active(&mut state);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    fn set_active(&self, state: &mut State) {
        if !self.is_main && !state.active {
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
            state.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(std::mem::take(&mut state.mail))
    }

    /// Has whoever waits for mail look at everything else, too.
    pub fn wake(&self) {
        let waker = lock(&self.state).waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
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
        state.waker = Some(cx.waker().clone());
        if self.is_stopped() || !state.mail.is_empty() {
            return Poll::Ready(());
        }
        Poll::Pending
    }

    /// Ready when the event loop is to end; in place of waiting for mail.
    pub fn poll_stopped(&self, cx: &mut task::Context<'_>) -> Poll<()> {
        lock(&self.state).waker = Some(cx.waker().clone());
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
            let mail = std::mem::take(&mut state.mail);
            self.set_resting(&mut state);
            mail
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
