//! Compiled modules, to be found again by the bytes that they were made of.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use sha2::{Digest, Sha256};

use crate::pool::lock;
use crate::{CompileError, CompileOptions, CompiledModule, compile};

/// A module, and what an engine made of it.
type Compiled = (CompiledModule, wasmi::Module);

/// What a [`ModuleCache`] may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// How many bytes the modules may have together, their custom sections included. A module with more than half of that is not
    /// kept.
    pub bytes: usize,
    /// How many modules.
    pub modules: usize,
}

impl CacheLimits {
    /// Nothing is kept.
    pub const OFF: Self = Self {
        bytes: 0,
        modules: 0,
    };

    fn is_off(self) -> bool {
        self.bytes == 0 || self.modules == 0
    }
}

impl Default for CacheLimits {
    /// 64 MiB, 256 modules.
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            modules: 256,
        }
    }
}

/// The modules that were compiled last for one engine.
///
/// Whoever compiles the same bytes again, with the same options, gets the same module: that saves time, and memory, too,
/// since an engine does not free the code of modules before it goes itself. Bytes are the same if their SHA-256 hashes
/// are. Where they arrive in pieces they are hashed on the thread that parses them; where they are all there the cache is
/// asked first.
///
/// Of a module with more than 64 KiB no more than the first 64 KiB are hashed, unless one that begins like it was compiled
/// before: compiling it costs what it does without a cache, and it is kept from the second time on.
///
/// ```
/// use taipan_compile::{CacheLimits, CompileOptions, ModuleCache};
///
/// let options = CompileOptions::default();
/// let engine = wasmi::Engine::new(&options.engine_config());
/// let cache = ModuleCache::new(CacheLimits::default());
/// let (first, _) = cache.compile(b"\0asm\x01\0\0\0", &options, &engine)?;
/// let (second, _) = cache.compile(b"\0asm\x01\0\0\0", &options, &engine)?;
/// assert!(first.ptr_eq(&second));
/// # Ok::<(), taipan_compile::CompileError>(())
/// ```
pub struct ModuleCache {
    limits: CacheLimits,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The one that was used last comes last.
    entries: Vec<Entry>,
    /// What the entries count together.
    bytes: usize,
    /// The hashes of how large modules begin that were compiled.
    beginnings: VecDeque<Hash>,
}

struct Entry {
    key: Key,
    module: CompiledModule,
    translated: wasmi::Module,
}

impl Entry {
    fn size(&self) -> usize {
        size(&self.module)
    }
}

/// What a module holds: its code, and the sections that are kept for whoever asks for them.
fn size(module: &CompiledModule) -> usize {
    let sections = module.info().custom_sections.iter();
    let sections: usize = sections.map(|section| section.data.len()).sum();
    module.lowered_bytes().len() + sections
}

type Hash = [u8; 32];

/// What a module is found by.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    hash: Hash,
    options: CompileOptions,
}

/// Up to how many bytes hashing takes so little that it is always worth while.
const SMALL: usize = 64 << 10;

/// How many beginnings are remembered.
const BEGINNINGS: usize = 64;

/// Makes the key of bytes that arrive in pieces, if they are worth it.
pub(crate) struct Hasher {
    /// Absent once it has turned out that nothing is known of such a module.
    hash: Option<Sha256>,
    /// How many bytes have been hashed.
    length: usize,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        Self {
            hash: Some(Sha256::new()),
            length: 0,
        }
    }

    pub(crate) fn update(&mut self, mut chunk: &[u8], cache: &ModuleCache) {
        let Some(hash) = &mut self.hash else { return };
        if self.length <= SMALL && self.length + chunk.len() > SMALL {
            let (beginning, rest) = chunk.split_at(SMALL - self.length);
            hash.update(beginning);
            self.length = SMALL;
            chunk = rest;
            if !cache.has_begun_so(hash.clone().finalize().into()) {
                self.hash = None;
                return;
            }
        }
        hash.update(chunk);
        self.length += chunk.len();
    }

    /// The key, unless it is not worth while.
    pub(crate) fn finish(self, options: &CompileOptions) -> Option<Key> {
        self.hash.map(|hash| Key {
            hash: hash.finalize().into(),
            options: options.clone(),
        })
    }
}

impl ModuleCache {
    /// A cache without anything in it.
    #[must_use]
    pub fn new(limits: CacheLimits) -> Self {
        Self {
            limits,
            state: Mutex::default(),
        }
    }

    /// Whether it keeps nothing.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.limits.is_off()
    }

    /// How many modules there are, and the bytes that they have together.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let state = lock(&self.state);
        (state.entries.len(), state.bytes)
    }

    /// Compiles a whole module on the calling thread, unless it is there already, and has `engine` translate it.
    ///
    /// # Errors
    ///
    /// If the module is malformed or invalid, or exceeds a limit, or the engine does not go with the options.
    pub fn compile(
        &self,
        bytes: &[u8],
        options: &CompileOptions,
        engine: &wasmi::Engine,
    ) -> Result<Compiled, CompileError> {
        let key = self.key([bytes], options);
        if let Some(key) = &key
            && let Some(known) = self.get(key, engine)
        {
            return Ok(known);
        }
        let module = compile(bytes, options)?;
        let translated = module.instantiate_module(engine)?;
        let compiled = (module, translated);
        if let Some(key) = key {
            self.insert(key, &compiled);
        }
        Ok(compiled)
    }

    /// The key of bytes that are all there, if hashing them is worth while.
    pub(crate) fn key<'a>(
        &self,
        chunks: impl IntoIterator<Item = &'a [u8]>,
        options: &CompileOptions,
    ) -> Option<Key> {
        if self.is_off() {
            return None;
        }
        let mut hasher = Hasher::new();
        for chunk in chunks {
            hasher.update(chunk, self);
        }
        hasher.finish(options)
    }

    /// Whether a large module began so before. From now on, one has.
    fn has_begun_so(&self, beginning: Hash) -> bool {
        let mut state = lock(&self.state);
        if state.beginnings.contains(&beginning) {
            return true;
        }
        if state.beginnings.len() == BEGINNINGS {
            state.beginnings.pop_front();
        }
        state.beginnings.push_back(beginning);
        false
    }

    /// The module with this key, if it is there and was translated for `engine`.
    pub(crate) fn get(&self, key: &Key, engine: &wasmi::Engine) -> Option<Compiled> {
        let mut state = lock(&self.state);
        let at = state.entries.iter().position(|entry| entry.key == *key)?;
        if !wasmi::Engine::same(state.entries[at].translated.engine(), engine) {
            return None;
        }
        state.entries[at..].rotate_left(1);
        let entry = state.entries.last()?;
        Some((entry.module.clone(), entry.translated.clone()))
    }

    /// Keeps a module, and lets go of those that were not used for the longest time if they are too many now.
    pub(crate) fn insert(&self, key: Key, (module, translated): &Compiled) {
        let size = size(module);
        if self.is_off() || size > self.limits.bytes / 2 {
            return;
        }
        let mut dropped = Vec::new();
        let mut state = lock(&self.state);
        if let Some(at) = state.entries.iter().position(|entry| entry.key == key) {
            let former = state.entries.remove(at);
            state.bytes -= former.size();
            dropped.push(former);
        }
        while !state.entries.is_empty()
            && (state.entries.len() >= self.limits.modules
                || state.bytes + size > self.limits.bytes)
        {
            let oldest = state.entries.remove(0);
            state.bytes -= oldest.size();
            dropped.push(oldest);
        }
        state.bytes += size;
        state.entries.push(Entry {
            key,
            module: module.clone(),
            translated: translated.clone(),
        });
        // Freeing them takes its time, which others need not wait for.
        drop(state);
        drop(dropped);
    }
}

impl fmt::Debug for ModuleCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (modules, bytes) = self.size();
        f.debug_struct("ModuleCache")
            .field("limits", &self.limits)
            .field("modules", &modules)
            .field("bytes", &bytes)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builtins, spawn_cached};
    use bytes::Bytes;
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};
    use std::thread::{self, Thread};

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    fn wait<F: Future>(future: F) -> F::Output {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut future = pin!(future);
        loop {
            match future.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }

    fn engine() -> wasmi::Engine {
        wasmi::Engine::new(&CompileOptions::default().engine_config())
    }

    /// A module that differs by `n` and has a data segment of `size` bytes.
    fn module(n: usize, size: usize) -> Vec<u8> {
        let text = format!(
            r#"(module (memory 200) (data (i32.const 0) "{}") (func (export "f") (result i32) (i32.const {n})))"#,
            "x".repeat(size),
        );
        wat::parse_str(text).expect("valid text")
    }

    fn stream(
        cache: &Arc<ModuleCache>,
        engine: &wasmi::Engine,
        bytes: &[u8],
        chunk: usize,
    ) -> Result<Compiled, CompileError> {
        let options = CompileOptions::default();
        let (mut sink, future) = spawn_cached(engine.clone(), options, Arc::clone(cache));
        wait(async {
            for chunk in bytes.chunks(chunk) {
                if sink.push(Bytes::copy_from_slice(chunk)).await.is_err() {
                    break;
                }
            }
        });
        sink.finish();
        wait(future)
    }

    #[test]
    fn the_same_bytes_are_compiled_once_however_they_arrive() {
        let (cache, engine) = (Arc::new(ModuleCache::new(CacheLimits::default())), engine());
        let options = CompileOptions::default();
        let bytes = module(1, 10);
        let (first, _) = stream(&cache, &engine, &bytes, 7).expect("a module");
        for chunk in [1, 16, usize::MAX] {
            let (again, _) = stream(&cache, &engine, &bytes, chunk).expect("a module");
            assert!(again.ptr_eq(&first), "in chunks of {chunk}");
        }
        let (again, _) = cache.compile(&bytes, &options, &engine).expect("a module");
        assert!(again.ptr_eq(&first));
        assert_eq!(cache.size().0, 1);
    }

    #[test]
    fn other_bytes_options_and_engines_are_others() {
        let (cache, engine) = (ModuleCache::new(CacheLimits::default()), engine());
        let mut options = CompileOptions::default();
        let compile = |bytes: &[u8], options: &CompileOptions, engine: &wasmi::Engine| {
            cache.compile(bytes, options, engine).expect("a module").0
        };
        let first = compile(&module(1, 0), &options, &engine);
        assert!(!compile(&module(2, 0), &options, &engine).ptr_eq(&first));
        let other = self::engine();
        assert!(!compile(&module(1, 0), &options, &other).ptr_eq(&first));
        options.builtins = Builtins::js_string();
        assert!(!compile(&module(1, 0), &options, &engine).ptr_eq(&first));
    }

    #[test]
    fn errors_are_not_kept() {
        let (cache, engine) = (Arc::new(ModuleCache::new(CacheLimits::default())), engine());
        for _ in 0..2 {
            assert!(stream(&cache, &engine, b"\0asm\x01\0\0\0\x63", 3).is_err());
            let options = CompileOptions::default();
            assert!(
                cache
                    .compile(b"\0asm\x02\0\0\0", &options, &engine)
                    .is_err()
            );
        }
        assert_eq!(cache.size(), (0, 0));
    }

    #[test]
    fn it_keeps_within_its_bounds_what_was_used_last() {
        let limits = CacheLimits {
            bytes: 10_000,
            modules: 3,
        };
        let (cache, engine) = (ModuleCache::new(limits), engine());
        let options = CompileOptions::default();
        let compile = |n, size| {
            let bytes = module(n, size);
            cache.compile(&bytes, &options, &engine).expect("valid").0
        };
        let first = compile(1, 0);
        compile(2, 0);
        compile(3, 0);
        assert!(compile(1, 0).ptr_eq(&first));
        compile(4, 0);
        assert_eq!(cache.size().0, 3);
        assert!(compile(1, 0).ptr_eq(&first), "the second was to go");
        compile(5, 4500);
        compile(6, 4500);
        assert!(cache.size().1 <= 10_000, "{cache:?}");
        let large = compile(7, 5500);
        assert!(
            !compile(7, 5500).ptr_eq(&large),
            "more than half is not kept"
        );
    }

    #[test]
    fn large_modules_are_kept_from_the_second_time_on() {
        let (cache, engine) = (ModuleCache::new(CacheLimits::default()), engine());
        let options = CompileOptions::default();
        let bytes = module(1, SMALL);
        let modules: Vec<_> = (0..3)
            .map(|_| cache.compile(&bytes, &options, &engine).expect("valid").0)
            .collect();
        assert!(!modules[1].ptr_eq(&modules[0]));
        assert!(modules[2].ptr_eq(&modules[1]));
    }

    #[test]
    fn so_are_those_that_arrive_in_pieces() {
        for chunk in [1 << 10, SMALL, SMALL + 1, usize::MAX] {
            let (cache, engine) = (Arc::new(ModuleCache::new(CacheLimits::default())), engine());
            let bytes = module(1, 2 * SMALL);
            let modules = [chunk, chunk, 999, usize::MAX]
                .map(|chunk| stream(&cache, &engine, &bytes, chunk).expect("valid").0);
            assert!(!modules[1].ptr_eq(&modules[0]), "in chunks of {chunk}");
            assert!(modules[2].ptr_eq(&modules[1]), "in chunks of {chunk}");
            assert!(modules[3].ptr_eq(&modules[1]), "in chunks of {chunk}");
            assert_eq!(cache.size().0, 1);
        }
    }

    #[test]
    fn modules_that_begin_alike_are_told_apart() {
        let (cache, engine) = (ModuleCache::new(CacheLimits::default()), engine());
        let options = CompileOptions::default();
        let [one, other] = ["a", "b"].map(|end| {
            let data = "x".repeat(2 * SMALL);
            let text = format!(r#"(module (memory 200) (data (i32.const 0) "{data}{end}"))"#);
            wat::parse_str(text).expect("valid text")
        });
        let compile = |bytes: &[u8]| cache.compile(bytes, &options, &engine).expect("valid").0;
        compile(&one);
        let (first, second) = (compile(&one), compile(&other));
        assert!(!first.ptr_eq(&second));
        assert!(first.ptr_eq(&compile(&one)));
        assert!(second.ptr_eq(&compile(&other)));
    }

    #[test]
    fn it_can_be_off() {
        let (cache, engine) = (Arc::new(ModuleCache::new(CacheLimits::OFF)), engine());
        let (first, _) = stream(&cache, &engine, &module(1, 0), 9).expect("a module");
        let (again, _) = stream(&cache, &engine, &module(1, 0), 9).expect("a module");
        assert!(!first.ptr_eq(&again));
        assert_eq!(cache.size(), (0, 0));
    }
}
