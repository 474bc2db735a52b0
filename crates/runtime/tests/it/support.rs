//! What the tests share.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
    rc::Rc,
};

use taipan::{Level, Permissions, Runtime, RuntimeBuilder};

/// What a console took.
#[derive(Clone, Default)]
pub(crate) struct Log(Rc<RefCell<Vec<(Level, String)>>>);

impl Log {
    /// All texts since the last time.
    pub(crate) fn take(&self) -> Vec<String> {
        let entries = self.0.take();
        entries.into_iter().map(|(_, text)| text).collect()
    }

    /// The texts of one level.
    pub(crate) fn of(&self, level: Level) -> Vec<String> {
        let entries = self.0.borrow();
        let wanted = entries.iter().filter(|(of, _)| *of == level);
        wanted.map(|(_, text)| text.clone()).collect()
    }
}

/// A builder whose console is a log.
pub(crate) fn logged() -> (RuntimeBuilder, Log) {
    let log = Log::default();
    let entries = log.clone();
    let builder = Runtime::builder()
        .permissions(Permissions::all())
        .console(move |level, text: &str| entries.0.borrow_mut().push((level, text.to_owned())));
    (builder, log)
}

/// A runtime whose console is a log.
pub(crate) fn runtime() -> (Runtime, Log) {
    let (builder, log) = logged();
    (builder.build().expect("a runtime"), log)
}

/// What a script and everything that comes of it logs.
pub(crate) fn logs(source: &str) -> Vec<String> {
    let (mut runtime, log) = runtime();
    runtime.eval(source).expect(source);
    runtime.run().expect("the loop");
    assert_eq!(runtime.uncaught_errors(), 0, "{:?}", log.take());
    log.take()
}

/// A directory of files.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in files {
            let path = directory.path().join(name);
            let parent = path.parent().expect("a parent");
            std::fs::create_dir_all(parent).expect("a directory");
            std::fs::write(path, text).expect("a file");
        }
        Self(directory)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// The directory, as its URL has it.
    pub(crate) fn root(&self) -> PathBuf {
        Path::new(self.0.path()).canonicalize().expect("a path")
    }
}
