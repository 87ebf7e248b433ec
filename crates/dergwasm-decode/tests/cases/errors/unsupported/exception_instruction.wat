(module (func $f try_table end))
