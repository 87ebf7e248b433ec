(module (func $f block br 2 end))
