//! Objects that the host and a guest make, change and let go, beside a model of them: after any
//! number of collections, what is held is what it should be.

use arbitrary::{Result, Unstructured};
use dergwasm::{
    AnyRef, ArrayRef, CompositeType, Config, DefinedType, Error, FieldType, HeapType, Instance,
    Machine, Module, OwnedRooted, RefType, Referent, RootScope, Rooted, StructRef, StructType,
    SubType, TypeIdx, TypedFunc, Val, ValType,
};

/// The most operations on objects.
const OPERATIONS: usize = 300;

/// Garbage of many sizes, and a list that the guest holds.
const MODULE: &str = r#"(module
  (type $cell (struct (field i32) (field (ref null $cell))))
  (type $bytes (array (mut i8)))
  (global $list (mut (ref null $cell)) (ref.null $cell))
  (func (export "garbage") (param i32)
    (loop $l
      (drop (array.new_default $bytes (i32.and (i32.mul (local.get 0) (i32.const 37)) (i32.const 0xfff))))
      (br_if $l (i32.gt_s (local.tee 0 (i32.sub (local.get 0) (i32.const 1))) (i32.const 0)))))
  (func (export "push") (param i32)
    (global.set $list (struct.new $cell (local.get 0) (global.get $list))))
  (func (export "sum") (param i32) (result i32) (local $c (ref null $cell))
    (local.set $c (global.get $list))
    (block $end
      (loop $l
        (br_if $end (ref.is_null (local.get $c)))
        (local.set 0 (i32.add (local.get 0) (struct.get $cell 0 (local.get $c))))
        (local.set $c (struct.get $cell 1 (local.get $c)))
        (br $l)))
    (local.get 0)))"#;

/// What an object should hold.
#[derive(Debug)]
enum Model {
    Node(i32, Option<usize>),
    Numbers(Vec<i32>),
    References(Vec<Option<usize>>),
}

struct World {
    machine: Machine<()>,
    node: DefinedType,
    numbers: DefinedType,
    references: DefinedType,
    objects: Vec<Model>,
    /// The objects that are held, by their number.
    held: Vec<(usize, OwnedRooted<AnyRef>)>,
    garbage: TypedFunc<i32, ()>,
    push: TypedFunc<i32, ()>,
    sum: TypedFunc<i32, i32>,
    pushed: i32,
}

/// Runs the operations that the input chooses.
///
/// # Panics
/// If an object is not what it should be.
pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let stress = input.arbitrary().unwrap_or(false);
    let mut world = World::new(stress).expect("types and module are valid");
    for _ in 0..OPERATIONS {
        if input.is_empty() || world.operation(&mut input).is_err() {
            break;
        }
    }
    world.machine.gc();
    for index in 0..world.held.len() {
        world.check(index, 1000);
    }
}

impl World {
    fn new(stress: bool) -> std::result::Result<Self, Error> {
        let mut config = Config::new();
        config.gc_stress(stress);
        let mut machine = Machine::with_config(&config, ());
        let own = RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(0)) };
        let fields = [ValType::I32, ValType::Ref(own)].map(FieldType::mutable).into();
        let node = SubType::plain(CompositeType::Struct(StructType { fields }));
        let node = DefinedType::new_group(&mut machine, &[], &[node])?[0];
        let numbers = DefinedType::new_array(&mut machine, FieldType::mutable(ValType::I32))?;
        let any = FieldType::mutable(ValType::Ref(RefType::ANY));
        let references = DefinedType::new_array(&mut machine, any)?;
        let module = Module::with_config(&config, MODULE.as_bytes())?;
        let instance = Instance::new(&mut machine, &module, &[])?;
        Ok(Self {
            garbage: instance.get_typed_func(&machine, "garbage")?,
            push: instance.get_typed_func(&machine, "push")?,
            sum: instance.get_typed_func(&machine, "sum")?,
            machine,
            node,
            numbers,
            references,
            objects: Vec::new(),
            held: Vec::new(),
            pushed: 0,
        })
    }

    fn operation(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        match input.int_in_range(0..=7)? {
            0 | 1 => self.make(input),
            2 => self.change(input),
            3 if !self.held.is_empty() => {
                self.held.swap_remove(input.choose_index(self.held.len())?);
                Ok(())
            }
            4 if !self.held.is_empty() => {
                self.check(input.choose_index(self.held.len())?, 20);
                Ok(())
            }
            5 => {
                self.machine.gc();
                Ok(())
            }
            6 => {
                let number = i32::from(input.arbitrary::<i8>()?);
                self.garbage.call(&mut self.machine, number).expect("there is room");
                Ok(())
            }
            _ => {
                let number = i32::from(input.arbitrary::<i8>()?);
                self.push.call(&mut self.machine, number).expect("there is room");
                self.pushed = self.pushed.wrapping_add(number);
                assert_eq!(self.sum.call(&mut self.machine, 0).ok(), Some(self.pushed));
                Ok(())
            }
        }
    }

    /// A held object, or nothing, as a number and a reference.
    fn pick(
        held: &[(usize, OwnedRooted<AnyRef>)],
        scope: &mut RootScope<&mut Machine<()>>,
        input: &mut Unstructured<'_>,
        fits: impl Fn(usize) -> bool,
    ) -> Result<Option<(usize, Rooted<AnyRef>)>> {
        if held.is_empty() || input.ratio(1, 4)? {
            return Ok(None);
        }
        let (number, owned) = &held[input.choose_index(held.len())?];
        Ok(fits(*number).then(|| (*number, owned.to_rooted(scope).expect("of this machine"))))
    }

    fn make(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let Self { machine, objects, held, .. } = self;
        let mut scope = RootScope::new(machine);
        let (model, made) = match input.int_in_range(0..=2)? {
            0 => {
                let number = input.arbitrary()?;
                let is_node = |number: usize| matches!(objects[number], Model::Node(..));
                let next = Self::pick(held, &mut scope, input, is_node)?;
                let fields = [Val::I32(number), Val::AnyRef(next.map(|(_, next)| next))];
                let made = StructRef::new(&mut scope, &self.node, &fields).map(to_any);
                (Model::Node(number, next.map(|(number, _)| number)), made)
            }
            1 => {
                let len = input.int_in_range(0..=600)?;
                let number = input.arbitrary()?;
                let made = ArrayRef::new(&mut scope, &self.numbers, Val::I32(number), len);
                (Model::Numbers(vec![number; len as usize]), made.map(to_any))
            }
            _ => {
                let len = input.int_in_range(0..=40)?;
                let made =
                    ArrayRef::new(&mut scope, &self.references, Val::AnyRef(None), len).map(to_any);
                (Model::References(vec![None; len as usize]), made)
            }
        };
        let owned = made.and_then(|made| made.to_owned_rooted(&mut scope)).expect("there is room");
        held.push((objects.len(), owned));
        objects.push(model);
        Ok(())
    }

    fn change(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let Self { machine, objects, held, .. } = self;
        if held.is_empty() {
            return Ok(());
        }
        let mut scope = RootScope::new(machine);
        let (object, owned) = &held[input.choose_index(held.len())?];
        let reference = owned.to_rooted(&mut scope).expect("of this machine");
        let (any, number) = (Self::pick(held, &mut scope, input, |_| true)?, input.arbitrary()?);
        let next = any.filter(|(number, _)| matches!(objects[*number], Model::Node(..)));
        match &mut objects[*object] {
            Model::Node(first, second) => {
                let node = reference.as_struct(&scope).ok().flatten().expect("a structure");
                node.set_field(&mut scope, 0, Val::I32(number)).expect("a number");
                let val = Val::AnyRef(next.map(|(_, next)| next));
                node.set_field(&mut scope, 1, val).expect("a node");
                (*first, *second) = (number, next.map(|(number, _)| number));
            }
            Model::Numbers(numbers) => {
                let array = reference.as_array(&scope).ok().flatten().expect("an array");
                let index = input.int_in_range(0..=700_u32)?;
                let set = array.set(&mut scope, index, Val::I32(number));
                assert_eq!(set.is_ok(), (index as usize) < numbers.len());
                if let Some(element) = numbers.get_mut(index as usize) {
                    *element = number;
                }
            }
            Model::References(references) => {
                let array = reference.as_array(&scope).ok().flatten().expect("an array");
                let index = input.int_in_range(0..=50_u32)?;
                let set = array.set(&mut scope, index, Val::AnyRef(any.map(|(_, any)| any)));
                assert_eq!(set.is_ok(), (index as usize) < references.len());
                if let Some(element) = references.get_mut(index as usize) {
                    *element = any.map(|(number, _)| number);
                }
            }
        }
        Ok(())
    }

    /// Compares a held object, and what it leads to, with the model.
    fn check(&mut self, index: usize, mut most: u32) {
        let Self { machine, objects, held, .. } = self;
        let mut scope = RootScope::new(machine);
        let (object, owned) = &held[index];
        let mut left = vec![(*object, owned.to_rooted(&mut scope).expect("of this machine"))];
        while let (Some((object, reference)), true) = (left.pop(), most > 0) {
            most -= 1;
            let vals = match &objects[object] {
                Model::Node(..) => {
                    let node = reference.as_struct(&scope).ok().flatten().expect("a structure");
                    node.fields(&mut scope)
                }
                _ => {
                    let array = reference.as_array(&scope).ok().flatten().expect("an array");
                    array.elems(&mut scope)
                }
            };
            let vals = vals.expect("an object of this machine");
            match &objects[object] {
                Model::Node(number, next) => {
                    assert_eq!(vals[0], Val::I32(*number));
                    left.extend(same(*next, vals[1]));
                }
                Model::Numbers(numbers) => {
                    assert!(vals.iter().copied().eq(numbers.iter().map(|&n| Val::I32(n))));
                }
                Model::References(references) => {
                    assert_eq!(vals.len(), references.len());
                    let pairs = references.iter().zip(vals);
                    left.extend(pairs.filter_map(|(&object, val)| same(object, val)));
                }
            }
        }
    }
}

/// The object and the reference, if there should be one.
fn same(object: Option<usize>, val: Val) -> Option<(usize, Rooted<AnyRef>)> {
    let Val::AnyRef(reference) = val else { panic!("{val:?} is no reference") };
    assert_eq!(object.is_some(), reference.is_some());
    object.zip(reference)
}

fn to_any<T: Referent>(reference: Rooted<T>) -> Rooted<AnyRef>
where
    Val: From<Rooted<T>>,
{
    match Val::from(reference) {
        Val::AnyRef(Some(reference)) => reference,
        val => panic!("{val:?} is no object"),
    }
}
