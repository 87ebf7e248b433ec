//! Commands the tasks run: each is printed before it starts.

use crate::{Result, tally::Tally, workspace};
use std::{
    ffi::OsString,
    fmt,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

/// A command line, run in the root of the workspace unless another folder is given.
#[derive(Debug)]
pub(crate) struct Tool {
    folder: PathBuf,
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(&'static str, String)>,
}

impl Tool {
    /// The command `program` without arguments.
    pub(crate) fn new(program: impl Into<OsString>) -> Self {
        let folder = workspace::root().to_path_buf();
        Self { folder, program: program.into(), args: Vec::new(), env: Vec::new() }
    }

    /// The command `cargo` with `args`.
    pub(crate) fn cargo<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Self {
        Self::new("cargo").args(args)
    }

    /// Appends arguments.
    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs the command in `folder`.
    pub(crate) fn in_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env.push((name, value.into()));
        self
    }

    /// Runs the command; what it prints goes to the terminal.
    pub(crate) fn run(&self) -> Result {
        println!("$ {self}");
        let status = self.command().status().map_err(|error| self.not_started(&error))?;
        self.check(status.success(), &status.to_string())
    }

    /// Runs the command; what it printed if it failed.
    pub(crate) fn said(&self) -> Result<std::result::Result<(), String>> {
        println!("$ {self}");
        let output = self.command().output().map_err(|error| self.not_started(&error))?;
        if output.status.success() {
            return Ok(Ok(()));
        }
        let said = [output.stdout, output.stderr].concat();
        Ok(Err(String::from_utf8_lossy(&said).into_owned()))
    }

    /// Runs the command, passes on what it prints and sums up the counts `read` finds in its lines.
    ///
    /// A failure of the command is told by the second part, so that the counts are not lost.
    pub(crate) fn run_counted(&self, read: fn(&str) -> Option<Tally>) -> Result<(Tally, Result)> {
        println!("$ {self}");
        let mut child = self
            .command()
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| self.not_started(&error))?;
        let mut tally = Tally::default();
        if let Some(stdout) = child.stdout.take() {
            let mut reader = BufReader::new(stdout);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line)? != 0 {
                std::io::stdout().write_all(&line)?;
                if let Some(count) = read(String::from_utf8_lossy(&line).trim_end()) {
                    tally += count;
                }
                line.clear();
            }
        }
        let status = child.wait()?;
        Ok((tally, self.check(status.success(), &status.to_string())))
    }

    /// Runs the command and returns what it printed to standard output.
    ///
    /// On failure the error holds everything it printed.
    pub(crate) fn output(&self) -> Result<String> {
        println!("$ {self}");
        let output =
            self.command().stdin(Stdio::null()).output().map_err(|e| self.not_started(&e))?;
        let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
        let stderr = String::from_utf8_lossy(&output.stderr);
        self.check(output.status.success(), &format!("{}\n{stdout}{stderr}", output.status))?;
        Ok(stdout)
    }

    /// Whether the command runs at all and succeeds; prints nothing.
    pub(crate) fn is_there(&self) -> bool {
        let quiet = self.command().stdout(Stdio::null()).stderr(Stdio::null()).status();
        quiet.is_ok_and(|status| status.success())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.folder);
        for (name, value) in &self.env {
            command.env(name, value);
        }
        command
    }

    fn check(&self, success: bool, what: &str) -> Result {
        if success { Ok(()) } else { Err(format!("`{self}` failed: {what}").into()) }
    }

    fn not_started(&self, error: &std::io::Error) -> String {
        format!("cannot start `{self}`: {error}; is it installed and on the PATH?")
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{name}={value:?} ")?;
        }
        f.write_str(&self.program.to_string_lossy())?;
        self.args.iter().try_for_each(|arg| write!(f, " {}", arg.to_string_lossy()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::test_result;

    #[test]
    fn a_command_shows_its_environment_and_arguments() {
        let tool = Tool::cargo(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(tool.to_string(), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --no-deps");
    }

    #[test]
    fn a_missing_program_is_named() {
        let tool = Tool::new("no-such-program-anywhere");
        assert!(!tool.is_there());
        let error = tool.output().unwrap_err().to_string();
        assert!(error.contains("no-such-program-anywhere"), "{error}");
        assert!(error.contains("PATH"), "{error}");
    }

    #[test]
    fn a_failing_program_is_an_error_that_keeps_the_counts() {
        let tool = Tool::new("cargo").args(["no-such-verb"]);
        let (tally, end) = tool.run_counted(test_result).unwrap();
        assert_eq!(tally, Tally::default());
        assert!(end.unwrap_err().to_string().contains("cargo no-such-verb"));
    }
}
