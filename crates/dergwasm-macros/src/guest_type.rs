//! `#[derive(GuestType)]`.

use crate::{attribute::home, layout::Repr};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{
    Data, DataEnum, DataStruct, DeriveInput, Error, Fields, Ident, Path, Result,
    spanned::Spanned as _,
};

pub(crate) fn expand(input: &DeriveInput, default_home: &str) -> Result<TokenStream> {
    let home = home(&input.attrs, default_home)?;
    let repr = Repr::of(&input.attrs)?;
    match &input.data {
        Data::Struct(data) => {
            repr.check_struct(&input.ident)?;
            of_struct(input, data, &home)
        }
        Data::Enum(data) => of_enum(input, data, &repr.of_enum(&input.ident)?, &home),
        Data::Union(data) => Err(Error::new(
            data.union_token.span,
            "a union does not say which of its fields holds; read it as bytes",
        )),
    }
}

fn of_struct(input: &DeriveInput, data: &DataStruct, home: &Path) -> Result<TokenStream> {
    let name = &input.ident;
    if data.fields.is_empty() {
        return Err(Error::new(name.span(), "C has no structures without fields"));
    }
    let guest = quote!(#home::guest);
    let describe = quote!(#home::describe);
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let types: Vec<_> = data.fields.iter().map(|field| &field.ty).collect();
    let members: Vec<_> = data.fields.members().collect();
    let names = members.iter().map(|member| match member {
        syn::Member::Named(name) => unraw(name),
        syn::Member::Unnamed(index) => format!("_{}", index.index),
    });
    let sizes = types.iter().map(|ty| {
        quote_spanned!(ty.span()=> (
            <#ty as #guest::GuestType>::SIZE,
            <#ty as #guest::GuestType>::ALIGN,
        ))
    });
    let layout = quote!(#guest::Layout::of([#(#sizes),*]));
    let index = 0..types.len();
    let (at, at_mut) = (index.clone(), index);
    let title = unraw(name);
    Ok(quote! {
        #[automatically_derived]
        impl #generics #guest::GuestType for #name #arguments #bounds {
            const SIZE: usize = #layout.size;
            const ALIGN: usize = #layout.align;

            fn read(bytes: &[u8]) -> ::core::result::Result<Self, #guest::Problem> {
                let layout = const { #layout };
                ::core::result::Result::Ok(Self {
                    #( #members: <#types as #guest::GuestType>::read(layout.field(bytes, #at))?, )*
                })
            }

            fn write(&self, bytes: &mut [u8]) {
                let layout = const { #layout };
                #( <#types as #guest::GuestType>::write(
                    &self.#members,
                    layout.field_mut(bytes, #at_mut),
                ); )*
            }

            fn describe() -> #describe::TypeDescription {
                #describe::TypeDescription::structure(#title, [
                    #( (#names, <#types as #guest::GuestType>::describe()), )*
                ])
            }
        }
    })
}

fn of_enum(
    input: &DeriveInput,
    data: &DataEnum,
    integer: &Ident,
    home: &Path,
) -> Result<TokenStream> {
    let name = &input.ident;
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "an enumeration of a guest is a number; its variants hold nothing";
            return Err(Error::new_spanned(&variant.fields, message));
        }
    }
    if data.variants.is_empty() {
        return Err(Error::new(
            name.span(),
            "no number stands for an enumeration without variants",
        ));
    }
    let helpers = enum_helpers(name, data, integer, home);
    let in_memory = enum_in_memory(name, integer, home);
    let as_value = enum_as_value(name, integer, home);
    Ok(quote!(const _: () = { #helpers #in_memory #as_value };))
}

/// The conversions from and to numbers, and the description.
fn enum_helpers(name: &Ident, data: &DataEnum, integer: &Ident, home: &Path) -> TokenStream {
    let (guest, describe) = (quote!(#home::guest), quote!(#home::describe));
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let names = variants.iter().map(|variant| unraw(variant));
    let title = unraw(name);
    let expected = format!("a value of `{title}`");
    quote! {
        fn __from_number(number: #integer) -> ::core::result::Result<#name, #guest::Problem> {
            #( if number == #name::#variants as #integer {
                return ::core::result::Result::Ok(#name::#variants);
            } )*
            ::core::result::Result::Err(#guest::Problem::Invalid {
                value: number as i128,
                expected: #expected,
            })
        }

        fn __describe() -> #describe::TypeDescription {
            #describe::TypeDescription::enumeration(
                #title,
                <#integer as #guest::GuestType>::describe(),
                [#( (#names, i128::from(#name::#variants as #integer)), )*],
            )
        }

        fn __to_number(value: &#name) -> #integer {
            match value {
                #( #name::#variants => #name::#variants as #integer, )*
            }
        }
    }
}

fn enum_in_memory(name: &Ident, integer: &Ident, home: &Path) -> TokenStream {
    let (guest, describe) = (quote!(#home::guest), quote!(#home::describe));
    quote! {
        #[automatically_derived]
        impl #guest::GuestType for #name {
            const SIZE: usize = <#integer as #guest::GuestType>::SIZE;
            const ALIGN: usize = <#integer as #guest::GuestType>::ALIGN;

            fn read(bytes: &[u8]) -> ::core::result::Result<Self, #guest::Problem> {
                __from_number(<#integer as #guest::GuestType>::read(bytes)?)
            }

            fn write(&self, bytes: &mut [u8]) {
                #guest::GuestType::write(&__to_number(self), bytes);
            }

            fn describe() -> #describe::TypeDescription {
                __describe()
            }
        }
    }
}

fn enum_as_value(name: &Ident, integer: &Ident, home: &Path) -> TokenStream {
    let (guest, describe) = (quote!(#home::guest), quote!(#home::describe));
    quote! {
        #[automatically_derived]
        impl #guest::WasmArg for #name {
            const TYPES: &'static [#home::ValType] =
                <#integer as #guest::WasmArg>::TYPES;

            fn from_values(
                values: &[#home::Value],
                origin: #guest::Origin,
                machine: &mut #home::CoreMut<'_>,
            ) -> ::core::result::Result<Self, #home::Error> {
                let number = <#integer as #guest::WasmArg>::from_values(values, origin, machine)?;
                __from_number(number).map_err(|problem| origin.error(problem))
            }

            fn describe() -> #describe::TypeDescription {
                __describe()
            }
        }

        #[automatically_derived]
        impl #home::IntoWasm for #name {
            type Wasm = <#integer as #home::IntoWasm>::Wasm;

            fn into_wasm(self) -> Self::Wasm {
                #home::IntoWasm::into_wasm(__to_number(&self))
            }

            fn describe() -> #describe::TypeDescription {
                __describe()
            }
        }
    }
}

/// A name without the `r#` of keywords.
pub(crate) fn unraw(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_string)
}
