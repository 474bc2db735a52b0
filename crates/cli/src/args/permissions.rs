//! What the program may do.

use std::path::PathBuf;

use clap::Args;
use taipan::{Error, Permissions, RuntimeBuilder, Url};

/// The variables that say which language is spoken.
const LOCALE: [&str; 3] = ["LC_ALL", "LC_MESSAGES", "LANG"];

/// What the program may do.
#[derive(Debug, Args)]
#[command(next_help_heading = "Permissions")]
pub(crate) struct PermissionArgs {
    /// Allow everything that is not denied
    #[arg(short = 'A', long)]
    allow_all: bool,

    /// Allow requests to these hosts only, instead of to all; without HOSTS, to all
    ///
    /// A host is a name, an IP address (IPv6 in brackets) or a network (10.0.0.0/8), with a port
    /// or without; *.example.com is all names below example.com.
    #[arg(
        short = 'N',
        long,
        value_name = "HOSTS",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    allow_net: Option<Vec<String>>,

    /// Allow to read these files and folders, besides the folder of the program; without PATHS,
    /// all
    ///
    /// A program that is not a local file may read none, unless it is allowed to here.
    #[arg(
        short = 'R',
        long,
        value_name = "PATHS",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    allow_read: Option<Vec<PathBuf>>,

    /// Allow to look at these variables of the environment, besides those of the language; without
    /// NAMES, at all
    ///
    /// Only `navigator.language` looks at any. A name may end in an asterisk.
    #[arg(
        short = 'E',
        long,
        value_name = "NAMES",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    allow_env: Option<Vec<String>>,

    /// Deny requests to these hosts, whatever is allowed; without HOSTS, to all
    ///
    /// Addresses are denied under all their names, too.
    #[arg(
        long,
        value_name = "HOSTS",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    deny_net: Option<Vec<String>>,

    /// Deny to read these files and folders, whatever is allowed; without PATHS, all
    #[arg(
        long,
        value_name = "PATHS",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    deny_read: Option<Vec<PathBuf>>,

    /// Deny to look at these variables of the environment; without NAMES, at any
    ///
    /// Proxies are not taken from variables that are denied.
    #[arg(
        long,
        value_name = "NAMES",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ','
    )]
    deny_env: Option<Vec<String>>,
}

impl PermissionArgs {
    /// Grants the program at `program` what it may do.
    pub(crate) fn apply(
        &self,
        builder: RuntimeBuilder,
        program: &Url,
    ) -> Result<RuntimeBuilder, Error> {
        let permissions = self.permissions(program);
        permissions.validate()?;
        Ok(builder.permissions(permissions))
    }

    /// What the program at `program` may do: by default to read what is in its folder, and to ask
    /// all servers.
    fn permissions(&self, program: &Url) -> Permissions {
        let mut permissions = if self.allow_all {
            Permissions::all()
        } else {
            Permissions::none().allow_env(LOCALE)
        };
        permissions = match self.allow_net.as_deref() {
            _ if self.allow_all => permissions,
            None | Some([]) => permissions.allow_net_all(),
            Some(hosts) => permissions.allow_net(hosts),
        };
        if let Ok(path) = program.to_file_path()
            && let Some(folder) = path.parent()
        {
            permissions = permissions.allow_read([folder]);
        }
        permissions = match self.allow_read.as_deref() {
            None => permissions,
            Some([]) => permissions.allow_read_all(),
            Some(paths) => permissions.allow_read(paths),
        };
        permissions = match self.allow_env.as_deref() {
            None => permissions,
            Some([]) => permissions.allow_env_all(),
            Some(names) => permissions.allow_env(names),
        };
        permissions = match self.deny_net.as_deref() {
            None => permissions,
            Some([]) => permissions.deny_net_all(),
            Some(hosts) => permissions.deny_net(hosts),
        };
        permissions = match self.deny_read.as_deref() {
            None => permissions,
            Some([]) => permissions.deny_read_all(),
            Some(paths) => permissions.deny_read(paths),
        };
        permissions = match self.deny_env.as_deref() {
            None => permissions,
            Some([]) => permissions.deny_env_all(),
            Some(names) => permissions.deny_env(names),
        };
        permissions.with_flags_in_refusals()
    }
}
