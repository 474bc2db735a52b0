//! The `Navigator` interface.

use std::{env, num::NonZero, thread};

use boa_engine::{
    Context, JsData, JsObject, JsResult, JsValue, js_string,
    native_function::NativeFunctionPointer, object::IntegrityLevel,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, convert, this_object, wrap};

use crate::permissions::Permissions;

/// What the runtime calls itself.
const USER_AGENT: &str = concat!("Taipan/", env!("CARGO_PKG_VERSION"));

/// The language of those who set none, and of scripts that may not know.
const DEFAULT_LANGUAGE: &str = "en-US";

/// What a script may know about where it runs.
///
/// <https://html.spec.whatwg.org/multipage/system-state.html#navigator>
#[derive(Debug, Trace, Finalize, JsData)]
pub struct Navigator {
    #[unsafe_ignore_trace]
    language: String,
    /// A frozen array.
    languages: JsObject,
}

/// The object of a realm.
#[derive(Trace, Finalize, JsData)]
struct OfRealm(JsObject<Navigator>);

impl Navigator {
    /// The object of the current realm, made when it is first needed.
    pub(super) fn of_realm(context: &mut Context) -> JsResult<JsValue> {
        let realm = context.realm().clone();
        let known = realm
            .host_defined()
            .get::<OfRealm>()
            .map(|known| known.0.clone());
        if let Some(known) = known {
            return Ok(known.upcast().into());
        }
        let navigator = wrap(Self::new(context)?, context);
        realm.host_defined_mut().insert(OfRealm(navigator.clone()));
        Ok(navigator.upcast().into())
    }

    pub(super) fn new(context: &mut Context) -> JsResult<Self> {
        let permissions = Permissions::of(context);
        let language = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(|name| permissions.env(name))
            .find(|value| !value.is_empty())
            .and_then(|locale| language_tag(&locale))
            .unwrap_or_else(|| DEFAULT_LANGUAGE.to_owned());
        let languages = convert::array([js_string!(language.as_str()).into()], context);
        languages.set_integrity_level(IntegrityLevel::Frozen, context)?;
        Ok(Self {
            language,
            languages,
        })
    }

    /// The members that the navigator of a worker has as well.
    pub(super) fn common_members<T: Interface>(
        interface: &mut InterfaceBuilder<'_>,
        language: NativeFunctionPointer,
        languages: NativeFunctionPointer,
    ) {
        interface
            .getter("hardwareConcurrency", |this, _, _| {
                this_object::<T>(this)?;
                let count = thread::available_parallelism().map_or(1, NonZero::get);
                Ok(JsValue::from(count as u64))
            })
            .getter("language", language)
            .getter("languages", languages)
            .getter("platform", |this, _, _| {
                this_object::<T>(this)?;
                Ok(js_string!(env::consts::OS).into())
            })
            .constant_getter::<T>("userAgent", js_string!(USER_AGENT));
    }

    pub(super) fn language(&self) -> JsValue {
        js_string!(self.language.as_str()).into()
    }

    pub(super) fn languages(&self) -> JsValue {
        self.languages.clone().into()
    }
}

/// The language tag of a locale as the environment names it: `de_DE.UTF-8@euro` is `de-DE`. The locale
/// `C` is nobody's language.
fn language_tag(locale: &str) -> Option<String> {
    let name = locale.split(['.', '@']).next()?;
    let mut parts = name.split(['_', '-']);
    let language = parts.next()?;
    let is_language = (2..=3).contains(&language.len())
        && language
            .chars()
            .all(|character| character.is_ascii_lowercase());
    if !is_language {
        return None;
    }
    let mut tag = language.to_owned();
    for part in parts {
        if part.is_empty()
            || !part
                .chars()
                .all(|character| character.is_ascii_alphanumeric())
        {
            return None;
        }
        tag.push('-');
        tag.push_str(part);
    }
    Some(tag)
}

impl Interface for Navigator {
    const NAME: &'static str = "Navigator";

    fn members(interface: &mut InterfaceBuilder<'_>) {
        Self::common_members::<Self>(
            interface,
            |this, _, _| Ok(this_object::<Self>(this)?.borrow().data().language()),
            |this, _, _| Ok(this_object::<Self>(this)?.borrow().data().languages()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::language_tag;

    #[test]
    fn locales_name_languages() {
        let cases = [
            ("de_DE.UTF-8@euro", Some("de-DE")),
            ("en", Some("en")),
            ("zh_Hant_TW.UTF-8", Some("zh-Hant-TW")),
            ("C.UTF-8", None),
            ("POSIX", None),
            ("", None),
            ("en_", None),
        ];
        for (locale, tag) in cases {
            assert_eq!(language_tag(locale).as_deref(), tag, "{locale}");
        }
    }
}
