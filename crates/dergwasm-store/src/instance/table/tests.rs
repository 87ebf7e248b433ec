//! Tables without a store.

use super::*;
use alloc::boxed::Box;
use dergwasm_types::RefType;

fn ty(minimum: u64, maximum: Option<u64>) -> TableType {
    TableType::new(RefType::FUNC, minimum, maximum)
}

/// A table in the form the store lends it.
fn table(minimum: u64, maximum: Option<u64>, init: u64) -> Box<TableInst> {
    Box::new(TableInst::new(ty(minimum, maximum), init).unwrap())
}

fn too_large(wanted: u64, maximum: u64) -> StoreError {
    StoreError::TooLarge { kind: "table", unit: "elements", wanted, maximum }
}

#[test]
fn starts_and_grows_with_the_given_reference() {
    let mut table = table(2, Some(10), 5);
    assert_eq!(table.elements(), [5, 5]);
    assert_eq!(table.grow(1, 0), Ok(2));
    assert_eq!(table.grow(2, 9), Ok(3));
    assert_eq!(table.elements(), [5, 5, 0, 9, 9]);
    assert_eq!(table.ty(), ty(5, Some(10)));
    assert_eq!(table.size(), 5);
}

#[test]
fn never_grows_past_its_maximum_and_never_shrinks() {
    let mut table = table(1, Some(3), 4);
    for delta in [3, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(table.grow(delta, 1), Err(too_large(1u64.saturating_add(delta), 3)));
        assert_eq!(table.elements(), [4]);
    }
    assert_eq!(table.grow(2, 0), Ok(1));
    assert_eq!(table.grow(0, 1), Ok(3));
    assert_eq!(table.elements(), [4, 0, 0]);
}

#[test]
fn a_table_without_maximum_ends_where_its_indices_do() {
    let most = u64::from(u32::MAX);
    assert_eq!(table(16, None, 0).grow(most - 15, 0), Err(too_large(most + 1, most)));
    assert_eq!(TableInst::new(ty(most + 1, None), 0).unwrap_err(), too_large(most + 1, most));
    let wide = TableType { table64: true, ..ty(0, None) };
    let mut table: Box<TableInst> = Box::new(TableInst::new(wide, 0).unwrap());
    let error = table.grow(u64::MAX, 0).unwrap_err();
    assert_eq!(error, too_large(u64::MAX, MAX_ELEMENTS_64));
    let error = table.grow(MAX_ELEMENTS_64, 0).unwrap_err();
    assert!(matches!(error, StoreError::OutOfMemory { kind: "table", .. }), "{error}");
    assert_eq!(table.grow(3, 1), Ok(0));
}

#[test]
fn a_view_follows_the_elements() {
    let mut table = table(0, None, 0);
    let view = table.view();
    for i in 0..1000 {
        assert_eq!(table.grow(1, i), Ok(i));
        assert_eq!(table.view(), view);
    }
    assert!((0..).zip(table.elements()).all(|(i, &element)| element == i));
}

#[cfg(not(miri))]
#[test]
fn ten_million_nulls_are_cheap() {
    let mut table = table(10_000_000, None, 0);
    assert_eq!(table.get(9_999_999), Ok(0));
    assert_eq!(table.grow(1, 7), Ok(10_000_000));
    assert_eq!(table.get(10_000_000), Ok(7));
}

#[test]
fn every_access_is_checked() {
    let mut table = table(4, None, 0);
    table.init(0, &[1, 2, 3, 4]).unwrap();
    assert_eq!(table.set(3, 8), Ok(()));
    assert_eq!(table.get(3), Ok(8));
    for index in [4, 5, u64::from(u32::MAX), u64::MAX] {
        let error =
            StoreError::OutOfBounds { accessed: Accessed::Table, address: index, len: 1, size: 4 };
        assert_eq!(table.get(index).unwrap_err(), error);
        assert_eq!(table.set(index, 9).unwrap_err(), error);
        assert_eq!(table.init(index, &[9]).unwrap_err(), error);
        assert_eq!(table.fill(index, 9, 1).unwrap_err(), error);
        assert_eq!(table.slice(index, 1).unwrap_err(), error);
        assert_eq!(table.copy_within(index, 0, 1).unwrap_err(), error);
        assert_eq!(table.copy_within(0, index, 1).unwrap_err(), error);
    }
    assert_eq!(table.fill(4, 9, 0), Ok(()));
    assert!(table.fill(5, 9, 0).is_err());
    assert!(table.fill(1, 9, u64::MAX).is_err());
    assert_eq!(table.elements(), [1, 2, 3, 8]);
}

#[test]
fn fills_and_copies() {
    let mut table = table(5, None, 0);
    table.init(0, &[1, 2, 3]).unwrap();
    table.copy_within(1, 0, 3).unwrap();
    assert_eq!(table.elements(), [1, 1, 2, 3, 0]);
    table.fill(3, 6, 2).unwrap();
    assert_eq!(table.slice(1, 4).unwrap(), [1, 2, 6, 6]);
    table.elements_mut()[0] = 0;
    assert_eq!(table.get(0), Ok(0));
}
