//! `JsonWebKey`: <https://w3c.github.io/webcrypto/#JsonWebKey-dictionary>.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use boa_engine::{Context, JsObject, JsResult, JsValue, js_string};
use taipan_webidl::{Dictionary, convert};
use zeroize::Zeroizing;

use super::{
    failure::{Failure, Outcome},
    usages::Usages,
};

/// A key as JSON. The members are strings that [`decode`] reads.
#[derive(Debug, Clone, Default)]
pub(super) struct JsonWebKey {
    pub(super) alg: Option<String>,
    pub(super) crv: Option<String>,
    pub(super) d: Option<String>,
    pub(super) dp: Option<String>,
    pub(super) dq: Option<String>,
    pub(super) e: Option<String>,
    pub(super) ext: Option<bool>,
    pub(super) k: Option<String>,
    pub(super) key_ops: Option<Vec<String>>,
    pub(super) kty: Option<String>,
    pub(super) n: Option<String>,
    /// Whether there are more primes.
    pub(super) oth: bool,
    pub(super) p: Option<String>,
    pub(super) q: Option<String>,
    pub(super) qi: Option<String>,
    /// `use`
    pub(super) purpose: Option<String>,
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
}

impl JsonWebKey {
    /// Converts a value of a script.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let dictionary = Dictionary::new(value, "JsonWebKey")?;
        let text = |key: &'static str, context: &mut Context| -> JsResult<Option<String>> {
            match dictionary.get(key, context)? {
                Some(value) => Ok(Some(value.to_string(context)?.to_std_string_lossy())),
                None => Ok(None),
            }
        };
        // In lexicographical order, as Web IDL reads them.
        Ok(Self {
            alg: text("alg", context)?,
            crv: text("crv", context)?,
            d: text("d", context)?,
            dp: text("dp", context)?,
            dq: text("dq", context)?,
            e: text("e", context)?,
            ext: dictionary
                .get("ext", context)?
                .map(|value| value.to_boolean()),
            k: text("k", context)?,
            key_ops: match dictionary.get("key_ops", context)? {
                Some(value) => Some(convert::sequence(
                    &value,
                    "key_ops",
                    |value, context| Ok(value.to_string(context)?.to_std_string_lossy()),
                    context,
                )?),
                None => None,
            },
            kty: text("kty", context)?,
            n: text("n", context)?,
            oth: dictionary.get("oth", context)?.is_some(),
            p: text("p", context)?,
            q: text("q", context)?,
            qi: text("qi", context)?,
            purpose: text("use", context)?,
            x: text("x", context)?,
            y: text("y", context)?,
        })
    }

    /// The members in the order that Web IDL converts them in.
    fn members(&self) -> Vec<(&'static str, Member<'_>)> {
        let texts = [
            ("alg", &self.alg),
            ("crv", &self.crv),
            ("d", &self.d),
            ("dp", &self.dp),
            ("dq", &self.dq),
            ("e", &self.e),
            ("k", &self.k),
            ("kty", &self.kty),
            ("n", &self.n),
            ("p", &self.p),
            ("q", &self.q),
            ("qi", &self.qi),
            ("use", &self.purpose),
            ("x", &self.x),
            ("y", &self.y),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, value)| Some((key, Member::Text(value.as_deref()?))));
        let mut members: Vec<_> = texts
            .chain(self.ext.map(|ext| ("ext", Member::Flag(ext))))
            .chain(
                self.key_ops
                    .as_ref()
                    .map(|ops| ("key_ops", Member::List(ops))),
            )
            .collect();
        members.sort_by_key(|(key, _)| *key);
        members
    }

    /// The object for a script.
    pub(super) fn to_object(&self, context: &mut Context) -> JsResult<JsObject> {
        let object = JsObject::with_object_proto(context.intrinsics());
        for (key, member) in self.members() {
            let value: JsValue = match member {
                Member::Text(text) => js_string!(text).into(),
                Member::Flag(flag) => flag.into(),
                Member::List(list) => {
                    let list = list.iter().map(|text| js_string!(text.as_str()).into());
                    convert::array(list, context).into()
                }
            };
            object.create_data_property_or_throw(js_string!(key), value, context)?;
        }
        Ok(object)
    }

    /// The text. No member needs an escape: they are names and base64url.
    pub(super) fn to_json(&self) -> String {
        let members: Vec<String> = self
            .members()
            .into_iter()
            .map(|(key, member)| match member {
                Member::Text(text) => format!("\"{key}\":\"{text}\""),
                Member::Flag(flag) => format!("\"{key}\":{flag}"),
                Member::List(list) => {
                    let list: Vec<_> = list.iter().map(|text| format!("\"{text}\"")).collect();
                    format!("\"{key}\":[{}]", list.join(","))
                }
            })
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// The checks that the import of every kind of key makes; `purpose` is what `use` must be.
    pub(super) fn check(
        &self,
        kind: &str,
        purpose: &str,
        extractable: bool,
        usages: Usages,
    ) -> Outcome<()> {
        if self.kty.as_deref() != Some(kind) {
            return Err(Failure::data(format!("kty must be \"{kind}\"")));
        }
        if !usages.is_empty()
            && self
                .purpose
                .as_deref()
                .is_some_and(|given| given != purpose)
        {
            return Err(Failure::data(format!("use must be \"{purpose}\"")));
        }
        if let Some(operations) = &self.key_ops {
            let mut known = Vec::new();
            for operation in operations {
                if known.contains(&operation) {
                    return Err(Failure::data(format!("key_ops has {operation} twice")));
                }
                known.push(operation);
            }
            let given: Usages = operations
                .iter()
                .filter_map(|name| Usages::named(name))
                .collect();
            if !given.contains(usages) {
                return Err(Failure::data("key_ops must have all of the usages"));
            }
        }
        if self.ext == Some(false) && extractable {
            return Err(Failure::data("ext does not let the key be extractable"));
        }
        Ok(())
    }

    /// Throws if there is an `alg`, and it is none of those.
    pub(super) fn check_algorithm(&self, allowed: &[&str]) -> Outcome<()> {
        match &self.alg {
            Some(alg) if !allowed.contains(&alg.as_str()) => Err(Failure::data(format!(
                "alg must be \"{}\"",
                allowed.join("\" or \"")
            ))),
            _ => Ok(()),
        }
    }
}

/// The value of a member.
enum Member<'a> {
    Text(&'a str),
    Flag(bool),
    List(&'a [String]),
}

/// The bytes of a member, which must be there.
pub(super) fn decode(member: Option<&String>, name: &str) -> Outcome<Zeroizing<Vec<u8>>> {
    let text = member.ok_or_else(|| Failure::data(format!("{name} is missing")))?;
    URL_SAFE_NO_PAD
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| Failure::data(format!("{name} is not base64url")))
}

/// Bytes as a member.
pub(super) fn encode(bytes: &[u8]) -> Option<String> {
    Some(URL_SAFE_NO_PAD.encode(bytes))
}
