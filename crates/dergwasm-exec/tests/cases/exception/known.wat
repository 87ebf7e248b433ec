;; An exception that is certainly caught in the same function is a jump.
(module
  (import "e" "a" (tag $a (param i32)))
  (import "e" "b" (tag $b (param i32)))
  (tag $own (param i32 i32))
  (tag $other)
  (func $jump (param i32) (result i32 i32)
    (block $o
      (return
        (block $h (result i32 i32)
          (try_table (catch $other $o) (catch $own $h)
            (throw $own (local.get 0) (i32.const 4)))
          (unreachable))))
    (unreachable))
  (func $without_values (param i32)
    (block $h
      (try_table (catch_all $h)
        (try_table (catch $other $h) (throw $own (local.get 0) (local.get 0))))))
  (func $perhaps_the_same (param i32)
    (block $h (result i32)
      (try_table (result i32) (catch $a $h) (throw $b (local.get 0))))
    (drop))
  (func $needs_the_exception (param i32) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (throw $other))
      (unreachable)))
  (func $older (param i32)
    try
      throw $other
    catch_all
    end)
  (func $returns (result i32 i32)
    (try_table (catch $own 0) (throw $own (i32.const 1) (i32.const 2)))
    (unreachable)))
