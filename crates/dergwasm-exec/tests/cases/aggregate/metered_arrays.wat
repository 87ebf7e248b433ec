;; With fuel or interruption, arrays are made of zeros and then filled in parts.
(module
  (type $a (array (mut i16))) (type $r (array (mut anyref)))
  (data $d "abcdefgh") (elem $e anyref (ref.i31 (i32.const 1)))
  (func (param i32 (ref $a) anyref) (result anyref)
    (drop (array.new_default $a (local.get 0)))
    (drop (array.new_data $a $d (i32.const 1) (local.get 0)))
    (drop (array.new_elem $r $e (i32.const 0) (local.get 0)))
    (array.fill $a (local.get 1) (i32.const 1) (i32.const 2) (local.get 0))
    (array.copy $a $a (local.get 1) (i32.const 1) (local.get 1) (i32.const 2) (local.get 0))
    (array.init_data $a $d (local.get 1) (i32.const 1) (i32.const 2) (local.get 0))
    (array.new $r (local.get 2) (i32.const 9))))
