;; Fuel is paid at the start of each part that runs as a whole; interruption is polled at function
;; entries and loop headers.
(module
  (func (param i32) (result i32) (local i32)
    (loop $l
      (if (i32.and (local.get 0) (i32.const 1))
        (then (local.set 1 (i32.add (local.get 1) (i32.const 3)))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))
