;; The older blocks have their clauses in place; below a clause's operands lies the exception.
(module
  (tag $empty)
  (tag $number (param i32))
  (func $f)
  (func $caught (result i32)
    try (result i32)
      call $f
      i32.const 1
    catch $number
    catch $empty
      i32.const 2
    catch_all
      rethrow 0
    end)
  (func $delegated
    try
      try
        call $f
      delegate 0
    catch_all
    end)
  (func $out_of_all
    try
      try
        call $f
      delegate 1
    catch_all
    end)
  (func $uncaught
    try
      call $f
    end))
