//! From the text of a script to a [`Script`], on the crate `wast`.
//!
//! The only file that knows that crate's syntax tree.

use crate::{
    Action, AnyKind, Argument, Directive, DirectiveKind, Invocation, LanePattern, ModuleSource,
    Pattern, Script, VectorPattern, unfold::unfold,
};
use dergwasm::Escaped;
use wast::core::{AbstractHeapType, HeapType};
use wast::core::{NanPattern, V128Pattern, WastArgCore, WastRetCore};
use wast::lexer::Lexer;
use wast::parser::{self, ParseBuffer};
use wast::token::{F32, F64, Id, Span};
use wast::{QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet};

/// Why a text is not a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {reason}")]
pub struct ParseError {
    /// Line in the script, from 1.
    pub line: usize,
    /// Column in the line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub reason: String,
}

impl Script {
    /// Parses a script, or the text of a single module, which is a script of one directive.
    ///
    /// # Errors
    ///
    /// If the text does not follow the grammar of scripts. A module inside an assertion that
    /// cannot be encoded is no such error: it is often what the assertion is about.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_plain(text).or_else(|error| {
            let unfolded = unfold(text).and_then(|text| Self::parse_plain(&text).ok());
            unfolded.ok_or(error)
        })
    }

    fn parse_plain(text: &str) -> Result<Self, ParseError> {
        let lines = Lines::new(text);
        let failed = |error: wast::Error| {
            let (line, column) = lines.position(error.span());
            ParseError { line, column, reason: Escaped::line(&error.message()).to_string() }
        };
        let mut lexer = Lexer::new(text);
        lexer.allow_confusing_unicode(true);
        let buffer = ParseBuffer::new_with_lexer(lexer).map_err(failed)?;
        let script = parser::parse::<Wast<'_>>(&buffer).map_err(failed)?;
        let mut directives = Vec::with_capacity(script.directives.len());
        for parsed in script.directives {
            let (line, column) = lines.position(parsed.span());
            let kind = directive(parsed).map_err(failed)?;
            directives.push(Directive { line, column, kind });
        }
        Ok(Self { directives })
    }
}

/// Where lines begin, to find positions without reading the text again each time.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        Self { starts: core::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// Line and column, both from 1.
    fn position(&self, span: Span) -> (usize, usize) {
        let line = self.starts.partition_point(|&start| start <= span.offset());
        (line, span.offset() - self.starts[line - 1] + 1)
    }
}

fn directive(parsed: WastDirective<'_>) -> Result<DirectiveKind, wast::Error> {
    Ok(match parsed {
        WastDirective::Module(source) => DirectiveKind::Module(module(source)),
        WastDirective::ModuleDefinition(source) => DirectiveKind::ModuleDefinition(module(source)),
        WastDirective::ModuleInstance { instance, module, .. } => {
            DirectiveKind::ModuleInstance { instance: name(instance), module: name(module) }
        }
        WastDirective::Register { name: as_name, module, .. } => {
            DirectiveKind::Register { name: as_name.into(), instance: name(module) }
        }
        WastDirective::Invoke(call) => DirectiveKind::Invoke(invocation(call)?),
        WastDirective::AssertReturn { exec, results, span } => DirectiveKind::AssertReturn {
            action: action(exec)?,
            expected: results
                .into_iter()
                .map(|result| pattern(result, span))
                .collect::<Result<_, _>>()?,
        },
        WastDirective::AssertTrap { exec, message, .. } => {
            DirectiveKind::AssertTrap { action: action(exec)?, message: message.into() }
        }
        WastDirective::AssertExhaustion { call, message, .. } => {
            DirectiveKind::AssertExhaustion { call: invocation(call)?, message: message.into() }
        }
        WastDirective::AssertException { exec, .. } => {
            DirectiveKind::AssertException { action: action(exec)? }
        }
        WastDirective::AssertSuspension { exec, message, .. } => {
            DirectiveKind::AssertSuspension { action: action(exec)?, message: message.into() }
        }
        WastDirective::AssertUnlinkable { module: wat, message, .. } => {
            let module = module(QuoteWat::Wat(wat));
            DirectiveKind::AssertUnlinkable { module, message: message.into() }
        }
        other => rejection(other),
    })
}

/// Why the commands of a `thread` are not carried out.
const ONE_THREAD: &str = "a memory belongs to one machine, which runs one thread: nothing else \
                          could share the memories of the script";

/// The directives about modules that are refused, and those that are not carried out.
fn rejection(parsed: WastDirective<'_>) -> DirectiveKind {
    let unsupported = |keyword, reason| DirectiveKind::Unsupported { keyword, reason };
    match parsed {
        WastDirective::AssertMalformed { module: source, message, .. } => {
            DirectiveKind::AssertMalformed { module: module(source), message: message.into() }
        }
        WastDirective::AssertInvalid { module: source, message, .. } => {
            DirectiveKind::AssertInvalid { module: module(source), message: message.into() }
        }
        WastDirective::AssertMalformedCustom { module: source, message, .. } => {
            custom_rejection("assert_malformed_custom", source, message)
        }
        WastDirective::AssertInvalidCustom { module: source, message, .. } => {
            custom_rejection("assert_invalid_custom", source, message)
        }
        WastDirective::Thread(_) => unsupported("thread", ONE_THREAD),
        WastDirective::Wait { .. } => unsupported("wait", ONE_THREAD),
        _ => unsupported("unknown", "this runner does not know the directive"),
    }
}

/// Errors in custom sections concern us only in text, where the annotation is refused: engines
/// ignore what custom sections hold.
fn custom_rejection(keyword: &'static str, source: QuoteWat<'_>, message: &str) -> DirectiveKind {
    let module = module(source);
    if module.binary.is_err() {
        return DirectiveKind::AssertMalformed { module, message: message.into() };
    }
    let reason = "engines ignore what custom sections hold";
    DirectiveKind::Unsupported { keyword, reason }
}

fn name(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

fn module(mut source: QuoteWat<'_>) -> ModuleSource {
    let name = name(source.name());
    ModuleSource { name, binary: source.encode().map_err(|error| error.message()) }
}

fn invocation(call: WastInvoke<'_>) -> Result<Invocation, wast::Error> {
    let arguments = call.args.iter().map(|arg| argument(arg, call.span)).collect::<Result<_, _>>();
    Ok(Invocation {
        instance: name(call.module),
        function: call.name.into(),
        arguments: arguments?,
    })
}

fn action(exec: WastExecute<'_>) -> Result<Action, wast::Error> {
    Ok(match exec {
        WastExecute::Invoke(call) => Action::Invoke(invocation(call)?),
        WastExecute::Wat(wat) => Action::Instantiate(module(QuoteWat::Wat(wat))),
        WastExecute::Get { module, global, .. } => {
            Action::Get { instance: name(module), global: global.into() }
        }
    })
}

fn argument(arg: &WastArg<'_>, span: Span) -> Result<Argument, wast::Error> {
    let WastArg::Core(arg) = arg else {
        return Err(wast::Error::new(span, "only arguments of core wasm are supported".into()));
    };
    Ok(match arg {
        WastArgCore::I32(number) => Argument::I32(*number),
        WastArgCore::I64(number) => Argument::I64(*number),
        WastArgCore::F32(number) => Argument::F32(number.bits),
        WastArgCore::F64(number) => Argument::F64(number.bits),
        WastArgCore::V128(vector) => Argument::V128(u128::from_le_bytes(vector.to_le_bytes())),
        WastArgCore::RefNull(_) => Argument::RefNull,
        WastArgCore::RefExtern(number) => Argument::RefExtern(*number),
        WastArgCore::RefHost(number) => Argument::RefHost(*number),
    })
}

fn pattern(result: WastRet<'_>, span: Span) -> Result<Pattern, wast::Error> {
    match result {
        WastRet::Core(result) => Ok(core_pattern(result)),
        _ => Err(wast::Error::new(span, "only results of core wasm are supported".into())),
    }
}

fn core_pattern(result: WastRetCore<'_>) -> Pattern {
    match result {
        WastRetCore::I32(number) => Pattern::I32(number),
        WastRetCore::I64(number) => Pattern::I64(number),
        WastRetCore::F32(lane) => Pattern::F32(lane_pattern(lane, |number: F32| number.bits)),
        WastRetCore::F64(lane) => Pattern::F64(lane_pattern(lane, |number: F64| number.bits)),
        WastRetCore::V128(vector) => Pattern::V128(vector_pattern(vector)),
        WastRetCore::RefNull(heap) => heap.as_ref().map_or(Pattern::RefNull, null_pattern),
        WastRetCore::RefExtern(number) => Pattern::RefExtern(number),
        WastRetCore::RefHost(number) => Pattern::RefHost(number),
        WastRetCore::RefFunc(_) => Pattern::RefFunc,
        WastRetCore::RefAny => Pattern::RefAny(AnyKind::Any),
        WastRetCore::RefEq => Pattern::RefAny(AnyKind::Eq),
        WastRetCore::RefArray => Pattern::RefAny(AnyKind::Array),
        WastRetCore::RefStruct => Pattern::RefAny(AnyKind::Struct),
        WastRetCore::RefI31 => Pattern::RefAny(AnyKind::I31),
        // That it is shared is not compared: the engine has no references that are.
        WastRetCore::RefI31Shared => Pattern::RefAny(AnyKind::I31),
        WastRetCore::Either(cases) => {
            Pattern::Either(cases.into_iter().map(core_pattern).collect())
        }
    }
}

/// Null of a hierarchy; the types that a module defines are not known here, so not compared.
fn null_pattern(heap: &HeapType<'_>) -> Pattern {
    use AbstractHeapType::{
        Any, Array, Eq, Exn, Extern, Func, I31, NoExn, NoExtern, NoFunc, None, Struct,
    };
    match heap {
        HeapType::Abstract { ty: Func | NoFunc, .. } => Pattern::RefNullFunc,
        HeapType::Abstract { ty: Extern | NoExtern, .. } => Pattern::RefNullExtern,
        HeapType::Abstract { ty: Any | Eq | I31 | Struct | Array | None, .. } => {
            Pattern::RefNullAny
        }
        HeapType::Abstract { ty: Exn | NoExn, .. } => Pattern::RefNullExn,
        _ => Pattern::RefNull,
    }
}

fn lane_pattern<T, B>(lane: NanPattern<T>, bits: impl Fn(T) -> B) -> LanePattern<B> {
    match lane {
        NanPattern::CanonicalNan => LanePattern::CanonicalNan,
        NanPattern::ArithmeticNan => LanePattern::ArithmeticNan,
        NanPattern::Value(number) => LanePattern::Bits(bits(number)),
    }
}

fn vector_pattern(vector: V128Pattern) -> VectorPattern {
    match vector {
        V128Pattern::I8x16(lanes) => VectorPattern::I8x16(lanes),
        V128Pattern::I16x8(lanes) => VectorPattern::I16x8(lanes),
        V128Pattern::I32x4(lanes) => VectorPattern::I32x4(lanes),
        V128Pattern::I64x2(lanes) => VectorPattern::I64x2(lanes),
        V128Pattern::F32x4(lanes) => {
            VectorPattern::F32x4(lanes.map(|lane| lane_pattern(lane, |number: F32| number.bits)))
        }
        V128Pattern::F64x2(lanes) => {
            VectorPattern::F64x2(lanes.map(|lane| lane_pattern(lane, |number: F64| number.bits)))
        }
    }
}
