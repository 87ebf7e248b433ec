;; Fibonacci numbers, three ways: exported functions called with `--invoke`.
;;
;;   dergwasm run --invoke fib       examples/fib.wat 20     by the definition: 6765
;;   dergwasm run --invoke fib_loop  examples/fib.wat 90     in a loop: 2880067194370816120
;;   dergwasm run --invoke fib_pair  examples/fib.wat 90     two results: fib(90) and fib(91)

(module $fib
  (func $fib (export "fib") (param $n i32) (result i64)
    (if (result i64) (i32.lt_u (local.get $n) (i32.const 2))
      (then (i64.extend_i32_u (local.get $n)))
      (else
        (i64.add
          (call $fib (i32.sub (local.get $n) (i32.const 1)))
          (call $fib (i32.sub (local.get $n) (i32.const 2)))))))

  (func $fib_pair (export "fib_pair") (param $n i32) (result i64 i64)
    i64.const 0
    i64.const 1
    (loop $next (param i64 i64) (result i64 i64)
      local.get $n
      (if (param i64 i64) (result i64 i64)
        (then
          call $advance
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          br $next))))

  ;; (a, b) becomes (b, a + b)
  (func $advance (param $a i64) (param $b i64) (result i64 i64)
    local.get $b
    (i64.add (local.get $a) (local.get $b)))

  (func $fib_loop (export "fib_loop") (param $n i32) (result i64)
    (call $fib_pair (local.get $n))
    drop))
