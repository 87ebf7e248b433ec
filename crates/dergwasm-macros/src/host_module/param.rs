//! Parameters of host functions: what the guest passes for them, and how they become arguments.

use super::Module;
use crate::guest_type::unraw;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Error, FnArg, GenericArgument, Ident, Pat, PatType, PathArguments, ReceiverKind, Result, Type,
    TypePath, TypeReference, spanned::Spanned as _,
};

/// A parameter of a host function.
pub(super) struct Param {
    /// The name that guests and errors know.
    pub(super) name: String,
    /// The variable in the generated code.
    pub(super) variable: Ident,
    pub(super) kind: Kind,
    /// Whether the type is an `Option` of what `kind` says.
    nullable: bool,
}

pub(super) enum Kind {
    /// `&self`; or `&mut self`, if true.
    This(bool),
    /// `&mut Caller<'_, T>`, with the `T`.
    Caller(Box<Type>),
    /// `&GuestMemory`; or `&mut GuestMemory`, if true.
    Memory(bool),
    /// `&str`.
    Text(Span),
    /// `&[T]`.
    Elements(Box<Type>),
    /// `&T`.
    Value(Box<Type>),
    /// Any type that is made of values itself.
    Own(Box<Type>),
}

impl Param {
    pub(super) fn new(number: usize, arg: &FnArg) -> Result<Self> {
        let variable = format_ident!("__arg{number}");
        let (name, kind, nullable) = match arg {
            FnArg::Receiver(receiver) => {
                let ReceiverKind::Reference(_, _, mutability) = &receiver.kind else {
                    let message = "a host function takes `&self` or `&mut self`: the machine's \
                                   data keeps the host";
                    return Err(Error::new_spanned(receiver, message));
                };
                let kind = Kind::This(mutability.is_some());
                ("self".to_string(), kind, false)
            }
            FnArg::Typed(PatType { pat, ty, .. }) => {
                let name = name_of(pat, number);
                match optional_reference(ty) {
                    Some(reference) => (name, Kind::of_data(reference)?, true),
                    None => (name, Kind::new(ty)?, false),
                }
            }
        };
        Ok(Self { name, variable, kind, nullable })
    }

    /// The type that is made of what the guest passes.
    pub(super) fn wasm_type(&self, module: &Module) -> Option<TokenStream> {
        let (home, address) = (&module.home, &module.address);
        let ty = match &self.kind {
            Kind::This(_) | Kind::Caller(_) | Kind::Memory(_) => return None,
            Kind::Text(span) => quote_spanned!(*span=> #home::guest::Utf8<#address>),
            Kind::Elements(ty) => quote_spanned!(ty.span()=> #home::guest::Slice<#ty, #address>),
            Kind::Value(ty) => quote_spanned!(ty.span()=> #home::guest::Ptr<#ty, #address>),
            Kind::Own(ty) => quote!(#ty),
        };
        Some(if self.nullable { quote!(::core::option::Option<#ty>) } else { ty })
    }

    /// Whether the argument is in the guest's memory, and this reads it.
    pub(super) fn reads_memory(&self) -> bool {
        matches!(self.kind, Kind::Text(_) | Kind::Elements(_) | Kind::Value(_))
    }

    /// Reads the argument from the memory `from`; as a copy, if the memory is needed after it.
    pub(super) fn read(&self, module: &Module, from: &TokenStream, copy: bool) -> TokenStream {
        let home = &module.home;
        let variable = &self.variable;
        let value = match &self.kind {
            Kind::Text(_) if copy => quote!(#home::guest::macros::copy(#variable.to_str(#from)?)),
            Kind::Text(_) => quote!(#variable.to_str(#from)?),
            Kind::Elements(ty) if is_byte(ty) && !copy => quote!(#variable.bytes(#from)?),
            Kind::Elements(_) => quote!(#variable.read_vec(#from)?),
            Kind::Value(_) => quote!(#variable.read(#from)?),
            _ => return TokenStream::new(),
        };
        if !self.nullable {
            return quote!(let #variable = #value;);
        }
        quote! {
            let #variable = match #variable {
                ::core::option::Option::Some(#variable) => ::core::option::Option::Some(#value),
                ::core::option::Option::None => ::core::option::Option::None,
            };
        }
    }

    /// What the function is called with.
    pub(super) fn argument(&self) -> TokenStream {
        let variable = &self.variable;
        match &self.kind {
            Kind::This(true) => quote!(__host),
            Kind::This(false) => quote!(&*__host),
            Kind::Caller(_) => quote!(&mut __caller),
            Kind::Memory(true) => quote!(&mut __memory),
            Kind::Memory(false) => quote!(&__memory),
            Kind::Value(_) if self.nullable => quote!(#variable.as_ref()),
            Kind::Text(_) | Kind::Elements(_) if self.nullable => {
                quote!(#variable.as_ref().map(|value| &**value))
            }
            Kind::Text(_) | Kind::Elements(_) | Kind::Value(_) => quote!(&#variable),
            Kind::Own(_) => quote!(#variable),
        }
    }
}

impl Kind {
    fn new(ty: &Type) -> Result<Self> {
        let Type::Reference(reference) = ty else {
            return match last_word(ty).as_deref() {
                Some("Caller") => Err(Error::new_spanned(ty, "take `&mut Caller` instead")),
                Some("GuestMemory") => {
                    Err(Error::new_spanned(ty, "take `&mut GuestMemory` instead"))
                }
                _ => Ok(Self::Own(Box::new(ty.clone()))),
            };
        };
        Self::of_reference(reference)
    }

    fn of_reference(reference: &TypeReference) -> Result<Self> {
        let (target, mutable) = (&*reference.elem, reference.mutability.is_some());
        match last_word(target).as_deref() {
            Some("Caller") if mutable => data_of(target).map(Self::Caller),
            Some("Caller") => Err(Error::new_spanned(reference, "take `&mut Caller` instead")),
            Some("GuestMemory") => Ok(Self::Memory(mutable)),
            _ => Self::of_data(reference),
        }
    }

    /// What a reference to the guest's data points to.
    fn of_data(reference: &TypeReference) -> Result<Self> {
        if reference.mutability.is_some() {
            let message = "the guest's data cannot be lent to be changed; take an `Out<T>`, \
                           `Ptr<T>` or `Slice<T>`, and `memory: &mut GuestMemory<'_>` to write to";
            return Err(Error::new_spanned(reference, message));
        }
        Ok(match &*reference.elem {
            Type::Slice(slice) => Self::Elements(slice.elem.clone()),
            Type::Path(path) if path.path.is_ident("str") => Self::Text(path.span()),
            other => Self::Value(Box::new(other.clone())),
        })
    }
}

/// `&T` of `Option<&T>`.
fn optional_reference(ty: &Type) -> Option<&TypeReference> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    let last = path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(Type::Reference(reference)) => Some(reference),
        _ => None,
    }
}

/// `T` of `Caller<'_, T>`.
fn data_of(caller: &Type) -> Result<Box<Type>> {
    if let Type::Path(TypePath { path, .. }) = caller
        && let Some(PathArguments::AngleBracketed(arguments)) =
            path.segments.last().map(|segment| &segment.arguments)
        && let Some(GenericArgument::Type(ty)) = arguments.args.last()
    {
        return Ok(Box::new(ty.clone()));
    }
    Err(Error::new_spanned(caller, "write the type of the machine's data: `Caller<'_, Data>`"))
}

/// The last word of a path.
pub(super) fn last_word(ty: &Type) -> Option<String> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    path.segments.last().map(|segment| segment.ident.to_string())
}

fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

fn name_of(pattern: &Pat, number: usize) -> String {
    match pattern {
        Pat::Ident(pattern) => match unraw(&pattern.ident).trim_start_matches('_') {
            "" => format!("arg{number}"),
            name => name.to_string(),
        },
        _ => format!("arg{number}"),
    }
}
