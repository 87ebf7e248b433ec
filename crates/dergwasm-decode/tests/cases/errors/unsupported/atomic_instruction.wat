(module (memory 1) (func $f atomic.fence))
