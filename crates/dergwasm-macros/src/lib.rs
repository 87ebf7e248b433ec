//! The macros of `dergwasm-host`: take them from there or from the facade, by feature `macros`.
//!
//! Knows only Rust's syntax and the names of what the generated code uses.
#![forbid(unsafe_code)]

mod attribute;
mod guest_type;
mod host_module;
mod layout;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;

/// A structure or enumeration that can lie in a guest's memory, for the users of `dergwasm-host`.
///
/// See `dergwasm_host::GuestType`.
#[proc_macro_derive(GuestType, attributes(guest))]
pub fn guest_type(input: TokenStream) -> TokenStream {
    derive(input, "dergwasm_host")
}

/// A structure or enumeration that can lie in a guest's memory, for the users of `dergwasm`.
///
/// A structure needs `#[repr(C)]` and becomes a `guest::GuestType`, which `Ptr` and `Slice` read
/// and write. An enumeration needs the representation of its number, for instance `#[repr(u8)]`;
/// it is also an argument and a result of host functions. A number that no variant has is an
/// error that names the argument.
#[proc_macro_derive(FacadeGuestType, attributes(guest))]
pub fn facade_guest_type(input: TokenStream) -> TokenStream {
    derive(input, "dergwasm")
}

/// The functions of an `impl` block as imports of guests, for the users of `dergwasm-host`.
///
/// See `dergwasm_host::host_module`.
#[proc_macro_attribute]
pub fn host_module(attribute: TokenStream, item: TokenStream) -> TokenStream {
    module(attribute, item, "dergwasm_host")
}

/// The functions of an `impl` block as imports of guests, for the users of `dergwasm`.
///
/// Every function with `#[host_fn]` becomes one that guests import. The type gets
/// `define(&mut linker, projection)` and `describe()` from the traits `HostModule` and
/// `DescribedModule`, which have to be in scope. What functions can take and return stands with
/// `dergwasm_host::host_module` and in the guide.
#[proc_macro_attribute]
pub fn facade_host_module(attribute: TokenStream, item: TokenStream) -> TokenStream {
    module(attribute, item, "dergwasm")
}

fn derive(input: TokenStream, home: &str) -> TokenStream {
    let expand = |input| guest_type::expand(&syn::parse::<syn::DeriveInput>(input)?, home);
    or_error(expand(input))
}

fn module(attribute: TokenStream, item: TokenStream, home: &str) -> TokenStream {
    let expand = |attribute, item| {
        let options = syn::parse::<attribute::ModuleOptions>(attribute)?;
        host_module::expand(&options, syn::parse(item)?, home)
    };
    or_error(expand(attribute, item))
}

fn or_error(result: syn::Result<Tokens>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}
