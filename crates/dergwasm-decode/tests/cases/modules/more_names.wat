;; Names that extend the name section: fields, labels, tags.
(module
  (type $point (struct (field $x i32) (field i64) (field $y (mut i32))))
  (type $list (array i8))
  (tag $failed (param i32))
  (func $f (param $p (ref $point)) (result i32)
    (block $out (result i32)
      (loop $again
        (br_if $again (struct.get $point $x (local.get $p))))
      (struct.get $point $y (local.get $p)))))
