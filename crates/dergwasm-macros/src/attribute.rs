//! What stands in the attributes `host_module`, `host_fn`, `guest` and `doc`.

use proc_macro2::Span;
use syn::{
    Attribute, Error, Ident, LitStr, Path, Result, Token,
    parse::{Parse, ParseStream},
};

/// `#[host_module("name", wide, crate = path)]`
pub(crate) struct ModuleOptions {
    pub(crate) name: LitStr,
    pub(crate) wide: bool,
    pub(crate) home: Option<Path>,
}

impl Parse for ModuleOptions {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let name = input.parse().map_err(|error| {
            Error::new(error.span(), "expected the module's name: `#[host_module(\"name\")]`")
        })?;
        let mut options = Self { name, wide: false, home: None };
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            if input.peek(Token![crate]) {
                options.home = Some(parse_home(input)?);
            } else {
                let word: Ident = input.parse()?;
                if word != "wide" {
                    return Err(Error::new(word.span(), "expected `wide` or `crate = path`"));
                }
                options.wide = true;
            }
        }
        if input.is_empty() { Ok(options) } else { Err(input.error("expected a comma")) }
    }
}

/// `crate = path`
fn parse_home(input: ParseStream<'_>) -> Result<Path> {
    input.parse::<Token![crate]>()?;
    input.parse::<Token![=]>()?;
    input.call(Path::parse_mod_style)
}

/// `#[host_fn(name = "name", errno)]`
#[derive(Default)]
pub(crate) struct FnOptions {
    pub(crate) name: Option<LitStr>,
    pub(crate) errno: Option<Span>,
}

impl FnOptions {
    /// Takes `host_fn` out of a function's attributes, if it is there.
    pub(crate) fn take(attributes: &mut Vec<Attribute>) -> Result<Option<Self>> {
        let is_host_fn = |it: &Attribute| it.path().is_ident("host_fn");
        let Some(index) = attributes.iter().position(is_host_fn) else {
            return Ok(None);
        };
        let attribute = attributes.remove(index);
        if let Some(second) = attributes.iter().find(|it| is_host_fn(it)) {
            return Err(Error::new_spanned(second, "`host_fn` is there twice"));
        }
        let mut options = Self::default();
        if matches!(attribute.meta, syn::Meta::Path(_)) {
            return Ok(Some(options));
        }
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") {
                options.name = Some(meta.value()?.parse()?);
                return Ok(());
            }
            if meta.path.is_ident("errno") {
                options.errno = Some(attribute.pound_token.span);
                return Ok(());
            }
            Err(meta.error("expected `name = \"…\"` or `errno`"))
        })?;
        Ok(Some(options))
    }
}

/// The path to the crate that the generated code uses: `#[guest(crate = path)]`, or `home`.
pub(crate) fn home(attributes: &[Attribute], home: &str) -> Result<Path> {
    let mut path = default_home(home);
    for attribute in attributes.iter().filter(|it| it.path().is_ident("guest")) {
        path = attribute.parse_args_with(parse_home)?;
    }
    Ok(path)
}

/// `::home`
pub(crate) fn default_home(home: &str) -> Path {
    let home = Ident::new(home, Span::call_site());
    syn::parse_quote!(::#home)
}

/// The documentation in doc comments.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|it| it.path().is_ident("doc")) {
        if let syn::Meta::NameValue(meta) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &meta.value
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).to_string());
        }
    }
    lines.join("\n")
}
