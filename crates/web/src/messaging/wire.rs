//! Channels between agents.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex},
};

use boa_gc::WeakGc;

use super::message_port::{End, EndCell};
use crate::{
    agent::{Mailbox, lock},
    structured_clone::Message,
};

/// One side of a channel between agents: what was sent to it, and who is to be told.
#[derive(Default)]
pub(crate) struct Side(Mutex<SideState>);

#[derive(Default)]
struct SideState {
    queue: VecDeque<Message>,
    /// The agent that has the end, and the end's number there; none while it is on its way.
    home: Option<(Arc<Mailbox>, u64)>,
    /// Whether the other side is gone.
    closed: bool,
    /// Whether nobody will ever ask for what is sent here.
    abandoned: bool,
}

impl Side {
    /// Puts messages before all others, without telling anybody.
    pub(crate) fn prepend(&self, messages: Vec<Message>) {
        let mut state = lock(&self.0);
        for message in messages.into_iter().rev() {
            state.queue.push_front(message);
        }
    }

    /// Sends a message.
    fn send(&self, message: Message) {
        let home = {
            let mut state = lock(&self.0);
            if state.abandoned {
                drop(state);
                // Not under the lock: there may be other ends in it.
                drop(message);
                return;
            }
            state.queue.push_back(message);
            state.home.clone()
        };
        if let Some((mailbox, id)) = home {
            mailbox.send(Box::new(move |context| End::deliver_remote(id, context)));
        }
    }

    /// The other side is gone.
    pub(crate) fn close(&self) {
        let home = {
            let mut state = lock(&self.0);
            if std::mem::replace(&mut state.closed, true) {
                return;
            }
            state.home.clone()
        };
        if let Some((mailbox, id)) = home {
            mailbox.send(Box::new(move |context| End::closed_remotely(id, context)));
        }
    }
}

/// An end of a channel between agents. The other end learns when it is dropped.
pub(crate) struct Wire {
    mine: Arc<Side>,
    theirs: Arc<Side>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // There may be other ends in the messages, with messages: they are not left to the native stack.
        let mut unread = self.abandon();
        while let Some(mut message) = unread.pop_front() {
            for wire in message.take_wires() {
                unread.extend(wire.abandon());
            }
        }
    }
}

impl Wire {
    /// Two ends of a new channel.
    pub(crate) fn pair() -> (Self, Self) {
        let (first, second) = (Arc::<Side>::default(), Arc::<Side>::default());
        let other = Self {
            mine: Arc::clone(&second),
            theirs: Arc::clone(&first),
        };
        let one = Self {
            mine: first,
            theirs: second,
        };
        (one, other)
    }

    /// Gives up the end: what was sent to it and not asked for.
    fn abandon(&self) -> VecDeque<Message> {
        self.leave();
        let unread = {
            let mut state = lock(&self.mine.0);
            state.abandoned = true;
            std::mem::take(&mut state.queue)
        };
        self.theirs.close();
        unread
    }

    /// What is sent to this end.
    pub(crate) fn side(&self) -> &Arc<Side> {
        &self.mine
    }

    /// Whether `other` is the other end.
    pub(crate) fn is_other_end(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.theirs, &other.mine)
    }

    /// Sends a message to the other end.
    pub(crate) fn send(&self, message: Message) {
        self.theirs.send(message);
    }

    /// The next message for this end.
    pub(crate) fn receive(&self) -> Option<Message> {
        lock(&self.mine.0).queue.pop_front()
    }

    /// How many messages wait.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.mine.0).queue.len()
    }

    /// Has this agent told of what comes, under this number; says whether the other end is gone already.
    pub(crate) fn settle(&self, mailbox: &Arc<Mailbox>, id: u64) -> bool {
        mailbox.add_channel(id, &self.theirs);
        let mut state = lock(&self.mine.0);
        state.home = Some((Arc::clone(mailbox), id));
        state.closed
    }

    /// Has nobody told, while it is on its way.
    pub(crate) fn leave(&self) {
        let home = lock(&self.mine.0).home.take();
        if let Some((mailbox, id)) = home {
            mailbox.remove_channel(id);
        }
    }
}

/// The ends of channels to other agents that an agent has.
#[derive(Default)]
pub(crate) struct RemotePorts {
    ports: RefCell<HashMap<u64, RemotePort>>,
    /// The number at which those that are gone are looked for.
    limit: Cell<usize>,
}

/// An end is kept alive here as long as its queue is enabled: messages may come that nobody here would have to send.
enum RemotePort {
    Idle(WeakGc<EndCell>),
    Listening(End),
}

impl RemotePorts {
    pub(crate) fn add(&self, id: u64, end: &End) {
        let port = RemotePort::Idle(end.downgrade());
        let mut ports = self.ports.borrow_mut();
        if ports.len() >= self.limit.get() {
            ports.retain(|_, port| match port {
                RemotePort::Idle(end) => end.is_upgradable(),
                RemotePort::Listening(_) => true,
            });
            self.limit.set(ports.len() * 2 + 16);
        }
        ports.insert(id, port);
    }

    pub(crate) fn listen(&self, id: u64, end: &End) {
        if let Some(port) = self.ports.borrow_mut().get_mut(&id) {
            *port = RemotePort::Listening(end.clone());
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<End> {
        match self.ports.borrow().get(&id)? {
            RemotePort::Idle(end) => End::upgrade(end),
            RemotePort::Listening(end) => Some(end.clone()),
        }
    }

    pub(crate) fn remove(&self, id: u64) {
        let removed = self.ports.borrow_mut().remove(&id);
        drop(removed);
    }
}
