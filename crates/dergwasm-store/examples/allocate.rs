//! Allocates one instance of each kind, as an engine does when it instantiates a module.

use dergwasm_store::{
    DataInst, ElemInst, FuncInst, FuncKind, HostFuncId, ModuleInst, Store, StoreError, TagInst,
    Unlimited,
    types::{FuncType, GlobalType, MemoryType, RefType, TableType, ValType, Value},
};

fn main() -> Result<(), StoreError> {
    let mut store = Store::new();

    // Types are numbers: equal ones have equal ids.
    let ty = store.intern(&FuncType::new([ValType::I32], []));
    let print = store.alloc_func(FuncInst { ty, kind: FuncKind::Host(HostFuncId(0)) })?;
    let tag = store.alloc_tag(TagInst { ty })?;

    let heap = store.alloc_memory(MemoryType::new(1, Some(4)), &mut Unlimited)?;
    let data = store.alloc_data(DataInst::from(b"hello".to_vec()))?;
    store.init_memory(heap, 16, data, 0, 5)?;
    store.data_mut(data).expect("just allocated").drop_();

    // A reference is an address plus 1; 0 is null.
    let table = store.alloc_table(TableType::new(RefType::FUNC, 2, None), 0, &mut Unlimited)?;
    let items = vec![Value::from_ref_addr(Some(print.0)).bits()];
    let elem = store.alloc_elem(ElemInst::new(RefType::FUNC, items))?;
    store.init_table(table, 1, elem, 0, 1)?;

    let ty = GlobalType { content: ValType::I32, mutable: true };
    let global = store.alloc_global(ty, Value::from(42), &mut Unlimited)?;

    let instance = store.alloc_instance(
        ModuleInst {
            funcs: [print].into(),
            tables: [table].into(),
            memories: [heap].into(),
            globals: [global].into(),
            tags: [tag].into(),
            elems: [elem].into(),
            datas: [data].into(),
        },
        &mut Unlimited,
    )?;

    println!("instance {instance}: {:?}", store.instances()[instance]);
    println!("heap: {}", store.memories()[heap].ty());
    println!(
        "grown from {:?} pages to {}",
        store.grow_memory(heap, 3, &mut Unlimited),
        store.memories()[heap].size()
    );
    println!("grown once more: {:?}", store.try_grow_memory(heap, 1, &mut Unlimited));
    println!("at 16: {:?}", core::str::from_utf8(store.memories()[heap].slice(16, 5)?));
    println!("table: {:?}", store.tables()[table].elements());
    println!("global: {}", store.globals()[global].get().as_i32());
    Ok(())
}
