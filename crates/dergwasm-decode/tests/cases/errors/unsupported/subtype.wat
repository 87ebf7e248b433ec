(module (type (sub (func))))
