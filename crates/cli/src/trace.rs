//! Watching what the runtime does: its spans, as the crate `tracing` has them.
//!
//! Nothing of it is there unless somebody wants to know: without a subscriber a span is nothing.

use std::{
    collections::HashMap,
    sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tracing::{
    Event, Id, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span::{Attributes, Record},
    subscriber::Interest,
};

/// A piece of work that has begun.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) kind: &'static str,
    pub(crate) begun: Instant,
    pub(crate) ended: Option<Instant>,
    /// What it is about, if it has a URL.
    pub(crate) url: String,
    /// How many bytes there are, if that is known.
    pub(crate) length: Option<u64>,
    /// How many of them have come.
    pub(crate) received: u64,
    handles: usize,
}

impl Visit for Work {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "length" => self.length = Some(value),
            "received" | "bytes" => self.received = value,
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "url" {
            self.url = format!("{value:?}");
        }
    }
}

/// All work that was seen.
#[derive(Default)]
pub(crate) struct Works {
    next: u64,
    works: HashMap<u64, Work>,
    /// Whether work is remembered after its end.
    remembers: bool,
    /// What is to be done when something is fetched for the first time.
    on_fetch: Option<fn()>,
}

impl Works {
    /// In no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Work> {
        self.works.values()
    }
}

#[cfg(test)]
impl Work {
    /// A fetch that has begun.
    pub(crate) fn fetch(url: &str, begun: Instant, received: u64, length: Option<u64>) -> Self {
        Self {
            kind: "fetch",
            begun,
            ended: None,
            url: url.to_owned(),
            length,
            received,
            handles: 1,
        }
    }
}

#[cfg(test)]
impl FromIterator<Work> for Works {
    fn from_iter<T: IntoIterator<Item = Work>>(works: T) -> Self {
        Self {
            works: (0..).zip(works).collect(),
            ..Self::default()
        }
    }
}

static WORKS: LazyLock<Mutex<Works>> = LazyLock::new(Mutex::default);

/// Is told when work begins.
pub(crate) static BEGUN: Condvar = Condvar::new();

/// What was seen so far.
pub(crate) fn works() -> MutexGuard<'static, Works> {
    WORKS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches from now on. What has ended is remembered if `remembers`; `on_fetch` is called when
/// something is fetched for the first time.
pub(crate) fn watch(remembers: bool, on_fetch: Option<fn()>) {
    {
        let mut works = works();
        works.remembers = remembers;
        works.on_fetch = on_fetch;
    }
    // Who else watches sees it.
    let _ = tracing::subscriber::set_global_default(Watcher);
}

struct Watcher;

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("taipan::")
}

impl Subscriber for Watcher {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match is_ours(metadata) {
            true => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut work = Work {
            kind: attributes.metadata().name(),
            begun: Instant::now(),
            ended: None,
            url: String::new(),
            length: None,
            received: 0,
            handles: 1,
        };
        attributes.record(&mut work);
        let is_fetch = work.kind == "fetch";
        let mut works = works();
        works.next += 1;
        let id = works.next;
        works.works.insert(id, work);
        let on_fetch = works.on_fetch.take_if(|_| is_fetch);
        drop(works);
        BEGUN.notify_all();
        if let Some(on_fetch) = on_fetch {
            on_fetch();
        }
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(work) = works().works.get_mut(&id.into_u64()) {
            values.record(work);
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(work) = works().works.get_mut(&id.into_u64()) {
            work.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let mut works = works();
        let remembers = works.remembers;
        let Some(work) = works.works.get_mut(&id.into_u64()) else {
            return false;
        };
        work.handles -= 1;
        if work.handles > 0 {
            return false;
        }
        work.ended = Some(Instant::now());
        if !remembers {
            works.works.remove(&id.into_u64());
        }
        true
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
