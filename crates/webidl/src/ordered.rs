//! Results in the order in which they were asked for.
//!
//! What is done elsewhere (requests, compilations, loading modules) comes back when it is ready, which is another time
//! in every run of a program. In a context with an [`Order`], one result after the other comes to the script, in the
//! order in which the script asked for them, and only when there is nothing else to do: whatever the network does, the
//! script sees the same.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    rc::Rc,
    task::{self, Poll, Waker},
};

use boa_engine::Context;
use futures_util::future::Either;

/// The order of the results of one context. Clones are the same order.
#[derive(Debug, Clone, Default)]
pub struct Order(Rc<State>);

#[derive(Debug, Default)]
struct State {
    next: Cell<u64>,
    /// What was asked for, by the time of asking, and whom to wake when a result's turn comes.
    pending: RefCell<BTreeMap<u64, Option<Waker>>>,
    /// Whether one result may come now.
    admits: Cell<bool>,
}

impl Order {
    /// Has the results of `context` come in order. Its event loop must call [`admit`](Self::admit).
    pub fn install(&self, context: &mut Context) {
        context.insert_data(self.clone());
    }

    /// Lets one result come to the script: the first, when it is ready. To be called when there is nothing else to do.
    pub fn admit(&self) {
        self.0.admits.set(true);
        self.0.wake_first();
    }
}

impl State {
    fn wake_first(&self) {
        let waker = match self.pending.borrow_mut().first_entry() {
            Some(mut first) => first.get_mut().take(),
            None => None,
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A place in the order, until the result has come or nobody wants it any more.
#[derive(Debug)]
struct Ticket {
    state: Rc<State>,
    number: u64,
}

impl Ticket {
    fn poll_turn(&self, cx: &task::Context<'_>) -> Poll<()> {
        let mut pending = self.state.pending.borrow_mut();
        let is_first = pending.first_key_value().map(|(number, _)| *number) == Some(self.number);
        if is_first && self.state.admits.replace(false) {
            return Poll::Ready(());
        }
        pending.insert(self.number, Some(cx.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.state.pending.borrow_mut().remove(&self.number);
        if self.state.admits.get() {
            self.state.wake_first();
        }
    }
}

/// A future whose result comes when it is its turn.
pub struct Ordered<F: Future> {
    future: Pin<Box<F>>,
    output: Option<F::Output>,
    ticket: Ticket,
}

impl<F: Future> Unpin for Ordered<F> {}

impl<F: Future> Future for Ordered<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        if self.output.is_none() {
            match self.future.as_mut().poll(cx) {
                Poll::Ready(output) => self.output = Some(output),
                Poll::Pending => return Poll::Pending,
            }
        }
        match self.ticket.poll_turn(cx) {
            Poll::Ready(()) => match self.output.take() {
                Some(output) => Poll::Ready(output),
                None => Poll::Pending,
            },
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Has the result of `future`, which is asked for now, come in the order of `context`, if that has one.
pub fn in_order<F: Future>(future: F, context: &Context) -> Either<F, Ordered<F>> {
    let Some(Order(state)) = context.get_data::<Order>() else {
        return Either::Left(future);
    };
    let number = state.next.get();
    state.next.set(number + 1);
    state.pending.borrow_mut().insert(number, None);
    Either::Right(Ordered {
        future: Box::pin(future),
        output: None,
        ticket: Ticket {
            state: Rc::clone(state),
            number,
        },
    })
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, future::select_all};

    use super::*;

    #[test]
    fn results_come_in_order_one_at_a_time() {
        let mut context = Context::default();
        let order = Order::default();
        order.install(&mut context);
        let mut futures: Vec<_> = (0..3)
            .map(|index| in_order(std::future::ready(index), &context))
            .collect();
        // Whoever looks first.
        futures.reverse();
        for expected in 0..3 {
            assert!(select_all(&mut futures).now_or_never().is_none());
            order.admit();
            let (result, place, _) = select_all(&mut futures).now_or_never().unwrap();
            assert_eq!((result, place), (expected, futures.len() - 1));
            drop(futures.pop());
            assert!(futures.is_empty() || select_all(&mut futures).now_or_never().is_none());
        }
    }

    #[test]
    fn what_nobody_waits_for_holds_up_nobody() {
        let mut context = Context::default();
        let order = Order::default();
        order.install(&mut context);
        let first = in_order(std::future::pending::<()>(), &context);
        let second = in_order(std::future::ready(2), &context);
        order.admit();
        let mut second = Box::pin(second);
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        assert_eq!(second.now_or_never(), Some(2));
    }

    #[test]
    fn without_an_order_results_come_at_once() {
        let context = Context::default();
        let future = in_order(std::future::ready(1), &context);
        assert_eq!(future.now_or_never(), Some(1));
    }
}
