;; What is refused: types, instructions, handlers, texts and bytes.

;; Types.
(assert_invalid (module (type $s (struct)) (type (cont $s))) "non-function type")
(assert_invalid (module (type $f (func)) (type $k (cont $f)) (type (cont $k))) "non-function type")
(assert_invalid (module (type (cont 7))) "unknown type")
(assert_invalid (module (rec (type (cont 1)) (type (array i32)))) "non-function type")
(assert_invalid
  (module (type $f (func)) (type $g (func (param i32)))
    (type $k (sub (cont $f))) (type (sub $k (cont $g))))
  "sub type 3 does not match super type")
(module
  (rec (type $f (func (param (ref null $k)))) (type $k (cont $f)))
  (type $g (func (result (ref null cont))))
  (type $kg (cont $g))
  (global (ref null $k) (ref.null nocont))
  (global (ref null cont) (ref.null $kg)))
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (global (ref null $k) (ref.null $f)))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (global anyref (ref.null $k)))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (global funcref (ref.null $k)))
  "type mismatch")

;; cont.new
(assert_invalid
  (module (type $f (func)) (func (drop (cont.new $f (ref.null $f)))))
  "non-continuation type 0")
(assert_invalid (module (func (drop (cont.new 5 (ref.null func))))) "unknown type")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (type $g (func (param i32)))
    (func (param (ref $g)) (drop (cont.new $k (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (func (drop (cont.new $k (ref.null func)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (func (drop (cont.new $k))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (func $x)
    (global (ref $k) (cont.new $k (ref.func $x))))
  "constant expression required")

;; cont.bind
(assert_invalid
  (module (type $f (func (param i32))) (type $k (cont $f))
    (type $g (func (result i32))) (type $kg (cont $g))
    (func (param (ref $k)) (drop (cont.bind $k $kg (i32.const 1) (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (param i32))) (type $k (cont $f))
    (type $g (func (param i32 i32))) (type $kg (cont $g))
    (func (param (ref $k)) (drop (cont.bind $k $kg (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (param i32 i64))) (type $k (cont $f))
    (type $g (func (param i32))) (type $kg (cont $g))
    (func (param (ref $k)) (drop (cont.bind $k $kg (i32.const 1) (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (param i32 i64))) (type $k (cont $f))
    (type $g (func (param i64))) (type $kg (cont $g))
    (func (param (ref $k)) (drop (cont.bind $k $kg (i64.const 1) (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (drop (cont.bind $k $f (local.get 0)))))
  "non-continuation type 0")

;; suspend
(assert_invalid (module (func (suspend 0))) "unknown tag")
(assert_invalid (module (tag $t (param i32)) (func (suspend $t (i64.const 1)))) "type mismatch")
(assert_invalid (module (tag $t (param i32)) (func (suspend $t))) "type mismatch")
(assert_invalid (module (tag $t (result i32)) (func (suspend $t))) "type mismatch")
(assert_invalid
  (module (tag $t (result i32)) (func (result i64) (suspend $t)))
  "type mismatch")

;; resume
(assert_invalid
  (module (type $f (func)) (func (param (ref $f)) (resume $f (local.get 0))))
  "non-continuation type 0")
(assert_invalid
  (module (type $f (func (param i32))) (type $k (cont $f))
    (func (param (ref $k)) (resume $k (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (param i32))) (type $k (cont $f))
    (func (param (ref $k)) (resume $k (f32.const 0) (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (result i32))) (type $k (cont $f))
    (func (param (ref $k)) (result i64) (resume $k (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (type $g (func (result i32))) (type $kg (cont $g))
    (func (param (ref $kg)) (resume $k (local.get 0))))
  "type mismatch")

;; Handlers: the tag, the label, what the label gets, and the type of the continuation.
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (result (ref $k))
      (block $on (result (ref $k)) (resume $k (on 3 $on) (local.get 0)) (local.get 0))))
  "unknown tag")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t)
    (func (param (ref $k)) (resume $k (on $t 5) (local.get 0))))
  "unknown label")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t)
    (func (param (ref $k)) (block $on (resume $k (on $t $on) (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t (param i32))
    (func (param (ref $k))
      (block $on (result (ref $k)) (resume $k (on $t $on) (local.get 0)) (return)) (drop)))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t (param i32))
    (func (param (ref $k))
      (block $on (result i64 (ref $k)) (resume $k (on $t $on) (local.get 0)) (return))
      (drop) (drop)))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t)
    (func (param (ref $k))
      (block $on (result (ref $f)) (resume $k (on $t $on) (local.get 0)) (return)) (drop)))
  "type mismatch")
;; What awaits the answer is no continuation without parameters.
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t (result i32))
    (func (param (ref $k))
      (block $on (result (ref $k)) (resume $k (on $t $on) (local.get 0)) (return)) (drop)))
  "type mismatch")
;; It ends with what the resumed one ends with.
(assert_invalid
  (module (type $f (func (result i32))) (type $k (cont $f)) (type $g (func)) (type $kg (cont $g))
    (tag $t)
    (func (param (ref $k))
      (block $on (result (ref $kg)) (drop (resume $k (on $t $on) (local.get 0))) (return))
      (drop)))
  "type mismatch")
;; The label may ask for less.
(module (type $f (func)) (type $k (cont $f)) (tag $t)
  (func (param (ref $k))
    (block $on (result (ref null $k)) (resume $k (on $t $on) (local.get 0)) (return)) (drop)))

;; resume_throw and resume_throw_ref
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (resume_throw $k 0 (local.get 0))))
  "unknown tag")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $e (param i32))
    (func (param (ref $k)) (resume_throw $k $e (i64.const 0) (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (tag $e) (func (param (ref $f)) (resume_throw $f $e (local.get 0))))
  "non-continuation type 0")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $e) (tag $t)
    (func (param (ref $k)) (block $on (resume_throw $k $e (on $t $on) (local.get 0)))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (resume_throw_ref $k (ref.null extern) (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (resume_throw_ref $k (local.get 0))))
  "type mismatch")

;; switch
(assert_invalid
  (module (type $f (func)) (type $k (cont $f)) (tag $t)
    (func (param (ref $k)) (switch $k $t (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func (param i32))) (type $k (cont $f)) (tag $t)
    (func (param (ref $k)) (switch $k $t (i32.const 1) (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (rec (type $f (func (param (ref null $k)))) (type $k (cont $f))) (tag $t (param i32))
    (func (param (ref $k)) (switch $k $t (local.get 0)) (drop)))
  "type mismatch")
(assert_invalid
  (module (rec (type $f (func (param (ref null $k)))) (type $k (cont $f))) (tag $t (result i32))
    (func (param (ref $k)) (switch $k $t (local.get 0)) (drop)))
  "type mismatch")
(assert_invalid
  (module (rec (type $f (func (param (ref null $k)))) (type $k (cont $f)))
    (func (param (ref $k)) (switch $k 0 (local.get 0)) (drop)))
  "unknown tag")
(assert_invalid
  (module (rec (type $f (func (param (ref null $k)))) (type $k (cont $f))) (tag $t (param i32))
    (func (param (ref $k)) (resume $k (on $t switch) (ref.null $k) (local.get 0))))
  "type mismatch")

;; Tags with results are for suspensions alone.
(assert_invalid (module (tag $t (result i32)) (func (throw $t))) "non-empty tag result type")
(assert_invalid
  (module (tag $t (result i32)) (func (block $on (try_table (catch $t $on)))))
  "non-empty tag result type")
(module (tag $t (param i32) (result i64)))

;; Continuations are not equal to anything, and are cast to nothing.
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (result i32) (ref.eq (local.get 0) (local.get 0))))
  "type mismatch")
(assert_invalid
  (module (type $f (func)) (type $k (cont $f))
    (func (param (ref $k)) (result i32) (ref.test (ref any) (local.get 0))))
  "type mismatch")

;; Text.
(assert_malformed (module quote "(type $f (func)) (type (cont))") "unexpected token")
(assert_malformed (module quote "(type (cont $nothing))") "unknown type")
(assert_malformed (module quote "(type $f (func)) (type (cont $f $f))") "unexpected token")
(assert_malformed
  (module quote "(type $f (func)) (type $k (cont $f)) (tag $t)"
    "(func (param (ref $k)) (resume $k (on $t) (local.get 0)))")
  "unexpected token")
(assert_malformed
  (module quote "(type $f (func)) (type $k (cont $f))"
    "(func (param (ref $k)) (resume (local.get 0)))")
  "unexpected token")
(assert_malformed (module quote "(func (suspend))") "unexpected token")
(assert_malformed (module quote "(func (suspend $nothing))") "unknown tag")

;; Bytes: a handler is one of two kinds, and ends; a continuation names a type.
(module binary
  "\00asm" "\01\00\00\00"
  "\01\0b\03" "\60\00\00" "\5d\00" "\60\01\63\01\00"            ;; func, cont 0, func of (ref null 1)
  "\03\02\01\02"
  "\0d\03\01\00\00"                                             ;; a tag
  "\0a\0b\01\09\00" "\20\00" "\e3\01\01\01\00" "\0b")           ;; resume 1 (on 0 switch)
(assert_malformed
  (module binary
    "\00asm" "\01\00\00\00"
    "\01\0b\03" "\60\00\00" "\5d\00" "\60\01\63\01\00"
    "\03\02\01\02"
    "\0d\03\01\00\00"
    "\0a\0b\01\09\00" "\20\00" "\e3\01\01\02\00" "\0b")         ;; kind 2
  "invalid handler")
(assert_malformed
  (module binary
    "\00asm" "\01\00\00\00"
    "\01\0b\03" "\60\00\00" "\5d\00" "\60\01\63\01\00"
    "\03\02\01\02"
    "\0d\03\01\00\00"
    "\0a\08\01\06\00" "\20\00" "\e3\01\01")                     ;; no handler
  "unexpected end")
(assert_malformed
  (module binary
    "\00asm" "\01\00\00\00"
    "\01\0b\03" "\60\00\00" "\5d\00" "\60\01\63\01\00"
    "\03\02\01\02"
    "\0a\0d\01\0b\00" "\20\00" "\e3\01\ff\ff\ff\ff\0f" "\0b")   ;; four thousand million handlers
  "unexpected end")
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\01\03\01" "\5d\7f")  ;; cont of a negative index
  "malformed type index")
(assert_malformed
  (module binary "\00asm" "\01\00\00\00" "\01\02\01" "\5d")
  "unexpected end")
