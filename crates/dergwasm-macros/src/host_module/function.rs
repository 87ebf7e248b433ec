//! One function of a host module: its definition in the linker, and its description.

use super::{
    Module,
    param::{Kind, Param},
    result::Returned,
};
use crate::{
    attribute::{FnOptions, docs},
    guest_type::unraw,
};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Error, Ident, ImplItemFn, Result, Signature, Type, spanned::Spanned as _};

pub(super) struct Function {
    name: String,
    ident: Ident,
    docs: String,
    params: Vec<Param>,
    returned: Returned,
}

impl Function {
    pub(super) fn new(options: FnOptions, item: &ImplItemFn) -> Result<Self> {
        check_signature(&item.sig)?;
        let ident = item.sig.ident.clone();
        let params = item.sig.inputs.iter().enumerate();
        let params = params.map(|(i, arg)| Param::new(i, arg)).collect::<Result<Vec<_>>>()?;
        check_params(&params, &item.sig)?;
        Ok(Self {
            name: options.name.map_or_else(|| unraw(&ident), |name| name.value()),
            docs: docs(&item.attrs),
            returned: Returned::new(&item.sig.output, options.errno)?,
            ident,
            params,
        })
    }

    /// The data of the machine, if the function says which it is.
    pub(super) fn data_type(&self) -> Option<&Type> {
        self.params.iter().find_map(|param| match &param.kind {
            Kind::Caller(ty) => Some(&**ty),
            _ => None,
        })
    }

    /// The names and types of the arguments that the guest passes.
    fn wasm_params(&self, module: &Module) -> (Vec<&str>, Vec<TokenStream>) {
        let params = self.params.iter();
        let params =
            params.filter_map(|param| Some((param.name.as_str(), param.wasm_type(module)?)));
        params.chain(self.returned.out_type(module).map(|ty| ("result", ty))).unzip()
    }

    /// The statement that defines the function.
    pub(super) fn definition(&self, module: &Module) -> TokenStream {
        let (home, module_name, name) = (&module.home, &module.name, &self.name);
        let guest = quote!(#home::guest);
        let (names, types) = self.wasm_params(module);
        let result = self.returned.wasm_type();
        let full_name = format!("{module_name}.{name}");
        let count = names.len();
        let body = self.body(module);
        let this = self.params.iter().any(|param| matches!(param.kind, Kind::This(_)));
        let project = this.then(|| quote!(let project = ::core::clone::Clone::clone(&project);));
        let params =
            types.iter().map(|ty| quote_spanned!(ty.span()=> <#ty as #guest::WasmArg>::TYPES));
        quote! {
            {
                static ORIGINS: #guest::Origins<#count> =
                    #guest::Origins::new(#full_name, [#(#names),*]);
                #project
                let ty = #guest::macros::func_type::<#result>(&[#(#params),*]);
                linker.func_raw(#module_name, #name, ty, move |mut __caller, __slots| {
                    let __args = &mut #guest::macros::Args::new(__slots, &ORIGINS);
                    #body
                    #guest::macros::finish(__result, __slots, &__caller)
                })?;
            }
        }
    }

    /// From the arguments of a call to its result.
    fn body(&self, module: &Module) -> TokenStream {
        let home = &module.home;
        let takes = self.params.iter().filter_map(|param| {
            let (variable, ty) = (&param.variable, param.wasm_type(module)?);
            Some(quote!(let #variable = __args.take::<#ty, _>(&mut __caller)?;))
        });
        let out = self
            .returned
            .out_type(module)
            .map(|ty| quote!(let __out = __args.take::<#ty, _>(&mut __caller)?;));
        let has = |wanted: fn(&Kind) -> bool| self.params.iter().any(|param| wanted(&param.kind));
        let this = has(|kind| matches!(kind, Kind::This(_)));
        let caller = has(|kind| matches!(kind, Kind::Caller(_)));
        let memory = has(|kind| matches!(kind, Kind::Memory(_)))
            || self.params.iter().any(Param::reads_memory);
        let copy = caller || has(|kind| matches!(kind, Kind::Memory(true)));

        let lend = match (caller, memory, this) {
            (true, ..) | (_, false, false) => TokenStream::new(),
            (_, true, _) => {
                let mutable = has(|kind| matches!(kind, Kind::Memory(true))).then(|| quote!(mut));
                let data = if this { quote!(__data) } else { quote!(_) };
                quote! {
                    let (#mutable __memory, #data) =
                        #home::guest::GuestMemory::split(__caller.heap()?, &mut __caller)?;
                }
            }
            (_, false, true) => quote!(let __data = __caller.data_mut();),
        };
        let project = this.then(|| quote!(let __host = project(__data);));
        let from = if caller { quote!(&__caller) } else { quote!(&__memory) };
        let reads = self.params.iter().map(|param| param.read(module, &from, copy));
        let arguments = self.params.iter().map(Param::argument);
        let ident = &self.ident;
        let result = self.returned.convert(module, &quote!(Self::#ident(#(#arguments),*)));
        quote! {
            #(#takes)*
            #out
            #lend
            #project
            #(#reads)*
            #result
        }
    }

    /// An expression that describes the function.
    pub(super) fn description(&self, module: &Module) -> TokenStream {
        let home = &module.home;
        let (guest, describe) = (quote!(#home::guest), quote!(#home::describe));
        let (name, docs) = (&self.name, &self.docs);
        let params = self.params.iter().filter_map(|param| {
            let (name, ty) = (&param.name, param.wasm_type(module)?);
            let read_only = param.reads_memory().then(|| quote!(.read_only()));
            Some(quote!((#name, <#ty as #guest::WasmArg>::describe()#read_only)))
        });
        let out = self
            .returned
            .out_type(module)
            .map(|ty| quote!(("result", <#ty as #guest::WasmArg>::describe())));
        let params = params.chain(out);
        let result = self.returned.wasm_type();
        quote! {
            #describe::FunctionDescription::new(
                #name,
                #docs,
                [#(#params),*],
                <#result as #home::IntoWasmList>::describe_list(),
            )
        }
    }
}

fn check_signature(signature: &Signature) -> Result<()> {
    if let Some(asyncness) = &signature.asyncness {
        return Err(Error::new_spanned(asyncness, "a guest cannot wait for an `async` function"));
    }
    if !signature.generics.params.is_empty() {
        let generics = &signature.generics;
        return Err(Error::new_spanned(
            generics,
            "guests import functions of one type, not generic ones",
        ));
    }
    Ok(())
}

fn check_params(params: &[Param], signature: &Signature) -> Result<()> {
    let position = |wanted: fn(&Kind) -> bool| params.iter().position(|param| wanted(&param.kind));
    let error = |at: usize, message| Err(Error::new_spanned(&signature.inputs[at], message));
    let caller = position(|kind| matches!(kind, Kind::Caller(_)));
    let this = position(|kind| matches!(kind, Kind::This(_)));
    let memory = position(|kind| matches!(kind, Kind::Memory(_)));
    match (caller, this, memory) {
        (Some(at), Some(_), _) => error(
            at,
            "the caller holds the data that `self` is in, so a function takes one or the other: \
             take `memory: &mut GuestMemory<'_>` beside `self`, or leave `self` out and reach it \
             by `caller.data_mut()`",
        ),
        (Some(_), _, Some(at)) => error(at, "the caller shows the memory itself; leave this out"),
        _ => {
            let is_memory = |param: &Param| matches!(param.kind, Kind::Memory(_) | Kind::Caller(_));
            match params.iter().enumerate().filter(|(_, param)| is_memory(param)).nth(1) {
                Some((at, _)) => error(at, "this is there twice"),
                None => Ok(()),
            }
        }
    }
}
