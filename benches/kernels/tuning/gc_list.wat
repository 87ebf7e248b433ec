;; Fields of structures: a linked list of n nodes is built and reversed in place ten times; the sum
;; of each node's number times its place.
;; run(1200000) = 6036527266563012156
;; run(200000) = 167570966686746278
(module
  (type $node (struct (field $number i32) (field $next (mut (ref null $node)))))

  (func $build (param $n i32) (result (ref null $node))
    (local $list (ref null $node)) (local $x i32)
    (local.set $x (i32.const 12345))
    (loop $next
      (local.set $x
        (i32.add (i32.mul (local.get $x) (i32.const 1103515245)) (i32.const 12345)))
      (local.set $list
        (struct.new $node (i32.shr_u (local.get $x) (i32.const 8)) (local.get $list)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $list))

  (func $reverse (param $list (ref null $node)) (result (ref null $node))
    (local $before (ref null $node)) (local $after (ref null $node))
    (block $end
      (loop $step
        (br_if $end (ref.is_null (local.get $list)))
        (local.set $after (struct.get $node $next (local.get $list)))
        (struct.set $node $next (local.get $list) (local.get $before))
        (local.set $before (local.get $list))
        (local.set $list (local.get $after))
        (br $step)))
    (local.get $before))

  (func $checksum (param $list (ref null $node)) (result i64)
    (local $place i64) (local $sum i64)
    (loop $step
      (block $end
        (local.set $place (i64.add (local.get $place) (i64.const 1)))
        (local.set $sum
          (i64.add (local.get $sum)
            (i64.mul (local.get $place)
              (i64.extend_i32_u
                (struct.get $node $number (br_on_null $end (local.get $list)))))))
        (local.set $list (struct.get $node $next (local.get $list)))
        (br $step)))
    (local.get $sum))

  (func (export "run") (param $n i32) (result i64)
    (local $list (ref null $node)) (local $times i32)
    (local.set $list (call $build (local.get $n)))
    (local.set $times (i32.const 10))
    (loop $again
      (local.set $list (call $reverse (local.get $list)))
      (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
    (call $checksum (local.get $list))))
