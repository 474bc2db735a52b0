//! The arguments of calls, in both directions.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};

use super::{FromJs, IntoJs, within};

/// The arguments that a host function was called with, read one by one.
#[derive(Debug)]
pub struct ArgumentReader<'a> {
    function: &'a str,
    this: &'a JsValue,
    arguments: &'a [JsValue],
    /// How many were read.
    read: usize,
    /// How many there must be.
    required: usize,
}

impl<'a> ArgumentReader<'a> {
    /// The arguments of a call of `function`, which wants at least so many.
    pub(crate) fn new(
        function: &'a str,
        this: &'a JsValue,
        arguments: &'a [JsValue],
        required: usize,
    ) -> Self {
        Self {
            function,
            this,
            arguments,
            read: 0,
            required,
        }
    }

    /// The `this` value of the call.
    #[must_use]
    pub fn this(&self) -> &'a JsValue {
        self.this
    }

    /// The next argument, converted.
    ///
    /// # Errors
    ///
    /// A `TypeError` that names the function and the argument if it is missing or cannot be converted.
    pub fn next<T: FromJs>(&mut self, context: &mut Context) -> JsResult<T> {
        let index = self.read;
        self.read += 1;
        let value = match self.arguments.get(index) {
            Some(value) => value,
            None if T::OPTIONAL => &JsValue::undefined(),
            None => return Err(self.missing()),
        };
        self.convert(index, value, context)
    }

    /// All arguments that are left, converted.
    ///
    /// # Errors
    ///
    /// See [`next`](Self::next).
    pub fn rest<T: FromJs>(&mut self, context: &mut Context) -> JsResult<Vec<T>> {
        let first = std::mem::replace(&mut self.read, self.arguments.len());
        let rest = self.arguments.get(first..).unwrap_or_default();
        rest.iter()
            .enumerate()
            .map(|(index, value)| self.convert(first + index, value, context))
            .collect()
    }

    fn convert<T: FromJs>(
        &self,
        index: usize,
        value: &JsValue,
        context: &mut Context,
    ) -> JsResult<T> {
        let place = || format!("{}: argument {}", self.function, index + 1);
        T::from_js(value, context).map_err(|error| within(place, error))
    }

    fn missing(&self) -> boa_engine::JsError {
        let (required, given) = (self.required, self.arguments.len());
        let plural = if required == 1 { "" } else { "s" };
        JsNativeError::typ()
            .with_message(format!(
                "{}: {required} argument{plural} required, but only {given} present",
                self.function
            ))
            .into()
    }
}

/// Parameters of host functions: everything that is [`FromJs`], and [`Rest`] and [`This`].
pub trait FromArgument: Sized {
    /// Whether a caller must give an argument for it.
    const REQUIRED: bool;

    /// Takes the parameter's value.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted.
    fn from_argument(arguments: &mut ArgumentReader<'_>, context: &mut Context) -> JsResult<Self>;
}

impl<T: FromJs> FromArgument for T {
    const REQUIRED: bool = !T::OPTIONAL;

    fn from_argument(arguments: &mut ArgumentReader<'_>, context: &mut Context) -> JsResult<Self> {
        arguments.next(context)
    }
}

/// All arguments from here on: of a host function, or of a call of a function of script.
///
/// ```
/// use taipan::Rest;
///
/// let mut runtime = taipan::Runtime::builder()
///     .function("sum", |Rest(numbers): Rest<f64>| numbers.iter().sum::<f64>())
///     .build()?;
/// assert_eq!(runtime.eval_as::<f64>("sum(1, 2, 3)")?, 6.0);
///
/// let most: f64 = runtime.call("Math.max", (1, Rest(vec![5, 3])))?;
/// assert_eq!(most, 5.0);
/// # Ok::<_, taipan::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rest<T>(pub Vec<T>);

impl<T> IntoIterator for Rest<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: FromJs> FromArgument for Rest<T> {
    const REQUIRED: bool = false;

    fn from_argument(arguments: &mut ArgumentReader<'_>, context: &mut Context) -> JsResult<Self> {
        arguments.rest(context).map(Self)
    }
}

/// The `this` value that a host function was called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct This<T>(pub T);

impl<T: FromJs> FromArgument for This<T> {
    const REQUIRED: bool = false;

    fn from_argument(arguments: &mut ArgumentReader<'_>, context: &mut Context) -> JsResult<Self> {
        T::from_js(arguments.this(), context)
            .map(Self)
            .map_err(|error| within(|| format!("{}: this", arguments.function), error))
    }
}

/// What a function of script can be called with: tuples of what is [`IntoJs`], and [`Rest`].
pub trait IntoArguments {
    /// The arguments.
    ///
    /// # Errors
    ///
    /// Fails when one of them has no counterpart in script.
    fn into_arguments(self, context: &mut Context) -> JsResult<Vec<JsValue>>;
}

impl IntoArguments for () {
    fn into_arguments(self, _: &mut Context) -> JsResult<Vec<JsValue>> {
        Ok(Vec::new())
    }
}

impl<T: IntoJs> IntoArguments for Rest<T> {
    fn into_arguments(self, context: &mut Context) -> JsResult<Vec<JsValue>> {
        self.into_iter()
            .map(|argument| argument.into_js(context))
            .collect()
    }
}

impl IntoArguments for &[JsValue] {
    fn into_arguments(self, _: &mut Context) -> JsResult<Vec<JsValue>> {
        Ok(self.to_vec())
    }
}
