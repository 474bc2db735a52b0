//! Where random numbers come from.
//!
//! By default that is the operating system. An embedder may give a context another [`RandomSource`], for
//! reproducible runs say; then `crypto`, `Math.random`, UUIDs and boundaries of form data all draw from it.

use std::{
    cell::{Cell, RefCell},
    fmt::Write,
    sync::Arc,
};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue, NativeFunction, js_string,
    object::FunctionObjectBuilder, property::PropertyDescriptor,
};

/// A source of randomness has nothing to give.
#[derive(Debug, Clone)]
pub struct RandomError(String);

impl RandomError {
    /// An error that says why.
    pub fn new(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl std::fmt::Display for RandomError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no random numbers are to be had: {}", self.0)
    }
}

impl std::error::Error for RandomError {}

impl From<RandomError> for JsError {
    fn from(error: RandomError) -> Self {
        JsNativeError::error()
            .with_message(error.to_string())
            .into()
    }
}

/// Gives random bytes.
///
/// Keys are made of what it gives: a source that can be foretold is for tests and for reproducible runs.
/// A function that fills a slice is a source.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU8, Ordering}};
/// use boa_engine::{Context, Source};
///
/// let mut context = Context::default();
/// taipan_web::register(&mut context)?;
/// let next = AtomicU8::new(0);
/// let counter = move |bytes: &mut [u8]| {
///     bytes.fill_with(|| next.fetch_add(1, Ordering::Relaxed));
///     Ok(())
/// };
/// taipan_web::random::set_source(Arc::new(counter), &mut context)?;
/// let bytes = context.eval(Source::from_bytes(
///     "crypto.getRandomValues(new Uint8Array(4)).join()",
/// ))?;
/// assert_eq!(bytes.display().to_string(), "\"0,1,2,3\"");
/// # Ok::<(), boa_engine::JsError>(())
/// ```
pub trait RandomSource: Send + Sync + 'static {
    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    ///
    /// Fails when the source has none to give; a script gets an exception then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

impl<F> RandomSource for F
where
    F: Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync + 'static,
{
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self(bytes)
    }
}

/// The operating system's randomness: the default.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(RandomError::new)
    }
}

/// The source of a context that does not use the system's.
struct Chosen(Arc<dyn RandomSource>);

/// Has everything in `context` that is random come from `source`, `Math.random` of the current realm included.
///
/// Operations of `crypto.subtle` then run on the thread of the context, one after the other, so that they
/// draw in an order that does not change.
///
/// # Errors
///
/// Fails when a script has made `Math.random` read-only before.
pub fn set_source(source: Arc<dyn RandomSource>, context: &mut Context) -> JsResult<()> {
    context.insert_data(Chosen(source));
    let function =
        FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(math_random))
            .name(js_string!("random"))
            .length(0)
            .constructor(false)
            .build();
    let math = context.global_object().get(js_string!("Math"), context)?;
    let Some(math) = math.as_object() else {
        return Ok(());
    };
    math.define_property_or_throw(
        js_string!("random"),
        PropertyDescriptor::builder()
            .value(function)
            .writable(true)
            .enumerable(false)
            .configurable(true),
        context,
    )?;
    Ok(())
}

/// <https://tc39.es/ecma262/#sec-math.random>
fn math_random(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut bytes = [0; 8];
    fill(&mut bytes, context)?;
    // As many bits as a double between one half and one has.
    let bits = u64::from_le_bytes(bytes) >> 11;
    Ok((bits as f64 / (1_u64 << 53) as f64).into())
}

/// The source that was set, if one was.
pub(crate) fn chosen(context: &Context) -> Option<Arc<dyn RandomSource>> {
    context
        .get_data::<Chosen>()
        .map(|chosen| Arc::clone(&chosen.0))
}

/// Fills `bytes` from the source of `context`.
///
/// # Errors
///
/// Fails when the source has none to give.
pub fn fill(bytes: &mut [u8], context: &Context) -> Result<(), RandomError> {
    match context.get_data::<Chosen>() {
        Some(Chosen(source)) => source.fill(bytes),
        None => SystemRandom.fill(bytes),
    }
}

thread_local! {
    /// What [`Random`] draws from; the system's source if there is none.
    static CURRENT: RefCell<Option<Arc<dyn RandomSource>>> = const { RefCell::new(None) };
    /// Why [`Random`] could not draw.
    static FAILURE: RefCell<Option<RandomError>> = const { RefCell::new(None) };
}

/// Runs `f`, in which [`Random`] draws from `source`, the system's if there is none.
///
/// # Errors
///
/// Fails when the source did; what `f` returned is worth nothing then.
pub(crate) fn with_source<T>(
    source: Option<Arc<dyn RandomSource>>,
    f: impl FnOnce() -> T,
) -> Result<T, RandomError> {
    /// Puts back what was there, also when `f` panics.
    struct Restore(Option<Arc<dyn RandomSource>>);

    impl Drop for Restore {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }

    let restore = Restore(CURRENT.replace(source));
    FAILURE.set(None);
    let value = f();
    drop(restore);
    match FAILURE.take() {
        Some(error) => Err(error),
        None => Ok(value),
    }
}

/// The generator for code that has no context at hand; to be used within [`with_source`].
pub(crate) struct Random;

impl Random {
    /// Fills `bytes`.
    pub(crate) fn try_fill(bytes: &mut [u8]) -> Result<(), RandomError> {
        let source = CURRENT.with_borrow(Clone::clone);
        match source {
            Some(source) => source.fill(bytes),
            None => SystemRandom.fill(bytes),
        }
    }
}

/// What a crate that draws is told when the source fails.
const FAILED: std::num::NonZeroU32 =
    std::num::NonZeroU32::MIN.saturating_add(rand_core::Error::CUSTOM_START);

impl rand_core::RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    /// The crates that draw this way know no errors, and may draw until they like what they get. If
    /// the source fails they get numbers that differ, and what they make of them is thrown away.
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        if let Err(error) = Self::try_fill(bytes) {
            FAILURE.set(Some(error));
            let mut state = bytes.len() as u64;
            for chunk in bytes.chunks_mut(8) {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(FALLBACK.get());
                FALLBACK.set(state | 1);
                for (byte, value) in chunk.iter_mut().zip(state.rotate_left(29).to_le_bytes()) {
                    *byte = value;
                }
            }
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        Self::try_fill(bytes).map_err(|error| {
            FAILURE.set(Some(error));
            rand_core::Error::from(FAILED)
        })
    }
}

thread_local! {
    /// The state of the numbers that stand in for those of a source that failed.
    static FALLBACK: Cell<u64> = const { Cell::new(1) };
}

/// The default source is fit for keys, and whoever chooses another one chooses it for keys, too.
impl rand_core::CryptoRng for Random {}

/// The bytes in hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// A UUID of version 4.
///
/// <https://www.rfc-editor.org/rfc/rfc9562#section-5.4>
pub(crate) fn uuid(context: &Context) -> Result<String, RandomError> {
    let mut bytes = [0; 16];
    fill(&mut bytes, context)?;
    let mut value = u128::from_be_bytes(bytes);
    value = value & !(0xf << 76) | 4 << 76;
    value = value & !(0b11 << 62) | 0b10 << 62;
    let digits = hexadecimal(&value.to_be_bytes());
    let mut uuid = String::with_capacity(36);
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            uuid.push('-');
        }
        uuid.push(digit);
    }
    Ok(uuid)
}

#[cfg(test)]
mod tests {
    use boa_engine::Source;
    use rand_core::RngCore as _;

    use super::*;

    #[test]
    fn a_uuid_tells_its_version() {
        let context = Context::default();
        for _ in 0..100 {
            let uuid = uuid(&context).expect("a source of randomness");
            let groups: Vec<&str> = uuid.split('-').collect();
            let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12]);
            assert!(groups[2].starts_with('4'), "{uuid}");
            assert!(groups[3].starts_with(['8', '9', 'a', 'b']), "{uuid}");
        }
    }

    #[test]
    fn a_source_that_fails_is_told_of_and_ends_nothing() {
        let mut numbers = (0, 0);
        let failing = |_: &mut [u8]| Err(RandomError::new("empty"));
        let result = with_source(Some(Arc::new(failing)), || {
            numbers = (Random.next_u64(), Random.next_u64());
        });
        let error = result.expect_err("the failure");
        assert_eq!(error.to_string(), "no random numbers are to be had: empty");
        assert_ne!(numbers.0, numbers.1);
        // Afterwards it is the system's source again.
        assert!(with_source(None, || Random.next_u64()).is_ok());
    }

    #[test]
    fn math_random_draws_from_the_source() {
        let mut context = Context::default();
        let next = std::sync::atomic::AtomicU8::new(0);
        let source = move |bytes: &mut [u8]| {
            bytes.fill(next.fetch_add(0x80, std::sync::atomic::Ordering::Relaxed));
            Ok(())
        };
        set_source(Arc::new(source), &mut context).expect("a source");
        let numbers = "[Math.random(), Math.random() * 2 ** 53, Math.random.name].join()";
        let numbers = context.eval(Source::from_bytes(numbers)).expect("numbers");
        let expected = format!("0,{},random", 0x8080_8080_8080_8080_u64 >> 11);
        assert_eq!(
            numbers.as_string().map(|s| s.to_std_string_lossy()),
            Some(expected)
        );
        let failing = |_: &mut [u8]| Err(RandomError::new("empty"));
        set_source(Arc::new(failing), &mut context).expect("a source");
        let error = context
            .eval(Source::from_bytes("Math.random()"))
            .expect_err("an exception");
        assert!(
            error.to_string().contains("Error: no random numbers"),
            "{error}"
        );
    }
}
