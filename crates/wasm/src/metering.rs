//! Interrupting WebAssembly code: it runs on fuel, and stops wherever it has used it up.
//!
//! The engine gives out fuel in portions. Whenever one is used up, code rests in the middle of what it does, and
//! whoever meters it decides whether it gets another. That is where clocks are looked at and flags heeded.

use std::{fmt, rc::Rc};

use boa_engine::{Context, JsError, JsResult};
use wasmi::{AsContextMut, CustomFuelCosts, Func, ResumableCall, StoreContextMut, Val};

use crate::{agent::Agent, errors::Pending, limiter::StoreData};

/// What becomes of code that needs fuel.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refuel {
    /// It goes on, with so many units more.
    Continue(u64),
    /// It ends with this error. No handler of the code sees it, nor any of a script that called it if it is one of
    /// the engine's own errors.
    Stop(JsError),
}

/// Decides whether WebAssembly code goes on. See [`Options::metering`](crate::Options::metering).
///
/// An instruction costs about one unit of fuel. Instructions that copy or fill memory or tables cost one more for every
/// 4,096 bytes.
pub trait Metering {
    /// Gives fuel to code that cannot go on with less than `needed` units more.
    ///
    /// Code uses up a million units in some milliseconds, or in half a second when all it does is filling memory.
    fn refuel(&self, needed: u64) -> Refuel;

    /// Takes back what code has not used. No code is running any more.
    fn take_back(&self, fuel: u64);

    /// Called between WebAssembly code and JavaScript, in either direction.
    ///
    /// # Errors
    ///
    /// If there is to be no call. See [`Refuel::Stop`].
    fn cross(&self) -> JsResult<()>;
}

/// What measures time slices where nothing else needs fuel.
pub(crate) struct Unlimited;

impl Metering for Unlimited {
    fn refuel(&self, needed: u64) -> Refuel {
        // A millisecond or two.
        Refuel::Continue(needed.max(500_000))
    }

    fn take_back(&self, _: u64) {}

    fn cross(&self) -> JsResult<()> {
        Ok(())
    }
}

/// A [`Metering`] that can be shown.
#[derive(Clone)]
pub(crate) struct Meter(pub(crate) Rc<dyn Metering>);

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meter")
    }
}

/// Has an engine's code use fuel.
///
/// Translating is free: code that runs out of fuel in the middle of a translation cannot be resumed. So is growing a
/// table by a few hundred elements, see [`StoreData`].
pub(crate) fn configure(config: &mut wasmi::Config) {
    config.consume_fuel(true).fuel_cost(CustomFuelCosts {
        bytes_copied_per_fuel: 4096,
        fuel_per_bytes_translated: 0,
        fuel_per_bytes_validated: 0,
    });
}

impl Agent {
    /// Calls a function.
    pub(crate) fn call(
        &self,
        context: &mut Context,
        func: Func,
        inputs: &[Val],
        outputs: &mut [Val],
    ) -> JsResult<()> {
        if self.meter.is_none() {
            return self.enter(context, |store| func.call(store, inputs, outputs));
        }
        self.enter_metered(context, |store| self.call_in(store, func, inputs, outputs))
    }

    /// Calls a function from where WebAssembly code runs already.
    pub(crate) fn call_in(
        &self,
        mut store: StoreContextMut<'_, StoreData>,
        func: Func,
        inputs: &[Val],
        outputs: &mut [Val],
    ) -> Result<(), wasmi::Error> {
        if self.meter.is_none() {
            return func.call(store, inputs, outputs);
        }
        let mut call = func.call_resumable(&mut store, inputs, outputs)?;
        loop {
            call = match call {
                ResumableCall::Finished => return Ok(()),
                ResumableCall::HostTrap(trap) => return Err(trap.into_host_error()),
                ResumableCall::OutOfFuel(rest) => {
                    self.refuel(&mut store, rest.required_fuel())?;
                    rest.resume(&mut store, outputs)?
                }
            }
        }
    }

    /// [`enter`](Self::enter) for code that can be suspended.
    pub(crate) fn enter_resumable<R>(
        &self,
        context: &mut Context,
        f: impl FnOnce(StoreContextMut<'_, StoreData>) -> Result<R, wasmi::Error>,
    ) -> JsResult<R> {
        let f = |store: StoreContextMut<'_, StoreData>| {
            self.may_suspend.set(true);
            f(store)
        };
        if self.meter.is_none() {
            self.enter(context, f)
        } else {
            self.enter_metered(context, f)
        }
    }

    /// [`enter`](Self::enter) for code that uses fuel.
    fn enter_metered<R>(
        &self,
        context: &mut Context,
        f: impl FnOnce(StoreContextMut<'_, StoreData>) -> Result<R, wasmi::Error>,
    ) -> JsResult<R> {
        self.cross()?;
        // Code that this is nested in has the store's fuel, and shares it.
        let is_outermost = !self.is_running();
        self.enter(context, |mut store| {
            if is_outermost {
                self.refuel(&mut store, 1)?;
            }
            let result = f(store.as_context_mut());
            if is_outermost && let Some(Meter(meter)) = &self.meter {
                meter.take_back(store.get_fuel()?);
                store.set_fuel(0)?;
            }
            result
        })
    }

    /// Asks for fuel. An error is left for the call that entered WebAssembly to take up.
    #[cold]
    pub(crate) fn refuel(
        &self,
        store: &mut StoreContextMut<'_, StoreData>,
        needed: u64,
    ) -> Result<(), wasmi::Error> {
        let Some(Meter(meter)) = &self.meter else {
            return Ok(());
        };
        let left = store.get_fuel()?;
        match meter.refuel(needed.saturating_sub(left)) {
            Refuel::Continue(fuel) => store.set_fuel(left.saturating_add(fuel)),
            Refuel::Stop(error) => {
                *self.pending.borrow_mut() = Some(error);
                Err(wasmi::Error::host(Pending))
            }
        }
    }

    /// Whether a call between the two languages is to be made.
    #[inline]
    pub(crate) fn cross(&self) -> JsResult<()> {
        match &self.meter {
            Some(Meter(meter)) => meter.cross(),
            None => Ok(()),
        }
    }
}
