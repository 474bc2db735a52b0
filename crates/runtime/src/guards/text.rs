//! Texts that are made of pieces.

use boa_engine::{JsStr, JsString, string::JsStrVariant};

/// A text in the making: Latin-1 for as long as that will do.
#[derive(Default)]
pub(super) struct Text {
    latin: Vec<u8>,
    /// The whole text, once it has other characters.
    wide: Option<Vec<u16>>,
}

impl Text {
    pub(super) fn len(&self) -> usize {
        self.wide.as_ref().map_or(self.latin.len(), Vec::len)
    }

    pub(super) fn truncate(&mut self, length: usize) {
        match &mut self.wide {
            Some(wide) => wide.truncate(length),
            None => self.latin.truncate(length),
        }
    }

    pub(super) fn latin(&mut self, bytes: &[u8]) {
        match &mut self.wide {
            Some(wide) => wide.extend(bytes.iter().copied().map(u16::from)),
            None => self.latin.extend_from_slice(bytes),
        }
    }

    pub(super) fn unit(&mut self, unit: u16) {
        match (&mut self.wide, u8::try_from(unit)) {
            (Some(wide), _) => wide.push(unit),
            (None, Ok(byte)) => self.latin.push(byte),
            (None, Err(_)) => {
                let latin = std::mem::take(&mut self.latin);
                let mut wide: Vec<u16> = latin.into_iter().map(u16::from).collect();
                wide.push(unit);
                self.wide = Some(wide);
            }
        }
    }

    pub(super) fn string(&mut self, string: JsStr<'_>) {
        match string.variant() {
            JsStrVariant::Latin1(bytes) => self.latin(bytes),
            JsStrVariant::Utf16(units) => match &mut self.wide {
                Some(wide) => wide.extend_from_slice(units),
                None => units.iter().for_each(|unit| self.unit(*unit)),
            },
        }
    }

    pub(super) fn into_string(self) -> JsString {
        match self.wide {
            Some(wide) => JsString::from(wide.as_slice()),
            None => JsString::from(JsStr::latin1(&self.latin)),
        }
    }
}
