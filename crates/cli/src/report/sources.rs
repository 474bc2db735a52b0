//! The source texts that reports show lines of.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    fs::File,
    io::Read as _,
    rc::Rc,
};

use taipan::{SourceObserver, Url};

/// The largest file of which a line is shown.
const MAX_FILE: u64 = 16 << 20;

/// The texts of a program. Files are read again when a line of them is to be shown, all else is
/// kept as it was loaded: nothing is fetched twice. A script can name any file in a stack: only what
/// was loaded is shown.
#[derive(Clone, Default)]
pub(crate) struct Sources(Rc<RefCell<Texts>>);

#[derive(Default)]
struct Texts {
    kept: HashMap<String, Rc<str>>,
    files: HashSet<String>,
}

impl Sources {
    /// Keeps the text of a program that has no file.
    pub(crate) fn keep(&self, url: &str, text: &str) {
        let mut texts = self.0.borrow_mut();
        texts.kept.insert(url.to_owned(), text.into());
    }

    /// A line of the text at `url`, counted from one.
    pub(crate) fn line(&self, url: &str, line: u32) -> Option<String> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let texts = self.0.borrow();
        match texts.kept.get(url) {
            Some(text) => nth(text, index),
            None if texts.files.contains(url) => nth(&read(url)?, index),
            None => None,
        }
    }
}

impl SourceObserver for Sources {
    fn loaded(&self, url: &Url, text: &str) {
        if url.scheme() == "file" {
            self.0.borrow_mut().files.insert(url.as_str().to_owned());
        } else {
            self.keep(url.as_str(), text);
        }
    }
}

fn nth(text: &str, index: usize) -> Option<String> {
    text.split(['\n', '\u{2028}', '\u{2029}'])
        .nth(index)
        .map(str::to_owned)
}

fn read(url: &str) -> Option<String> {
    let path = Url::parse(url).ok()?.to_file_path().ok()?;
    let file = File::open(path).ok()?;
    // A pipe has been read.
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAX_FILE {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
