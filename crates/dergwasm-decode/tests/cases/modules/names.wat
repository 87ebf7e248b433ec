;; All that the name section can name.
(module $everything
  (type $t (func))
  (table $table 1 funcref)
  (memory $memory 1)
  (global $global i32 (i32.const 0))
  (func $func (type $t) (local $local i32)
    block $label
    end)
  (elem $elem func)
  (data $data ""))
