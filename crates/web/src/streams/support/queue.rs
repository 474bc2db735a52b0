//! Queues with sizes: <https://streams.spec.whatwg.org/#queue-with-sizes>.

use std::collections::VecDeque;

use boa_engine::{JsNativeError, JsResult};
use boa_gc::{Finalize, Trace};

/// `[[queue]]` and `[[queueTotalSize]]`.
#[derive(Trace, Finalize)]
pub(in crate::streams) struct Queue<T: Trace> {
    entries: VecDeque<(T, f64)>,
    #[unsafe_ignore_trace]
    total_size: f64,
}

impl<T: Trace> Default for Queue<T> {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            total_size: 0.0,
        }
    }
}

impl<T: Trace> Queue<T> {
    /// <https://streams.spec.whatwg.org/#enqueue-value-with-size>
    pub(in crate::streams) fn enqueue(&mut self, value: T, size: f64) -> JsResult<()> {
        if size.is_nan() || size < 0.0 || size == f64::INFINITY {
            return Err(JsNativeError::range()
                .with_message("the size of a chunk must be a finite number that is not negative")
                .into());
        }
        self.entries.push_back((value, size));
        self.total_size += size;
        Ok(())
    }

    /// <https://streams.spec.whatwg.org/#dequeue-value>
    pub(in crate::streams) fn dequeue(&mut self) -> Option<T> {
        let (value, size) = self.entries.pop_front()?;
        // It may become negative by rounding.
        self.total_size = (self.total_size - size).max(0.0);
        Some(value)
    }

    /// <https://streams.spec.whatwg.org/#peek-queue-value>
    pub(in crate::streams) fn peek(&self) -> Option<&T> {
        self.entries.front().map(|(value, _)| value)
    }

    /// <https://streams.spec.whatwg.org/#reset-queue>
    pub(in crate::streams) fn reset(&mut self) {
        self.entries.clear();
        self.total_size = 0.0;
    }

    pub(in crate::streams) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(in crate::streams) fn total_size(&self) -> f64 {
        self.total_size
    }
}
