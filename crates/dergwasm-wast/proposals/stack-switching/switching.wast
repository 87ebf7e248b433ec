;; Switching from one continuation to another, without the code that resumed the first.

(module
  (rec
    (type $f (func (param i32 (ref null $k)) (result i32)))
    (type $k (cont $f)))
  (type $done (func (param i32) (result i32)))
  (type $kdone (cont $done))
  (tag $swap (result i32))
  (tag $ask (param i32) (result i32))
  (global $trace (mut i32) (i32.const 0))
  (func $note (param i32)
    (global.set $trace (i32.add (i32.mul (global.get $trace) (i32.const 10)) (local.get 0))))
  (func (export "trace") (result i32) (global.get $trace) (global.set $trace (i32.const 0)))

  ;; Returns at once.
  (func $returns (type $f) (call $note (i32.const 1)) (i32.add (local.get 0) (i32.const 100)))
  ;; Switches there with its argument doubled, and returns what comes back.
  (func $once (type $f)
    (call $note (i32.const 2))
    (switch $k $swap (i32.mul (local.get 0) (i32.const 2)) (local.get 1))
    (drop)
    (call $note (i32.const 3)))
  ;; Switches back with its argument and one more.
  (func $back (type $f)
    (call $note (i32.const 4))
    (switch $k $swap (i32.add (local.get 0) (i32.const 1)) (local.get 1))
    (drop)
    (call $note (i32.const 5)))
  (elem declare func $returns $once $back $suspends $hands_on $throws $counts $awaits)

  ;; What the second returns is the result of the resume; the first is left behind.
  (func (export "to one that returns") (param i32) (result i32)
    (resume $k (on $swap switch) (local.get 0) (cont.new $k (ref.func $returns))
      (cont.new $k (ref.func $once))))
  (func (export "there and back") (param i32) (result i32)
    (resume $k (on $swap switch) (local.get 0) (cont.new $k (ref.func $back))
      (cont.new $k (ref.func $once))))
  (func (export "to null") (param i32) (result i32)
    (resume $k (on $swap switch) (local.get 0) (ref.null $k) (cont.new $k (ref.func $once))))
  (func (export "not handled") (param i32) (result i32)
    (resume $k (local.get 0) (cont.new $k (ref.func $returns)) (cont.new $k (ref.func $once))))

  ;; To a continuation that is used up; the own one is not lost by that.
  (func (export "to a consumed one") (param i32) (result i32) (local $c (ref $k))
    (local.set $c (cont.new $k (ref.func $returns)))
    (drop (resume $k (i32.const 1) (ref.null $k) (local.get $c)))
    (resume $k (on $swap switch) (local.get 0) (local.get $c) (cont.new $k (ref.func $once))))

  ;; The second one suspends, and its handler is that of the resume of the first.
  (func $suspends (type $f)
    (call $note (i32.const 6))
    (i32.add (suspend $ask (local.get 0)) (i32.const 1000)))
  (func (export "suspends after") (param i32) (result i32) (local $c (ref $kdone))
    (block $on (result i32 (ref $kdone))
      (return
        (resume $k (on $ask $on) (on $swap switch) (local.get 0) (cont.new $k (ref.func $suspends))
          (cont.new $k (ref.func $once)))))
    (local.set $c)
    (i32.add (i32.const 1))
    (return (resume $kdone (local.get $c))))

  ;; Two hand over to each other `n` times on one stack: nothing grows.
  (func $counts (type $f) (local $n i32) (local $other (ref null $k))
    (local.set $n (local.get 0))
    (local.set $other (local.get 1))
    (loop $next
      (if (i32.eqz (local.get $n)) (then (return (i32.const 77))))
      (switch $k $swap (i32.sub (local.get $n) (i32.const 1)) (local.get $other))
      (local.set $other)
      (local.set $n)
      (br $next))
    (unreachable))
  (func (export "hand over") (param i32) (result i32)
    (resume $k (on $swap switch) (local.get 0) (cont.new $k (ref.func $counts))
      (cont.new $k (ref.func $counts))))

  ;; Through a resume that does not handle it: all between goes along.
  (func $hands_on (type $f)
    (call $note (i32.const 7))
    (i32.add (i32.const 5)
      (resume $k (local.get 0) (local.get 1) (cont.new $k (ref.func $once)))))
  (func (export "through another") (param i32) (result i32)
    (resume $k (on $swap switch) (local.get 0) (cont.new $k (ref.func $back))
      (cont.new $k (ref.func $hands_on))))

  ;; The one switched to throws: the exception leaves the resume.
  (tag $error (param i32))
  (func $throws (type $f) (throw $error (local.get 0)))
  (func (export "throws after") (param i32) (result i32)
    (block $on (result i32)
      (try_table (result i32) (catch $error $on)
        (resume $k (on $swap switch) (local.get 0) (cont.new $k (ref.func $throws))
          (cont.new $k (ref.func $once))))))

  ;; A continuation whose first argument is bound can be switched to.
  (rec
    (type $f1 (func (param (ref null $k1)) (result i32)))
    (type $k1 (cont $f1)))
  (rec
    (type $f2 (func (param i32 (ref null $k1)) (result i32)))
    (type $k2 (cont $f2)))
  (func $awaits (type $f1)
    (switch $k1 $swap
      (cont.bind $k2 $k1 (i32.const 31) (cont.new $k2 (ref.func $bound))))
    (drop)
    (i32.const -1))
  (func $bound (type $f2) (local.get 0))
  (elem declare func $bound)
  (func (export "to a bound one") (result i32)
    (resume $k1 (on $swap switch) (ref.null $k1) (cont.new $k1 (ref.func $awaits))))
)

(assert_return (invoke "to one that returns" (i32.const 5)) (i32.const 110))
(assert_return (invoke "trace") (i32.const 21))
;; once: 2 · 5; back: 10 + 1, which comes back to once
(assert_return (invoke "there and back" (i32.const 5)) (i32.const 11))
(assert_return (invoke "trace") (i32.const 243))
(assert_trap (invoke "to null" (i32.const 5)) "null continuation reference")
(assert_return (invoke "trace") (i32.const 2))
(assert_suspension (invoke "not handled" (i32.const 5)) "unhandled")
(assert_return (invoke "trace") (i32.const 2))
(assert_trap (invoke "to a consumed one" (i32.const 5)) "continuation already consumed")
(assert_return (invoke "trace") (i32.const 12))
;; 2 · 5 + 1 + 1000
(assert_return (invoke "suspends after" (i32.const 5)) (i32.const 1011))
(assert_return (invoke "trace") (i32.const 26))
(assert_return (invoke "hand over" (i32.const 1)) (i32.const 77))
(assert_return (invoke "hand over" (i32.const 5000)) (i32.const 77))
;; The 5 is added by the frame that went along.
(assert_return (invoke "through another" (i32.const 5)) (i32.const 16))
(assert_return (invoke "trace") (i32.const 7243))
(assert_return (invoke "throws after" (i32.const 5)) (i32.const 10))
(assert_return (invoke "to a bound one") (i32.const 31))

;; Outside of any continuation.
(module
  (rec
    (type $f (func (param (ref null $k))))
    (type $k (cont $f)))
  (tag $t)
  (func $nothing (type $f))
  (elem declare func $nothing)
  (func (export "outside") (switch $k $t (cont.new $k (ref.func $nothing))) (drop))
)
(assert_suspension (invoke "outside") "unhandled")
