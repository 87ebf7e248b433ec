(module (rec (type (func)) (type (func))))
