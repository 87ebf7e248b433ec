//! Handles against a model: whatever a host does with scopes and collections, what a handle leads
//! to is what was put there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    AnyRef, ArrayRef, AsMachineMut, Config, DefinedType, ExternRef, FieldType, I31, Machine,
    MachineMut, OwnedRooted, RootScope, Rooted, StructRef, Val, ValType,
};

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// What a reference is expected to lead to.
#[derive(Clone)]
enum Model {
    Number(i32),
    Host(u64),
    Pair(u64, Box<Self>),
    List(Vec<Self>),
}

impl Model {
    fn size(&self) -> usize {
        1 + match self {
            Self::Number(_) | Self::Host(_) => 0,
            Self::Pair(_, next) => next.size(),
            Self::List(items) => items.iter().map(Self::size).sum(),
        }
    }
}

struct Types {
    pair: DefinedType,
    list: DefinedType,
}

/// Whether what a reference leads to is what the model says.
fn check(machine: &mut impl AsMachineMut, reference: Rooted<AnyRef>, model: &Model) {
    match model {
        Model::Number(number) => {
            let found = reference.as_i31(&*machine).unwrap().unwrap();
            assert_eq!(found.get_i32(), *number);
        }
        Model::Host(number) => {
            let host = ExternRef::convert_any(&*machine, reference).unwrap();
            assert_eq!(host.data(machine).unwrap().unwrap().downcast_ref(), Some(number));
        }
        Model::Pair(number, next) => {
            let pair = reference.as_struct(&*machine).unwrap().unwrap();
            let fields = pair.fields(&mut *machine).unwrap();
            assert_eq!(fields[0].i64(), Some(number.cast_signed()));
            check(machine, fields[1].anyref().unwrap(), next);
        }
        Model::List(items) => {
            let list = reference.as_array(&*machine).unwrap().unwrap();
            let elements = list.elems(&mut *machine).unwrap();
            assert_eq!(elements.len(), items.len());
            for (element, item) in elements.iter().zip(items) {
                check(machine, element.anyref().unwrap(), item);
            }
        }
    }
}

/// Makes something that may lead to what there is.
fn make(
    machine: &mut impl AsMachineMut,
    types: &Types,
    random: &mut Random,
    there: &[(Rooted<AnyRef>, Model)],
) -> (Rooted<AnyRef>, Model) {
    let number = random.0;
    let some = |random: &mut Random| there.get(random.below(there.len() + 1)).cloned();
    match (random.below(4), some(random)) {
        (0, _) => {
            let host = ExternRef::new(&mut *machine, number).unwrap();
            (AnyRef::convert_extern(&*machine, host).unwrap(), Model::Host(number))
        }
        (1 | 2, Some((next, model))) => {
            let fields = [Val::from(number), Val::from(next)];
            let pair = StructRef::new(&mut *machine, &types.pair, &fields).unwrap();
            (pair.into(), Model::Pair(number, Box::new(model)))
        }
        (3, Some(first)) => {
            let items = [Some(first), some(random), some(random)];
            let items: Vec<_> = items.into_iter().flatten().collect();
            let elements: Vec<_> = items.iter().map(|item| Val::from(item.0)).collect();
            let list = ArrayRef::new_fixed(&mut *machine, &types.list, &elements).unwrap();
            (list.into(), Model::List(items.into_iter().map(|item| item.1).collect()))
        }
        _ => {
            let number = I31::wrapping_u32((number >> 32) as u32);
            (AnyRef::from_i31(&mut *machine, number), Model::Number(number.get_i32()))
        }
    }
}

/// Makes and checks things in a scope and in scopes within it.
fn work(
    mut machine: MachineMut<'_, ()>,
    types: &Types,
    random: &mut Random,
    kept: &mut Vec<(OwnedRooted<AnyRef>, Model)>,
    depth: usize,
) {
    let mut scope = RootScope::new(machine.as_machine_mut());
    let mut there = Vec::new();
    for _ in 0..random.below(8) {
        match random.below(6) {
            0 if depth > 0 => work(scope.as_machine_mut(), types, random, kept, depth - 1),
            1 if !kept.is_empty() => {
                let index = random.below(kept.len());
                let (owned, model) = kept.swap_remove(index);
                there.push((owned.to_rooted(&mut scope).unwrap(), model));
            }
            2 if !there.is_empty() => {
                let (reference, model) = &there[random.below(there.len())];
                if model.size() < 100 {
                    kept.push((reference.to_owned_rooted(&mut scope).unwrap(), model.clone()));
                }
            }
            3 => scope.gc(),
            _ => {
                let made = make(&mut scope, types, random, &there);
                there.push(made);
            }
        }
        if let Some((reference, model)) = there.get(random.below(there.len() + 1)) {
            check(&mut scope, *reference, model);
        }
    }
    for (reference, model) in &there {
        check(&mut scope, *reference, model);
    }
}

#[test]
fn handles_lead_to_what_was_put_there() {
    for stress in [true, false] {
        let mut config = Config::new();
        config.gc_stress(stress);
        let mut machine = Machine::with_config(&config, ());
        let fields = [ValType::I64, ValType::ANYREF].map(FieldType::mutable);
        let pair = DefinedType::new_struct(&mut machine, fields).unwrap();
        let item = FieldType::immutable(ValType::ANYREF);
        let list = DefinedType::new_array(&mut machine, item).unwrap();
        let (types, mut random, mut kept) = (Types { pair, list }, Random(7), Vec::new());
        for _ in 0..300 {
            work(machine.as_machine_mut(), &types, &mut random, &mut kept, 3);
        }
        for (owned, model) in &kept {
            let reference = owned.to_rooted(&mut machine).unwrap();
            check(&mut machine, reference, model);
        }
        assert!(!kept.is_empty());
    }
}
