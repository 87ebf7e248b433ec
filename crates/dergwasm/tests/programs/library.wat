;; Exports a function, but is no program.
(module (func (export "f")))
