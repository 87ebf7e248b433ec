(module
  (func (export "twice"))
  (memory (export "twice") 1))
