(module
  (type (func (param i32)))
  (tag (type 0)))
