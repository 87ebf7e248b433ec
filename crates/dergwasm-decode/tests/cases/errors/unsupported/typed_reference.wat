(module
  (type $t (func))
  (global (ref null $t) (ref.null $t)))
