//! The timers of the event loop, ordered by due time, then by creation.

use std::{collections::BTreeMap, time::Duration};

use boa_engine::{
    Context, JsResult,
    job::{CancellationToken, IntervalJob, TimeoutJob},
};

/// The longest delay that is honoured exactly; a longer one becomes this one. It keeps
/// the sum of "now" and a delay within what a clock can hold.
const LONGEST_DELAY: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// A timer's place in the queue: due time by the runtime's clock, then order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TimerKey(Duration, u64);

/// A job that waits for its time.
pub(super) enum TimerJob {
    Once(Option<TimeoutJob>, Schedule),
    Repeated(IntervalJob, Schedule),
}

/// What is known about a timer apart from its job.
pub(super) struct Schedule {
    delay: Duration,
    token: CancellationToken,
    /// Whether the loop stays for it.
    awaited: bool,
}

impl From<TimeoutJob> for TimerJob {
    fn from(job: TimeoutJob) -> Self {
        let schedule = Schedule {
            delay: Duration::from(job.timeout()).min(LONGEST_DELAY),
            token: job.cancellation_token().clone(),
            awaited: true,
        };
        Self::Once(Some(job), schedule)
    }
}

impl From<IntervalJob> for TimerJob {
    fn from(job: IntervalJob) -> Self {
        let schedule = Schedule {
            // A repetition without delay would leave no turn to anything else.
            delay: Duration::from(job.interval()).clamp(Duration::from_millis(1), LONGEST_DELAY),
            token: job.cancellation_token().clone(),
            awaited: true,
        };
        Self::Repeated(job, schedule)
    }
}

impl TimerJob {
    /// A job that the loop does not stay for.
    pub(super) fn background(job: TimeoutJob) -> Self {
        let mut job = Self::from(job);
        let (Self::Once(_, schedule) | Self::Repeated(_, schedule)) = &mut job;
        schedule.awaited = false;
        job
    }

    fn schedule(&self) -> &Schedule {
        match self {
            Self::Once(_, schedule) | Self::Repeated(_, schedule) => schedule,
        }
    }

    /// How long after now the job is due.
    pub(super) fn delay(&self) -> Duration {
        self.schedule().delay
    }

    /// The token that cancels the job.
    pub(super) fn token(&self) -> CancellationToken {
        self.schedule().token.clone()
    }

    /// Runs the job.
    pub(super) fn call(&mut self, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Once(job, _) => match job.take() {
                Some(job) => job.call(context).map(drop),
                None => Ok(()),
            },
            Self::Repeated(job, _) => job.call(context).map(drop),
        }
    }

    /// The same job again, if it is one that repeats and was not cancelled meanwhile.
    pub(super) fn next(self) -> Option<Self> {
        match &self {
            Self::Repeated(job, _) if !job.cancelled() => Some(self),
            Self::Repeated(..) | Self::Once(..) => None,
        }
    }
}

/// The queue.
#[derive(Default)]
pub(super) struct TimerQueue {
    jobs: BTreeMap<TimerKey, TimerJob>,
    created: u64,
    awaited: usize,
}

impl TimerQueue {
    /// Adds a job that is due at `due`.
    pub(super) fn insert(&mut self, due: Duration, job: TimerJob) -> TimerKey {
        self.created += 1;
        let key = TimerKey(due, self.created);
        self.awaited += usize::from(job.schedule().awaited);
        self.jobs.insert(key, job);
        key
    }

    /// Takes a job out, if it is still there.
    pub(super) fn remove(&mut self, key: TimerKey) -> Option<TimerJob> {
        let job = self.jobs.remove(&key)?;
        self.awaited -= usize::from(job.schedule().awaited);
        Some(job)
    }

    /// Takes out the first job that is due at `now`.
    pub(super) fn pop_due(&mut self, now: Duration) -> Option<TimerJob> {
        let key = *self.jobs.first_key_value()?.0;
        if key.0 > now {
            return None;
        }
        self.remove(key)
    }

    /// When the first job is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.jobs.first_key_value().map(|(key, _)| key.0)
    }

    /// How many jobs wait that the loop stays for.
    pub(super) fn awaited(&self) -> usize {
        self.awaited
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }
}

#[cfg(test)]
mod tests {
    use boa_engine::{JsValue, job::NativeJob};

    use super::*;

    fn job(delay: u64) -> TimerJob {
        TimeoutJob::new(NativeJob::new(|_| Ok(JsValue::undefined())), delay).into()
    }

    #[test]
    fn orders_by_due_time_and_then_by_creation() {
        let mut queue = TimerQueue::default();
        let start = Duration::from_secs(1);
        let at = |ms| start + Duration::from_millis(ms);
        let keys = [5, 1, 5, 3].map(|ms| queue.insert(at(ms), job(ms)));
        assert_eq!(queue.next_due(), Some(at(1)));

        let mut order = vec![keys[1], keys[3], keys[0], keys[2]];
        while let Some((&key, _)) = queue.jobs.first_key_value() {
            assert_eq!(key, order.remove(0));
            assert!(queue.pop_due(at(10)).is_some());
        }
        assert!(order.is_empty());
    }

    #[test]
    fn gives_only_what_is_due_and_what_was_not_removed() {
        let mut queue = TimerQueue::default();
        let start = Duration::from_secs(1);
        let first = queue.insert(start + Duration::from_millis(1), job(1));
        queue.insert(start + Duration::from_millis(2), job(2));
        assert!(queue.pop_due(start).is_none());
        assert!(queue.remove(first).is_some());
        assert!(queue.remove(first).is_none());
        assert!(queue.pop_due(start + Duration::from_millis(1)).is_none());
        assert!(queue.pop_due(start + Duration::from_millis(2)).is_some());
        assert_eq!((queue.len(), queue.next_due()), (0, None));
    }

    #[test]
    fn counts_what_the_loop_stays_for() {
        let mut queue = TimerQueue::default();
        let start = Duration::from_secs(1);
        let background = |ms| {
            let job = NativeJob::new(|_| Ok(JsValue::undefined()));
            TimerJob::background(TimeoutJob::new(job, ms))
        };
        let first = queue.insert(start, background(0));
        queue.insert(start, job(0));
        queue.insert(start, background(0));
        assert_eq!((queue.len(), queue.awaited()), (3, 1));
        assert!(queue.remove(first).is_some());
        assert_eq!((queue.len(), queue.awaited()), (2, 1));
        assert!(queue.pop_due(start).is_some());
        assert_eq!((queue.len(), queue.awaited()), (1, 0));
        assert!(queue.pop_due(start).is_some());
        assert_eq!((queue.len(), queue.awaited()), (0, 0));
    }
}
