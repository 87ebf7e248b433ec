;; Hints of which way branches are likely to go; functions without hints are left out.
(module
  (func $none)
  (func $two (param i32)
    (block
      (@metadata.code.branch_hint "\00")
      (br_if 0 (local.get 0))
      (@metadata.code.branch_hint "\01")
      (if (local.get 0) (then (nop))))))
