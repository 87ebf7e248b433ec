(module
  (type $t (func))
  (func $f unreachable call_ref $t))
