(module (func $f (param (ref func))))
