//! `#[host_module]`.

mod function;
mod param;
mod result;

use self::function::Function;
use crate::attribute::{FnOptions, ModuleOptions, default_home, docs};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, ImplItem, ItemImpl, Path, Result, Type};

/// What all functions of a module have in common.
pub(crate) struct Module {
    name: String,
    /// The crate that the generated code uses.
    home: Path,
    /// The width of addresses: `u32` or `u64`.
    address: TokenStream,
}

pub(crate) fn expand(
    options: &ModuleOptions,
    mut item: ItemImpl,
    home: &str,
) -> Result<TokenStream> {
    if let Some((path, _)) = &item.trait_ {
        return Err(Error::new_spanned(
            path,
            "a host module is an `impl` of a type, not of a trait",
        ));
    }
    let module = Module {
        name: options.name.value(),
        home: options.home.clone().unwrap_or_else(|| default_home(home)),
        address: if options.wide { quote!(u64) } else { quote!(u32) },
    };
    let (functions, errors) = functions(&mut item);
    if let Some(error) = errors {
        // The block stays, so that only what is wrong is reported.
        let error = error.to_compile_error();
        return Ok(quote!(#item #error));
    }
    if functions.is_empty() {
        return Err(Error::new(options.name.span(), "no function of this block has `#[host_fn]`"));
    }
    let generated = generate(&module, &functions, &item)?;
    Ok(quote!(#item #generated))
}

/// The functions with `#[host_fn]`, which is removed, and what is wrong with the others.
fn functions(item: &mut ItemImpl) -> (Vec<Function>, Option<Error>) {
    let mut functions = Vec::new();
    let mut errors: Option<Error> = None;
    for item in &mut item.items {
        let ImplItem::Fn(item) = item else { continue };
        let function = match FnOptions::take(&mut item.attrs) {
            Ok(None) => continue,
            Ok(Some(options)) => Function::new(options, item),
            Err(error) => Err(error),
        };
        match (function, &mut errors) {
            (Ok(function), _) => functions.push(function),
            (Err(error), Some(errors)) => errors.combine(error),
            (Err(error), None) => errors = Some(error),
        }
    }
    (functions, errors)
}

/// The data of the machine, if a function takes the caller and so says which it is.
fn data_type(functions: &[Function]) -> Result<Option<&Type>> {
    let mut types = functions.iter().filter_map(Function::data_type);
    let first = types.next();
    // Types are the same if they are written the same.
    let written = |ty: &Type| quote!(#ty).to_string();
    match types.find(|ty| first.map(written) != Some(written(ty))) {
        Some(other) => Err(Error::new_spanned(
            other,
            "all functions of a module have to take callers with the same data",
        )),
        None => Ok(first),
    }
}

fn generate(module: &Module, functions: &[Function], item: &ItemImpl) -> Result<TokenStream> {
    let (home, name) = (&module.home, &module.name);
    let describe = quote!(#home::describe);
    let this = &item.self_ty;
    let (generics, _, bounds) = item.generics.split_for_impl();
    let docs = docs(&item.attrs);
    let (data, with_data) = match data_type(functions)? {
        Some(ty) => (quote!(#ty), quote!(#generics)),
        None => {
            let mut with_data = item.generics.clone();
            with_data.params.push(syn::parse_quote!(__Data));
            let (with_data, _, _) = with_data.split_for_impl();
            (quote!(__Data), quote!(#with_data))
        }
    };
    let definitions = functions.iter().map(|function| function.definition(module));
    let descriptions = functions.iter().map(|function| function.description(module));
    Ok(quote! {
        #[automatically_derived]
        impl #generics #home::DescribedModule for #this #bounds {
            const NAME: &'static str = #name;

            fn describe() -> #describe::ModuleDescription {
                #describe::ModuleDescription::new(#name, #docs, [#(#descriptions),*])
            }
        }

        #[automatically_derived]
        impl #with_data #home::HostModule<#data> for #this #bounds {
            fn define(
                linker: &mut #home::Linker<#data>,
                project: impl Fn(&mut #data) -> &mut Self
                    + ::core::clone::Clone
                    + ::core::marker::Send
                    + ::core::marker::Sync
                    + 'static,
            ) -> ::core::result::Result<(), #home::Error> {
                #(#definitions)*
                ::core::mem::drop(project);
                ::core::result::Result::Ok(())
            }
        }
    })
}
