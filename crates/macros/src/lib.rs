//! Attributes for native functions, methods and attributes.
//!
//! `#[native(signature = "($self, object, /)")]` on a Rust function leaves the function as it is and
//! adds a constant of the same name in capitals: the definition with name, docstring, text
//! signature, and an entry that sorts and converts the arguments with CPython's error words.
//! `#[getter]` does the same for a computed attribute.
//!
//! Not here: what arguments are (`taipan_object::native`).
#![forbid(unsafe_code)]

mod signature;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::{FnArg, ItemFn, LitStr, Path, Type, parse_macro_input};

use signature::{Receiver, Signature};

/// A native function or method. See the crate's head.
///
/// The signature is `__text_signature__`: `$module` begins a module's function, which has no
/// receiver in Rust; `$self` a method, whose Rust receiver is `&T` or `Ref`; `$type` a class method,
/// whose receiver is `&Type`; none of them a static method. A parameter with a default is an
/// `Option` in Rust. With `*args` or `**kwargs`, the Rust function takes all arguments as `Args`.
/// `name = "…"` gives another name than the Rust function's; `hidden` is for functions whose
/// `__text_signature__` is `None`.
#[proc_macro_attribute]
pub fn native(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let mut signature = None;
    let mut name = None;
    let mut hidden = false;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("hidden") {
            hidden = true;
            return Ok(());
        }
        let value = meta.value()?.parse::<LitStr>()?;
        if meta.path.is_ident("signature") {
            signature = Some(value);
        } else if meta.path.is_ident("name") {
            name = Some(value.value());
        } else {
            return Err(meta.error("expected `signature`, `name` or `hidden`"));
        }
        Ok(())
    });
    parse_macro_input!(attribute with parser);
    let Some(signature) = signature else {
        return syn::Error::new_spanned(&function.sig, "`signature` is missing").to_compile_error().into();
    };
    match expand(&function, &signature, name, hidden) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.to_compile_error().into(),
    }
}

fn expand(function: &ItemFn, signature: &LitStr, name: Option<String>, hidden: bool) -> syn::Result<Tokens> {
    let text = signature.value();
    let parsed = Signature::parse(&text).map_err(|message| syn::Error::new_spanned(signature, message))?;
    let ident = &function.sig.ident;
    let name = name.unwrap_or_else(|| python_name(&ident.to_string()));
    let constant = format_ident!("{}", ident.to_string().trim_start_matches("r#").to_uppercase());
    let doc = docstring(&function.attrs);
    let types: Vec<&Type> = function
        .sig
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(&*typed.ty),
            FnArg::Receiver(_) => None,
        })
        .collect();
    let has_receiver = matches!(parsed.receiver, Receiver::Instance | Receiver::Class);
    let wanted = 1 + usize::from(has_receiver) + if parsed.variadic { 1 } else { parsed.parameters.len() };
    if types.len() != wanted {
        let message = format!("the signature asks for {wanted} Rust parameters, the thread among them");
        return Err(syn::Error::new_spanned(&function.sig, message));
    }
    let receiver = if has_receiver { Some(receiver_of(types[1])) } else { None };
    let receiver_argument = receiver.iter();
    let first = 1 + usize::from(has_receiver);
    let call = if parsed.variadic {
        quote! { Many(|thread, receiver, args| {
            let result = #ident(thread, #(#receiver_argument,)* args);
            ::taipan_object::native::IntoOutcome::into_outcome(result, thread)
        }) }
    } else if parsed.parameters.is_empty() {
        quote! { NoArgs(|thread, receiver| {
            let result = #ident(thread, #(#receiver_argument,)*);
            ::taipan_object::native::IntoOutcome::into_outcome(result, thread)
        }) }
    } else if parsed.is_one() {
        quote! { One(|thread, receiver, argument| {
            let argument = ::taipan_object::native::FromArgument::from_argument(thread, argument, #name, 0)?;
            let result = #ident(thread, #(#receiver_argument,)* argument);
            ::taipan_object::native::IntoOutcome::into_outcome(result, thread)
        }) }
    } else {
        sorted_call(ident, &name, &parsed, receiver.as_ref(), types.len() - first)
    };
    let binding = match parsed.receiver {
        Receiver::Instance | Receiver::Module => quote!(Instance),
        Receiver::Class => quote!(Class),
        Receiver::None => quote!(Static),
    };
    let shown = if hidden { quote!(None) } else { quote!(Some(#text)) };
    Ok(quote! {
        #function

        #[doc = concat!("The definition of `", #name, "`.")]
        pub const #constant: ::taipan_object::native::MethodDef = ::taipan_object::native::MethodDef {
            name: #name,
            doc: #doc,
            signature: #shown,
            call: ::taipan_object::native::NativeCall::#call,
            binding: ::taipan_object::native::Binding::#binding,
        };
    })
}

/// The entry of a function whose arguments are sorted by its parameters.
fn sorted_call(
    ident: &syn::Ident,
    name: &str,
    parsed: &Signature,
    receiver: Option<&Tokens>,
    count: usize,
) -> Tokens {
    let names = parsed.parameters.iter().map(|parameter| &parameter.name);
    let (positional_only, positional) = (parsed.positional_only, parsed.positional);
    let required =
        parsed.parameters[..positional].iter().take_while(|parameter| !parameter.has_default).count();
    let required_keywords = parsed
        .parameters
        .iter()
        .enumerate()
        .skip(positional)
        .filter(|(_, parameter)| !parameter.has_default)
        .fold(0_u64, |bits, (index, _)| bits | 1 << index);
    let locals: Vec<_> = (0..count).map(|index| format_ident!("argument{index}")).collect();
    let conversions = parsed.parameters.iter().zip(&locals).enumerate().map(|(index, (parameter, local))| {
        let place = index + 1;
        let by_name = &parameter.name;
        let convert = if index < positional_only {
            quote!(::taipan_object::native::FromArgument::from_argument(thread, value, #name, #place)?)
        } else {
            quote!(::taipan_object::native::FromArgument::from_named_argument(thread, value, #name, #by_name, #place)?)
        };
        if parameter.has_default {
            quote! {
                let #local = match #local {
                    Some(value) => Some(#convert),
                    None => None,
                };
            }
        } else {
            quote! {
                let value = #local.expect("a required parameter");
                let #local = #convert;
            }
        }
    });
    let receiver = receiver.into_iter();
    quote! { Many(|thread, receiver, args| {
        static PARAMETERS: ::taipan_object::native::Parameters = ::taipan_object::native::Parameters {
            function: #name,
            names: &[#(#names),*],
            positional_only: #positional_only,
            positional: #positional,
            required: #required,
            required_keywords: #required_keywords,
        };
        let [#(#locals),*] = PARAMETERS.parse::<#count>(thread, args)?;
        #(#conversions)*
        let result = #ident(thread, #(#receiver,)* #(#locals),*);
        ::taipan_object::native::IntoOutcome::into_outcome(result, thread)
    }) }
}

/// How the receiver reaches the Rust function.
fn receiver_of(ty: &Type) -> Tokens {
    match ty {
        Type::Reference(reference) => {
            let object = &reference.elem;
            quote!(receiver.downcast::<#object>().expect("the descriptor checks the receiver"))
        }
        _ => quote!(receiver),
    }
}

/// A computed attribute: `#[getter]`, or `#[getter(set = function)]` with a setter of the signature
/// `fn(&mut Thread, &T, Option<Ref<'_>>) -> Outcome<()>`. `name = "…"` gives another name.
#[proc_macro_attribute]
pub fn getter(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    let mut setter: Option<Path> = None;
    let mut name = None;
    let parser = syn::meta::parser(|meta| {
        if meta.path.is_ident("set") {
            setter = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("name") {
            name = Some(meta.value()?.parse::<LitStr>()?.value());
        } else {
            return Err(meta.error("expected `set` or `name`"));
        }
        Ok(())
    });
    parse_macro_input!(attribute with parser);
    let ident = &function.sig.ident;
    let name = name.unwrap_or_else(|| python_name(&ident.to_string()));
    let constant = format_ident!("{}", ident.to_string().trim_start_matches("r#").to_uppercase());
    let doc = docstring(&function.attrs);
    let Some(FnArg::Typed(receiver)) = function.sig.inputs.get(1) else {
        return syn::Error::new_spanned(&function.sig, "a getter takes the thread and the receiver")
            .to_compile_error()
            .into();
    };
    let receiver = receiver_of(&receiver.ty);
    let set = match setter {
        Some(setter) => quote!(Some(|thread, receiver, value| #setter(thread, #receiver, value))),
        None => quote!(None),
    };
    quote! {
        #function

        #[doc = concat!("The definition of `", #name, "`.")]
        pub const #constant: ::taipan_object::native::GetSetDef = ::taipan_object::native::GetSetDef {
            name: #name,
            doc: #doc,
            get: Some(|thread, receiver| {
                let result = #ident(thread, #receiver);
                ::taipan_object::native::IntoOutcome::into_outcome(result, thread)
            }),
            set: #set,
        };
    }
    .into()
}

/// The doc comment as `Some("…")`, or `None`.
fn docstring(attributes: &[syn::Attribute]) -> Tokens {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &pair.value
        {
            let line = text.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
        }
    }
    if lines.is_empty() {
        return quote!(None);
    }
    let text = lines.join("\n");
    quote!(Some(#text))
}

/// The name that Python sees: without the underscore that keeps it from being Rust's keyword, unless
/// it is a dunder.
fn python_name(ident: &str) -> String {
    if ident.starts_with("__") && ident.ends_with("__") {
        return ident.to_owned();
    }
    ident.trim_end_matches('_').to_owned()
}
