//! Types that modules or the host define, as handles.
//!
//! Spec: [Structure › Types › Recursive Types](https://webassembly.github.io/spec/core/syntax/types.html#recursive-types).

use crate::{AsMachine, AsMachineMut, Error, as_machine::usage, marked::foreign};
use alloc::vec::Vec;
use dergwasm_exec::{Machine as Core, Mark};
use dergwasm_store::TypeId;
use dergwasm_types::{
    CompositeType, FieldType, FuncType, HeapType, RefType, StructType, SubType, TypeIdx,
};

/// A type of structures, arrays or functions of a machine.
///
/// Types that are defined alike are the same type, whoever defines them: a host that defines a
/// type as a module does can make and take the module's objects.
///
/// ```
/// use dergwasm_host::{DefinedType, FieldType, Instance, Machine, Module, ValType};
///
/// # let wasm = wat::parse_str("(module (type (struct (field (mut i32) i64))))")?;
/// let mut machine = Machine::new(());
/// let fields = [FieldType::mutable(ValType::I32), FieldType::immutable(ValType::I64)];
/// let pair = DefinedType::new_struct(&mut machine, fields)?;
/// let instance = Instance::new(&mut machine, &Module::new(&wasm)?, &[])?;
/// assert_eq!(instance.get_type(&machine, 0), Some(pair));
/// assert_eq!(pair.definition(&machine)?.to_string(), "struct ((mut i32), i64)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DefinedType {
    id: TypeId,
    mark: Mark,
}

impl DefinedType {
    pub(crate) fn from_id(id: TypeId, core: &Core) -> Self {
        Self { id, mark: core.lineage().mark() }
    }

    /// The type that a heap type of the machine names, if it names one.
    pub(crate) fn of(heap: HeapType, core: &Core) -> Option<Self> {
        match heap {
            HeapType::Concrete(id) => Some(Self::from_id(TypeId(id.0), core)),
            _ => None,
        }
    }

    /// The id, after checking that the type is of this machine.
    pub(crate) fn id_in(self, core: &Core) -> Result<TypeId, Error> {
        if core.lineage().has(self.mark) { Ok(self.id) } else { Err(foreign("type")) }
    }

    /// Defines a type.
    ///
    /// What it refers to or extends are types of this machine: see [`DefinedType::heap_type`] and
    /// [`DefinedType::index`]. For types that refer to themselves or to each other there is
    /// [`DefinedType::new_group`].
    ///
    /// # Errors
    /// It refers to or extends what it cannot, or there is no room for more types.
    pub fn new(mut machine: impl AsMachineMut, ty: impl Into<SubType>) -> Result<Self, Error> {
        let mut core = machine.as_machine_mut().core;
        let id = core.define_type(&ty.into())?;
        Ok(Self::from_id(id, &core))
    }

    /// Defines a type of structures.
    ///
    /// # Errors
    /// As [`DefinedType::new`].
    pub fn new_struct(
        machine: impl AsMachineMut,
        fields: impl IntoIterator<Item = FieldType>,
    ) -> Result<Self, Error> {
        let fields = fields.into_iter().collect();
        Self::new(machine, CompositeType::Struct(StructType { fields }))
    }

    /// Defines a type of arrays.
    ///
    /// # Errors
    /// As [`DefinedType::new`].
    pub fn new_array(machine: impl AsMachineMut, element: FieldType) -> Result<Self, Error> {
        Self::new(machine, CompositeType::Array(element))
    }

    /// Defines a type of functions.
    ///
    /// # Errors
    /// As [`DefinedType::new`].
    pub fn new_func(machine: impl AsMachineMut, ty: FuncType) -> Result<Self, Error> {
        Self::new(machine, ty)
    }

    /// Defines types that refer to each other. In them an index below the number of `known` types
    /// is one of those; the indices after that are the types of the group.
    ///
    /// ```
    /// use dergwasm_host::{
    ///     CompositeType, DefinedType, FieldType, HeapType, Machine, RefType, StructType, SubType,
    ///     TypeIdx, ValType,
    /// };
    ///
    /// let mut machine = Machine::new(());
    /// let next = RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(0)) };
    /// let fields = [ValType::I32, ValType::Ref(next)].map(FieldType::mutable).into();
    /// let node = SubType::plain(CompositeType::Struct(StructType { fields }));
    /// let nodes = DefinedType::new_group(&mut machine, &[], &[node])?;
    /// assert_eq!(nodes.len(), 1);
    /// # Ok::<(), dergwasm_host::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`DefinedType::new`]; also if one of `known` is of another machine.
    pub fn new_group(
        mut machine: impl AsMachineMut,
        known: &[Self],
        group: &[SubType],
    ) -> Result<Vec<Self>, Error> {
        let mut core = machine.as_machine_mut().core;
        let known: Result<Vec<_>, _> = known.iter().map(|ty| ty.id_in(&core)).collect();
        let first = core.define_types(group, &known?)?;
        let ids = (first.0..).take(group.len());
        Ok(ids.map(|id| Self::from_id(TypeId(id), &core)).collect())
    }

    /// How it is defined, in terms of types of the machine.
    ///
    /// # Errors
    /// The type is of another machine.
    pub fn definition(&self, machine: impl AsMachine) -> Result<SubType, Error> {
        self.definition_in(machine.as_machine().core).cloned()
    }

    pub(crate) fn definition_in(self, core: &Core) -> Result<&SubType, Error> {
        let id = self.id_in(core)?;
        core.store().get_sub_type(id.0).ok_or_else(|| usage("this machine has no such type"))
    }

    /// Its index among the machine's types, by which other types refer to it.
    #[must_use]
    pub const fn index(&self) -> TypeIdx {
        TypeIdx(self.id.0)
    }

    /// What references to it point to.
    #[must_use]
    pub const fn heap_type(&self) -> HeapType {
        HeapType::Concrete(self.index())
    }

    /// The type of references to it.
    #[must_use]
    pub const fn ref_type(&self, nullable: bool) -> RefType {
        RefType { nullable, heap: self.heap_type() }
    }

    /// Whether it is `other` or extends it.
    ///
    /// # Errors
    /// A type is of another machine.
    pub fn extends(&self, machine: impl AsMachine, other: &Self) -> Result<bool, Error> {
        let core = machine.as_machine().core;
        Ok(core.store().is_subtype(self.id_in(core)?, other.id_in(core)?))
    }
}
