(module
  (type $t (func))
  (global funcref (ref.null $t)))
