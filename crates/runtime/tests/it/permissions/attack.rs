//! Runs attacks, with what is granted and with everything.

use taipan::{Permissions, RuntimeBuilder, SourceKind, Url};

use super::canary::{SECRET, Server, Tree};
use crate::support::logged;

/// How an attack is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// It is refused by an error with the name `NotCapable`.
    NotCapable,
    /// It ends with another error, since nobody may do such a thing, whatever is granted.
    Never(&'static str),
    /// It is refused, and the script is told by an event or another error.
    Fails,
    /// It does no harm, whatever is granted.
    Harmless,
}

/// What an attack does where everything is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Control {
    /// It gets at what is out of bounds.
    Succeeds,
    /// It cannot be shown here.
    Untold,
}

/// Something that a script tries.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// The body of an asynchronous function, or a module if it imports something. In it stand for what they are
    /// called:
    /// `$OPEN` and `$CLOSED` the servers' hosts with ports, `$OPEN_PORT` and `$CLOSED_PORT` their ports,
    /// `$ROOT` the URL of a folder in which `granted` may be read and `secret` may not.
    pub(crate) source: &'static str,
    pub(crate) end: End,
    pub(crate) control: Control,
}

impl Attack {
    /// An attack that would succeed if everything were allowed.
    pub(crate) const fn new(name: &'static str, source: &'static str) -> Self {
        Self {
            name,
            source,
            end: End::NotCapable,
            control: Control::Succeeds,
        }
    }

    /// The same where it cannot be shown that it would.
    pub(crate) const fn untold(name: &'static str, source: &'static str) -> Self {
        Self {
            control: Control::Untold,
            ..Self::new(name, source)
        }
    }

    /// An attempt that never succeeds.
    pub(crate) const fn never(
        name: &'static str,
        source: &'static str,
        error: &'static str,
    ) -> Self {
        Self {
            end: End::Never(error),
            ..Self::untold(name, source)
        }
    }

    /// Something that looks as if it led elsewhere.
    pub(crate) const fn harmless(name: &'static str, source: &'static str) -> Self {
        Self {
            end: End::Harmless,
            ..Self::untold(name, source)
        }
    }

    /// An attack of whose failure no exception tells.
    pub(crate) const fn fails(name: &'static str, source: &'static str) -> Self {
        Self {
            end: End::Fails,
            ..Self::new(name, source)
        }
    }
}

/// Servers and files.
pub(crate) struct Ground {
    pub(crate) open: Server,
    pub(crate) closed: Server,
    pub(crate) tree: Tree,
}

impl Ground {
    pub(crate) fn new() -> Self {
        Self {
            open: Server::allowed(),
            closed: Server::forbidden(),
            tree: Tree::new(),
        }
    }

    /// What the attacks are run with: one server and one folder.
    pub(crate) fn permissions(&self) -> Permissions {
        Permissions::none()
            .allow_net([format!("127.0.0.1:{}", self.open.port())])
            .allow_read([self.tree.path("granted")])
    }

    pub(crate) fn fill(&self, source: &str) -> String {
        let (open, closed) = (self.open.port(), self.closed.port());
        let root = self.tree.url("");
        source
            .replace("$OPEN_PORT", &open.to_string())
            .replace("$CLOSED_PORT", &closed.to_string())
            .replace("$OPEN", &format!("127.0.0.1:{open}"))
            .replace("$CLOSED", &format!("127.0.0.1:{closed}"))
            .replace("$ROOT", root.trim_end_matches('/'))
    }

    /// What a script logs, whether the forbidden server got a connection, and whether a forbidden file was opened.
    pub(crate) fn run(&self, attack: &Attack, permissions: Permissions) -> Outcome {
        self.run_in(attack, permissions, |builder| builder)
    }

    pub(crate) fn run_in(
        &self,
        attack: &Attack,
        permissions: Permissions,
        configure: impl FnOnce(RuntimeBuilder) -> RuntimeBuilder,
    ) -> Outcome {
        let before = self.closed.connections();
        self.tree.was_opened();
        let (builder, log) = logged();
        let builder = builder
            .permissions(permissions)
            .base_url(self.tree.url("granted/main.js").parse().expect("a URL"));
        let mut runtime = configure(builder).build().expect("a runtime");
        let source = self.fill(attack.source);
        let is_module = ["import ", "export "]
            .iter()
            .any(|start| source.starts_with(start));
        let url: Url = self.tree.url("granted/main.js").parse().expect("a URL");
        let result = if is_module {
            runtime.run_source(&source, &url, SourceKind::Module)
        } else {
            let source = format!(
                "(async () => {{ {source} }})().then(
                     value => console.log('returned', String(value)),
                     error => console.log(error?.name, error?.message))"
            );
            runtime.run_source(&source, &url, SourceKind::Script)
        };
        let mut lines = log.take();
        if let Err(error) = result {
            let exception = error.exception();
            let name = exception.and_then(|exception| exception.name.clone());
            lines.push(format!("{} {error}", name.unwrap_or_default()));
        }
        Outcome {
            told: lines.join("\n"),
            was_touched: self.closed.connections() != before || self.tree.was_opened(),
        }
    }

    /// Runs an attack as a script with narrow grants and as one that may do everything.
    pub(crate) fn check(&self, attack: &Attack) {
        self.check_with(attack, self.permissions());
    }

    pub(crate) fn check_with(&self, attack: &Attack, permissions: Permissions) {
        let outcome = self.run(attack, permissions);
        outcome.check(attack);
        if attack.control == Control::Succeeds {
            let control = self.run(attack, Permissions::all());
            control.check_control(attack);
        }
    }
}

/// What became of an attack.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) told: String,
    pub(crate) was_touched: bool,
}

impl Outcome {
    pub(crate) fn check(&self, attack: &Attack) {
        let Attack { name, end, .. } = attack;
        let Self { told, was_touched } = self;
        assert!(!told.contains(SECRET), "{name}: it got the secret: {told}");
        assert!(!was_touched, "{name}: it got through: {told}");
        let is_as_expected = match end {
            // The error says what is missing.
            End::NotCapable => told.starts_with("NotCapable") && told.contains("access to \""),
            End::Never(error) => told.starts_with(error),
            End::Fails => !told.is_empty(),
            End::Harmless => told.starts_with("returned"),
        };
        assert!(is_as_expected, "{name}: not {end:?} but {told}");
    }

    pub(crate) fn check_control(&self, attack: &Attack) {
        // Else nothing was proved.
        assert!(
            self.was_touched || self.told.contains(SECRET),
            "{}: it does not even work where everything is allowed: {}",
            attack.name,
            self.told
        );
    }
}

/// Runs each attack of a table.
pub(crate) fn all(attacks: &[Attack]) {
    let ground = Ground::new();
    for attack in attacks {
        ground.check(attack);
    }
}
