;; Without a name section, the export names the function.
(module
  (func (export "broken") (result i32)))
