//! Constant expressions: what initial values, offsets and items are.
//!
//! Spec: [Execution › Expressions](https://webassembly.github.io/spec/core/exec/instructions.html#expressions).

use super::Addresses;
use crate::host::with_limiter;
use crate::objects::{array_bytes, heap_full};
use crate::{Error, Host, Machine};
use alloc::vec::Vec;
use dergwasm_decode::{ConstExpr, ConstOp};
use dergwasm_store::{Collect, GcRef, ObjectError, ObjectHeader, TypeId};
use dergwasm_types::{FuncIdx, GlobalType, StorageType, TypeIdx, Value};

/// The operand stack. Most expressions have one operand, and need no memory for it.
#[derive(Debug, Default)]
struct Operands {
    top: Option<Value>,
    below: Vec<Value>,
}

impl Operands {
    fn push(&mut self, value: Value) {
        self.below.extend(self.top.replace(value));
    }

    /// The top operand; validated expressions never underflow.
    fn pop(&mut self) -> Value {
        core::mem::replace(&mut self.top, self.below.pop()).unwrap_or_default()
    }
}

impl Machine {
    /// The value of a constant expression; `own` are the own globals that have a value so far.
    ///
    /// No collection comes meanwhile: what was made is found nowhere yet.
    ///
    /// # Errors
    /// There is no room for an object.
    pub(super) fn evaluate(
        &mut self,
        host: &mut dyn Host,
        expr: &ConstExpr,
        types: &[TypeId],
        addresses: &Addresses,
        own: &[(GlobalType, Value)],
    ) -> Result<Value, Error> {
        let mut operands = Operands::default();
        for &op in expr.ops() {
            let value = match op {
                ConstOp::I32Const(value) => value.into(),
                ConstOp::I64Const(value) => value.into(),
                ConstOp::F32Const(bits) => Value::from_bits(bits.into()),
                ConstOp::F64Const(bits) => Value::from_bits(bits),
                ConstOp::V128Const(bits) => bits.into(),
                ConstOp::RefNull(_) => Value::ZERO,
                ConstOp::RefFunc(func) => func_reference(addresses, func),
                ConstOp::GlobalGet(index) => match addresses.globals.get(index.index()) {
                    Some(&addr) => self.store.globals()[addr].get(),
                    None => {
                        let own = own.get(index.index() - addresses.globals.len());
                        own.map_or(Value::ZERO, |&(_, value)| value)
                    }
                },
                ConstOp::RefI31 => {
                    let number = operands.pop().as_u32();
                    Value::from_bits(crate::handler::reference::i31(number))
                }
                // Both hierarchies have the same references.
                ConstOp::AnyConvertExtern | ConstOp::ExternConvertAny => continue,
                ConstOp::StructNew(_)
                | ConstOp::StructNewDefault(_)
                | ConstOp::ArrayNew(_)
                | ConstOp::ArrayNewDefault(_)
                | ConstOp::ArrayNewFixed(..) => self.aggregate(host, op, types, &mut operands)?,
                _ => {
                    let b = operands.pop();
                    let a = operands.pop();
                    arithmetic(op, a, b)
                }
            };
            operands.push(value);
        }
        Ok(operands.pop())
    }

    fn aggregate(
        &mut self,
        host: &mut dyn Host,
        op: ConstOp,
        types: &[TypeId],
        operands: &mut Operands,
    ) -> Result<Value, Error> {
        let failed = |error: ObjectError| Error::from(error.trap());
        let mut pop = || operands.pop();
        let made = match op {
            ConstOp::ArrayNew(ty) => {
                let (len, value) = (pop().as_u32(), pop());
                let array = self.constant_array(host, ty, types, len)?;
                self.set_array(array, len, value)?;
                array
            }
            ConstOp::ArrayNewDefault(ty) => self.constant_array(host, ty, types, pop().as_u32())?,
            ConstOp::ArrayNewFixed(ty, len) => {
                let array = self.constant_array(host, ty, types, len)?;
                for index in (0..len).rev() {
                    self.store.array_set(array, index, pop()).map_err(failed)?;
                }
                array
            }
            ConstOp::StructNew(ty) | ConstOp::StructNewDefault(ty) => {
                let id = type_id(ty, types)?;
                let layout = self.store.struct_layout(id).cloned();
                let layout = layout.ok_or_else(|| Error::usage("no type of structures"))?;
                let made = self.constant_object(host, id, 0, layout.size().into())?;
                if matches!(op, ConstOp::StructNew(_)) {
                    for &field in layout.fields().iter().rev() {
                        self.store.set_field(made, field, pop()).map_err(failed)?;
                    }
                }
                made
            }
            _ => GcRef::NULL,
        };
        Ok(Value::from_bits(made.word()))
    }

    fn constant_array(
        &mut self,
        host: &mut dyn Host,
        ty: TypeIdx,
        types: &[TypeId],
        len: u32,
    ) -> Result<GcRef, Error> {
        let id = type_id(ty, types)?;
        let element = self.store.sub_type(id).as_array();
        let storage = element.map_or(StorageType::I8, |element| element.storage);
        self.constant_object(host, id, len, array_bytes(storage, len))
    }

    fn constant_object(
        &mut self,
        host: &mut dyn Host,
        ty: TypeId,
        len: u32,
        size: u64,
    ) -> Result<GcRef, Error> {
        self.pay_for_constant(size)?;
        let header = ObjectHeader { ty: ty.0, len };
        let made = with_limiter(host, |limiter| {
            self.store.alloc_object(header, size, Collect::Never, limiter)
        });
        made.map_err(heap_full)
    }
}

fn type_id(ty: TypeIdx, types: &[TypeId]) -> Result<TypeId, Error> {
    types.get(ty.index()).copied().ok_or_else(|| Error::usage("no such type in this module"))
}

pub(super) fn func_reference(addresses: &Addresses, func: FuncIdx) -> Value {
    Value::from_ref_addr(addresses.funcs.get(func.index()).map(|addr| addr.0))
}

fn arithmetic(op: ConstOp, a: Value, b: Value) -> Value {
    match op {
        ConstOp::I32Add => a.as_u32().wrapping_add(b.as_u32()).into(),
        ConstOp::I32Sub => a.as_u32().wrapping_sub(b.as_u32()).into(),
        ConstOp::I32Mul => a.as_u32().wrapping_mul(b.as_u32()).into(),
        ConstOp::I64Add => a.as_u64().wrapping_add(b.as_u64()).into(),
        ConstOp::I64Sub => a.as_u64().wrapping_sub(b.as_u64()).into(),
        _ => a.as_u64().wrapping_mul(b.as_u64()).into(),
    }
}
