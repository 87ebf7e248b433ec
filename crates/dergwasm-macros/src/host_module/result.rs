//! What host functions return, and what becomes of it.

use super::Module;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{
    Error, GenericArgument, PathArguments, Result, ReturnType, Type, TypePath,
    spanned::Spanned as _,
};

/// What a function returns.
pub(super) enum Returned {
    /// A value.
    Value(Type),
    /// A value, or the error that ends the run.
    Fallible(Type),
    /// A value for an out-parameter, or a number; `None` if there is no value.
    Errno(Option<Type>),
}

impl Returned {
    pub(super) fn new(output: &ReturnType, errno: Option<Span>) -> Result<Self> {
        let ty = match output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let value = value_of_result(&ty);
        match (errno, value) {
            (None, None) => Ok(Self::Value(ty)),
            (None, Some(value)) => Ok(Self::Fallible(value)),
            (Some(_), Some(Type::Tuple(tuple))) if tuple.elems.is_empty() => Ok(Self::Errno(None)),
            (Some(_), Some(value)) => Ok(Self::Errno(Some(value))),
            (Some(span), None) => {
                let message = "`errno` needs a function that returns `Result<T, E>`, where \
                               `E: Into<i32>`";
                Err(Error::new(span, message))
            }
        }
    }

    /// The out-parameter that the result goes through.
    pub(super) fn out_type(&self, module: &Module) -> Option<TokenStream> {
        let (home, address) = (&module.home, &module.address);
        match self {
            Self::Errno(Some(ty)) => {
                Some(quote_spanned!(ty.span()=> #home::guest::Out<#ty, #address>))
            }
            _ => None,
        }
    }

    /// The type that becomes the results.
    pub(super) fn wasm_type(&self) -> TokenStream {
        match self {
            Self::Value(ty) | Self::Fallible(ty) => quote!(#ty),
            Self::Errno(_) => quote!(i32),
        }
    }

    /// Makes results of `call`.
    pub(super) fn convert(&self, module: &Module, call: &TokenStream) -> TokenStream {
        let macros = {
            let home = &module.home;
            quote!(#home::guest::macros)
        };
        match self {
            Self::Value(_) => quote!(let __result = #call;),
            Self::Fallible(_) => quote!(let __result = #call.map_err(#macros::error)?;),
            Self::Errno(None) => quote! {
                let __result: i32 = match #call {
                    ::core::result::Result::Ok(()) => 0,
                    ::core::result::Result::Err(error) => ::core::convert::Into::into(error),
                };
            },
            Self::Errno(Some(_)) => quote! {
                let __result: i32 = match #call {
                    ::core::result::Result::Ok(value) => {
                        __out.write(&mut __caller, &value)?;
                        0
                    }
                    ::core::result::Result::Err(error) => ::core::convert::Into::into(error),
                };
            },
        }
    }
}

/// `T` of `Result<T, E>`.
fn value_of_result(ty: &Type) -> Option<Type> {
    let Type::Path(TypePath { qself: None, path, .. }) = ty else { return None };
    let last = path.segments.last().filter(|segment| segment.ident == "Result")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    }
}
