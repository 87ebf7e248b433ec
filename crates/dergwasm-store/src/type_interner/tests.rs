//! Interning of groups, and matching.

use super::*;
use dergwasm_types::{
    CompositeType, FieldType, HeapType, RefType, StorageType, StructType, ValType,
};

fn reference(index: u32) -> ValType {
    ValType::Ref(RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(index)) })
}

fn structure(supertype: Option<u32>, fields: &[ValType]) -> SubType {
    let field = |&ty| FieldType { storage: StorageType::Val(ty), mutable: true };
    SubType {
        is_final: false,
        supertype: supertype.map(TypeIdx),
        composite: CompositeType::Struct(StructType { fields: fields.iter().map(field).collect() }),
    }
}

fn array(element: ValType) -> SubType {
    let element = FieldType { storage: StorageType::Val(element), mutable: true };
    SubType::plain(CompositeType::Array(element))
}

#[test]
fn equal_types_have_equal_ids() {
    let mut interner = TypeInterner::default();
    let of = |n: usize| FuncType::new((0..n).map(|_| ValType::I32), [ValType::F64]);
    let ids: Vec<_> = (0..300).map(|n| interner.intern(&of(n))).collect();
    for (n, &id) in ids.iter().enumerate() {
        assert_eq!(id.0 as usize, n);
        assert_eq!(interner.intern(&of(n)), id);
        assert_eq!(interner.intern_group(&[of(n).into()], &ids), Ok(id));
        assert_eq!(interner.get(id).unwrap().as_func(), Some(&of(n)));
    }
}

#[test]
fn equal_groups_have_equal_ids_wherever_their_modules_put_them() {
    let mut interner = TypeInterner::default();
    let node = [structure(None, &[reference(0), reference(1)]), array(reference(0))];
    let first = interner.intern_group(&node, &[]).unwrap();
    let other = interner.intern(&FuncType::new([], []));
    // The same group behind two other types of a module.
    let shifted = [structure(None, &[reference(2), reference(3)]), array(reference(2))];
    assert_eq!(interner.intern_group(&shifted, &[other, other]), Ok(first));
    assert_eq!(interner.types().len(), 3);
    assert_eq!(interner.get(TypeId(first.0 + 1)).unwrap(), &array(reference(first.0)));
    // One that refers to the first group from outside is another type.
    let outside = [structure(None, &[reference(0), reference(1)])];
    let known = [first, TypeId(first.0 + 1)];
    let outside = interner.intern_group(&outside, &known).unwrap();
    assert_ne!(outside, first);
    // A group of the same two types the other way round is another one too.
    let turned = [array(reference(1)), structure(None, &[reference(1), reference(0)])];
    assert!(interner.intern_group(&turned, &[]).unwrap().0 > outside.0);
    // Twice the same type in a group is two types.
    let twice = [array(ValType::I32), array(ValType::I32)];
    let twice = interner.intern_group(&twice, &[]).unwrap();
    assert_ne!(interner.intern_group(&[array(ValType::I32)], &[]).unwrap(), twice);
}

#[test]
fn what_a_module_does_not_have_is_an_error() {
    let mut interner = TypeInterner::default();
    let unknown = |index| Err(StoreError::UnknownType { index });
    assert_eq!(interner.intern_group(&[array(reference(1))], &[]), unknown(1));
    assert_eq!(interner.intern_group(&[array(reference(u32::MAX))], &[]), unknown(u32::MAX));
    assert_eq!(interner.intern_group(&[array(reference(0))], &[TypeId(9)]), unknown(0));
    let supertype = |position| Err(StoreError::InvalidSupertype { position });
    let good = structure(None, &[]);
    assert_eq!(interner.intern_group(&[structure(Some(0), &[])], &[]), supertype(0));
    assert_eq!(
        interner.intern_group(&[good, structure(Some(2), &[]), array(ValType::I32)], &[]),
        supertype(1)
    );
    assert_eq!(
        interner.intern_group(&[array(ValType::I32), structure(Some(0), &[])], &[]),
        supertype(1)
    );
    assert!(interner.types().is_empty() && interner.rows().is_empty());
    assert_eq!(interner.intern_group(&[], &[]), Ok(TypeId(0)));
    // Numbers that are no ids may stand in a host's function type.
    let odd = FuncType::new([reference(u32::MAX), reference(7)], []);
    assert_eq!(interner.intern(&odd), interner.intern(&odd));
    assert!(
        !interner.is_subtype(TypeId(0), TypeId(7)) && interner.is_subtype(TypeId(7), TypeId(7))
    );
}

#[test]
fn chains_of_supertypes_are_known_to_any_depth() {
    let mut interner = TypeInterner::default();
    let mut chain = Vec::new();
    for depth in 0..=MAX_DEPTH {
        let supertype = depth.checked_sub(1);
        chain.push(interner.intern_group(&[structure(supertype, &[])], &chain).unwrap());
    }
    let side = interner.intern_group(&[structure(Some(8), &[ValType::I32])], &chain).unwrap();
    for (i, &a) in (0u32..).zip(&chain) {
        for (j, &b) in (0..).zip(&chain) {
            assert_eq!(interner.is_subtype(a, b), j <= i, "{i} {j}");
        }
        assert_eq!(interner.is_subtype(side, a), i <= 8);
        assert!(!interner.is_subtype(a, side));
        let row = interner.rows()[a.0 as usize];
        assert_eq!((row.kind, row.depth), (TypeKind::Struct, i));
        for (depth, &ancestor) in (0..).zip(&row.supers) {
            assert_eq!(ancestor, if depth <= i { chain[depth as usize].0 } else { u32::MAX });
        }
    }
    let deeper = structure(Some(MAX_DEPTH), &[]);
    assert!(interner.intern_group(&[deeper], &chain).is_err());
}

#[test]
fn matching_follows_the_hierarchies() {
    use HeapType::{
        Any, Array, Concrete, Cont, Eq, Exn, Extern, Func, I31, NoCont, NoExn, NoExtern, NoFunc,
        Struct,
    };
    let none = HeapType::None;
    let mut interner = TypeInterner::default();
    let base = interner.intern_group(&[structure(None, &[])], &[]).unwrap();
    let sub = interner.intern_group(&[structure(Some(0), &[ValType::I32])], &[base]).unwrap();
    let list = interner.intern_group(&[array(ValType::I32)], &[]).unwrap();
    let func = interner.intern(&FuncType::new([], []));
    let cont = SubType::plain(CompositeType::Cont(TypeIdx(0)));
    let cont = interner.intern_group(&[cont], &[func]).unwrap();
    let [base, sub, list, func, cont] =
        [base, sub, list, func, cont].map(|id| Concrete(TypeIdx(id.0)));
    // Each type with all above it.
    let rows: [(HeapType, &[HeapType]); 18] = [
        (none, &[I31, sub, base, Struct, list, Array, Eq, Any]),
        (I31, &[Eq, Any]),
        (sub, &[base, Struct, Eq, Any]),
        (base, &[Struct, Eq, Any]),
        (Struct, &[Eq, Any]),
        (list, &[Array, Eq, Any]),
        (Array, &[Eq, Any]),
        (Eq, &[Any]),
        (Any, &[]),
        (NoFunc, &[func, Func]),
        (func, &[Func]),
        (Func, &[]),
        (NoCont, &[cont, Cont]),
        (cont, &[Cont]),
        (Cont, &[]),
        (NoExtern, &[Extern]),
        (Extern, &[]),
        (NoExn, &[Exn]),
    ];
    for (a, above) in rows {
        for b in rows.map(|(b, _)| b).into_iter().chain([Exn]) {
            let expected = a == b || above.contains(&b);
            assert_eq!(interner.heap_type_matches(a, b), expected, "{a} {b}");
        }
    }
    let ty = |nullable, heap| RefType { nullable, heap };
    assert!(interner.ref_type_matches(ty(false, sub), ty(true, base)));
    assert!(!interner.ref_type_matches(ty(true, sub), ty(false, base)));
    assert!(interner.val_type_matches(ValType::I32, ValType::I32));
    assert!(!interner.val_type_matches(ValType::I32, ValType::FUNCREF));
    let traced = [sub, base, Struct, list, Array, Eq, Any, cont, Cont, Extern, Exn];
    for heap in rows.map(|(heap, _)| heap).into_iter().chain([Exn]) {
        assert_eq!(interner.is_traced(ty(true, heap)), traced.contains(&heap), "{heap}");
    }
}

#[test]
fn a_type_is_valid_if_it_matches_the_one_it_extends() {
    let mut interner = TypeInterner::default();
    let field = |ty, mutable| FieldType { storage: StorageType::Val(ty), mutable };
    let structure = |supertype: Option<TypeId>, fields: &[FieldType]| SubType {
        is_final: false,
        supertype: supertype.map(|id| TypeIdx(id.0)),
        composite: CompositeType::Struct(StructType { fields: fields.into() }),
    };
    let (any, eq) = (ValType::ANYREF, RefType { nullable: true, heap: HeapType::Eq });
    let eq = ValType::Ref(eq);
    let base = [field(any, false), field(any, true)];
    let base = interner.intern_type(&structure(None, &base)).unwrap();
    let mut valid = |fields: &[FieldType]| {
        let id = interner.intern_type(&structure(Some(base), fields)).unwrap();
        interner.is_valid(id)
    };
    assert!(valid(&[field(eq, false), field(any, true), field(any, false)]));
    assert!(!valid(&[field(eq, false), field(eq, true)]), "what is mutable stays the same");
    assert!(!valid(&[field(eq, true), field(any, true)]) && !valid(&[field(any, false)]));
    let func = |is_final, supertype: Option<TypeId>, param, result| SubType {
        is_final,
        supertype: supertype.map(|id| TypeIdx(id.0)),
        composite: CompositeType::Func(FuncType::new([param], [result])),
    };
    let base = interner.intern_type(&func(false, None, eq, any)).unwrap();
    for (param, result, expected) in [(any, eq, true), (eq, any, true), (eq, eq, true)] {
        let id = interner.intern_type(&func(true, Some(base), param, result)).unwrap();
        assert_eq!(interner.is_valid(id), expected);
        let beyond = interner.intern_type(&func(true, Some(id), param, result)).unwrap();
        assert!(!interner.is_valid(beyond), "it extends a final type");
    }
    let id = interner.intern_type(&func(true, Some(base), ValType::I32, any)).unwrap();
    assert!(!interner.is_valid(id) && !interner.is_valid(TypeId(99)));
    let cont = |id: TypeId| SubType::plain(CompositeType::Cont(TypeIdx(id.0)));
    let cont_of_func = interner.intern_type(&cont(base)).unwrap();
    let cont_of_cont = interner.intern_type(&cont(cont_of_func)).unwrap();
    assert!(interner.is_valid(cont_of_func) && !interner.is_valid(cont_of_cont));
    assert!(interner.intern_type(&cont(TypeId(99))).is_err());
}
