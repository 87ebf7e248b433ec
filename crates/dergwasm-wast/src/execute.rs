//! Carries out directives and compares what happens with what a script says.

use crate::runner::Runner;
use crate::{
    Action, Argument, DirectiveKind, Invocation, ModuleSource, Outcome, Pattern, describe,
};
use dergwasm::{AnyRef, Error, ErrorKind, Escaped, ExternRef, Machine, Trap, Val, ValType};

/// `Err` says why the directive failed.
type Verdict = Result<(), String>;

impl Runner {
    /// Carries out one directive; `None` for those that do not count when they work.
    pub(crate) fn execute(&mut self, directive: &DirectiveKind) -> Option<Outcome> {
        let verdict = match directive {
            DirectiveKind::Unsupported { reason, .. } => {
                return Some(Outcome::Skipped((*reason).into()));
            }
            DirectiveKind::Module(source) => self.module(source).map_err(shown),
            DirectiveKind::ModuleDefinition(source) => self.define(source).map(drop).map_err(shown),
            DirectiveKind::ModuleInstance { instance, module } => {
                self.module_instance(instance.as_deref(), module.as_deref()).map_err(shown)
            }
            DirectiveKind::Register { name, instance } => {
                match self.register(name, instance.as_deref()) {
                    Ok(()) => return None,
                    Err(error) => Err(shown(error)),
                }
            }
            DirectiveKind::Invoke(call) => self.invoke(call).map(drop).map_err(shown),
            DirectiveKind::AssertReturn { action, expected } => {
                self.assert_return(action, expected)
            }
            DirectiveKind::AssertTrap { action, message } => self.assert_trap(action, message),
            DirectiveKind::AssertExhaustion { call, message } => {
                self.assert_exhaustion(call, message)
            }
            DirectiveKind::AssertException { action } => self.assert_exception(action),
            DirectiveKind::AssertSuspension { action, message } => {
                self.assert_suspension(action, message)
            }
            DirectiveKind::AssertMalformed { module, message }
            | DirectiveKind::AssertInvalid { module, message } => {
                self.assert_refused(module, message)
            }
            DirectiveKind::AssertUnlinkable { module, message } => {
                self.assert_unlinkable(module, message)
            }
        };
        Some(verdict.map_or_else(Outcome::Failed, |()| Outcome::Passed))
    }

    fn assert_return(&mut self, action: &Action, expected: &[Pattern]) -> Verdict {
        let wanted = || describe::patterns(expected);
        let found = self
            .perform(action)
            .map_err(|error| format!("expected {}, found {}", wanted(), shown(error)))?;
        let same = found.len() == expected.len()
            && expected
                .iter()
                .zip(&found)
                .all(|(pattern, value)| pattern.matches(value, &self.machine));
        if same {
            return Ok(());
        }
        Err(format!(
            "expected {}, found {}",
            wanted(),
            describe::results(&found, expected, &self.machine)
        ))
    }

    fn assert_trap(&mut self, action: &Action, message: &str) -> Verdict {
        let found = self.perform(action);
        self.trapped(
            found,
            |trap| says(trap, message),
            &format!("trap: {}", Escaped::line(message)),
        )
    }

    fn assert_exhaustion(&mut self, call: &Invocation, message: &str) -> Verdict {
        let found = self.invoke(call);
        let exhausted = |trap| trap == Trap::CallStackExhausted;
        self.trapped(found, exhausted, &format!("trap: {}", Escaped::line(message)))
    }

    fn assert_exception(&mut self, action: &Action) -> Verdict {
        let found = match self.perform(action) {
            Ok(results) => describe::results(&results, &[], &self.machine),
            Err(error) if error.exception().is_some() => return Ok(()),
            Err(error) => shown(error),
        };
        Err(format!("expected an exception, found {found}"))
    }

    /// A suspension that nobody handles is a trap of its own. Scripts say `unhandled`, or nothing.
    fn assert_suspension(&mut self, action: &Action, message: &str) -> Verdict {
        let found = self.perform(action);
        let unhandled = |trap| trap == Trap::UnhandledTag && says(trap, message);
        self.trapped(found, unhandled, &format!("a suspension nobody handles: {message}"))
    }

    fn assert_refused(&self, module: &ModuleSource, message: &str) -> Verdict {
        match self.check(module) {
            Ok(_) => Err(format!(
                "expected the module to be refused ({}), was accepted",
                Escaped::line(message)
            )),
            Err(_) => Ok(()),
        }
    }

    fn assert_unlinkable(&mut self, source: &ModuleSource, message: &str) -> Verdict {
        let expected = format!("expected the module not to link ({})", Escaped::line(message));
        let module = self.compile(source).map_err(|e| format!("{expected}, found {}", shown(e)))?;
        match self.instantiate(&module) {
            Ok(_) => Err(format!("{expected}, was instantiated")),
            Err(error) if matches!(error.kind(), ErrorKind::Trap(_) | ErrorKind::Decode(_)) => {
                Err(format!("{expected}, found {}", shown(error)))
            }
            Err(_) => Ok(()),
        }
    }

    /// Whether the action ended in the trap that was expected.
    fn trapped(
        &self,
        found: Result<Vec<Val>, Error>,
        expected: impl Fn(Trap) -> bool,
        wanted: &str,
    ) -> Verdict {
        let found = match found {
            Ok(results) => describe::results(&results, &[], &self.machine),
            Err(error) if error.trap().is_some_and(expected) => return Ok(()),
            Err(error) => shown(error),
        };
        Err(format!("expected {wanted}, found {found}"))
    }

    fn perform(&mut self, action: &Action) -> Result<Vec<Val>, Error> {
        match action {
            Action::Invoke(call) => self.invoke(call),
            Action::Get { instance, global: name } => {
                let instance = self.instance(instance.as_deref())?;
                let global = instance.get_global(&self.machine, name);
                let global = global
                    .ok_or_else(|| Error::msg(format!("no global `{}`", Escaped::name(name))))?;
                Ok(vec![global.get(&mut self.machine)?])
            }
            Action::Instantiate(source) => {
                let module = self.compile(source)?;
                self.instantiate(&module).map(|_| Vec::new())
            }
        }
    }

    fn invoke(&mut self, call: &Invocation) -> Result<Vec<Val>, Error> {
        let name = &call.function;
        let instance = self.instance(call.instance.as_deref())?;
        let func = instance.get_func(&self.machine, name);
        let func =
            func.ok_or_else(|| Error::msg(format!("no function `{}`", Escaped::name(name))))?;
        let ty = func.ty(&self.machine)?;
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for (i, argument) in call.arguments.iter().enumerate() {
            arguments.push(value(*argument, ty.params().get(i).copied(), &mut self.machine)?);
        }
        let mut results = vec![Val::I32(0); ty.results().len()];
        self.call(func, &arguments, &mut results)?;
        Ok(results)
    }
}

fn shown(error: Error) -> String {
    error.to_string()
}

/// Whether a trap is the one a script means.
///
/// Scripts sometimes say more than the trap (`uninitialized element 2`), sometimes less, and name
/// the type of a null reference.
fn says(trap: Trap, message: &str) -> bool {
    let found = trap.message();
    message.starts_with(found)
        || found.starts_with(message)
        || (trap == Trap::NullReference
            && message.starts_with("null ")
            && message.ends_with(" reference"))
}

/// An argument as a value of the parameter's type.
fn value(
    argument: Argument,
    parameter: Option<ValType>,
    machine: &mut Machine<()>,
) -> Result<Val, Error> {
    Ok(match argument {
        Argument::I32(number) => Val::I32(number),
        Argument::I64(number) => Val::I64(number),
        Argument::F32(bits) => Val::F32(bits),
        Argument::F64(bits) => Val::F64(bits),
        Argument::V128(bits) => Val::V128(bits),
        Argument::RefExtern(number) => Val::from(ExternRef::new(machine, number)?),
        Argument::RefHost(number) => {
            let reference = ExternRef::new(&mut *machine, number)?;
            Val::from(AnyRef::convert_extern(machine, reference)?)
        }
        Argument::RefNull => {
            let default = parameter.and_then(|ty| Val::default_in(&*machine, ty));
            default.unwrap_or(Val::FuncRef(None))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_match_by_prefix() {
        assert!(says(Trap::UninitializedElement, "uninitialized element 2"));
        assert!(says(Trap::MemoryOutOfBounds, "out of bounds"));
        assert!(says(Trap::NullReference, "null function reference"));
        assert!(!says(Trap::Unreachable, "integer overflow"));
    }
}
